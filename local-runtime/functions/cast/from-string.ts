import type { TimestampValue } from '../../../flink-sql/plan/rex.ts';
import { FlinkFault } from '../../errors.ts';
import { divideHalfUp, pow10 } from '../decimal.ts';
import { daysInMonth, epochDay, MILLIS_PER_DAY } from '../java/calendar.ts';

/** Text to values as BinaryStringDataUtil and DateTimeUtils parse it, with their words when it cannot be parsed. */

const invalid = (text: string, why: string): FlinkFault =>
  new FlinkFault('NumberFormatException', `For input string: '${text}'. ${why}`);

/** An integer within [min, max]; a fraction is cut off. */
export function parseIntegral(text: string, min: bigint, max: bigint): bigint {
  const t = text.trim();
  if (t === '') throw invalid(text, 'Input is empty.');
  const m = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(t);
  if (!m || (m[2] === '' && (m[3] === undefined || m[3] === ''))) throw invalid(text, 'Invalid character found.');
  const size = BigInt(m[2] || '0');
  const value = m[1] === '-' ? -size : size;
  if (value < min || value > max) throw invalid(text, 'Overflow.');
  return value;
}

const DECIMAL_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const HEX_TEXT = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[fFdD]?$/;

/** Double.parseDouble. */
export function parseDouble(text: string): number {
  const t = text.trim();
  if (DECIMAL_TEXT.test(t)) return Number(t.replace(/[fFdD]$/, ''));
  const special = /^([+-]?)(NaN|Infinity)$/.exec(t);
  if (special) {
    if (special[2] === 'NaN') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const hex = HEX_TEXT.exec(t);
  if (hex && (hex[2] || hex[3])) {
    const fraction = hex[3] ?? '';
    const size = Number(BigInt(`0x${hex[2]}${fraction}` || '0x0')) * 2 ** (Number(hex[4]) - 4 * fraction.length);
    return hex[1] === '-' ? -size : size;
  }
  throw new FlinkFault('NumberFormatException', t === '' ? 'empty String' : `For input string: "${t}"`);
}

/** Float.parseFloat. */
export const parseFloat32 = (text: string): number => Math.fround(parseDouble(text));

const BLANKS_BEFORE = /^[ \n\t]+/;
const BLANKS_AFTER = /[ \n\t]+$/;

/**
 * DECIMAL from text (BinaryStringDataUtil.toDecimal). Up to 18 bytes and digits Flink reads the bytes itself, and one character
 * that ends the digits is taken for nothing: `1d` is 1, and `x` is 0.
 */
export function parseDecimalText(text: string, precision: number, scale: number): bigint {
  const isShort = precision <= 18 && Buffer.byteLength(text) <= 18;
  const trimmed = text.replace(BLANKS_BEFORE, '').replace(BLANKS_AFTER, '');
  const value = isShort ? readBytes(trimmed, precision, scale) : readExact(trimmed, precision, scale);
  if (value === undefined) throw invalid(text, 'Overflow.');
  return value;
}

function readBytes(text: string, precision: number, scale: number): bigint | undefined {
  const m = /^([+-]?)(\d*)(?:(\.)(\d*))?(?:[eE](?:([+-]?)(\d*)(.?)|$)|(.?))$/s.exec(text);
  if (!m || text === '' || text === '+' || text === '-') return undefined;
  const [, sign, whole = '', , fraction = '', exponentSign, exponent, afterExponent, after] = m;
  // A byte of a longer character is followed by others, and a second point is refused.
  const last = after ?? afterExponent ?? '';
  if (last.charCodeAt(0) > 127 || (last === '.' && m[3] !== undefined && after !== undefined)) return undefined;
  if (exponentSign && !exponent && !afterExponent) return undefined;
  const digits = whole.length + fraction.length;
  const power = Math.min(Number(exponent || 0), 400) * (exponentSign === '-' ? -1 : 1);
  const change = power - fraction.length + scale;
  if (digits + change > precision) return undefined;
  const significand = BigInt(`${whole}${fraction}` || '0');
  const unscaled = change >= 0 ? significand * pow10(change) : divideHalfUp(significand, pow10(-change));
  return sign === '-' ? -unscaled : unscaled;
}

function readExact(text: string, precision: number, scale: number): bigint | undefined {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m || (!m[2] && !m[3])) return undefined;
  const fraction = m[3] ?? '';
  let unscaled = BigInt(`${m[2]}${fraction}`);
  const digits = fraction.length - Number(m[4] ?? 0);
  if (digits > 1000 || digits < -1000) return unscaled === 0n || digits > 0 ? 0n : undefined;
  const whole = digits > 0 ? unscaled / pow10(digits) : unscaled * pow10(-digits);
  if (whole >= pow10(precision - scale)) return undefined;
  unscaled = digits > scale ? divideHalfUp(unscaled, pow10(digits - scale)) : unscaled * pow10(scale - digits);
  return m[1] === '-' ? -unscaled : unscaled;
}

const TRUE = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE = new Set(['f', 'false', 'n', 'no', '0']);

export function parseBoolean(text: string): boolean {
  const t = text.toLowerCase();
  if (TRUE.has(t)) return true;
  if (FALSE.has(t)) return false;
  throw new FlinkFault('TableException', `Cannot parse '${text}' as BOOLEAN.`);
}

const integer = (text: string): number | undefined => {
  const t = text.trim();
  return /^[+-]?\d{1,10}$/.test(t) ? Number(t) : undefined;
};

/** Epoch day of `y-m-d`, `y-m` or `y` (DateTimeUtils.parseDate); undefined when it is no date. */
export function parseDate(source: string): number | undefined {
  let text = source;
  const blank = text.indexOf(' ');
  if (blank > 0) text = text.slice(0, blank);
  const hyphen1 = text.indexOf('-');
  let year: number | undefined;
  let month: number | undefined = 1;
  let day: number | undefined = 1;
  if (hyphen1 < 0) year = integer(text);
  else {
    year = integer(text.slice(0, hyphen1));
    const hyphen2 = text.indexOf('-', hyphen1 + 1);
    if (hyphen2 < 0) month = integer(text.slice(hyphen1 + 1));
    else {
      month = integer(text.slice(hyphen1 + 1, hyphen2));
      day = integer(text.slice(hyphen2 + 1));
    }
  }
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return epochDay(year, month, day);
}

/** Milliseconds of the day of `h[:m[:s[.f]]]`; undefined when it is no time. */
export function parseTime(text: string): number | undefined {
  const m = /^\s*(\d{1,2})(?:\s*:\s*(\d{1,2})(?:\s*:\s*(\d{1,2})(?:\.(\d*))?)?)?\s*$/.exec(text);
  if (!m) return undefined;
  const [hour, minute, second] = [Number(m[1]), Number(m[2] ?? 0), Number(m[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * 3_600_000 + minute * 60_000 + second * 1000 + Number((m[4] ?? '').padEnd(3, '0').slice(0, 3));
}

export const badTime = (text: string): FlinkFault =>
  new FlinkFault(
    'DateTimeException',
    `Invalid time format: '${text}'. Expected format: HH:mm:ss[.fff] where HH is 00-23, mm is 00-59, ss is 00-59`,
  );

export const badDate = (text: string): FlinkFault =>
  new FlinkFault('DateTimeException', `For input string: '${text}'.`);

/**
 * `yyyy-[M]M-[d]d[ [H]H:[m]m:[s]s[.f{0,9}]]`, the default formatter of TIMESTAMP texts; days past a month's end become its last
 * day. Throws DateTimeParseException.
 */
export function parseTimestampText(text: string): TimestampValue {
  const unparsed = (at: number) =>
    new FlinkFault('DateTimeParseException', `Text '${text}' could not be parsed, unparsed text found at index ${at}`);
  const stuck = (at: number) =>
    new FlinkFault('DateTimeParseException', `Text '${text}' could not be parsed at index ${at}`);
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text);
  if (!date) {
    const year = /^\d{4}/.exec(text);
    if (!year) throw stuck(0);
    const month = /^\d{4}-\d{1,2}/.exec(text);
    throw stuck(month ? month[0].length : 4);
  }
  const [year, month, dayOfMonth] = [Number(date[1]), Number(date[2]), Number(date[3])];
  if (month < 1 || month > 12) throw stuck(5);
  if (dayOfMonth < 1 || dayOfMonth > 31) throw stuck(date[0].length - (date[3] as string).length);
  const day = epochDay(year, month, Math.min(dayOfMonth, daysInMonth(year, month)));
  const end = date[0].length;
  if (end === text.length) return { ms: day * MILLIS_PER_DAY, nanos: 0 };
  const time = /^ (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?/.exec(text.slice(end));
  if (!time) throw unparsed(end);
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3])];
  if (hour > 23 || minute > 59 || second > 59) throw unparsed(end);
  if (end + time[0].length !== text.length) throw unparsed(end + time[0].length);
  const fraction = Number((time[4] ?? '').padEnd(9, '0'));
  return {
    ms: day * MILLIS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.floor(fraction / 1e6),
    nanos: fraction % 1e6,
  };
}
