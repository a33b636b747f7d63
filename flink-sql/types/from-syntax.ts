import { SqlError } from '../diagnostics.ts';
import type { BuiltinType, IntervalQualifier, RowTypeField, TypeNode } from '../syntax/ast.ts';
import { MAX_PRECISION } from './decimal.ts';
import {
  type DayTimeIntervalType,
  type LogicalType,
  MAX_LENGTH,
  type RowField,
  types,
  withNullability,
  type YearMonthIntervalType,
} from './logical-type.ts';
import { rawTypeFault } from './raw.ts';

/**
 * The logical type that a parsed type means, with Flink's defaults and clamps: DECIMAL is (10, 0), TIMESTAMP is (6),
 * TIME(p) is TIME(0), VARCHAR without length is STRING. Throws SqlError for unknown names and impossible parameters.
 */
export function typeFromSyntax(node: TypeNode): LogicalType {
  return withNullability(resolve(node), !('nullability' in node && node.nullability === 'NOT NULL'));
}

function resolve(node: TypeNode): LogicalType {
  switch (node.kind) {
    case 'BuiltinType':
      return builtin(node);
    case 'ArrayType':
      return types.array(typeFromSyntax(node.element));
    case 'MultisetType':
      return types.multiset(typeFromSyntax(node.element));
    case 'MapType':
      return types.map(typeFromSyntax(node.key), typeFromSyntax(node.value));
    case 'RowType':
      return types.row(rowFields(node, node.fields));
    case 'StructuredType':
      return structuredType(node);
    case 'RawType': {
      const fault = rawTypeFault(node.className.value, node.serializer.value);
      if (fault) throw problem(node, 'raw-type', fault.exception, fault.message, false);
      return {
        root: 'RAW',
        nullable: true,
        className: node.className.value,
        serializer: node.serializer.value,
      };
    }
    case 'IntervalType':
      return intervalType(node.qualifier);
    case 'UserType':
      throw problem(
        node,
        'unknown-type',
        'SqlValidatorException',
        `Unknown identifier '${node.name.parts.map((part) => part.name).join('.')}'`,
        true,
      );
    case 'Invalid':
      throw problem(node, 'syntax', 'ParseException', 'Type expected', true);
  }
}

function builtin(node: BuiltinType): LogicalType {
  const [first, second] = node.args;
  switch (node.name) {
    case 'BOOLEAN':
      return types.boolean();
    case 'TINYINT':
      return types.tinyint();
    case 'SMALLINT':
      return types.smallint();
    case 'INTEGER':
      return types.int();
    case 'BIGINT':
      return types.bigint();
    case 'FLOAT':
      return types.float();
    case 'DOUBLE':
      return types.double();
    case 'DECIMAL':
      return decimal(node, first ?? 10, second ?? 0);
    case 'CHAR':
      return types.char(first ?? 1);
    case 'VARCHAR':
      return types.varchar(first ?? MAX_LENGTH);
    case 'STRING':
      return types.string();
    case 'BINARY':
      return types.binary(first ?? 1);
    case 'VARBINARY':
      return types.varbinary(first ?? MAX_LENGTH);
    case 'BYTES':
      return types.bytes();
    case 'DATE':
      return types.date();
    // The planner has no sub-second TIME (FlinkTypeFactory).
    case 'TIME':
      return types.time(0);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestamp(node, first ?? 6);
    case 'VARIANT':
      return types.variant();
    default:
      throw problem(node, 'unsupported-type', 'TableException', `Type is not supported: ${node.name}`, false);
  }
}

function decimal(node: BuiltinType, precision: number, scale: number): LogicalType {
  const p = Math.min(precision, MAX_PRECISION);
  if (p < 1) {
    throw problem(
      node,
      'bad-type-parameter',
      'ValidationException',
      'Decimal precision must be between 1 and 38 (both inclusive).',
      false,
    );
  }
  if (scale > p) {
    const message = `Decimal scale must be between 0 and the precision ${p} (both inclusive).`;
    throw problem(node, 'bad-type-parameter', 'ValidationException', message, false);
  }
  return types.decimal(p, scale);
}

function timestamp(node: BuiltinType, precision: number): LogicalType {
  // Calcite clamps to the type system's maximum.
  const p = Math.min(precision, 9);
  const zoned = node.name === 'TIMESTAMP_LTZ' || node.timeZone === 'WITH LOCAL TIME ZONE';
  return zoned ? types.timestampLtz(p) : types.timestamp(p);
}

function rowFields(node: TypeNode, fields: readonly RowTypeField[]): RowField[] {
  const names = new Set<string>();
  const duplicates: string[] = [];
  const result = fields.map((field): RowField => {
    if (names.has(field.name.name)) duplicates.push(field.name.name);
    names.add(field.name.name);
    // The comment of a field does not survive Calcite's row type.
    return { name: field.name.name, type: typeFromSyntax(field.type) };
  });
  if (duplicates.length > 0) {
    const message = `Field names must be unique. Found duplicates: [${duplicates.join(', ')}]`;
    throw problem(node, 'duplicate-field', 'ValidationException', message, false);
  }
  return result;
}

/** The interval type of a qualifier; nullable. QUARTER and WEEK have become MONTH and DAY-TIME by then, as in Calcite. */
export function intervalType(qualifier: IntervalQualifier): YearMonthIntervalType | DayTimeIntervalType {
  const { from, to, precision = 2, fractionalPrecision } = qualifier;
  if (from === 'YEAR' || from === 'MONTH' || from === 'QUARTER') {
    const resolution = from === 'YEAR' ? (to === 'MONTH' ? 'YEAR_TO_MONTH' : 'YEAR') : 'MONTH';
    return { root: 'INTERVAL_YEAR_MONTH', nullable: true, resolution, yearPrecision: precision };
  }
  const start = from === 'WEEK' ? 'DAY' : from;
  return {
    root: 'INTERVAL_DAY_TIME',
    nullable: true,
    resolution: (to && to !== start ? `${start}_TO_${to}` : start) as DayTimeIntervalType['resolution'],
    dayPrecision: precision,
    fractionalPrecision: fractionalPrecision ?? 6,
  };
}

function problem(node: TypeNode, code: string, exception: string, message: string, placed: boolean): SqlError {
  return new SqlError({ severity: 'error', code, message, exception, start: node.start, end: node.end, placed });
}

/** Java's rules for the name of a class (StructuredType.checkClassName). */
const CLASS_NAME = /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u;

/** What is wrong with the name of a structured type's class, if anything. */
export const classNameFault = (name: string): string | undefined =>
  CLASS_NAME.test(name)
    ? undefined
    : `Invalid class name '${name}'. The class name must comply with JVM identifier rules.`;

function structuredType(node: Extract<TypeNode, { kind: 'StructuredType' }>): LogicalType {
  const className = node.className.value;
  const fault = classNameFault(className);
  if (fault !== undefined) throw problem(node, 'class-name', 'ValidationException', fault, false);
  return { ...types.row(rowFields(node, node.fields)), className };
}
