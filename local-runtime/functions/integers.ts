import { FlinkFault } from '../errors.ts';

/** Java's integer and floating-point conversions and divisions. */

export const byZero = (): FlinkFault => new FlinkFault('ArithmeticException', '/ by zero');

/** Java `(int) double`: NaN is 0, out of range saturates. */
export function doubleToInt(value: number): number {
  if (value >= 2147483647) return 2147483647;
  if (value <= -2147483648) return -2147483648;
  return value | 0;
}

const MAX_LONG = 9223372036854775807n;
const MIN_LONG = -9223372036854775808n;

/** Java `(long) double`. */
export function doubleToLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return MAX_LONG;
  if (value <= -(2 ** 63)) return MIN_LONG;
  return BigInt(Math.trunc(value));
}

/** Java int division. */
export function divideInt(a: number, b: number): number {
  if (b === 0) throw byZero();
  return (a / b) | 0;
}

/** Java int remainder. */
export function remainderInt(a: number, b: number): number {
  if (b === 0) throw byZero();
  return (a % b) | 0;
}

/** Java long division. */
export function divideLong(a: bigint, b: bigint): bigint {
  if (b === 0n) throw byZero();
  return BigInt.asIntN(64, a / b);
}

/** Java long remainder. */
export function remainderLong(a: bigint, b: bigint): bigint {
  if (b === 0n) throw byZero();
  return a % b;
}
