import { type DecimalType, type LogicalType, types } from './logical-type.ts';

export const MAX_PRECISION = 38;
/** Fraction digits kept when precision must be cut. */
const MIN_ADJUSTED_SCALE = 6;

/** The DECIMAL that holds every value of an exact numeric type. */
export function asDecimal(type: LogicalType): DecimalType {
  switch (type.root) {
    case 'DECIMAL':
      return type;
    case 'TINYINT':
      return types.decimal(3, 0, type.nullable);
    case 'SMALLINT':
      return types.decimal(5, 0, type.nullable);
    case 'INTEGER':
      return types.decimal(10, 0, type.nullable);
    case 'BIGINT':
      return types.decimal(19, 0, type.nullable);
    default:
      throw new Error(`not an exact numeric type: ${type.root}`);
  }
}

/** Cuts the scale (not below 6) so that the integer digits fit in 38 (LogicalTypeMerging.adjustPrecisionScale). */
function adjust(precision: number, scale: number): DecimalType {
  if (precision <= MAX_PRECISION) return types.decimal(precision, scale, false);
  const integerDigits = precision - scale;
  const minScale = Math.min(scale, MIN_ADJUSTED_SCALE);
  return types.decimal(MAX_PRECISION, Math.max(MAX_PRECISION - integerDigits, minScale), false);
}

/** Type of `a + b` and `a - b` (LogicalTypeMerging.findAdditionDecimalType), NOT NULL. */
export function additionType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return adjust(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}

/** Type of `a * b` (findMultiplicationDecimalType), NOT NULL. */
export const multiplicationType = (a: DecimalType, b: DecimalType): DecimalType =>
  adjust(a.precision + b.precision + 1, a.scale + b.scale);

/** Type of `a / b` (findDivisionDecimalType), NOT NULL. */
export function divisionType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(6, a.scale + b.precision + 1);
  return adjust(a.precision - a.scale + b.scale + scale, scale);
}

/** Type of `a % b` (findModuloDecimalType), NOT NULL. */
export function moduloType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  return adjust(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

/** Type of ROUND(a, digits) (findRoundDecimalType), NOT NULL. */
export function roundType(a: DecimalType, digits: number): DecimalType {
  if (digits >= a.scale) return types.decimal(a.precision, a.scale, false);
  if (digits < 0) return types.decimal(Math.min(MAX_PRECISION, 1 + a.precision - a.scale), 0, false);
  return types.decimal(1 + a.precision - a.scale + digits, digits, false);
}

/** Type of SUM over DECIMAL (findSumAggType), nullable. */
export const sumType = (a: DecimalType): DecimalType => types.decimal(MAX_PRECISION, a.scale, true);

/** Type of AVG over DECIMAL (findAvgAggType), nullable. */
export const avgType = (a: DecimalType): DecimalType => types.decimal(MAX_PRECISION, Math.max(6, a.scale), true);

/** The DECIMAL that holds both operands' values; integer digits win over the scale beyond 38. */
export function commonDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  const integerDigits = Math.max(a.precision - a.scale, b.precision - b.scale);
  return types.decimal(
    Math.min(MAX_PRECISION, integerDigits + scale),
    Math.max(0, Math.min(scale, MAX_PRECISION - integerDigits)),
    false,
  );
}
