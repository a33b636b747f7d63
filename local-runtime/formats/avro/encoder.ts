import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import type { Batch } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { Encoder } from '../format.ts';
import { mapValueType } from './from-type.ts';
import { AvroOutput } from './output.ts';
import { type AvroRecord, type AvroSchema, nonNullBranch, printAvroSchema } from './schema.ts';

/** Writes one value that is not null. */
type Write = (out: AvroOutput, value: Exclude<Value, null>) => void;
/** Writes row `i` of a column. */
type WriteAt = (out: AvroOutput, column: Column, i: number) => void;

/** Writes rows as records of a schema (RowDataToAvroConverters and GenericDatumWriter in one). */
export class RecordWriter {
  private readonly writes: WriteAt[];

  constructor(schema: AvroRecord, fields: readonly RowField[]) {
    this.writes = fields.map((f, i) => {
      const field = schema.fields[i];
      if (!field) throw new Error(`no Avro field for column ${f.name}`);
      return columnWriter(field.schema, f.type, field.name);
    });
  }

  write(out: AvroOutput, batch: Batch, i: number): void {
    for (let c = 0; c < this.writes.length; c++) (this.writes[c] as WriteAt)(out, batch.columns[c] as Column, i);
  }
}

function columnWriter(schema: AvroSchema, type: LogicalType, name: string): WriteAt {
  const optional = nonNullBranch(schema);
  const plain = optional?.schema ?? schema;
  const write = valueWriter(plain, type);
  const whenNull = optional && 1 - optional.index;
  return (out, column, i) => {
    if (column.nulls?.[i]) {
      if (whenNull === undefined) throw missing(schema, name);
      out.int(whenNull);
      return;
    }
    const value = valueAt(column, i);
    if (value === null) {
      if (whenNull === undefined) throw missing(schema, name);
      out.int(whenNull);
      return;
    }
    if (optional) out.int(optional.index);
    write(out, value);
  };
}

const missing = (schema: AvroSchema, name: string) =>
  new FlinkFault('NullPointerException', `null value for (non-nullable) ${schema.type} at record.${name}`);

/** Writes a value that may be null by its schema. */
function nullableWriter(schema: AvroSchema, type: LogicalType): (out: AvroOutput, value: Value) => void {
  const optional = nonNullBranch(schema);
  if (schema.type === 'union' && !optional) {
    throw new FlinkFault(
      'IllegalArgumentException',
      `The Avro schema is not a nullable type: ${printAvroSchema(schema)}`,
    );
  }
  const write = valueWriter(optional?.schema ?? schema, type);
  return (out, value) => {
    if (value === null) {
      if (!optional) throw missing(schema, 'value');
      out.int(1 - optional.index);
      return;
    }
    if (optional) out.int(optional.index);
    write(out, value);
  };
}

function valueWriter(schema: AvroSchema, type: LogicalType): Write {
  switch (type.root) {
    case 'BOOLEAN':
      return (out, v) => out.boolean(v as boolean);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
      return (out, v) => out.int(v as number);
    case 'BIGINT':
      return (out, v) => out.long(v as bigint);
    case 'FLOAT':
      return (out, v) => out.float(v as number);
    case 'DOUBLE':
      return (out, v) => out.double(v as number);
    case 'CHAR':
    case 'VARCHAR':
      if (schema.type === 'enum') return enumWriter(schema.symbols, schema.fullName);
      return (out, v) => out.string(v as string);
    case 'BINARY':
    case 'VARBINARY':
      return schema.type === 'fixed' ? (out, v) => out.raw(v as Uint8Array) : (out, v) => out.binary(v as Uint8Array);
    case 'DECIMAL':
      return schema.type === 'fixed'
        ? (out, v) => out.raw(padded(unscaledBytes(v as bigint), schema.size))
        : (out, v) => out.binary(unscaledBytes(v as bigint));
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      // Milliseconds always: Flink 2.2 writes no finer ones, whatever the logical type says.
      return (out, v) => out.long(BigInt((v as TimestampValue).ms));
    case 'ARRAY': {
      const element = nullableWriter((schema as { items: AvroSchema }).items, type.element);
      return (out, v) => {
        const items = v as readonly Value[];
        if (items.length) {
          out.int(items.length);
          for (const item of items) element(out, item);
        }
        out.int(0);
      };
    }
    case 'MAP':
    case 'MULTISET': {
      const value = nullableWriter((schema as { values: AvroSchema }).values, mapValueType(type));
      return (out, v) => {
        const map = v as MapValue;
        if (map.keys.length) {
          out.int(map.keys.length);
          for (const [i, key] of map.keys.entries()) {
            if (key === null)
              throw new FlinkFault(
                'NullPointerException',
                'Cannot invoke "Object.toString()" because a map key is null',
              );
            out.string(key as string);
            value(out, map.values[i] as Value);
          }
        }
        out.int(0);
      };
    }
    case 'ROW': {
      const record = schema as AvroRecord;
      const writes = type.fields.map((f, i) =>
        nullableWriter((record.fields[i] as AvroRecord['fields'][number]).schema, f.type),
      );
      return (out, v) => {
        const row = v as readonly Value[];
        for (let i = 0; i < writes.length; i++) (writes[i] as (o: AvroOutput, x: Value) => void)(out, row[i] as Value);
      };
    }
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type: ${asSummaryString(type)}`);
  }
}

function enumWriter(symbols: readonly string[], name: string): Write {
  const index = new Map(symbols.map((s, i) => [s, i]));
  return (out, v) => {
    const i = index.get(v as string);
    if (i === undefined) throw new FlinkFault('AvroTypeException', `value ${v} (a EnumSymbol) is not a ${name}`);
    out.int(i);
  };
}

/** BigInteger.toByteArray: the shortest two's complement, big-endian. */
export function unscaledBytes(value: bigint): Uint8Array {
  let width = 1;
  while (BigInt.asIntN(width * 8, value) !== value) width++;
  const out = new Uint8Array(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let i = width - 1; i >= 0; i--) {
    out[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return out;
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size).fill((bytes[0] as number) & 128 ? 255 : 0);
  out.set(bytes, size - bytes.length);
  return out;
}

/** Wraps whatever goes wrong as Flink's AvroRowDataSerializationSchema does. */
export function serializeFault(error: unknown): FlinkFault {
  return new FlinkFault('RuntimeException', 'Failed to serialize row.', asFault(error));
}

/** One message a row, without any header (AvroRowDataSerializationSchema). */
export class AvroEncoder implements Encoder {
  private readonly writer: RecordWriter;
  private readonly out = new AvroOutput();

  constructor(schema: AvroRecord, fields: readonly RowField[]) {
    this.writer = new RecordWriter(schema, fields);
  }

  row(batch: Batch, i: number): Uint8Array {
    this.out.length = 0;
    try {
      this.writer.write(this.out, batch, i);
    } catch (error) {
      throw serializeFault(error);
    }
    return this.out.take();
  }
}
