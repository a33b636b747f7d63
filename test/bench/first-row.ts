// From the start of the local runtime's process to the first row of a SELECT over a small file, in milliseconds; and the same SELECT again
// in the session that is running then, as a cell that is run again.
//   npm run bench:first-row [-- RUNS]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayClient, type Session } from '../../clients/sql-gateway/index.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { line } from './statistics.ts';

const runs = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const rows = Array.from({ length: 100 }, (_, i) => JSON.stringify({ id: i, name: `row ${i}`, amount: i / 4 }));
writeFileSync(join(folder, 'small.jsonl'), `${rows.join('\n')}\n`);
const table = `CREATE TABLE small (id BIGINT, name STRING, amount DOUBLE)
  WITH ('connector' = 'filesystem', 'path' = 'small.jsonl', 'format' = 'json')`;

interface Times {
  readonly ready: number;
  readonly firstRow: number;
  /** From sending the statement to its first row, in the running session: the median of a few. */
  readonly again: number;
  /** User and system time of the runtime's process until then, which other processes of the machine stretch less. */
  readonly cpu: number;
}

/** How often the statement is run again in the same session. */
const AGAIN = 9;

async function firstPage(session: Session): Promise<void> {
  const select = await session.execute('SELECT id, name, amount FROM small WHERE amount > 1');
  for await (const page of select.results({ format: 'ARROW' })) {
    if (page.format === 'ARROW' && page.ipc.length > 0) break;
  }
}

async function once(env: NodeJS.ProcessEnv): Promise<Times> {
  const began = performance.now();
  const runtime = await startLocalRuntime(folder, env);
  const ready = performance.now() - began;
  try {
    const client = await GatewayClient.connect(runtime);
    const session = await client.openSession();
    const create = await session.execute(table);
    for await (const _ of create.results()) break;
    await firstPage(session);
    const firstRow = performance.now() - began;
    const cpu = cpuTime(runtime.pid);
    const agains: number[] = [];
    for (let i = 0; i < AGAIN; i++) {
      const sent = performance.now();
      await firstPage(session);
      agains.push(performance.now() - sent);
    }
    await session.close();
    client.dispose();
    const again = agains.sort((a, b) => a - b)[AGAIN >> 1] ?? Number.NaN;
    return { ready, firstRow, cpu, again };
  } finally {
    await runtime.stop();
  }
}

/** Milliseconds, in steps of 10; NaN where there is no /proc. */
function cpuTime(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user ?? 0) + (system ?? 0)) * 10;
}

const VARIANTS: readonly [name: string, env: NodeJS.ProcessEnv][] = [
  ['compile cache (as the editor starts it)', { NODE_COMPILE_CACHE: join(folder, 'cache') }],
  ['no compile cache (first start ever)', { NODE_DISABLE_COMPILE_CACHE: '1' }],
];

await buildLocalRuntime();
const times = VARIANTS.map((): Times[] => []);
// Side by side, so that a busy moment of the machine meets both. The first round fills the caches.
for (let i = 0; i <= runs; i++) {
  for (const [v, [, env]] of VARIANTS.entries()) {
    const measured = await once(env);
    if (i > 0) times[v]?.push(measured);
  }
}
for (const [v, [name]] of VARIANTS.entries()) {
  const of = (what: keyof Times) => (times[v] ?? []).map((t) => t[what]);
  process.stdout.write(
    `${name}\n  ${line('process start to ready', of('ready'))}\n  ${line('process start to first row', of('firstRow'))}\n  ${line('CPU time of the process', of('cpu'))}\n  ${line('run again to first row', of('again'))}\n`,
  );
}
rmSync(folder, { recursive: true, force: true });
