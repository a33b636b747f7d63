import { momentOf } from '../formats/times.ts';
import { isObject, JsonNumber, type JsonObject, type JsonValue } from '../json.ts';

/** A time of each sample, or undefined where it has none; in the order of offsets within each partition. */
export interface TimedSample {
  readonly partition: number;
  /** Epoch ms of the record. */
  readonly recordTime: number;
  readonly row: JsonValue | undefined;
}

export interface EventTime {
  readonly column: string;
  /** Of a number: what it counts. */
  readonly unit?: 'ms' | 's';
  /** ms that a watermark may wait. */
  readonly delayMs: number;
  readonly evidence: string;
}

const NAMES: readonly RegExp[] = [
  /^(event_?time|event_?ts|event_?timestamp|occurred_?at|happened_?at)$/i,
  /^(ts|time|timestamp|rowtime|datetime|at)$/i,
  /^(created|updated|order|trade|bid|click|sent|received)_?(at|time|ts|timestamp|on)$/i,
  /(time|timestamp|_ts|_at|date)$/i,
];
/** What a delay is rounded up to, ms. */
const DELAYS = [
  0, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000,
];
/** 2001 to 2100: numbers of other things are seldom there. */
const EPOCH_MS = [1_000_000_000_000, 4_102_444_800_000] as const;

/**
 * Finds the column that tells when things happened, and how late it came. Candidates are columns of times, or of numbers that are
 * epoch times and are called so, that every sample has; the name decides, then how near it is to the records' own time.
 * @param times names of columns whose type is a time.
 */
export function eventTimeOf(
  samples: readonly TimedSample[],
  times: readonly string[],
  numbers: readonly string[],
): EventTime | undefined {
  const candidates = [...times, ...numbers].flatMap((column) => {
    const isNumber = numbers.includes(column);
    const rank = NAMES.findIndex((pattern) => pattern.test(column));
    if (isNumber && rank < 0) return [];
    const read = samples.map(({ row }) => (isObject(row) ? timeIn(row, column, isNumber) : undefined));
    if (read.length === 0 || read.some((moment) => moment === undefined)) return [];
    const moments = read as { ms: number; unit?: 'ms' | 's' }[];
    const units = new Set(moments.map(({ unit }) => unit));
    if (units.size > 1) return [];
    const distance = median(moments.map(({ ms }, i) => Math.abs(ms - (samples[i] as TimedSample).recordTime)));
    return [
      { column, unit: [...units][0], rank: rank < 0 ? NAMES.length : rank, distance, ms: moments.map(({ ms }) => ms) },
    ];
  });
  const [best] = candidates.sort((a, b) => a.rank - b.rank || a.distance - b.distance);
  if (!best) return undefined;
  return { column: best.column, ...(best.unit ? { unit: best.unit } : {}), ...disorder(samples, best.ms) };
}

/** Of the records' own time. */
export const recordTimeOf = (samples: readonly TimedSample[]) =>
  disorder(
    samples,
    samples.map(({ recordTime }) => recordTime),
  );

function timeIn(row: JsonObject, column: string, isNumber: boolean): { ms: number; unit?: 'ms' | 's' } | undefined {
  const value = row.get(column);
  if (value instanceof JsonNumber && isNumber) {
    const n = Number(value.digits);
    if (n >= EPOCH_MS[0] && n < EPOCH_MS[1]) return { ms: n, unit: 'ms' };
    return n >= EPOCH_MS[0] / 1000 && n < EPOCH_MS[1] / 1000 ? { ms: n * 1000, unit: 's' } : undefined;
  }
  const nanos = typeof value === 'string' ? momentOf(value) : undefined;
  return nanos === undefined ? undefined : { ms: Number(nanos / 1_000_000n) };
}

/** How far behind a later one a time came, within its partition, as a source's watermarks are made per partition. */
function disorder(samples: readonly TimedSample[], ms: readonly number[]): { delayMs: number; evidence: string } {
  const newest = new Map<number, number>();
  let late = 0;
  let worst = 0;
  for (const [i, { partition }] of samples.entries()) {
    const time = ms[i] as number;
    const before = newest.get(partition) ?? Number.NEGATIVE_INFINITY;
    if (time < before) {
      late++;
      worst = Math.max(worst, before - time);
    }
    newest.set(partition, Math.max(before, time));
  }
  const of = `${samples.length} message${samples.length === 1 ? '' : 's'} of ${newest.size} partition${newest.size === 1 ? '' : 's'}`;
  if (late === 0) return { delayMs: 0, evidence: `of ${of} none came behind a later one` };
  const delayMs = DELAYS.find((delay) => delay >= worst) ?? Math.ceil(worst / 86_400_000) * 86_400_000;
  return { delayMs, evidence: `of ${of} ${late} came behind a later one, at most ${spanText(worst)}` };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export function spanText(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const;
  const unit = units.find(([size]) => ms >= size);
  return unit ? `${Number((ms / unit[0]).toFixed(1))} ${unit[1]}` : `${ms} ms`;
}

/** As an interval of SQL. */
export function intervalOf(ms: number): string {
  for (const [size, unit] of [
    [86_400_000, 'DAY'],
    [3_600_000, 'HOUR'],
    [60_000, 'MINUTE'],
  ] as const)
    if (ms > 0 && ms % size === 0 && ms / size < 100) return `INTERVAL '${ms / size}' ${unit}`;
  return `INTERVAL '${ms / 1000}' SECOND`;
}
