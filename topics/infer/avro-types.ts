import type { AvroLogicalType, AvroNode, AvroRecordNode } from '../formats/avro-schema.ts';
import { optionalOf } from '../formats/avro-schema.ts';
import type { InferredColumn } from '../types.ts';
import { quoted } from './names.ts';

/** A schema that no SQL type of Flink's `avro-confluent` fits. */
class Unfit extends Error {}

/**
 * Columns of a record as Flink's AvroSchemaConverter has them, times as its legacy mapping, which is the default; fields that Flink has
 * no type for are in `left`.
 * @param nullable the columns may be NULL whatever the schema says.
 */
export function avroColumns(
  record: AvroRecordNode,
  nullable: boolean,
): { readonly columns: InferredColumn[]; readonly left: { readonly name: string; readonly why: string }[] } {
  const columns: InferredColumn[] = [];
  const left: { name: string; why: string }[] = [];
  for (const { name, type, doc } of record.fields) {
    try {
      const sql = typeOf(type, [record]);
      columns.push({
        name,
        type: nullable ? sql.replace(/ NOT NULL$/, '') : sql,
        ...(doc === undefined ? {} : { note: doc }),
      });
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      left.push({ name, why: error.message });
    }
  }
  return { columns, left };
}

/** Does the reader of a table need the schema itself? Names of enums and fixed types must be those of the writer. */
export function needsSchema(schema: AvroNode, seen = new Set<AvroNode>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  switch (schema.kind) {
    case 'enum':
    case 'fixed':
      return true;
    case 'array':
      return needsSchema(schema.items, seen);
    case 'map':
      return needsSchema(schema.values, seen);
    case 'union':
      return schema.branches.some((branch) => needsSchema(branch, seen));
    case 'record':
      return schema.fields.some(({ type }) => needsSchema(type, seen));
    default:
      return false;
  }
}

function typeOf(schema: AvroNode, above: readonly AvroNode[]): string {
  const optional = optionalOf(schema);
  if (optional) return typeOf(optional, above).replace(/ NOT NULL$/, '');
  if (schema.kind === 'union') {
    const [only] = schema.branches;
    if (schema.branches.length === 1 && only) return typeOf(only, above);
    throw new Unfit('a union of several types has no SQL type');
  }
  if (schema.kind === 'null') throw new Unfit('it is always null');
  if (above.includes(schema)) throw new Unfit('a record that contains itself has no SQL type');
  return `${plainType(schema, [...above, schema])} NOT NULL`;
}

function plainType(schema: Exclude<AvroNode, { kind: 'union' | 'null' }>, above: readonly AvroNode[]): string {
  switch (schema.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int':
      return { date: 'DATE', 'time-millis': 'TIME(3)' }[schema.logical?.name ?? ''] ?? 'INT';
    case 'long':
      return (
        { 'timestamp-millis': 'TIMESTAMP(3)', 'timestamp-micros': 'TIMESTAMP(6)', 'time-micros': 'TIME(6)' }[
          schema.logical?.name ?? ''
        ] ?? 'BIGINT'
      );
    case 'float':
      return 'FLOAT';
    case 'double':
      return 'DOUBLE';
    case 'bytes':
      return decimal(schema.logical) ?? 'BYTES';
    case 'fixed':
      return decimal(schema.logical) ?? `VARBINARY(${schema.size})`;
    case 'array':
      return `ARRAY<${typeOf(schema.items, above)}>`;
    case 'map':
      return `MAP<STRING NOT NULL, ${typeOf(schema.values, above)}>`;
    case 'record':
      return `ROW<${schema.fields.map(({ name, type }) => `${quoted(name)} ${typeOf(type, above)}`).join(', ')}>`;
    default:
      return 'STRING';
  }
}

function decimal(logical: AvroLogicalType | undefined): string | undefined {
  if (logical?.name !== 'decimal' || logical.precision === undefined) return undefined;
  return `DECIMAL(${logical.precision}, ${logical.scale ?? 0})`;
}

/** Without NOT NULL anywhere: messages that cannot be read give NULLs. */
export const nullableType = (type: string): string => type.replaceAll(' NOT NULL', '');
