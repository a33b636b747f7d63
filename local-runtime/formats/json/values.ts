import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { murmurOrder } from '../../functions/java/hash-order.ts';
import {
  parseBase64,
  parseDecimal,
  parseDouble,
  parseInteger,
  parseIsoDate,
  parseLong,
  parseTimeOfDay,
  parseTimestamp,
  truncateTimestamp,
} from '../convert.ts';
import type { JsonReader, Token } from './reader.ts';

/** How the json formats read and what they forgive. */
export interface JsonOptions {
  readonly failOnMissingField: boolean;
  readonly ignoreParseErrors: boolean;
  readonly timestampFormat: 'SQL' | 'ISO-8601';
}

/** Converts the value whose token was just read; null never comes here. */
export type ReadValue = (reader: JsonReader, token: Token, from: number) => Value;

const isNumber = (token: Token) => token === 'int' || token === 'float';

/** Jackson's getText of a token that is no scalar is its bracket. */
function scalarText(reader: JsonReader, token: Token): string {
  if (token === 'object' || token === 'array') {
    reader.skip(token);
    return token === 'object' ? '{' : '[';
  }
  return reader.text();
}

function intRange(text: string, min: number, max: number, name: string): number {
  const n = Math.trunc(Number(text));
  if (!(n >= min && n <= max))
    throw new FlinkFault('InputCoercionException', `Numeric value (${text}) out of range of ${name} (${min} - ${max})`);
  return n;
}

/** A converter for the type (JsonParserToRowDataConverters.createNotNullConverter). */
export function readerOf(type: LogicalType, options: JsonOptions): ReadValue {
  const separator = options.timestampFormat === 'SQL' ? ' ' : 'T';
  switch (type.root) {
    case 'BOOLEAN':
      return (r, t) => (t === 'true' ? true : t === 'false' ? false : scalarText(r, t).trim().toLowerCase() === 'true');
    case 'TINYINT':
      return (r, t) => {
        const text = scalarText(r, t);
        if (t !== 'int') return parseInteger(text, -128, 127, 'Byte');
        const n = Number(text);
        if (n < -128 || n > 127)
          throw new FlinkFault('JsonParseException', `Numeric value (${text}) out of range of Java byte.`);
        return n;
      };
    case 'SMALLINT':
      return (r, t) =>
        t === 'int'
          ? intRange(scalarText(r, t), -32768, 32767, 'Java short')
          : parseInteger(scalarText(r, t), -32768, 32767, 'Short');
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return (r, t) =>
        isNumber(t)
          ? intRange(scalarText(r, t), -2147483648, 2147483647, 'int')
          : parseInteger(scalarText(r, t), -2147483648, 2147483647, 'Int');
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (r, t) => {
        if (t === 'float') return BigInt(Math.trunc(Number(r.text())));
        const text = scalarText(r, t);
        if (t !== 'int') return parseLong(text);
        const n = BigInt(text);
        if (BigInt.asIntN(64, n) !== n)
          throw new FlinkFault(
            'InputCoercionException',
            `Numeric value (${text}) out of range of long (-9223372036854775808 - 9223372036854775807)`,
          );
        return n;
      };
    case 'FLOAT':
      return (r, t) => Math.fround(parseDouble(scalarText(r, t)));
    case 'DOUBLE':
      return (r, t) => parseDouble(scalarText(r, t));
    case 'DECIMAL':
      return (r, t) => parseDecimal(t === 'string' ? r.text().trim() : scalarText(r, t), type);
    case 'CHAR':
    case 'VARCHAR':
      return (r, t, from) => (t === 'object' || t === 'array' ? r.compact(t, from) : r.text());
    case 'BINARY':
    case 'VARBINARY':
      return (r, t) => parseBase64(scalarText(r, t));
    case 'DATE':
      return (r, t) => parseIsoDate(scalarText(r, t));
    case 'TIME_WITHOUT_TIME_ZONE':
      return (r, t) => parseTimeOfDay(scalarText(r, t));
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (r, t) => truncateTimestamp(parseTimestamp(scalarText(r, t), separator, false), type.precision);
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (r, t) => truncateTimestamp(parseTimestamp(scalarText(r, t), separator, true), type.precision);
    case 'ARRAY':
      return arrayReader(type.element, options);
    case 'MAP':
      return mapReader(type.key, type.value, options, type);
    case 'MULTISET':
      return mapReader(type.element, { root: 'INTEGER', nullable: false }, options, type);
    case 'ROW': {
      const row = rowReader(
        type.fields.map((f) => f.name),
        type.fields.map((f) => f.type),
        options,
      );
      return (r, t) => row(r, t);
    }
    case 'NULL':
      return (r, t) => {
        r.skip(t);
        return null;
      };
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type: ${asSummaryString(type)}`);
  }
}

/** Reads a value that may be null; with ignore-parse-errors a value that does not convert is null. */
export function nullable(read: ReadValue, options: JsonOptions): (reader: JsonReader) => Value {
  return (reader) => {
    reader.skipSpace();
    const from = reader.pos;
    const token = reader.value();
    if (token === 'null') return null;
    if (!options.ignoreParseErrors) return read(reader, token, from);
    try {
      return read(reader, token, from);
    } catch (error) {
      if (!(error instanceof FlinkFault)) throw error;
      // The value is bad, not the text: go on behind it.
      reader.pos = from;
      reader.skip(reader.value());
      return null;
    }
  };
}

function arrayReader(element: LogicalType, options: JsonOptions): ReadValue {
  const read = nullable(readerOf(element, options), options);
  return (reader, token) => {
    if (token !== 'array') throw new FlinkFault('IllegalStateException', 'Illegal JSON array data...');
    const out: Value[] = [];
    if (reader.take(93)) return out;
    do out.push(read(reader));
    while (reader.take(44));
    if (!reader.take(93)) throw reader.wanted('comma to separate Array entries');
    return out;
  };
}

function mapReader(key: LogicalType, value: LogicalType, options: JsonOptions, type: LogicalType): ReadValue {
  if (key.root !== 'CHAR' && key.root !== 'VARCHAR') {
    throw new FlinkFault(
      'UnsupportedOperationException',
      `JSON format doesn't support non-string as key type of map. The type is: ${asSummaryString(type)}`,
    );
  }
  const read = nullable(readerOf(value, options), options);
  return (reader, token) => {
    if (token !== 'object') throw new FlinkFault('IllegalStateException', 'Illegal JSON map data...');
    const entries = new Map<string, Value>();
    if (!reader.take(125)) {
      do {
        reader.key();
        const name = reader.text();
        entries.set(name, read(reader));
      } while (reader.take(44));
      if (!reader.take(125)) throw reader.wanted('comma to separate Object entries');
    }
    // Flink's converter fills a HashMap.
    return murmurOrder([...entries.keys()], [...entries.values()], key);
  };
}

/** Reads an object into the fields' values in order; fields not in the text are null. */
export function rowReader(
  names: readonly string[],
  fieldTypes: readonly LogicalType[],
  options: JsonOptions,
): (reader: JsonReader, token: Token) => Value[] {
  const index = new Map(names.map((name, i) => [name, i]));
  const reads = fieldTypes.map((type) => nullable(readerOf(type, options), options));
  return (reader, token) => {
    if (token !== 'object') throw new FlinkFault('IllegalStateException', 'Illegal Json Data...');
    const out: Value[] = new Array(names.length).fill(null);
    let seen = 0;
    if (!reader.take(125)) {
      do {
        reader.key();
        const at = index.get(reader.text());
        if (at === undefined) reader.skip(reader.value());
        else {
          out[at] = (reads[at] as (r: JsonReader) => Value)(reader);
          seen++;
        }
      } while (reader.take(44));
      if (!reader.take(125)) throw reader.wanted('comma to separate Object entries');
    }
    if (seen < names.length && options.failOnMissingField)
      throw new FlinkFault('JsonParseException', 'Some field is missing in the JSON data.');
    return out;
  };
}
