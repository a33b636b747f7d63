import type { Batch } from '../batch/batch.ts';
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
