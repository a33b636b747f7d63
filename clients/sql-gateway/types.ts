/** The wire types of the Flink SQL Gateway REST API, as the server really sends them (its YAML is wrong in places). */

/** A column's type as Flink's LogicalTypeJsonSerializer writes it. `type` is the root's wire name, e.g. `TIMESTAMP_WITHOUT_TIME_ZONE`. */
export interface LogicalType {
  readonly type: string;
  readonly nullable?: boolean;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly elementType?: LogicalType;
  readonly keyType?: LogicalType;
  readonly valueType?: LogicalType;
  readonly fields?: readonly LogicalField[];
  readonly resolution?: string;
  readonly [extra: string]: unknown;
}

export interface LogicalField {
  readonly name: string;
  readonly fieldType: LogicalType;
  readonly description?: string | null;
}

/** A result column: `columns[]` of a JSON page, or a field of an Arrow schema. */
export interface ResultColumn {
  readonly name: string;
  readonly logicalType: LogicalType;
  readonly comment?: string | null;
}

/** A cell of a JSON page. Numbers that a double cannot hold are `bigint` (integers) or their text (decimals). */
export type Cell = null | boolean | number | bigint | string | readonly Cell[] | { readonly [key: string]: Cell };

export type RowFormat = 'JSON' | 'PLAIN_TEXT' | 'ARROW';

export type ResultKind = 'SUCCESS' | 'SUCCESS_WITH_CONTENT';

/** Flink's RowKind.toByteValue: 0 +I, 1 -U, 2 +U, 3 -D. */
export const ROW_KINDS = ['INSERT', 'UPDATE_BEFORE', 'UPDATE_AFTER', 'DELETE'] as const;
export type RowKindName = (typeof ROW_KINDS)[number];

export type OperationStatus =
  | 'INITIALIZED'
  | 'PENDING'
  | 'RUNNING'
  | 'FINISHED'
  | 'CANCELED'
  | 'CLOSED'
  | 'ERROR'
  | 'TIMEOUT';

interface PageHead {
  readonly resultKind: ResultKind;
  /** True for a SELECT and what answers like one; false for INSERT, DDL, SHOW. */
  readonly isQueryResult: boolean;
  /** 32 hex digits, when a job was submitted. */
  readonly jobId: string | undefined;
  readonly token: number;
}

/** A page of JSON or PLAIN_TEXT rows. `rowKinds[i]` belongs to `rows[i]`. */
export interface RowPage extends PageHead {
  readonly format: 'JSON' | 'PLAIN_TEXT';
  readonly columns: readonly ResultColumn[];
  readonly rowKinds: Uint8Array;
  readonly rows: readonly (readonly Cell[])[];
}

/** A page as one Arrow IPC stream: a `__row_kind` Uint8 column, then the result columns (see arrow-page.ts). */
export interface ArrowPage extends PageHead {
  readonly format: 'ARROW';
  readonly ipc: Uint8Array;
}

export type Page = RowPage | ArrowPage;

/** Name of the first column of an Arrow page. */
export const ROW_KIND_COLUMN = '__row_kind';
/** Field metadata key that holds a column's LogicalType as JSON. */
export const FLINK_TYPE_KEY = 'flink.type';
