import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';

/** What a change event tells beside its rows: a metadata key of the format (ReadableMetadata of its DecodingFormat). */
export interface EventMetadata {
  readonly type: LogicalType;
  /** The field of the event that it is read from. */
  readonly field: RowField;
  /** From that field's value, which is not NULL. */
  readonly convert: (value: Value) => Value;
}

const same = (value: Value) => value;
const millis = (value: Value): TimestampValue => ({ ms: Number(value as bigint), nanos: 0 });

const text = (field: string): EventMetadata => ({
  type: types.string(),
  field: { name: field, type: types.string() },
  convert: same,
});
const texts = (field: string): EventMetadata => ({
  type: types.array(types.string()),
  field: { name: field, type: types.array(types.string()) },
  convert: same,
});
const instant = (field: string, convert = millis): EventMetadata => ({
  type: types.timestampLtz(3),
  field: { name: field, type: types.bigint() },
  convert,
});

const properties = { name: 'source', type: types.map(types.string(), types.string()) };
const property = (key: string) => (value: Value) => {
  const { keys, values } = value as MapValue;
  return values[keys.indexOf(key)] ?? null;
};
const source = (key: string): EventMetadata => ({ type: types.string(), field: properties, convert: property(key) });

function sourceMillis(value: Value): Value {
  const at = property('ts_ms')(value);
  if (at === null) return null;
  if (!/^[+-]?\d+$/.test(String(at))) throw new FlinkFault('NumberFormatException', `For input string: "${at}"`);
  return { ms: Number(at), nanos: 0 };
}

/** DebeziumJsonDecodingFormat; `schema` stands beside the payload, all else in it. */
export const debeziumMetadata: Readonly<Record<string, EventMetadata>> = {
  schema: text('schema'),
  'ingestion-timestamp': instant('ts_ms'),
  'source.timestamp': { type: types.timestampLtz(3), field: properties, convert: sourceMillis },
  'source.database': source('db'),
  'source.schema': source('schema'),
  'source.table': source('table'),
  'source.properties': { type: properties.type, field: properties, convert: same },
};

/** CanalJsonDecodingFormat. */
export const canalMetadata: Readonly<Record<string, EventMetadata>> = {
  database: text('database'),
  table: text('table'),
  'sql-type': {
    type: types.map(types.string(), types.int()),
    field: { name: 'sqlType', type: types.map(types.string(), types.int()) },
    convert: same,
  },
  'pk-names': texts('pkNames'),
  'ingestion-timestamp': instant('ts'),
  'event-timestamp': instant('es'),
};

/** MaxwellJsonDecodingFormat; Maxwell tells seconds. */
export const maxwellMetadata: Readonly<Record<string, EventMetadata>> = {
  database: text('database'),
  table: text('table'),
  'primary-key-columns': texts('primary_key_columns'),
  'ingestion-timestamp': instant('ts', (value) => ({ ms: Number(value as bigint) * 1000, nanos: 0 })),
};

/** OggJsonDecodingFormat: times are texts; that of the event is cut to milliseconds. */
export const oggMetadata: Readonly<Record<string, EventMetadata>> = {
  table: text('table'),
  'primary-keys': texts('primary_keys'),
  'ingestion-timestamp': {
    type: types.timestampLtz(6),
    field: { name: 'current_ts', type: types.timestamp(6) },
    convert: same,
  },
  'event-timestamp': {
    type: types.timestampLtz(6),
    field: { name: 'op_ts', type: types.timestamp(3) },
    convert: (value) => ({ ms: (value as TimestampValue).ms, nanos: 0 }),
  },
};

/** Types by key, as a table's source lists them. */
export const metadataTypes = (metadata: Readonly<Record<string, EventMetadata>>): Record<string, LogicalType> =>
  Object.fromEntries(Object.entries(metadata).map(([key, { type }]) => [key, type]));

/** Reads the metadata that was asked for out of an event's fields, which begin with `known` ones. */
export class MetadataReader {
  /** Fields to be read beside the known ones, each once. */
  readonly fields: readonly RowField[];
  private readonly reads: readonly { readonly at: number; readonly convert: (value: Value) => Value }[];

  constructor(wanted: readonly EventMetadata[], known: readonly RowField[]) {
    const all = [...known];
    this.reads = wanted.map(({ field, convert }) => {
      const found = all.findIndex((each) => each.name === field.name);
      return { at: found < 0 ? all.push(field) - 1 : found, convert };
    });
    this.fields = all.slice(known.length);
  }

  /** The values in the order of the keys. */
  read(event: readonly Value[]): Value[] {
    return this.reads.map(({ at, convert }) => {
      const value = event[at] ?? null;
      return value === null ? null : convert(value);
    });
  }
}
