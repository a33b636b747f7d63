import type { Field, Type } from 'protobufjs';
import { quoted } from './names.ts';

const SCALARS: Readonly<Record<string, string>> = {
  double: 'DOUBLE',
  float: 'FLOAT',
  int32: 'INT',
  sint32: 'INT',
  sfixed32: 'INT',
  uint32: 'BIGINT',
  fixed32: 'BIGINT',
  int64: 'BIGINT',
  sint64: 'BIGINT',
  sfixed64: 'BIGINT',
  uint64: 'DECIMAL(20, 0)',
  fixed64: 'DECIMAL(20, 0)',
  bool: 'BOOLEAN',
  string: 'STRING',
  bytes: 'BYTES',
};

/** The ROW of a message as it is shown: enums by name, times as TIMESTAMP_LTZ; messages that contain themselves as text. */
export function protobufRow(type: Type, above: readonly Type[] = []): string {
  const fields = type.fieldsArray.map((field) => `${quoted(field.name)} ${fieldType(field, [...above, type])}`);
  return `ROW<${fields.join(', ')}>`;
}

function fieldType(field: Field, above: readonly Type[]): string {
  const one = scalar(field, above);
  if (field.map) return `MAP<STRING, ${one}>`;
  return field.repeated ? `ARRAY<${one}>` : one;
}

function scalar(field: Field, above: readonly Type[]): string {
  const { resolvedType } = field;
  if (!resolvedType) return SCALARS[field.type] ?? 'STRING';
  if ('values' in resolvedType) return 'STRING';
  if (resolvedType.fullName === '.google.protobuf.Timestamp') return 'TIMESTAMP_LTZ(9)';
  const wrapped = /^\.google\.protobuf\.\w+Value$/.test(resolvedType.fullName) ? resolvedType.fields.value : undefined;
  if (wrapped) return scalar(wrapped, above);
  if (above.includes(resolvedType) || resolvedType.fieldsArray.length === 0) return 'STRING';
  return protobufRow(resolvedType, above);
}
