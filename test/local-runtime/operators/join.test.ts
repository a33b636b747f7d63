import { describe, expect, it } from 'vitest';
import type { Join, JoinSide } from '../../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../../local-runtime/batch/column.ts';
import { valueAt } from '../../../local-runtime/batch/column.ts';
import { JoinOperator } from '../../../local-runtime/operators/join.ts';
import { BATCH_SIZES, type Change, Harness, inputNode, type Mark, nodeBase, type Step } from './harness.ts';

const INT = types.int();
const STR = types.string();
const LEFT: readonly LogicalType[] = [INT, STR];
const RIGHT: readonly LogicalType[] = [INT, STR];

const l = (...step: Change | Mark): Step => ({ input: 0, step: step as Change });
const r = (...step: Change | Mark): Step => ({ input: 1, step: step as Change });

interface Case {
  readonly name: string;
  readonly type: Join['joinType'];
  readonly left?: JoinSide;
  readonly right?: JoinSide;
  readonly filterNulls?: boolean;
  /** Right text must be greater than left text. */
  readonly greater?: boolean;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}

const greater = (left: readonly Column[], i: number, right: readonly Column[], j: number): boolean =>
  (valueAt(right[1] as Column, j) as string) > (valueAt(left[1] as Column, i) as string);

function run(c: Case, size: number): readonly string[] {
  const semi = c.type === 'SEMI' || c.type === 'ANTI';
  const node: Join = {
    kind: 'Join',
    ...nodeBase(...LEFT, ...(semi ? [] : RIGHT)),
    left: inputNode(...LEFT),
    right: inputNode(...RIGHT),
    joinType: c.type,
    leftKeys: [0],
    rightKeys: [0],
    filterNulls: [c.filterNulls ?? true],
    condition: null,
    leftUnique: c.left ?? { kind: 'NONE' },
    rightUnique: c.right ?? { kind: 'NONE' },
    hints: [],
  };
  const condition = c.greater ? greater : undefined;
  return new Harness([LEFT, RIGHT], (context) => new JoinOperator(node, [LEFT, RIGHT], condition, context)).run(
    c.steps,
    size,
  );
}

const CASES: readonly Case[] = [
  {
    name: 'inner: every pair, with the kind of the change; NULL keys match nothing; duplicates count',
    type: 'INNER',
    steps: [
      l('+I', 1, 'a'),
      r('+I', 1, 'x'),
      l('+I', 1, 'a'),
      r('+U', 1, 'y'),
      l('+I', null, 'n'),
      r('+I', null, 'n'),
      l('-U', 1, 'a'),
      r('-D', 1, 'y'),
    ],
    expected: ['+I 1 a 1 x', '+I 1 a 1 x', '+U 1 a 1 y', '+U 1 a 1 y', '-U 1 a 1 x', '-U 1 a 1 y', '-D 1 a 1 y'],
  },
  {
    name: 'IS NOT DISTINCT FROM matches NULL with NULL',
    type: 'INNER',
    filterNulls: false,
    steps: [l('+I', null, 'a'), r('+I', null, 'x')],
    expected: ['+I null a null x'],
  },
  {
    name: 'left: padded rows come and go; updates become deletes and inserts',
    type: 'LEFT',
    steps: [
      l('+I', 1, 'a'),
      r('+I', 1, 'x'),
      r('+I', 1, 'y'),
      r('-U', 1, 'x'),
      r('-U', 1, 'y'),
      r('+U', 1, 'z'),
      l('-U', 1, 'a'),
      l('+U', 1, 'b'),
      l('-D', null, 'q'),
    ],
    expected: [
      '+I 1 a null null',
      '-D 1 a null null',
      '+I 1 a 1 x',
      '+I 1 a 1 y',
      '-U 1 a 1 x',
      '-U 1 a 1 y',
      '+I 1 a null null',
      '-D 1 a null null',
      '+I 1 a 1 z',
      '-D 1 a 1 z',
      '+I 1 b 1 z',
      '-D null q null null',
    ],
  },
  {
    name: 'full: both sides padded',
    type: 'FULL',
    steps: [r('+I', 1, 'x'), l('+I', 1, 'a'), l('+I', 2, 'b'), r('-D', 1, 'x'), l('-D', 1, 'a')],
    expected: [
      '+I null null 1 x',
      '-D null null 1 x',
      '+I 1 a 1 x',
      '+I 2 b null null',
      '-D 1 a 1 x',
      '+I 1 a null null',
      '-D 1 a null null',
    ],
  },
  {
    name: 'semi: a left row while it has a match; right kinds pass',
    type: 'SEMI',
    steps: [
      l('+I', 1, 'a'),
      r('+I', 1, 'x'),
      r('+I', 1, 'y'),
      l('+U', 1, 'b'),
      l('+I', 2, 'c'),
      r('-U', 1, 'x'),
      r('-U', 1, 'y'),
      r('+U', 1, 'z'),
    ],
    expected: ['+I 1 a', '+U 1 b', '-U 1 a', '-U 1 b', '+U 1 a', '+U 1 b'],
  },
  {
    name: 'anti: a left row while it has no match; NULL keys never match',
    type: 'ANTI',
    steps: [l('+I', 1, 'a'), l('+I', null, 'n'), r('+I', 1, 'x'), r('+U', 1, 'y'), r('-D', 1, 'x'), r('-U', 1, 'y')],
    expected: ['+I 1 a', '+I null n', '-D 1 a', '+I 1 a'],
  },
  {
    name: 'a unique join key keeps one row a key',
    type: 'INNER',
    right: { kind: 'JOIN_KEY_UNIQUE' },
    steps: [r('+I', 1, 'x'), r('+U', 1, 'y'), l('+I', 1, 'a'), r('-D', 1, 'y'), l('+I', 1, 'b')],
    expected: ['+I 1 a 1 y', '-D 1 a 1 y'],
  },
  {
    name: 'a unique key beside the join key replaces its row',
    type: 'INNER',
    right: { kind: 'HAS_UNIQUE_KEY', key: [1] },
    steps: [r('+I', 1, 'x'), r('+U', 1, 'x'), r('+I', 1, 'y'), l('+I', 1, 'a')],
    expected: ['+I 1 a 1 x', '+I 1 a 1 y'],
  },
  {
    name: 'a residual condition decides the match',
    type: 'LEFT',
    greater: true,
    steps: [l('+I', 1, 'm'), r('+I', 1, 'b'), r('+I', 1, 'x'), r('-D', 1, 'b'), r('-D', 1, 'x')],
    expected: ['+I 1 m null null', '-D 1 m null null', '+I 1 m 1 x', '-D 1 m 1 x', '+I 1 m null null'],
  },
  {
    name: 'the watermark is the lesser of the inputs',
    type: 'INNER',
    steps: [l('W', 5), r('W', 3), r('W', 9), l('W', 7)],
    expected: ['W 3', 'W 5', 'W 7'],
  },
];

describe('JoinOperator', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES)
      it(`${c.name} (batches of ${size})`, () => expect(run(c, size)).toEqual(c.expected));
  }
});
