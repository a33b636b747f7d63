import { expect, it } from 'vitest';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { SinkUpsertMaterializer } from '../../../local-runtime/operators/sink-upsert-materializer.ts';
import { BATCH_SIZES, Harness, type Step } from './harness.ts';

const TYPES = [types.int(), types.string()];

function run(upsertKey: readonly number[] | undefined, steps: readonly Step[], size: number): readonly string[] {
  return new Harness([TYPES], (context) => new SinkUpsertMaterializer([1], upsertKey, TYPES, context)).run(steps, size);
}

/** What a Flink 2.2.1 printed for these changes into a table with PRIMARY KEY (name), and into one with the count as key. */
const CASES: readonly [string, readonly number[] | undefined, readonly Step[], readonly string[]][] = [
  [
    'rows told apart by all their columns',
    undefined,
    [
      ['+I', 1, 'x'],
      ['+I', 2, 'y'],
      ['+I', 2, 'y'],
      ['-U', 1, 'x'],
      ['+U', 2, 'y'],
      ['-D', 2, 'y'],
      ['+I', 5, 'q'],
      ['-U', 5, 'q'],
      ['+U', 5, 'Q'],
      ['-D', 2, 'y'],
      ['-D', 5, 'Q'],
    ],
    ['+I 1 x', '+I 2 y', '+U 2 y', '-D 1 x', '+U 2 y', '+I 5 q', '-D 5 q', '+I 5 Q', '-D 5 Q'],
  ],
  [
    'by an upsert key: a row takes the place of its former self, what was before comes back',
    [0],
    [
      ['+I', 1, 'x'],
      ['+I', 2, 'x'],
      ['+U', 1, 'x'],
      ['-D', 1, 'x'],
      ['-D', 7, 'x'],
      ['-D', 7, 'nobody'],
      ['+I', 3, 'x'],
      ['-D', 3, 'x'],
      ['W', 5],
      ['-D', 2, 'x'],
    ],
    ['+I 1 x', '+U 2 x', '+U 1 x', '+U 3 x', '+U 2 x', 'W 5', '-D 2 x'],
  ],
];

for (const [name, upsertKey, steps, expected] of CASES) {
  it(name, () => {
    for (const size of BATCH_SIZES) expect(run(upsertKey, steps, size), `batches of ${size}`).toEqual(expected);
  });
}
