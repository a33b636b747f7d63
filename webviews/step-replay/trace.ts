/** What a query did, row by row, as plain data (local-runtime/step-replay/trace.ts gives it). */
export interface StepTrace {
  readonly statement: string;
  readonly operators: readonly TracedOperator[];
  readonly steps: readonly TracedStep[];
  /** `finished`: the input ended. `limit`: there was more than is recorded. `failed`: see `message`. */
  readonly end: 'finished' | 'limit' | 'failed';
  readonly message?: string;
}

export interface TracedOperator {
  readonly name: string;
  /** Columns of what it gives. */
  readonly columns: readonly string[];
  /** Places in the list of those that feed it. */
  readonly inputs: readonly number[];
  /** Whether its state can be shown; of another one only the size is known. */
  readonly shows: boolean;
}

export interface TracedStep {
  /** The operator that gave what came in. */
  readonly source: number;
  /** What began the step: a row, watermarks alone, the end of the input, or a timer of processing time. */
  readonly kind: 'row' | 'watermark' | 'end' | 'time';
  /** What all operators gave, in order. */
  readonly events: readonly TracedEvent[];
  /** The state of the operators in which it has changed. */
  readonly state: readonly TracedState[];
}

export type TracedEvent =
  /** `op`: the row kind, e.g. `+I`. NULL is null. */
  | {
      readonly type: 'row';
      readonly operator: number;
      readonly op: string;
      readonly cells: readonly (string | null)[];
    }
  /** `at` in epoch milliseconds; null is the end of event time. */
  | { readonly type: 'watermark'; readonly operator: number; readonly at: number | null }
  /** Rows that came too late and were dropped. */
  | { readonly type: 'late'; readonly operator: number; readonly rows: number };

export interface TracedState {
  readonly operator: number;
  readonly bytes: number;
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | null)[])[];
    /** Rows that there are beside those. */
    readonly more: number;
  }[];
}

/** To the page. */
export type ReplayMessage =
  | { readonly type: 'running'; readonly statement: string }
  | { readonly type: 'trace'; readonly trace: StepTrace }
  | { readonly type: 'problem'; readonly message: string };

/** From the page. `again`: the statement is to be run once more. */
export type ReplayRequest = { readonly type: 'ready' | 'again' | 'export' };
