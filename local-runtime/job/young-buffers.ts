import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of new buffers after which the short-lived ones are collected. */
const STEP = 16 * 1024 * 1024;

/** Bytes of buffers from which on the state of a job that has ended is worth a collection of its own. */
const LARGE = 64 * 1024 * 1024;
/** Until whoever waited for the end of a job has had its answer, ms. */
const AFTERWARDS = 100;

let collect: Collector | undefined;
let waiting = false;
/** Buffers there were after the last look. */
let before = 0;

/**
 * Frees the buffers of batches that have gone through. V8 counts them as memory outside its heap, and answers their growth with a mark of
 * the whole heap, many times a second, as the heap itself hardly grows; a collection of the young objects alone frees them in a
 * fraction of the time. To be called between batches.
 */
export function collectYoungBuffers(): void {
  const now = getHeapStatistics().external_memory;
  if (now < before) before = now;
  if (now - before < STEP) return;
  collect ??= collector();
  collect({ type: 'minor' });
  before = getHeapStatistics().external_memory;
}

/**
 * Frees the state of a job that has ended, a while after it: V8 knows little of the memory behind buffers, and would let the next job
 * take new memory beside it.
 */
export function collectEndedState(): void {
  if (waiting || getHeapStatistics().external_memory < LARGE) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    collect ??= collector();
    collect({ type: 'major' });
    before = getHeapStatistics().external_memory;
  }, AFTERWARDS).unref();
}

type Collector = (options: { readonly type: 'minor' | 'major' }) => void;

/**
 * The engine's own collector, which it shows to contexts made after the flag is set. The flag is the process's and stays: a thread that
 * took it back would take it from another that is about to make its context.
 */
function collector(): Collector {
  setFlagsFromString('--expose-gc');
  // Large state outside the heap would have V8 mark the heap every few megabytes; so it lets both grow together, to three times what a
  // mark leaves: by its own measure that is a tenth more where the job makes much garbage. Other versions do not know the flags and
  // would say so.
  if (process.versions.v8.startsWith('13.6.')) {
    setFlagsFromString('--external-memory-accounted-in-global-limit');
    setFlagsFromString('--heap-growing-percent=200');
  }
  return runInNewContext('gc') as Collector;
}
