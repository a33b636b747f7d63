import { describe, expect, it } from 'vitest';
import type { OverAggregate } from '../../../flink-sql/plan/physical.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { NonTimeOverOperator } from '../../../local-runtime/operators/non-time-over.ts';
import { BATCH_SIZES, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
/** Id, partition, sort key. */
const INPUT = [INT, STR, INT];

function run(fn: string, column: number, rows: boolean, steps: readonly Step[], size: number): readonly string[] {
  const node: OverAggregate = {
    kind: 'OverAggregate',
    ...nodeBase(...INPUT, INT),
    input: inputNode(...INPUT),
    calls: [call(fn, INT, [ref(column, INT)])],
    partition: [1],
    order: [{ index: 2, descending: false, nullsFirst: true }],
    rows,
    lower: { kind: 'UnboundedPreceding' },
    upper: { kind: 'CurrentRow' },
  };
  return new Harness([INPUT], (context) => new NonTimeOverOperator(node, INPUT, context)).run(steps, size);
}

/** `+I id v s` without the partition. */
const short = (changes: readonly string[]): string =>
  changes
    .map((change) =>
      change
        .split(' ')
        .filter((_, i) => i !== 2)
        .join(' '),
    )
    .join('; ');

const CHANGES: readonly Step[] = [
  ['+I', 1, 'a', 5],
  ['+I', 2, 'a', 5],
  ['+I', 3, 'a', 3],
  ['+I', 4, 'a', 7],
  ['+I', 5, 'a', 5],
  ['-U', 2, 'a', 5],
  ['+U', 2, 'a', 6],
  ['-D', 3, 'a', 3],
  ['-D', 1, 'a', 5],
  ['-D', 9, 'a', 5],
  ['-D', 9, 'nobody', 5],
  ['-D', 5, 'a', 5],
  ['+I', 6, 'a', 6],
];

// As a Flink 2.2.1 answered for the same changes.
const CASES: readonly [string, string, number, boolean, string][] = [
  [
    'RANGE: rows of equal keys share their value',
    'SUM',
    0,
    false,
    '+I 1 5 1; -U 1 5 1; +U 1 5 3; +I 2 5 3; +I 3 3 3; -U 1 5 3; +U 1 5 6; -U 2 5 3; +U 2 5 6; +I 4 7 10; -U 1 5 6; +U 1 5 11; -U 2 5 6; +U 2 5 11; +I 5 5 11; -U 4 7 10; +U 4 7 15; -U 1 5 11; +U 1 5 9; -D 2 5 11; -U 5 5 11; +U 5 5 9; -U 4 7 15; +U 4 7 13; +U 2 6 11; -U 4 7 13; +U 4 7 15; -D 3 3 3; -U 1 5 9; +U 1 5 6; -U 5 5 9; +U 5 5 6; -U 2 6 11; +U 2 6 8; -U 4 7 15; +U 4 7 12; -D 1 5 6; -U 5 5 6; +U 5 5 5; -U 2 6 8; +U 2 6 7; -U 4 7 12; +U 4 7 11; -D 5 5 5; -U 2 6 7; +U 2 6 2; -U 4 7 11; +U 4 7 6; -U 2 6 2; +U 2 6 8; +I 6 6 8; -U 4 7 6; +U 4 7 12',
  ],
  [
    'ROWS: each row has its own',
    'SUM',
    0,
    true,
    '+I 1 5 1; +I 2 5 3; +I 3 3 3; -U 1 5 1; +U 1 5 4; -U 2 5 3; +U 2 5 6; +I 4 7 10; +I 5 5 11; -U 4 7 10; +U 4 7 15; -D 2 5 6; -U 5 5 11; +U 5 5 9; -U 4 7 15; +U 4 7 13; +U 2 6 11; -U 4 7 13; +U 4 7 15; -D 3 3 3; -U 1 5 4; +U 1 5 1; -U 5 5 9; +U 5 5 6; -U 2 6 11; +U 2 6 8; -U 4 7 15; +U 4 7 12; -D 1 5 1; -U 5 5 6; +U 5 5 5; -U 2 6 8; +U 2 6 7; -U 4 7 12; +U 4 7 11; -D 5 5 5; -U 2 6 7; +U 2 6 2; -U 4 7 11; +U 4 7 6; +I 6 6 8; -U 4 7 6; +U 4 7 12',
  ],
  [
    'rows whose values stay are not told',
    'MAX',
    2,
    false,
    '+I 1 5 5; +I 2 5 5; +I 3 3 3; +I 4 7 7; +I 5 5 5; -D 2 5 5; +U 2 6 6; -D 3 3 3; -D 1 5 5; -D 5 5 5; +I 6 6 6',
  ],
];

describe('OVER ordered by a plain column', () => {
  for (const [name, fn, column, rows, expected] of CASES) {
    it(name, () => {
      for (const size of BATCH_SIZES) {
        expect(short(run(fn, column, rows, CHANGES, size)), `batches of ${size}`).toBe(expected);
      }
    });
  }

  it('NULL keys come first', () => {
    const steps: readonly Step[] = [
      ['+I', 1, 'a', 5],
      ['+I', 2, 'a', null],
    ];
    expect(short(run('SUM', 0, false, steps, 1))).toBe('+I 1 5 1; +I 2 null 2; -U 1 5 1; +U 1 5 3');
  });
});
