import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';

export interface LocalRuntimeServer {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** What it printed after its first line. */
  readonly output: readonly string[];
  stop(): Promise<void>;
}

/** Bundles the local runtime; nothing else than its sources is needed for that. */
export async function buildLocalRuntime(): Promise<void> {
  const args = [
    'scripts/build.ts',
    '--production',
    '--quiet',
    '--only',
    'local-runtime,job-thread,kafka-client,parquet-library,protobuf-library',
  ];
  await run(process.execPath, args, { cwd: root, timeoutMs: 60_000 });
}

/** Starts the bundled local runtime as the extension does. It must have been built. */
export async function startLocalRuntime(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<LocalRuntimeServer> {
  const token = randomBytes(24).toString('base64url');
  const child = spawn(process.execPath, [join(root, 'dist', 'local-runtime.cjs'), '--port', '0'], {
    cwd,
    env: { ...process.env, ...env, MILLRACE_TOKEN: token },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const output: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    void ended.then(() => reject(new Error(`the local runtime ended: ${output.join('\n')}`)));
    let first = true;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (first) resolve((JSON.parse(line) as { url: string }).url);
      else output.push(line);
      first = false;
    });
  });
  const stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  };
  return { url, token, pid: child.pid ?? 0, output, stop };
}
