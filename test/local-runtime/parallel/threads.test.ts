import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idleWorkers } from '../../../local-runtime/parallel/worker-pool.ts';
import { start, textOf } from '../job/harness.ts';

/** Jobs whose subtasks run on threads of their own; the machine's processors bound how many, two at least are assumed. */
let folder: string;
let tables: string;
const TWO = { 'parallelism.default': '2' };
const LINES = 120_000; // More than a first split holds.

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-threads-'));
  mkdirSync(join(folder, 'big'));
  const line = (i: number): string =>
    `{"id":${i},"k":"key ${i % 1000}","v":${i % 7 === 0 ? 'null' : (i * 37) % 1001},"ts":"2026-01-01 00:${String(Math.floor(i / 6000)).padStart(2, '0')}:00","pad":"${'é'.repeat(i % 60)}"}\n`;
  writeFileSync(join(folder, 'big', 'one.json'), Array.from({ length: LINES }, (_, i) => line(i)).join(''));
  tables = `CREATE TABLE t (id BIGINT, k STRING, v INT, ts TIMESTAMP(3), pad STRING, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
    WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'big')}', 'format' = 'json');`;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is left of changes. */
function left(rows: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = row.slice(3);
    counts.set(text, (counts.get(text) ?? 0) + (row.startsWith('+') ? 1 : -1));
  }
  return [...counts].flatMap(([text, n]) => (n === 0 ? [] : [`${n} ${text}`])).sort();
}

async function rowsLeft(query: string, options: Readonly<Record<string, string>>): Promise<string[]> {
  const { job, rows } = start(`${tables} ${query}`, options);
  expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
  return left(rows);
}

describe('a job on two threads', { timeout: 60_000 }, () => {
  const queries: Readonly<Record<string, string>> = {
    'counts by key over one big file':
      'SELECT k, COUNT(*), SUM(v), MAX(pad), COUNT(DISTINCT v) FROM t WHERE id < 60000 GROUP BY k',
    'sums over all': 'SELECT COUNT(*), SUM(v), MIN(id), MAX(id) FROM t',
    'windows by event time':
      "SELECT window_start, k, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end, k",
    joins:
      'SELECT a.k, a.n, b.m FROM (SELECT k, COUNT(*) AS n FROM t GROUP BY k) a JOIN (SELECT k, MAX(v) AS m FROM t WHERE v > 990 GROUP BY k) b ON a.k = b.k',
    'top of all': 'SELECT id, v FROM t ORDER BY v DESC, id LIMIT 5',
  };
  for (const [name, query] of Object.entries(queries)) {
    it(name, async () => {
      const one = await rowsLeft(query, {});
      expect(one.length).toBeGreaterThan(0);
      expect(await rowsLeft(query, TWO)).toEqual(one);
    });
  }

  it('writes a file for each subtask', async () => {
    const path = join(folder, 'out');
    const { job } = start(
      `${tables} CREATE TABLE o (k STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'csv');
       INSERT INTO o SELECT k, id FROM t WHERE id < 100000;`,
      TWO,
    );
    expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
    const files = (await readdir(path)).sort();
    expect(files.map((file) => /^part-.*-(\d)-\d+$/.exec(file)?.[1]).sort()).toEqual(['0', '1']);
    const texts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8')));
    expect(texts.join('').split('\n').length).toBe(100_001);
  });

  it('fails with the cause of the thread that fails, and writes nothing', async () => {
    const path = join(folder, 'none');
    const { job } = start(
      `${tables} CREATE TABLE o (n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'csv');
       INSERT INTO o SELECT 10 / (id - 70000) FROM t;`,
      TWO,
    );
    expect(await job.done).toBe('FAILED');
    expect(job.failure?.causes[0]).toMatchObject({ exception: 'ArithmeticException', message: '/ by zero' });
    expect(await readdir(path).catch(() => [])).toEqual([]);
  });

  it('goes to the threads of the job before, unless that one failed', async () => {
    let started = 0;
    const count = (): void => {
      started++;
    };
    const query = 'SELECT COUNT(*), MAX(id) FROM t';
    // A thread comes back a moment after its job has ended.
    const settled = async (): Promise<void> => {
      while (idleWorkers() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await rowsLeft(query, TWO);
    await settled();
    process.on('worker', count);
    try {
      const whole = await rowsLeft(query, TWO);
      await settled();
      expect(await rowsLeft(query, TWO)).toEqual(whole);
      await settled();
      expect(started).toBe(0);
      const { job } = start(`${tables} SELECT id / (id - id) FROM t`, TWO);
      expect(await job.done).toBe('FAILED');
      expect(await rowsLeft(query, TWO)).toEqual(whole);
      expect(started).toBe(2);
    } finally {
      process.off('worker', count);
    }
  });

  it('is cancelled while its rows wait for the client', async () => {
    let asked = 0;
    const { job } = start(`${tables} SELECT * FROM t`, TWO, () => {
      asked++;
      return new Promise<void>(() => undefined);
    });
    // On threads of their own, and with back pressure: the credits of the channels come, and no more.
    while (asked <= 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(asked).toBeLessThanOrEqual(2 * 8 + 4);
    const from = performance.now();
    await job.cancel();
    expect(job.state).toBe('CANCELED');
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  it('goes on from a savepoint on threads, and on one thread, as if it had not stopped', async () => {
    const query = `SELECT window_start, k, COUNT(*), SUM(v), COUNT(DISTINCT v) FROM
      TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end, k`;
    const whole = await rowsLeft(query, {});
    for (const threads of ['true', 'false']) {
      let seen = 0;
      const first = start(`${tables} ${query}`, TWO, (batch) => {
        seen += batch.length;
        first.rows.push(...textOf(batch));
      });
      while (seen === 0 && first.job.endTime === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      const { path } = await first.job.stop(folder, false);
      expect(first.job.state).toBe('FINISHED');
      const second = start(`${tables} ${query}`, {
        ...TWO,
        'millrace.worker-threads': threads,
        'execution.state-recovery.path': path,
      });
      expect(await second.job.done, JSON.stringify(second.job.failure)).toBe('FINISHED');
      expect(second.rows.length).toBeGreaterThan(0);
      expect(left([...first.rows, ...second.rows])).toEqual(whole);
    }
  });

  it('takes checkpoints, and files come with them', async () => {
    const out = join(folder, 'checkpointed');
    const { job } = start(
      `${tables} CREATE TABLE o (k STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${out}', 'format' = 'csv');
       INSERT INTO o SELECT k, id FROM t;`,
      {
        ...TWO,
        'execution.checkpointing.interval': '50 ms',
        'execution.checkpointing.dir': join(folder, 'checkpoints'),
      },
    );
    expect(await job.done, JSON.stringify(job.failure)).toBe('FINISHED');
    const texts = await Promise.all((await readdir(out)).map((file) => readFile(join(out, file), 'utf8')));
    const ids = texts
      .join('')
      .trimEnd()
      .split('\n')
      .map((row) => Number(row.split(',')[1]));
    expect(new Set(ids).size).toBe(LINES);
    expect(ids.length).toBe(LINES);
    expect(job.checkpoints.statistics.history.filter(({ status }) => status === 'COMPLETED').length).toBeGreaterThan(1);
  });

  it('starts again from its last checkpoint when a thread fails', async () => {
    const { job } = start(
      `${tables} CREATE TABLE o (n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${join(folder, 'again')}', 'format' = 'csv');
       INSERT INTO o SELECT 10 / (id - 119000) FROM t;`,
      {
        ...TWO,
        'execution.checkpointing.interval': '20 ms',
        'restart-strategy.type': 'fixed-delay',
        'restart-strategy.fixed-delay.attempts': '2',
        'restart-strategy.fixed-delay.delay': '1 ms',
      },
    );
    expect(await job.done).toBe('FAILED');
    expect(job.failures.length).toBe(3);
    expect(job.failure?.causes[0]?.message).toBe('/ by zero');
  });

  it('counts what its threads did', async () => {
    const { job } = start(`${tables} SELECT k, COUNT(*) FROM t GROUP BY k`, TWO);
    expect(await job.done).toBe('FINISHED');
    const { operators } = job.metrics();
    const source = operators.find(({ name }) => name.startsWith('Source'));
    expect(source).toMatchObject({ parallelism: 2, recordsOut: LINES });
    expect(operators.find(({ name }) => name === 'GroupAggregate')).toMatchObject({ parallelism: 2, recordsIn: LINES });
  });
});
