/**
 * Flink's logical types (org.apache.flink.table.types.logical.*). `root` is the name the SQL Gateway puts on the wire
 * (`INTEGER`, `TIMESTAMP_WITHOUT_TIME_ZONE`, …); every type is nullable unless it says otherwise.
 */

/** CHAR, VARCHAR, BINARY, VARBINARY; STRING is VARCHAR(2147483647), BYTES is VARBINARY(2147483647). */
export interface LengthType {
  readonly root: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';
  readonly nullable: boolean;
  readonly length: number;
}

/** Types without parameters. */
export interface SimpleType {
  readonly root:
    | 'BOOLEAN'
    | 'TINYINT'
    | 'SMALLINT'
    | 'INTEGER'
    | 'BIGINT'
    | 'FLOAT'
    | 'DOUBLE'
    | 'DATE'
    | 'NULL'
    | 'SYMBOL'
    | 'DESCRIPTOR'
    | 'VARIANT';
  readonly nullable: boolean;
}

export interface DecimalType {
  readonly root: 'DECIMAL';
  readonly nullable: boolean;
  readonly precision: number;
  readonly scale: number;
}

export interface TimeType {
  readonly root: 'TIME_WITHOUT_TIME_ZONE';
  readonly nullable: boolean;
  readonly precision: number;
}

/** Which time attribute a timestamp column is (TimestampKind); absent for an ordinary timestamp. */
export type TimeAttribute = 'ROWTIME' | 'PROCTIME';

export interface TimestampType {
  readonly root: 'TIMESTAMP_WITHOUT_TIME_ZONE' | 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
  readonly nullable: boolean;
  readonly precision: number;
  readonly attribute?: TimeAttribute;
}

export interface YearMonthIntervalType {
  readonly root: 'INTERVAL_YEAR_MONTH';
  readonly nullable: boolean;
  readonly resolution: 'YEAR' | 'YEAR_TO_MONTH' | 'MONTH';
  readonly yearPrecision: number;
}

export interface DayTimeIntervalType {
  readonly root: 'INTERVAL_DAY_TIME';
  readonly nullable: boolean;
  readonly resolution:
    | 'DAY'
    | 'DAY_TO_HOUR'
    | 'DAY_TO_MINUTE'
    | 'DAY_TO_SECOND'
    | 'HOUR'
    | 'HOUR_TO_MINUTE'
    | 'HOUR_TO_SECOND'
    | 'MINUTE'
    | 'MINUTE_TO_SECOND'
    | 'SECOND';
  readonly dayPrecision: number;
  readonly fractionalPrecision: number;
}

export interface CollectionType {
  readonly root: 'ARRAY' | 'MULTISET';
  readonly nullable: boolean;
  readonly element: LogicalType;
}

export interface MapType {
  readonly root: 'MAP';
  readonly nullable: boolean;
  readonly key: LogicalType;
  readonly value: LogicalType;
}

export interface RowField {
  readonly name: string;
  readonly type: LogicalType;
  readonly description?: string;
}

export interface RowType {
  readonly root: 'ROW';
  readonly nullable: boolean;
  readonly fields: readonly RowField[];
  /** Of a structured type: a row that has the name of a class. */
  readonly className?: string;
}

/** RAW('class', 'serializer snapshot'): carried through, never looked into. */
export interface RawType {
  readonly root: 'RAW';
  readonly nullable: boolean;
  readonly className: string;
  readonly serializer: string;
}

export type LogicalType =
  | LengthType
  | SimpleType
  | DecimalType
  | TimeType
  | TimestampType
  | YearMonthIntervalType
  | DayTimeIntervalType
  | CollectionType
  | MapType
  | RowType
  | RawType;

export type TypeRoot = LogicalType['root'];

export const MAX_LENGTH = 2147483647;

const simple = (root: SimpleType['root']) => {
  const nullable: SimpleType = { root, nullable: true };
  const notNull: SimpleType = { root, nullable: false };
  return (isNullable = true): SimpleType => (isNullable ? nullable : notNull);
};

/** Constructors by SQL name; the argument `nullable` defaults to true as in Flink. */
export const types = {
  boolean: simple('BOOLEAN'),
  tinyint: simple('TINYINT'),
  smallint: simple('SMALLINT'),
  int: simple('INTEGER'),
  bigint: simple('BIGINT'),
  float: simple('FLOAT'),
  double: simple('DOUBLE'),
  date: simple('DATE'),
  null: simple('NULL'),
  symbol: simple('SYMBOL'),
  descriptor: simple('DESCRIPTOR'),
  variant: simple('VARIANT'),
  char: (length: number, nullable = true): LengthType => ({ root: 'CHAR', nullable, length }),
  varchar: (length: number, nullable = true): LengthType => ({ root: 'VARCHAR', nullable, length }),
  string: (nullable = true): LengthType => ({ root: 'VARCHAR', nullable, length: MAX_LENGTH }),
  binary: (length: number, nullable = true): LengthType => ({ root: 'BINARY', nullable, length }),
  varbinary: (length: number, nullable = true): LengthType => ({ root: 'VARBINARY', nullable, length }),
  bytes: (nullable = true): LengthType => ({ root: 'VARBINARY', nullable, length: MAX_LENGTH }),
  decimal: (precision: number, scale: number, nullable = true): DecimalType => ({
    root: 'DECIMAL',
    nullable,
    precision,
    scale,
  }),
  time: (precision = 0, nullable = true): TimeType => ({ root: 'TIME_WITHOUT_TIME_ZONE', nullable, precision }),
  timestamp: (precision = 6, nullable = true, attribute?: TimeAttribute): TimestampType =>
    attribute
      ? { root: 'TIMESTAMP_WITHOUT_TIME_ZONE', nullable, precision, attribute }
      : { root: 'TIMESTAMP_WITHOUT_TIME_ZONE', nullable, precision },
  timestampLtz: (precision = 6, nullable = true, attribute?: TimeAttribute): TimestampType =>
    attribute
      ? { root: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', nullable, precision, attribute }
      : { root: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', nullable, precision },
  array: (element: LogicalType, nullable = true): CollectionType => ({ root: 'ARRAY', nullable, element }),
  multiset: (element: LogicalType, nullable = true): CollectionType => ({ root: 'MULTISET', nullable, element }),
  map: (key: LogicalType, value: LogicalType, nullable = true): MapType => ({ root: 'MAP', nullable, key, value }),
  row: (fields: readonly RowField[], nullable = true): RowType => ({ root: 'ROW', nullable, fields }),
};

/** The same type with the given nullability (LogicalType.copy(boolean)). */
export function withNullability<T extends LogicalType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}
