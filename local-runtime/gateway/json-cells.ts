import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { javaDouble, javaFloat } from '../formats/numbers.ts';
import { epochToText } from '../formats/time-text.ts';

/** Epoch milliseconds to the wall clock of the session's time zone, as epoch milliseconds of that clock. */
export type ToLocal = (ms: number) => number;

/** What Flink's JSON serializer refuses: maps with keys that are no strings, VARIANT, RAW. The gateway then answers in its own words. */
export class NotJson extends Error {
  constructor(type: LogicalType) {
    super(`a ${type.root} has no JSON form`);
    this.name = 'NotJson';
  }
}

/** JSON text of a column's cells, as the SQL Gateway writes rows with `rowFormat=JSON` (RowDataToJsonConverters). */
export function jsonCells(column: Column, type: LogicalType, toLocal: ToLocal): (i: number) => string {
  const { nulls } = column;
  const write = writer(column, type, toLocal);
  return nulls ? (i) => (nulls[i] ? 'null' : write(i)) : write;
}

function writer(column: Column, type: LogicalType, toLocal: ToLocal): (i: number) => string {
  switch (column.kind) {
    case 'bool':
      return (i) => (column.values[i] === 1 ? 'true' : 'false');
    case 'i32':
      if (type.root === 'DATE') return (i) => `"${dateText(column.values[i] as number)}"`;
      if (type.root === 'TIME_WITHOUT_TIME_ZONE') return (i) => `"${timeText(column.values[i] as number)}"`;
      return (i) => String(column.values[i]);
    case 'i64':
      if (type.root === 'DECIMAL') return (i) => decimalText(column.values[i] as bigint, type.scale);
      return (i) => String(column.values[i]);
    case 'f64':
      return type.root === 'FLOAT'
        ? (i) => number(javaFloat(column.values[i] as number))
        : (i) => number(javaDouble(column.values[i] as number));
    case 'ts': {
      const isLocal = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
      return (i) => `"${timestampText(column.ms[i] as number, column.nanos?.[i] ?? 0, isLocal, toLocal)}"`;
    }
    case 'str':
      return (i) => JSON.stringify(column.get(i));
    case 'obj':
      return (i) => jsonValue(valueAt(column, i), type, toLocal);
  }
}

/** JSON text of a single value. */
export function jsonValue(value: Value, type: LogicalType, toLocal: ToLocal): string {
  if (value === null) return 'null';
  switch (type.root) {
    case 'BOOLEAN':
      return value ? 'true' : 'false';
    case 'DECIMAL':
      return decimalText(value as bigint, type.scale);
    case 'FLOAT':
      return number(javaFloat(value as number));
    case 'DOUBLE':
      return number(javaDouble(value as number));
    case 'CHAR':
    case 'VARCHAR':
    case 'SYMBOL':
      return JSON.stringify(value);
    case 'BINARY':
    case 'VARBINARY':
      return `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    case 'DATE':
      return `"${dateText(value as number)}"`;
    case 'TIME_WITHOUT_TIME_ZONE':
      return `"${timeText(value as number)}"`;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const { ms, nanos } = value as TimestampValue;
      return `"${timestampText(ms, nanos, type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', toLocal)}"`;
    }
    case 'ARRAY':
      return `[${(value as readonly Value[]).map((item) => jsonValue(item, type.element, toLocal)).join(',')}]`;
    case 'MULTISET':
      return jsonMap(value as MapValue, type.element, { root: 'INTEGER', nullable: false }, toLocal);
    case 'MAP':
      return jsonMap(value as MapValue, type.key, type.value, toLocal);
    case 'ROW': {
      const cells = value as readonly Value[];
      const fields = type.fields.map(
        (field, i) => `${JSON.stringify(field.name)}:${jsonValue(cells[i] ?? null, field.type, toLocal)}`,
      );
      return `{${fields.join(',')}}`;
    }
    case 'RAW':
    case 'VARIANT':
    case 'DESCRIPTOR':
      throw new NotJson(type);
    default:
      return String(value);
  }
}

function jsonMap(map: MapValue, key: LogicalType, value: LogicalType, toLocal: ToLocal): string {
  if (key.root !== 'CHAR' && key.root !== 'VARCHAR') throw new NotJson(key);
  const entries = map.keys.map((each, i) => {
    const name = each === null ? '"null"' : JSON.stringify(each);
    return `${name}:${jsonValue(map.values[i] ?? null, value, toLocal)}`;
  });
  return `{${entries.join(',')}}`;
}

/** NaN and the infinities are strings in JSON. */
function number(text: string): string {
  return /^-?\d/.test(text) ? text : `"${text}"`;
}

function dateText(days: number): string {
  return epochToText(days * 86_400_000, 0, 'T').split('T')[0] as string;
}

function timeText(ms: number): string {
  return epochToText(ms, 0, 'T').split('T')[1] as string;
}

/** ISO without trailing zeros of the fraction; with local time zone as the session's wall clock and a `Z`, as Flink writes it. */
function timestampText(ms: number, nanos: number, isLocal: boolean, toLocal: ToLocal): string {
  const clock = isLocal ? toLocal(ms) : ms;
  const text = epochToText(clock, 0, 'T');
  const millis = ((clock % 1000) + 1000) % 1000;
  const fraction = (millis * 1_000_000 + nanos).toString().padStart(9, '0').replace(/0+$/, '');
  return `${text}${fraction === '' ? '' : `.${fraction}`}${isLocal ? 'Z' : ''}`;
}

/** BigDecimal.stripTrailingZeros().toString(): JSON numbers without the scale's zeros, in scientific form where Java uses it. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (unscaled === 0n) return '0';
  const sign = unscaled < 0n ? '-' : '';
  let digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const stripped = digits.replace(/0+$/, '');
  const point = scale - (digits.length - stripped.length);
  digits = stripped;
  const exponent = digits.length - 1 - point;
  if (point >= 0 && exponent >= -6) {
    if (point === 0) return sign + digits;
    const padded = digits.padStart(point + 1, '0');
    return `${sign}${padded.slice(0, -point)}.${padded.slice(-point)}`;
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}E${exponent > 0 ? '+' : ''}${exponent}`;
}
