/**
 * Double.toString and Float.toString as of Java 8 to 18, which the recorded Flink runs on: nearly always the shortest digits that
 * give the number back, but with the digits of FloatingDecimal where that algorithm finds others (2^62 is 4.6116860184273879E18).
 */

const view = new DataView(new ArrayBuffer(8));

/** Digits without leading and trailing zeros, and the position of the point among them (`point` 1 is after the first digit). */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/** Double.toString. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size < 9007199254740992 && size >= 1e-300 && !isPowerOfTwo(size)) return shown(value, shortest(String(size)));
  return special(value) ?? shown(value, doubleDigits(size));
}

/** Float.toString of a number that is a 32-bit float. */
export function javaFloat(value: number): string {
  const single = Math.fround(value);
  const size = Math.abs(single);
  if (size < 16777216 && size >= 1e-30 && !isPowerOfTwo(size)) {
    for (let digits = 1; digits <= 9; digits++) {
      const text = size.toPrecision(digits);
      if (Math.fround(Number(text)) === size) {
        // Two texts of this length may be equally near: the other algorithm takes the even one.
        if (Number(size.toPrecision(digits + 1)) === size) break;
        return shown(single, shortest(text));
      }
    }
  }
  return special(single) ?? shown(single, floatDigits(size));
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0.0`;
  return Number.isFinite(value) ? undefined : `${sign}Infinity`;
}

function isPowerOfTwo(value: number): boolean {
  view.setFloat64(0, value);
  return (view.getUint32(0) & 0xfffff) === 0 && view.getUint32(4) === 0;
}

/** Digits of JavaScript's text of a positive number. */
function shortest(text: string): Digits {
  const e = text.indexOf('e');
  const mantissa = e < 0 ? text : text.slice(0, e);
  const dot = mantissa.indexOf('.');
  const whole = dot < 0 ? mantissa : mantissa.slice(0, dot);
  let digits = dot < 0 ? mantissa : whole + mantissa.slice(dot + 1);
  let point = whole.length + (e < 0 ? 0 : Number(text.slice(e + 1)));
  let zeros = 0;
  while (zeros < digits.length - 1 && digits.charCodeAt(zeros) === 48) zeros++;
  let end = digits.length;
  while (end > zeros + 1 && digits.charCodeAt(end - 1) === 48) end--;
  digits = digits.slice(zeros, end);
  point -= zeros;
  return { digits, point };
}

/** Plain between 10^-3 and 10^7, else with an exponent; always a digit after the point. */
function shown(value: number, { digits, point }: Digits): string {
  const sign = value < 0 ? '-' : '';
  if (point > -3 && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point > 0 && point <= 7) {
    if (digits.length <= point) return `${sign}${digits}${'0'.repeat(point - digits.length)}.0`;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${point - 1}`;
}

function doubleDigits(value: number): Digits {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  if (exponent !== 0) return develop(exponent - 1023, fraction | 0x10000000000000n, 53);
  const significant = fraction.toString(2).length;
  const shift = 53 - significant;
  return develop(1 - shift - 1023, fraction << BigInt(shift), significant);
}

function floatDigits(value: number): Digits {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const exponent = bits >>> 23;
  const fraction = BigInt(bits & 0x7fffff);
  if (exponent !== 0) return develop(exponent - 127, (fraction | 0x800000n) << 29n, 24);
  const significant = fraction.toString(2).length;
  const shift = 24 - significant;
  return develop(1 - shift - 127, fraction << BigInt(shift + 29), significant);
}

/** Bits of 5 to the power n. */
const bitsOfFive = (n: number): number => (n === 0 ? 0 : n < 27 ? (5n ** BigInt(n)).toString(2).length : n * 3);

/**
 * FloatingDecimal.dtoa: digits of `fraction * 2^(exponent - 52)` until what is left is within half a unit of the last of the
 * `significant` bits. Its quirks are kept: two digits at least in exponent form, a halved margin at powers of two, and margins
 * that include their end only where big integers are used.
 */
function develop(exponent: number, fraction: bigint, significant: number): Digits {
  let tail = 0;
  while (((fraction >> BigInt(tail)) & 1n) === 0n) tail++;
  const fractionBits = 53 - tail;
  const tiny = Math.max(0, fractionBits - exponent - 1);
  if (exponent <= 62 && exponent >= -21 && tiny === 0 && fractionBits + 1 < 64) {
    const insignificant = exponent > significant ? insignificantDigits(exponent - significant - 1) : 0;
    const whole = exponent >= 52 ? fraction << BigInt(exponent - 52) : fraction >> BigInt(52 - exponent);
    return wholeDigits(whole, insignificant);
  }
  let decimal = estimate(fraction, exponent);
  const five = Math.max(0, -decimal);
  let b2 = five + tiny + exponent;
  const s5 = Math.max(0, decimal);
  let s2 = s5 + tiny;
  let m2 = b2 - significant;
  b2 -= fractionBits - 1;
  const common = Math.min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  if (fractionBits === 1) m2 -= 1;
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }
  const most = Math.max(fractionBits + b2 + bitsOfFive(five), s2 + 1 + bitsOfFive(s5 + 1));
  const big = most >= 64;
  // In int and long arithmetic the margin and the last comparison may overflow.
  const wrap = big ? (x: bigint) => x : (x: bigint) => BigInt.asIntN(most < 32 ? 32 : 64, x);
  const s = (5n ** BigInt(s5)) << BigInt(s2);
  let b = ((fraction >> BigInt(tail)) * 5n ** BigInt(five)) << BigInt(b2);
  let m = ((5n ** BigInt(five)) << BigInt(m2)) * 10n;
  const tens = s * 10n;
  let low = false;
  let high = false;
  let digits = '';
  const next = (): bigint => {
    const q = b / s;
    b = 10n * (b % s);
    low = m <= 0n || b < m;
    high = m <= 0n || (big ? b + m >= tens : wrap(b + m) > tens);
    return q;
  };
  const first = next();
  if (first === 0n && !high) decimal--;
  else digits = String(first);
  if (decimal < -3 || decimal >= 8) {
    low = false;
    high = false;
  }
  while (!low && !high) {
    m = wrap(m * 10n);
    digits += String(next());
  }
  let point = decimal + 1;
  if (high && (!low || roundsUp(wrap(wrap(b * 2n) - tens), digits))) {
    const rounded = (BigInt(digits) + 1n).toString();
    if (rounded.length > digits.length) point++;
    digits = rounded;
  }
  return { digits: digits.replace(/0+$/, ''), point };
}

const roundsUp = (difference: bigint, digits: string): boolean =>
  difference > 0n || (difference === 0n && (digits.charCodeAt(digits.length - 1) & 1) === 1);

const insignificantDigits = (power: number): number => (power > 1 ? Math.floor(power * Math.log10(2)) : 0);

function wholeDigits(value: bigint, insignificant: number): Digits {
  let whole = value;
  if (insignificant > 0) {
    const unit = 10n ** BigInt(insignificant);
    const rest = whole % unit;
    whole /= unit;
    if (rest >= unit / 2n) whole++;
  }
  const text = whole.toString();
  return { digits: text.replace(/0+$/, '') || '0', point: text.length + insignificant };
}

function estimate(fraction: bigint, exponent: number): number {
  view.setBigUint64(0, 0x3ff0000000000000n | (fraction & 0xfffffffffffffn));
  const d = (view.getFloat64(0) - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981;
  return Math.floor(d);
}
