import type { TimestampValue } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import type { CallSite, Evaluate } from './impl.ts';
import { civil, dayOf, epochDay, MILLIS_PER_DAY } from './java/calendar.ts';
import { zoneOf } from './java/time-zone.ts';

const FIXED: Readonly<Record<string, number>> = {
  DAY: MILLIS_PER_DAY,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};

/** Years of the units that begin at a year; centuries and millennia begin with their year 1. */
const YEARS: Readonly<Record<string, { size: number; start: number }>> = {
  YEAR: { size: 1, start: 0 },
  DECADE: { size: 10, start: 0 },
  CENTURY: { size: 100, start: 1 },
  MILLENNIUM: { size: 1000, start: 1 },
};

/** First day of the unit that a day is in (DateTimeUtils.julianDateFloor); weeks begin on Sunday. */
function floorDay(unit: string, day: number): number {
  const [year, month] = civil(day);
  switch (unit) {
    case 'QUARTER':
      return epochDay(year, month - ((month - 1) % 3), 1);
    case 'MONTH':
      return epochDay(year, month, 1);
    case 'WEEK':
      return day - ((((day + 4) % 7) + 7) % 7);
    case 'DAY':
      return day;
    default: {
      const unitYears = YEARS[unit];
      if (!unitYears) return day;
      const { size, start } = unitYears;
      return epochDay(year - ((((year - start) % size) + size) % size), 1, 1);
    }
  }
}

function nextDay(unit: string, first: number): number {
  const [year, month] = civil(first);
  switch (unit) {
    case 'QUARTER':
    case 'MONTH': {
      const at = month - 1 + (unit === 'MONTH' ? 1 : 3);
      return epochDay(year + Math.floor(at / 12), (at % 12) + 1, 1);
    }
    case 'WEEK':
      return first + 7;
    case 'DAY':
      return first + 1;
    default:
      return epochDay(year + (YEARS[unit]?.size ?? 1), 1, 1);
  }
}

/** FLOOR(x TO unit) and CEIL(x TO unit) of local milliseconds. */
function roundMillis(unit: string, up: boolean): (ms: number) => number {
  const size = FIXED[unit];
  if (size !== undefined) {
    return up ? (ms) => Math.ceil(ms / size) * size : (ms) => Math.floor(ms / size) * size;
  }
  return (ms) => {
    const day = dayOf(ms);
    const first = floorDay(unit, day);
    const floor = first * MILLIS_PER_DAY;
    return !up || floor === ms ? floor : nextDay(unit, first) * MILLIS_PER_DAY;
  };
}

/** The implementation of FLOOR or CEIL with a time unit as second operand. */
export function temporalRounding(site: CallSite, up: boolean): Evaluate {
  const unit = String(site.literal(1));
  const type = site.operandTypes[0] as LogicalType;
  const round = roundMillis(unit, up);
  switch (type.root) {
    case 'DATE':
      return (day: number) => {
        if (FIXED[unit] !== undefined) return day;
        const first = floorDay(unit, day);
        return !up || first === day ? first : nextDay(unit, first);
      };
    case 'TIME_WITHOUT_TIME_ZONE':
      return (ms: number) => {
        const rounded = round(ms);
        if (rounded >= MILLIS_PER_DAY) {
          throw new FlinkFault('IllegalArgumentException', `Hour out of range: [${Math.floor(rounded / 3_600_000)}]`);
        }
        return rounded;
      };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return (t: TimestampValue) => ({ ms: round(t.ms), nanos: 0 });
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const zone = zoneOf(site.env.zone);
      return (t: TimestampValue) => ({ ms: zone.toUtc(round(t.ms + zone.offsetAt(t.ms))), nanos: 0 });
    }
    default:
      throw new FlinkFault('CodeGenException', `Unsupported call: ${site.fn}(${type.root}, SYMBOL)`);
  }
}
