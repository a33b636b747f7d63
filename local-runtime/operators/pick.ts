import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import type { Operator, Output } from './operator.ts';

/**
 * Some of the columns of a source that several consumers share; columns are not copied. Keeps nothing; watermarks pass. Follows
 * ProjectPushDownSpec, by which in Flink each consumer has a source of its own.
 */
export class PickOperator implements Operator {
  private readonly picked: readonly number[];
  private readonly output: Output;

  constructor(picked: readonly number[], output: Output) {
    this.picked = picked;
    this.output = output;
  }

  process(batch: Batch): void {
    this.output.emit({
      length: batch.length,
      kinds: batch.kinds,
      columns: this.picked.map((p) => batch.columns[p] as Column),
      marks: batch.marks,
    });
  }

  end(): void {
    // Nothing kept.
  }
}
