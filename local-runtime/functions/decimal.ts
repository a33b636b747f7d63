import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { javaDouble } from './java/floating-text.ts';

/** DECIMAL arithmetic on unscaled bigints, following DecimalData and DecimalDataUtils: HALF_UP, NULL on overflow. */

const POWERS: bigint[] = Array.from({ length: 80 }, (_, i) => 10n ** BigInt(i));

/** 10 to the power `n`. */
export const pow10 = (n: number): bigint => (n < POWERS.length ? (POWERS[n] as bigint) : 10n ** BigInt(n));

/** The unscaled value if it has at most `precision` digits, else null (DecimalData.fromBigDecimal). */
export function fitDecimal(unscaled: bigint, precision: number): bigint | null {
  const bound = pow10(precision);
  return unscaled < bound && unscaled > -bound ? unscaled : null;
}

/** `unscaled / divisor` rounded HALF_UP (away from zero on ties). */
export function divideHalfUp(unscaled: bigint, divisor: bigint): bigint {
  const quotient = unscaled / divisor;
  const rest = unscaled - quotient * divisor;
  const twice = rest < 0n ? -rest * 2n : rest * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice < size) return quotient;
  return unscaled < 0n !== divisor < 0n ? quotient - 1n : quotient + 1n;
}

/** The same number at another scale, rounded HALF_UP where digits are lost. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (from === to) return unscaled;
  return to > from ? unscaled * pow10(to - from) : divideHalfUp(unscaled, pow10(from - to));
}

/** Rescaled and checked against the precision. */
export const toDecimal = (unscaled: bigint, from: number, precision: number, scale: number): bigint | null =>
  fitDecimal(rescale(unscaled, from, scale), precision);

/** BigDecimal.toPlainString. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
  return negative ? `-${text}` : text;
}

const EXACT = 9007199254740992n;

/** BigDecimal.doubleValue: correctly rounded. */
export function decimalToDouble(unscaled: bigint, scale: number): number {
  if (scale === 0) return Number(unscaled);
  if (scale <= 22 && unscaled < EXACT && unscaled > -EXACT) return Number(unscaled) / 10 ** scale;
  return Number(decimalText(unscaled, scale));
}

/** A finite double as its shortest decimal (BigDecimal.valueOf), with its scale. */
export function doubleToDecimal(value: number): { unscaled: bigint; scale: number } {
  const [mantissa = '0', exponent] = javaDouble(value).split('E');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  let unscaled = BigInt(whole + fraction);
  if (whole.startsWith('-') && unscaled > 0n) unscaled = -unscaled;
  let scale = fraction.length - Number(exponent ?? 0);
  if (scale < 0) {
    unscaled *= pow10(-scale);
    scale = 0;
  }
  return { unscaled, scale };
}

/** Truncates to an integer of 64 bits, wrapping (BigDecimal.longValue). */
export const decimalToLong = (unscaled: bigint, scale: number): bigint => BigInt.asIntN(64, unscaled / pow10(scale));

/** `floor` of the number, at scale 0. */
export function floorDecimal(unscaled: bigint, scale: number): bigint {
  const unit = pow10(scale);
  const quotient = unscaled / unit;
  return unscaled < 0n && quotient * unit !== unscaled ? quotient - 1n : quotient;
}

/** `ceil` of the number, at scale 0. */
export function ceilDecimal(unscaled: bigint, scale: number): bigint {
  const unit = pow10(scale);
  const quotient = unscaled / unit;
  return unscaled > 0n && quotient * unit !== unscaled ? quotient + 1n : quotient;
}

/** Scale of a type seen as a decimal: 0 for integers. */
export const scaleOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.scale : 0);
