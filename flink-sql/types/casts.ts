import { sameBaseType } from './compare.ts';
import { isBinary, isCharacter, isExact, isInterval, isNumeric, isTimestamp } from './families.ts';
import type { LogicalType, RowType } from './logical-type.ts';

/**
 * Whether CAST may turn `from` into `to`. `unsupported`: the validator refuses (`Cast function cannot convert value …`);
 * `refused`: a later stage of Flink refuses with the given words; `ok`: it runs (and may fail on the value).
 */
export type CastSupport =
  | { readonly kind: 'ok' | 'unsupported' }
  | { readonly kind: 'refused'; readonly exception: string; readonly message: string };

const OK: CastSupport = { kind: 'ok' };
const UNSUPPORTED: CastSupport = { kind: 'unsupported' };
const refused = (exception: string, message: string): CastSupport => ({ kind: 'refused', exception, message });

/** What CAST and TRY_CAST accept (LogicalTypeCasts.supportsExplicitCast and the planner's own refusals). */
export function castSupport(from: LogicalType, to: LogicalType, print: (type: LogicalType) => string): CastSupport {
  if (from.root === 'NULL' || sameBaseType(from, to)) return OK;
  if (to.root === 'ROW' && from.root === 'ROW') return rowCast(from, to, print);
  if ((to.root === 'ARRAY' && from.root === 'ARRAY') || (to.root === 'MULTISET' && from.root === 'MULTISET')) {
    return castSupport(from.element, to.element, print);
  }
  if (to.root === 'MAP' && from.root === 'MAP') {
    const key = castSupport(from.key, to.key, print);
    return key.kind === 'ok' ? castSupport(from.value, to.value, print) : key;
  }
  if (isCharacter(to)) return from.root === 'VARIANT' || from.root === 'DESCRIPTOR' ? UNSUPPORTED : OK;
  const codegen = () => refused('CodeGenException', `Unsupported cast from '${print(from)}' to '${print(to)}'.`);
  if (isCharacter(from)) return fromCharacter(to, codegen);
  if (isBinary(from)) {
    if (isBinary(to)) return OK;
    return isTimestamp(to) || to.root === 'DATE' || to.root === 'TIME_WITHOUT_TIME_ZONE' ? codegen() : UNSUPPORTED;
  }
  if (from.root === 'BOOLEAN') return isNumeric(to) ? OK : UNSUPPORTED;
  if (isNumeric(from)) return fromNumeric(from, to);
  if (isTimestamp(from)) {
    if (isNumeric(to)) return timestampToNumeric(from);
    return to.root === 'DATE' || to.root === 'TIME_WITHOUT_TIME_ZONE' || isTimestamp(to) ? OK : UNSUPPORTED;
  }
  if (from.root === 'DATE' || from.root === 'TIME_WITHOUT_TIME_ZONE') {
    return isTimestamp(to) || from.root === to.root ? OK : UNSUPPORTED;
  }
  if (isInterval(from)) return from.root === to.root ? OK : UNSUPPORTED;
  return UNSUPPORTED;
}

function fromCharacter(to: LogicalType, codegen: () => CastSupport): CastSupport {
  if (isInterval(to) || to.root === 'ARRAY') return codegen();
  const readable =
    to.root === 'BOOLEAN' ||
    isNumeric(to) ||
    isBinary(to) ||
    to.root === 'DATE' ||
    to.root === 'TIME_WITHOUT_TIME_ZONE' ||
    isTimestamp(to);
  return readable ? OK : UNSUPPORTED;
}

function fromNumeric(from: LogicalType, to: LogicalType): CastSupport {
  if (to.root === 'BOOLEAN' || isNumeric(to)) return OK;
  // A number counts one unit.
  if (isInterval(to)) return isExact(from) && !to.resolution.includes('_TO_') ? OK : UNSUPPORTED;
  if (to.root === 'TIMESTAMP_WITHOUT_TIME_ZONE') {
    return refused(
      'ValidationException',
      "The cast from NUMERIC type to TIMESTAMP type is not allowed. It's recommended to use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col)) instead, note the numeric is in seconds.",
    );
  }
  if (to.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE') {
    return refused(
      'ValidationException',
      "The cast from NUMERIC type to TIMESTAMP_LTZ type is not allowed. It's recommended to use TO_TIMESTAMP_LTZ(numeric_col, precision) instead.",
    );
  }
  return UNSUPPORTED;
}

const timestampToNumeric = (from: LogicalType): CastSupport =>
  refused(
    'ValidationException',
    from.root === 'TIMESTAMP_WITHOUT_TIME_ZONE'
      ? "The cast from TIMESTAMP type to NUMERIC type is not allowed. It's recommended to use UNIX_TIMESTAMP(CAST(timestamp_col AS STRING)) instead."
      : 'The cast from TIMESTAMP_LTZ type to NUMERIC type is not allowed.',
  );

function rowCast(from: RowType, to: RowType, print: (type: LogicalType) => string): CastSupport {
  if (from.fields.length !== to.fields.length) return UNSUPPORTED;
  for (const [i, field] of from.fields.entries()) {
    const support = castSupport(field.type, (to.fields[i] as (typeof to.fields)[number]).type, print);
    if (support.kind !== 'ok') return support;
  }
  return OK;
}

const IMPLICIT: Readonly<Record<string, readonly string[]>> = {
  CHAR: ['CHAR'],
  VARCHAR: ['CHAR', 'VARCHAR'],
  BINARY: ['BINARY'],
  VARBINARY: ['BINARY', 'VARBINARY'],
  BOOLEAN: ['BOOLEAN'],
  DECIMAL: ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
  TINYINT: ['TINYINT'],
  SMALLINT: ['TINYINT', 'SMALLINT'],
  INTEGER: ['TINYINT', 'SMALLINT', 'INTEGER'],
  BIGINT: ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'],
  FLOAT: ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DECIMAL'],
  DOUBLE: ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
  DATE: ['DATE', 'TIMESTAMP_WITHOUT_TIME_ZONE'],
  TIME_WITHOUT_TIME_ZONE: ['TIME_WITHOUT_TIME_ZONE', 'TIMESTAMP_WITHOUT_TIME_ZONE'],
  TIMESTAMP_WITHOUT_TIME_ZONE: ['TIMESTAMP_WITHOUT_TIME_ZONE', 'TIMESTAMP_WITH_LOCAL_TIME_ZONE'],
  TIMESTAMP_WITH_LOCAL_TIME_ZONE: ['TIMESTAMP_WITH_LOCAL_TIME_ZONE', 'TIMESTAMP_WITHOUT_TIME_ZONE'],
  INTERVAL_YEAR_MONTH: ['INTERVAL_YEAR_MONTH'],
  INTERVAL_DAY_TIME: ['INTERVAL_DAY_TIME'],
};

/** Whether Flink converts `from` to `to` without being asked (LogicalTypeCasts.supportsImplicitCast): sinks and arguments. */
export function supportsImplicitCast(from: LogicalType, to: LogicalType): boolean {
  if (from.nullable && !to.nullable) return false;
  if (from.root === 'NULL' || sameBaseType(from, to)) return true;
  if ((from.root === 'ARRAY' && to.root === 'ARRAY') || (from.root === 'MULTISET' && to.root === 'MULTISET')) {
    return supportsImplicitCast(from.element, to.element);
  }
  if (from.root === 'MAP' && to.root === 'MAP') {
    return supportsImplicitCast(from.key, to.key) && supportsImplicitCast(from.value, to.value);
  }
  if (from.root === 'ROW' && to.root === 'ROW') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, i) => supportsImplicitCast(field.type, (to.fields[i] as typeof field).type))
    );
  }
  return IMPLICIT[to.root]?.includes(from.root) ?? false;
}
