import { describe, expect, test } from 'vitest';
import { pause } from '../../../clients/sql-gateway/http.ts';
import { CellQueue, type QueuedCell } from '../../../extension/notebook/cell-queue.ts';
import type { Outcome } from '../../../extension/notebook/cell-run.ts';

function cell(
  name: string,
  log: string[],
  run: (streaming: () => void, signal: AbortSignal) => Promise<Outcome>,
): QueuedCell {
  const stop = new AbortController();
  return {
    stop,
    skip: () => log.push(`${name} skipped`),
    run: async (streaming) => {
      log.push(`${name} begins`);
      const outcome = await run(streaming, stop.signal);
      log.push(`${name} ${outcome}`);
      return outcome;
    },
  };
}

const quick = async (): Promise<Outcome> => {
  await pause(1);
  return 'finished';
};
const forever = (streaming: () => void, signal: AbortSignal): Promise<Outcome> => {
  streaming();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
};

describe('the queue of cells', () => {
  test('one after the other, in order', async () => {
    const log: string[] = [];
    await new CellQueue(1000).add(['a', 'b'].map((name) => cell(name, log, quick)));
    expect(log).toEqual(['a begins', 'a finished', 'b begins', 'b finished']);
  });

  test('a failure takes the waiting ones with it, later ones run', async () => {
    const log: string[] = [];
    const queue = new CellQueue(1000);
    await queue.add([cell('a', log, async () => 'failed'), cell('b', log, quick)]);
    await queue.add([cell('c', log, quick)]);
    expect(log).toEqual(['a begins', 'a failed', 'b skipped', 'c begins', 'c finished']);
  });

  test('an endless query holds up the next for a while only; an interrupt stops it', async () => {
    const log: string[] = [];
    let changes = 0;
    const queue = new CellQueue(20, () => changes++);
    await queue.add([cell('a', log, forever), cell('b', log, quick)]);
    expect(log).toEqual(['a begins', 'b begins', 'b finished']);
    expect(queue.running).toBe(1);
    queue.interrupt();
    await expect.poll(() => queue.running).toBe(0);
    expect(log.at(-1)).toBe('a stopped');
    expect(changes).toBe(4);
  });

  test('an interrupt skips what waits; a cell cancelled while waiting is skipped', async () => {
    const log: string[] = [];
    const queue = new CellQueue(1000);
    const cancelled = cell('b', log, quick);
    const done = queue.add([cell('a', log, quick), cancelled]);
    cancelled.stop.abort();
    await done;
    expect(log).toEqual(['a begins', 'a finished', 'b skipped']);
    const more = queue.add([cell('c', log, forever), cell('d', log, quick)]);
    queue.interrupt();
    await more;
    expect(log.slice(3)).toEqual(['c begins', 'd skipped', 'c stopped']);
  });
});
