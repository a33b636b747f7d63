import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault, validation } from '../../errors.ts';
import { booleanOption, durationOption, type Options } from '../options.ts';
import { intOption, longOption, numberOption } from './field-options.ts';
import type { Generator } from './generators.ts';

/** Random numbers in [0, 1). */
export type Rng = () => number;

const HEX = '0123456789abcdef';
const LIMITS: Partial<Record<LogicalType['root'], [number, number]>> = {
  TINYINT: [-128, 127],
  SMALLINT: [-32768, 32767],
  INTEGER: [-2147483648, 2147483647],
};
const BITS: Partial<Record<LogicalType['root'], number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32 };

/** Numbers of a multiset's elements are between none and this (RandomGeneratorVisitor). */
const MOST_OF_AN_ELEMENT = 10;

type Make = (now: number) => Value;

/** What a field is made of: values, and the options that are known below its name. */
interface Made {
  readonly make: Make;
  /** Own options, without the prefix; `null-rate` is one of them where values may be missing. */
  readonly own: readonly string[];
  /** Options of the parts, whole. */
  readonly parts?: readonly string[];
}

/** Random values of a type; parts of nested types have options below its own prefix (RandomGeneratorVisitor). */
export function randomGenerator(type: LogicalType, options: Options, prefix: string, rng: Rng): Generator {
  const { make, own, parts = [] } = made(type, options, prefix, rng);
  const rate = own.includes('null-rate') ? (numberOption(options, `${prefix}.null-rate`) ?? 0) : 0;
  return {
    count: undefined,
    next: rate > 0 ? (now) => (rng() < rate ? null : make(now)) : make,
    options: [...own.map((key) => `${prefix}.${key}`), ...parts],
  };
}

const NUMBER = ['min', 'max', 'null-rate'];

function made(type: LogicalType, options: Options, prefix: string, rng: Rng): Made {
  switch (type.root) {
    case 'BOOLEAN':
      return { make: () => rng() < 0.5, own: ['null-rate'] };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return { make: integers(type, options, prefix, rng), own: NUMBER };
    case 'BIGINT':
      return { make: longs(options, prefix, rng), own: NUMBER };
    case 'FLOAT':
    case 'DOUBLE':
      return { make: floats(type, options, prefix, rng), own: NUMBER };
    case 'DECIMAL':
      return { make: decimals(type, options, prefix, rng), own: NUMBER };
    case 'CHAR':
      return { make: texts(rng, () => type.length), own: ['null-rate'] };
    case 'VARCHAR':
      return { make: texts(rng, lengths(type.length, options, prefix, rng)), own: ['length', 'var-len', 'null-rate'] };
    case 'BINARY':
      return { make: bytes(rng, () => type.length), own: [] };
    case 'VARBINARY':
      return { make: bytes(rng, lengths(type.length, options, prefix, rng)), own: ['length', 'var-len'] };
    case 'DATE':
      return { make: (now) => Math.floor(now / 86_400_000), own: [] };
    case 'TIME_WITHOUT_TIME_ZONE':
      return { make: (now) => now % 86_400_000, own: [] };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const past = durationOption(options, `${prefix}.max-past`) ?? 0;
      const make: Make = (now) => ({ ms: now - Math.floor(rng() * (past + 1)), nanos: 0 });
      return { make, own: ['max-past', 'null-rate'] };
    }
    case 'INTERVAL_YEAR_MONTH':
      return { make: () => Math.floor(rng() * 120_000), own: NUMBER };
    case 'INTERVAL_DAY_TIME':
      return { make: () => BigInt(Math.floor(rng() * 2 ** 40)), own: NUMBER };
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
      return collection(type, options, prefix, rng);
    case 'ROW': {
      const parts = type.fields.map((f) => randomGenerator(f.type, options, `${prefix}.${f.name}`, rng));
      const make: Make = (now) => parts.map((part) => part.next(now));
      return { make, own: ['null-rate'], parts: parts.flatMap((part) => part.options) };
    }
    default:
      throw validation(`Unsupported type: ${asSummaryString(type)}`);
  }
}

function collection(
  type: LogicalType & { root: 'ARRAY' | 'MULTISET' | 'MAP' },
  options: Options,
  prefix: string,
  rng: Rng,
): Made {
  const length = intOption(options, `${prefix}.length`) ?? 3;
  const own = ['length', 'null-rate'];
  const times = (next: Make, now: number): Value[] => {
    if (length < 0) throw new FlinkFault('NegativeArraySizeException', String(length));
    return Array.from({ length }, () => next(now));
  };
  if (type.root === 'MAP') {
    const key = randomGenerator(type.key, options, `${prefix}.key`, rng);
    const value = randomGenerator(type.value, options, `${prefix}.value`, rng);
    return {
      make: (now) => unlike(times(key.next, now), times(value.next, now)),
      own,
      parts: [...key.options, ...value.options],
    };
  }
  const element = randomGenerator(type.element, options, `${prefix}.element`, rng);
  const count = () => Math.floor(rng() * (MOST_OF_AN_ELEMENT + 1));
  const make: Make =
    type.root === 'ARRAY'
      ? (now) => times(element.next, now)
      : (now) => unlike(times(element.next, now), times(count, now));
  return { make, own, parts: element.options };
}

/** A map of these keys: of equal ones the last value stays, in the place of the first. */
function unlike(keys: Value[], values: Value[]): Value {
  const found = new Map<unknown, [Value, Value]>();
  for (const [i, key] of keys.entries()) {
    const name = key !== null && typeof key === 'object' ? JSON.stringify(key, plain) : key;
    found.set(name, [found.get(name)?.[0] ?? key, values[i] ?? null]);
  }
  const entries = [...found.values()];
  return { keys: entries.map(([key]) => key), values: entries.map(([, value]) => value) };
}

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

/** Commons Math says so of each draw, not of the options. */
function outOfOrder(min: number | bigint, max: number | bigint): never {
  throw new FlinkFault(
    'NumberIsTooLargeException',
    `lower bound (${min}) must be strictly less than upper bound (${max})`,
  );
}

function integers(type: LogicalType, options: Options, prefix: string, rng: Rng): Make {
  const [low, high] = LIMITS[type.root] as [number, number];
  const min = intOption(options, `${prefix}.min`) ?? low;
  const max = intOption(options, `${prefix}.max`) ?? high;
  if (min > max) return () => outOfOrder(min, max);
  const bits = BITS[type.root] as number;
  if (min >= low && max <= high) return () => min + Math.floor(rng() * (max - min + 1));
  return () => Number(BigInt.asIntN(bits, BigInt(min + Math.floor(rng() * (max - min + 1)))));
}

function longs(options: Options, prefix: string, rng: Rng): Make {
  const min = longOption(options, `${prefix}.min`) ?? -(2n ** 63n);
  const max = longOption(options, `${prefix}.max`) ?? 2n ** 63n - 1n;
  if (min > max) return () => outOfOrder(min, max);
  const span = max - min + 1n;
  return () => min + (((BigInt(Math.floor(rng() * 2 ** 32)) << 32n) | BigInt(Math.floor(rng() * 2 ** 32))) % span);
}

function floats(type: LogicalType, options: Options, prefix: string, rng: Rng): Make {
  // Flink's least value by default is Java's MIN_VALUE, the smallest positive number.
  const limit = type.root === 'FLOAT' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const min = numberOption(options, `${prefix}.min`) ?? 0;
  const max = numberOption(options, `${prefix}.max`) ?? limit;
  if (min >= max) return () => outOfOrder(min, max);
  const round = type.root === 'FLOAT' ? Math.fround : (v: number) => v;
  return () => {
    const r = rng();
    return round(min * (1 - r) + max * r);
  };
}

function decimals(type: LogicalType & { root: 'DECIMAL' }, options: Options, prefix: string, rng: Rng): Make {
  const min = numberOption(options, `${prefix}.min`) ?? 0;
  const max = numberOption(options, `${prefix}.max`) ?? 10 ** (type.precision - type.scale);
  if (min >= max) {
    const [low, high] = [min.toFixed(6), max.toFixed(6)];
    throw new FlinkFault('IllegalStateException', `min bound must be less than max [${low}, ${high}]`);
  }
  const scale = 10 ** Math.min(type.scale, 15);
  const rest = 10n ** BigInt(type.scale - Math.min(type.scale, 15));
  return () => BigInt(Math.trunc((min + rng() * (max - min)) * scale)) * rest;
}

/** Lengths of texts and bytes: always the same, or with `var-len` from 1 to one less (Random.nextInt with bounds). */
function lengths(most: number, options: Options, prefix: string, rng: Rng): () => number {
  const length = intOption(options, `${prefix}.length`) ?? (most < 2147483647 ? most : 100);
  if (!booleanOption(options, `${prefix}.var-len`, false)) return () => length;
  return () => {
    if (length <= 1) throw new FlinkFault('IllegalArgumentException', 'bound must be greater than origin');
    return 1 + Math.floor(rng() * (length - 1));
  };
}

function texts(rng: Rng, length: () => number): Make {
  return () => {
    const n = length();
    if (n <= 0) throw new FlinkFault('NotStrictlyPositiveException', `length (${n})`);
    let out = '';
    for (let i = 0; i < n; i++) out += HEX[Math.floor(rng() * 16)];
    return out;
  };
}

function bytes(rng: Rng, length: () => number): Make {
  return () => {
    const n = length();
    if (n < 0) throw new FlinkFault('NegativeArraySizeException', String(n));
    return Uint8Array.from({ length: n }, () => Math.floor(rng() * 256));
  };
}
