/** Counts of a timestamp column in a second. */
export type UnitsPerSecond = 1n | 1_000n | 1_000_000n | 1_000_000_000n;

/**
 * A count since 1970 as Flink prints it with `precision` digits after the second. `zone` is the session's for an
 * instant (TIMESTAMP_LTZ), undefined for a wall clock.
 */
export function timestampText(value: bigint, units: UnitsPerSecond, precision: number, zone?: string): string {
  const second = floorDiv(value, units);
  const fraction = value - second * units;
  const shown = Number(second) + (zone === undefined ? 0 : offsetSeconds(zone, Number(second)));
  const date = new Date(shown * 1000);
  if (Number.isNaN(date.getTime())) return String(value);
  const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const day = `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  if (precision === 0) return `${day} ${clock}`;
  const digits = String(fraction).padStart(String(units).length - 1, '0');
  return `${day} ${clock}.${digits.padEnd(precision, '0').slice(0, precision)}`;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

const FIXED = /^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?$/;
/** Zones change their offset at whole quarters of an hour. */
const QUARTER = 900;
const MOST_REMEMBERED = 10_000;
const known = new Map<string, { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> }>();

/** Seconds that a zone's wall clock is ahead of UTC at an instant. Throws RangeError for an unknown zone. */
function offsetSeconds(zone: string, second: number): number {
  if (zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  const fixed = FIXED.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 3600 + Number(fixed[3] ?? 0) * 60);
  let entry = known.get(zone);
  if (!entry) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    entry = { format, offsets: new Map() };
    known.set(zone, entry);
  }
  const quarter = Math.floor(second / QUARTER);
  let offset = entry.offsets.get(quarter);
  if (offset === undefined) {
    offset = wallClock(entry.format, quarter * QUARTER) - quarter * QUARTER;
    if (entry.offsets.size >= MOST_REMEMBERED) entry.offsets.clear();
    entry.offsets.set(quarter, offset);
  }
  return offset;
}

/** What a zone's clock shows at an instant, as if it were UTC, in seconds. */
function wallClock(format: Intl.DateTimeFormat, second: number): number {
  const parts = Object.fromEntries(format.formatToParts(second * 1000).map(({ type, value }) => [type, value]));
  const part = (type: string): number => Number(parts[type]);
  const year = parts.era?.startsWith('B') ? 1 - part('year') : part('year');
  const date = new Date(0);
  date.setUTCFullYear(year, part('month') - 1, part('day'));
  date.setUTCHours(part('hour'), part('minute'), part('second'));
  return date.getTime() / 1000;
}
