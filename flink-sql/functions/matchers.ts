import {
  isBinary,
  isCharacter,
  isDateTime,
  isExact,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
} from '../types/families.ts';
import type { LogicalType } from '../types/logical-type.ts';

type Test = (type: LogicalType) => boolean;

/** Families that parameters name, Calcite's (SqlTypeFamily) and Flink's (LogicalTypeFamily). */
export const matchers: Readonly<Record<string, Test>> = {
  ANY: () => true,
  ANY_TYPE: () => true,
  BOOLEAN: (type) => type.root === 'BOOLEAN',
  NUMERIC: isNumeric,
  EXACT_NUMERIC: isExact,
  INTEGER: isInteger,
  INTEGER_NUMERIC: isInteger,
  CHARACTER: isCharacter,
  CHARACTER_STRING: isCharacter,
  CHARACTER_LITERAL: isCharacter,
  BINARY: isBinary,
  BINARY_STRING: isBinary,
  STRING: (type) => isCharacter(type) || isBinary(type),
  DATE: (type) => type.root === 'DATE',
  TIME: (type) => type.root === 'TIME_WITHOUT_TIME_ZONE',
  TIMESTAMP: isTimestamp,
  DATETIME: isDateTime,
  DATETIME_INTERVAL: isInterval,
  ARRAY: (type) => type.root === 'ARRAY',
  MULTISET: (type) => type.root === 'MULTISET' || type.root === 'ARRAY' || type.root === 'MAP',
  MULTISET_ONLY: (type) => type.root === 'MULTISET',
  JSON_VALUE: (type) =>
    isCharacter(type) ||
    isBinary(type) ||
    isTimestamp(type) ||
    isNumeric(type) ||
    ['BOOLEAN', 'ARRAY', 'MULTISET', 'MAP', 'ROW'].includes(type.root),
  MAP: (type) => type.root === 'MAP',
  'ARRAY<STRING>': (type) => type.root === 'ARRAY' && isCharacter(type.element),
  'ARRAY<COMPARABLE>': (type) => type.root === 'ARRAY' && isOrdered(type.element) && type.element.root !== 'BOOLEAN',
  /** Refined against the first argument by the binder. */
  'ARRAY ELEMENT': () => true,
  COMMON: () => true,
  COMPARABLE: () => true,
};

/** Types that have an order (`<`): everything but nested and opaque ones. */
export function isOrdered(type: LogicalType): boolean {
  switch (type.root) {
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
    case 'RAW':
    case 'VARIANT':
    case 'SYMBOL':
    case 'DESCRIPTOR':
      return false;
    default:
      return true;
  }
}
