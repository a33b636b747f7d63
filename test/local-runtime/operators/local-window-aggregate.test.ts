import { describe, expect, it } from 'vitest';
import type { Exchange, WindowAggregate } from '../../../flink-sql/plan/physical.ts';
import type { WindowSpec } from '../../../flink-sql/plan/rel.ts';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import { LocalWindowAggregateOperator } from '../../../local-runtime/operators/local-window-aggregate.ts';
import type { Operator, OperatorContext } from '../../../local-runtime/operators/operator.ts';
import { WindowAggregateOperator } from '../../../local-runtime/operators/window-aggregate.ts';
import { type WindowPhases, windowPhases } from '../../../local-runtime/planner/window-phases.ts';
import { BATCH_SIZES, call, Harness, inputNode, nodeBase, ref, type Step } from './harness.ts';

/** Two operators with the exchange between them left out give what one operator gives, in the same order. */
const STR = types.string();
const LONG = types.bigint();
const BOOL = types.boolean();
const TS = types.timestamp(3, true, 'ROWTIME');
const INPUT: readonly LogicalType[] = [STR, LONG, BOOL, TS];

const CALLS = [
  call('COUNT', types.bigint(false), []),
  call('COUNT', types.bigint(false), [ref(1, LONG)]),
  call('SUM', LONG, [ref(1, LONG)]),
  { ...call('SUM', LONG, [ref(1, LONG)]), filter: ref(2, BOOL) },
  call('MIN', LONG, [ref(1, LONG)]),
  call('MAX', STR, [ref(0, STR)]),
];

const WINDOWS: Readonly<Record<string, Pick<WindowSpec, 'type' | 'size' | 'step' | 'offset'>>> = {
  TUMBLE: { type: 'TUMBLE', size: 10_000, offset: 0 },
  'TUMBLE with an offset': { type: 'TUMBLE', size: 10_000, offset: 3000 },
  HOP: { type: 'HOP', size: 10_000, step: 2000, offset: 0 },
  CUMULATE: { type: 'CUMULATE', size: 10_000, step: 2000, offset: 0 },
};

function nodeOf(window: Pick<WindowSpec, 'type' | 'size' | 'step' | 'offset'>, keyed: boolean): WindowAggregate {
  const group = keyed ? [0] : [];
  const input: Exchange = {
    ...nodeBase(...INPUT),
    kind: 'Exchange',
    input: inputNode(...INPUT),
    distribution: keyed ? 'hash' : 'single',
    keys: group,
  };
  return {
    kind: 'WindowAggregate',
    ...nodeBase(...group.map(() => STR), ...CALLS.map(({ type }) => type), types.timestamp(3), types.timestamp(3)),
    input,
    group,
    calls: CALLS,
    window: { timeIndex: 3, rowtime: true, partition: [], ltz: false, ...window },
    properties: [
      { property: 'start', name: 's' },
      { property: 'end', name: 'e' },
    ],
    retracting: false,
  };
}

/** Rows in about the order of their times, some behind the watermark. */
function rows(seed: number): Step[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const steps: Step[] = [];
  for (let i = 0; i < 600; i++) {
    const time = i * 120 + random(4000) - (random(40) === 0 ? 15_000 : 0);
    const value = random(9) === 0 ? null : BigInt(random(1000) - 500);
    steps.push(['+I', random(20) === 0 ? null : `k${random(5)}`, value, random(3) > 0, { ms: time, nanos: 0 }]);
    if (random(12) === 0) steps.push(['W', i * 120 - 1000]);
  }
  steps.push(['W', Number.POSITIVE_INFINITY]);
  return steps;
}

/** Both phases as one operator. */
function inPhases(node: WindowAggregate, phases: WindowPhases, context: OperatorContext): Operator {
  const global = new WindowAggregateOperator(phases.global, phases.types, context, phases.sliceColumn);
  const output = { emit: (batch: Parameters<Operator['process']>[0]) => global.process(batch) };
  const local = new LocalWindowAggregateOperator(node, INPUT, phases.types, { ...context, output });
  return {
    process: (batch) => local.process(batch),
    end: () => {
      local.end();
      global.end();
    },
    snapshot: () => [local.snapshot(), global.snapshot()],
    restore: (state) => {
      const [first, second] = state as [ReturnType<typeof local.snapshot>, ReturnType<typeof global.snapshot>];
      local.restore(first);
      global.restore(second);
    },
  };
}

function phasesOf(node: WindowAggregate): WindowPhases {
  const phases = windowPhases(node, {});
  if (!phases) throw new Error('the aggregate has one phase');
  return phases;
}

describe('a window aggregate in two phases', () => {
  for (const [name, window] of Object.entries(WINDOWS)) {
    for (const keyed of [true, false]) {
      it(`${name}, ${keyed ? 'by key' : 'over all rows'}: gives what one operator gives`, () => {
        const node = nodeOf(window, keyed);
        const phases = phasesOf(node);
        const steps = rows(keyed ? 7 : 8);
        const one = new Harness([INPUT], (context) => new WindowAggregateOperator(node, INPUT, context));
        const expected = one.run(steps, 50);
        expect(expected.filter((line) => line.startsWith('+I')).length).toBeGreaterThan(6);
        expect(one.counters.get('numLateRecordsDropped')).toBeGreaterThan(0);
        for (const size of BATCH_SIZES) {
          const two = new Harness([INPUT], (context) => inPhases(node, phases, context));
          expect(two.run(steps, size)).toEqual(expected);
          expect(two.counters).toEqual(one.counters);
        }
        const cut = new Harness([INPUT], (context) => inPhases(node, phases, context));
        const cuts = steps.flatMap((step, i) => (i % 20 === 0 ? [step, { cut: true } as const] : [step]));
        expect(cut.run(cuts, 50)).toEqual(expected);
      });
    }
  }

  it('gives a row for each key and slice, not for each row', () => {
    const node = nodeOf({ type: 'TUMBLE', size: 10_000, offset: 0 }, true);
    const local = new Harness(
      [INPUT],
      (context) => new LocalWindowAggregateOperator(node, INPUT, phasesOf(node).types, context),
    );
    const at = (ms: number) => ({ ms, nanos: 0 });
    const given = local.run(
      [
        ['+I', 'a', 1n, true, at(0)],
        ['+I', 'b', 2n, true, at(1)],
        ['+I', 'a', 3n, false, at(9_999)],
        ['+I', 'a', 5n, true, at(10_000)],
        ['W', 9_999],
        ['W', Number.POSITIVE_INFINITY],
      ],
      10,
    );
    expect(given).toEqual([
      '+I a 2 2 4 1 1 a @10000',
      '+I b 1 1 2 2 2 b @10000',
      '+I a 1 1 5 5 5 a @20000',
      'W 9999',
      'W Infinity',
    ]);
  });

  it('is for what Flink splits, and for functions whose value is all they keep', () => {
    const node = nodeOf({ type: 'TUMBLE', size: 10_000, offset: 0 }, true);
    const not = (change: Partial<WindowAggregate>) => windowPhases({ ...node, ...change }, {}) === undefined;
    expect(not({})).toBe(false);
    expect(not({ calls: [...CALLS, call('AVG', LONG, [ref(1, LONG)])] })).toBe(true);
    expect(not({ calls: [{ ...call('COUNT', LONG, [ref(1, LONG)]), distinct: true }] })).toBe(true);
    expect(not({ calls: [] })).toBe(true);
    expect(not({ retracting: true })).toBe(true);
    expect(not({ window: { ...node.window, rowtime: false } })).toBe(true);
    expect(not({ window: { ...node.window, type: 'SESSION' } })).toBe(true);
    expect(not({ input: inputNode(...INPUT) })).toBe(true);
    expect(windowPhases(node, { 'table.optimizer.agg-phase-strategy': 'one_phase' })).toBeUndefined();
  });
});
