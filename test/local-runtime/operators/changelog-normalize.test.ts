import { describe, expect, it } from 'vitest';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { ChangelogNormalizeOperator } from '../../../local-runtime/operators/changelog-normalize.ts';
import { DropUpdateBeforeOperator } from '../../../local-runtime/operators/drop-update-before.ts';
import { BATCH_SIZES, Harness, inputNode, nodeBase, type Step } from './harness.ts';

const INPUT: readonly LogicalType[] = [types.int(), types.string()];

const STEPS: readonly Step[] = [
  ['+U', 1, 'a'],
  ['+U', 1, 'a'],
  ['W', 5],
  ['+I', 1, 'b'],
  ['-D', 2, 'x'],
  ['-D', 1, null],
  ['+I', 1, 'c'],
  ['-U', 1, 'c'],
];

describe('ChangelogNormalizeOperator', () => {
  for (const size of BATCH_SIZES) {
    it(`makes upserts a full changelog (batches of ${size})`, () => {
      const node = {
        kind: 'ChangelogNormalize' as const,
        ...nodeBase(...INPUT),
        input: inputNode(...INPUT),
        keys: [0],
      };
      const harness = new Harness([INPUT], (context) => new ChangelogNormalizeOperator(node, INPUT, context));
      expect(harness.run(STEPS, size)).toEqual(['+I 1 a', 'W 5', '-U 1 a', '+U 1 b', '-D 1 b', '+I 1 c', '-D 1 c']);
    });
  }
});

describe('DropUpdateBeforeOperator', () => {
  for (const size of BATCH_SIZES) {
    it(`drops -U only (batches of ${size})`, () => {
      const harness = new Harness([INPUT], (context) => new DropUpdateBeforeOperator(INPUT, context));
      const steps: Step[] = [
        ['+I', 1, 'a'],
        ['-U', 1, 'a'],
        ['W', 3],
        ['+U', 1, 'b'],
        ['-D', 1, 'b'],
      ];
      expect(harness.run(steps, size)).toEqual(['+I 1 a', 'W 3', '+U 1 b', '-D 1 b']);
    });
  }
});
