import { describe, expect, it } from 'vitest';
import type { Join, JoinSide } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../../../local-runtime/batch/column.ts';
import { AppendJoinOperator } from '../../../local-runtime/operators/append-join.ts';
import { JoinOperator } from '../../../local-runtime/operators/join.ts';
import type { OperatorContext } from '../../../local-runtime/operators/operator.ts';
import { seededBelow } from '../../harness/random.ts';
import { BATCH_SIZES, Harness, inputNode, nodeBase, type Step } from './harness.ts';

const LEFT = [types.bigint(), types.string(), types.timestamp(6), types.array(types.int())];
const RIGHT = [types.string(), types.bigint(), types.double(), types.boolean()];

const node = (left: JoinSide, right: JoinSide, filterNulls: boolean, joinType: Join['joinType'] = 'INNER'): Join => ({
  kind: 'Join',
  ...nodeBase(...LEFT, ...(joinType === 'SEMI' || joinType === 'ANTI' ? [] : RIGHT)),
  left: inputNode(...LEFT),
  right: inputNode(...RIGHT),
  joinType,
  leftKeys: [0],
  rightKeys: [1],
  filterNulls: [filterNulls],
  condition: null,
  leftUnique: left,
  rightUnique: right,
  hints: [],
});

/** Longer text on the right than on the left, and the time even: reads fields of both sides. */
const condition = Object.assign(
  (left: readonly Column[], i: number, right: readonly Column[], j: number): boolean => {
    const text = valueAt(left[1] as Column, i) as string | null;
    const other = valueAt(right[0] as Column, j) as string | null;
    return text !== null && other !== null && other.length > text.length;
  },
  { fields: [1, 4] },
);

/** Random rows and watermarks; no two rows of a side are equal, as equal ones of JoinOperator stand together. */
function steps(seed: number, count: number): Step[] {
  const next = seededBelow(seed);
  const key = () => (next(12) === 0 ? null : BigInt(next(16)));
  const marks = [0, 0];
  return Array.from({ length: count }, (_, n): Step => {
    const input = next(2);
    if (next(6) === 0) {
      marks[input] = (marks[input] as number) + next(4);
      return { input, step: ['W', marks[input] as number] };
    }
    const text = next(8) === 0 ? null : `${'é'.repeat(next(30))}${n}`;
    if (input === 0)
      return { input, step: [next(9) === 0 ? '+U' : '+I', key(), text, { ms: n, nanos: n * 1000 }, [n, null]] };
    return { input, step: ['+I', text, key(), next(5) === 0 ? null : n / 3, n % 2 === 0] };
  });
}

type Make = (context: OperatorContext) => AppendJoinOperator | JoinOperator;
const run = (make: Make, program: readonly Step[], size: number) => new Harness([LEFT, RIGHT], make).run(program, size);

const NONE: JoinSide = { kind: 'NONE' };
const SIDES: readonly (readonly [name: string, left: JoinSide, right: JoinSide])[] = [
  ['no unique key', NONE, NONE],
  ['the join key unique on the left', { kind: 'JOIN_KEY_UNIQUE' }, NONE],
  ['a unique key beside the join key on the right', NONE, { kind: 'HAS_UNIQUE_KEY', key: [3] }],
];

describe('join of insert-only inputs', () => {
  for (const [name, left, right] of SIDES) {
    for (const joinType of ['INNER', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI'] as const) {
      it(`answers as the full ${joinType} join: ${name}`, () => {
        for (const filterNulls of [true, false]) {
          const plan = node(left, right, filterNulls, joinType);
          for (const asked of [undefined, condition]) {
            const program = steps(7, 160);
            const cuts = program.flatMap((step, n): Step[] => (n % 9 === 0 ? [step, { cut: true }] : [step]));
            const full: Make = (context) => new JoinOperator(plan, [LEFT, RIGHT], asked, context);
            const append: Make = (context) => new AppendJoinOperator(plan, [LEFT, RIGHT], asked, context);
            const expected = run(full, program, 1);
            expect(expected.filter((row) => !row.startsWith('W')).length).toBeGreaterThan(3);
            for (const size of BATCH_SIZES) expect(run(append, program, size)).toEqual(expected);
            expect(run(append, cuts, 16)).toEqual(expected);
          }
        }
      });
    }
  }

  it('goes on where one row meets more rows than are dealt with at once', () => {
    const append: Make = (context) => new AppendJoinOperator(node(NONE, NONE, true), [LEFT, RIGHT], undefined, context);
    const many = Array.from({ length: 9000 }, (_, n): Step => ({ input: 1, step: ['+I', `t${n}`, 1n, n, true] }));
    const one: Step[] = [
      { input: 0, step: ['+I', 1n, 'a', null, null] },
      { input: 0, step: ['W', 5] },
      { input: 1, step: ['W', 5] },
      { input: 0, step: ['+I', 1n, 'b', null, null] },
    ];
    const emitted = run(append, [...many, ...one], 100_000);
    expect(emitted.slice(0, 2)).toEqual(['+I 1 a null null t0 1 0 true', '+I 1 a null null t1 1 1 true']);
    expect(emitted[9000]).toBe('W 5');
    expect(emitted[18_000]).toBe('+I 1 b null null t8999 1 8999 true');
    expect(emitted).toHaveLength(18_001);
  });
});
