import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { toDouble } from './compare.ts';
import { ceilDecimal, divideHalfUp, doubleToDecimal, fitDecimal, floorDecimal, pow10, toDecimal } from './decimal.ts';
import { bound, type CallSite, type Evaluate, type FunctionImpl, type FunctionTable, plain, volatile } from './impl.ts';
import { doubleToLong } from './integers.ts';
import { cos, exp, log, log10, pow, sin, tan } from './java/exact-math.ts';
import { JavaRandom } from './java/random.ts';
import { temporalRounding } from './temporal-rounding.ts';

/** A function of doubles; arguments of other numeric types are converted. */
const ofDoubles = (compute: (...x: number[]) => number): FunctionImpl =>
  bound((site) => {
    const convert = site.operandTypes.map((type) => toDouble(type));
    const [c0, c1] = convert;
    if (site.operandTypes.every((type) => type.root === 'DOUBLE')) return compute as Evaluate;
    if (convert.length === 1) return (x: Value) => compute((c0 as (v: Value) => number)(x));
    return (x: Value, y: Value) => compute((c0 as (v: Value) => number)(x), (c1 as (v: Value) => number)(y));
  });

/** Java's fdlibm and V8's agree, but for e itself, which V8 corrected. */
const cosh = (x: number): number => (Math.abs(x) === 1 ? 1.543080634815244 : Math.cosh(x));

const kindOf = (type: LogicalType): 'int' | 'long' | 'decimal' | 'double' | 'float' | undefined => {
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'INTERVAL_YEAR_MONTH':
      return 'int';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return 'long';
    case 'DECIMAL':
      return 'decimal';
    case 'FLOAT':
      return 'float';
    case 'DOUBLE':
      return 'double';
    default:
      return undefined;
  }
};

const scaleOf = (type: LogicalType | undefined): number => (type?.root === 'DECIMAL' ? type.scale : 0);
const precisionOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.precision : 38);
const first = (site: CallSite): LogicalType => site.operandTypes[0] as LogicalType;

/** Wraps an int result to the narrow type it must have. */
function wrapper(type: LogicalType): (x: number) => number {
  if (type.root === 'TINYINT') return (x) => (x << 24) >> 24;
  if (type.root === 'SMALLINT') return (x) => (x << 16) >> 16;
  return (x) => x | 0;
}

const abs = bound((site) => {
  switch (kindOf(first(site))) {
    case 'int': {
      const wrap = wrapper(first(site));
      return (x: number) => wrap(x < 0 ? -x : x);
    }
    case 'long':
      return (x: bigint) => (x < 0n ? BigInt.asIntN(64, -x) : x);
    case 'decimal':
      return (x: bigint) => (x < 0n ? -x : x);
    default:
      return (x: number) => Math.abs(x);
  }
});

const sign = bound((site) => {
  switch (kindOf(first(site))) {
    case 'long':
      return (x: bigint) => (x > 0n ? 1n : x < 0n ? -1n : 0n);
    case 'decimal': {
      const unit = pow10(scaleOf(first(site)));
      return (x: bigint) => (x > 0n ? unit : x < 0n ? -unit : 0n);
    }
    default:
      return (x: number) => Math.sign(x);
  }
});

/** CEIL and FLOOR of numbers, and of times where a unit is given. */
const integral = (up: boolean): FunctionImpl =>
  bound((site) => {
    if (site.operandTypes.length > 1) return temporalRounding(site, up);
    const type = first(site);
    switch (kindOf(type)) {
      case 'decimal': {
        const { scale } = type as { scale: number };
        const precision = precisionOf(site.type);
        return up
          ? (x: bigint) => fitDecimal(ceilDecimal(x, scale), precision)
          : (x: bigint) => fitDecimal(floorDecimal(x, scale), precision);
      }
      case 'double':
      case 'float':
        return up ? (x: number) => Math.ceil(x) : (x: number) => Math.floor(x);
      case undefined:
        throw new FlinkFault('CodeGenException', `Unsupported call: ${site.fn}(${type.root})`);
      default:
        return (x: Value) => x;
    }
  });

/** Rounds an exact number at `digits` fraction digits (negative: before the point), HALF_UP or towards zero. */
function roundExact(unscaled: bigint, scale: number, digits: number, truncate: boolean): bigint {
  if (digits >= scale) return unscaled;
  if (scale - digits > 60) return 0n;
  const unit = pow10(scale - digits);
  return (truncate ? unscaled / unit : divideHalfUp(unscaled, unit)) * unit;
}

function notFinite(x: number): FlinkFault {
  const letter = Number.isNaN(x) ? 'N' : 'I';
  return new FlinkFault(
    'NumberFormatException',
    `Character ${letter} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`,
  );
}

/** SqlFunctionUtils.sround and struncate: doubles are rounded in decimal (BigDecimal.valueOf). */
const rounding = (truncate: boolean): FunctionImpl =>
  bound((site) => {
    const type = first(site);
    switch (kindOf(type)) {
      case 'int': {
        const wrap = wrapper(type);
        return (x: number, digits = 0) => wrap(Number(BigInt.asIntN(32, roundExact(BigInt(x), 0, digits, truncate))));
      }
      case 'long':
        return (x: bigint, digits = 0) => BigInt.asIntN(64, roundExact(x, 0, digits, truncate));
      case 'decimal': {
        const [from, to, precision] = [scaleOf(type), scaleOf(site.type), precisionOf(site.type)];
        // The result's scale is that of a constant number of digits. Else it is that of the argument, and Flink writes the digits of
        // the rounded number, whatever its own scale, in it.
        if (site.operandTypes.length > 1 && site.literal(1) === undefined) {
          return (x: bigint, digits: number) => {
            if (digits >= from) return x;
            const rounded = roundExact(x, from, digits, truncate);
            return rounded / pow10(from - Math.max(0, digits));
          };
        }
        return (x: bigint, digits = 0) => toDecimal(roundExact(x, from, digits, truncate), from, precision, to);
      }
      default: {
        const single = type.root === 'FLOAT';
        return (x: number, digits = 0) => {
          if (!Number.isFinite(x)) throw notFinite(x);
          // A float is widened to the double it is before it is cut; ROUND of a FLOAT takes the exact binary value.
          const { unscaled, scale } = doubleToDecimal(x);
          if (scale <= digits) return x;
          const rounded = roundExact(unscaled, scale, digits, truncate);
          const text = `${rounded}e-${scale}`;
          return single ? Math.fround(Number(text)) : Number(text);
        };
      }
    }
  });

const toBigInt = (type: LogicalType): ((x: Value) => bigint) =>
  type.root === 'DECIMAL'
    ? (x) => (x as bigint) / pow10(type.scale)
    : kindOf(type) === 'double' || kindOf(type) === 'float'
      ? (x) => doubleToLong(x as number)
      : (x) => BigInt(x as number);

const unsignedDigits = (radix: number): FunctionImpl =>
  bound((site) => {
    const type = first(site);
    if (type.root === 'CHAR' || type.root === 'VARCHAR') {
      return (x: string) => Buffer.from(x, 'utf8').toString('hex').toUpperCase();
    }
    if (type.root === 'BINARY' || type.root === 'VARBINARY') {
      return (x: Uint8Array) => Buffer.from(x).toString('hex').toUpperCase();
    }
    const read = toBigInt(type);
    return (x: Value) => BigInt.asUintN(64, read(x)).toString(radix).toUpperCase();
  });

const rand = volatile((site) => {
  const seed = site.literal(0);
  if (seed !== undefined && seed !== null) {
    const random = new JavaRandom(BigInt(seed as number));
    return () => random.nextDouble();
  }
  if (site.operandTypes.length > 0) {
    let random: JavaRandom | undefined;
    return (value: number) => {
      random ??= new JavaRandom(BigInt(value));
      return random.nextDouble();
    };
  }
  if (site.env.seed !== undefined) {
    const random = new JavaRandom(BigInt(site.env.seed));
    return () => random.nextDouble();
  }
  return () => Math.random();
});

const randInteger = volatile((site) => {
  const env = site.env.seed;
  let random: JavaRandom | undefined;
  const next = (seed: number | undefined, limit: number): number => {
    if (limit <= 0) throw new FlinkFault('IllegalArgumentException', 'bound must be positive');
    if (seed === undefined && env === undefined) return Math.floor(Math.random() * limit);
    random ??= new JavaRandom(BigInt(seed ?? (env as number)));
    return random.nextInt(limit);
  };
  return site.operandTypes.length > 1
    ? (seed: number, limit: number) => next(seed, limit)
    : (limit: number) => next(undefined, limit);
});

/** Arithmetic and mathematics beyond the operators. */
export const numericFunctions: FunctionTable = {
  ABS: abs,
  SIGN: sign,
  CEIL: integral(true),
  CEILING: integral(true),
  FLOOR: integral(false),
  ROUND: rounding(false),
  TRUNCATE: rounding(true),
  POWER: ofDoubles(pow),
  // The power of one half: of -0.0 it is 0.0.
  SQRT: ofDoubles((x) => (x === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.sqrt(x) + 0)),
  EXP: ofDoubles(exp),
  LN: ofDoubles(log),
  LOG10: ofDoubles(log10),
  LOG2: ofDoubles((x) => log(x) / Math.LN2),
  LOG: ofDoubles((...x) => {
    const [a, b] = x as [number, number | undefined];
    return b === undefined ? log(a) : log(b) / log(a);
  }),
  SIN: ofDoubles(sin),
  COS: ofDoubles(cos),
  TAN: ofDoubles(tan),
  COT: ofDoubles((x) => 1 / tan(x)),
  ASIN: ofDoubles(Math.asin),
  ACOS: ofDoubles(Math.acos),
  ATAN: ofDoubles(Math.atan),
  ATAN2: ofDoubles((...x) => Math.atan2(x[0] as number, x[1] as number)),
  SINH: ofDoubles(Math.sinh),
  COSH: ofDoubles(cosh),
  TANH: ofDoubles(Math.tanh),
  DEGREES: ofDoubles((x) => x * (180 / Math.PI)),
  RADIANS: ofDoubles((x) => x * (Math.PI / 180)),
  E: plain(() => Math.E),
  PI: plain(() => Math.PI),
  BIN: unsignedDigits(2),
  HEX: unsignedDigits(16),
  RAND: rand,
  RAND_INTEGER: randInteger,
  UUID: volatile(() => () => crypto.randomUUID()),
};
