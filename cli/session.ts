/** Row kinds in the order of Flink's RowKind.toByteValue. */
export const OPS = ['+I', '-U', '+U', '-D'] as const;

export interface CliColumn {
  readonly name: string;
  /** As Flink prints it, for the width of a table's column. */
  readonly type: string;
}

/** Some rows of a result. Cells are text: Flink's cast to string, or JSON when that was asked for; null is NULL (in JSON `null`). */
export interface CliRows {
  readonly length: number;
  readonly kinds: ArrayLike<number> | undefined;
  cell(column: number, row: number): string | null;
}

export interface CliResult {
  readonly columns: readonly CliColumn[];
  readonly isQuery: boolean;
  /** False for statements that only say OK. */
  readonly hasContent: boolean;
  /** The job of a query or an INSERT. */
  readonly jobId: string | undefined;
  readonly rows: AsyncIterable<CliRows>;
  /** Stops a query. */
  close(): Promise<void>;
}

/** How a submitted INSERT ended. */
export interface JobEnd {
  readonly state: string;
  readonly message?: string;
}

/** A failed statement with the range of its text that is at fault, as offsets, where one is known. */
export class StatementError extends Error {
  readonly range: { readonly start: number; readonly end: number } | undefined;
  constructor(message: string, range?: { readonly start: number; readonly end: number }) {
    super(message);
    this.name = 'StatementError';
    this.range = range;
  }
}

/** Where `millrace run` runs statements: the local runtime in this process, or a SQL Gateway. Failures are StatementErrors. */
export interface CliSession {
  /** `name` is the job's, where it is not to be the statement's text. */
  execute(statement: string, signal: AbortSignal, name?: string): Promise<CliResult>;
  /** Waits for an INSERT's job. */
  waitForJob(id: string, signal: AbortSignal): Promise<JobEnd>;
  /** What becomes of a running INSERT when the user stops waiting. */
  readonly keepsJobs: boolean;
  close(): Promise<void>;
}
