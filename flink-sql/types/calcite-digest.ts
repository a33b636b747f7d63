import {
  type DayTimeIntervalType,
  type LogicalType,
  type RowField,
  withNullability,
  type YearMonthIntervalType,
} from './logical-type.ts';
import { asSummaryString } from './print.ts';

/** A type as Calcite prints it in validation messages: `INTEGER`, `VARCHAR(2147483647) ARRAY`, `TIMESTAMP(3) *ROWTIME*`. */
export function calciteDigest(type: LogicalType): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return `${type.root}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME_WITHOUT_TIME_ZONE':
      return `TIME(${type.precision})`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return `TIMESTAMP(${type.precision})${type.attribute ? ` *${type.attribute}*` : ''}`;
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return type.attribute
        ? `TIMESTAMP_LTZ(${type.precision}) *${type.attribute}*`
        : `TIMESTAMP_WITH_LOCAL_TIME_ZONE(${type.precision})`;
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${intervalQualifier(type)}`;
    case 'ARRAY':
      return `${calciteDigest(type.element)} ARRAY`;
    case 'MULTISET':
      return `${calciteDigest(type.element)} MULTISET`;
    case 'MAP':
      return `(${calciteDigest(type.key)}, ${calciteDigest(type.value)}) MAP`;
    case 'ROW':
      if (type.className !== undefined) return asSummaryString(withNullability(type, true));
      return `RecordType:peek_no_expand(${recordFields(type.fields)})`;
    case 'DESCRIPTOR':
      return 'COLUMN_LIST';
    default:
      return type.root;
  }
}

/** The row type of a relation, as `RecordType(INTEGER a, …)`. */
export const relationDigest = (fields: readonly RowField[]): string => `RecordType(${recordFields(fields)})`;

const recordFields = (fields: readonly RowField[]): string =>
  fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');

const DEFAULT_LEADING = 2;
const DEFAULT_FRACTION = 6;

/** `DAY`, `DAY(3) TO SECOND(3)`, …: defaults are left out. */
export function intervalQualifier(type: YearMonthIntervalType | DayTimeIntervalType): string {
  const [from, to] = type.resolution.split('_TO_') as [string, string?];
  const leading = type.root === 'INTERVAL_YEAR_MONTH' ? type.yearPrecision : type.dayPrecision;
  const fraction = type.root === 'INTERVAL_DAY_TIME' ? type.fractionalPrecision : DEFAULT_FRACTION;
  if (from === 'SECOND') {
    if (fraction !== DEFAULT_FRACTION) return `SECOND(${leading}, ${fraction})`;
    return leading === DEFAULT_LEADING ? 'SECOND' : `SECOND(${leading})`;
  }
  let text = from as string;
  if (leading !== DEFAULT_LEADING) text += `(${leading})`;
  if (to) text += ` TO ${to}`;
  if (to === 'SECOND' && fraction !== DEFAULT_FRACTION) text += `(${fraction})`;
  return text;
}

/** The SqlTypeFamily that `No match found for function signature f(<…>)` shows. */
export function familyName(type: LogicalType): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return 'CHARACTER';
    case 'BINARY':
    case 'VARBINARY':
      return 'BINARY';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return 'NUMERIC';
    case 'TIME_WITHOUT_TIME_ZONE':
      return 'TIME';
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return 'TIMESTAMP';
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
    case 'DESCRIPTOR':
      return calciteDigest(type);
    default:
      return type.root;
  }
}
