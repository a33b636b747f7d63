import { sameBaseType } from './compare.ts';
import { asDecimal, commonDecimal } from './decimal.ts';
import {
  isApproximate,
  isBinary,
  isCharacter,
  isDateTime,
  isExact,
  isInteger,
  isNumeric,
  isTimestamp,
} from './families.ts';
import { type LengthType, type LogicalType, type RowField, types, withNullability } from './logical-type.ts';

/**
 * The type that CASE, UNION, VALUES, ARRAY[…] and comparisons bring their operands to (Calcite's leastRestrictive with
 * Flink's type system), or undefined where there is none. Nullable if any operand is.
 */
export function leastRestrictive(operands: readonly LogicalType[]): LogicalType | undefined {
  return merge(operands, leastRestrictivePair);
}

/** The type that Flink's own functions (COALESCE, ARRAY_CONCAT, …) bring arguments to (LogicalTypeMerging.findCommonType). */
export function findCommonType(operands: readonly LogicalType[]): LogicalType | undefined {
  return merge(operands, commonPair);
}

type Pair = (a: LogicalType, b: LogicalType) => LogicalType | undefined;

function merge(operands: readonly LogicalType[], pair: Pair): LogicalType | undefined {
  const first = operands[0];
  if (!first) return undefined;
  let result: LogicalType | undefined;
  for (const operand of operands) {
    if (operand.root === 'NULL') continue;
    if (!result) {
      result = operand;
      continue;
    }
    const merged: LogicalType | undefined = sameBaseType(result, operand) ? result : pair(result, operand);
    if (!merged) return undefined;
    result = merged;
  }
  return withNullability(
    result ?? first,
    operands.some((operand) => operand.nullable),
  );
}

const INTEGER_RANK = { TINYINT: 0, SMALLINT: 1, INTEGER: 2, BIGINT: 3 } as const;
const rank = (type: LogicalType): number => INTEGER_RANK[type.root as keyof typeof INTEGER_RANK];

function leastRestrictivePair(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (isNumeric(a) && isNumeric(b)) return numericPair(a, b, true);
  if (isCharacter(a) && isCharacter(b)) return lengthPair(a, b, 'CHAR', 'VARCHAR');
  if (isBinary(a) && isBinary(b)) return lengthPair(a, b, 'BINARY', 'VARBINARY');
  if (isTimestamp(a) && isTimestamp(b)) {
    // The first kind of timestamp wins; the precision is the greater one.
    return a.precision >= b.precision ? a : { ...a, precision: b.precision };
  }
  return nestedPair(a, b, leastRestrictivePair);
}

function commonPair(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (isNumeric(a) && isNumeric(b)) return numericPair(a, b, false);
  if (isCharacter(a) && isCharacter(b)) return lengthPair(a, b, 'CHAR', 'VARCHAR');
  if (isBinary(a) && isBinary(b)) return lengthPair(a, b, 'BINARY', 'VARBINARY');
  if (isTimestamp(a) && isTimestamp(b)) {
    const zoned = a.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? a : b;
    const precision = Math.max(a.precision, b.precision);
    return zoned.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? { ...zoned, precision } : { ...a, precision };
  }
  if (isDateTime(a) && isDateTime(b)) return dateTimePair(a, b);
  return nestedPair(a, b, commonPair);
}

/** DATE or TIME with TIMESTAMP gives the narrower type, as recorded; nothing else mixes. */
function dateTimePair(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (a.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' && !isTimestamp(b)) return b;
  if (b.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' && !isTimestamp(a)) return a;
  return undefined;
}

function numericPair(a: LogicalType, b: LogicalType, firstApproximateWins: boolean): LogicalType {
  if (isApproximate(a) && isApproximate(b)) {
    return firstApproximateWins || a.root === 'DOUBLE' ? a : b;
  }
  if (isApproximate(a)) return b.root === 'DECIMAL' ? types.double(false) : a;
  if (isApproximate(b)) return a.root === 'DECIMAL' ? types.double(false) : b;
  if (isInteger(a) && isInteger(b)) return rank(a) >= rank(b) ? a : b;
  return commonDecimal(asDecimal(a), asDecimal(b));
}

function lengthPair(
  a: LengthType,
  b: LengthType,
  fixed: 'CHAR' | 'BINARY',
  varying: 'VARCHAR' | 'VARBINARY',
): LengthType {
  const length = Math.max(a.length, b.length);
  const root = a.root === fixed && b.root === fixed && a.length === b.length ? fixed : varying;
  return { root, nullable: false, length };
}

function nestedPair(a: LogicalType, b: LogicalType, pair: Pair): LogicalType | undefined {
  if (a.root !== b.root) return undefined;
  if (a.root === 'ARRAY' || a.root === 'MULTISET') {
    const element = merge([a.element, (b as typeof a).element], pair);
    return element && { ...a, element };
  }
  if (a.root === 'MAP') {
    const key = merge([a.key, (b as typeof a).key], pair);
    const value = merge([a.value, (b as typeof a).value], pair);
    return key && value && { ...a, key, value };
  }
  if (a.root === 'ROW') {
    const other = (b as typeof a).fields;
    if (a.className !== (b as typeof a).className) return undefined;
    if (other.length !== a.fields.length) return undefined;
    const fields: RowField[] = [];
    for (const [i, field] of a.fields.entries()) {
      const type = merge([field.type, (other[i] as RowField).type], pair);
      if (!type) return undefined;
      fields.push({ ...field, type });
    }
    return { ...a, fields };
  }
  // Intervals of one family: the qualifier is only printed, the first one's will do.
  if (a.root === 'INTERVAL_DAY_TIME' || a.root === 'INTERVAL_YEAR_MONTH' || a.root === 'TIME_WITHOUT_TIME_ZONE')
    return a;
  return undefined;
}

/** The type both sides of `<`, `>` … are compared in: as Java's numeric promotion does, DECIMAL exactly. */
export function comparisonType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (isApproximate(a) && isApproximate(b) && a.root !== b.root) return types.double(a.nullable || b.nullable);
  return leastRestrictive([a, b]);
}

/** The type a string is read as when `<` compares it with a value of `other` (TypeCoercion.commonTypeForBinaryComparison). */
export function stringComparisonType(other: LogicalType): LogicalType {
  if (isExact(other)) return leastRestrictivePair(other, types.bigint(false)) ?? other;
  return other;
}
