import { expect, test } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import type { Page } from '../../../clients/sql-gateway/types.ts';
import { runCell, type StatementSession } from '../../../extension/notebook/cell-run.ts';
import type { ResultStore } from '../../../extension/results/result-store.ts';

const page = (id: number): Page =>
  toArrowPage({
    format: 'JSON',
    columns: [{ name: 'id', logicalType: { type: 'INTEGER', nullable: true } }],
    rows: [[id]],
    rowKinds: new Uint8Array(1),
    isQueryResult: true,
    resultKind: 'SUCCESS_WITH_CONTENT',
  } as unknown as Parameters<typeof toArrowPage>[0]);

/** Runs an endless query; gives its store, the number of pages that were asked for, and the way to its end. */
function endless() {
  let asked = 0;
  const session: StatementSession = {
    execute: async () => ({
      async *results({ signal }) {
        while (!signal.aborted) {
          yield page(++asked);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        throw signal.reason;
      },
      close: async () => undefined,
    }),
  };
  let store: ResultStore | undefined;
  const stop = new AbortController();
  const done = runCell({
    source: '-- chart: value y=id\nSELECT id FROM t',
    session: async () => session,
    limit: 1000,
    signal: stop.signal,
    newId: () => 'r',
    listener: {
      started: (one) => {
        store = one;
      },
      streaming: () => undefined,
      ended: () => undefined,
    },
    judge: () => undefined,
    warn: () => undefined,
  });
  return { asked: () => asked, store: () => store, stop, done };
}

/** Waits until a number has stayed the same for a while; fails by the test's time limit if it never does. */
async function settled(value: () => number): Promise<number> {
  for (let last = value(), same = 0; ; last = value()) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    same = value() === last ? same + 1 : 0;
    if (same === 5) return last;
  }
}

test('a paused result asks for no page, goes on where it was, and can be stopped', async () => {
  const run = endless();
  await expect.poll(() => run.store()?.state().received ?? 0).toBeGreaterThan(2);
  const store = run.store() as ResultStore;
  expect(store.state().chart).toBe('value y=id');
  store.pause(true);
  const held = await settled(run.asked);
  expect(store.state()).toMatchObject({ paused: true, phase: 'running' });
  store.pause(false);
  await expect.poll(() => run.asked()).toBeGreaterThan(held);
  expect(store.state().paused).toBe(false);
  store.pause(true);
  await settled(run.asked);
  run.stop.abort(new Error('stopped'));
  expect(await run.done).toBe('stopped');
  expect(store.state()).toMatchObject({ phase: 'stopped', paused: false });
  expect(store.state().received).toBe(run.asked());
});
