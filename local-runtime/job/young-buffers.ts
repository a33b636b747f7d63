import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of new buffers after which the short-lived ones are collected. */
const STEP = 16 * 1024 * 1024;

let collect: (() => void) | undefined;
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
  collect ??= minorCollection();
  collect();
  before = getHeapStatistics().external_memory;
}

/**
 * The engine's own collector, which it shows to contexts made after the flag is set. The flag is the process's and stays: a thread that
 * took it back would take it from another that is about to make its context.
 */
function minorCollection(): () => void {
  setFlagsFromString('--expose-gc');
  // Large state outside the heap would have V8 mark the heap every few megabytes; so it lets both grow together. Other versions do not
  // know the flag and would say so.
  if (process.versions.v8.startsWith('13.6.')) setFlagsFromString('--external-memory-accounted-in-global-limit');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => gc({ type: 'minor' });
}
