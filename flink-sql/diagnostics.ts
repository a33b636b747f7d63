/** A fault found in a SQL text, as data: what Flink says and where. Offsets are UTF-16 units into the source, end exclusive. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** Stable, kebab-case, for quick fixes and tests: `unknown-column`, `syntax`, … */
  readonly code: string;
  /** Flink's own words where Flink has words: the innermost cause's message without its exception class. */
  readonly message: string;
  /** The exception class Flink would throw (`ValidationException`, `SqlValidatorException`, `ParseException`, …). */
  readonly exception: string;
  readonly start: number;
  readonly end: number;
  /** False where Flink's own message names no place: the range then is our smallest that shows the fault. */
  readonly placed: boolean;
  /** Longer chain of Flink's messages, outermost first, when Flink wraps the cause. */
  readonly causes?: readonly string[];
}

/**
 * Thrown inside flink-sql only; public entry points turn it into a Diagnostic. An Error without a stack: a text that is
 * being typed has mistakes all the time, and taking a stack costs more than finding the mistake.
 */
export class SqlError {
  readonly name: string;
  readonly message: string;
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    this.name = diagnostic.exception;
    this.message = diagnostic.message;
    this.diagnostic = diagnostic;
  }
}
Object.setPrototypeOf(SqlError.prototype, Error.prototype);
