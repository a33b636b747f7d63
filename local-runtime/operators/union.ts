import { type Batch, forEachRun } from '../batch/batch.ts';
import { WatermarkCombiner } from '../time/watermark-combiner.ts';
import type { Operator, OperatorContext } from './operator.ts';

/**
 * UNION ALL. Keeps the inputs' watermarks; rows pass as they are; the watermark sent is the least of the inputs. Follows
 * UnionTransformation, whose inputs meet in the next operator's watermark valve.
 */
export class UnionOperator implements Operator {
  private readonly context: OperatorContext;
  private readonly watermarks: WatermarkCombiner;

  constructor(inputs: number, context: OperatorContext) {
    this.context = context;
    this.watermarks = new WatermarkCombiner(inputs);
  }

  process(batch: Batch, input: number): void {
    const rows: number[] = [];
    const values: number[] = [];
    let at = 0;
    forEachRun(
      batch,
      (_from, to) => {
        at = to;
      },
      (watermark) => {
        const moved = this.watermarks.advance(input, watermark);
        if (moved === undefined) return;
        rows.push(at);
        values.push(moved);
      },
    );
    if (batch.length === 0 && rows.length === 0) return;
    const marks = rows.length
      ? { count: rows.length, rows: Int32Array.from(rows), values: Float64Array.from(values) }
      : undefined;
    this.context.output.emit({ length: batch.length, kinds: batch.kinds, columns: batch.columns, marks });
  }

  onIdle(input: number, idle: boolean): void {
    const moved = this.watermarks.setIdle(input, idle);
    if (moved !== undefined) this.context.emitWatermark(moved);
    this.context.setIdle(this.watermarks.allIdle);
  }

  end(): void {
    // Nothing kept but watermarks.
  }

  snapshot() {
    return this.watermarks.snapshot();
  }

  restore(state: ReturnType<UnionOperator['snapshot']>): void {
    this.watermarks.restore(state);
  }
}
