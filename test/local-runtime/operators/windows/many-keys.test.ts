import { describe, expect, it } from 'vitest';
import type { WindowAggregate } from '../../../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../../../flink-sql/types/logical-type.ts';
import { WindowAggregateOperator } from '../../../../local-runtime/operators/window-aggregate.ts';
import { seededBelow } from '../../../harness/random.ts';
import { COUNT_STAR, call, Harness, inputNode, nodeBase, ref, type Step } from '../harness.ts';

/** More keys than are written at a time, in windows of every kind, against sums computed from all rows. */
const INT = types.int();
const DOUBLE = types.double();
const INPUT: readonly LogicalType[] = [INT, DOUBLE, types.timestamp(3, true, 'ROWTIME')];
const KEYS = 5000;
const ROWS = 20_000;

type Window = { readonly type: 'TUMBLE' | 'HOP' | 'CUMULATE'; readonly size: number; readonly step?: number };

/** The ends of the windows that a time is in. */
function endsOf({ type, size, step = size }: Window, time: number): number[] {
  const ends: number[] = [];
  const first = Math.floor(time / step) * step + step;
  const last = type === 'CUMULATE' ? Math.floor(time / size) * size + size : first + size - step;
  for (let end = first; end <= last; end += step) ends.push(end);
  return ends;
}

function operator(window: Window) {
  const node: WindowAggregate = {
    kind: 'WindowAggregate',
    ...nodeBase(INT, types.bigint(), DOUBLE, DOUBLE, types.timestamp(3)),
    input: inputNode(...INPUT),
    group: [0],
    calls: [COUNT_STAR, call('SUM', DOUBLE, [ref(1, DOUBLE)]), call('MAX', DOUBLE, [ref(1, DOUBLE)])],
    window: { timeIndex: 2, rowtime: true, offset: 0, partition: [], ltz: false, ...window },
    properties: [{ property: 'end', name: 'e' }],
    retracting: false,
  };
  return new Harness([INPUT], (context) => new WindowAggregateOperator(node, INPUT, context));
}

describe('windows of many keys', () => {
  const windows: readonly Window[] = [
    { type: 'TUMBLE', size: 10 },
    { type: 'HOP', size: 30, step: 10 },
    { type: 'CUMULATE', size: 30, step: 10 },
  ];
  for (const window of windows) {
    it(`${window.type} gives each key's sums`, () => {
      const next = seededBelow(7);
      const steps: Step[] = [];
      const sums = new Map<string, { count: number; sum: number; most: number }>();
      for (let n = 0; n < ROWS; n++) {
        const time = Math.floor(n / 100);
        const [key, value] = [next(KEYS), next(1000) / 8];
        steps.push(['+I', key, value, { ms: time, nanos: 0 }]);
        for (const end of endsOf(window, time)) {
          const sum = sums.get(`${key} @${end}`) ?? { count: 0, sum: 0, most: 0 };
          sums.set(`${key} @${end}`, {
            count: sum.count + 1,
            sum: sum.sum + value,
            most: Math.max(sum.most, value),
          });
        }
        if (n % 1000 === 999) steps.push(['W', time - 3]);
        if (n % 7000 === 6999) steps.push({ cut: true });
      }
      steps.push(['W', Number.POSITIVE_INFINITY]);
      const rows = operator(window)
        .run(steps, 4096)
        .filter((line) => line.startsWith('+I'));
      const expected = [...sums].map(([name, { count, sum, most }]) => {
        const [key, end] = name.split(' ');
        return `+I ${key} ${count} ${sum} ${most} ${end}`;
      });
      // A cumulating window fires again where no row came.
      const wanted = new Set(expected);
      const found = window.type === 'CUMULATE' ? rows.filter((row) => wanted.has(row)) : rows;
      expect(found.sort()).toEqual(expected.sort());
    });
  }
});
