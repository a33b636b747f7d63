import type { TimestampValue } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import type { CallSite, Evaluate } from './impl.ts';
import { epochDay, historicDate, MILLIS_PER_DAY } from './java/calendar.ts';
import { zoneOf } from './java/time-zone.ts';

const FIXED: Readonly<Record<string, number>> = {
  DAY: MILLIS_PER_DAY,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};

const MANY_YEARS: Readonly<Record<string, number>> = { CENTURY: 100, MILLENNIUM: 1000 };

/**
 * First day of the unit that a day is in, or of the next one (DateTimeUtils.julianDateFloor). Weeks begin on Sunday; decades and
 * longer always go up, quarters from their first day on except in January.
 */
function roundDay(unit: string, up: boolean, epochDays: number): number {
  const { year, month, day } = historicDate(epochDays);
  switch (unit) {
    case 'DECADE':
      return epochDay(10 * (Math.trunc(year / 10) + (up ? 1 : 0)), 1, 1);
    case 'YEAR':
      return epochDay(up && (month > 1 || day > 1) ? year + 1 : year, 1, 1);
    case 'QUARTER': {
      const quarter = Math.trunc((month + 2) / 3) + (up && (month > 1 || day > 1) ? 1 : 0);
      return quarter > 4 ? epochDay(year + 1, 1, 1) : epochDay(year, quarter * 3 - 2, 1);
    }
    case 'MONTH': {
      const at = up && day > 1 ? month + 1 : month;
      return at > 12 ? epochDay(year + 1, 1, 1) : epochDay(year, at, 1);
    }
    case 'WEEK': {
      const weekday = (((epochDays + 4) % 7) + 7) % 7;
      return epochDay(year, month, day) - (up && weekday > 0 ? weekday - 7 : weekday);
    }
    default: {
      const size = MANY_YEARS[unit];
      if (size === undefined) return epochDays;
      return epochDay(size * Math.trunc((year + size - 1) / size) + (up ? 1 : 1 - size), 1, 1);
    }
  }
}

/** FLOOR(x TO unit) and CEIL(x TO unit) of local milliseconds. */
function roundMillis(unit: string, up: boolean): (ms: number) => number {
  const size = FIXED[unit];
  if (size !== undefined) {
    return up ? (ms) => Math.ceil(ms / size) * size : (ms) => Math.floor(ms / size) * size;
  }
  // Times are cut to days towards zero, as Java divides.
  return (ms) => roundDay(unit, up, Math.trunc(ms / MILLIS_PER_DAY)) * MILLIS_PER_DAY;
}

/** The implementation of FLOOR or CEIL with a time unit as second operand. */
export function temporalRounding(site: CallSite, up: boolean): Evaluate {
  const unit = String(site.literal(1));
  const type = site.operandTypes[0] as LogicalType;
  const round = roundMillis(unit, up);
  switch (type.root) {
    case 'DATE':
      return (day: number) => (FIXED[unit] === undefined ? roundDay(unit, up, day) : day);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (ms: number) => round(ms);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (t: TimestampValue) => ({ ms: round(t.ms), nanos: 0 });
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const zone = zoneOf(site.env.zone);
      // The offset is that of the time before it is rounded, on days when the clocks change too (DateTimeUtils.timestampFloor).
      return ({ ms }: TimestampValue) => {
        const offset = zone.offsetAt(ms);
        return { ms: round(ms + offset) - offset, nanos: 0 };
      };
    }
    default:
      throw new FlinkFault('CodeGenException', `Unsupported call: ${site.fn}(${type.root}, SYMBOL)`);
  }
}
