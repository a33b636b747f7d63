import { describe, expect, it } from 'vitest';
import type {
  Deduplicate,
  GroupWindowAggregate,
  OverAggregate,
  TemporalSort,
} from '../../../flink-sql/plan/physical.ts';
import type { Rex } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { DeduplicateOperator } from '../../../local-runtime/operators/deduplicate.ts';
import { GroupWindowAggregateOperator } from '../../../local-runtime/operators/group-window-aggregate.ts';
import type { Operator, OperatorContext } from '../../../local-runtime/operators/operator.ts';
import { OverAggregateOperator } from '../../../local-runtime/operators/over-aggregate.ts';
import { TemporalSortOperator } from '../../../local-runtime/operators/temporal-sort.ts';
import { legacySettings } from '../../../local-runtime/operators/windows/settings.ts';
import { BATCH_SIZES, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const TS = types.timestamp(3, true, 'ROWTIME');
const INPUT: readonly LogicalType[] = [STR, INT, TS];
const END: Step = ['W', Number.POSITIVE_INFINITY];

const row = (key: string, value: number, time: number): Step => ['+I', key, value, { ms: time, nanos: 0 }];
const literal = (value: bigint): Rex => ({ kind: 'Literal', value, type: types.bigint(false) });

interface Case {
  readonly name: string;
  readonly operator: (context: OperatorContext) => Operator;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
  readonly late?: number;
}

function over(more: Partial<OverAggregate>): (context: OperatorContext) => Operator {
  const node: OverAggregate = {
    kind: 'OverAggregate',
    ...nodeBase(...INPUT, INT),
    input: inputNode(...INPUT),
    calls: [call('SUM', INT, [ref(1, INT)])],
    partition: [0],
    order: [{ index: 2, descending: false, nullsFirst: true }],
    rows: true,
    lower: { kind: 'UnboundedPreceding' },
    upper: { kind: 'CurrentRow' },
    ...more,
  };
  return (context) => new OverAggregateOperator(node, INPUT, context);
}

function dedup(keepLast: boolean): (context: OperatorContext) => Operator {
  const node: Deduplicate = {
    kind: 'Deduplicate',
    ...nodeBase(...INPUT),
    input: inputNode(...INPUT),
    keys: [0],
    timeIndex: 2,
    rowtime: true,
    keepLast,
    generateUpdateBefore: true,
  };
  return (context) => new DeduplicateOperator(node, INPUT, context);
}

function groupWindow(type: 'TUMBLE' | 'HOP', size: number, slide?: number): (context: OperatorContext) => Operator {
  const node: GroupWindowAggregate = {
    kind: 'GroupWindowAggregate',
    ...nodeBase(STR, INT, types.timestamp(3)),
    input: inputNode(...INPUT),
    group: [0],
    calls: [call('SUM', INT, [ref(1, INT)])],
    window: {
      type,
      timeIndex: 2,
      rowtime: true,
      size,
      ...(slide === undefined ? {} : { slide }),
      properties: [{ property: 'start', name: 's' }],
    },
    retracting: false,
  };
  return (context) => new GroupWindowAggregateOperator(legacySettings(node, INPUT), INPUT, context);
}

const ROWS = [row('a', 1, 10), row('a', 2, 30), row('a', 4, 20), row('b', 8, 20)];

const CASES: readonly Case[] = [
  {
    name: 'OVER, rows from the first: in time order when the watermark passes; late rows dropped',
    operator: over({}),
    steps: [...ROWS, ['W', 20], row('a', 16, 20), row('a', 32, 21), END],
    expected: ['+I a 1 @10 1', '+I b 8 @20 8', '+I a 4 @20 5', 'W 20', '+I a 32 @21 37', '+I a 2 @30 39', 'W Infinity'],
    late: 1,
  },
  {
    name: 'OVER, one row back',
    operator: over({ lower: { kind: 'Preceding', offset: literal(1n) } }),
    steps: [...ROWS, END],
    expected: ['+I a 1 @10 1', '+I b 8 @20 8', '+I a 4 @20 5', '+I a 2 @30 6', 'W Infinity'],
  },
  {
    name: 'OVER, a range of 10 ms: rows of one time come in together',
    operator: over({ rows: false, lower: { kind: 'Preceding', offset: literal(10n) } }),
    steps: [...ROWS, row('a', 100, 30), END],
    // Timers of one time fire as they lie in the heap, where those that forget frames lie too.
    expected: ['+I a 1 @10 1', '+I a 4 @20 5', '+I b 8 @20 8', '+I a 2 @30 106', '+I a 100 @30 106', 'W Infinity'],
  },
  {
    name: 'OVER, a range of 10 ms: the frame is forgotten 15 ms after its last row, a late row begins anew',
    operator: over({ rows: false, lower: { kind: 'Preceding', offset: literal(10n) } }),
    steps: [row('a', 1, 10), ['W', 10], row('b', 5, 40), ['W', 40], row('a', 2, 12), END],
    expected: ['+I a 1 @10 1', 'W 10', '+I b 5 @40 5', 'W 40', '+I a 2 @12 2', 'W Infinity'],
  },
  {
    name: 'OVER, a range of 10 ms: a timer put off makes rows up to it late',
    operator: over({ rows: false, lower: { kind: 'Preceding', offset: literal(10n) } }),
    steps: [row('a', 1, 10), row('a', 3, 20), ['W', 26], row('a', 2, 25), END],
    expected: ['+I a 1 @10 1', '+I a 3 @20 4', 'W 26', 'W Infinity'],
    late: 1,
  },
  {
    name: 'deduplicate, last by event time: a row as late or later replaces',
    operator: dedup(true),
    steps: [row('a', 1, 10), row('a', 2, 5), row('a', 3, 10), ['W', 8], row('b', 4, 1)],
    expected: ['+I a 1 @10', '-U a 1 @10', '+U a 3 @10', 'W 8', '+I b 4 @1'],
  },
  {
    name: 'deduplicate, first by event time: once, when the watermark passes',
    operator: dedup(false),
    steps: [row('a', 1, 10), row('a', 2, 5), row('b', 3, 20), ['W', 10], row('a', 4, 11), row('c', 5, 9), END],
    expected: ['+I a 2 @5', 'W 10', '+I b 3 @20', 'W Infinity'],
    late: 1,
  },
  {
    name: 'temporal sort: by time, then by the other keys; late rows dropped',
    operator: (context) => {
      const order = [
        { index: 2, descending: false, nullsFirst: true },
        { index: 1, descending: true, nullsFirst: false },
      ];
      const node: TemporalSort = {
        kind: 'TemporalSort',
        ...nodeBase(...INPUT),
        input: inputNode(...INPUT),
        timeIndex: 2,
        rowtime: true,
        order,
      };
      return new TemporalSortOperator(node, INPUT, context);
    },
    steps: [...ROWS, ['W', 20], row('c', 9, 20), END],
    expected: ['+I a 1 @10', '+I b 8 @20', '+I a 4 @20', 'W 20', '+I a 2 @30', 'W Infinity'],
    late: 1,
  },
  {
    name: 'legacy TUMBLE',
    operator: groupWindow('TUMBLE', 20),
    steps: [...ROWS, ['W', 19], row('b', 1, 3), END],
    expected: ['+I a 1 @0', 'W 19', '+I b 8 @20', '+I a 6 @20', 'W Infinity'],
    late: 1,
  },
  {
    name: 'legacy HOP: a row in each of its windows',
    operator: groupWindow('HOP', 20, 10),
    steps: [row('a', 1, 10), row('a', 2, 20), END],
    expected: ['+I a 1 @0', '+I a 3 @10', '+I a 2 @20', 'W Infinity'],
  },
];

// Timers of equal time fire in the order of Flink's timer heap (see TimerHeap), not of arrival.
describe('operators on event time', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES) {
      it(`${c.name} (batches of ${size})`, () => {
        const harness = new Harness([INPUT], c.operator);
        expect(harness.run(c.steps, size)).toEqual(c.expected);
        expect(harness.counters.get('numLateRecordsDropped') ?? 0).toBe(c.late ?? 0);
      });
    }
  }
});
