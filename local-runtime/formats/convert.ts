import type { TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { DecimalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';

/** Text to values as Java's own parsers do it, with their errors; shared by the formats. */

const numberFormat = (text: string) => new FlinkFault('NumberFormatException', `For input string: "${text}"`);

/** Integer.parseInt and its kin over [min, max]. */
export function parseInteger(text: string, min: number, max: number, kind: 'Byte' | 'Short' | 'Int'): number {
  const t = text.trim();
  if (!/^[+-]?\d+$/.test(t)) throw numberFormat(t);
  const n = Number(t);
  if (n < min || n > max) {
    if (kind === 'Int') throw numberFormat(t);
    throw new FlinkFault('NumberFormatException', `Value out of range. Value:"${t}" Radix:10`);
  }
  return n;
}

const MAX_LONG = 9223372036854775807n;
const MIN_LONG = -9223372036854775808n;

/** Long.parseLong. */
export function parseLong(text: string): bigint {
  const t = text.trim();
  if (!/^[+-]?\d+$/.test(t)) throw numberFormat(t);
  const n = BigInt(t.startsWith('+') ? t.slice(1) : t);
  if (n > MAX_LONG || n < MIN_LONG) throw numberFormat(t);
  return n;
}

/** Double.parseDouble. */
export function parseDouble(text: string): number {
  const t = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(t)) return Number(t.replace(/[dDfF]$/, ''));
  const special = /^([+-]?)(NaN|Infinity)$/.exec(t);
  if (special)
    return special[2] === 'NaN' ? Number.NaN : special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  throw t === '' ? new FlinkFault('NumberFormatException', 'empty String') : numberFormat(t);
}

/** `new BigDecimal(text)` brought to precision and scale (HALF_UP); null when it does not fit (DecimalData.fromBigDecimal). */
export function parseDecimal(text: string, type: DecimalType): bigint | null {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m || (!m[2] && !m[3])) {
    if (text === '') throw new FlinkFault('ArrayIndexOutOfBoundsException', 'Index 0 out of bounds for length 0');
    const bad = /[^0-9.eE+-]/.exec(text);
    throw new FlinkFault(
      'NumberFormatException',
      bad
        ? `Character ${bad[0]} is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`
        : `For input string: "${text}"`,
    );
  }
  const fraction = m[3] ?? '';
  let unscaled = BigInt(`${m[2]}${fraction}` || '0');
  let scale = fraction.length - Number(m[4] ?? 0);
  if (scale < type.scale) {
    if (type.scale - scale > 100) return unscaled === 0n ? 0n : null;
    unscaled *= 10n ** BigInt(type.scale - scale);
  } else if (scale > type.scale) {
    if (scale - type.scale > 10_000) return 0n;
    const divisor = 10n ** BigInt(scale - type.scale);
    const twice = (unscaled % divisor) * 2n;
    unscaled = unscaled / divisor + (twice >= divisor ? 1n : 0n);
  }
  scale = type.scale;
  if (unscaled >= 10n ** BigInt(type.precision)) return null;
  return m[1] === '-' ? -unscaled : unscaled;
}

const parseError = (text: string, at = 0) =>
  new FlinkFault('DateTimeParseException', `Text '${text}' could not be parsed at index ${at}`);

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function validDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day <= (DAYS[month - 1] as number) + leap;
}

/** Days since 1970-01-01 of a date of the proleptic ISO calendar. */
export function epochDay(year: number, month: number, day: number): number {
  // Days from civil, with March as the first month.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

/** ISO_LOCAL_DATE. */
export function parseIsoDate(text: string): number {
  const m = /^([+-]?\d{4,9})-(\d{2})-(\d{2})$/.exec(text);
  if (!m) throw dateFault(text);
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  if (!validDay(year, month, day)) {
    throw new FlinkFault(
      'DateTimeParseException',
      month < 1 || month > 12
        ? `Text '${text}' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): ${month}`
        : day < 1 || day > 31
          ? `Text '${text}' could not be parsed: Invalid value for DayOfMonth (valid values 1 - 28/31): ${day}`
          : `Text '${text}' could not be parsed: Invalid date '${MONTHS[month - 1]} ${day}'`,
    );
  }
  return epochDay(year, month, day);
}

/** Java names the index at which parsing stopped; a year of more than four digits needs a sign. */
function dateFault(text: string): FlinkFault {
  const whole = /^(?:\d{4}(?!\d)|[+-]\d{4,9})-\d{2}-\d{2}/.exec(text);
  if (whole) {
    const message = `Text '${text}' could not be parsed, unparsed text found at index ${whole[0].length}`;
    return new FlinkFault('DateTimeParseException', message);
  }
  const [read = ''] = /^(?:\d{4}(?!\d)|[+-]\d{4,9})(?:-(?:\d{2}-?)?)?/.exec(text) ?? [];
  return parseError(text, read.length);
}

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
];

/** HH:mm:ss[.fraction] as milliseconds of the day. */
export function parseTimeOfDay(text: string): number {
  const m = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z?$/.exec(text);
  if (!m || Number(m[1]) > 23 || Number(m[2]) > 59 || Number(m[3]) > 59) throw parseError(text);
  return (
    (Number(m[1]) * 3600 + Number(m[2]) * 60 + Number(m[3])) * 1000 +
    Math.floor(Number((m[4] ?? '').padEnd(9, '0')) / 1e6)
  );
}

/** `yyyy-MM-dd HH:mm:ss[.f]` (sql) or with `T` and optional seconds (ISO-8601); `zulu` wants a trailing Z as TIMESTAMP_LTZ texts have. */
export function parseTimestamp(text: string, separator: ' ' | 'T', zulu: boolean): TimestampValue {
  const m =
    separator === ' '
      ? /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{0,9}))?(Z?)$/.exec(text)
      : /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?(Z?)$/.exec(text);
  if (!m || (m[8] === 'Z') !== zulu) throw timestampFault(text, separator, zulu);
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6] ?? 0)];
  if (!validDay(year, month, day) || hour > 23 || minute > 59 || second > 59) throw parseError(text);
  const nanos = Number((m[7] ?? '').padEnd(9, '0'));
  return {
    ms: epochDay(year, month, day) * 86_400_000 + (hour * 3600 + minute * 60 + second) * 1000 + Math.floor(nanos / 1e6),
    nanos: nanos % 1e6,
  };
}

/** Java names the index at which parsing stopped. */
function timestampFault(text: string, separator: ' ' | 'T', zulu: boolean): FlinkFault {
  const prefix =
    separator === ' '
      ? /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{0,9})?/
      : /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{0,9})?)?/;
  const whole = prefix.exec(text);
  if (whole && !zulu)
    return new FlinkFault(
      'DateTimeParseException',
      `Text '${text}' could not be parsed, unparsed text found at index ${whole[0].length}`,
    );
  if (whole) return parseError(text, whole[0].length);
  const shape = separator === ' ' ? '0000-00-00 00:00:00' : '0000-00-00T00:00:00';
  let i = 0;
  while (
    i < shape.length &&
    i < text.length &&
    (shape[i] === '0' ? /\d/.test(text[i] as string) : text[i] === shape[i])
  )
    i++;
  // A number field that stops short is reported where it starts.
  while (i > 0 && shape[i] === '0' && shape[i - 1] === '0') i--;
  return parseError(text, i);
}

/** Rounds down to the precision that a TIMESTAMP column keeps. */
export function truncateTimestamp(value: TimestampValue, precision: number): TimestampValue {
  if (precision >= 9) return value;
  if (precision <= 3) {
    const unit = 10 ** (3 - precision);
    return { ms: Math.floor(value.ms / unit) * unit, nanos: 0 };
  }
  const unit = 10 ** (9 - precision);
  return { ms: value.ms, nanos: Math.floor(value.nanos / unit) * unit };
}

/** Base64 as Jackson decodes it. */
export function parseBase64(text: string): Value {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
