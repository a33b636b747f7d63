import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun } from '../../batch/batch.ts';
import type { Column, TimestampColumn } from '../../batch/column.ts';
import { PackedRows } from '../../state/packed-rows.ts';
import { RowWriter } from '../../state/row-writer.ts';
import { TimerHeap } from '../../time/timer-heap.ts';
import { ZoneShift } from '../../time/zone-shift.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { rowsTable, type StateTable } from '../state-table.ts';
import { CountedKeys } from './keys.ts';
import { SliceTable } from './slice-table.ts';

export interface AttachedSettings {
  readonly fields: readonly RowField[];
  /** Partition keys beside the window columns. */
  readonly keys: readonly number[];
  /** The window_end column. */
  readonly windowEnd: number;
  /** The window is over a TIMESTAMP_LTZ column. */
  readonly ltz: boolean;
}

/**
 * Rows that carry their window, insert-only, event time. Keeps rows by (key, window); windows of which rows came get their timers
 * when the watermark passes the first of them (Flink keeps the rows in a buffer until then), in the order they came. A row whose window has ended is late, dropped and counted. A watermark fires
 * windows in timer order, each once. Subclasses choose what is kept of a window and what it emits. Follows WindowAggOperator with
 * RecordsWindowBuffer, for WindowRankProcessor and RowTimeWindowDeduplicateProcessor.
 */
export abstract class AttachedWindows implements Operator {
  private readonly settings: AttachedSettings;
  private readonly context: OperatorContext;
  private readonly zone: ZoneShift;
  private readonly keys: CountedKeys;
  private readonly slices: SliceTable;
  private readonly timers = new TimerHeap<number>();
  private watermark = Number.NEGATIVE_INFINITY;
  protected readonly rows: PackedRows;
  protected readonly out: RowWriter;

  constructor(settings: AttachedSettings, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.settings = settings;
    this.context = context;
    this.zone = new ZoneShift(settings.ltz ? context.zone : undefined);
    this.keys = new CountedKeys(settings.keys, inputTypes);
    this.slices = new SliceTable(this.keys);
    this.rows = new PackedRows(inputTypes);
    this.out = new RowWriter(
      settings.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  /** Looks up the columns of a batch that `add` reads. */
  protected abstract bind(columns: readonly Column[]): void;
  /** What a new window holds, by number. */
  protected abstract create(): number;
  /** Takes row `i` of the batch into a window. */
  protected abstract add(contents: number, i: number): void;
  /** Emits what a window holds and forgets it. */
  protected abstract fire(contents: number): void;

  /** The rows that a window holds, in the order in which it gives them. */
  protected abstract rowsOf(contents: number): readonly number[];

  /** The windows' contents as structured-cloneable data. */
  protected abstract snapshotContents(): unknown;
  protected abstract restoreContents(saved: unknown): void;

  snapshot() {
    return {
      watermark: this.watermark,
      keys: this.keys.snapshot(),
      slices: this.slices.snapshot(),
      timers: this.timers.snapshot(),
      rows: this.rows.snapshot(),
      contents: this.snapshotContents(),
    };
  }

  restore(state: ReturnType<AttachedWindows['snapshot']>): void {
    this.watermark = state.watermark;
    this.keys.restore(state.keys);
    this.slices.restore(state.slices);
    this.timers.restore(state.timers);
    this.rows.restore(state.rows);
    this.restoreContents(state.contents);
  }

  process(batch: Batch): void {
    this.keys.bind(batch.columns, batch.length);
    this.rows.bind(batch.columns);
    this.bind(batch.columns);
    const ends = batch.columns[this.settings.windowEnd] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) this.row(i, ends.ms[i] as number);
      },
      (watermark) => {
        if (watermark > this.watermark) this.advance(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
    this.rows.sweep();
  }

  /** Stores row `i` of the batch. */
  protected store(i: number): number {
    return this.rows.add(i);
  }

  private fired(windowEnd: number): boolean {
    return this.watermark >= this.zone.toTimer(windowEnd - 1);
  }

  private row(i: number, windowEnd: number): void {
    if (this.fired(windowEnd)) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    const entry = this.slices.entry(this.keys.of(i), windowEnd);
    let contents = this.slices.get(entry, 'state');
    if (contents < 0) {
      contents = this.create();
      this.slices.put(entry, 'state', contents);
    }
    if (this.slices.get(entry, 'buffer') < 0) this.slices.put(entry, 'buffer', contents);
    this.add(contents, i);
  }

  private advance(watermark: number): void {
    this.watermark = watermark;
    if (this.fired(this.slices.least.buffer)) this.slices.flush('buffer', (entry) => this.registerTimer(entry));
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const entry = this.timers.poll();
      this.fire(this.slices.take(entry, 'state'));
      this.slices.clearTimer(entry);
      this.slices.dropEmpty(entry);
      this.out.flushIfFull();
    }
  }

  private registerTimer(entry: number): void {
    if (this.slices.setTimer(entry)) this.timers.add(this.zone.toTimer(this.slices.sliceEndOf(entry) - 1), entry);
  }

  end(): void {
    // The last watermark has fired all windows.
  }

  describeState(): readonly StateTable[] {
    const ids: number[] = [];
    this.slices.forEach((_end, _key, stage, contents) => {
      if (stage === 'state') ids.push(...this.rowsOf(contents));
    });
    const fields = this.settings.fields.slice(0, this.rows.fields.length);
    return [rowsTable('rows of open windows', fields, this.rows, ids)];
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength + this.slices.byteLength + this.timers.byteLength;
  }
}
