import type { UserFunctionCall } from '../functions/user-functions.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { Origin } from './origin.ts';

/** Point on the time line as Flink's TimestampData: epoch milliseconds and 0..999_999 nanoseconds of the millisecond. */
export interface TimestampValue {
  readonly ms: number;
  readonly nanos: number;
}

/** MAP and MULTISET values: entries in the order of `keys`; a MULTISET's values are counts. Compared as sets of entries. */
export interface MapValue {
  readonly keys: readonly Value[];
  readonly values: readonly Value[];
}

/**
 * A single value outside columns (literals, nested values, interpreter). By type:
 * BOOLEAN boolean; TINYINT SMALLINT INT DATE(days) TIME(ms) INTERVAL YEAR-MONTH(months) number;
 * BIGINT, INTERVAL DAY-TIME(ms) bigint; FLOAT DOUBLE number; DECIMAL bigint scaled by the type's scale;
 * CHAR VARCHAR SYMBOL string; BINARY VARBINARY Uint8Array; TIMESTAMP TIMESTAMP_LTZ TimestampValue;
 * ARRAY ROW readonly Value[]; MAP MULTISET MapValue; NULL null.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | TimestampValue
  | MapValue
  | readonly Value[];

/** Typed row expressions (Calcite's RexNode); operands are already cast to what the function takes. */
export type Rex = RexInputRef | RexLiteral | RexCall | RexFieldAccess | RexSubquery | RexOver | RexCorrelation;

/** Field `index` of the input row; for a join the fields of the right input follow those of the left. */
export interface RexInputRef {
  readonly kind: 'InputRef';
  readonly index: number;
  readonly type: LogicalType;
}

export interface RexLiteral {
  readonly kind: 'Literal';
  readonly value: Value;
  readonly type: LogicalType;
  /** The literal of another type that this one was made of, where Flink's planner goes on showing that. */
  readonly written?: RexLiteral;
}

/**
 * `fn` is the id of a function in flink-sql/functions: the SQL name in upper case (`UPPER`, `JSON_VALUE`), or for operators
 * `+ - * / % NEGATE || = <> < <= > >= AND OR NOT`, `IS NULL`, `IS NOT NULL`, `IS TRUE`, `IS NOT TRUE`, `IS FALSE`, `IS NOT FALSE`,
 * `IS DISTINCT FROM`, `IS NOT DISTINCT FROM`, `LIKE`, `SIMILAR TO` (NOT LIKE is NOT(LIKE)), `IN` (value, then literals),
 * `CASE` (when, then, …, else), `CAST` and `TRY_CAST` (one operand, `type` is the target), `REINTERPRET`, `ITEM`, `ROW`, `ARRAY`, `MAP`.
 * BETWEEN is expanded. Symbols (time units, JSON behaviours) are literals of type SYMBOL.
 */
export interface RexCall {
  readonly kind: 'Call';
  readonly fn: string;
  readonly operands: readonly Rex[];
  readonly type: LogicalType;
  /** A user-defined function's catalog entry, absent for built-in ones. */
  readonly udf?: UserFunctionCall;
  /** A CAST that Flink's planner does not make: its generated code promotes the number. EXPLAIN leaves it out. */
  readonly implicit?: true;
  /** Of a CASE that was written as one, where origins are asked for. */
  readonly origin?: Origin;
}

export interface RexFieldAccess {
  readonly kind: 'FieldAccess';
  readonly operand: Rex;
  readonly index: number;
  readonly name: string;
  readonly type: LogicalType;
}

/** A subquery inside an expression; the planner turns it into a join. */
export interface RexSubquery {
  readonly kind: 'Subquery';
  readonly op: 'IN' | 'EXISTS' | 'SCALAR' | 'SOME' | 'ALL' | 'ARRAY' | 'MULTISET' | 'MAP' | 'UNIQUE';
  readonly operands: readonly Rex[];
  readonly comparison?: '=' | '<>' | '<' | '<=' | '>' | '>=';
  readonly rel: import('./rel.ts').Rel;
  /** Of the RexCorrelations in `rel` that refer to the row the subquery is evaluated for. */
  readonly id?: number;
  readonly type: LogicalType;
}

/** Field `index` of the row that the enclosing Correlate with this id is at. */
export interface RexCorrelation {
  readonly kind: 'Correlation';
  readonly id: number;
  readonly index: number;
  readonly type: LogicalType;
}

export interface SortKey {
  readonly expr: Rex;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type FrameBound =
  | { readonly kind: 'UnboundedPreceding' | 'CurrentRow' | 'UnboundedFollowing' }
  | { readonly kind: 'Preceding' | 'Following'; readonly offset: Rex };

/** An OVER window function inside a projection (RexOver). */
export interface RexOver {
  readonly kind: 'Over';
  readonly call: AggregateCall;
  readonly partitionBy: readonly Rex[];
  readonly orderBy: readonly SortKey[];
  readonly rows: boolean;
  readonly lower: FrameBound;
  readonly upper: FrameBound;
  readonly type: LogicalType;
}

/** One aggregate call; in an Aggregate node its arguments are field indexes of the input, in a RexOver expressions. */
export interface AggregateCall {
  /** Catalogue id: `COUNT`, `SUM`, `AVG`, … (`COUNT` without arguments is COUNT(*)). */
  readonly fn: string;
  readonly args: readonly Rex[];
  readonly distinct: boolean;
  /** FILTER (WHERE …): a boolean expression over the input, null when absent. */
  readonly filter: Rex | null;
  /** WITHIN GROUP (ORDER BY …). */
  readonly withinGroup: readonly SortKey[];
  readonly ignoreNulls: boolean;
  /** The MAX of what only grows, or the MIN of what only falls: what is taken back does not matter. */
  readonly monotone?: boolean;
  /** A user-defined function. */
  readonly udf?: UserFunctionCall;
  readonly type: LogicalType;
  /** Output column name. */
  readonly name: string;
}
