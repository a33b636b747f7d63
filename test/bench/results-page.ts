// What results cost the page: frames that are late while one scrolls through a result, and while a changelog flows; and its memory.
//   node test/bench/results-page.ts [--rows N] [--rate N] [--seconds N]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Int64, Utf8 } from 'apache-arrow';
import { encodeRows, fieldOf } from '../../clients/sql-gateway/arrow-page.ts';
import type { ArrowPage } from '../../clients/sql-gateway/types.ts';
import { ResultStore } from '../../extension/results/result-store.ts';
import { ResultPage } from '../harness/result-page.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '60' },
  },
});
const [rows, rate, seconds] = [Number(values.rows), Number(values.rate), Number(values.seconds)];
const LIMIT = 100_000;
const PAGE = 5000;
const TICK_MS = 50;
/** A frame at 60 Hz that took longer has missed the next one. */
const LATE_MS = 25;

const fields = [
  fieldOf({ name: 'id', logicalType: { type: 'BIGINT', nullable: true } }, new Int64()),
  fieldOf({ name: 'name', logicalType: { type: 'VARCHAR', nullable: true, length: 2147483647 } }, new Utf8()),
];

function page(kinds: Uint8Array, ids: readonly bigint[]): ArrowPage {
  const ipc = encodeRows(fields, kinds, [ids, ids.map((id) => `name of ${id}`)]);
  return { format: 'ARROW', ipc, isQueryResult: true, resultKind: 'SUCCESS_WITH_CONTENT' } as unknown as ArrowPage;
}

const report = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(58)} ${figure}\n`);

/** Counts the page's frames, and those that came late, while `work` is done. */
async function frames(shown: ResultPage, work: () => Promise<void>): Promise<string> {
  await shown.page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { frameTimes: times });
    const next = (at: number): void => {
      times.push(at);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await work();
  const times = await shown.page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  const late = gaps.filter((gap) => gap > LATE_MS).length;
  const longest = gaps.reduce((a, b) => Math.max(a, b), 0);
  return `${gaps.length} frames, ${late} late, the longest ${longest.toFixed(0)} ms`;
}

async function memory(shown: ResultPage): Promise<number> {
  const session = await shown.page.context().newCDPSession(shown.page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

async function scroll(shown: ResultPage): Promise<void> {
  const store = new ResultStore({ id: 'load', title: 'SELECT load', limit: LIMIT });
  await shown.show(store);
  const kinds = new Uint8Array(PAGE);
  for (let from = 0; from < rows; from += PAGE) {
    store.add(
      page(
        kinds,
        Array.from({ length: PAGE }, (_, i) => BigInt(from + i)),
      ),
    );
    // The page is told in between, as it is when rows come from a server.
    if (from % (PAGE * 20) === 0) await sleep(1);
  }
  store.end('finished');
  const grid = shown.page.getByTestId('result-grid');
  await grid.hover();
  const said = await frames(shown, async () => {
    for (let i = 0; i < 200; i++) {
      await shown.page.mouse.wheel(0, i % 40 < 20 ? 3000 : -1500);
      await sleep(20);
    }
  });
  report(`${rows} rows loaded, the last ${LIMIT} scrolled`, said);
  report('  memory of the page afterwards', `${(await memory(shown)).toFixed(1)} MB`);
}

async function flow(shown: ResultPage): Promise<void> {
  const store = new ResultStore({ id: 'flow', title: 'SELECT flow', limit: LIMIT });
  await shown.show(store);
  const perTick = Math.floor((rate * TICK_MS) / 2000) * 2;
  const kinds = Uint8Array.from({ length: perTick }, (_, i) => (i % 2 === 0 ? 1 : 2));
  const live = Array.from({ length: 10_000 }, (_, i) => BigInt(i));
  store.add(page(new Uint8Array(live.length), live));
  let version = 1_000_000n;
  let sent = live.length;
  const used: number[] = [];
  const said = await frames(shown, async () => {
    const began = performance.now();
    for (let tick = 0; performance.now() - began < seconds * 1000; tick++) {
      const ids: bigint[] = [];
      for (let i = 0; i < perTick / 2; i++) {
        const at = (tick * 1237 + i * 7) % live.length;
        ids.push(live[at] ?? 0n, version);
        live[at] = version++;
      }
      store.add(page(kinds, ids));
      sent += perTick;
      if (tick % 100 === 0) used.push(await memory(shown));
      await sleep(Math.max(0, began + (tick + 1) * TICK_MS - performance.now()));
    }
  });
  const { received } = store.state();
  if (received !== sent) throw new Error(`${sent} changes were sent, ${received} counted`);
  store.end('finished');
  report(`${rate} changes/s asked for, ${seconds} s`, `${sent} counted`);
  report('  the page meanwhile', said);
  const settled = used.slice(Math.floor(used.length / 2));
  report(
    '  memory of the page in its second half, least / most',
    `${Math.min(...settled).toFixed(1)} / ${Math.max(...settled).toFixed(1)} MB`,
  );
}

const shown = await ResultPage.open();
try {
  await scroll(shown);
  await flow(shown);
} finally {
  await shown.close();
}
