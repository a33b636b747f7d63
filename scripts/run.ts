import { type SpawnOptions, spawn } from 'node:child_process';

/** A command that failed, with the end of what it said. */
export class CommandError extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.name = 'CommandError';
    this.output = output;
  }
}

export interface RunOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** Whole time in milliseconds; the command and what it started are ended then. Default: 15 minutes. */
  readonly timeoutMs?: number;
  /** Also shows the output while it runs. */
  readonly show?: boolean;
}

/**
 * Runs a command to its end and gives its output (stdout and stderr together).
 * @throws CommandError with the last lines when it cannot be started, fails, or takes too long
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { timeoutMs = 15 * 60_000, show = false, ...rest } = options;
  const child = spawn(command, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const release = endWithUs(child.pid);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (show) process.stderr.write(chunk);
    });
  }
  const output = () => Buffer.concat(chunks).toString('utf8');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    signalGroup(child.pid, 'SIGKILL');
  }, timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) =>
        reject(new CommandError(`${command} ${args[0] ?? ''}: ${what}${tail(output())}`, output()));
      child.on('error', (error) => fail(error.message));
      child.on('close', (code, signal) => {
        if (late) fail(`took longer than ${timeoutMs / 1000} s`);
        else if (code !== 0) fail(signal ? `ended by ${signal}` : `exit status ${code}`);
        else resolve();
      });
    });
    return output();
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Sends a signal to a process group; false when there is none any more. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false; // Gone already.
  }
}

const groups = new Set<number>();

/** Ends a detached process group when this process exits, for whatever reason it can see. Gives the way to forget it. */
export function endWithUs(pid: number | undefined): () => void {
  if (pid === undefined) return () => undefined;
  if (groups.size === 0) process.on('exit', endAll);
  groups.add(pid);
  return () => {
    groups.delete(pid);
    if (groups.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const pid of groups) signalGroup(pid, 'SIGKILL');
}

function tail(output: string): string {
  const lines = output.trim().split('\n').slice(-12);
  return lines[0] ? `\n${lines.join('\n')}` : '';
}
