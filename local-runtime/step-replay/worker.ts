import { parentPort, workerData } from 'node:worker_threads';
import { asFault } from '../errors.ts';
import { replay, type StepTask } from './replay.ts';
import type { StepTrace } from './trace.ts';

/** What the thread answers, once. */
export type StepAnswer = { readonly trace: StepTrace } | { readonly problem: string };

/** The thread is ended by whoever started it: nothing needs to stop by itself. */
async function answer(): Promise<StepAnswer> {
  try {
    return { trace: await replay(workerData as StepTask, new AbortController().signal) };
  } catch (error) {
    return { problem: asFault(error).chain().at(-1)?.message ?? String(error) };
  }
}

void answer().then((given) => parentPort?.postMessage(given));
