// Has a hot path become slower? CPU time of a few kernels, as ratios to a fixed loop in the same process, against the recorded ratios.
//   npm run bench:guard [-- --record] [--repeat N]
// The loop takes the speed of the machine out of it, and most of what other work on it does: each kernel is timed beside the loop.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { localSession } from '../../cli/local-session.ts';
import { cacheDir } from '../../scripts/paths.ts';
import { nexmarkFiles, tables } from './nexmark/data.ts';
import { QUERIES } from './nexmark/queries.ts';

const BIDS = 200_000;
/** A kernel fails when it takes so many times what was recorded. */
const TOLERANCE = 1.3;
const RECORD = new URL('guard.json', import.meta.url);

/** Queries that spend their time in one kernel each. */
const KERNELS: Readonly<Record<string, string>> = {
  decode: 'q0',
  group: 'group-by',
  distinct: 'q15',
  join: 'q20',
  'top-n': 'q18',
};

const { values: given } = parseArgs({
  options: { record: { type: 'boolean', default: false }, repeat: { type: 'string', default: '7' } },
});
const repeat = Number(given.repeat);
const signal = AbortSignal.timeout(600_000);
const session = localSession('TEXT', { 'table.local-time-zone': 'UTC', 'parallelism.default': '1' });

async function run(sql: string): Promise<void> {
  const result = await session.execute(sql, signal);
  for await (const _ of result.rows);
  if (result.jobId) {
    const { state, message } = await session.waitForJob(result.jobId, signal);
    if (state !== 'FINISHED') throw new Error(message ?? state);
  }
  await result.close();
}

async function seconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const TEXT = JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ id: i * 7919, name: `name ${i}`, price: i / 3 })));
const TABLE = new Int32Array(1 << 20);

/** Hashing over a table larger than the caches, text to objects, objects to text: what engines and memories are good at, or not. */
function yardstick(): void {
  let h = 1;
  for (let i = 0; i < 4_000_000; i++) {
    h = Math.imul(h ^ i, 0x9e3779b1);
    const at = (h >>> 8) & (TABLE.length - 1);
    TABLE[at] = (TABLE[at] as number) + 1;
  }
  let length = 0;
  for (let i = 0; i < 500; i++) length += JSON.stringify(JSON.parse(TEXT)).length;
  if (length === 0) throw new Error('nothing was done');
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;

/** Median over runs of the CPU time of a query by that of the loop before and after it; the first runs only warm up. */
async function ratioOf(name: string): Promise<number> {
  const query = QUERIES.find((each) => each.name === name);
  if (query === undefined) throw new Error(`no query ${name}`);
  const ratios: number[] = [];
  for (let i = -2; i < repeat; i++) {
    const before = await seconds(yardstick);
    const own = await seconds(() => run(`CREATE TABLE hole WITH ('connector' = 'blackhole') AS ${query.sql}`));
    await run('DROP TABLE hole');
    const after = await seconds(yardstick);
    if (i >= 0) ratios.push((2 * own) / (before + after));
  }
  return median(ratios);
}

const cache = join(cacheDir('millrace-test'), 'bench');
mkdirSync(cache, { recursive: true });
for (const table of tables(nexmarkFiles(cache, BIDS))) await run(table);
for (let i = 0; i < 3; i++) yardstick();
const recorded = JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, number>;
const measured: Record<string, number> = {};
let slower = 0;
for (const [kernel, query] of Object.entries(KERNELS)) {
  const ratio = Math.round((await ratioOf(query)) * 1000) / 1000;
  measured[kernel] = ratio;
  const known = recorded[kernel];
  const isSlower = known !== undefined && ratio > known * TOLERANCE;
  if (isSlower) slower++;
  const change = known === undefined ? 'not recorded' : `recorded ${known}, × ${(ratio / known).toFixed(2)}`;
  process.stdout.write(`${kernel} (${query}): ${ratio} yardsticks, ${change}${isSlower ? ': slower' : ''}\n`);
}
await session.close();
if (given.record) writeFileSync(RECORD, `${JSON.stringify(measured, null, 2)}\n`);
else if (slower > 0) process.exitCode = 1;
