import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { RowWriter } from '../state/row-writer.ts';
import type { CalcProgram } from './calc.ts';
import type { Operator, OperatorContext } from './operator.ts';

/**
 * Grouping sets: each row once a projection, in their order, with its kind. Keeps nothing; watermarks pass. Follows StreamExecExpand.
 */
export class ExpandOperator implements Operator {
  private readonly programs: readonly CalcProgram[];
  private readonly out: RowWriter;

  constructor(programs: readonly CalcProgram[], types: readonly LogicalType[], context: OperatorContext) {
    this.programs = programs;
    this.out = new RowWriter(types, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    const rows: Batch = { length: batch.length, kinds: batch.kinds, columns: batch.columns, marks: undefined };
    const projected: readonly (readonly Column[])[] =
      batch.length > 0 ? this.programs.map((program) => program.run(rows).columns) : [];
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          for (const columns of projected)
            this.out.copy(columns, i, batch.kinds === undefined ? 0 : (batch.kinds[i] as number));
          this.out.flushIfFull();
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
