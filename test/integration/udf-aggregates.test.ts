import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { runWithCuts } from '../harness/cut-sql.ts';
import { fixtureJar } from '../harness/java-functions.ts';
import { runLocally } from '../harness/local-sql.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

/** id, key, number, second. */
const ROWS = `1,a,5,0
2,b,2,1
3,a,3,2
4,a,5,4
5,b,7,6
6,a,1,11
7,b,2,13
8,a,9,12
9,c,4,21
10,a,2,24
11,b,1,35
12,a,7,3
13,c,6,38
`.replaceAll(/(\d+)$/gm, (second) => `2020-01-01 00:00:${second.padStart(2, '0')}`);

const windows = (window: string, what: string): string =>
  `SELECT k, window_start, window_end, ${what} FROM TABLE(${window}) GROUP BY k, window_start, window_end`;
const TUMBLE = "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)";
const HOP = "HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND)";
const CUMULATE = "CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)";
const SESSION = "SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND)";
const counted = 'SELECT k, COUNT(*) AS c FROM t GROUP BY k';

/** Queries by what is set for them. */
const GROUPS: Readonly<Record<string, { readonly options?: Readonly<Record<string, string>>; queries: string[] }>> = {
  'windows of table functions': {
    queries: [
      windows(TUMBLE, 'gathered(n), COUNT(*), gathered(n) FILTER (WHERE n > 3)'),
      windows(TUMBLE, 'gathered(DISTINCT n), COUNT(DISTINCT n)'),
      windows(HOP, 'gathered(n), SUM(n)'),
      windows(HOP, 'gathered(DISTINCT n)'),
      windows(CUMULATE, 'gathered(n)'),
      windows(SESSION, 'gathered(n)'),
    ],
  },
  'group windows': {
    queries: [
      "SELECT k, TUMBLE_START(ts, INTERVAL '10' SECOND), gathered(n) FROM t GROUP BY k, TUMBLE(ts, INTERVAL '10' SECOND)",
      "SELECT k, TUMBLE_END(ts, INTERVAL '10' SECOND), largest(n) FROM t GROUP BY k, TUMBLE(ts, INTERVAL '10' SECOND)",
      "SELECT k, HOP_END(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND), gathered(n) FROM t GROUP BY k, HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND)",
      "SELECT k, SESSION_END(ts, INTERVAL '5' SECOND), gathered(n) FROM t GROUP BY k, SESSION(ts, INTERVAL '5' SECOND)",
    ],
  },
  OVER: {
    queries: [
      'SELECT id, gathered(n) OVER (PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t',
      "SELECT id, gathered(n) OVER w, COUNT(*) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW)",
      'SELECT id, gathered(n) OVER w, largest(n) OVER w FROM t WINDOW w AS (PARTITION BY k ORDER BY ts)',
      'SELECT id, gathered(DISTINCT n) OVER (PARTITION BY k ORDER BY ts) FROM t',
    ],
  },
  'DISTINCT, FILTER and retractions': {
    queries: [
      'SELECT k, gathered(DISTINCT n), COUNT(DISTINCT n) FROM t GROUP BY k',
      'SELECT k, gathered(DISTINCT n) FILTER (WHERE n > 2), gathered(n) FILTER (WHERE n < 4) FROM t GROUP BY k',
      // Rows that change nothing are not told.
      'SELECT k, largest(DISTINCT n) FROM t GROUP BY k',
      'SELECT k, m FROM (SELECT k, largest(DISTINCT n) AS m FROM t GROUP BY k) WHERE m > 3',
      `SELECT gathered(DISTINCT c) FROM (${counted})`,
    ],
  },
  'mini-batches': {
    options: {
      'table.exec.mini-batch.enabled': 'true',
      'table.exec.mini-batch.allow-latency': '10 min',
      'table.exec.mini-batch.size': '4',
    },
    queries: [
      'SELECT k, gathered(n), COUNT(*) FROM t GROUP BY k',
      'SELECT k, largest(n) FROM t GROUP BY k',
      'SELECT k, gathered(DISTINCT n) FROM t GROUP BY k',
    ],
  },
  'a time to live of state': {
    options: { 'table.exec.state.ttl': '1 h' },
    queries: [
      'SELECT k, largest(n) FROM t GROUP BY k',
      'SELECT k, gathered(DISTINCT n) FROM t GROUP BY k',
      `SELECT gathered(c) FROM (${counted})`,
    ],
  },
  'batch mode': {
    options: { 'execution.runtime-mode': 'batch' },
    queries: [
      'SELECT id, gathered(n) OVER (PARTITION BY k ORDER BY n, id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t ORDER BY id',
      `SELECT * FROM (${windows(TUMBLE, 'gathered(n)')}) ORDER BY window_start, k`,
      'SELECT * FROM (SELECT k, gathered(DISTINCT n) FROM t GROUP BY k) ORDER BY k',
    ],
  },
};

describe.skipIf(missingFor('flink'))('aggregate functions of users', { timeout: 600_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-aggregates-'));
  let setup: string[] = [];
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
    const jar = await fixtureJar(work);
    writeFileSync(join(work, 'rows.csv'), ROWS);
    setup = [
      `CREATE TEMPORARY FUNCTION gathered AS 'fixtures.Gathered' USING JAR '${jar}'`,
      `CREATE TEMPORARY FUNCTION largest AS 'fixtures.Largest' USING JAR '${jar}'`,
      `CREATE TEMPORARY TABLE t (id INT, k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
        WITH ('connector' = 'filesystem', 'path' = '${join(work, 'rows.csv')}', 'format' = 'csv')`,
    ];
  }, 600_000);
  afterAll(async () => {
    // It is not there where it did not start.
    await (flink as Flink | undefined)?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const script = (queries: readonly string[], options: Readonly<Record<string, string>> = {}): string =>
    [...setup, ...Object.entries(options).map(([key, value]) => `SET '${key}' = '${value}'`), ...queries]
      .map((statement) => `${statement};\n`)
      .join('');

  it.each(Object.entries(GROUPS))('%s: the same changes as on a real Flink', async (name, { options, queries }) => {
    const file = join(work, `${name.replaceAll(/\W/g, '-')}.sql`);
    writeFileSync(file, script(queries, { 'parallelism.default': '1', ...options }));
    const millrace = (...args: string[]): Promise<string> =>
      run(process.execPath, [join(root, 'cli', 'main.ts'), 'run', file, '--jsonl', ...args], { timeoutMs: 580_000 });
    const expected = await millrace('--url', flink.gatewayUrl);
    expect(expected.split('\n').length).toBeGreaterThan(queries.length * 3);
    expect(await millrace()).toBe(expected);
  });

  it.each([
    ['windows', windows(HOP, 'gathered(n)'), [4, 3, 4]],
    ['sessions', windows(SESSION, 'gathered(n)'), [3, 5]],
    ['OVER', 'SELECT id, gathered(n) OVER (PARTITION BY k ORDER BY ts ROWS 1 PRECEDING) FROM t', [5, 2, 3]],
    ['DISTINCT', 'SELECT k, gathered(DISTINCT n), largest(DISTINCT n) FROM t GROUP BY k', [2, 2, 5]],
  ])('%s: accumulators are part of snapshots', async (_, query, after) => {
    const whole = await runWithCuts(setup, query, [], work);
    const cut = await runWithCuts(setup, query, after, work);
    expect(cut.cuts).toBe(after.length);
    expect(whole.rows.length).toBeGreaterThan(5);
    expect(cut.rows).toEqual(whole.rows);
  });

  it.each([
    [windows(TUMBLE, 'largest(n)'), "merge' in class 'fixtures.Largest' for function 'largest'"],
    [windows(HOP, 'largest(n)'), "merge' in class 'fixtures.Largest' for function 'largest'"],
    [windows(SESSION, 'largest(n)'), 'void merge(fixtures.Largest.Seen, java.lang.Iterable)'],
    [`SELECT largest(c) FROM (${counted})`, 'void retract(fixtures.Largest.Seen, java.lang.Long)'],
    ['SELECT gathered(n) OVER (ORDER BY n) FROM t', 'OVER that is not ordered by time'],
    [
      windows(TUMBLE, 'gathered(CASE WHEN n = 9 THEN 666 ELSE n END)'),
      'no beasts [function gathered(666), at fixtures',
    ],
  ])('%s is refused', async (query, message) => {
    const result = (await runLocally(script([query]))).at(-1);
    expect(result?.error).toContain(message);
  });
});
