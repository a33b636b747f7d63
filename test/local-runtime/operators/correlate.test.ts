import { describe, expect, it } from 'vitest';
import type { Correlate } from '../../../flink-sql/plan/physical.ts';
import type { TableFunctionName } from '../../../flink-sql/plan/rel.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../../local-runtime/batch/column.ts';
import { CorrelateOperator } from '../../../local-runtime/operators/correlate.ts';
import type { JoinCondition } from '../../../local-runtime/operators/joins/join-matcher.ts';
import { tableFunction } from '../../../local-runtime/operators/table-functions.ts';
import { BATCH_SIZES, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const TAGS = types.array(STR);
const LINES = types.array(
  types.row([
    { name: 'sku', type: STR },
    { name: 'n', type: INT },
  ]),
);
const UNNEST = '$UNNEST_ROWS$1';
const ORDINAL = '$UNNEST_ROWS_WITH_ORDINALITY$1';

interface Case {
  readonly name: string;
  readonly collection: LogicalType;
  readonly made: readonly LogicalType[];
  readonly fn?: TableFunctionName;
  readonly joinType?: Correlate['joinType'];
  readonly condition?: JoinCondition;
  readonly steps: readonly Step[];
  readonly expected: readonly string[] | RegExp;
}

const rows = (...values: readonly Value[]): Step[] => values.map((value, i) => ['+I', i + 1, value] as const);
const isB: JoinCondition = (_l, _i, r, j) => valueAt(r[0] as Column, j) === 'b';

const CASES: readonly Case[] = [
  {
    name: 'an array: NULL elements are rows, empty and NULL arrays give none; kinds and watermarks keep their places',
    collection: TAGS,
    made: [STR],
    steps: [
      ['+I', 1, ['a', null]],
      ['W', 5],
      ['+I', 2, []],
      ['+I', 3, null],
      ['-U', 4, ['c']],
      ['W', 7],
    ],
    expected: ['+I 1 [a null] a', '+I 1 [a null] null', 'W 5', '-U 4 [c] c', 'W 7'],
  },
  {
    name: 'LEFT keeps a row for which nothing comes',
    collection: TAGS,
    made: [STR],
    joinType: 'LEFT',
    steps: rows(['a', 'b'], [], null),
    expected: ['+I 1 [a b] a', '+I 1 [a b] b', '+I 2 [] null', '+I 3 null null'],
  },
  {
    name: 'LEFT with a condition: padded where nothing passes',
    collection: TAGS,
    made: [STR],
    joinType: 'LEFT',
    condition: isB,
    steps: rows(['a', 'b', 'b'], ['a'], []),
    expected: ['+I 1 [a b b] b', '+I 1 [a b b] b', '+I 2 [a] null', '+I 3 [] null'],
  },
  {
    name: 'an array of rows gives its fields; a NULL row gives nothing',
    collection: LINES,
    made: [STR, INT],
    steps: rows([['p', 2], null, ['q', null]]),
    expected: ['+I 1 [[p 2] null [q null]] p 2', '+I 1 [[p 2] null [q null]] q null'],
  },
  {
    name: 'a NULL row with its ordinal fails as in Flink',
    collection: LINES,
    made: [STR, INT, INT],
    fn: ORDINAL,
    steps: rows([null]),
    expected: /^Index 2 out of bounds for length 2$/,
  },
  {
    name: 'ordinals of a map start at 1',
    collection: types.map(STR, INT),
    made: [STR, INT, INT],
    fn: ORDINAL,
    steps: rows({ keys: ['x', 'y'], values: [1, null] }),
    expected: ['+I 1 {x=1 y=null} x 1 1', '+I 1 {x=1 y=null} y null 2'],
  },
  {
    name: 'a multiset gives an element as often as it is there',
    collection: types.multiset(STR),
    made: [STR],
    steps: rows({ keys: ['x', 'y'], values: [2, 1] }),
    expected: ['+I 1 {x=2 y=1} x', '+I 1 {x=2 y=1} x', '+I 1 {x=2 y=1} y'],
  },
];

describe('correlate with a table function', () => {
  for (const { name, collection, made, fn = UNNEST, joinType = 'INNER', condition, steps, expected } of CASES) {
    for (const size of BATCH_SIZES) {
      it(`${name} (batches of ${size})`, () => {
        const input = [INT, collection];
        const node: Correlate = {
          kind: 'Correlate',
          ...nodeBase(...input, ...made),
          input: inputNode(...input),
          fn,
          args: [ref(1, collection)],
          joinType,
          condition: null,
        };
        const args = { run: (batch: { columns: readonly Column[] }) => ({ ...batch, columns: [batch.columns[1]] }) };
        const harness = new Harness([input], (context) => {
          return new CorrelateOperator(node, args as never, tableFunction(fn, [collection]), condition, context);
        });
        if (expected instanceof RegExp) expect(() => harness.run(steps, size)).toThrow(expected);
        else expect(harness.run(steps, size)).toEqual(expected);
      });
    }
  }
});
