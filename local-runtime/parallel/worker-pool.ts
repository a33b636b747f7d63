import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** How long a worker without a job is kept, ms. */
const KEPT = 120_000;

interface Idle {
  readonly worker: Worker;
  readonly end: () => void;
}

/** Workers without a job: their code is loaded, and compiled where it was hot. */
const idle: Idle[] = [];

/** How many workers wait for a job. */
export const idleWorkers = (): number => idle.length;

/** A worker that waits for a job. */
export function takeWorker(): Worker {
  const kept = idle.pop();
  if (kept === undefined) return new Worker(entry(), { name: 'job' });
  kept.worker.off('exit', kept.end).off('error', kept.end);
  kept.worker.ref();
  return kept.worker;
}

/** Takes a worker back whose job is over. It keeps no process alive, and is ended when no job comes for it. */
export function giveBack(worker: Worker): void {
  if (idle.length >= availableParallelism()) {
    void worker.terminate();
    return;
  }
  const end = (): void => {
    clearTimeout(timer);
    const at = idle.findIndex((each) => each.worker === worker);
    if (at < 0) return;
    idle.splice(at, 1);
    void worker.terminate();
  };
  const timer = setTimeout(end, KEPT);
  timer.unref();
  worker.unref();
  worker.once('exit', end).once('error', end);
  idle.push({ worker, end });
}

/** Starts workers for a job that is to come on so many threads. */
export function warmWorkers(threads: number): void {
  const wanted = Math.min(threads, availableParallelism());
  while (idle.length < wanted) giveBack(new Worker(entry(), { name: 'job' }));
}

/** From the sources the module beside this one; from a bundle the bundle beside it. */
function entry(): URL {
  const here = import.meta.url;
  return extname(new URL(here).pathname) === '.ts' ? new URL('./worker.ts', here) : new URL('./job-thread.cjs', here);
}
