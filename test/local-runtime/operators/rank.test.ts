import { describe, expect, it } from 'vitest';
import type { Rank } from '../../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { limitOperator, rankOperator } from '../../../local-runtime/operators/rank/rank-for.ts';
import { BATCH_SIZES, Harness, inputNode, nodeBase, type Step } from './harness.ts';

const INPUT: readonly LogicalType[] = [types.string(), types.int()];

interface Case {
  readonly name: string;
  readonly strategy: Rank['strategy'];
  readonly start?: number;
  readonly end: number;
  readonly number?: boolean;
  readonly partition?: readonly number[];
  readonly upsertKey?: readonly number[];
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}

function run(c: Case, size: number): readonly string[] {
  const number = c.number ?? false;
  const input = inputNode(...INPUT);
  const node: Rank = {
    kind: 'Rank',
    sortLimit: false,
    ...nodeBase(...INPUT, ...(number ? [types.bigint(false)] : [])),
    input: { ...input, traits: { ...input.traits, upsertKeys: c.upsertKey ? [c.upsertKey] : [] } },
    strategy: c.strategy,
    partition: c.partition ?? [],
    order: [{ index: 1, descending: true, nullsFirst: false }],
    rankStart: c.start ?? 1,
    rankEnd: c.end,
    outputRankNumber: number,
    generateUpdateBefore: true,
  };
  return new Harness([INPUT], (context) => rankOperator(node, INPUT, context)).run(c.steps, size);
}

const GROW: readonly Step[] = [
  ['+I', 'a', 1],
  ['+I', 'b', 3],
  ['+I', 'c', null],
  ['+I', 'd', 2],
];

const CASES: readonly Case[] = [
  {
    name: 'append: a row that comes in pushes the last one out',
    strategy: 'AppendFast',
    end: 2,
    steps: GROW,
    expected: ['+I a 1', '+I b 3', '-D a 1', '+I d 2'],
  },
  {
    name: 'append with the rank: every row moved down is updated',
    strategy: 'AppendFast',
    end: 2,
    number: true,
    steps: GROW,
    expected: ['+I a 1 1', '-U a 1 1', '+U b 3 1', '+I a 1 2', '-U a 1 2', '+U d 2 2'],
  },
  {
    name: 'append, the first of each partition',
    strategy: 'AppendFast',
    end: 1,
    partition: [0],
    steps: [
      ['+I', 'a', 1],
      ['+I', 'b', 5],
      ['+I', 'a', 2],
      ['+I', 'b', 4],
    ],
    expected: ['+I a 1', '+I b 5', '-U a 1', '+U a 2'],
  },
  {
    name: 'retract: the next row moves up',
    strategy: 'Retract',
    end: 2,
    steps: [...GROW, ['-D', 'b', 3], ['-U', 'd', 2], ['+U', 'd', 9]],
    expected: [
      '+I a 1',
      '+I b 3',
      '-D a 1',
      '+I d 2',
      '-D b 3',
      '+I a 1',
      '-D d 2',
      '+I c null',
      '-D c null',
      '+I d 9',
    ],
  },
  {
    name: 'retract with the rank',
    strategy: 'Retract',
    end: 2,
    number: true,
    steps: [
      ['+I', 'a', 1],
      ['+I', 'b', 3],
      ['-D', 'b', 3],
      ['-D', 'a', 1],
    ],
    expected: ['+I a 1 1', '-U a 1 1', '+U b 3 1', '+I a 1 2', '-U b 3 1', '+U a 1 1', '-D a 1 2', '-D a 1 1'],
  },
  {
    name: 'updates that move up by row key',
    strategy: 'UpdateFast',
    end: 2,
    number: true,
    upsertKey: [0],
    steps: [
      ['+I', 'a', 1],
      ['+I', 'b', 3],
      ['+U', 'a', 2],
      ['+U', 'a', 4],
      ['+I', 'c', 5],
    ],
    expected: [
      '+I a 1 1',
      '-U a 1 1',
      '+U b 3 1',
      '+I a 1 2',
      '-U a 1 2',
      '+U a 2 2',
      '-U b 3 1',
      '-U a 2 2',
      '+U a 4 1',
      '+U b 3 2',
      '-U a 4 1',
      '+U c 5 1',
      '-U b 3 2',
      '+U a 4 2',
    ],
  },
];

describe('Top-N', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES)
      it(`${c.name} (batches of ${size})`, () => expect(run(c, size)).toEqual(c.expected));
  }

  for (const size of BATCH_SIZES) {
    it(`LIMIT of insert-only input lets the first rows through (batches of ${size})`, () => {
      const input = inputNode(...INPUT);
      const insertOnly = { insert: true, updateBefore: false, updateAfter: false, delete: false };
      const traits = { changelogMode: insertOnly, upsertKeys: [] };
      const node = { kind: 'Limit' as const, ...nodeBase(...INPUT), input: { ...input, traits }, offset: 0, fetch: 2 };
      const harness = new Harness([INPUT], (context) => limitOperator(node, INPUT, context));
      expect(harness.run([...GROW, ['W', 4]], size)).toEqual(['+I a 1', '+I b 3', 'W 4']);
    });
  }
});
