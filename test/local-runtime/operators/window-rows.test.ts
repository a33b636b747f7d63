import { describe, expect, it } from 'vitest';
import type { WindowDeduplicate, WindowJoin, WindowRank } from '../../../flink-sql/plan/physical.ts';
import type { WindowSpec } from '../../../flink-sql/plan/rel.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { WindowDeduplicateOperator } from '../../../local-runtime/operators/window-deduplicate.ts';
import { WindowJoinOperator } from '../../../local-runtime/operators/window-join.ts';
import { WindowRankOperator } from '../../../local-runtime/operators/window-rank.ts';
import { BATCH_SIZES, Harness, inputNode, nodeBase, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const TS = types.timestamp(3);
/** Key, value, time, window start, window end. */
const INPUT: readonly LogicalType[] = [STR, INT, TS, TS, TS];
const WINDOW: WindowSpec = {
  type: 'TUMBLE',
  timeIndex: 2,
  rowtime: true,
  size: 10,
  offset: 0,
  partition: [],
  ltz: false,
};
const attached = { start: 3, end: 4 };
const END: Step = ['W', Number.POSITIVE_INFINITY];

const at = (ms: number) => ({ ms, nanos: 0 });
/** A row in the window of 10 that its time falls in. */
const row = (key: string | null, value: number | null, time: number): readonly ['+I', ...never[]] => {
  const start = Math.floor(time / 10) * 10;
  return ['+I', key, value, at(time), at(start), at(start + 10)] as unknown as readonly ['+I', ...never[]];
};
const of = (input: number, step: ReturnType<typeof row> | readonly ['W', number]): Step => ({ input, step });

/** Whether the operator goes on after its state moved to a new one. */
function both(make: () => Harness, steps: readonly Step[], expected: readonly string[]): void {
  for (const size of BATCH_SIZES) expect(make().run(steps, size), `batches of ${size}`).toEqual(expected);
}

function rank(more: Partial<WindowRank>): Harness {
  const number = more.outputRankNumber ?? true;
  const node: WindowRank = {
    kind: 'WindowRank',
    ...nodeBase(...INPUT, ...(number ? [types.bigint()] : [])),
    input: inputNode(...INPUT),
    window: WINDOW,
    attached,
    partition: [0],
    order: [{ index: 1, descending: true, nullsFirst: false }],
    rankStart: 1,
    rankEnd: 2,
    outputRankNumber: number,
    ...more,
  };
  return new Harness([INPUT], (context) => new WindowRankOperator(node, INPUT, context));
}

describe('window Top-N', () => {
  it('gives the first rows of each key and window by rank when the window ends, late rows dropped', () => {
    both(
      () => rank({}),
      [
        row('a', 1, 1),
        row('a', 5, 2),
        row('b', 7, 3),
        row('a', 3, 4),
        row('a', null, 5),
        row('a', 9, 11),
        ['W', 8],
        row('a', 4, 6),
        ['W', 9],
        row('a', 99, 7),
        END,
      ],
      [
        'W 8',
        '+I a 5 @2 @0 @10 1',
        '+I a 4 @6 @0 @10 2',
        '+I b 7 @3 @0 @10 1',
        'W 9',
        '+I a 9 @11 @10 @20 1',
        'W Infinity',
      ],
    );
  });

  it('keeps rows of equal keys in the order they came, from the rank that is asked for', () => {
    both(
      () => rank({ partition: [], rankStart: 2, rankEnd: 3, outputRankNumber: false }),
      [row('a', 1, 1), row('b', 1, 2), row('c', 1, 3), row('d', 1, 4), END],
      ['+I b 1 @2 @0 @10', '+I c 1 @3 @0 @10', 'W Infinity'],
    );
  });

  it('counts late rows', () => {
    const harness = rank({});
    harness.run([['W', 9], row('a', 1, 1), row('a', 1, 12), END], 1);
    expect(harness.counters.get('numLateRecordsDropped')).toBe(1);
  });
});

function deduplicate(keepLast: boolean): Harness {
  const node: WindowDeduplicate = {
    kind: 'WindowDeduplicate',
    ...nodeBase(...INPUT),
    input: inputNode(...INPUT),
    window: WINDOW,
    attached,
    keys: [0],
    timeIndex: 2,
    keepLast,
  };
  return new Harness([INPUT], (context) => new WindowDeduplicateOperator(node, INPUT, context));
}

describe('window deduplication', () => {
  const steps: readonly Step[] = [
    row('a', 1, 2),
    row('a', 2, 1),
    row('a', 3, 1),
    row('a', 4, 2),
    row('a', 5, 15),
    ['W', 9],
    row('a', 6, 3),
    row('a', 7, 12),
    END,
  ];

  it('keeps the first row; of rows of equal time the first to come', () => {
    both(() => deduplicate(false), steps, ['+I a 2 @1 @0 @10', 'W 9', '+I a 7 @12 @10 @20', 'W Infinity']);
  });

  it('keeps the last row; of rows of equal time the last to come', () => {
    both(() => deduplicate(true), steps, ['+I a 4 @2 @0 @10', 'W 9', '+I a 5 @15 @10 @20', 'W Infinity']);
  });
});

function join(joinType: WindowJoin['joinType'], filterNulls = true): Harness {
  const semi = joinType === 'SEMI' || joinType === 'ANTI';
  const node: WindowJoin = {
    kind: 'WindowJoin',
    ...nodeBase(...INPUT, ...(semi ? [] : INPUT)),
    left: inputNode(...INPUT),
    right: inputNode(...INPUT),
    joinType,
    leftWindow: WINDOW,
    rightWindow: WINDOW,
    leftAttached: attached,
    rightAttached: attached,
    leftKeys: [0],
    rightKeys: [0],
    filterNulls: [filterNulls],
    condition: null,
  };
  return new Harness([INPUT, INPUT], (context) => new WindowJoinOperator(node, [INPUT, INPUT], undefined, context));
}

/** Values of both sides only. */
const values = (changes: readonly string[]): string[] =>
  changes.map((change) =>
    change.startsWith('W')
      ? change
      : change
          .split(' ')
          .filter((_, i) => i === 0 || i === 2 || i === 7)
          .join(' '),
  );

describe('window join', () => {
  const steps: readonly Step[] = [
    of(0, row('a', 1, 1)),
    of(0, row(null, 2, 2)),
    of(0, row('b', 3, 3)),
    of(0, row('a', 4, 14)),
    of(1, row('a', 10, 5)),
    of(1, row('a', 11, 6)),
    of(1, row(null, 12, 7)),
    of(1, row('c', 13, 8)),
    of(0, ['W', 20]),
    of(1, ['W', 9]),
    of(1, row('a', 99, 1)),
    of(1, row('a', 14, 15)),
    of(1, ['W', 30]),
  ];
  const cases: readonly [WindowJoin['joinType'], readonly string[]][] = [
    ['INNER', ['+I 1 10', '+I 1 11', 'W 9', '+I 4 14', 'W 20']],
    ['LEFT', ['+I 1 10', '+I 1 11', '+I 3 null', '+I 2 null', 'W 9', '+I 4 14', 'W 20']],
    ['RIGHT', ['+I 1 10', '+I 1 11', '+I null 13', '+I null 12', 'W 9', '+I 4 14', 'W 20']],
    ['SEMI', ['+I 1', 'W 9', '+I 4', 'W 20']],
    ['ANTI', ['+I 3', '+I 2', 'W 9', 'W 20']],
  ];
  for (const [joinType, expected] of cases) {
    it(`${joinType}: rows of one window and key, once, when both watermarks passed`, () => {
      for (const size of BATCH_SIZES) {
        const emitted = values(join(joinType).run(steps, size));
        // Windows of one end fire in the order of a heap: compared as a set.
        expect([...emitted].sort(), `batches of ${size}`).toEqual([...expected].sort());
      }
    });
  }

  it('FULL pads both sides; NULLs match with IS NOT DISTINCT FROM', () => {
    for (const size of BATCH_SIZES) {
      const emitted = values(join('FULL', false).run(steps, size));
      expect([...emitted].sort()).toEqual(
        ['+I 1 10', '+I 1 11', '+I 2 12', '+I 3 null', '+I null 13', '+I 4 14', 'W 20', 'W 9'].sort(),
      );
    }
  });

  it('counts the late rows of either side', () => {
    const harness = join('INNER');
    harness.run(steps, 1);
    expect(harness.counters.get('rightNumLateRecordsDropped')).toBe(1);
    expect(harness.counters.get('leftNumLateRecordsDropped')).toBeUndefined();
  });
});
