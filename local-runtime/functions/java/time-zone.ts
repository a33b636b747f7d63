import { FlinkFault } from '../../errors.ts';

/** Offsets of a time zone: `offsetAt(utc)` in ms east of UTC; `toUtc(local)` resolves gaps and overlaps as java.time does. */
export interface Zone {
  readonly id: string;
  readonly fixed: number | undefined;
  offsetAt(utcMs: number): number;
  toUtc(localMs: number): number;
}

const cache = new Map<string, Zone>();

/** A zone by IANA name, `UTC`, `GMT+8`, `+05:45`. Throws ZoneRulesException's words when unknown. */
export function zoneOf(id: string): Zone {
  const known = cache.get(id);
  if (known) return known;
  const made = makeZone(id);
  if (!made) throw new FlinkFault('ZoneRulesException', `Unknown time-zone ID: ${id}`);
  cache.set(id, made);
  return made;
}

/** As java.util.TimeZone.getTimeZone: an unknown id is GMT. */
export function zoneOrGmt(id: string): Zone {
  const known = cache.get(id);
  if (known) return known;
  const made = makeZone(id) ?? fixedZone('GMT', 0);
  cache.set(id, made);
  return made;
}

function makeZone(id: string): Zone | undefined {
  const offset = fixedOffset(id);
  if (offset !== undefined) return fixedZone(id, offset);
  try {
    return new NamedZone(id);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function fixedOffset(id: string): number | undefined {
  if (/^(UTC|GMT|UT|Z|Etc\/UTC|Etc\/GMT|Zulu|Universal)$/.test(id)) return 0;
  const m = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(id);
  if (!m) return undefined;
  const size = Number(m[2]) * 3_600_000 + Number(m[3] ?? 0) * 60_000 + Number(m[4] ?? 0) * 1000;
  return m[1] === '-' ? -size : size;
}

const fixedZone = (id: string, offset: number): Zone => ({
  id,
  fixed: offset,
  offsetAt: () => offset,
  toUtc: (local) => local - offset,
});

const MAX_DATE = 8_640_000_000_000_000 - 86_400_000;
const CYCLE = 146_097 * 86_400_000;
const BUCKET = 900_000;
const DAY = 86_400_000;

/** JavaScript's dates end 8.64e15 ms from 1970, Java's do not: the rules of a zone repeat every 400 years, weekdays included. */
function withinDates(ms: number): number {
  if (Math.abs(ms) <= MAX_DATE) return ms;
  return ms < 0 ? -MAX_DATE : MAX_DATE - CYCLE + ((ms - MAX_DATE) % CYCLE);
}

/** A zone by the rules Intl knows; offsets are cached by quarter of an hour, the grain of all transitions since 1900. */
class NamedZone implements Zone {
  readonly id: string;
  readonly fixed = undefined;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();
  private lastBucket = Number.NaN;
  private lastOffset = 0;

  constructor(id: string) {
    this.id = id;
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: id,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetAt(utcMs: number): number {
    const bucket = Math.floor(utcMs / BUCKET);
    if (bucket === this.lastBucket) return this.lastOffset;
    let offset = this.offsets.get(bucket);
    if (offset === undefined) {
      offset = this.compute(bucket * BUCKET);
      if (this.offsets.size > 100_000) this.offsets.clear();
      this.offsets.set(bucket, offset);
    }
    this.lastBucket = bucket;
    this.lastOffset = offset;
    return offset;
  }

  private compute(at: number): number {
    const ms = withinDates(at);
    let year = 0;
    let month = 0;
    let day = 0;
    let hour = 0;
    let minute = 0;
    let second = 0;
    let bc = false;
    for (const { type, value } of this.format.formatToParts(ms)) {
      if (type === 'year') year = Number(value);
      else if (type === 'month') month = Number(value);
      else if (type === 'day') day = Number(value);
      else if (type === 'hour') hour = Number(value);
      else if (type === 'minute') minute = Number(value);
      else if (type === 'second') second = Number(value);
      else if (type === 'era') bc = value.startsWith('B');
    }
    const local = new Date(0);
    local.setUTCFullYear(bc ? 1 - year : year, month - 1, day);
    local.setUTCHours(hour, minute, second);
    return local.getTime() - Math.floor(ms / 1000) * 1000;
  }

  toUtc(localMs: number): number {
    const before = this.offsetAt(localMs - DAY);
    if (this.offsetAt(localMs - before) === before) return localMs - before;
    const after = this.offsetAt(localMs + DAY);
    if (this.offsetAt(localMs - after) === after) return localMs - after;
    // In a gap: as if the clock had not been changed.
    return localMs - before;
  }
}
