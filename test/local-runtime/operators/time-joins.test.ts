import { describe, expect, it } from 'vitest';
import type { IntervalJoin, TemporalJoin } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { IntervalJoinOperator } from '../../../local-runtime/operators/interval-join.ts';
import type { JoinCondition } from '../../../local-runtime/operators/joins/join-matcher.ts';
import type { Operator, OperatorContext } from '../../../local-runtime/operators/operator.ts';
import { TemporalJoinOperator } from '../../../local-runtime/operators/temporal-join.ts';
import { BATCH_SIZES, type Change, Harness, inputNode, nodeBase, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const TS = types.timestamp(3, true, 'ROWTIME');
const LEFT = [STR, INT, TS];
const RIGHT = [STR, INT, TS];
const INPUTS = [LEFT, RIGHT] as const;

const change = (kind: Change[0], key: string | null, value: number, time: number): Change => [
  kind,
  key,
  value,
  { ms: time, nanos: 0 },
];
const left = (key: string | null, value: number, time: number, kind: Change[0] = '+I'): Step => ({
  input: 0,
  step: change(kind, key, value, time),
});
const right = (key: string | null, value: number, time: number, kind: Change[0] = '+I'): Step => ({
  input: 1,
  step: change(kind, key, value, time),
});
/** The same watermark on both inputs. */
const mark = (watermark: number): Step[] => [
  { input: 0, step: ['W', watermark] },
  { input: 1, step: ['W', watermark] },
];
const END = mark(Number.POSITIVE_INFINITY);

/** Left value < right value. */
const less: JoinCondition = (l, i, r, j) =>
  (valueAt(l[1] as never, i) as number) < (valueAt(r[1] as never, j) as number);

const BASE = {
  ...nodeBase(...LEFT, ...RIGHT),
  left: inputNode(...LEFT),
  right: inputNode(...RIGHT),
  leftKeys: [0],
  rightKeys: [0],
  filterNulls: [true],
  condition: null,
  leftTimeIndex: 2,
  rightTimeIndex: 2,
};

function interval(
  joinType: IntervalJoin['joinType'],
  lower: number,
  upper: number,
  condition?: JoinCondition,
  rowtime = true,
): (context: OperatorContext) => Operator {
  const node: IntervalJoin = { ...BASE, kind: 'IntervalJoin', joinType, rowtime, lower, upper, times: [] };
  return (context) => new IntervalJoinOperator(node, INPUTS, condition, context);
}

function temporal(
  joinType: TemporalJoin['joinType'],
  condition?: JoinCondition,
): (context: OperatorContext) => Operator {
  const node: TemporalJoin = { ...BASE, kind: 'TemporalJoin', joinType };
  return (context) => new TemporalJoinOperator(node, INPUTS, condition, context);
}

interface Case {
  readonly name: string;
  readonly operator: (context: OperatorContext) => Operator;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'interval, inner: both bounds inclusive, whichever row comes first; the watermark held back by the greater bound',
    operator: interval('INNER', -5, 10),
    steps: [left('a', 1, 100), right('a', 2, 105), right('a', 3, 106), right('a', 4, 90), right('a', 5, 89), ...END],
    expected: ['+I a 1 @100 a 2 @105', '+I a 1 @100 a 4 @90', 'W Infinity'],
  },
  {
    name: 'interval, inner: other keys and NULL keys do not meet',
    operator: interval('INNER', -5, 5),
    steps: [left('a', 1, 100), left(null, 2, 100), right('b', 3, 100), right(null, 4, 100), ...mark(50)],
    expected: ['W 45'],
  },
  {
    name: 'interval, inner: a row that no other can meet any more is not kept',
    operator: interval('INNER', -5, 5),
    steps: [...mark(200), left('a', 1, 195), right('a', 2, 196), left('a', 3, 196), right('a', 4, 201), ...END],
    expected: ['W 195', '+I a 3 @196 a 2 @196', '+I a 3 @196 a 4 @201', 'W Infinity'],
  },
  {
    name: 'interval, left: NULLs for a row without a match when its time has gone',
    operator: interval('LEFT', -4, 4),
    steps: [left('a', 1, 100), left('b', 2, 101), right('a', 3, 102), ...mark(104), ...mark(109), ...mark(110)],
    expected: ['+I a 1 @100 a 3 @102', 'W 100', 'W 105', '+I b 2 @101 null null null', 'W 106'],
  },
  {
    name: 'interval, left: a late row comes out at once',
    operator: interval('LEFT', -4, 4),
    steps: [...mark(200), left('a', 1, 100)],
    expected: ['W 196', '+I a 1 @100 null null null'],
  },
  {
    name: 'interval, full with a residual condition: what fails it is no match',
    operator: interval('FULL', 0, 10, less),
    steps: [left('a', 5, 100), right('a', 3, 95), right('a', 7, 95), ...END],
    expected: ['+I a 5 @100 a 7 @95', '+I null null null a 3 @95', 'W Infinity'],
  },
  {
    name: 'interval, full without any time in it: all rows padded',
    operator: interval('FULL', 5, -5),
    steps: [left('a', 1, 100), right('a', 2, 100), ...mark(7)],
    expected: ['+I a 1 @100 null null null', '+I null null null a 2 @100', 'W 7'],
  },
  {
    name: 'interval by the clock: padded when the clock has passed',
    operator: interval('LEFT', -10, 10, undefined, false),
    steps: [{ clock: 100 }, left('a', 1, 0), left('b', 2, 0), { clock: 105 }, right('a', 3, 0), { clock: 200 }],
    expected: ['+I a 1 @0 a 3 @0', '+I b 2 @0 null null null'],
  },
  {
    name: 'temporal, inner: the version at the row’s time, rows in the order they came, kinds kept',
    operator: temporal('INNER'),
    steps: [
      right('a', 10, 100),
      right('a', 20, 200),
      left('a', 2, 250),
      left('a', 1, 199, '+U'),
      left('a', 3, 99),
      left('b', 4, 150),
      ...mark(250),
    ],
    expected: ['+I a 2 @250 a 20 @200', '+U a 1 @199 a 10 @100', 'W 250'],
  },
  {
    name: 'temporal, left: a deleted version and a failed condition give NULLs; NULL keys match',
    operator: temporal('LEFT', less),
    steps: [
      right('a', 10, 100),
      right('a', 10, 200, '-D'),
      right(null, 50, 100),
      left('a', 1, 150),
      left('a', 99, 160),
      left('a', 2, 200),
      left(null, 3, 150),
      ...END,
    ],
    expected: [
      '+I a 1 @150 a 10 @100',
      '+I a 99 @160 null null null',
      '+I a 2 @200 null null null',
      '+I null 3 @150 null 50 @100',
      'W Infinity',
    ],
  },
  {
    name: 'temporal: old versions go, but the last one stays for rows that come later; a version replaces one of the same time',
    operator: temporal('INNER'),
    steps: [
      right('a', 10, 100),
      right('a', 20, 200),
      right('a', 21, 200, '+U'),
      ...mark(300),
      left('a', 1, 310),
      left('a', 2, 150),
      ...mark(310),
    ],
    expected: ['W 300', '+I a 1 @310 a 21 @200', 'W 310'],
  },
];

/** Hands all state over to a fresh operator before each batch, as a restored job would. */
function restoring(make: (context: OperatorContext) => Operator): (context: OperatorContext) => Operator {
  return (context) => {
    let current = make(context);
    return {
      process(batch, input) {
        const state = structuredClone(current.snapshot?.());
        current = make(context);
        current.restore?.(state);
        current.process(batch, input);
      },
      end: (input) => current.end(input),
      onProcessingTime: (now) => current.onProcessingTime?.(now),
    };
  };
}

describe('joins on event time', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES) {
      it(`${c.name} (batches of ${size})`, () => {
        expect(new Harness(INPUTS, c.operator).run(c.steps, size)).toEqual(c.expected);
      });

      it(`${c.name}, restored (batches of ${size})`, () => {
        expect(new Harness(INPUTS, restoring(c.operator)).run(c.steps, size)).toEqual(c.expected);
      });
    }
  }
});
