import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/paths.ts';
import { newestCheckpoint } from './checkpoints.ts';

/** A run of the CLI in a process of its own; what it prints is kept for the message of a failure. */
export function startScript(path: string) {
  const child = spawn(process.execPath, ['cli/main.ts', 'run', path, '--jsonl'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, output: () => output };
}

export interface KilledRuns {
  /** Writes the script that goes on from a checkpoint, or begins without one, and gives its path. */
  readonly script: (from: string | undefined) => string;
  /** Where its jobs keep their checkpoints. */
  readonly checkpoints: string;
  readonly kills: number;
  /** The longest time between a checkpoint and the kill, in milliseconds. */
  readonly pauseMs: number;
  readonly random: () => number;
}

/**
 * Runs a script that ends by itself, kills it after a checkpoint and a while, and starts it again from the newest one, until it was
 * killed `kills` times or has ended. Gives how often it was killed; fails when a run fails by itself.
 */
export async function killAgainAndAgain({ script, checkpoints, kills, pauseMs, random }: KilledRuns): Promise<number> {
  const newestId = () => newestCheckpoint(checkpoints)?.id ?? 0;
  for (let killed = 0; ; ) {
    const from = newestCheckpoint(checkpoints);
    const { child, ended, output } = startScript(script(from?.path));
    let best = 0;
    if (killed < kills) {
      for (; child.exitCode === null && best <= (from?.id ?? 0); best = newestId()) await sleep(2);
      await sleep(random() * pauseMs);
      child.kill('SIGKILL');
    }
    const code = await ended;
    if (code !== null && code !== 0) throw new Error(`the run failed by itself: ${output()}`);
    if (code === 0) return killed;
    killed++;
    // A job that has ended deletes its checkpoints: the kill came too late.
    if (newestId() < best) return killed;
  }
}
