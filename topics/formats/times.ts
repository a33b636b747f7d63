/** Times of formats as ISO 8601 texts, which JSON tables read with `timestamp-format.standard` = `ISO-8601`, and back. */

const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

const DAY = 86_400_000n;
/** The days that a Date knows. */
const LAST_DAY = 100_000_000n;

/** A moment, or digits where it is out of every calendar. */
function text(nanos: bigint, digits: 3 | 6 | 9, zone: 'Z' | ''): string {
  const ms = floorDiv(nanos, 1_000_000n);
  if (ms > DAY * LAST_DAY || ms < -DAY * LAST_DAY) return String(nanos);
  const iso = new Date(Number(ms)).toISOString();
  const rest = String(nanos - ms * 1_000_000n).padStart(6, '0');
  return `${iso.slice(0, -1)}${rest.slice(0, digits - 3)}${zone}`;
}

export const millisText = (ms: bigint, zone: 'Z' | ''): string => text(ms * 1_000_000n, 3, zone);
export const microsText = (micros: bigint, zone: 'Z' | ''): string => text(micros * 1000n, 6, zone);
export const nanosText = (nanos: bigint, zone: 'Z' | ''): string => text(nanos, 9, zone);

export function dateText(days: bigint): string {
  return days > LAST_DAY || days < -LAST_DAY
    ? String(days)
    : new Date(Number(days * DAY)).toISOString().replace(/T.*/, '');
}

/** Nanoseconds of the day. */
export function timeText(nanos: bigint): string {
  if (nanos < 0n || nanos >= DAY * 1_000_000n) return String(nanos);
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(11, 19);
  const fraction = String(nanos % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? seconds : `${seconds}.${fraction}`;
}

const MOMENT = /^([+-]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Nanoseconds since 1970 of an ISO 8601 text; without a zone it is meant in UTC. Undefined for another text. */
export function momentOf(given: string): bigint | undefined {
  const match = MOMENT.exec(given.trim());
  if (!match) return undefined;
  const [, date, time = '00:00:00', fraction = '', zone = 'Z'] = match;
  const ms = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** Nanoseconds of the day of `13:45`, `13:45:01.5`. */
export function timeOf(given: string): bigint | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/.exec(given.trim());
  if (!match) return undefined;
  const [, hours, minutes, seconds = '0', fraction = ''] = match;
  const whole = (BigInt(hours as string) * 60n + BigInt(minutes as string)) * 60n + BigInt(seconds);
  return whole * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
