import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../../local-runtime/step-replay/replay.ts';
import type { StepTrace } from '../../../local-runtime/step-replay/trace.ts';
import { runLocally } from '../../harness/local-sql.ts';

const ROWS = [
  { u: 'a', n: 1, ts: '2024-01-01 00:00:01' },
  { u: 'b', n: 2, ts: '2024-01-01 00:00:03' },
  { u: 'a', n: 3, ts: '2024-01-01 00:00:06' },
  { u: 'a', n: 4, ts: '2024-01-01 00:00:08' },
  { u: 'a', n: 5, ts: '2024-01-01 00:00:02' },
  { u: 'b', n: 6, ts: '2024-01-01 00:00:14' },
];

const LIMITS = { steps: 500, stateRows: 100, ms: 20_000 };

describe('a query row by row', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-steps-'));
  let setup: string[];
  beforeAll(() => {
    const path = join(folder, 'clicks.jsonl');
    writeFileSync(path, `${ROWS.map((row) => JSON.stringify(row)).join('\n')}\n`);
    setup = [
      `CREATE TABLE clicks (u STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
       WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json')`,
    ];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const stepping = (statement: string, limits = LIMITS, options: Readonly<Record<string, string>> = {}) =>
    replay(
      { setup, options, statement, shown: statement, workingDirectory: folder, limits },
      new AbortController().signal,
    );
  const operator = (trace: StepTrace, name: string): number => {
    const found = trace.operators.findIndex((each) => each.name === name);
    expect(found, `${name} among ${trace.operators.map((each) => each.name)}`).toBeGreaterThanOrEqual(0);
    return found;
  };
  const given = (trace: StepTrace, name: string): string[][] =>
    trace.steps.map(({ events }) =>
      events.flatMap((event) =>
        event.type === 'row' && event.operator === operator(trace, name) ? [[event.op, ...event.cells].join(' ')] : [],
      ),
    );
  /** The first table of an operator's state after each step. */
  const kept = (trace: StepTrace, name: string): string[][] => {
    let rows: string[] = [];
    return trace.steps.map(({ state }) => {
      const changed = state.find((each) => each.operator === operator(trace, name));
      if (changed) rows = (changed.tables[0]?.rows ?? []).map((row) => row.join(' '));
      return rows;
    });
  };

  test('a late row is seen to be dropped, and windows to fire with the watermark', async () => {
    const trace = await stepping(
      `SELECT u, SUM(n) AS s FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '5' SECOND))
       GROUP BY u, window_start, window_end`,
    );
    expect(trace.end).toBe('finished');
    expect(trace.steps.map(({ kind }) => kind)).toEqual(['row', 'row', 'row', 'row', 'row', 'row', 'end']);
    expect(given(trace, 'Sink: collect')).toEqual([[], [], [], ['+I a 1', '+I b 2'], [], ['+I a 7'], ['+I b 6']]);
    const late = trace.steps.flatMap(({ events }, i) => (events.some(({ type }) => type === 'late') ? [i] : []));
    // Dropped when the local buffer is flushed, as in Flink: with the watermark after it.
    expect(late).toEqual([5]);
    expect(kept(trace, 'WindowAggregate')[2]).toEqual([
      '2024-01-01 00:00:00.000 2024-01-01 00:00:05.000 a 1 local buffer',
      '2024-01-01 00:00:00.000 2024-01-01 00:00:05.000 b 2 local buffer',
      '2024-01-01 00:00:05.000 2024-01-01 00:00:10.000 a 3 local buffer',
    ]);
    const marks = trace.steps.map(({ events }) =>
      events.flatMap((event) =>
        event.type === 'watermark' && event.operator === operator(trace, 'WatermarkAssigner') ? [event.at] : [],
      ),
    );
    expect(marks[3]).toEqual([Date.UTC(2024, 0, 1, 0, 0, 6)]);
    expect(marks.at(-1)).toEqual([null]);
  });

  test('a group takes its old value back before it gives the new one', async () => {
    const trace = await stepping('SELECT u, COUNT(*) AS c FROM clicks GROUP BY u');
    expect(given(trace, 'Sink: collect').slice(0, 4)).toEqual([
      ['+I a 1'],
      ['+I b 1'],
      ['-U a 1', '+U a 2'],
      ['-U a 2', '+U a 3'],
    ]);
    expect(kept(trace, 'GroupAggregate')[3]).toEqual(['a 3', 'b 1']);
  });

  test('a join shows the rows of both sides; inputs take turns', async () => {
    const trace = await stepping('SELECT l.n, r.n FROM clicks l LEFT JOIN clicks r ON l.n = r.n + 1 AND l.u = r.u');
    const last = trace.steps.findLast(({ state }) => state.some((each) => each.operator === operator(trace, 'Join')));
    const tables = last?.state.find((each) => each.operator === operator(trace, 'Join'))?.tables ?? [];
    expect(tables.map(({ title }) => title)).toEqual(['rows of the left side', 'rows of the right side']);
    expect(tables[0]?.rows.length).toBe(6);
    expect(tables[0]?.columns.at(-1)).toBe('matches');
  });

  test('rows are numbered in a Top-N, and the first of each key kept', async () => {
    const top = await stepping(
      `SELECT u, n, r FROM (SELECT u, n, ROW_NUMBER() OVER (PARTITION BY u ORDER BY n DESC) AS r FROM clicks) WHERE r <= 2`,
    );
    expect(
      kept(top, 'Rank')
        .at(-1)
        ?.map((row) => row.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['1 a 5', '2 a 4', '3 a 3', '1 b 6', '2 b 2']);
    // The row behind the last one wanted stays, as in Flink.
    const first = await stepping(
      `SELECT u, n FROM (SELECT u, n, ROW_NUMBER() OVER (PARTITION BY u ORDER BY ts DESC) AS r FROM clicks) WHERE r = 1`,
    );
    expect(
      kept(first, 'Deduplicate')
        .at(-1)
        ?.map((row) => row.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['a 4', 'b 6']);
  });

  test('a sort shows what waits, a session what is open, a match how far it is', async () => {
    expect(kept(await stepping('SELECT u, n FROM clicks ORDER BY ts'), 'TemporalSort').slice(2, 4)).toEqual([
      ['a 3 2024-01-01 00:00:06.000'],
      ['a 4 2024-01-01 00:00:08.000'],
    ]);
    const sessions = await stepping(
      `SELECT u, COUNT(*) AS c FROM TABLE(SESSION(TABLE clicks PARTITION BY u, DESCRIPTOR(ts), INTERVAL '3' SECOND))
       GROUP BY u, window_start, window_end`,
    );
    expect(kept(sessions, 'WindowAggregate')[3]).toEqual(['2024-01-01 00:00:06.000 2024-01-01 00:00:11.000 a 2']);
    const matches = await stepping(
      `SELECT * FROM clicks MATCH_RECOGNIZE (PARTITION BY u ORDER BY ts MEASURES A.n AS a, LAST(B.n) AS b
       ONE ROW PER MATCH PATTERN (A B+ C) DEFINE B AS B.n > A.n, C AS C.n > 100)`,
    );
    expect(kept(matches, 'Match')[3]).toEqual([
      'a 2024-01-01 00:00:01.000 A B partial',
      'a 2024-01-01 00:00:06.000 A partial',
      'b 2024-01-01 00:00:03.000 A partial',
    ]);
  });

  test('a frame shows its values, a pane its part, a bundle the rows that wait', async () => {
    const over = await stepping(
      'SELECT u, SUM(n) OVER (PARTITION BY u ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM clicks',
    );
    // The count of the frame's rows stands before the sum: Flink's sum is NULL where there are none.
    expect(kept(over, 'OverAggregate')[5]).toEqual(['a 2 7', 'b 1 2']);
    const hop = await stepping(
      "SELECT u, SUM(n) AS s FROM clicks GROUP BY u, HOP(ts, INTERVAL '2' SECOND, INTERVAL '6' SECOND)",
    );
    expect(kept(hop, 'GroupWindowAggregate')[5]).toEqual([
      '2024-01-01 00:00:08.000 2024-01-01 00:00:10.000 a 4',
      '2024-01-01 00:00:14.000 2024-01-01 00:00:16.000 b 6',
    ]);
    const bundled = await stepping(
      'SELECT u, n FROM (SELECT u, n, ROW_NUMBER() OVER (PARTITION BY u ORDER BY ts DESC) AS r FROM clicks) WHERE r = 1',
      LIMITS,
      {
        'table.exec.mini-batch.enabled': 'true',
        'table.exec.mini-batch.allow-latency': '5 s',
        'table.exec.mini-batch.size': '3',
      },
    );
    const bundles = kept(bundled, 'Deduplicate');
    expect([bundles[2], bundles[3]]).toEqual([['a 3 2024-01-01 00:00:06.000'], []]);
  });

  test.for([
    'SELECT u, n FROM clicks WHERE n > 2',
    'SELECT u, COUNT(*), MAX(n), COUNT(DISTINCT n) FROM clicks GROUP BY u',
    'SELECT c, COUNT(*) FROM (SELECT u, COUNT(*) AS c FROM clicks GROUP BY u) GROUP BY c',
    `SELECT u, window_end, AVG(n) FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '4' SECOND))
     GROUP BY u, window_start, window_end`,
    'SELECT u, SUM(n) OVER (PARTITION BY u ORDER BY ts) FROM clicks',
    'SELECT DISTINCT u FROM clicks',
    'SELECT * FROM clicks ORDER BY n DESC LIMIT 2',
  ])('gives what the query gives: %s', async (query) => {
    const trace = await stepping(query);
    const stepped = given(trace, 'Sink: collect').flat();
    const [, run] = await runLocally(`${setup[0]};\n${query};`);
    expect(stepped).toEqual(run?.rows.map((row) => row.join(' ')));
  });

  test('an INSERT touches no sink', async () => {
    const path = join(folder, 'sunk');
    setup.push(`CREATE TABLE sunk (u STRING) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json')`);
    const trace = await stepping('INSERT INTO sunk SELECT u FROM clicks');
    expect(trace.end).toBe('finished');
    expect(trace.steps.length).toBe(7);
    const [, counted] = await runLocally(`${setup[1]};\nSELECT COUNT(*) FROM sunk;`);
    expect(counted?.rows).toEqual([]);
  });

  test('what has no end is cut; what fails tells why with the steps before; what is no query is refused', async () => {
    setup.push(`CREATE TABLE endless (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000')`);
    const cut = await stepping('SELECT n FROM endless', { ...LIMITS, steps: 20 });
    expect([cut.end, cut.steps.length]).toEqual(['limit', 20]);
    const failed = await stepping('SELECT 10 / (n - 3) FROM clicks');
    expect([failed.end, failed.message]).toEqual(['failed', '/ by zero']);
    expect(failed.steps.length).toBe(2);
    await expect(stepping('SHOW TABLES')).rejects.toThrow(/neither a query nor an INSERT/);
    await expect(stepping('SELECT nothing FROM clicks')).rejects.toThrow(/Column 'nothing' not found/);
  });
});
