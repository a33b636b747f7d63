/**
 * What the notebook renderer and the extension tell each other. The host keeps the stream; the renderer shows states
 * and asks for the rows that are in sight.
 */

import type { VertexState } from './job/messages.ts';
import type { Texts } from './shared/l10n.ts';

/** Output item of a running or finished statement: a ResultState as JSON, understood without any message too. */
export const RESULT_MIME = 'application/vnd.millrace.result+json';

/** `starting`: submitted, nothing known yet. `stopped`: by the user. */
export type Phase = 'starting' | 'running' | 'finished' | 'failed' | 'stopped';

export type View = 'table' | 'changelog';

export interface ColumnState {
  readonly name: string;
  /** As Flink prints it, e.g. `DECIMAL(10, 2)` or `BIGINT NOT NULL`. */
  readonly type: string;
}

export interface CauseState {
  readonly className: string;
  readonly message: string;
}

export interface ErrorState {
  /** Flink's words. */
  readonly message: string;
  /** 1-based place in the cell. */
  readonly place?: {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
  /** Innermost first. */
  readonly causes: readonly CauseState[];
  readonly trace?: string;
}

/** Everything about a result but its rows. */
export interface ResultState {
  readonly id: string;
  /** `grid`: rows. `ok`: a statement that only says OK. `job`: a submitted job. */
  readonly kind: 'grid' | 'ok' | 'job';
  readonly phase: Phase;
  /** Whether it is a query's: what SHOW and the like answer has no changelog worth a view. */
  readonly query: boolean;
  /** First line of the statement, for the heading and for screen readers. */
  readonly title: string;
  /** Milliseconds since the statement was sent; final when it has ended. */
  readonly elapsedMs: number;
  readonly columns: readonly ColumnState[];
  /** Changes received, all of them. */
  readonly received: number;
  /** Rows that the table view holds. */
  readonly tableRows: number;
  /** Changes that the changelog view still holds: the last ones. */
  readonly logRows: number;
  /** Rows of the table that were let go because it outgrew the limit. */
  readonly dropped: number;
  /** Changes a second over the last moments; 0 when it has ended. */
  readonly rate: number;
  /** Whether changes other than inserts came: only then do the views differ. */
  readonly updating: boolean;
  /** Most rows kept. */
  readonly limit: number;
  /** Whether no further pages are read for now. */
  readonly paused: boolean;
  /** Columns that are instants whose clock can be chosen. */
  readonly instants: readonly number[];
  /** What stands behind `-- chart:` in front of the statement. */
  readonly chart?: string | undefined;
  readonly jobId?: string;
  readonly error?: ErrorState;
  /** Grows with every change of the rows. */
  readonly version: number;
}

/** What the job of a result does, as its server tells; null is what it does not tell. */
export interface JobFigures {
  readonly state: string;
  readonly ended: boolean;
  /** The least of the vertices: what may still come is later. `end`: all has come. */
  readonly watermark: number | 'end' | null;
  /** How far the watermark is behind the server's clock, in milliseconds. */
  readonly lag: number | null;
  /** Rows that came too late and were dropped. */
  readonly lateRecords: number | null;
  readonly stateBytes: number | null;
  /** Whether `stateBytes` is the size of the last checkpoint: the server does not measure state itself. */
  readonly stateOfCheckpoint: boolean;
  readonly vertices: readonly VertexState[];
}

/** A part of a statement that an operator comes from, with offsets in the statement. */
export interface Clause {
  readonly kind: ClauseKind;
  /** Of a table, a function or a sink: its last name. */
  readonly name?: string;
  readonly start: number;
  readonly end: number;
}

export type ClauseKind =
  | 'table'
  | 'function'
  | 'sink'
  | 'where'
  | 'group'
  | 'join'
  | 'over'
  | 'order'
  | 'limit'
  | 'union'
  | 'values'
  | 'match';

export interface SortKey {
  readonly column: number;
  readonly descending: boolean;
}

/** Which rows of a view are shown, in which order and on which clock. */
export interface Arrangement {
  /** The first decides; rows that are equal by all stay in their order. NULL is less than everything, as in Flink. */
  readonly sort?: readonly SortKey[] | undefined;
  /** A Flink SQL condition over the columns. */
  readonly filter?: string | undefined;
  /** Clock on which instants are shown, where it is not the session's. */
  readonly zone?: string | undefined;
}

/** What there is to say of a column's values. */
export interface ColumnProfile {
  readonly count: number;
  readonly nulls: number;
  readonly distinct: number;
  /** Whether there are more different values than were told apart. */
  readonly atLeast: boolean;
  readonly least?: string;
  readonly greatest?: string;
  readonly mean?: number;
  readonly top: readonly { readonly text: string; readonly count: number }[];
  /** Numbers and times in bars of one width, from the least to the greatest. */
  readonly histogram: readonly number[];
}

/** Formats of files that rows are written to. */
export type ExportFormat = 'csv' | 'jsonl' | 'parquet' | 'arrow';

/** From the renderer. A negative `from` counts from the view's end. */
export type ToHost =
  /** Asks for the texts of the editor's language; answered by `texts` where it is not English. */
  | { readonly type: 'language' }
  | { readonly type: 'subscribe'; readonly id: string }
  | { readonly type: 'unsubscribe'; readonly id: string }
  /** The last state has been drawn: the next may come. */
  | { readonly type: 'seen'; readonly id: string }
  | {
      readonly type: 'rows';
      readonly id: string;
      readonly view: View;
      readonly from: number;
      readonly count: number;
      readonly request: number;
      readonly arrange?: Arrangement | undefined;
    }
  /** Asks where a text is found; answered by `found`. An empty text is found nowhere. */
  | {
      readonly type: 'find';
      readonly id: string;
      readonly view: View;
      readonly text: string;
      readonly request: number;
      readonly arrange?: Arrangement | undefined;
    }
  /** Reads no further pages, or goes on. */
  | { readonly type: 'pause'; readonly id: string; readonly paused: boolean }
  /** Writes all rows to a file that the host asks for, or `record`s those that come from now on. */
  | {
      readonly type: 'export';
      readonly id: string;
      readonly view: View;
      readonly arrange?: Arrangement | undefined;
      readonly record?: boolean;
    }
  | { readonly type: 'openJob'; readonly id: string }
  /** Asks for the plan of the statement; answered by `plan` or `problem`. */
  | { readonly type: 'plan'; readonly id: string; readonly request: number }
  /** Shows a part of the statement in its editor; offsets in the statement. */
  | { readonly type: 'place'; readonly id: string; readonly start: number; readonly end: number }
  /** Asks what there is to say of a column; answered by `profile`. */
  | {
      readonly type: 'profile';
      readonly id: string;
      readonly view: View;
      readonly column: number;
      readonly request: number;
      readonly arrange?: Arrangement | undefined;
    }
  /** The chart that the person made: it is kept in the statement's text. Undefined: none. */
  | { readonly type: 'chart'; readonly id: string; readonly chart: string | undefined }
  /** Writes a picture to a file that the host asks for. */
  | { readonly type: 'save'; readonly id: string; readonly name: string; readonly base64: string }
  | { readonly type: 'stop'; readonly id: string };

/** From the host. */
export type ToRenderer =
  | { readonly type: 'texts'; readonly texts: Texts }
  | { readonly type: 'state'; readonly state: ResultState }
  | {
      readonly type: 'rows';
      readonly id: string;
      readonly view: View;
      readonly from: number;
      /** 0 for the first rows, which come unasked. */
      readonly request: number;
      readonly version: number;
      /** Rows of the whole view at that version, and those that had gone from its top by then. */
      readonly total: number;
      readonly dropped: number;
      /** An Arrow IPC stream in Base64 (renderer messages are JSON): `__row_kind`, then the columns. */
      readonly ipc: string;
    }
  /** Rows that hold the text, the first of them by position. */
  | {
      readonly type: 'found';
      readonly id: string;
      readonly request: number;
      readonly rows: readonly number[];
      readonly total: number;
    }
  | { readonly type: 'profile'; readonly id: string; readonly request: number; readonly profile: ColumnProfile }
  | { readonly type: 'job'; readonly id: string; readonly figures: JobFigures }
  /** What EXPLAIN says of the statement, and the parts of the statement. */
  | {
      readonly type: 'plan';
      readonly id: string;
      readonly request: number;
      readonly text: string;
      readonly clauses: readonly Clause[];
    }
  /** What was asked for cannot be answered: the condition is wrong. `start` and `end` are offsets in it. */
  | {
      readonly type: 'problem';
      readonly id: string;
      readonly view: View;
      readonly request: number;
      readonly message: string;
      readonly start: number;
      readonly end: number;
    }
  /** The host does not have the result any more: it was restarted. */
  | { readonly type: 'gone'; readonly id: string };
