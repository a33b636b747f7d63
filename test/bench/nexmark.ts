// Nexmark on the local runtime and, side by side in the same run, on a real Flink: same files, same SQL, results compared.
//   npm run bench:nexmark [-- --bids N] [--repeat N] [--queries q0,q1] [--parallelism N] [--flink none | GATEWAY,JOBMANAGER[,PID]]
// Without --flink a Flink 2.2.1 is started (it needs Java, and is downloaded once).
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir } from '../../scripts/paths.ts';
import { launchFlink } from '../harness/flink.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { nexmarkFiles, tables } from './nexmark/data.ts';
import { type NexmarkQuery, QUERIES } from './nexmark/queries.ts';
import { finalRows, inSession, peakMegabytes, type Run, type Target, timed } from './nexmark/target.ts';

const { values: given } = parseArgs({
  options: {
    bids: { type: 'string', default: '2000000' },
    check: { type: 'string', default: '20000' },
    repeat: { type: 'string', default: '5' },
    queries: { type: 'string' },
    parallelism: { type: 'string', default: '1' },
    flink: { type: 'string' },
    json: { type: 'string' },
  },
});
const bids = Number(given.bids);
const repeat = Number(given.repeat);
const wanted = given.queries?.split(',');
const queries = QUERIES.filter(({ name }) => wanted === undefined || wanted.includes(name));

interface Result {
  readonly query: string;
  readonly target: string;
  readonly rows: number;
  readonly seconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly peakMegabytes: number;
}

const SETTINGS = {
  'parallelism.default': given.parallelism,
  'table.local-time-zone': 'UTC',
  'pipeline.object-reuse': 'true',
};
const TABLE_ROWS = { bid: bids, auction: Math.ceil((bids / 46) * 3), person: Math.ceil(bids / 46) };

/** The runtime is a process of its own for each query, as the memory of a query is reported; Flink's goes on. */
async function onMillrace<T>(work: (target: Target) => Promise<T>): Promise<T> {
  const runtime = await startLocalRuntime(tmpdir());
  try {
    const { url, token, pid } = runtime;
    return await work({ name: 'Millrace', gatewayUrl: url, jobManagerUrl: url, token, pid });
  } finally {
    await runtime.stop();
  }
}

async function measure(target: Target, files: string, query: NexmarkQuery): Promise<Run> {
  return inSession(target, SETTINGS, tables(files), (session) => timed(target, session, query.sql));
}

async function compare(flink: Target, files: string, query: NexmarkQuery): Promise<void> {
  if (query.incomparable !== undefined) return;
  const rowsOn = (target: Target) =>
    inSession(target, SETTINGS, tables(files), (session) => finalRows(session, query.sql, query.replaceBy));
  const [expected, got] = [await rowsOn(flink), await onMillrace(rowsOn)];
  if (expected.length === 0) throw new Error(`${query.name}: Flink gives no rows, so that nothing is compared`);
  const at = expected.findIndex((row, i) => row !== got[i]);
  if (at >= 0 || expected.length !== got.length) {
    throw new Error(
      `${query.name}: results differ: ${expected.length} rows of Flink, ${got.length} of Millrace; first: ${expected[at]} / ${got[at]}`,
    );
  }
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;

await buildLocalRuntime();
const cache = join(cacheDir('millrace-test'), 'bench');
mkdirSync(cache, { recursive: true });
const files = nexmarkFiles(cache, bids);
const small = nexmarkFiles(cache, Number(given.check));
const flink = await flinkTarget();
const results: Result[] = [];
try {
  for (const query of queries) {
    if (flink) await compare(flink.target, small, query);
    const rows = query.reads.reduce((sum, table) => sum + TABLE_ROWS[table], 0);
    const own: Run[] = [];
    const others: Run[] = [];
    let peak = Number.NaN;
    if (flink) await measure(flink.target, small, query);
    // In turn, so that a busy moment of the machine meets both.
    for (let i = 0; i < repeat; i++) {
      await onMillrace(async (target) => {
        own.push(await measure(target, files, query));
        peak = peakMegabytes(target.pid);
      });
      if (flink) others.push(await measure(flink.target, files, query));
    }
    report(query, 'Millrace', rows, own, peak);
    if (flink) report(query, 'Flink', rows, others, peakMegabytes(flink.target.pid));
  }
} finally {
  await flink?.stop();
}
if (given.json) writeFileSync(given.json, `${results.map((result) => JSON.stringify(result)).join('\n')}\n`);
table();

function report(query: NexmarkQuery, target: string, rows: number, runs: readonly Run[], peak: number): void {
  const seconds = runs.map((run) => run.seconds);
  const cpuSeconds = runs.map((run) => run.cpuSeconds);
  results.push({ query: query.name, target, rows, seconds, cpuSeconds, peakMegabytes: peak });
  const speed = Math.round(rows / median(seconds) / 1000);
  process.stdout.write(
    `${query.name} ${target}: ${speed} k rows/s, ${seconds.map((s) => s.toFixed(2)).join(' ')} s, CPU ${median(cpuSeconds).toFixed(2)} s, ${peak.toFixed(0)} MB, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
  );
}

function table(): void {
  const of = (name: string, target: string) => results.find((r) => r.query === name && r.target === target);
  const logs: number[] = [];
  const cpuLogs: number[] = [];
  process.stdout.write(
    `\n${cpus().length} cores, ${bids} bids, parallelism ${given.parallelism}, medians of ${repeat}\n\n| query | | Millrace k rows/s | Flink k rows/s | ratio | ratio by CPU time | Millrace MB |\n|---|---|---|---|---|---|---|\n`,
  );
  for (const { name, about } of queries) {
    const own = of(name, 'Millrace');
    const other = of(name, 'Flink');
    if (!own) continue;
    const speed = (r: Result | undefined) => (r ? (r.rows / median(r.seconds) / 1000).toFixed(0) : '–');
    const ratio = other ? median(other.seconds) / median(own.seconds) : Number.NaN;
    const cpuRatio = other ? median(other.cpuSeconds) / median(own.cpuSeconds) : Number.NaN;
    logs.push(Math.log(ratio));
    cpuLogs.push(Math.log(cpuRatio));
    process.stdout.write(
      `| ${name} | ${about} | ${speed(own)} | ${speed(other)} | ${ratio.toFixed(1)} | ${cpuRatio.toFixed(1)} | ${own.peakMegabytes.toFixed(0)} |\n`,
    );
  }
  const mean = (numbers: readonly number[]) => Math.exp(numbers.reduce((a, b) => a + b, 0) / numbers.length);
  process.stdout.write(`| geometric mean | | | | ${mean(logs).toFixed(1)} | ${mean(cpuLogs).toFixed(1)} | |\n`);
}

async function flinkTarget(): Promise<{ target: Target; stop: () => Promise<void> } | undefined> {
  if (given.flink === 'none') return undefined;
  if (given.flink !== undefined) {
    const [gatewayUrl = '', jobManagerUrl = '', pid] = given.flink.split(',');
    const target = { name: 'Flink', gatewayUrl, jobManagerUrl, pid: pid === undefined ? undefined : Number(pid) };
    return { target, stop: async () => undefined };
  }
  const started = await launchFlink(3072);
  const { gatewayUrl, jobManagerUrl, stop } = started;
  return { target: { name: 'Flink', gatewayUrl, jobManagerUrl, pid: started.taskManagerPid }, stop };
}
