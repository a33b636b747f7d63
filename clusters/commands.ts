import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

/** The first of the programs that the PATH has. */
export function onPath(...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return name;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Each line as it is said. */
  readonly line?: (text: string) => void;
}

/** Runs a program to its end and gives what it said. Throws an Error with what it said went wrong. Aborting ends it and what it started. */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, signal, line } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      if (line) createInterface({ input: stream }).on('line', line);
    }
    const end = (): void => endGroup(child.pid, 'SIGKILL');
    signal?.addEventListener('abort', end, { once: true });
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)));
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      const said = Buffer.concat(chunks).toString('utf8');
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(said);
      else reject(new Error(`${command} failed: ${cause(said)}`));
    });
  });
}

/** Sends a signal to a process group of ours; one that is gone is no error. */
export function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** The first thing that went wrong: what follows it are hints. */
function cause(said: string): string {
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.trim());
  const told =
    lines.find((line) => /\bERROR\b|rror:/.test(line)) ?? lines.findLast((line) => line !== '') ?? 'it said nothing';
  return told.replace(/^\[?ERROR\]?:?\s*/, '').slice(0, 400);
}
