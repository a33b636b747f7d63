/**
 * exp, log, log10, pow, sin, cos and tan rounded correctly, which is what the JVM's intrinsics give (they err by little more than half
 * a unit in the last place) and V8's functions often miss by one unit. Values are sums of two doubles, good for about 100 bits.
 */

/** hi + lo, lo below half a unit in the last place of hi. */
interface Pair {
  readonly hi: number;
  readonly lo: number;
}

const SPLITTER = 134_217_729;

function sum(a: number, b: number): Pair {
  const hi = a + b;
  const v = hi - a;
  return { hi, lo: a - (hi - v) + (b - v) };
}

function product(a: number, b: number): Pair {
  const hi = a * b;
  const p = SPLITTER * a;
  const q = SPLITTER * b;
  const a1 = p - (p - a);
  const b1 = q - (q - b);
  const a2 = a - a1;
  const b2 = b - b1;
  return { hi, lo: a1 * b1 - hi + a1 * b2 + a2 * b1 + a2 * b2 };
}

function add(x: Pair, y: Pair): Pair {
  const s = sum(x.hi, y.hi);
  const t = sum(x.lo, y.lo);
  const u = sum(s.hi, s.lo + t.hi);
  return sum(u.hi, u.lo + t.lo);
}

function times(x: Pair, y: Pair): Pair {
  const p = product(x.hi, y.hi);
  return sum(p.hi, p.lo + x.hi * y.lo + x.lo * y.hi);
}

const scaled = (x: Pair, by: number): Pair => ({ hi: x.hi * by, lo: x.lo * by });

function over(x: Pair, y: Pair): Pair {
  const q1 = x.hi / y.hi;
  const r1 = add(x, scaled2(y, -q1));
  const q2 = r1.hi / y.hi;
  const r2 = add(r1, scaled2(y, -q2));
  const q = sum(q1, q2);
  return sum(q.hi, q.lo + r2.hi / y.hi);
}

/** Times a number that is no power of two. */
const scaled2 = (x: Pair, by: number): Pair => {
  const p = product(x.hi, by);
  return sum(p.hi, p.lo + x.lo * by);
};

const pair = (hi: number): Pair => ({ hi, lo: 0 });
const LN2: Pair = { hi: Math.LN2, lo: 2.3190468138462996e-17 };
const LN10: Pair = { hi: Math.LN10, lo: -2.1707562233822494e-16 };
/** π/2 in three parts. */
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;

/** 1/n! as pairs. */
const INVERSE_FACTORIALS: readonly Pair[] = (() => {
  const all = [pair(1)];
  for (let n = 1; n < 30; n++) all.push(over(all[n - 1] as Pair, pair(n)));
  return all;
})();

const HALVINGS = 6;

/** e^x for |x| below 746, without its power of two, which comes beside it. */
function exponential(x: Pair): { value: Pair; power: number } {
  const power = Math.round(x.hi / LN2.hi);
  const rest = scaled(add(x, scaled2(LN2, -power)), 2 ** -HALVINGS);
  // e^rest - 1 by its series, then doubled: (1 + s)² - 1 = 2s + s².
  let s = pair(0);
  for (let n = 12; n >= 1; n--) s = times(rest, add(INVERSE_FACTORIALS[n] as Pair, s));
  for (let n = 0; n < HALVINGS; n++) s = add(scaled(s, 2), times(s, s));
  return { value: add(pair(1), s), power };
}

/** ln of a positive finite number: one step of Newton from V8's, or the series near 1. */
function logarithm(x: number): Pair {
  if (Math.abs(x - 1) < 1 / 64) {
    const z = over(pair(x - 1), sum(x, 1));
    const square = times(z, z);
    let s = pair(0);
    for (let n = 19; n >= 1; n -= 2) s = add(over(pair(1), pair(n)), times(square, s));
    return scaled(times(z, s), 2);
  }
  const guess = Math.log(x);
  const { value, power } = exponential(pair(-guess));
  const ratio = scaled2(scaled(value, 2 ** (power - Math.round(power / 2))), x * 2 ** Math.round(power / 2));
  return add(pair(guess), add(ratio, pair(-1)));
}

/** Math.exp as the JVM's intrinsic has it. */
export function exp(x: number): number {
  const quick = Math.exp(x);
  if (!Number.isFinite(quick) || quick < 1e-300 || x === 0) return quick;
  const { value, power } = exponential(pair(x));
  return value.hi * 2 ** (power >> 1) * 2 ** (power - (power >> 1));
}

const isOrdinary = (x: number): boolean => x > 1e-300 && x < 1e300;

/** Math.log as the JVM's intrinsic has it. */
export const log = (x: number): number => (isOrdinary(x) && x !== 1 ? logarithm(x).hi : Math.log(x));

/** Math.log10 as the JVM's intrinsic has it. */
export const log10 = (x: number): number => (isOrdinary(x) && x !== 1 ? over(logarithm(x), LN10).hi : Math.log10(x));

/** Math.pow as the JVM's intrinsic has it. */
export function pow(x: number, y: number): number {
  const quick = x ** y;
  const size = Math.abs(quick);
  if (!isOrdinary(size) || !isOrdinary(Math.abs(x)) || size === 1 || y === 1) return quick;
  const { value, power } = exponential(scaled2(logarithm(Math.abs(x)), y));
  return Math.sign(quick) * value.hi * 2 ** (power >> 1) * 2 ** (power - (power >> 1));
}

/** Bits behind the point of the π that large angles are divided by. */
const PI_BITS = 1300n;
let knownPi: bigint | undefined;

function arctanInverse(n: bigint, unit: bigint): bigint {
  let term = unit / n;
  let total = term;
  for (let k = 3n; term !== 0n; k += 2n) {
    term = -term / (n * n);
    total += term / k;
  }
  return total;
}

function pi(): bigint {
  const unit = 1n << (PI_BITS + 32n);
  knownPi ??= (4n * (4n * arctanInverse(5n, unit) - arctanInverse(239n, unit))) >> 32n;
  return knownPi;
}

/** An angle as a multiple of π/2 and a rest of at most π/4. */
function reduced(x: number): { quadrant: number; rest: Pair } {
  if (Math.abs(x) < 1e5) {
    const k = Math.round(x / HALF_PI[0]);
    let rest = add(pair(x), { ...negated(product(HALF_PI[0], k)) });
    rest = add(rest, negated(product(HALF_PI[1], k)));
    rest = add(rest, pair(-HALF_PI[2] * k));
    return { quadrant: k & 3, rest };
  }
  // The number is an integer times a power of two.
  let power = Math.floor(Math.log2(Math.abs(x))) - 52;
  let digits = x / 2 ** power;
  if (!Number.isInteger(digits)) {
    power--;
    digits *= 2;
  }
  const shift = PI_BITS + BigInt(power);
  const fixed = BigInt(digits) << shift;
  const half = pi() >> 1n;
  let k = fixed / half;
  let rest = fixed - k * half;
  if (2n * (rest < 0n ? -rest : rest) > half) {
    const step = rest < 0n ? -1n : 1n;
    k += step;
    rest -= step * half;
  }
  return { quadrant: Number(((k % 4n) + 4n) % 4n), rest: fromFixed(rest) };
}

/** A fixed-point number below 1 as a pair: its first 53 bits, then those of what is left. */
function fromFixed(value: bigint): Pair {
  const hi = fixedToDouble(value);
  return sum(hi, fixedToDouble(value - doubleToFixed(hi)));
}

/** Without the last 300 bits, so that the number stays within the range of doubles; no angle comes so near to a multiple of π/2. */
const fixedToDouble = (value: bigint): number => Number(value >> 300n) * 2 ** -1000;

function doubleToFixed(x: number): bigint {
  if (x === 0) return 0n;
  const power = Math.floor(Math.log2(Math.abs(x))) - 53;
  return BigInt(x / 2 ** power) << (PI_BITS + BigInt(power));
}

const negated = (x: Pair): Pair => ({ hi: -x.hi, lo: -x.lo });

function series(x: Pair, first: number): Pair {
  const square = negated(times(x, x));
  let s = pair(0);
  for (let n = 26 + first; n >= first; n -= 2) s = add(INVERSE_FACTORIALS[n] as Pair, times(square, s));
  return first === 1 ? times(x, s) : s;
}

/** sin and cos of an angle of any size, as pairs. */
function sinCos(x: number): { sin: Pair; cos: Pair } {
  const { quadrant, rest } = reduced(x);
  const [s, c] = [series(rest, 1), series(rest, 0)];
  switch (quadrant) {
    case 0:
      return { sin: s, cos: c };
    case 1:
      return { sin: c, cos: negated(s) };
    case 2:
      return { sin: negated(s), cos: negated(c) };
    default:
      return { sin: negated(c), cos: s };
  }
}

const isAngle = (x: number): boolean => Number.isFinite(x) && Math.abs(x) > 1e-8;

/** Math.sin as the JVM's intrinsic has it. */
export const sin = (x: number): number => (isAngle(x) ? sinCos(x).sin.hi : Math.sin(x));

/** Math.cos as the JVM's intrinsic has it. */
export const cos = (x: number): number => (isAngle(x) ? sinCos(x).cos.hi : Math.cos(x));

/** Math.tan as the JVM's intrinsic has it. */
export function tan(x: number): number {
  if (!isAngle(x)) return Math.tan(x);
  const { sin: s, cos: c } = sinCos(x);
  return over(s, c).hi;
}
