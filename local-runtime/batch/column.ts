import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { StringColumn } from './string-column.ts';

/**
 * A column of a batch. `nulls[i] === 1` marks NULL (the value beside it is then meaningless); absent when no value is NULL.
 * Arrays may be longer than the batch: only the first `batch.length` entries count. Columns are immutable once in a batch and
 * may be shared between batches.
 */
export type Column =
  | BoolColumn
  | Int32Column
  | Int64Column
  | Float64Column
  | TimestampColumn
  | StringColumn
  | ObjectColumn;

export type Nulls = Uint8Array | undefined;

/** BOOLEAN: 0 or 1. */
export interface BoolColumn {
  readonly kind: 'bool';
  readonly values: Uint8Array;
  readonly nulls: Nulls;
}

/** TINYINT, SMALLINT, INT, DATE (days), TIME (ms of day), INTERVAL YEAR TO MONTH (months). */
export interface Int32Column {
  readonly kind: 'i32';
  readonly values: Int32Array;
  readonly nulls: Nulls;
}

/** BIGINT, INTERVAL DAY TO SECOND (ms), DECIMAL up to 18 digits (unscaled). */
export interface Int64Column {
  readonly kind: 'i64';
  readonly values: BigInt64Array;
  readonly nulls: Nulls;
}

/** DOUBLE, and FLOAT kept rounded to 32 bits. */
export interface Float64Column {
  readonly kind: 'f64';
  readonly values: Float64Array;
  readonly nulls: Nulls;
}

/** TIMESTAMP and TIMESTAMP_LTZ: epoch milliseconds, and nanoseconds of the millisecond (absent: all 0). */
export interface TimestampColumn {
  readonly kind: 'ts';
  readonly ms: Float64Array;
  readonly nanos: Int32Array | undefined;
  readonly nulls: Nulls;
}

/** DECIMAL over 18 digits (unscaled bigint), BINARY (Uint8Array), ARRAY, ROW, MAP, MULTISET, RAW, NULL. */
export interface ObjectColumn {
  readonly kind: 'obj';
  readonly values: readonly Value[];
  readonly nulls: Nulls;
}

export type ColumnKind = Column['kind'];

/** The column kind that holds a type. */
export function columnKind(type: LogicalType): ColumnKind {
  switch (type.root) {
    case 'BOOLEAN':
      return 'bool';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
      return 'i32';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return 'i64';
    case 'DECIMAL':
      return type.precision <= 18 ? 'i64' : 'obj';
    case 'FLOAT':
    case 'DOUBLE':
      return 'f64';
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return 'ts';
    case 'CHAR':
    case 'VARCHAR':
    case 'SYMBOL':
      return 'str';
    default:
      return 'obj';
  }
}

/** Value `i` of a column as a single value; for edges, tests and slow paths, not for hot loops. */
export function valueAt(column: Column, i: number): Value {
  if (column.nulls?.[i]) return null;
  switch (column.kind) {
    case 'bool':
      return column.values[i] === 1;
    case 'i32':
    case 'i64':
    case 'f64':
      return column.values[i] as number | bigint;
    case 'ts':
      return { ms: column.ms[i] as number, nanos: column.nanos?.[i] ?? 0 };
    case 'str':
      return column.get(i);
    case 'obj':
      return column.values[i] as Value;
  }
}
