import { toNumber } from './read.ts';
import type { VertexFigures } from './types.ts';

/** Flink's Long.MIN_VALUE and MAX_VALUE as a double: no watermark yet, and none after it. */
const EDGE = 2 ** 63;

export interface Aggregate {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly sum: number | undefined;
}

const SOURCE = /^Source__[^,]*\.numRecordsOut(PerSecond)?$/;
// A sink of the new interface counts what it sends; one of the old has only what came in.
const WRITER = /(?:^Sink__|__Writer|\bSink\b)[^,]*\.(?:numRecordsSend|numRecordsIn)(PerSecond)?$/;
/** Rows that came too late, as windows, OVER and temporal joins count them by operator. */
const LATE = /^(?:[^,]+\.)?(?:left|right)?numLateRecordsDropped$/i;
const OUTPUT_WATERMARK = /^[^,]+\.currentOutputWatermark$/;

const PLAIN = [
  'numRecordsIn',
  'numRecordsOut',
  'numRecordsInPerSecond',
  'numRecordsOutPerSecond',
  'busyTimeMsPerSecond',
  'backPressuredTimeMsPerSecond',
  'idleTimeMsPerSecond',
  'currentInputWatermark',
  'currentOutputWatermark',
  // The local runtime's own: Flink tells the size of state with checkpoints only.
  'stateBytes',
];

/** KafkaSourceReaderMetrics: where a source stands in a partition. Flink's REST API has `_` for the characters that it does not take in names. */
const POSITION = /(?:^|\.)KafkaSourceReader\.topic\.(.+)\.partition\.(\d+)\.currentOffset$/;

/** The topic and partition of a metric that tells a position in it. */
export function positionMetric(name: string): { readonly topic: string; readonly partition: number } | undefined {
  const [, topic, partition] = POSITION.exec(name) ?? [];
  return topic === undefined ? undefined : { topic, partition: Number(partition) };
}

/** The metrics to ask for of those that a vertex has: Flink answers nothing at all where one that is asked for is missing. */
export function wantedMetrics(names: readonly string[]): string[] {
  const chosen = names.filter(
    (name) => PLAIN.includes(name) || [SOURCE, WRITER, OUTPUT_WATERMARK, LATE].some((pattern) => pattern.test(name)),
  );
  // A comma would end the name in the query.
  return chosen.filter((name) => !name.includes(','));
}

/** What the aggregated metrics of a vertex's subtasks mean. */
export function vertexFigures(metrics: ReadonlyMap<string, Aggregate>): VertexFigures {
  const sum = (name: string): number | undefined => metrics.get(name)?.sum;
  const share = (name: string): number | undefined => {
    const value = metrics.get(name)?.max;
    return value === undefined ? undefined : Math.min(1, Math.max(0, value / 1000));
  };
  const total = (pattern: RegExp, rate: boolean): number | undefined => {
    const found = new Map<string, number>();
    for (const [name, { sum: value }] of metrics) {
      const match = pattern.exec(name);
      if (!match || (match[1] !== undefined) !== rate || value === undefined) continue;
      const operator = name.slice(0, name.lastIndexOf('.'));
      found.set(operator, Math.max(found.get(operator) ?? 0, value));
    }
    return found.size === 0 ? undefined : [...found.values()].reduce((a, b) => a + b, 0);
  };
  return {
    recordsIn: sum('numRecordsIn'),
    recordsOut: sum('numRecordsOut'),
    sourceRecords: total(SOURCE, false),
    sinkRecords: total(WRITER, false),
    recordsInPerSecond: sum('numRecordsInPerSecond'),
    recordsOutPerSecond: sum('numRecordsOutPerSecond'),
    sourceRecordsPerSecond: total(SOURCE, true),
    sinkRecordsPerSecond: total(WRITER, true),
    busy: share('busyTimeMsPerSecond'),
    backPressured: share('backPressuredTimeMsPerSecond'),
    idle: share('idleTimeMsPerSecond'),
    watermark: watermarkOf(metrics),
    lateRecords: lateRecords(metrics),
    stateBytes: sum('stateBytes'),
  };
}

function lateRecords(metrics: ReadonlyMap<string, Aggregate>): number | undefined {
  let late: number | undefined;
  for (const [name, { sum }] of metrics) if (LATE.test(name) && sum !== undefined) late = (late ?? 0) + sum;
  return late;
}

/** A vertex with inputs has their watermark; in a source the operators before the one that makes it have none. */
function watermarkOf(metrics: ReadonlyMap<string, Aggregate>): number | undefined {
  const input = watermark(metrics.get('currentInputWatermark')?.min);
  if (input !== undefined) return input;
  let latest: number | undefined;
  for (const [name, { min }] of metrics) {
    if (name !== 'currentOutputWatermark' && !OUTPUT_WATERMARK.test(name)) continue;
    const value = watermark(min);
    if (value !== undefined && (latest === undefined || value > latest)) latest = value;
  }
  return latest;
}

/** A watermark as time; undefined for none yet, Infinity when all has come. */
export function watermark(value: unknown): number | undefined {
  const number = toNumber(value);
  if (number === undefined || number <= -EDGE) return undefined;
  return number >= EDGE ? Number.POSITIVE_INFINITY : number;
}
