import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import type { AvroPrimitive, AvroRecord, AvroSchema } from './schema.ts';

/** The name Flink gives the record of a table. */
export const RECORD_NAME = 'org.apache.flink.avro.generated.record';

/** The Avro schema of a table's columns (AvroSchemaConverter.convertToSchema of the row, itself not null). */
export function avroRecordOf(fields: readonly RowField[], legacyTimestamps: boolean, name = RECORD_NAME): AvroRecord {
  return convert(types.row(fields, false), name, legacyTimestamps) as AvroRecord;
}

/** The Avro schema of a type; nullable types are unions with null first (AvroSchemaConverter.convertToSchema). */
export function avroSchemaOf(type: LogicalType, legacyTimestamps: boolean, name = RECORD_NAME): AvroSchema {
  return convert(type, name, legacyTimestamps);
}

function convert(type: LogicalType, name: string, legacy: boolean): AvroSchema {
  const plain = notNull(type, name, legacy);
  return type.nullable && plain.type !== 'null' ? { type: 'union', branches: [{ type: 'null' }, plain] } : plain;
}

function notNull(type: LogicalType, name: string, legacy: boolean): AvroSchema {
  switch (type.root) {
    case 'NULL':
      return { type: 'null' };
    case 'BOOLEAN':
      return { type: 'boolean' };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return { type: 'int' };
    case 'BIGINT':
      return { type: 'long' };
    case 'FLOAT':
      return { type: 'float' };
    case 'DOUBLE':
      return { type: 'double' };
    case 'CHAR':
    case 'VARCHAR':
      return { type: 'string' };
    case 'BINARY':
    case 'VARBINARY':
      return { type: 'bytes' };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      if (legacy) {
        if (type.precision <= 3) return logical('long', 'timestamp-millis');
        throw precisionFault('TIMESTAMP', type.precision, 3);
      }
      if (type.precision <= 3) return logical('long', 'local-timestamp-millis');
      if (type.precision <= 6) return logical('long', 'local-timestamp-micros');
      throw precisionFault('LOCAL TIMESTAMP', type.precision, 6);
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      if (legacy) throw underivable(type);
      if (type.precision <= 3) return logical('long', 'timestamp-millis');
      if (type.precision <= 6) return logical('long', 'timestamp-micros');
      throw precisionFault('TIMESTAMP', type.precision, 6);
    case 'DATE':
      return logical('int', 'date');
    case 'TIME_WITHOUT_TIME_ZONE':
      if (type.precision > 3) throw precisionFault('TIME', type.precision, 3);
      return logical('int', 'time-millis');
    case 'DECIMAL':
      return { type: 'bytes', logical: { name: 'decimal', precision: type.precision, scale: type.scale } };
    case 'ROW':
      return {
        type: 'record',
        fullName: name,
        fields: type.fields.map((f) => ({
          name: f.name,
          aliases: [],
          schema: convert(f.type, `${name}_${f.name}`, legacy),
          fallback: f.type.nullable ? null : undefined,
        })),
      };
    // Flink forgets the timestamp mapping inside of collections: they always have the legacy one.
    case 'MAP':
    case 'MULTISET':
      return { type: 'map', values: convert(mapValueType(type), name, true) };
    case 'ARRAY':
      return { type: 'array', items: convert(type.element, name, true) };
    default:
      throw underivable(type);
  }
}

/** The value type of what is an Avro map; keys must be text. */
export function mapValueType(type: Extract<LogicalType, { root: 'MAP' | 'ARRAY' | 'MULTISET' }>): LogicalType {
  const key = type.root === 'MAP' ? type.key : type.element;
  if (key.root !== 'CHAR' && key.root !== 'VARCHAR') {
    throw new FlinkFault(
      'UnsupportedOperationException',
      `Avro format doesn't support non-string as key type of map. The key type is: ${asSummaryString(key)}`,
    );
  }
  return type.root === 'MAP' ? type.value : types.int();
}

const logical = (type: AvroPrimitive['type'], name: string): AvroPrimitive => ({ type, logical: { name } });

const precisionFault = (what: string, precision: number, most: number) =>
  new FlinkFault(
    'IllegalArgumentException',
    `Avro does not support ${what} type with precision: ${precision}, it only supports precision less than ${most}.`,
  );

const underivable = (type: LogicalType) =>
  new FlinkFault('UnsupportedOperationException', `Unsupported to derive Schema for type: ${asSummaryString(type)}`);
