import type { TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { parseDate } from './cast/from-string.ts';
import { decimalToLong } from './decimal.ts';
import { bound, type CallSite, type Evaluate, type FunctionTable, remember, volatile } from './impl.ts';
import { doubleToLong } from './integers.ts';
import {
  civil,
  dayOf,
  dayOfYear,
  daysInMonth,
  epochDay,
  isoDayOfWeek,
  isoWeek,
  MILLIS_PER_DAY,
  subtractMonths,
} from './java/calendar.ts';
import {
  type DateFormat,
  modernFormat,
  modernParse,
  type Parsed,
  simpleFormat,
  simpleParse,
} from './java/date-pattern.ts';
import { type Zone, zoneOf, zoneOrGmt } from './java/time-zone.ts';

const first = (site: CallSite): LogicalType => site.operandTypes[0] as LogicalType;
const isText = (type: LogicalType | undefined): boolean => type?.root === 'CHAR' || type?.root === 'VARCHAR';

/** Local milliseconds of a date, time or timestamp. */
function localMillis(type: LogicalType, zone: Zone): (value: Value) => number {
  switch (type.root) {
    case 'DATE':
      return (value) => (value as number) * MILLIS_PER_DAY;
    case 'TIME_WITHOUT_TIME_ZONE':
      return (value) => value as number;
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (value) => (value as TimestampValue).ms + zone.offsetAt((value as TimestampValue).ms);
    default:
      return (value) => (value as TimestampValue).ms;
  }
}

/** A field of the calendar day. */
function dateField(unit: string): ((day: number) => number) | undefined {
  const year = (day: number) => civil(day)[0];
  const blocks = (size: number) => (day: number) => {
    const y = year(day);
    return y > 0 ? Math.trunc((y + size - 1) / size) : Math.trunc((y - size + 1) / size);
  };
  switch (unit) {
    case 'YEAR':
      return year;
    case 'QUARTER':
      return (day) => Math.ceil(civil(day)[1] / 3);
    case 'MONTH':
      return (day) => civil(day)[1];
    case 'DAY':
      return (day) => civil(day)[2];
    case 'WEEK':
      return (day) => isoWeek(day).week;
    case 'DOY':
      return dayOfYear;
    case 'DOW':
      return (day) => (isoDayOfWeek(day) % 7) + 1;
    case 'ISODOW':
      return isoDayOfWeek;
    case 'ISOYEAR':
      return (day) => isoWeek(day).year;
    case 'DECADE':
      return (day) => Math.trunc(year(day) / 10);
    case 'CENTURY':
      return blocks(100);
    case 'MILLENNIUM':
      return blocks(1000);
    default:
      return undefined;
  }
}

/** Fields of the time of day: Java's remainders, so negative before 1970. */
const TIME_FIELDS: Readonly<Record<string, (ms: number) => number>> = {
  HOUR: (ms) => Math.trunc((ms % MILLIS_PER_DAY) / 3_600_000),
  MINUTE: (ms) => Math.trunc((ms % 3_600_000) / 60_000),
  SECOND: (ms) => Math.trunc((ms % 60_000) / 1000),
};

/** Fields of a number of months. */
const MONTH_FIELDS: Readonly<Record<string, (months: number) => number>> = {
  YEAR: (months) => months / 12,
  MONTH: (months) => months % 12,
  QUARTER: (months) => (months % 12) / 3 + 1,
};

function extract(site: CallSite): Evaluate {
  const unit = String(site.literal(0));
  const type = site.operandTypes[1] as LogicalType;
  if (type.root === 'INTERVAL_YEAR_MONTH') {
    const field = MONTH_FIELDS[unit];
    if (!field) throw unsupportedUnit(unit);
    return (_unit: string, months: number) => BigInt(Math.trunc(field(months)));
  }
  if (type.root === 'INTERVAL_DAY_TIME') {
    const field =
      unit === 'DAY'
        ? (ms: number) => Math.trunc(ms / MILLIS_PER_DAY)
        : unit === 'MILLISECOND'
          ? (ms: number) => ms % 60_000
          : TIME_FIELDS[unit];
    if (!field) throw unsupportedUnit(unit);
    return (_unit: string, interval: bigint) => BigInt(field(Number(interval)));
  }
  const zone = zoneOf(site.env.zone);
  const local = localMillis(type, zone);
  const nanos = (value: Value): number => (typeof value === 'object' ? (value as TimestampValue).nanos : 0);
  const time = TIME_FIELDS[unit];
  if (time) return (_unit: string, value: Value) => BigInt(time(local(value)));
  switch (unit) {
    case 'EPOCH':
      return (_unit: string, value: Value) => {
        const ms = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? (value as TimestampValue).ms : local(value);
        return BigInt(Math.trunc(ms / 1000));
      };
    case 'MILLISECOND':
      return (_unit: string, value: Value) => BigInt(local(value) % 1000);
    case 'MICROSECOND':
      return (_unit: string, value: Value) => BigInt((local(value) % 1000) * 1000 + Math.trunc(nanos(value) / 1000));
    case 'NANOSECOND':
      return (_unit: string, value: Value) => BigInt((local(value) % 1000) * 1_000_000 + nanos(value));
    default: {
      const field = dateField(unit);
      if (!field) throw unsupportedUnit(unit);
      const truncating = type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
      // Timestamps are divided into days towards zero, as Java divides.
      return truncating
        ? (_unit: string, value: Value) => BigInt(field(Math.trunc(local(value) / MILLIS_PER_DAY)))
        : (_unit: string, value: number) => BigInt(field(value));
    }
  }
}

const unsupportedUnit = (unit: string): FlinkFault =>
  new FlinkFault('CodeGenException', `Unit '${unit}' is not supported.`);

const DIFF_UNITS: Readonly<Record<string, number>> = {
  MILLISECOND: 1,
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: MILLIS_PER_DAY,
  WEEK: 604_800_000,
};

/** Whole units from the first time to the second; an INT that wraps. */
function timestampDiff(site: CallSite): Evaluate {
  const unit = String(site.literal(0));
  const utc = zoneOf('UTC');
  const from = localMillis(site.operandTypes[1] as LogicalType, utc);
  const to = localMillis(site.operandTypes[2] as LogicalType, utc);
  const months = { MONTH: 1, QUARTER: 3, YEAR: 12 }[unit];
  if (months !== undefined) {
    return (_unit: string, a: Value, b: Value) => Math.trunc(subtractMonths(to(b), from(a)) / months) || 0;
  }
  const size = DIFF_UNITS[unit];
  if (size === undefined) throw unsupportedUnit(unit);
  // Weeks are made of seconds, which wrap to 32 bits.
  if (unit === 'WEEK') {
    return (_unit: string, a: Value, b: Value) =>
      // No negative zero.
      Math.trunc(Number(BigInt.asIntN(32, BigInt(Math.trunc((to(b) - from(a)) / 1000)))) / 604_800) || 0;
  }
  // The difference wraps to 32 bits while it is still in milliseconds for seconds and below.
  return (_unit: string, a: Value, b: Value) => Number(BigInt.asIntN(32, BigInt(Math.trunc((to(b) - from(a)) / size))));
}

const MIN_MS = -62167219200000;
const MAX_MS = 253402300799999;

const instant = (ms: number, nanos = 0): TimestampValue | null => (ms >= MIN_MS && ms <= MAX_MS ? { ms, nanos } : null);

/** Timestamp.valueOf and Date.valueOf, the fallbacks of DateTimeUtils.parseTimestampData. */
function sqlTimestamp(source: string): Parsed | undefined {
  const text = source.trim();
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(text);
  if (!m) return undefined;
  const [year, month, date] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  if (month < 1 || month > 12 || date < 1 || date > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  // Both constructors are lenient about the day: the 30th of February is the 1st of March.
  const day = epochDay(year, month, 1) + date - 1;
  const nanos = Number((m[7] ?? '').padEnd(9, '0'));
  return {
    ms: day * MILLIS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.floor(nanos / 1e6),
    nanos: nanos % 1e6,
    utc: false,
  };
}

/** The default formatter of TO_TIMESTAMP: `yyyy-[M]M-[d]d[ [H]H:[m]m:[s]s[.f]]`, clamping days past the month's end. */
function defaultTimestamp(text: string): Parsed | undefined {
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/.exec(text);
  if (!m) return undefined;
  const [year, month, date] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  if (month < 1 || month > 12 || date < 1 || date > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  const nanos = Number((m[7] ?? '').padEnd(9, '0'));
  const day = epochDay(year, month, Math.min(date, daysInMonth(year, month)));
  return {
    ms: day * MILLIS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.floor(nanos / 1e6),
    nanos: nanos % 1e6,
    utc: false,
  };
}

const withPattern = remember(modernParse);

function parseTimestamp(text: string, pattern: string | undefined): Parsed | undefined {
  const parse = pattern === undefined ? defaultTimestamp : withPattern(pattern);
  return parse(text) ?? sqlTimestamp(text);
}

function toTimestamp(text: string, pattern?: string): Value {
  const parsed = parseTimestamp(text, pattern);
  return parsed ? { ms: parsed.ms, nanos: 0 } : null;
}

function toTimestampLtz(site: CallSite): Evaluate {
  const type = first(site);
  if (isText(type)) {
    const session = zoneOf('UTC');
    return (text: string, pattern?: string, zoneId?: string) => {
      const parsed = parseTimestamp(text, pattern);
      if (!parsed) return null;
      const zone = zoneId === undefined ? session : zoneOf(zoneId);
      return { ms: parsed.utc ? parsed.ms : zone.toUtc(parsed.ms), nanos: 0 };
    };
  }
  return (value: Value, precision = 3) => {
    if (precision !== 0 && precision !== 3) {
      throw new FlinkFault(
        'TableException',
        `The precision value '${precision}' for function TO_TIMESTAMP_LTZ(numeric, precision) is unsupported, the supported value is '0' for second or '3' for millisecond.`,
      );
    }
    let ms: number;
    if (type.root === 'DECIMAL') ms = Number(decimalToLong(value as bigint, type.scale)) * (precision === 0 ? 1000 : 1);
    else if (type.root === 'FLOAT' || type.root === 'DOUBLE') {
      ms = Number(doubleToLong((value as number) * (precision === 0 ? 1000 : 1)));
    } else ms = Number(value) * (precision === 0 ? 1000 : 1);
    return instant(ms);
  };
}

/** What is left of Long.MIN_VALUE milliseconds as an INT of days: the answer to a text that the pattern does not read. */
const UNREADABLE_DAY = Number(BigInt.asIntN(32, -9223372036854775808n / BigInt(MILLIS_PER_DAY)));

function toDate(text: string, pattern?: string): Value {
  if (pattern === undefined) return parseDate(text) ?? null;
  const parsed = simpleParser(pattern)(text);
  return parsed ? dayOf(parsed.ms) : UNREADABLE_DAY;
}

const simpleParser = remember(simpleParse);
const simpleFormatter = remember(simpleFormat);
const modernFormatter = remember<DateFormat>(modernFormat);

function dateFormat(site: CallSite): Evaluate {
  const type = first(site);
  const utc = zoneOf('UTC');
  if (isText(type)) {
    return (text: string, pattern: string) => {
      const parsed = simpleParser('yyyy-MM-dd HH:mm:ss')(text);
      return parsed ? simpleFormatter(pattern)(parsed.ms, 0, utc) : null;
    };
  }
  const zone = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? zoneOf(site.env.zone) : utc;
  return (at: TimestampValue, pattern: string) => modernFormatter(pattern)(at.ms, at.nanos, zone);
}

const MIN_LONG = -9223372036854775808n;

function unixTimestamp(site: CallSite): Evaluate {
  if (site.operandTypes.length === 0) return () => BigInt(Math.floor(nowOf(site)() / 1000));
  const zone = zoneOf(site.env.zone);
  return (text: string, pattern = 'yyyy-MM-dd HH:mm:ss') => {
    const parsed = simpleParser(pattern)(text);
    // DateTimeUtils answers Long.MIN_VALUE for a text it cannot read.
    if (!parsed) return MIN_LONG;
    return BigInt(Math.trunc((parsed.utc ? parsed.ms : zone.toUtc(parsed.ms)) / 1000));
  };
}

function convertTz(text: string, from: string, to: string): string | null {
  const parsed = simpleParser('yyyy-MM-dd HH:mm:ss')(text);
  if (!parsed) return null;
  return simpleFormatter('yyyy-MM-dd HH:mm:ss')(zoneOrGmt(from).toUtc(parsed.ms), 0, zoneOrGmt(to));
}

/** The query's start in batch, else the clock at each record. */
const nowOf = ({ env }: CallSite): (() => number) =>
  env.queryStart === undefined ? () => env.clock.now() : () => env.queryStart as number;

const current = (make: (site: CallSite, now: () => number, zone: Zone) => Evaluate) =>
  volatile((site) => make(site, nowOf(site), zoneOf(site.env.zone)));

const timestampNow = current((_site, now) => () => ({ ms: now(), nanos: 0 }));

/** Dates, times and their texts; the session zone is that of the environment. */
export const temporalFunctions: FunctionTable = {
  EXTRACT: bound(extract),
  TIMESTAMPDIFF: bound(timestampDiff),
  DATE_FORMAT: bound(dateFormat),
  TO_TIMESTAMP: bound(() => toTimestamp),
  TO_TIMESTAMP_LTZ: bound(toTimestampLtz),
  TO_DATE: bound(() => toDate),
  UNIX_TIMESTAMP: { ...bound(unixTimestamp), deterministic: true },
  FROM_UNIXTIME: bound((site) => {
    const zone = zoneOf(site.env.zone);
    return (seconds: bigint | number, pattern = 'yyyy-MM-dd HH:mm:ss') =>
      simpleFormatter(pattern)(Number(BigInt.asIntN(64, BigInt(seconds) * 1000n)), 0, zone);
  }),
  CONVERT_TZ: bound(() => convertTz),
  CURRENT_TIMESTAMP: timestampNow,
  NOW: timestampNow,
  PROCTIME: volatile(({ env }) => () => ({ ms: env.clock.now(), nanos: 0 })),
  CURRENT_ROW_TIMESTAMP: volatile(({ env }) => () => ({ ms: env.clock.now(), nanos: 0 })),
  LOCALTIMESTAMP: current((_site, now, zone) => () => {
    const ms = now();
    return { ms: ms + zone.offsetAt(ms), nanos: 0 };
  }),
  CURRENT_DATE: current((_site, now, zone) => () => {
    const ms = now();
    return dayOf(ms + zone.offsetAt(ms));
  }),
  LOCALTIME: current((_site, now, zone) => () => {
    const ms = now();
    const local = ms + zone.offsetAt(ms);
    return local - dayOf(local) * MILLIS_PER_DAY;
  }),
  CURRENT_WATERMARK: {
    ...volatile(({ env }) => () => {
      const watermark = env.watermark?.();
      return watermark === undefined || !Number.isFinite(watermark) ? null : { ms: watermark, nanos: 0 };
    }),
    strict: false,
  },
};
