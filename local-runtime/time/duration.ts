import { FlinkFault } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nano: 1e-6,
  nanos: 1e-6,
  nanosecond: 1e-6,
  nanoseconds: 1e-6,
  µs: 1e-3,
  micro: 1e-3,
  micros: 1e-3,
  microsecond: 1e-3,
  microseconds: 1e-3,
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  secs: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** Milliseconds of an option's duration (`TimeUtils.parseDuration`): `200 ms`, `5s`, a bare number of milliseconds. */
export function durationMillis(text: string): number {
  const match = /^(\d+)\s*([a-zµ]*)$/i.exec(text.trim());
  const unit = match ? UNITS[(match[2] || 'ms').toLowerCase()] : undefined;
  if (!match || unit === undefined) {
    throw new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' as a duration.`);
  }
  return Number(match[1]) * unit;
}
