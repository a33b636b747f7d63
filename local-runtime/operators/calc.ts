import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import { RowWriter } from '../state/row-writer.ts';
import type { Operator, Output } from './operator.ts';

/** What a compiled calc must offer: see codegen's `compileCalc`. */
export interface CalcProgram {
  run(batch: Batch): Batch;
}

/**
 * Filter and projection. Keeps nothing; each row gives at most one row of the same kind; watermarks pass in their places.
 * Follows StreamExecCalc's generated operator.
 */
export class CalcOperator implements Operator {
  private readonly program: CalcProgram;
  private readonly output: Output;

  constructor(program: CalcProgram, output: Output) {
    this.program = program;
    this.output = output;
  }

  process(batch: Batch): void {
    const out = this.program.run(batch);
    if (out.length > 0 || out.marks) this.output.emit(out);
  }

  end(): void {
    // Nothing kept.
  }
}

/**
 * A calc that asks for CURRENT_WATERMARK: rows between two watermarks are evaluated together, so that each row sees the watermark
 * that came before it. Keeps that watermark, which passes. Follows
 * StreamExecCalc with CurrentWatermarkCallGen.
 */
export class WatermarkedCalcOperator implements Operator {
  private readonly program: CalcProgram;
  private readonly output: Output;
  private readonly rows: RowWriter;
  /** The last watermark; undefined before the first. */
  watermark: number | undefined;

  constructor(program: CalcProgram, types: readonly LogicalType[], output: Output) {
    this.program = program;
    this.output = output;
    this.rows = new RowWriter(types, (batch) => this.emit(batch));
  }

  private emit(batch: Batch): void {
    const out = this.program.run(batch);
    if (out.length > 0 || out.marks) this.output.emit(out);
  }

  process(batch: Batch): void {
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.rows.copy(batch.columns, i, batch.kinds?.[i] ?? INSERT);
      },
      (watermark) => {
        this.rows.mark(watermark);
        this.rows.flush();
        this.watermark = watermark;
      },
    );
    this.rows.flush();
  }

  end(): void {
    // Nothing kept but the watermark.
  }

  snapshot() {
    return { watermark: this.watermark };
  }

  restore(state: ReturnType<WatermarkedCalcOperator['snapshot']>): void {
    this.watermark = state.watermark;
  }
}
