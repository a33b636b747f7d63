import { FlinkFault } from '../errors.ts';

const DAY = 86_400_000;

/** The units of Flink's `TimeUtils`, largest first: what one has of milliseconds, and how it may be spelt. */
const UNITS: readonly (readonly [name: string, millis: number, labels: readonly string[]])[] = [
  ['DAYS', DAY, ['d', 'day', 'days']],
  ['HOURS', 3_600_000, ['h', 'hour', 'hours']],
  ['MINUTES', 60_000, ['min', 'm', 'minute', 'minutes']],
  ['SECONDS', 1000, ['s', 'sec', 'secs', 'second', 'seconds']],
  ['MILLISECONDS', 1, ['ms', 'milli', 'millis', 'millisecond', 'milliseconds']],
  ['MICROSECONDS', 1e-3, ['µs', 'micro', 'micros', 'microsecond', 'microseconds']],
  ['NANOSECONDS', 1e-6, ['ns', 'nano', 'nanos', 'nanosecond', 'nanoseconds']],
];
const MILLIS = new Map(UNITS.flatMap(([, millis, labels]) => labels.map((label) => [label, millis] as const)));
const LONG_MAX = 2n ** 63n - 1n;

/** `java.time.Duration.parse`. */
const ISO =
  /^([-+]?)P(?:([-+]?\d+)D)?(?:T(?=[-+\d])(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:[.,]\d{0,9})?)S)?)?$/i;

/**
 * Milliseconds of a duration as options spell it (`TimeUtils.parseDuration`): `200 ms`, `5s`, `PT5S`, a bare number of milliseconds.
 * Fails as Flink does.
 */
export function durationMillis(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new FlinkFault('IllegalArgumentException', 'argument is an empty- or whitespace-only string');
  const number = /^\d*/.exec(trimmed)?.[0] ?? '';
  if (number === '') return isoMillis(trimmed);
  const label = trimmed.slice(number.length).trim().toLowerCase();
  if (label === '') return Number(number);
  const unit = MILLIS.get(label);
  if (unit === undefined) {
    const known = UNITS.map(([name, , labels]) => `${name}: (${labels.join(' | ')})`).join(', ');
    const message = `Time interval unit label '${label}' does not match any of the recognized units: ${known}`;
    throw new FlinkFault('IllegalArgumentException', message);
  }
  if (BigInt(number) > LONG_MAX) throw new FlinkFault('ArithmeticException', 'BigInteger out of long range');
  return Number(number) * unit;
}

function isoMillis(text: string): number {
  const match = text.length > 1 ? ISO.exec(text) : null;
  if (!match || /P$/i.test(text)) {
    const message = `text does not start with a number, and is not a valid ISO-8601 duration format: ${text}`;
    throw new FlinkFault('NumberFormatException', message);
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((part) => Number((part ?? '0').replace(',', '.')));
  const millis = days * DAY + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  const signed = match[1] === '-' ? -millis : millis;
  if (signed < 0) throw new FlinkFault('NumberFormatException', 'negative duration is not supported');
  return signed;
}
