const HOUR = 3_600_000;
const QUARTER = 900_000;

/**
 * Window times of TIMESTAMP_LTZ columns are local wall-clock times held as if they were UTC ("shifted"); timers are epoch
 * milliseconds. Follows TimeWindowUtil, with java.time's rules for gaps and overlaps.
 */
export class ZoneShift {
  private readonly format: Intl.DateTimeFormat | undefined;
  private readonly offsets = new Map<number, number>();
  private readonly fixed: number | undefined;
  /** TimeZone.useDaylightTime: whether the zone changes its clocks. */
  readonly daylight: boolean;

  /** `zone`: an IANA name or an offset such as `GMT+05:45`; undefined for TIMESTAMP columns, which are not shifted. */
  constructor(zone: string | undefined) {
    this.fixed = zone === undefined ? 0 : fixedOffset(zone);
    if (this.fixed === undefined) {
      this.format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        era: 'short',
      });
    }
    const year = new Date().getUTCFullYear();
    this.daylight = this.fixed === undefined && this.offset(Date.UTC(year, 0, 1)) !== this.offset(Date.UTC(year, 6, 1));
  }

  /** Whether nothing is ever shifted. */
  get isUtc(): boolean {
    return this.fixed === 0;
  }

  /** The zone's offset from UTC at an instant, ms. */
  offset(epochMs: number): number {
    if (this.fixed !== undefined) return this.fixed;
    const bucket = Math.floor(epochMs / QUARTER);
    const known = this.offsets.get(bucket);
    if (known !== undefined) return known;
    const at = bucket * QUARTER;
    const part: Record<string, number> = {};
    let bc = false;
    for (const { type, value } of (this.format as Intl.DateTimeFormat).formatToParts(at)) {
      if (type === 'era') bc = value.startsWith('B');
      else if (type !== 'literal') part[type] = Number(value);
    }
    const local = new Date(0);
    const year = part.year as number;
    local.setUTCFullYear(bc ? 1 - year : year, (part.month as number) - 1, part.day as number);
    local.setUTCHours(part.hour as number, part.minute as number, part.second as number);
    const offset = local.getTime() - at;
    if (this.offsets.size > 10_000) this.offsets.clear();
    this.offsets.set(bucket, offset);
    return offset;
  }

  /** toUtcTimestampMills: the wall-clock time of an instant. */
  toLocal(epochMs: number): number {
    if (this.fixed === 0 || !Number.isFinite(epochMs)) return epochMs;
    return epochMs + this.offset(epochMs);
  }

  /** toEpochMills: the instant of a wall-clock time; in an overlap the earlier, in a gap moved on by the gap's length. */
  toEpoch(local: number): number {
    if (this.fixed !== undefined || !Number.isFinite(local)) return local - (this.fixed ?? 0);
    const before = this.offset(local - 24 * HOUR);
    const after = this.offset(local + 24 * HOUR);
    if (this.offset(local - before) === before) return local - before;
    if (this.offset(local - after) === after) return local - after;
    return local - before;
  }

  /** toEpochMillsForTimer: when the timer of a window whose last wall-clock millisecond is `local` fires. */
  toTimer(local: number): number {
    if (this.fixed === 0 || !Number.isFinite(local)) return local;
    const first = this.toEpoch(local);
    if (!this.daylight) return first;
    const hourLater = this.toEpoch(local + HOUR);
    if (first === hourLater) return first - (first % HOUR);
    return hourLater - first > HOUR ? first + HOUR : first;
  }
}

function fixedOffset(zone: string): number | undefined {
  if (/^(UTC|GMT|Z|Etc\/UTC|Etc\/GMT|UCT)$/i.test(zone)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?(?::?(\d{2}))?$/.exec(zone);
  if (!match) return undefined;
  const ms = Number(match[2]) * HOUR + Number(match[3] ?? 0) * 60_000 + Number(match[4] ?? 0) * 1000;
  return match[1] === '-' ? -ms : ms;
}
