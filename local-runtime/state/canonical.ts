import type { MapValue, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';

/**
 * Text that two values share exactly when Flink's state treats them as one key (equality of BinaryRowData): 0.0 and -0.0
 * differ, NaN equals NaN, maps are equal as sets of entries.
 */
export function canonical(value: Value): string {
  if (value === null) return 'N';
  switch (typeof value) {
    case 'boolean':
      return value ? 'T' : 'F';
    case 'number':
      return Object.is(value, -0) ? 'd-0' : `d${value}`;
    case 'bigint':
      return `l${value}`;
    case 'string':
      return `s${value.length}:${value}`;
    default:
      break;
  }
  if (value instanceof Uint8Array) {
    let text = `b${value.length}:`;
    for (const byte of value) text += String.fromCharCode(byte);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isTimestamp(value as TimestampValue | MapValue)) {
    const t = value as TimestampValue;
    return `t${t.ms}.${t.nanos}`;
  }
  const map = value as MapValue;
  const entries = map.keys.map((key, i) => `${canonical(key)}=${canonical(map.values[i] as Value)}`);
  return `{${entries.sort().join(',')}}`;
}

function isTimestamp(value: TimestampValue | MapValue): value is TimestampValue {
  return 'ms' in value;
}

/** Equality as Java's `equals` and `==` in generated equalisers have it: 0.0 == -0.0, NaN differs from itself at top level. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  return canonical(a) === canonical(b);
}

/**
 * Order of two non-null values of one type, as Flink's generated comparators have it: text and binary by unsigned bytes
 * (code points for text), booleans false first, NaN greatest.
 */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string') return compareText(a, b as string);
  if (typeof a === 'boolean') return Number(a) - Number(b as boolean);
  if (typeof a === 'number') return compareNumbers(a, b as number);
  if (typeof a === 'bigint') return a < (b as bigint) ? -1 : a > (b as bigint) ? 1 : 0;
  if (a instanceof Uint8Array) {
    const y = b as Uint8Array;
    const n = Math.min(a.length, y.length);
    for (let i = 0; i < n; i++) if (a[i] !== y[i]) return (a[i] as number) - (y[i] as number);
    return a.length - y.length;
  }
  if (Array.isArray(a)) {
    const y = b as readonly Value[];
    const n = Math.min(a.length, y.length);
    for (let i = 0; i < n; i++) {
      const order = compareNullable(a[i] as Value, y[i] as Value);
      if (order !== 0) return order;
    }
    return a.length - y.length;
  }
  if (isTimestamp(a as TimestampValue | MapValue)) {
    const x = a as TimestampValue;
    const y = b as TimestampValue;
    return x.ms - y.ms || x.nanos - y.nanos;
  }
  const x = canonical(a);
  const y = canonical(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Order of two numbers, NaN greatest. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
}

function compareNullable(a: Value, b: Value): number {
  if (a === null) return b === null ? 0 : -1;
  return b === null ? 1 : compareValues(a, b);
}

/** UTF-8 byte order: that of code points, which differs from UTF-16 order only where surrogates meet U+E000..U+FFFF. */
export function compareText(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
