import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, UPDATE_BEFORE } from '../batch/batch.ts';
import { RowWriter } from '../state/row-writer.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Drops -U for consumers that need only +U. Keeps nothing; watermarks pass. Follows DropUpdateBeforeFunction. */
export class DropUpdateBeforeOperator implements Operator {
  private readonly out: RowWriter;
  private readonly context: OperatorContext;

  constructor(types: readonly LogicalType[], context: OperatorContext) {
    this.context = context;
    this.out = new RowWriter(types, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    const kinds = batch.kinds;
    if (kinds === undefined || kinds.indexOf(UPDATE_BEFORE) < 0) {
      this.context.output.emit(batch);
      return;
    }
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          if (kinds[i] !== UPDATE_BEFORE) this.out.copy(batch.columns, i, kinds[i] as number);
        }
      },
      (watermark) => this.out.mark(watermark),
    );
    this.out.flush();
  }

  end(): void {
    // Nothing kept.
  }
}
