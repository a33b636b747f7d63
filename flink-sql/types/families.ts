import type {
  CollectionType,
  DayTimeIntervalType,
  DecimalType,
  LengthType,
  LogicalType,
  TimestampType,
  YearMonthIntervalType,
} from './logical-type.ts';

export const isCharacter = (type: LogicalType): type is LengthType & { readonly root: 'CHAR' | 'VARCHAR' } =>
  type.root === 'CHAR' || type.root === 'VARCHAR';

export const isBinary = (type: LogicalType): type is LengthType & { readonly root: 'BINARY' | 'VARBINARY' } =>
  type.root === 'BINARY' || type.root === 'VARBINARY';

export const isInteger = (type: LogicalType): boolean =>
  type.root === 'TINYINT' || type.root === 'SMALLINT' || type.root === 'INTEGER' || type.root === 'BIGINT';

export const isDecimal = (type: LogicalType): type is DecimalType => type.root === 'DECIMAL';

export const isExact = (type: LogicalType): boolean => isInteger(type) || type.root === 'DECIMAL';

export const isApproximate = (type: LogicalType): boolean => type.root === 'FLOAT' || type.root === 'DOUBLE';

export const isNumeric = (type: LogicalType): boolean => isExact(type) || isApproximate(type);

export const isTimestamp = (type: LogicalType): type is TimestampType =>
  type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';

/** DATE, TIME and both timestamps. */
export const isDateTime = (type: LogicalType): boolean =>
  type.root === 'DATE' || type.root === 'TIME_WITHOUT_TIME_ZONE' || isTimestamp(type);

export const isInterval = (type: LogicalType): type is YearMonthIntervalType | DayTimeIntervalType =>
  type.root === 'INTERVAL_YEAR_MONTH' || type.root === 'INTERVAL_DAY_TIME';

export const isCollection = (type: LogicalType): type is CollectionType =>
  type.root === 'ARRAY' || type.root === 'MULTISET';
