/** What is wrong with a value. */
export interface ValueProblem {
  /** `.items[2].price`; empty for the whole value. */
  readonly path: string;
  readonly message: string;
}

/** A value that does not fit its schema. */
export class FormatProblem extends Error {
  override readonly name = 'FormatProblem';
  /** Where: `.items[2].price`; empty for the whole value. */
  readonly path: string;
  /** What, without the place. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path.replace(/^\./, '')}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
