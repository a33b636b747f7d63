import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';

/** What a subtask has done so far, as the JobManager's metrics name it. */
export interface TaskFigures {
  /** Bytes of rows, estimated: text by a sample of each batch. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Time spent in the operator itself, ms. */
  readonly busy: number;
  /** The least of the inputs' watermarks; undefined as long as one has none. */
  readonly inputWatermark: number | undefined;
  /** Rows that came too late and were dropped (numLateRecordsDropped, of both sides of a join). */
  readonly lateRecords: number;
  /** Of a source: records that could not be read, and were passed over or kept as dead letters (numRecordsInErrors). */
  readonly badRecords: number;
  /** What the connector itself measures, by name. */
  readonly gauges?: Readonly<Record<string, number>>;
}

/** Rows of a batch whose texts are measured for the size of all. */
const SAMPLE = 8;
/** Bytes that a nested value counts for. */
const NESTED = 32;

const WIDTHS = { bool: 1, i32: 4, i64: 8, f64: 8, ts: 8 } as const;

/** About how many bytes a batch's rows take in Flink's binary rows. */
export function batchBytes({ columns, length }: Batch): number {
  let bytes = 0;
  for (const column of columns) bytes += length * columnWidth(column, length);
  return bytes;
}

function columnWidth(column: Column, length: number): number {
  if (column.kind === 'obj') return NESTED;
  if (column.kind !== 'str') return WIDTHS[column.kind];
  const step = Math.max(1, Math.floor(length / SAMPLE));
  let total = 0;
  let n = 0;
  for (let i = 0; i < length; i += step, n++) if (column.nulls?.[i] !== 1) total += column.get(i).length;
  return n === 0 ? 0 : total / n;
}

/** Time that operators called from the one at hand have taken; calls nest, as rows are pushed. */
let within = 0;

/** Counts what goes through one subtask. */
export class TaskMetrics {
  private bytesIn = 0;
  private bytesOut = 0;
  private busy = 0;
  private lateRecords = 0;
  private badRecords = 0;
  private readonly watermarks: (number | undefined)[];
  /** Of a source that measures more. */
  gauges: (() => Readonly<Record<string, number>>) | undefined;

  constructor(inputs: number) {
    this.watermarks = Array.from({ length: inputs }, () => undefined);
  }

  received(batch: Batch, input: number): void {
    if (batch.length > 0) this.bytesIn += batchBytes(batch);
    if (batch.marks) this.watermarks[input] = batch.marks.values[batch.marks.count - 1];
  }

  emitted(batch: Batch): void {
    if (batch.length > 0) this.bytesOut += batchBytes(batch);
  }

  /** One of the operator's own counters goes up. */
  counted(metric: string, by: number): void {
    if (/^(?:left|right)?NumLateRecordsDropped$/i.test(metric)) this.lateRecords += by;
    else if (metric === 'numRecordsInErrors') this.badRecords += by;
  }

  /** Runs work of the operator and counts the time that it takes itself. */
  timed(work: () => void): void {
    const outer = within;
    within = 0;
    const began = performance.now();
    try {
      work();
    } finally {
      const took = performance.now() - began;
      this.busy += took - within;
      within = outer + took;
    }
  }

  get figures(): TaskFigures {
    const { bytesIn, bytesOut, busy, lateRecords, badRecords, watermarks } = this;
    let inputWatermark: number | undefined = Number.POSITIVE_INFINITY;
    for (const watermark of watermarks) {
      if (watermark === undefined || inputWatermark === undefined) inputWatermark = undefined;
      else inputWatermark = Math.min(inputWatermark, watermark);
    }
    return {
      bytesIn,
      bytesOut,
      busy,
      lateRecords,
      badRecords,
      inputWatermark: watermarks.length === 0 ? undefined : inputWatermark,
      ...(this.gauges && { gauges: this.gauges() }),
    };
  }
}
