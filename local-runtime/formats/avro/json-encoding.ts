import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { Decoder, Encoder } from '../format.ts';
import { javaDouble, javaFloat } from '../numbers.ts';
import { avroFault } from './decoder.ts';
import { serializeFault, unscaledBytes } from './encoder.ts';
import { mapValueType } from './from-type.ts';
import { typeFault } from './resolve.ts';
import { type AvroRecord, type AvroSchema, schemaName } from './schema.ts';
import { decimalOf } from './values.ts';

const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

/** Avro's JSON encoding (`avro.encoding` = `json`): unions as `{"type": value}`, bytes as text of Latin-1 characters. */
export class AvroJsonDecoder implements Decoder {
  private readonly schema: AvroRecord;
  private readonly fields: readonly RowField[];

  constructor(schema: AvroRecord, fields: readonly RowField[]) {
    this.schema = schema;
    this.fields = fields;
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    let row: Value[];
    try {
      row = record(parseExact(utf8.decode(bytes)), this.schema, this.fields);
    } catch (error) {
      throw avroFault(error);
    }
    out.values(row, INSERT);
  }
}

/** JSON.parse whose integers beyond 2^53 stay exact, as bigint. */
function parseExact(text: string): unknown {
  const revive = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source as string)
      : value;
  try {
    return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new FlinkFault('JsonParseException', error instanceof Error ? error.message : String(error));
  }
}

type Json = Readonly<Record<string, unknown>>;

function record(json: unknown, schema: AvroRecord, fields: readonly RowField[]): Value[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw expected('record-start', json);
  return schema.fields.map((field, i) => {
    if (!(field.name in json)) throw typeFault(`Expected field name not found: ${field.name}`);
    return fromJson((json as Json)[field.name], field.schema, (fields[i] as RowField).type);
  });
}

function fromJson(json: unknown, schema: AvroSchema, type: LogicalType): Value {
  switch (schema.type) {
    case 'union': {
      if (json === null) {
        if (schema.branches.some((b) => b.type === 'null')) return null;
        throw typeFault('Unknown union branch null');
      }
      const [name, ...more] = typeof json === 'object' ? Object.keys(json) : [];
      if (name === undefined || more.length) throw expected('start-union', json);
      const branch = schema.branches.find((b) => schemaName(b) === name);
      if (!branch) throw typeFault(`Unknown union branch ${name}`);
      return fromJson((json as Json)[name], branch, type);
    }
    case 'null':
      return null;
    case 'boolean':
      if (typeof json !== 'boolean') throw expected('boolean', json);
      return json;
    case 'int':
      if (typeof json !== 'number') throw expected('int', json);
      return type.root === 'TINYINT'
        ? (json << 24) >> 24
        : type.root === 'SMALLINT'
          ? (json << 16) >> 16
          : Math.trunc(json);
    case 'long':
      if (typeof json !== 'number' && typeof json !== 'bigint') throw expected('long', json);
      return type.root === 'BIGINT'
        ? BigInt(typeof json === 'number' ? Math.trunc(json) : json)
        : { ms: Number(json), nanos: 0 };
    case 'float':
    case 'double': {
      const number = typeof json === 'string' ? NAMED.get(json) : typeof json === 'bigint' ? Number(json) : json;
      if (typeof number !== 'number') throw expected(schema.type, json);
      return type.root === 'FLOAT' ? Math.fround(number) : number;
    }
    case 'string':
      if (typeof json !== 'string') throw expected('string', json);
      return json;
    case 'bytes': {
      if (typeof json !== 'string') throw expected('bytes', json);
      const bytes = new Uint8Array(Buffer.from(json, 'latin1'));
      return type.root === 'DECIMAL' ? decimalOf(bytes, 0, bytes.length, type) : bytes;
    }
    case 'array':
      if (!Array.isArray(json)) throw expected('array-start', json);
      return json.map((e) => fromJson(e, schema.items, (type as { element: LogicalType }).element));
    case 'map': {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw expected('map-start', json);
      const value = mapValueType(type as Extract<LogicalType, { root: 'MAP' }>);
      const entries = Object.entries(json);
      return { keys: entries.map(([k]) => k), values: entries.map(([, v]) => fromJson(v, schema.values, value)) };
    }
    case 'record':
      return record(json, schema, (type as { fields: readonly RowField[] }).fields);
    default:
      throw typeFault(`Unexpected schema of type ${schema.type}`);
  }
}

const NAMED = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Avro names what it wanted and Jackson's token that it met. */
function expected(what: string, json: unknown): FlinkFault {
  const token =
    json === null
      ? 'VALUE_NULL'
      : Array.isArray(json)
        ? 'START_ARRAY'
        : typeof json === 'object'
          ? 'START_OBJECT'
          : typeof json === 'string'
            ? 'VALUE_STRING'
            : typeof json === 'boolean'
              ? `VALUE_${String(json).toUpperCase()}`
              : Number.isInteger(json) || typeof json === 'bigint'
                ? 'VALUE_NUMBER_INT'
                : 'VALUE_NUMBER_FLOAT';
  return typeFault(`Expected ${what}. Got ${token}`);
}

/** Writes Avro's JSON encoding. Messages after the first begin with a line feed, because Flink goes on with one JSON generator. */
export class AvroJsonEncoder implements Encoder {
  private readonly schema: AvroRecord;
  private readonly fields: readonly RowField[];
  private first = true;

  constructor(schema: AvroRecord, fields: readonly RowField[]) {
    this.schema = schema;
    this.fields = fields;
  }

  row(batch: Batch, i: number): Uint8Array {
    const { schema, fields } = this;
    try {
      const parts = schema.fields.map((f, c) => {
        const value = valueAt(batch.columns[c] as Column, i);
        return `${quoted(f.name)}:${toJson(value, f.schema, (fields[c] as RowField).type)}`;
      });
      const text = `${this.first ? '' : '\n'}{${parts.join(',')}}`;
      this.first = false;
      return toUtf8.encode(text);
    } catch (error) {
      throw serializeFault(error);
    }
  }
}

/** A JSON string with Jackson's capital hexadecimal digits in escapes. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, (_, hex: string) => `\\u00${hex.toUpperCase()}`);

function toJson(value: Value, schema: AvroSchema, type: LogicalType): string {
  if (schema.type === 'union') {
    if (value === null) return 'null';
    const branch = schema.branches.find((b) => b.type !== 'null') as AvroSchema;
    return `{${quoted(schemaName(branch))}:${toJson(value, branch, type)}}`;
  }
  if (schema.type === 'null') return 'null';
  if (value === null) throw new FlinkFault('NullPointerException', `null value for (non-nullable) ${schema.type}`);
  switch (schema.type) {
    case 'string':
    case 'enum':
      return quoted(value as string);
    case 'bytes':
    case 'fixed': {
      const bytes = type.root === 'DECIMAL' ? unscaledBytes(value as bigint) : (value as Uint8Array);
      return quoted(Buffer.from(bytes).toString('latin1'));
    }
    case 'float':
    case 'double': {
      const text = schema.type === 'float' ? javaFloat(value as number) : javaDouble(value as number);
      return Number.isFinite(value) ? text : quoted(text);
    }
    case 'long':
      return typeof value === 'bigint' ? String(value) : String((value as TimestampValue).ms);
    case 'array': {
      const { element } = type as { element: LogicalType };
      return `[${(value as readonly Value[]).map((v) => toJson(v, schema.items, element)).join(',')}]`;
    }
    case 'map': {
      const map = value as MapValue;
      const inner = mapValueType(type as Extract<LogicalType, { root: 'MAP' }>);
      return `{${map.keys.map((k, i) => `${quoted(k as string)}:${toJson(map.values[i] as Value, schema.values, inner)}`).join(',')}}`;
    }
    case 'record': {
      const { fields } = type as { fields: readonly RowField[] };
      const row = value as readonly Value[];
      return `{${schema.fields.map((f, i) => `${quoted(f.name)}:${toJson(row[i] as Value, f.schema, (fields[i] as RowField).type)}`).join(',')}}`;
    }
    default:
      return String(value);
  }
}
