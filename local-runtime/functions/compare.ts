import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { canonical } from '../state/canonical.ts';
import { decimalToDouble, pow10 } from './decimal.ts';

export type Comparator = (left: Value, right: Value) => number;

const INTS = new Set(['TINYINT', 'SMALLINT', 'INTEGER']);
const isNumber = (type: LogicalType): boolean =>
  INTS.has(type.root) || ['BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'].includes(type.root);
const isFloating = (type: LogicalType): boolean => type.root === 'FLOAT' || type.root === 'DOUBLE';

/**
 * Order of non-null values of two types, as generated code compares them: numbers by value, text by UTF-16
 * units (as BinaryStringData compares while it holds Java strings), binary by unsigned bytes; NaN compares as nothing (the result is NaN). Undefined for types without order.
 */
export function comparable(left: LogicalType, right: LogicalType): Comparator | undefined {
  if (isNumber(left) && isNumber(right)) {
    if (isFloating(left) || isFloating(right)) {
      const a = toDouble(left);
      const b = toDouble(right);
      return (x, y) => {
        const [p, q] = [a(x), b(y)];
        return p < q ? -1 : p > q ? 1 : p === q ? 0 : Number.NaN;
      };
    }
    const scale = Math.max(scaleOf(left), scaleOf(right));
    const [ka, kb] = [pow10(scale - scaleOf(left)), pow10(scale - scaleOf(right))];
    return (x, y) => {
      const [p, q] = [BigInt(x as number) * ka, BigInt(y as number) * kb];
      return p < q ? -1 : p > q ? 1 : 0;
    };
  }
  switch (left.root) {
    case 'CHAR':
    case 'VARCHAR':
      return (x, y) => ((x as string) < (y as string) ? -1 : (x as string) > (y as string) ? 1 : 0);
    case 'BOOLEAN':
      return (x, y) => Number(x) - Number(y);
    case 'BINARY':
    case 'VARBINARY':
      return (x, y) => compareBytes(x as Uint8Array, y as Uint8Array);
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
      return (x, y) => (x as number) - (y as number);
    case 'INTERVAL_DAY_TIME':
      return (x, y) => ((x as bigint) < (y as bigint) ? -1 : (x as bigint) > (y as bigint) ? 1 : 0);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (x, y) => {
        const [p, q] = [x as TimestampValue, y as TimestampValue];
        return p.ms - q.ms || p.nanos - q.nanos;
      };
    default:
      return undefined;
  }
}

const scaleOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.scale : 0);

/** A number of any type as a double. */
export function toDouble(type: LogicalType): (value: Value) => number {
  if (type.root === 'DECIMAL') return (value) => decimalToDouble(value as bigint, type.scale);
  return Number;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

/** Equality of non-null values. */
export type Equality = (left: Value, right: Value) => boolean;

/** `=` on non-null values of two types. Rows, arrays and maps hold equal NULLs (generated record equalisers). */
export function equality(left: LogicalType, right: LogicalType): Equality {
  if (left.root === 'ROW' && right.root === 'ROW') {
    const fields = left.fields.map((field, i) => sameOrNull(field.type, right.fields[i]?.type ?? field.type));
    return (x, y) => {
      const [p, q] = [x as readonly Value[], y as readonly Value[]];
      return fields.every((same, i) => same(p[i] as Value, q[i] as Value));
    };
  }
  if (left.root === 'ARRAY' && right.root === 'ARRAY') {
    const element = sameOrNull(left.element, right.element);
    return (x, y) => {
      const [p, q] = [x as readonly Value[], y as readonly Value[]];
      return p.length === q.length && p.every((value, i) => element(value, q[i] as Value));
    };
  }
  if (left.root === 'MAP' && right.root === 'MAP') {
    const value = sameOrNull(left.value, right.value);
    return (x, y) => {
      const [p, q] = [x as MapValue, y as MapValue];
      if (p.keys.length !== q.keys.length) return false;
      const index = new Map(q.keys.map((key, i) => [canonical(key), q.values[i] as Value]));
      return p.keys.every((key, i) => {
        const id = canonical(key);
        return index.has(id) && value(p.values[i] as Value, index.get(id) as Value);
      });
    };
  }
  const compare = comparable(left, right);
  return compare ? (x, y) => compare(x, y) === 0 : (x, y) => canonical(x) === canonical(y);
}

/** Equality inside collections: two NULLs are equal. */
export function sameOrNull(left: LogicalType, right: LogicalType): (x: Value, y: Value) => boolean {
  const equal = equality(left, right);
  return (x, y) => (x === null || y === null ? x === y : equal(x, y));
}

/** A comparison of exact decimals at any scale. */
export function compareExact(
  fn: string,
  a: { readonly unscaled: bigint; readonly scale: number },
  b: { readonly unscaled: bigint; readonly scale: number },
): boolean {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [a.unscaled * pow10(scale - a.scale), b.unscaled * pow10(scale - b.scale)];
  switch (fn) {
    case '=':
      return x === y;
    case '<>':
      return x !== y;
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    default:
      return x >= y;
  }
}
