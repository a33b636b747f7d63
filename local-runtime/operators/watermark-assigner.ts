import { type Batch, MAX_WATERMARK } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import { durationMillis } from '../time/duration.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** Evaluates the watermark expression over a batch; a TIMESTAMP column. */
export interface WatermarkProgram {
  evalColumn(batch: Batch): Column;
}

/**
 * Makes watermarks from rows. Keeps the greatest watermark seen and the last one sent; both start at 0, so none is sent before
 * 1970. A row passes, then a watermark follows at once when it is more than the interval ahead of the last one sent; a
 * processing-time timer sends what is left. Watermarks from before are ignored but for the last, which passes. After
 * `idle timeout` without rows the output is idle. Follows WatermarkAssignerOperator.
 */
export class WatermarkAssignerOperator implements Operator {
  private readonly timeIndex: number;
  private readonly program: WatermarkProgram;
  private readonly context: OperatorContext;
  private readonly interval: number;
  private readonly idleTimeout: number;
  private current = 0;
  private last = 0;
  private ended = false;
  private started = false;
  private idle = false;
  private lastRecord = 0;

  constructor(timeIndex: number, program: WatermarkProgram, context: OperatorContext) {
    this.timeIndex = timeIndex;
    this.program = program;
    this.context = context;
    this.interval = durationMillis(context.options['pipeline.auto-watermark-interval'] ?? '200 ms');
    this.idleTimeout = durationMillis(context.options['table.exec.source.idle-timeout'] ?? '0 ms');
  }

  process(batch: Batch): void {
    if (!this.started) {
      this.started = true;
      this.schedule();
    }
    const rows: number[] = [];
    const values: number[] = [];
    if (batch.length > 0) this.rows(batch, rows, values);
    const marks = batch.marks;
    if (marks && marks.values[marks.count - 1] === MAX_WATERMARK && !this.ended) {
      this.ended = true;
      this.current = MAX_WATERMARK;
      this.last = MAX_WATERMARK;
      rows.push(batch.length);
      values.push(MAX_WATERMARK);
    }
    if (batch.length === 0 && rows.length === 0) return;
    this.context.output.emit({
      length: batch.length,
      kinds: batch.kinds,
      columns: batch.columns,
      marks: rows.length
        ? { count: rows.length, rows: Int32Array.from(rows), values: Float64Array.from(values) }
        : undefined,
    });
  }

  private rows(batch: Batch, markRows: number[], markValues: number[]): void {
    if (this.idle) {
      this.idle = false;
      this.context.setIdle(false);
    }
    this.lastRecord = this.context.clock.now();
    const timeNulls = (batch.columns[this.timeIndex] as Column).nulls;
    const watermarks = this.program.evalColumn(batch);
    if (watermarks.kind !== 'ts') throw new Error(`watermark expression gives ${watermarks.kind}`);
    const { ms, nulls } = watermarks;
    let current = this.current;
    let last = this.last;
    for (let i = 0; i < batch.length; i++) {
      if (timeNulls !== undefined && timeNulls[i] === 1) {
        throw new FlinkFault(
          'RuntimeException',
          'RowTime field should not be null, please convert it to a non-null long value.',
        );
      }
      if ((nulls === undefined || nulls[i] !== 1) && (ms[i] as number) > current) current = ms[i] as number;
      if (current - last > this.interval) {
        last = current;
        markRows.push(i + 1);
        markValues.push(current);
      }
    }
    this.current = current;
    this.last = last;
  }

  private schedule(): void {
    if (this.interval > 0) this.context.registerProcessingTimer(this.context.clock.now() + Math.max(this.interval, 50));
  }

  onProcessingTime(now: number): void {
    if (this.ended) return;
    if (this.current > this.last) {
      this.last = this.current;
      this.context.emitWatermark(this.current);
    }
    if (this.idleTimeout > 0 && !this.idle && now - this.lastRecord >= this.idleTimeout) {
      this.idle = true;
      this.context.setIdle(true);
    }
    this.schedule();
  }

  end(): void {
    this.ended = true;
  }

  snapshot() {
    return {
      current: this.current,
      last: this.last,
      ended: this.ended,
      started: this.started,
      idle: this.idle,
      lastRecord: this.lastRecord,
    };
  }

  restore(state: ReturnType<WatermarkAssignerOperator['snapshot']>): void {
    this.current = state.current;
    this.last = state.last;
    this.ended = state.ended;
    this.started = state.started;
    this.idle = state.idle;
    this.lastRecord = state.lastRecord;
  }
}
