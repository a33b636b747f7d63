import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import { type LogicalType, MAX_LENGTH } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import type { ExprEnv } from '../../codegen/env.ts';
import { FlinkFault } from '../../errors.ts';
import { decimalToDouble, decimalToLong, doubleToDecimal, fitDecimal, pow10, scaleOf, toDecimal } from '../decimal.ts';
import { doubleToInt, doubleToLong } from '../integers.ts';
import { MILLIS_PER_DAY } from '../java/calendar.ts';
import { murmurOrder } from '../java/hash-order.ts';
import { zoneOf } from '../java/time-zone.ts';
import {
  badDate,
  badTime,
  parseBoolean,
  parseDate,
  parseDecimalText,
  parseDouble,
  parseFloat32,
  parseIntegral,
  parseTime,
  parseTimestampText,
} from './from-string.ts';
import { textOf } from './to-string.ts';

export type Caster = (value: Value) => Value;

/** Flink's CAST of non-null values from one type to another (CastRuleProvider); throws at once for a pair it does not know. */
export function castFunction(from: LogicalType, to: LogicalType, env: ExprEnv): Caster {
  const made = caster(from, to, env);
  if (made) return made;
  throw new FlinkFault(
    'CodeGenException',
    `Unsupported cast from '${asSummaryString(from)}' to '${asSummaryString(to)}'.`,
  );
}

/** TRY_CAST: NULL where CAST fails on the value. */
export function tryCastFunction(from: LogicalType, to: LogicalType, env: ExprEnv): Caster {
  const cast = castFunction(from, to, env);
  return (value) => {
    try {
      return cast(value);
    } catch (error) {
      if (error instanceof FlinkFault) return null;
      throw error;
    }
  };
}

const nullable =
  (cast: Caster): Caster =>
  (value) =>
    value === null ? null : cast(value);

function caster(from: LogicalType, to: LogicalType, env: ExprEnv): Caster | undefined {
  if (from.root === 'NULL') return () => null;
  switch (to.root) {
    case 'BOOLEAN':
      return toBoolean(from);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return toInteger(from, to.root);
    case 'FLOAT':
    case 'DOUBLE':
      return toFloating(from, to.root === 'FLOAT');
    case 'DECIMAL':
      return toDecimalOf(from, to.precision, to.scale);
    case 'CHAR':
    case 'VARCHAR':
      return toText(from, to.length, to.root === 'CHAR', env);
    case 'BINARY':
    case 'VARBINARY':
      return toBytes(from, to.length, to.root === 'BINARY');
    case 'DATE':
      return toDate(from, env);
    case 'TIME_WITHOUT_TIME_ZONE':
      return toTime(from, env);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return toTimestamp(from, to.precision, to.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', env);
    case 'INTERVAL_YEAR_MONTH':
      return toMonths(from);
    case 'INTERVAL_DAY_TIME':
      return toMillis(from);
    case 'ARRAY':
      return from.root === 'ARRAY' ? eachOf(castFunction(from.element, to.element, env)) : undefined;
    case 'MAP':
      return from.root === 'MAP' ? toMap(from, to, env) : undefined;
    case 'MULTISET':
      return from.root === 'MULTISET' ? toMultiset(castFunction(from.element, to.element, env)) : undefined;
    case 'ROW': {
      if (from.root !== 'ROW' || from.fields.length !== to.fields.length) return undefined;
      const fields = to.fields.map((field, i) =>
        nullable(castFunction((from.fields[i] as { type: LogicalType }).type, field.type, env)),
      );
      return (v) => fields.map((field, i) => field((v as readonly Value[])[i] as Value));
    }
    default:
      return from.root === to.root ? (v) => v : undefined;
  }
}

const INTS = new Set(['TINYINT', 'SMALLINT', 'INTEGER']);
const isText = (type: LogicalType): boolean => type.root === 'CHAR' || type.root === 'VARCHAR';

function toBoolean(from: LogicalType): Caster | undefined {
  if (from.root === 'BOOLEAN') return (v) => v;
  if (isText(from)) return (v) => parseBoolean(v as string);
  if (from.root === 'BIGINT' || from.root === 'DECIMAL') return (v) => v !== 0n;
  if (INTS.has(from.root) || from.root === 'FLOAT' || from.root === 'DOUBLE') return (v) => v !== 0;
  return undefined;
}

const NARROW = {
  TINYINT: { min: -128n, max: 127n, of: (v: number) => (v << 24) >> 24 },
  SMALLINT: { min: -32768n, max: 32767n, of: (v: number) => (v << 16) >> 16 },
  INTEGER: { min: -2147483648n, max: 2147483647n, of: (v: number) => v | 0 },
} as const;

function toInteger(from: LogicalType, root: 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT'): Caster | undefined {
  if (root === 'BIGINT') {
    if (from.root === 'BOOLEAN') return (v) => (v ? 1n : 0n);
    if (INTS.has(from.root) || from.root === 'INTERVAL_YEAR_MONTH') return (v) => BigInt(v as number);
    if (from.root === 'BIGINT' || from.root === 'INTERVAL_DAY_TIME') return (v) => v;
    if (from.root === 'FLOAT' || from.root === 'DOUBLE') return (v) => doubleToLong(v as number);
    if (from.root === 'DECIMAL') return (v) => decimalToLong(v as bigint, from.scale);
    if (isText(from)) return (v) => parseIntegral(v as string, -9223372036854775808n, 9223372036854775807n);
    return undefined;
  }
  const { min, max, of } = NARROW[root];
  if (from.root === 'BOOLEAN') return (v) => (v ? 1 : 0);
  if (INTS.has(from.root) || from.root === 'INTERVAL_YEAR_MONTH') return (v) => of(v as number);
  if (from.root === 'BIGINT' || from.root === 'INTERVAL_DAY_TIME') {
    return (v) => of(Number(BigInt.asIntN(32, v as bigint)));
  }
  if (from.root === 'FLOAT' || from.root === 'DOUBLE') return (v) => of(doubleToInt(v as number));
  if (from.root === 'DECIMAL') {
    return (v) => of(Number(BigInt.asIntN(32, decimalToLong(v as bigint, from.scale))));
  }
  if (isText(from)) return (v) => Number(parseIntegral(v as string, min, max));
  return undefined;
}

function toFloating(from: LogicalType, single: boolean): Caster | undefined {
  const round = single ? Math.fround : (v: number) => v;
  if (from.root === 'BOOLEAN') return (v) => (v ? 1 : 0);
  if (INTS.has(from.root)) return (v) => round(v as number);
  if (from.root === 'BIGINT') return (v) => round(Number(v as bigint));
  if (from.root === 'FLOAT' || from.root === 'DOUBLE') return (v) => round(v as number);
  if (from.root === 'DECIMAL') return (v) => round(decimalToDouble(v as bigint, from.scale));
  if (isText(from)) return single ? (v) => parseFloat32(v as string) : (v) => parseDouble(v as string);
  return undefined;
}

function toDecimalOf(from: LogicalType, precision: number, scale: number): Caster | undefined {
  if (from.root === 'BOOLEAN') return (v) => fitDecimal(v ? pow10(scale) : 0n, precision);
  if (INTS.has(from.root)) return (v) => fitDecimal(BigInt(v as number) * pow10(scale), precision);
  if (from.root === 'BIGINT') return (v) => fitDecimal((v as bigint) * pow10(scale), precision);
  if (from.root === 'DECIMAL') {
    const { scale: at, precision: had } = from;
    if (at === scale && had <= precision) return (v) => v;
    return (v) => toDecimal(v as bigint, at, precision, scale);
  }
  if (from.root === 'FLOAT' || from.root === 'DOUBLE') {
    return (v) => {
      if (!Number.isFinite(v as number)) throw new FlinkFault('NumberFormatException', 'Infinite or NaN');
      const { unscaled, scale: at } = doubleToDecimal(v as number);
      return toDecimal(unscaled, at, precision, scale);
    };
  }
  if (isText(from)) return (v) => parseDecimalText(v as string, precision, scale);
  return undefined;
}

/** The first `length` code points. */
export function truncateText(text: string, length: number): string {
  if (text.length <= length) return text;
  let at = 0;
  for (let n = 0; n < length && at < text.length; n++) at += codeUnits(text, at);
  return text.slice(0, at);
}

const codeUnits = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= text.length) return 1;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
};

const HIGH_SURROGATE = /[\ud800-\udbff]/;

/** Number of code points. */
export function textLength(text: string): number {
  if (!HIGH_SURROGATE.test(text)) return text.length;
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    if (codeUnits(text, i) === 2) {
      n--;
      i++;
    }
  }
  return n;
}

/** Blanks up to `length` code points, and no more than these. */
export function fitChar(text: string, length: number): string {
  const n = textLength(text);
  if (n === length) return text;
  return n < length ? text + ' '.repeat(length - n) : truncateText(text, length);
}

function toText(from: LogicalType, length: number, fixed: boolean, env: ExprEnv): Caster | undefined {
  if (from.root === 'RAW' || from.root === 'DESCRIPTOR') return undefined;
  const text = textOf(from, env, false);
  if (fixed) return (v) => fitChar(text(v), length);
  if (length === MAX_LENGTH || (from.root === 'VARCHAR' && from.length <= length)) return text;
  return (v) => truncateText(text(v), length);
}

const utf8 = new TextEncoder();

function toBytes(from: LogicalType, length: number, fixed: boolean): Caster | undefined {
  const cut = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length > length) return bytes.slice(0, length);
    if (!fixed || bytes.length === length) return bytes;
    const padded = new Uint8Array(length);
    padded.set(bytes);
    return padded;
  };
  if (isText(from)) return (v) => cut(utf8.encode(v as string));
  if (from.root === 'BINARY' || from.root === 'VARBINARY') return (v) => cut(v as Uint8Array);
  return undefined;
}

/** Java's `(int) (ms / day)`: towards zero, so times before 1970 fall on the next day. */
export const truncatedDay = (ms: number): number => Math.trunc(ms / MILLIS_PER_DAY) | 0;

function toDate(from: LogicalType, env: ExprEnv): Caster | undefined {
  if (from.root === 'DATE') return (v) => v;
  if (from.root === 'TIMESTAMP_WITHOUT_TIME_ZONE') return (v) => truncatedDay((v as TimestampValue).ms);
  if (from.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE') {
    const zone = zoneOf(env.zone);
    return (v) => Math.floor(((v as TimestampValue).ms + zone.offsetAt((v as TimestampValue).ms)) / MILLIS_PER_DAY);
  }
  if (isText(from)) {
    return (v) => {
      const day = parseDate(v as string);
      if (day === undefined) throw badDate(v as string);
      return day;
    };
  }
  return undefined;
}

function toTime(from: LogicalType, env: ExprEnv): Caster | undefined {
  if (from.root === 'TIME_WITHOUT_TIME_ZONE') return (v) => v;
  if (from.root === 'TIMESTAMP_WITHOUT_TIME_ZONE') return (v) => ((v as TimestampValue).ms % MILLIS_PER_DAY) | 0;
  if (from.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE') {
    const zone = zoneOf(env.zone);
    return (v) => {
      const local = (v as TimestampValue).ms + zone.offsetAt((v as TimestampValue).ms);
      return local - Math.floor(local / MILLIS_PER_DAY) * MILLIS_PER_DAY;
    };
  }
  if (isText(from)) {
    return (v) => {
      const time = parseTime(v as string);
      if (time === undefined) throw badTime(v as string);
      return time;
    };
  }
  return undefined;
}

/**
 * Digits past the precision cut off, towards zero. Follows DateTimeUtils.truncate, which leaves a value as it is when its nanoseconds,
 * written without leading zeros, have no more digits than the precision: five nanoseconds stay five.
 */
export function truncateTimestamp(value: TimestampValue, precision: number): TimestampValue {
  if (precision >= 9) return value;
  const nanosOfSecond = (((value.ms % 1000) + 1000) % 1000) * 1_000_000 + value.nanos;
  if (nanosOfSecond < 10 ** precision && precision > 0) return value;
  if (precision <= 3) {
    const unit = 10 ** (3 - precision);
    const ms = unit === 1 ? value.ms : Math.trunc(value.ms / unit) * unit;
    return ms === value.ms && value.nanos === 0 ? value : { ms: ms + 0, nanos: 0 };
  }
  const unit = 10 ** (9 - precision);
  const nanos = value.nanos - (value.nanos % unit);
  return nanos === value.nanos ? value : { ms: value.ms, nanos };
}

function toTimestamp(from: LogicalType, precision: number, local: boolean, env: ExprEnv): Caster | undefined {
  const zone = zoneOf(env.zone);
  const toInstant = (value: TimestampValue): TimestampValue =>
    local ? { ms: zone.toUtc(value.ms), nanos: value.nanos } : value;
  switch (from.root) {
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      if (!local && from.precision <= precision) return (v) => v;
      return (v) => toInstant(truncateTimestamp(v as TimestampValue, precision));
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      if (local)
        return from.precision <= precision ? (v) => v : (v) => truncateTimestamp(v as TimestampValue, precision);
      return (v) => {
        const { ms, nanos } = v as TimestampValue;
        return truncateTimestamp({ ms: ms + zone.offsetAt(ms), nanos }, precision);
      };
    }
    case 'DATE':
      return (v) => toInstant({ ms: (v as number) * MILLIS_PER_DAY, nanos: 0 });
    case 'TIME_WITHOUT_TIME_ZONE':
      return (v) => toInstant(truncateTimestamp({ ms: v as number, nanos: 0 }, precision));
    case 'CHAR':
    case 'VARCHAR':
      return (v) => toInstant(truncateTimestamp(parseTimestampText(v as string), precision));
    default:
      return undefined;
  }
}

function toMonths(from: LogicalType): Caster | undefined {
  if (INTS.has(from.root) || from.root === 'INTERVAL_YEAR_MONTH') return (v) => v;
  if (from.root === 'BIGINT') return (v) => Number(BigInt.asIntN(32, v as bigint));
  if (from.root === 'DECIMAL') return (v) => Number(BigInt.asIntN(32, decimalToLong(v as bigint, from.scale)));
  return undefined;
}

function toMillis(from: LogicalType): Caster | undefined {
  if (INTS.has(from.root)) return (v) => BigInt(v as number);
  if (from.root === 'BIGINT' || from.root === 'INTERVAL_DAY_TIME') return (v) => v;
  if (from.root === 'DECIMAL') return (v) => decimalToLong(v as bigint, from.scale);
  return undefined;
}

function eachOf(element: Caster): Caster {
  const each = nullable(element);
  return (v) => (v as readonly Value[]).map(each);
}

function toMap(
  from: { readonly key: LogicalType; readonly value: LogicalType },
  to: { readonly key: LogicalType; readonly value: LogicalType },
  env: ExprEnv,
): Caster {
  const key = nullable(castFunction(from.key, to.key, env));
  const value = nullable(castFunction(from.value, to.value, env));
  // The rule fills a java.util.HashMap, so entries come in hash order and equal keys once.
  return (v) => {
    const map = v as MapValue;
    return murmurOrder(map.keys.map(key), map.values.map(value), to.key);
  };
}

function toMultiset(element: Caster): Caster {
  const each = nullable(element);
  return (v) => ({ keys: (v as MapValue).keys.map(each), values: (v as MapValue).values });
}

/** Scale that a numeric operand brings to DECIMAL arithmetic. */
export { scaleOf };
