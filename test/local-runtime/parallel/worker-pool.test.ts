import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { giveBack, takeWorker, warmWorkers } from '../../../local-runtime/parallel/worker-pool.ts';

let started = 0;
const count = (): void => {
  started++;
};
process.on('worker', count);
afterEach(() => {
  started = 0;
});

const ended = (worker: ReturnType<typeof takeWorker>) => new Promise<void>((done) => worker.once('exit', () => done()));

test('a worker that was given back is taken again; one that is in use is not', async () => {
  const first = takeWorker();
  giveBack(first);
  expect(takeWorker()).toBe(first);
  const second = takeWorker();
  expect(second).not.toBe(first);
  await turn();
  expect(started).toBe(2);
  await Promise.all([first.terminate(), second.terminate()]);
});

test('no more are kept than there are processors', async () => {
  const most = availableParallelism();
  const workers = Array.from({ length: most + 1 }, () => takeWorker());
  const last = ended(workers.at(-1) as (typeof workers)[number]);
  for (const worker of workers) giveBack(worker);
  await last;
  const again = Array.from({ length: most }, () => takeWorker());
  expect(new Set(again)).toEqual(new Set(workers.slice(0, -1)));
  await Promise.all(again.map((worker) => worker.terminate()));
});

test('one that ends while nobody uses it is not taken', async () => {
  const worker = takeWorker();
  giveBack(worker);
  await worker.terminate();
  const other = takeWorker();
  expect(other).not.toBe(worker);
  await other.terminate();
});

test('workers are started ahead, as many as are missing', async () => {
  warmWorkers(2);
  await turn();
  const begun = started;
  expect(begun).toBe(Math.min(2, availableParallelism()));
  warmWorkers(2);
  await turn();
  expect(started).toBe(begun);
  await Promise.all(Array.from({ length: begun }, () => takeWorker().terminate()));
});
