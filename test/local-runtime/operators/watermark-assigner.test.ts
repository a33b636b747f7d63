import { describe, expect, it } from 'vitest';
import { type LogicalType, types } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../../local-runtime/batch/column.ts';
import { WatermarkAssignerOperator } from '../../../local-runtime/operators/watermark-assigner.ts';
import { BATCH_SIZES, Harness, type Step } from './harness.ts';

const INPUT: readonly LogicalType[] = [types.timestamp(3)];
const at = (ms: number): Step => ['+I', { ms, nanos: 0 }];
const program = { evalColumn: ({ columns }: { columns: readonly Column[] }) => columns[0] as Column };

function harness(options: Record<string, string>): Harness {
  return new Harness([INPUT], (context) => new WatermarkAssignerOperator(0, program, context), options);
}

describe('WatermarkAssignerOperator', () => {
  for (const size of BATCH_SIZES) {
    it(`sends a watermark after the row that moves it by more than the interval (batches of ${size})`, () => {
      const steps = [
        at(-50),
        at(100),
        at(110),
        at(111),
        at(90),
        at(500),
        ['W', 7] as Step,
        ['W', Number.POSITIVE_INFINITY] as Step,
      ];
      expect(harness({ 'pipeline.auto-watermark-interval': '10 ms' }).run(steps, size)).toEqual([
        '+I @-50',
        '+I @100',
        'W 100',
        '+I @110',
        '+I @111',
        'W 111',
        '+I @90',
        '+I @500',
        'W 500',
        'W Infinity',
      ]);
    });
  }

  it('sends what is left by the clock, every 200 ms unless told otherwise', () => {
    const steps: Step[] = [at(150), { clock: 100 }, at(180), { clock: 250 }, { clock: 500 }];
    expect(harness({}).run(steps, 10)).toEqual(['+I @150', '+I @180', 'W 180']);
  });

  it('is idle when no row comes for the idle timeout, and active again with the next', () => {
    const steps: Step[] = [at(1000), { clock: 1500 }, at(1001)];
    expect(harness({ 'table.exec.source.idle-timeout': '1 s' }).run(steps, 10)).toEqual([
      '+I @1000',
      'W 1000',
      'IDLE',
      'ACTIVE',
      '+I @1001',
    ]);
  });

  it('fails on a row without a time, in the words of Flink', () => {
    expect(() => harness({}).run([['+I', null]], 1)).toThrow(
      'RowTime field should not be null, please convert it to a non-null long value.',
    );
  });
});
