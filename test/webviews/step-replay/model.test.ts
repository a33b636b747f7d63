import { describe, expect, test } from 'vitest';
import { replayPage } from '../../../extension/step-replay/replay-page.ts';
import { lastFlow, shapingStatements } from '../../../extension/step-replay/setup-statements.ts';
import { Replay } from '../../../webviews/step-replay/model.ts';
import type { StepTrace, TracedEvent } from '../../../webviews/step-replay/trace.ts';

const row = (operator: number, op: string, ...cells: (string | null)[]): TracedEvent => ({
  type: 'row',
  operator,
  op,
  cells,
});
const groups = (...rows: string[][]) => [
  { operator: 1, bytes: 10, tables: [{ title: 'groups', columns: ['k', 'n'], rows, more: 0 }] },
];

const TRACE: StepTrace = {
  statement: 'SELECT k, COUNT(*) AS n FROM t GROUP BY k',
  operators: [
    { name: 'Source: t', columns: ['k'], inputs: [], shows: true },
    { name: 'GroupAggregate', columns: ['k', 'n'], inputs: [0], shows: true },
    { name: 'Sink: collect', columns: ['k', 'n'], inputs: [1], shows: true },
  ],
  steps: [
    { source: 0, kind: 'row', events: [row(0, '+I', 'a'), row(2, '+I', 'a', '1')], state: groups(['a', '1']) },
    {
      source: 0,
      kind: 'row',
      events: [
        row(0, '+I', 'a'),
        row(2, '-U', 'a', '1'),
        row(2, '+U', 'a', '2'),
        { type: 'watermark', operator: 1, at: 5 },
      ],
      state: groups(['a', '2']),
    },
    { source: 0, kind: 'row', events: [row(0, '+I', 'b'), { type: 'late', operator: 1, rows: 1 }], state: [] },
    { source: 0, kind: 'end', events: [{ type: 'watermark', operator: 1, at: null }], state: [] },
  ],
  end: 'finished',
};

describe('a trace that is gone through', () => {
  const replay = new Replay(TRACE);

  test('the result is what the changes so far make', () => {
    expect([0, 1, 2].map((step) => replay.result(step))).toEqual([[['a', '1']], [['a', '2']], [['a', '2']]]);
    expect(replay.changes(1).map(({ op }) => op)).toEqual(['-U', '+U']);
    expect(replay.columns).toEqual(['k', 'n']);
  });

  test('state stays as it was told last; what is new and what went is marked in its step only', () => {
    const table = (step: number) => replay.operators(step)[1]?.tables[0];
    expect(table(1)?.rows).toEqual([{ cells: ['a', '2'], isNew: true }]);
    expect(table(1)?.gone).toEqual([['a', '1']]);
    expect(table(2)?.rows).toEqual([{ cells: ['a', '2'], isNew: false }]);
    expect(table(2)?.gone).toEqual([]);
  });

  test('late rows and watermarks are told with their operator and step', () => {
    const aggregate = (step: number) => replay.operators(step)[1];
    expect([0, 1, 2, 3].map((step) => aggregate(step)?.late)).toEqual([0, 0, 1, 0]);
    expect(aggregate(3)?.lateSoFar).toBe(1);
    expect([0, 1, 2, 3].map((step) => aggregate(step)?.watermark)).toEqual([undefined, 5, 5, null]);
    expect(replay.nextWatermark(0)).toBe(1);
    expect(replay.nextWatermark(1)).toBe(3);
    expect(replay.nextWatermark(3)).toBe(-1);
    expect(replay.input(3).cells).toEqual(['the input ends']);
  });
});

describe('what is stepped through', () => {
  test('what shapes the tables comes before it; comments and other queries are left out', () => {
    const text = `-- a table
CREATE TABLE t (x INT);
/* settings */ SET 'a' = 'b';
SELECT 1; INSERT INTO t SELECT 1; SHOW TABLES; drop view v;`;
    expect(
      shapingStatements(text).map((one) => one.replace(/^[^a-zA-Z]*(?:a table|settings)?[\s*/]*/, '').slice(0, 6)),
    ).toEqual(['CREATE', "SET 'a", 'drop v']);
    const flow = lastFlow('CREATE TABLE t (x INT);\n-- c\nSELECT 1;\nUSE x;');
    expect(flow && 'CREATE TABLE t (x INT);\n-- c\nSELECT 1;\nUSE x;'.slice(flow.start, flow.end)).toContain(
      'SELECT 1',
    );
    expect(lastFlow('USE x')).toBeUndefined();
  });
});

test('an exported page cannot be broken out of by what it holds, and lets in nothing else', () => {
  const evil = { ...TRACE, statement: 'SELECT \'</script><script>alert(1)</script>\' AS "x"' };
  const page = replayPage(evil, "const a = '</script>'; // <!-- x");
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toContain('unsafe');
  const data = /id="trace">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual(evil);
});
