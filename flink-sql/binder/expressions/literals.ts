import type { Rex, Value } from '../../plan/rex.ts';
import type { DateTimeLiteral, IntervalLiteral, NumberLiteral } from '../../syntax/ast.ts';
import { intervalQualifier } from '../../types/calcite-digest.ts';
import { intervalType } from '../../types/from-syntax.ts';
import {
  type DayTimeIntervalType,
  types,
  withNullability,
  type YearMonthIntervalType,
} from '../../types/logical-type.ts';
import { qualifierText } from '../unparse-type.ts';
import { literal } from './binder.ts';
import { error, invalid, type Place } from './errors.ts';

const INT_MIN = -2147483648n;
const INT_MAX = 2147483647n;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const MAX_DIGITS = 38;

/** `sign` carries a minus in front of the literal: -2147483648 is an INT though 2147483648 is not. */
export function bindNumber(node: NumberLiteral, sign: 1 | -1, place: Place = node): Rex {
  // Literals are decimals until here: there is no negative zero.
  if (node.approximate) {
    const value = Number(node.text);
    if (!Number.isFinite(value)) throw outOfRange({ text: node.text.toUpperCase() }, sign, place);
    return literal(sign * value || 0, types.double(false));
  }
  const dot = node.text.indexOf('.');
  const scale = dot < 0 ? 0 : node.text.length - dot - 1;
  const unscaled = BigInt(node.text.replace('.', '')) * BigInt(sign);
  if (scale > 0) {
    const precision = node.text.length - 1;
    if (precision > MAX_DIGITS) throw outOfRange(node, sign, place);
    return literal(unscaled, types.decimal(Math.max(precision, scale), scale, false));
  }
  if (unscaled >= INT_MIN && unscaled <= INT_MAX) return literal(Number(unscaled), types.int(false));
  if (unscaled >= LONG_MIN && unscaled <= LONG_MAX) return literal(unscaled, types.bigint(false));
  throw outOfRange(node, sign, place);
}

const outOfRange = (node: Pick<NumberLiteral, 'text'>, sign: 1 | -1, place: Place) =>
  invalid(place, 'number-out-of-range', `Numeric literal '${sign < 0 ? '-' : ''}${node.text}' out of range`);

const MS_PER_DAY = 86_400_000;

/** Days since 1970 of a date that exists in the calendar Flink reads literals with, else undefined. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  // Java's calendar skips the days that the Gregorian reform dropped.
  if (year === 1582 && month === 10 && day > 4 && day < 15) return undefined;
  return date.getTime() / MS_PER_DAY;
}

export function bindDateTime(node: DateTimeLiteral): Rex {
  switch (node.type) {
    case 'DATE': {
      const match = /^(\d{1,4})-(\d{1,2})-(\d{1,2})$/.exec(node.value);
      const days = match && dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
      if (days === undefined || days === null) throw illegal(node, 'yyyy-MM-dd');
      return literal(days, types.date(false));
    }
    case 'TIME': {
      const match = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d*)?$/.exec(node.value);
      const ms = match && timeOfDay(match[1], match[2], match[3]);
      if (ms === undefined || ms === null) throw illegal(node, 'HH:mm:ss');
      // The planner's TIME has no fraction.
      return literal(ms, types.time(0, false));
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP WITH LOCAL TIME ZONE': {
      const match = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d*))?)?$/.exec(node.value);
      const days = match && dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
      const time = match && timeOfDay(match[4] ?? '0', match[5] ?? '0', match[6] ?? '0');
      if (!match || days === undefined || days === null || time === undefined || time === null) {
        throw illegal(node, 'yyyy-MM-dd HH:mm:ss');
      }
      const fraction = (match[7] ?? '').slice(0, 9);
      const nanos = Number(fraction.padEnd(9, '0'));
      const value = { ms: days * MS_PER_DAY + time + Math.floor(nanos / 1_000_000), nanos: nanos % 1_000_000 };
      return node.type === 'TIMESTAMP'
        ? literal(value, types.timestamp(fraction.length, false))
        : literal(value, types.timestampLtz(fraction.length, false));
    }
    default:
      throw error(node, 'unsupported-literal', 'TableException', `Type is not supported: ${node.type}`, false);
  }
}

function timeOfDay(hour = '', minute = '', second = ''): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  return h > 23 || m > 59 || s > 59 ? undefined : ((h * 60 + m) * 60 + s) * 1000;
}

const illegal = (node: DateTimeLiteral, format: string) =>
  error(
    node,
    'illegal-literal',
    'CalciteException',
    `Illegal ${node.type} literal '${node.value}': not in format '${format}'`,
    true,
  );

/** Interval literals: months as a number, or milliseconds as a bigint. */
export function bindInterval(node: IntervalLiteral): Rex {
  checkQualifier(node);
  const type = withNullability(intervalType(node.qualifier), false);
  const value = type.root === 'INTERVAL_YEAR_MONTH' ? months(node, type) : milliseconds(node, type);
  return literal(value, type);
}

/** The digits that Calcite allows in the leading field and in the fraction of a second. */
function checkQualifier(node: IntervalLiteral): void {
  const { precision = 2, fractionalPrecision = 6 } = node.qualifier;
  const leading = precision < 1 || precision > 10;
  if (!leading && fractionalPrecision >= 1 && fractionalPrecision <= 9) return;
  const what = leading
    ? `leading field precision '${precision}'`
    : `fractional second precision '${fractionalPrecision}'`;
  const message = `Interval ${what} out of range for INTERVAL ${qualifierText(node.qualifier)}`;
  throw invalid(node.qualifier, 'interval-precision', message);
}

const illegalInterval = (node: IntervalLiteral, type: YearMonthIntervalType | DayTimeIntervalType) =>
  invalid(
    node,
    'illegal-interval',
    `Illegal interval literal format '${node.value}' for INTERVAL ${unitText(node, type)}`,
  );

const unitText = (node: IntervalLiteral, type: YearMonthIntervalType | DayTimeIntervalType): string =>
  node.qualifier.from === 'QUARTER' || node.qualifier.from === 'WEEK' ? node.qualifier.from : intervalQualifier(type);

function checkPrecision(node: IntervalLiteral, field: string, digits: string, precision: number): void {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > precision) {
    const message = `Interval field value ${significant} exceeds precision of ${field}(${precision}) field`;
    throw invalid(node, 'interval-precision', message);
  }
}

function months(node: IntervalLiteral, type: YearMonthIntervalType): number {
  const pattern = type.resolution === 'YEAR_TO_MONTH' ? /^([+-]?)(\d+)-(\d{1,2})$/ : /^([+-]?)(\d+)$/;
  const match = pattern.exec(node.value.trim());
  if (!match || Number(match[3] ?? 0) > 11) throw illegalInterval(node, type);
  const sign = (match[1] === '-' ? -1 : 1) * node.sign;
  const leading = match[2] as string;
  checkPrecision(node, node.qualifier.from, leading, type.yearPrecision);
  if (type.resolution === 'YEAR_TO_MONTH') return sign * (Number(leading) * 12 + Number(match[3]));
  // Flink reads a QUARTER as a month.
  return sign * Number(leading) * (type.resolution === 'YEAR' ? 12 : 1);
}

const UNIT_MS = { DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 } as const;
const UNITS = ['DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;
const FIELD_LIMIT = { DAY: Number.POSITIVE_INFINITY, HOUR: 23, MINUTE: 59, SECOND: 59 } as const;

const dayTimePatterns = new Map<DayTimeIntervalType['resolution'], RegExp>();

/** What a text with these fields looks like: `1 02:03:04.5`. */
function dayTimePattern(fields: readonly (keyof typeof UNIT_MS)[]): RegExp {
  const parts = fields.map((unit, i) => {
    const digits = i === 0 ? '(\\d+)' : '(\\d{1,2})';
    const separator = i === 0 ? '' : fields[i - 1] === 'DAY' ? ' ' : ':';
    return separator + digits + (unit === 'SECOND' ? '(?:\\.(\\d{1,9}))?' : '');
  });
  return new RegExp(`^([+-]?)${parts.join('')}$`);
}

function milliseconds(node: IntervalLiteral, type: DayTimeIntervalType): bigint {
  if (node.qualifier.from === 'WEEK') {
    const match = /^([+-]?)(\d+)$/.exec(node.value.trim());
    if (!match) throw illegalInterval(node, type);
    // Flink reads a WEEK as an hour.
    return BigInt((match[1] === '-' ? -1 : 1) * node.sign * Number(match[2]) * UNIT_MS.HOUR);
  }
  const [from, to = from] = type.resolution.split('_TO_') as [keyof typeof UNIT_MS, keyof typeof UNIT_MS | undefined];
  const fields = UNITS.slice(UNITS.indexOf(from), UNITS.indexOf(to) + 1);
  let pattern = dayTimePatterns.get(type.resolution);
  if (!pattern) {
    pattern = dayTimePattern(fields);
    dayTimePatterns.set(type.resolution, pattern);
  }
  const match = pattern.exec(node.value.trim());
  if (!match) throw illegalInterval(node, type);
  const sign = (match[1] === '-' ? -1 : 1) * node.sign;
  let total = 0;
  for (const [i, unit] of fields.entries()) {
    const value = match[i + 2] as string;
    if (i === 0) checkPrecision(node, unit, value, type.dayPrecision);
    else if (Number(value) > FIELD_LIMIT[unit]) throw illegalInterval(node, type);
    total += Number(value) * UNIT_MS[unit];
  }
  const fraction = to === 'SECOND' ? match[fields.length + 2] : undefined;
  if (fraction) total += Math.floor(Number(fraction.padEnd(9, '0')) / 1_000_000);
  return BigInt(sign * total);
}

export function bindBinary(hex: string): Value {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
