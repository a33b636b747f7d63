import type { WindowAggregate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import type { TimestampColumn } from '../batch/column.ts';
import type { TimestampWriter } from '../state/column-writer.ts';
import { IntList } from '../state/int-list.ts';
import { RowWriter } from '../state/row-writer.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { WindowAccumulators } from './windows/accumulators.ts';
import { CountedKeys } from './windows/keys.ts';
import { SliceTable } from './windows/slice-table.ts';
import { SliceTimes } from './windows/slice-times.ts';

/**
 * Aggregates rows by (key, slice) before they cross to the subtask of their key, so that few of them do. Keeps accumulators by (key,
 * slice) until the watermark reaches the next multiple of the slice size and a window may fire; then gives one row for each, in the
 * order in which they came: the key, the values so far, the slice's end. Insert-only, and nothing is late here. Follows
 * LocalSlicingWindowAggOperator; Flink empties it before a checkpoint, here the snapshot holds what it keeps.
 */
export class LocalWindowAggregateOperator implements Operator {
  private readonly times: SliceTimes;
  private readonly keys: CountedKeys;
  private readonly accumulators: WindowAccumulators;
  private readonly slices: SliceTable;
  private readonly newAccumulator = (): number => this.accumulators.create();
  private readonly out: RowWriter;
  /** The accumulator that each row of the batch at hand goes to. */
  private ids = new Int32Array(0);
  /** What is given when the buffer is emptied. */
  private readonly givenKeys = new IntList();
  private readonly givenIds = new IntList();
  private progress = Number.NEGATIVE_INFINITY;
  private trigger = Number.NEGATIVE_INFINITY;

  /** `types`: of the rows it gives. */
  constructor(
    node: WindowAggregate,
    inputTypes: readonly LogicalType[],
    types: readonly LogicalType[],
    context: OperatorContext,
  ) {
    this.times = new SliceTimes(node, new ZoneShift(node.window.ltz ? context.zone : undefined));
    this.keys = new CountedKeys(node.group, inputTypes);
    this.accumulators = new WindowAccumulators(node.calls, inputTypes, false, context.zone);
    this.slices = new SliceTable(this.keys);
    this.out = new RowWriter(types, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    this.accumulators.bind(batch.columns);
    this.keys.bind(batch.columns, batch.length);
    if (this.ids.length < batch.length) this.ids = new Int32Array(batch.length);
    const times = batch.length > 0 ? this.times.columnOf(batch) : undefined;
    forEachRun(
      batch,
      (from, to) => this.rows(from, to, times as TimestampColumn),
      (watermark) => {
        this.watermark(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
  }

  private rows(from: number, to: number, times: TimestampColumn): void {
    const { ids, slices } = this;
    this.keys.ofAll(from, to, ids);
    for (let i = from; i < to; ) {
      const slice = slices.opened(this.times.sliceEnd(i, times));
      const end = this.times.endOfSlice(i, to, times);
      slices.localOf(slice, ids, i, end, this.newAccumulator);
      i = end;
    }
    this.accumulators.addRun(ids, from, to, undefined);
  }

  private watermark(watermark: number): void {
    if (watermark <= this.progress) return;
    this.progress = watermark;
    if (watermark < this.trigger) return;
    if (this.times.fired(this.slices.least.local, watermark)) this.give();
    this.trigger = this.times.nextTrigger(watermark);
  }

  /** Empties the buffer. */
  private give(): void {
    const { givenKeys, givenIds, out, slices, accumulators } = this;
    const ends = out.columns.at(-1) as TimestampWriter;
    slices.flush('local', (entry, accumulator) => {
      givenKeys.push(slices.keyOf(entry));
      givenIds.push(accumulator);
      ends.appendTime(slices.sliceEndOf(entry), 0);
    });
    const { length } = givenKeys;
    this.keys.writeRun(givenKeys.values, length, out.columns);
    accumulators.writeRun(givenIds.values, length, out.columns, this.keys.width);
    out.endAll(INSERT, length);
    accumulators.releaseAll(givenIds.values, length);
    givenKeys.clear();
    givenIds.clear();
    out.flushIfFull();
  }

  end(): void {
    // The last watermark has emptied the buffer.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.accumulators.byteLength + this.slices.byteLength;
  }

  snapshot() {
    return {
      progress: this.progress,
      trigger: this.trigger,
      keys: this.keys.snapshot(),
      accumulators: this.accumulators.snapshot(),
      slices: this.slices.snapshot(),
    };
  }

  restore(state: ReturnType<LocalWindowAggregateOperator['snapshot']>): void {
    this.progress = state.progress;
    this.trigger = state.trigger;
    this.keys.restore(state.keys);
    this.accumulators.restore(state.accumulators);
    this.slices.restore(state.slices);
  }
}
