import { isObject, JsonNumber, type JsonObject, type JsonValue } from '../json.ts';
import type { InferRequest, InferredColumn } from '../types.ts';
import { avroColumns } from './avro-types.ts';
import { areObjects, avroOf, type Samples } from './parts.ts';
import { timeStyleOf } from './shape.ts';

/** How a table has the keys of its messages. */
export interface KeyPlan {
  /** Columns that the key alone has. */
  readonly columns: readonly InferredColumn[];
  /** The key's columns, those that the value has too among them. */
  readonly fields: readonly string[];
  readonly options: readonly (readonly [string, string])[];
  /** Does the value hold the key's columns, too? */
  readonly isInValue: boolean;
  readonly evidence: string;
}

/**
 * What is made of the keys; undefined where no message has one, or none that a format of Flink reads.
 * @param columns the value's columns, whose types count where the key is one of them.
 */
export function keyPlan(
  keys: Samples,
  values: Samples,
  columns: readonly InferredColumn[],
  { schemas, registryUrl }: InferRequest,
): KeyPlan | undefined {
  if (keys.format === 'string' || keys.format.startsWith('int')) return scalarKey(keys, values, columns);
  if ((keys.format === 'json' && areObjects(keys)) || keys.format === 'avro') {
    const avro = keys.format === 'avro' ? avroOf(keys, schemas) : undefined;
    if (keys.format === 'avro' && avro?.kind !== 'record') return undefined;
    const style = timeStyleOf(keys.shape);
    const fields: InferredColumn[] =
      avro?.kind === 'record'
        ? avroColumns(avro, false).columns.map(({ name, type }) => ({ name, type }))
        : keys.shape.named().map(([name, field]) => ({ name, type: field.type(style) }));
    if (fields.length === 0) return undefined;
    const own = fields.filter(({ name }) => !columns.some((column) => column.name === name));
    const isInValue = own.length < fields.length;
    if (isInValue && own.length > 0) return undefined;
    const options: [string, string][] =
      keys.format === 'avro'
        ? [
            ['key.format', 'avro-confluent'],
            ['key.avro-confluent.url', registryUrl ?? 'http://localhost:8081'],
          ]
        : [['key.format', 'json']];
    return {
      columns: own,
      fields: fields.map(({ name }) => name),
      options,
      isInValue,
      evidence: `the keys of ${keys.parts.length} messages have the fields ${fields.map(({ name }) => name).join(', ')}`,
    };
  }
  return undefined;
}

/** A key of one value: a column of the value where it is always the same, else one of its own. */
function scalarKey(keys: Samples, values: Samples, columns: readonly InferredColumn[]): KeyPlan {
  const rows = new Map(values.parts.map(({ message, value }) => [message, rowIn(value)]));
  const pairs = keys.parts.flatMap(({ message, part }) => {
    const row = rows.get(message);
    return row ? [[part.text, row] as const] : [];
  });
  const same = columns.find(
    ({ name, type }) =>
      pairs.length > 0 &&
      pairs.every(([text, row]) => textOf(row.get(name)) === text) &&
      readable(keys.format, type) !== undefined,
  );
  const binary = { int8: 'TINYINT', int16: 'SMALLINT', int32: 'INT', int64: 'BIGINT' }[keys.format as string];
  if (same) {
    return {
      columns: [],
      fields: [same.name],
      options: [['key.format', readable(keys.format, same.type) as string]],
      isInValue: true,
      evidence: `the key is the column ${same.name} in all of ${pairs.length} sampled messages`,
    };
  }
  return {
    columns: [{ name: free('message_key', columns), type: binary ?? 'STRING' }],
    fields: [free('message_key', columns)],
    options: [['key.format', 'raw']],
    isInValue: false,
    evidence: `the key is in no column of the value`,
  };
}

/** The format that reads a key as a type: `raw` reads texts and numbers in bytes, `csv` numbers in digits. */
function readable(format: string, type: string): string | undefined {
  const plain = type.replace(/ NOT NULL$/, '');
  if (format === 'string') {
    if (plain === 'STRING') return 'raw';
    return /^(INT|BIGINT)$/.test(plain) ? 'csv' : undefined;
  }
  const needed = { int8: 'TINYINT', int16: 'SMALLINT', int32: 'INT', int64: 'BIGINT' }[format];
  return plain === needed ? 'raw' : undefined;
}

const rowIn = (value: JsonValue | undefined): JsonObject | undefined => (isObject(value) ? value : undefined);

function textOf(value: JsonValue | undefined): string | undefined {
  if (value instanceof JsonNumber) return value.digits;
  return typeof value === 'string' ? value : undefined;
}

function free(name: string, columns: readonly InferredColumn[]): string {
  let out = name;
  for (let n = 1; columns.some((column) => column.name === out); n++) out = `${name}_${n}`;
  return out;
}
