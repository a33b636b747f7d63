import { describe, expect, it } from 'vitest';
import type { WindowAggregate } from '../../../flink-sql/plan/physical.ts';
import type { WindowSpec } from '../../../flink-sql/plan/rel.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { SessionWindowAggregateOperator } from '../../../local-runtime/operators/session-window-aggregate.ts';
import { WindowAggregateOperator } from '../../../local-runtime/operators/window-aggregate.ts';
import { sessionSettings } from '../../../local-runtime/operators/windows/settings.ts';
import { BATCH_SIZES, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

const STR = types.string();
const INT = types.int();
const TS = types.timestamp(3, true, 'ROWTIME');
const INPUT: readonly LogicalType[] = [STR, INT, TS];

interface Case {
  readonly name: string;
  readonly window: Partial<WindowSpec> & { type: WindowSpec['type']; size: number };
  readonly keyed?: boolean;
  readonly retracting?: boolean;
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
  readonly late?: number;
}

const at = (ms: number) => ({ ms, nanos: 0 });
const row = (key: string | null, value: number, time: number, kind: '+I' | '-D' = '+I'): Step => [
  kind,
  key,
  value,
  at(time),
];

function run(c: Case, size: number): Harness {
  const group = c.keyed === false ? [] : [0];
  const node: WindowAggregate = {
    kind: 'WindowAggregate',
    ...nodeBase(...group.map(() => STR), INT, types.timestamp(3), types.timestamp(3)),
    input: inputNode(...INPUT),
    group,
    calls: [call('SUM', INT, [ref(1, INT)])],
    window: { timeIndex: 2, rowtime: true, offset: 0, partition: [], ltz: false, ...c.window },
    properties: [
      { property: 'start', name: 's' },
      { property: 'end', name: 'e' },
    ],
    retracting: c.retracting ?? false,
  };
  const harness = new Harness([INPUT], (context) =>
    node.window.type === 'SESSION'
      ? new SessionWindowAggregateOperator(sessionSettings(node), INPUT, context)
      : new WindowAggregateOperator(node, INPUT, context),
  );
  harness.run(c.steps, size);
  return harness;
}

const CASES: readonly Case[] = [
  {
    name: 'TUMBLE fires with the watermark; late rows are dropped and counted',
    window: { type: 'TUMBLE', size: 10 },
    steps: [
      row('a', 1, 1),
      row('b', 2, 3),
      row('a', 3, 12),
      ['W', 8],
      row('a', 4, 2),
      ['W', 9],
      row('a', 5, 4),
      ['W', 30],
      ['W', Number.POSITIVE_INFINITY],
    ],
    expected: ['W 8', '+I a 5 @0 @10', '+I b 2 @0 @10', 'W 9', '+I a 3 @10 @20', 'W 30', 'W Infinity'],
    late: 1,
  },
  {
    name: 'HOP shares slices and fires windows that no row came for',
    window: { type: 'HOP', size: 20, step: 10 },
    steps: [row('a', 1, 5), row('a', 2, 15), ['W', 19], row('a', 4, 5), ['W', Number.POSITIVE_INFINITY]],
    expected: ['+I a 1 @-10 @10', '+I a 3 @0 @20', 'W 19', '+I a 2 @10 @30', 'W Infinity'],
    late: 1,
  },
  {
    name: 'HOP takes a late row whose later windows are open',
    window: { type: 'HOP', size: 20, step: 10 },
    steps: [row('a', 1, 5), ['W', 9], row('a', 2, 6), row('b', 7, 7), ['W', 29]],
    expected: ['+I a 1 @-10 @10', 'W 9', '+I a 3 @0 @20', '+I b 7 @0 @20', 'W 29'],
  },
  {
    name: 'CUMULATE grows step by step within its maximum',
    window: { type: 'CUMULATE', size: 30, step: 10 },
    steps: [row('a', 1, 5), row('a', 2, 25), row('a', 8, 35), ['W', Number.POSITIVE_INFINITY]],
    expected: [
      '+I a 1 @0 @10',
      '+I a 1 @0 @20',
      '+I a 3 @0 @30',
      '+I a 8 @30 @40',
      '+I a 8 @30 @50',
      '+I a 8 @30 @60',
      'W Infinity',
    ],
  },
  {
    name: 'retractions: an emptied window is not emitted',
    window: { type: 'TUMBLE', size: 10 },
    retracting: true,
    steps: [row('a', 1, 1), row('b', 2, 1), row('a', 1, 1, '-D'), ['W', 9]],
    expected: ['+I b 2 @0 @10', 'W 9'],
  },
  {
    name: 'with an offset a window whose end passes before the next flush is lost, as in Flink 2.2.1',
    window: { type: 'TUMBLE', size: 10, offset: 3 },
    keyed: false,
    steps: [row('a', 1, 4), row('a', 1, 14), ['W', 11], ['W', 13], ['W', 19], ['W', Number.POSITIVE_INFINITY]],
    expected: ['W 11', 'W 13', 'W 19', '+I 1 @13 @23', 'W Infinity'],
    late: 1,
  },
  {
    name: 'SESSION merges sessions that a row bridges; touching ones are one',
    window: { type: 'SESSION', size: 10 },
    steps: [
      row('a', 1, 0),
      row('a', 2, 20),
      row('b', 9, 50),
      row('a', 4, 10),
      ['W', 29],
      row('a', 8, 30),
      row('a', 16, 5),
      ['W', Number.POSITIVE_INFINITY],
    ],
    expected: ['+I a 7 @0 @30', 'W 29', '+I a 8 @30 @40', '+I b 9 @50 @60', 'W Infinity'],
    late: 1,
  },
];

describe('window aggregates', () => {
  for (const c of CASES) {
    for (const size of BATCH_SIZES) {
      it(`${c.name} (batches of ${size})`, () => {
        const harness = run(c, size);
        expect(harness.emitted).toEqual(c.expected);
        expect(harness.counters.get('numLateRecordsDropped') ?? 0).toBe(c.late ?? 0);
      });
    }
  }
});
