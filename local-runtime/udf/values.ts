import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** A value that is not in a column of its own kind: NULL or not, then what it is (ColumnReader.value). */
export function writeValue(out: ByteWriter, type: LogicalType, value: Value): void {
  out.byte(value === null ? 0 : 1);
  if (value === null) return;
  switch (type.root) {
    case 'BOOLEAN':
      return out.byte(value ? 1 : 0);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
      return out.int(value as number);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return out.long(value as bigint);
    case 'FLOAT':
    case 'DOUBLE':
      return out.double(value as number);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      out.double((value as TimestampValue).ms);
      return out.int((value as TimestampValue).nanos);
    case 'DECIMAL':
      return out.sized(twosComplement(value as bigint));
    case 'CHAR':
    case 'VARCHAR':
      return out.text(value as string);
    case 'BINARY':
    case 'VARBINARY':
      return out.sized(value as Uint8Array);
    case 'ARRAY': {
      const elements = value as readonly Value[];
      out.int(elements.length);
      for (const element of elements) writeValue(out, type.element, element);
      return;
    }
    case 'MAP':
      return writeMap(out, type.key, type.value, value as MapValue);
    case 'MULTISET':
      return writeMap(out, type.element, types.int(false), value as MapValue);
    case 'ROW': {
      const fields = value as readonly Value[];
      for (const [i, field] of type.fields.entries()) writeValue(out, field.type, fields[i] as Value);
      return;
    }
    default:
      throw unsupported(type);
  }
}

function writeMap(out: ByteWriter, key: LogicalType, value: LogicalType, map: MapValue): void {
  out.int(map.keys.length);
  for (let i = 0; i < map.keys.length; i++) {
    writeValue(out, key, map.keys[i] as Value);
    writeValue(out, value, map.values[i] as Value);
  }
}

export function readValue(from: ByteReader, type: LogicalType): Value {
  if (from.byte() === 0) return null;
  switch (type.root) {
    case 'BOOLEAN':
      return from.byte() === 1;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
      return from.int();
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return from.long();
    case 'FLOAT':
    case 'DOUBLE':
      return from.double();
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const ms = from.double();
      return { ms, nanos: from.int() };
    }
    case 'DECIMAL':
      return fromTwosComplement(from.sized());
    case 'CHAR':
    case 'VARCHAR':
      return from.text();
    case 'BINARY':
    case 'VARBINARY':
      return Uint8Array.from(from.sized());
    case 'ARRAY':
      return Array.from({ length: from.int() }, () => readValue(from, type.element));
    case 'MAP':
      return readMap(from, type.key, type.value);
    case 'MULTISET':
      return readMap(from, type.element, types.int(false));
    case 'ROW':
      return type.fields.map((field) => readValue(from, field.type));
    default:
      throw unsupported(type);
  }
}

function readMap(from: ByteReader, key: LogicalType, value: LogicalType): MapValue {
  const size = from.int();
  const keys: Value[] = [];
  const values: Value[] = [];
  for (let i = 0; i < size; i++) {
    keys.push(readValue(from, key));
    values.push(readValue(from, value));
  }
  return { keys, values };
}

/** Types that a function can neither be given nor give back here. */
export function unsupportedIn(type: LogicalType): LogicalType | undefined {
  switch (type.root) {
    case 'RAW':
    case 'VARIANT':
    case 'SYMBOL':
    case 'DESCRIPTOR':
      return type;
    case 'ARRAY':
    case 'MULTISET':
      return unsupportedIn(type.element);
    case 'MAP':
      return unsupportedIn(type.key) ?? unsupportedIn(type.value);
    case 'ROW':
      return type.fields.map((field) => unsupportedIn(field.type)).find((found) => found !== undefined);
    default:
      return undefined;
  }
}

const unsupported = (type: LogicalType): FlinkFault =>
  new FlinkFault('UnsupportedOperationException', `The local runtime gives functions no values of type ${type.root}.`);

/** Big-endian, as BigInteger.toByteArray. */
export function twosComplement(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function fromTwosComplement(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
