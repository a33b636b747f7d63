import { describe, expect, it } from 'vitest';
import type { GroupAggregate } from '../../../flink-sql/plan/physical.ts';
import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { GroupAggregateOperator } from '../../../local-runtime/operators/group-aggregate.ts';
import { BATCH_SIZES, COUNT_STAR, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const BIGINT = types.bigint();

interface Case {
  readonly name: string;
  readonly input: readonly LogicalType[];
  readonly group: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly retracting?: boolean;
  readonly updateBefore?: boolean;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}

function run(c: Case, size: number): readonly string[] {
  const node: GroupAggregate = {
    kind: 'GroupAggregate',
    ...nodeBase(...c.group.map((g) => c.input[g] as LogicalType), ...c.calls.map((a) => a.type)),
    input: inputNode(...c.input),
    group: c.group,
    calls: c.calls,
    retracting: c.retracting ?? false,
    generateUpdateBefore: c.updateBefore ?? true,
  };
  return new Harness([c.input], (context) => new GroupAggregateOperator(node, c.input, context)).run(c.steps, size);
}

const CASES: readonly Case[] = [
  {
    name: 'first row inserts, later rows update, watermarks pass in their places',
    input: [STR, INT],
    group: [0],
    calls: [call('SUM', INT, [ref(1, INT)]), COUNT_STAR],
    steps: [
      ['+I', 'a', 1],
      ['W', 5],
      ['+I', 'b', 10],
      ['+I', 'a', 2],
      ['+I', null, null],
      ['W', 9],
    ],
    expected: ['+I a 1 1', 'W 5', '+I b 10 1', '-U a 1 1', '+U a 3 2', '+I null null 1', 'W 9'],
  },
  {
    name: 'an unchanged result is not emitted',
    input: [STR, INT],
    group: [0],
    calls: [call('MAX', INT, [ref(1, INT)])],
    steps: [
      ['+I', 'a', 3],
      ['+I', 'a', 2],
      ['+I', 'a', null],
      ['+I', 'a', 4],
    ],
    expected: ['+I a 3', '-U a 3', '+U a 4'],
  },
  {
    name: 'without -U where the consumer does not need it',
    input: [STR, INT],
    group: [0],
    calls: [call('SUM', INT, [ref(1, INT)])],
    updateBefore: false,
    steps: [
      ['+I', 'a', 3],
      ['+I', 'a', 2],
      ['+I', 'a', 0],
    ],
    expected: ['+I a 3', '+U a 5'],
  },
  {
    name: 'the last row deletes the group; retractions of no group are dropped',
    input: [STR, INT],
    group: [0],
    calls: [call('SUM', INT, [ref(1, INT)]), call('MIN', INT, [ref(1, INT)])],
    retracting: true,
    steps: [
      ['-D', 'z', 1],
      ['+I', 'a', 3],
      ['+I', 'a', 5],
      ['-U', 'a', 3],
      ['+U', 'a', 4],
      ['-D', 'a', 5],
      ['-D', 'a', 4],
      ['+I', 'a', 7],
    ],
    expected: [
      '+I a 3 3',
      '-U a 3 3',
      '+U a 8 3',
      '-U a 8 3',
      '+U a 5 5',
      '-U a 5 5',
      '+U a 9 4',
      '-U a 9 4',
      '+U a 4 4',
      '-D a 4 4',
      '+I a 7 7',
    ],
  },
  {
    name: 'a global aggregate has one group; it gives nothing without input',
    input: [INT],
    group: [],
    calls: [COUNT_STAR],
    steps: [
      ['W', 1],
      ['+I', 1],
      ['+I', null],
    ],
    expected: ['W 1', '+I 1', '-U 1', '+U 2'],
  },
  {
    name: 'DISTINCT counts a value while it is there; FILTER lets rows through',
    input: [STR, STR, types.boolean()],
    group: [0],
    calls: [
      call('COUNT', types.bigint(false), [ref(1, STR)], { distinct: true }),
      call('COUNT', types.bigint(false), [], { filter: ref(2, types.boolean()) }),
      call('COUNT', types.bigint(false), [ref(1, STR)], { distinct: true, filter: ref(2, types.boolean()) }),
    ],
    retracting: true,
    steps: [
      ['+I', 'a', 'x', true],
      ['+I', 'a', 'x', false],
      ['+I', 'a', 'y', null],
      ['-D', 'a', 'x', true],
      ['-D', 'a', 'x', false],
      ['+I', 'a', null, true],
    ],
    expected: [
      '+I a 1 1 1',
      '-U a 1 1 1',
      '+U a 2 1 1',
      '-U a 2 1 1',
      '+U a 2 0 0',
      '-U a 2 0 0',
      '+U a 1 0 0',
      '-U a 1 0 0',
      '+U a 1 1 0',
    ],
  },
  {
    name: 'narrow sums wrap; averages of integers truncate towards zero',
    input: [types.tinyint(), BIGINT],
    group: [],
    calls: [
      call('SUM', types.tinyint(), [ref(0, types.tinyint())]),
      call('AVG', types.tinyint(), [ref(0, types.tinyint())]),
      call('SUM', BIGINT, [ref(1, BIGINT)]),
    ],
    steps: [
      ['+I', 100, 9223372036854775807n],
      ['+I', 27, 0n],
      ['+I', -128, 1n],
    ],
    expected: [
      '+I 100 100 9223372036854775807',
      '-U 100 100 9223372036854775807',
      '+U 127 63 9223372036854775807',
      '-U 127 63 9223372036854775807',
      '+U -1 0 -9223372036854775808',
    ],
  },
  {
    name: 'a decimal sum that does not fit is NULL, and the next value starts anew',
    input: [types.decimal(38, 0)],
    group: [],
    calls: [call('SUM', types.decimal(38, 0), [ref(0, types.decimal(38, 0))])],
    steps: [
      ['+I', 10n ** 38n - 1n],
      ['+I', 1n],
      ['+I', 5n],
    ],
    expected: [`+I ${10n ** 38n - 1n}`, `-U ${10n ** 38n - 1n}`, '+U null', '-U null', '+U 5'],
  },
  {
    name: '0.0 and -0.0 are two keys, NaN is one',
    input: [types.double()],
    group: [0],
    calls: [COUNT_STAR],
    steps: [
      ['+I', 0],
      ['+I', -0],
      ['+I', Number.NaN],
      ['+I', Number.NaN],
      ['+I', null],
    ],
    expected: ['+I 0 1', '+I -0 1', '+I NaN 1', '-U NaN 1', '+U NaN 2', '+I null 1'],
  },
  {
    name: 'FIRST_VALUE and LAST_VALUE take values back',
    input: [STR],
    group: [],
    calls: [call('FIRST_VALUE', STR, [ref(0, STR)]), call('LAST_VALUE', STR, [ref(0, STR)])],
    retracting: true,
    steps: [
      ['+I', 'a'],
      ['+I', null],
      ['+I', 'b'],
      ['+I', 'c'],
      ['-D', 'a'],
      ['-D', 'c'],
      ['-D', 'b'],
    ],
    expected: [
      '+I a a',
      '-U a a',
      '+U a b',
      '-U a b',
      '+U a c',
      '-U a c',
      '+U b c',
      '-U b c',
      '+U b b',
      '-U b b',
      '+U null null',
    ],
  },
  {
    name: 'lists: LISTAGG, ARRAY_AGG, COLLECT',
    input: [STR],
    group: [],
    calls: [
      call('LISTAGG', STR, [ref(0, STR)]),
      call('ARRAY_AGG', types.array(STR), [ref(0, STR)]),
      call('COLLECT', types.multiset(STR, false), [ref(0, STR)]),
    ],
    retracting: true,
    steps: [
      ['+I', 'a'],
      ['+I', null],
      ['+I', 'a'],
      ['-D', 'a'],
    ],
    expected: [
      '+I a [a] {a=1}',
      '-U a [a] {a=1}',
      '+U a [a null] {a=1}',
      '-U a [a null] {a=1}',
      '+U a,a [a null a] {a=2}',
      '-U a,a [a null a] {a=2}',
      '+U a [null a] {a=1}',
    ],
  },
];

describe('GroupAggregateOperator', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES)
      it(`${c.name} (batches of ${size})`, () => expect(run(c, size)).toEqual(c.expected));
  }
});
