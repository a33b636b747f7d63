import type { DecimalType, LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { divideHalfUp, doubleToDecimal, fitDecimal, pow10, rescale, toDecimal } from './decimal.ts';

type Operand = number | bigint;
type Operation = (left: Operand, right: Operand) => bigint | null;

/** How one operand comes to DECIMAL arithmetic: unscaled at a fixed scale; others than decimals take the result's scale. */
function reader(type: LogicalType, result: DecimalType): { scale: number; read: (value: Operand) => bigint } {
  switch (type.root) {
    case 'DECIMAL':
      return { scale: type.scale, read: (value) => value as bigint };
    case 'FLOAT':
    case 'DOUBLE':
      return {
        scale: result.scale,
        read: (value) => {
          const { unscaled, scale } = doubleToDecimal(value as number);
          return rescale(unscaled, scale, result.scale);
        },
      };
    case 'BIGINT':
      return { scale: 0, read: (value) => value as bigint };
    default:
      return { scale: 0, read: (value) => BigInt(value) };
  }
}

/** BigDecimal.divide and remainder by zero. */
const zeroDivisor = (dividend: bigint): FlinkFault =>
  new FlinkFault('ArithmeticException', dividend === 0n ? 'Division undefined' : 'Division by zero');

/** DecimalDataUtils.add, subtract, multiply, divide and mod for operands of these types; NULL when the result overflows. */
export function decimalArithmetic(fn: string, left: LogicalType, right: LogicalType, result: DecimalType): Operation {
  const a = reader(left, result);
  const b = reader(right, result);
  const { precision, scale } = result;
  switch (fn) {
    case '+':
    case '-': {
      const common = Math.max(a.scale, b.scale);
      const [ka, kb] = [pow10(common - a.scale), pow10(common - b.scale)];
      const sign = fn === '+' ? 1n : -1n;
      return (x, y) => toDecimal(a.read(x) * ka + sign * b.read(y) * kb, common, precision, scale);
    }
    case '*':
      return (x, y) => toDecimal(a.read(x) * b.read(y), a.scale + b.scale, precision, scale);
    case '/': {
      const up = scale + b.scale - a.scale;
      const [ku, kd] = up >= 0 ? [pow10(up), 1n] : [1n, pow10(-up)];
      return (x, y) => {
        const divisor = b.read(y) * kd;
        if (divisor === 0n) throw zeroDivisor(a.read(x));
        return fitDecimal(divideHalfUp(a.read(x) * ku, divisor), precision);
      };
    }
    case '%': {
      const common = Math.max(a.scale, b.scale);
      const [ka, kb] = [pow10(common - a.scale), pow10(common - b.scale)];
      return (x, y) => {
        const divisor = b.read(y) * kb;
        if (divisor === 0n) throw new FlinkFault('ArithmeticException', 'Division by zero');
        return toDecimal((a.read(x) * ka) % divisor, common, precision, scale);
      };
    }
    default:
      throw new FlinkFault('CodeGenException', `Unsupported decimal operator: ${fn}`);
  }
}
