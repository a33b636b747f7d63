import { type LogicalType, types, withNullability } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';
import { type AvroSchema, nonNullBranch } from './schema.ts';

/** The type that Flink's tables have for a schema (AvroSchemaConverter.convertToDataType). */
export function typeOfAvro(schema: AvroSchema, legacyTimestamps: boolean): LogicalType {
  const convert = (s: AvroSchema): LogicalType => typeOfAvro(s, legacyTimestamps);
  switch (schema.type) {
    case 'record':
      return types.row(
        schema.fields.map((f) => ({ name: f.name, type: convert(f.schema) })),
        false,
      );
    case 'enum':
    case 'string':
      return types.string(false);
    case 'array':
      return types.array(convert(schema.items), false);
    case 'map':
      return types.map(types.string(false), convert(schema.values), false);
    case 'union': {
      const optional = nonNullBranch(schema);
      if (optional) return withNullability(convert(optional.schema), true);
      if (schema.branches.length === 1) return convert(schema.branches[0] as AvroSchema);
      throw new FlinkFault(
        'IllegalArgumentException',
        'An Avro union of several types has no SQL type in the local runtime; only unions with null have.',
      );
    }
    case 'fixed':
      return decimalOf(schema) ?? types.varbinary(schema.size, false);
    case 'bytes':
      return decimalOf(schema) ?? types.bytes(false);
    case 'int':
      if (schema.logical?.name === 'date') return types.date(false);
      return schema.logical?.name === 'time-millis' ? types.time(3, false) : types.int(false);
    case 'long':
      return longType(schema.logical?.name, legacyTimestamps);
    case 'float':
      return types.float(false);
    case 'double':
      return types.double(false);
    case 'boolean':
      return types.boolean(false);
    case 'null':
      return types.null();
  }
}

function decimalOf(schema: Extract<AvroSchema, { type: 'fixed' | 'bytes' }> | AvroSchema): LogicalType | undefined {
  const logical = 'logical' in schema ? schema.logical : undefined;
  if (logical?.name !== 'decimal' || logical.precision === undefined) return undefined;
  return types.decimal(logical.precision, logical.scale ?? 0, false);
}

function longType(logical: string | undefined, legacy: boolean): LogicalType {
  switch (logical) {
    case 'timestamp-millis':
      return legacy ? types.timestamp(3, false) : types.timestampLtz(3, false);
    case 'timestamp-micros':
      return legacy ? types.timestamp(6, false) : types.timestampLtz(6, false);
    case 'local-timestamp-millis':
      return legacy ? types.bigint(false) : types.timestamp(3, false);
    case 'local-timestamp-micros':
      return legacy ? types.bigint(false) : types.timestamp(6, false);
    case 'time-millis':
      return types.time(3, false);
    case 'time-micros':
      return types.time(6, false);
    default:
      return types.bigint(false);
  }
}
