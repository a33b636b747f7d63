// What results cost the editor's host: millions of rows loaded and read page by page, a changelog at a steady rate, and rows that are
// sorted. Memory is what stays after a collection.
//   node --expose-gc test/bench/results.ts [--rows N] [--rate N] [--seconds N]
import { parseArgs } from 'node:util';
import { Int64, Utf8 } from 'apache-arrow';
import { encodeRows, fieldOf } from '../../clients/sql-gateway/arrow-page.ts';
import type { ArrowPage } from '../../clients/sql-gateway/types.ts';
import { ResultHub } from '../../extension/notebook/result-hub.ts';
import { ResultStore } from '../../extension/results/result-store.ts';

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

const fields = [
  fieldOf({ name: 'id', logicalType: { type: 'BIGINT', nullable: true } }, new Int64()),
  fieldOf({ name: 'name', logicalType: { type: 'VARCHAR', nullable: true, length: 2147483647 } }, new Utf8()),
];

function page(kinds: Uint8Array, ids: readonly bigint[]): ArrowPage {
  const ipc = encodeRows(fields, kinds, [ids, ids.map((id) => `name of ${id}`)]);
  return { format: 'ARROW', ipc, isQueryResult: true, resultKind: 'SUCCESS_WITH_CONTENT' } as unknown as ArrowPage;
}

function memory(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (!collect) throw new Error('run with node --expose-gc');
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

const report = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(58)} ${figure}\n`);
const quantile = (sorted: readonly number[], q: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(2);

async function load(): Promise<void> {
  const before = memory();
  const store = new ResultStore({ id: 'load', title: 'SELECT', limit: LIMIT });
  const kinds = new Uint8Array(PAGE);
  let spent = 0;
  for (let from = 0; from < rows; from += PAGE) {
    const next = page(
      kinds,
      Array.from({ length: PAGE }, (_, i) => BigInt(from + i)),
    );
    const began = process.cpuUsage();
    store.add(next);
    const { user, system } = process.cpuUsage(began);
    spent += user + system;
  }
  report(`${rows} rows loaded: CPU time`, `${(spent / 1e3).toFixed(0)} ms`);
  report('  memory afterwards', `${(memory() - before).toFixed(1)} MB for the last ${store.state().logRows} rows`);
  const times: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const began = performance.now();
    store.rows('table', Math.floor((i * (LIMIT - 80)) / 2000), 80);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  report('  80 rows for the page while scrolling, p50 / p99', `${quantile(times, 0.5)} / ${quantile(times, 0.99)} ms`);
  const began = performance.now();
  await store.arranged('table', 0, 80, { sort: [{ column: 1, descending: true }] });
  report(`  ${LIMIT} rows sorted by a text`, `${(performance.now() - began).toFixed(0)} ms`);
}

/** Every change is counted; messages to the page are not one a change. */
async function flow(): Promise<void> {
  const store = new ResultStore({ id: 'flow', title: 'SELECT', limit: LIMIT });
  let messages = 0;
  const hub = new ResultHub<object>(() => messages++, {
    exportRows: () => undefined,
    record: () => undefined,
    openJob: () => undefined,
    save: () => undefined,
  });
  hub.add(store, { stop: () => undefined });
  hub.receive({ type: 'subscribe', id: 'flow' }, {});
  const perTick = Math.floor(rate / 40) * 2;
  const kinds = Uint8Array.from({ length: perTick }, (_, i) => (i % 2 === 0 ? 1 : 2));
  let sent = 0;
  let version = 0n;
  const live = Array.from({ length: 10_000 }, (_, i) => BigInt(i));
  store.add(page(new Uint8Array(live.length), live));
  sent += live.length;
  const used: number[] = [];
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let tick = 0; performance.now() - began < seconds * 1000; tick++) {
    const ids: bigint[] = [];
    for (let i = 0; i < perTick / 2; i++) {
      const at = (tick * 1237 + i * 7) % live.length;
      const next = 1_000_000n + version++;
      ids.push(live[at] ?? 0n, next);
      live[at] = next;
    }
    store.add(page(kinds, ids));
    sent += perTick;
    if (tick % 100 === 0) used.push(memory());
    const due = began + (tick + 1) * 50 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due)));
  }
  const state = store.state();
  const { user, system } = process.cpuUsage(cpu);
  if (state.received !== sent) throw new Error(`${sent} changes were sent, ${state.received} counted`);
  const took = (performance.now() - began) / 1000;
  report(`${rate} changes/s asked for: changes/s taken`, `${Math.round(sent / took)}, all ${sent} counted`);
  report('  CPU time a second of it, with making the pages', `${((user + system) / 1e3 / took).toFixed(0)} ms`);
  report('  messages to the page a second', (messages / took).toFixed(1));
  const settled = used.slice(Math.floor(used.length / 2));
  report(
    '  memory in its second half, least / most',
    `${Math.min(...settled).toFixed(0)} / ${Math.max(...settled).toFixed(0)} MB`,
  );
  store.end('finished');
  hub.dispose();
}

await load();
await flow();
