// Nexmark on the local runtime and, side by side in the same run, on a real Flink: same files, same SQL, results compared.
//   npm run bench:nexmark [-- --bids N] [--repeat N] [--queries q0,q1] [--parallelism N] [--flink none | GATEWAY,JOBMANAGER[,PID]]
//     [--write] [--json FILE]
// Without --flink a Flink 2.2.1 is started (it needs Java, and is downloaded once). --write puts the table into docs/performance.md
// and, at parallelism 1, the plot into docs/images/nexmark.svg; --json keeps every single run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir, root } from '../../scripts/paths.ts';
import { launchFlink } from '../harness/flink.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { nexmarkFiles, tables } from './nexmark/data.ts';
import { plot } from './nexmark/plot.ts';
import { type NexmarkQuery, QUERIES } from './nexmark/queries.ts';
import { report, withSection } from './nexmark/report.ts';
import { median, type QueryResult, speedOf } from './nexmark/results.ts';
import {
  finalRows,
  inSession,
  peakMegabytes,
  type Run,
  residentMegabytes,
  type Target,
  timed,
} from './nexmark/target.ts';

const { values: given } = parseArgs({
  options: {
    bids: { type: 'string', default: '2000000' },
    check: { type: 'string', default: '20000' },
    repeat: { type: 'string', default: '5' },
    queries: { type: 'string' },
    parallelism: { type: 'string', default: '1' },
    flink: { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const bids = Number(given.bids);
const repeat = Number(given.repeat);
const wanted = given.queries?.split(',');
const queries = QUERIES.filter(({ name }) => wanted === undefined || wanted.includes(name));

const SETTINGS = {
  'parallelism.default': given.parallelism,
  'table.local-time-zone': 'UTC',
  'pipeline.object-reuse': 'true',
};
const TABLE_ROWS = { bid: bids, auction: Math.ceil((bids / 46) * 3), person: Math.ceil(bids / 46) };

/** A process of its own, with a compile cache as the editor gives it; Flink's processes go on from query to query. */
async function onMillrace<T>(work: (target: Target) => Promise<T>): Promise<T> {
  const runtime = await startLocalRuntime(tmpdir(), { NODE_COMPILE_CACHE: join(cache, 'compiled') });
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

await buildLocalRuntime();
const cache = join(cacheDir('millrace-test'), 'bench');
mkdirSync(cache, { recursive: true });
const files = nexmarkFiles(cache, bids);
const small = nexmarkFiles(cache, Number(given.check));
const flink = await flinkTarget();
const results: QueryResult[] = [];
try {
  for (const query of queries) results.push(await bench(query));
} finally {
  await flink?.stop();
}
if (given.json) writeFileSync(given.json, `${results.map((result) => JSON.stringify(result)).join('\n')}\n`);
publish();

async function bench(query: NexmarkQuery): Promise<QueryResult> {
  if (flink) await compare(flink.target, small, query);
  const { name, about } = query;
  const rows = query.reads.reduce((sum, table) => sum + TABLE_ROWS[table], 0);
  const [cold, peak] = await onMillrace(async (target) => {
    const run = await measure(target, files, query);
    return [run, peakMegabytes(target.pid)] as const;
  });
  const millrace: Run[] = [];
  const others: Run[] = [];
  await onMillrace(async (target) => {
    await measure(target, small, query);
    if (flink) await measure(flink.target, small, query);
    // In turn, so that a busy moment of the machine meets both.
    for (let i = 0; i < repeat; i++) {
      millrace.push(await measure(target, files, query));
      if (flink) others.push(await measure(flink.target, files, query));
    }
  });
  tell(query, 'Millrace', rows, millrace, `, cold ${cold.seconds.toFixed(2)} s, ${peak.toFixed(0)} MB`);
  const flinkMegabytes = residentMegabytes(flink?.target.pid);
  if (flink) tell(query, 'Flink', rows, others, `, ${flinkMegabytes.toFixed(0)} MB`);
  return { name, about, rows, millrace, flink: others, cold, peakMegabytes: peak, flinkMegabytes };
}

function tell(query: NexmarkQuery, target: string, rows: number, runs: readonly Run[], more: string): void {
  const seconds = runs.map((run) => run.seconds.toFixed(2)).join(' ');
  const cpu = median(runs.map((run) => run.cpuSeconds)).toFixed(2);
  const speed = speedOf(rows, runs)?.median.toFixed(0);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  process.stdout.write(`${query.name} ${target}: ${speed} k rows/s, ${seconds} s, CPU ${cpu} s${more}, load ${load}\n`);
}

/** Prints the table; `--write` puts it and the plot among the documents. */
function publish(): void {
  const { parallelism } = given;
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}, Flink 2.2.1, load ${(loadavg()[0] ?? 0).toFixed(1)} at the end`;
  const text = report(results, { bids, repeat, parallelism, machine });
  process.stdout.write(`\n${text}\n`);
  if (!given.write) return;
  const document = join(root, 'docs', 'performance.md');
  writeFileSync(document, withSection(readFileSync(document, 'utf8'), `nexmark, parallelism ${parallelism}`, text));
  if (parallelism !== '1') return;
  mkdirSync(join(root, 'docs', 'images'), { recursive: true });
  const title = `Nexmark, ${bids.toLocaleString('en')} bids, parallelism 1: thousands of rows per second`;
  writeFileSync(join(root, 'docs', 'images', 'nexmark.svg'), plot(results, title));
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
