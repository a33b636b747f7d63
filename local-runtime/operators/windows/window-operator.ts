import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import type { Column, TimestampColumn } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import { RowWriter } from '../../state/row-writer.ts';
import { TimerHeap } from '../../time/timer-heap.ts';
import { ZoneShift } from '../../time/zone-shift.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import type { StateTable } from '../state-table.ts';
import type { WindowContents } from './accumulators.ts';
import { CountedKeys } from './keys.ts';
import type { WindowSettings } from './settings.ts';

/** A row's time in wall-clock ms, its key and whether it adds or retracts. */
export interface WindowRow {
  readonly row: number;
  readonly key: number;
  readonly time: number;
  readonly accumulate: boolean;
}

/**
 * What windows whose rows are aggregated as they come (no slices, no buffers) have in common: time, keys, timers, late rows, output.
 * Keeps the keys, a timer for each window and the watermark, which fires the timers that it passes, in order, and then passes itself.
 * What a window gives is the subclass's. Follows WindowOperator and InternalTimerServiceImpl.
 * A timer has a payload of type `T` that names its window.
 */
export abstract class WindowOperator<T> implements Operator {
  protected readonly settings: WindowSettings;
  protected readonly context: OperatorContext;
  protected readonly zone: ZoneShift;
  protected readonly keys: CountedKeys;
  protected readonly contents: WindowContents;
  protected readonly timers = new TimerHeap<T>();
  /** The watermark or processing time that timers have seen. */
  protected progress = Number.NEGATIVE_INFINITY;
  protected readonly out: RowWriter;

  constructor(
    settings: WindowSettings,
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
    contents: WindowContents,
  ) {
    this.settings = settings;
    this.context = context;
    this.zone = new ZoneShift(settings.ltz ? context.zone : undefined);
    this.keys = new CountedKeys(settings.group, inputTypes);
    this.contents = contents;
    this.out = new RowWriter(
      settings.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  /** Puts a row into its windows; false when it is too late for all of them. */
  protected abstract add(row: WindowRow): boolean;
  protected abstract fireTimer(payload: T, time: number): void;

  /** What else the kind of window keeps; payloads of timers may be shared with it. */
  protected abstract windowsSnapshot(): unknown;
  protected abstract restoreWindows(state: unknown): void;

  process(batch: Batch): void {
    this.contents.bind(batch.columns, batch.length);
    this.keys.bind(batch.columns, batch.length);
    const { kinds } = batch;
    const times = this.settings.rowtime && batch.length > 0 ? this.timeColumn(batch) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          this.row(i, times, kind === INSERT || kind === UPDATE_AFTER);
        }
      },
      (watermark) => {
        if (this.settings.rowtime && watermark > this.progress) this.advance(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
  }

  private timeColumn(batch: Batch): TimestampColumn {
    const column = batch.columns[this.settings.timeIndex] as Column;
    if (column.kind !== 'ts') throw new Error(`window over a column of kind ${column.kind}`);
    return column;
  }

  private row(i: number, times: TimestampColumn | undefined, accumulate: boolean): void {
    let epoch: number;
    if (times === undefined) {
      epoch = this.context.clock.now();
      this.progress = Math.max(this.progress, epoch);
    } else {
      if (times.nulls !== undefined && times.nulls[i] === 1) {
        throw new FlinkFault(
          'RuntimeException',
          'RowTime field should not be null, please convert it to a non-null long value.',
        );
      }
      epoch = times.ms[i] as number;
    }
    const key = this.keys.of(i);
    if (!this.add({ row: i, key, time: this.zone.toLocal(epoch), accumulate })) {
      this.context.count('numLateRecordsDropped', 1);
      this.keys.dropUnused(key);
    }
  }

  /** When the timer of a window fires. */
  protected fireTime(windowEnd: number): number {
    return this.zone.toTimer(windowEnd - 1);
  }

  /** When the state of a window goes, and rows for it are late. */
  protected cleanupTime(windowEnd: number): number {
    const last = windowEnd - 1;
    return this.zone.toTimer(this.settings.legacy ? Math.max(0, last) : last);
  }

  protected isLate(windowEnd: number): boolean {
    return this.settings.rowtime && this.cleanupTime(windowEnd) <= this.progress;
  }

  protected addTimer(time: number, payload: T): number {
    if (!this.settings.rowtime) this.context.registerProcessingTimer(time);
    return this.timers.add(time, payload);
  }

  private advance(progress: number): void {
    this.progress = progress;
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      const time = this.timers.nextTime;
      this.fireTimer(this.timers.poll(), time);
      this.out.flushIfFull();
    }
  }

  /** Emits a window that fires. */
  protected abstract emitWindow(key: number, start: number, end: number, contents: number): void;

  onProcessingTime(now: number): void {
    this.advance(now);
    this.out.flush();
    this.keys.sweep();
    if (!this.timers.isEmpty) this.context.registerProcessingTimer(this.timers.nextTime);
  }

  end(): void {
    // The last watermark has fired what event time can fire; processing-time windows end with the job, as in Flink.
  }

  abstract describeState(): readonly StateTable[];

  stateBytes(): number {
    return this.keys.byteLength + this.contents.byteLength + this.timers.byteLength;
  }

  snapshot() {
    return {
      keys: this.keys.snapshot(),
      contents: this.contents.snapshot(),
      timers: this.timers.snapshot(),
      progress: this.progress,
      windows: this.windowsSnapshot(),
    };
  }

  restore(state: ReturnType<WindowOperator<T>['snapshot']>): void {
    this.keys.restore(state.keys);
    this.contents.restore(state.contents);
    this.timers.restore(state.timers);
    this.progress = state.progress;
    this.restoreWindows(state.windows);
  }
}
