import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Difference } from '../../testing/compare.ts';

/** What `millrace test --json` prints of one test. */
export interface ReportedTest {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  readonly failures: readonly ReportedFailure[];
}

export interface ReportedFailure {
  readonly message: string;
  /** The message with the rows that differ. */
  readonly text: string;
  readonly place: { readonly start: number; readonly end: number };
  readonly difference?: Difference;
  readonly withKinds?: boolean;
}

export interface TestRun {
  /** The CLI's bundle. */
  readonly script: string;
  readonly node?: string;
  readonly cwd: string;
  readonly file: string;
  /** Tests to run; all of the file when undefined. */
  readonly names?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  /** Called for each test as it ends. */
  readonly onTest: (test: ReportedTest) => void;
  readonly signal: AbortSignal;
}

/** What ended the process in its own words is shown; a wrong line of its output is. */
const LAST_WORDS = 2000;

/**
 * Runs the tests of a file in a process of their own, so that nothing that they do can hold up the editor. Resolves when it has ended
 * or was stopped; rejects with what it said when it ended otherwise.
 */
export async function runTests(run: TestRun): Promise<void> {
  const { script, node = process.execPath, cwd, file, names, environment, onTest, signal } = run;
  if (signal.aborted) return;
  const args = [
    ...[script, 'test', file, '--json'],
    ...(names ?? []).flatMap((name) => ['--name', name]),
    ...(environment === undefined ? [] : ['--env', environment]),
  ];
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  for (const name of Object.keys(env)) if (/^VSCODE_|^NODE_OPTIONS$/.test(name)) delete env[name];
  const child = spawn(node, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-LAST_WORDS);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) onTest(JSON.parse(line) as ReportedTest);
    const code = await ended;
    if (signal.aborted || code === 0 || code === 1) return;
    throw new Error(said.trim() || `the tests ended with exit code ${code}`);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
