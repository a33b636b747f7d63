import { describe, expect, it } from 'vitest';
import { bindStatement, planQuery } from '../../../flink-sql/binder/index.ts';
import type { Match, Physical } from '../../../flink-sql/plan/physical.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';
import { MatchRecognizeOperator } from '../../../local-runtime/operators/match-recognize.ts';
import type { OperatorContext } from '../../../local-runtime/operators/operator.ts';
import { PlanningSession } from '../../flink-sql/binder/planning-session.ts';
import { BATCH_SIZES, Harness, type Step } from './harness.ts';

const END = Number.POSITIVE_INFINITY;

function matchNode(clauses: string, time: string): Match {
  const session = new PlanningSession();
  const table = `CREATE TABLE t (id INT, k STRING, v INT, ${time}) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'json')`;
  expect(session.run(table).fault).toBeUndefined();
  const sql = `SELECT * FROM t MATCH_RECOGNIZE (${clauses})`;
  const node = parse(sql).statements[0]?.node;
  const statement = node && bindStatement(node, sql, session.context).value;
  if (statement?.kind !== 'query') throw new Error(`not a query: ${sql}`);
  const planned = planQuery(statement.query, session.context).value;
  let at: Physical | undefined = planned?.sinks[0];
  while (at && at.kind !== 'Match') at = 'input' in at ? at.input : undefined;
  if (!at) throw new Error(`no Match in the plan of ${sql}`);
  return at;
}

const EVENT_TIME = 'ts TIMESTAMP(3), WATERMARK FOR ts AS ts';

function operator(clauses: string, time = EVENT_TIME) {
  const node = matchNode(clauses, time);
  const input = node.input.fields.map(({ type }) => type);
  return { input, make: (context: OperatorContext) => new MatchRecognizeOperator(node, input, context) };
}

const row = (id: number, k: string | null, v: number | null, ms: number): Step => ['+I', id, k, v, { ms, nanos: 0 }];

/** a a b b c a c, a second apart, then the end. */
const LETTERS: readonly Step[] = [...[...'aabbcac'].map((k, i) => row(i + 1, k, i + 1, (i + 1) * 1000)), ['W', END]];

interface Case {
  readonly name: string;
  readonly clauses: string;
  readonly steps?: readonly Step[];
  readonly rows: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'a greedy variable keeps what follows from its rows',
    clauses: `ORDER BY ts MEASURES FIRST(B.id) AS f, LAST(B.id) AS l, C.id AS c PATTERN (B+ C) DEFINE B AS B.k <> 'x', C AS C.k = 'c'`,
    rows: [],
  },
  {
    name: 'the longest of a greedy variable, from each row',
    clauses: `ORDER BY ts MEASURES FIRST(B.id) AS f, LAST(B.id) AS l, C.id AS c PATTERN (B+ C) DEFINE B AS B.k = 'b', C AS C.k = 'c'`,
    rows: ['3 4 5', '4 4 5'],
  },
  {
    name: 'a reluctant variable lets the next one begin; the first complete match of a row wins',
    clauses: `ORDER BY ts MEASURES A.id AS a, LAST(B.id) AS l, C.id AS c PATTERN (A B+? C) DEFINE A AS A.k = 'a', C AS C.v > 3`,
    rows: ['1 3 4', '2 3 4'],
  },
  {
    name: 'an optional variable is not greedy',
    clauses: `ORDER BY ts MEASURES A.id AS a, B.id AS b, C.id AS c PATTERN (A B? C) DEFINE A AS A.k = 'a', B AS B.k = 'b', C AS C.k <> 'a'`,
    rows: ['2 null 3', '6 null 7'],
  },
  {
    name: 'PAST LAST ROW leaves no overlap',
    clauses:
      'ORDER BY ts MEASURES FIRST(A.id) AS f, LAST(A.id) AS l AFTER MATCH SKIP PAST LAST ROW PATTERN (A{3}) DEFINE A AS A.v > 0',
    rows: ['1 3', '4 6'],
  },
  {
    name: 'TO LAST of a variable',
    clauses:
      'ORDER BY ts MEASURES A.id AS a, LAST(B.id) AS l AFTER MATCH SKIP TO LAST B PATTERN (A B{2}) DEFINE A AS A.v > 0',
    rows: ['1 3', '3 5', '5 7'],
  },
  {
    name: 'aggregates and offsets in DEFINE count the row at hand',
    clauses:
      'ORDER BY ts MEASURES FIRST(A.id) AS f, LAST(A.id) AS l, SUM(A.v) AS s, COUNT(*) AS n, AVG(A.v) AS m AFTER MATCH SKIP PAST LAST ROW PATTERN (A+ B) DEFINE A AS SUM(A.v) < 7 AND (LAST(A.v, 1) IS NULL OR A.v > LAST(A.v, 1))',
    rows: ['1 3 6 4 2', '5 5 5 2 5'],
  },
  {
    name: 'WITHIN ends before its span is full and frees a match that waited',
    clauses:
      "ORDER BY ts MEASURES A.id AS a, C.id AS c, MATCH_ROWTIME() AS t PATTERN (A B*? C) WITHIN INTERVAL '3' SECOND DEFINE A AS A.k = 'a', C AS C.k = 'c'",
    rows: ['6 7 @7000'],
  },
  {
    name: 'rows wait for the watermark, late ones go, ties follow the second column',
    clauses: 'PARTITION BY k ORDER BY ts, v DESC MEASURES A.id AS a, B.id AS b PATTERN (A B) DEFINE A AS TRUE',
    steps: [
      row(1, 'x', 1, 1000),
      row(2, 'x', 3, 1000),
      row(3, null, 1, 500),
      ['W', 999],
      row(4, 'x', 2, 999),
      row(5, 'x', null, 1000),
      row(6, null, 1, 1500),
      ['W', 2000],
      ['W', END],
    ],
    rows: ['x 2 1', 'x 1 5', 'null 3 6'],
  },
];

const inserts = (emitted: readonly string[]) =>
  emitted.filter((line) => line.startsWith('+I')).map((line) => line.slice(3));

describe('MatchRecognizeOperator', () => {
  for (const { name, clauses, steps, rows } of CASES) {
    for (const size of BATCH_SIZES) {
      it(`${name} (batches of ${size})`, () => {
        const { input, make } = operator(clauses);
        expect(inserts(new Harness([input], make).run(steps ?? LETTERS, size))).toEqual(rows);
      });
    }
  }

  it('goes on from a snapshot as if nothing had happened', () => {
    const { input, make } = operator(
      `PARTITION BY k ORDER BY ts MEASURES FIRST(A.id) AS f, B.id AS b, COUNT(A.v) AS n PATTERN (A+ B) WITHIN INTERVAL '1' HOUR DEFINE A AS A.v < 3`,
    );
    const steps: Step[] = [
      row(1, 'x', 1, 1000),
      row(2, 'y', 2, 1100),
      ['W', 1200],
      row(3, 'x', 2, 1300),
      row(4, 'y', 9, 1400),
      row(5, 'x', 5, 1500),
      ['W', END],
    ];
    const whole = new Harness([input], make).run(steps, 4096);
    expect(inserts(whole)).toEqual(['x 1 5 2', 'x 3 5 1', 'y 2 4 1']);
    for (let cut = 1; cut < steps.length; cut++) {
      let first: MatchRecognizeOperator | undefined;
      const before = new Harness([input], (context) => (first = make(context))).run(steps.slice(0, cut), 4096);
      const kept = structuredClone((first as MatchRecognizeOperator).snapshot());
      const after = new Harness([input], (context) => {
        const second = make(context);
        second.restore(kept);
        return second;
      }).run(steps.slice(cut), 4096);
      expect([...before, ...after]).toEqual(whole);
    }
  });

  it('feeds rows as they come in processing time', () => {
    const { input, make } = operator(
      `ORDER BY p MEASURES A.id AS a, B.id AS b PATTERN (A B) WITHIN INTERVAL '1' SECOND DEFINE B AS B.k = 'b'`,
      'p AS PROCTIME()',
    );
    const at = (id: number, k: string): Step => ['+I', id, k, id, null];
    const steps: Step[] = [
      at(1, 'a'),
      at(2, 'b'),
      { clock: 500 },
      at(3, 'a'),
      { clock: 1499 },
      at(4, 'b'),
      { clock: 2499 },
      at(5, 'b'),
    ];
    expect(inserts(new Harness([input], make).run(steps, 1))).toEqual(['1 2', '3 4']);
  });

  it('fails as Flink where a match cannot be skipped to', () => {
    const skip = (clause: string, pattern: string) => () => {
      const { input, make } = operator(
        `ORDER BY ts MEASURES A.id AS a AFTER MATCH SKIP TO ${clause} PATTERN (${pattern}) DEFINE A AS A.k = 'a', B AS B.k = 'b', C AS C.k = 'c'`,
      );
      new Harness([input], make).run(LETTERS, 7);
    };
    expect(skip('FIRST A', 'A B')).toThrow('Could not skip to first element of a match.');
    expect(skip('LAST B', 'A B* C')).toThrow(
      'Could not skip to B. No such element in the found match {A=[EventId{id=0, timestamp=6000}], C=[EventId{id=0, timestamp=7000}]}',
    );
  });
});
