import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { DecimalType, LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { mapValueType } from './from-type.ts';
import type { AvroInput } from './input.ts';
import { type Action, type RecordAction, skip, typeFault } from './resolve.ts';
import { type AvroSchema, nonNullBranch } from './schema.ts';

/** Reads the next value; null only where the writer wrote null. */
export type ReadValue = (input: AvroInput) => Value;

/** A reader of one value as the runtime holds it (AvroToRowDataConverters over a ResolvingDecoder). */
export function valueReader(action: Action, type: LogicalType): ReadValue {
  switch (action.kind) {
    case 'fail':
      return () => {
        throw typeFault(action.message);
      };
    case 'writer-union': {
      const branches = action.branches.map((branch) => valueReader(branch, type));
      return (input) => (branches[input.index(branches.length)] as ReadValue)(input);
    }
    case 'read':
      return scalarReader(action.writer, action.reader, type);
    case 'enum':
      return (input) => {
        const i = input.index(action.symbols.length);
        const symbol = action.symbols[i];
        if (symbol === undefined) throw typeFault(`No match for ${action.written[i]}`);
        return symbol;
      };
    case 'array': {
      const element = valueReader(action.inner, (type as { element: LogicalType }).element);
      return (input) => {
        const out: Value[] = [];
        for (let n = input.block(); n > 0; n = input.block()) for (; n > 0; n--) out.push(element(input));
        return out;
      };
    }
    case 'map': {
      const value = valueReader(action.inner, mapValueType(type as Extract<LogicalType, { root: 'MAP' }>));
      return (input) => {
        const entries = new Map<string, Value>();
        for (let n = input.block(); n > 0; n = input.block())
          for (; n > 0; n--) {
            const key = input.string();
            entries.set(key, value(input));
          }
        return { keys: [...entries.keys()], values: [...entries.values()] };
      };
    }
    case 'record':
      return recordReader(
        action,
        (type as { fields: readonly { type: LogicalType }[] }).fields.map((f) => f.type),
      );
  }
}

/** Reads a record into the reader's fields in order. */
export function recordReader(action: RecordAction, fieldTypes: readonly LogicalType[]): (input: AvroInput) => Value[] {
  // Made at the first record: a schema may contain itself, a table's type cannot.
  const steps = action.steps.map(({ target, action: inner, writer }) => ({
    target,
    writer,
    read: target < 0 ? undefined : valueReader(inner, fieldTypes[target] as LogicalType),
  }));
  const blank: Value[] = new Array(fieldTypes.length).fill(null);
  for (const { target, schema, fallback } of action.defaults)
    blank[target] = defaultValue(schema, fallback, fieldTypes[target] as LogicalType);
  return (input) => {
    const out = blank.slice();
    for (const { target, read, writer } of steps) {
      if (read) out[target] = read(input);
      else skip(input, writer);
    }
    return out;
  };
}

function scalarReader(writer: AvroSchema, reader: AvroSchema, type: LogicalType): ReadValue {
  if (writer.type === 'null') return () => null;
  switch (type.root) {
    case 'BOOLEAN':
      return (input) => input.boolean();
    case 'TINYINT':
      return (input) => (input.int() << 24) >> 24;
    case 'SMALLINT':
      return (input) => (input.int() << 16) >> 16;
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
      return (input) => input.int();
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return writer.type === 'int' ? (input) => BigInt(input.int()) : (input) => input.long();
    case 'FLOAT':
    case 'DOUBLE': {
      const read = numberReader(writer);
      return type.root === 'FLOAT' ? (input) => Math.fround(read(input)) : read;
    }
    case 'CHAR':
    case 'VARCHAR':
      return (input) => input.string();
    case 'BINARY':
    case 'VARBINARY':
      return writer.type === 'fixed' ? (input) => input.fixed(writer.size) : (input) => input.binary();
    case 'DECIMAL':
      return writer.type === 'fixed'
        ? (input) => decimalOf(input.bytes, input.take(writer.size), input.pos, type)
        : (input) => {
            input.blob();
            return decimalOf(input.bytes, input.start, input.stop, type);
          };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      // Flink 2.2 takes every long for milliseconds, whatever the logical type says.
      return (input) => ({ ms: input.longAsNumber(), nanos: 0 });
    default:
      throw new FlinkFault(
        'UnsupportedOperationException',
        `Unsupported type: ${asSummaryString(type)} of Avro's ${reader.type}`,
      );
  }
}

/** Reads what was written as any number. */
export function numberReader(writer: AvroSchema): (input: AvroInput) => number {
  switch (writer.type) {
    case 'int':
      return (input) => input.int();
    case 'long':
      return (input) => input.longAsNumber();
    case 'float':
      return (input) => input.float();
    default:
      return (input) => input.double();
  }
}

const LIMITS: readonly bigint[] = Array.from({ length: 39 }, (_, i) => 10n ** BigInt(i));

/** Big-endian two's complement as an unscaled decimal; null when it has more digits than the type (DecimalData.fromUnscaledBytes). */
export function decimalOf(bytes: Uint8Array, start: number, stop: number, type: DecimalType): bigint | null {
  if (stop === start) throw new FlinkFault('NumberFormatException', 'Zero length BigInteger');
  let value: bigint;
  if (stop - start <= 6) {
    let n = ((bytes[start] as number) << 24) >> 24;
    for (let i = start + 1; i < stop; i++) n = n * 256 + (bytes[i] as number);
    value = BigInt(n);
  } else {
    value = 0n;
    for (let i = start; i < stop; i++) value = (value << 8n) | BigInt(bytes[i] as number);
    value = BigInt.asIntN((stop - start) * 8, value);
  }
  const limit = LIMITS[type.precision] as bigint;
  return value >= limit || value <= -limit ? null : value;
}

/** The default of a field, written in JSON, as a value. */
function defaultValue(schema: AvroSchema, json: unknown, type: LogicalType): Value {
  if (schema.type === 'union') {
    if (json === null) return null;
    const branch = nonNullBranch(schema)?.schema ?? (schema.branches[0] as AvroSchema);
    return defaultValue(branch, json, type);
  }
  switch (schema.type) {
    case 'null':
      return null;
    case 'long':
      return type.root.startsWith('TIMESTAMP')
        ? { ms: Number(json), nanos: 0 }
        : type.root === 'BIGINT'
          ? BigInt(json as number)
          : Number(json);
    case 'bytes':
    case 'fixed': {
      const bytes = new Uint8Array(Buffer.from(String(json), 'latin1'));
      return type.root === 'DECIMAL' ? decimalOf(bytes, 0, bytes.length, type) : bytes;
    }
    case 'array':
      return (json as unknown[]).map((e) => defaultValue(schema.items, e, (type as { element: LogicalType }).element));
    case 'map': {
      const value = mapValueType(type as Extract<LogicalType, { root: 'MAP' }>);
      const entries = Object.entries(json as Record<string, unknown>);
      return { keys: entries.map(([k]) => k), values: entries.map(([, v]) => defaultValue(schema.values, v, value)) };
    }
    case 'record': {
      const { fields } = type as { fields: readonly { type: LogicalType }[] };
      return schema.fields.map((f, i) =>
        defaultValue(
          f.schema,
          (json as Record<string, unknown>)[f.name] ?? f.fallback,
          (fields[i] as { type: LogicalType }).type,
        ),
      );
    }
    default:
      return json as Value;
  }
}
