import { readFileSync } from 'node:fs';
import { GatewayClient, type Session } from '../../../clients/sql-gateway/index.ts';

/** A server that the benchmark runs on. */
export interface Target {
  readonly name: string;
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  readonly token?: string;
  /** The process that does the work, where it is known: its CPU time and memory are reported. */
  readonly pid: number | undefined;
}

/** One timed run of an INSERT. */
export interface Run {
  /** Of the job, as the server tells it. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const LIMIT_MS = 300_000;

/** Runs `work` in a session of its own with the tables there. */
export async function inSession<T>(
  target: Target,
  properties: Readonly<Record<string, string>>,
  tables: readonly string[],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await GatewayClient.connect({
    url: target.gatewayUrl,
    ...(target.token ? { token: target.token } : {}),
  });
  try {
    const session = await client.openSession({ properties });
    try {
      for (const table of tables) for await (const _ of (await session.execute(table)).results());
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    client.dispose();
  }
}

/** Writes a query's changelog to a blackhole, whose columns the query gives (CTAS), and waits for the end of the job. */
export async function timed(target: Target, session: Session, sql: string): Promise<Run> {
  const before = cpuSeconds(target.pid);
  const operation = await session.execute(`CREATE TABLE hole WITH ('connector' = 'blackhole') AS ${sql}`);
  let job: string | undefined;
  for await (const page of operation.results()) job = page.jobId ?? job;
  if (job === undefined) throw new Error(`${target.name} gave no job for ${sql}`);
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const { status } = (await ask(target, `/jobs/${job}/status`)) as { status: string };
    if (status === 'FINISHED') {
      const cpu = cpuSeconds(target.pid) - before;
      const { duration } = (await ask(target, `/jobs/${job}`)) as { duration: number };
      for await (const _ of (await session.execute('DROP TABLE hole')).results());
      return { seconds: duration / 1000, cpuSeconds: cpu };
    }
    if (status === 'FAILED' || status === 'CANCELED') throw new Error(`${target.name}: job ${status}: ${sql}`);
    if (Date.now() > deadline) throw new Error(`${target.name}: no end after ${LIMIT_MS / 1000} s: ${sql}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function ask(target: Target, path: string): Promise<unknown> {
  const headers = target.token ? { authorization: `Bearer ${target.token}` } : undefined;
  const answer = await fetch(`${target.jobManagerUrl}${path}`, headers ? { headers } : {});
  if (!answer.ok) throw new Error(`${target.name}: ${answer.status} for ${path}`);
  return answer.json();
}

/**
 * The rows that are left when a query's changelog has been applied, sorted, as text. With `replaceBy` a row of kind +I or +U takes the
 * place of the one before it with the same values in these columns.
 */
export async function finalRows(session: Session, sql: string, replaceBy?: readonly number[]): Promise<string[]> {
  const counts = new Map<string, number>();
  const latest = new Map<string, string>();
  const count = (text: string, by: number) => counts.set(text, (counts.get(text) ?? 0) + by);
  for await (const page of (await session.execute(sql)).results()) {
    if (page.format === 'ARROW') continue;
    for (const [i, row] of page.rows.entries()) {
      const text = asText(row);
      const kind = page.rowKinds[i];
      const gone = kind === 1 || kind === 3;
      if (replaceBy) {
        const key = asText(replaceBy.map((column) => row[column]));
        const before = latest.get(key);
        if (before !== undefined && !gone) count(before, -1);
        if (gone) latest.delete(key);
        else latest.set(key, text);
      }
      count(text, gone ? -1 : 1);
    }
  }
  return [...counts].flatMap(([text, count]) => (count === 0 ? [] : [`${count} ${text}`])).sort();
}

const asText = (values: readonly unknown[]) =>
  JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? String(value) : value));

/** User and system time of a process so far, in seconds; NaN where it cannot be known. */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

/** Most memory that a process has held, in MB; NaN where it cannot be known. */
export function peakMegabytes(pid: number | undefined): number {
  return megabytes(pid, /VmHWM:\s+(\d+) kB/);
}

/** The memory that a process holds, in MB; NaN where it cannot be known. */
export function residentMegabytes(pid: number | undefined): number {
  return megabytes(pid, /VmRSS:\s+(\d+) kB/);
}

function megabytes(pid: number | undefined, line: RegExp): number {
  if (pid === undefined || process.platform !== 'linux') return Number.NaN;
  const found = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return found ? Number(found[1]) / 1024 : Number.NaN;
}
