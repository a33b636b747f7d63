import type { LogicalType } from './types.ts';

const NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT',
  TIMESTAMP_WITHOUT_TIME_ZONE: 'TIMESTAMP',
  TIMESTAMP_WITH_LOCAL_TIME_ZONE: 'TIMESTAMP_LTZ',
  TIMESTAMP_WITH_TIME_ZONE: 'TIMESTAMP',
  TIME_WITHOUT_TIME_ZONE: 'TIME',
};
const MAX_LENGTH = 2_147_483_647;

/** A wire type as Flink prints it in DDL (LogicalType.asSummaryString), e.g. `ARRAY<DECIMAL(10, 2) NOT NULL>`. */
export function typeText(type: LogicalType): string {
  return type.nullable === false ? `${bare(type)} NOT NULL` : bare(type);
}

function bare(type: LogicalType): string {
  const name = NAMES[type.type] ?? type.type;
  switch (type.type) {
    case 'VARCHAR':
      return type.length === MAX_LENGTH ? 'STRING' : `VARCHAR(${type.length ?? 1})`;
    case 'VARBINARY':
      return type.length === MAX_LENGTH ? 'BYTES' : `VARBINARY(${type.length ?? 1})`;
    case 'CHAR':
    case 'BINARY':
      return `${name}(${type.length ?? 1})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision ?? 10}, ${type.scale ?? 0})`;
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return type.precision === undefined ? name : `${name}(${type.precision})`;
    case 'TIMESTAMP_WITH_TIME_ZONE':
      return `TIMESTAMP(${type.precision ?? 6}) WITH TIME ZONE`;
    case 'ARRAY':
    case 'MULTISET':
      return type.elementType ? `${name}<${typeText(type.elementType)}>` : name;
    case 'MAP':
      return type.keyType && type.valueType ? `MAP<${typeText(type.keyType)}, ${typeText(type.valueType)}>` : name;
    case 'ROW':
      return `ROW<${(type.fields ?? []).map((field) => `\`${field.name}\` ${typeText(field.fieldType)}`).join(', ')}>`;
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return interval(type);
    default:
      return name;
  }
}

/** The gateway writes an interval's resolution (`DAY_TO_SECOND`) and its precisions apart. */
function interval(type: LogicalType): string {
  const fallback = type.type === 'INTERVAL_YEAR_MONTH' ? 'YEAR_TO_MONTH' : 'DAY_TO_SECOND';
  return `INTERVAL ${(type.resolution ?? fallback).replaceAll('_', ' ')}`;
}
