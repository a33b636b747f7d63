import type { WindowAggregate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { WindowAccumulators } from './windows/accumulators.ts';
import { CountedKeys } from './windows/keys.ts';
import { writeProperties } from './windows/properties.ts';
import { attached, cumulating, hopping, type SliceAssigner, tumbling, windowStart } from './windows/slice-assigner.ts';
import { SliceTable } from './windows/slice-table.ts';

/** Functions of Flink that cannot merge accumulators. */
const WITHOUT_MERGE = /^(FIRST_VALUE|LAST_VALUE|JSON_ARRAYAGG)/;

/**
 * Aggregate over TUMBLE, HOP and CUMULATE windows, insert-only. Keeps accumulators by (key, slice): in the buffer of the local
 * aggregate (event time), in the buffer of the global one, and in its state; and a timer by (key, window). A row goes into the slice
 * of its time. A watermark first flushes the local buffer into the global one, where slices whose last window has fired are dropped
 * and counted; then the global buffer into the state, with timers; then fires windows in timer order: slices are merged, the row
 * emitted unless the window is empty, expired slices cleared. Flushing happens only when the watermark reaches the next multiple of
 * the slice size (without window offset, as Flink 2.2.1 computes it), which can lose rows; Flink does the same. Follows
 * LocalSlicingWindowAggOperator, WindowAggOperator and the SliceShared/UnsharedWindowAggProcessor.
 */
export class WindowAggregateOperator implements Operator {
  private readonly node: WindowAggregate;
  private readonly context: OperatorContext;
  private readonly zone: ZoneShift;
  private readonly assigner: SliceAssigner;
  private readonly rowtime: boolean;
  private readonly keys: CountedKeys;
  private readonly accumulators: WindowAccumulators;
  private readonly slices: SliceTable;
  /** Timers of windows; payloads are entries of the slice table. */
  private readonly timers = new TimerHeap<number>();
  private readonly checkEmpty: boolean;
  /** No local aggregate before the global one: asked for, or a function lacks `merge` (TwoStageOptimizedWindowAggregateRule). */
  private readonly onePhase: boolean;
  private readonly out: RowWriter;
  private progress = Number.NEGATIVE_INFINITY;
  /** Watermark (or processing time) that the timers have seen. */
  private timerProgress = Number.NEGATIVE_INFINITY;
  private localTrigger = Number.NEGATIVE_INFINITY;
  private trigger = Number.NEGATIVE_INFINITY;

  constructor(node: WindowAggregate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    const { window } = node;
    this.rowtime = window.rowtime;
    this.zone = new ZoneShift(window.ltz ? context.zone : undefined);
    const assigner = sliceAssigner(node);
    this.assigner = node.windowAttached ? attached(assigner) : assigner;
    this.keys = new CountedKeys(node.group, inputTypes);
    this.accumulators = new WindowAccumulators(node.calls, inputTypes, node.retracting, context.zone);
    this.slices = new SliceTable(this.keys);
    this.checkEmpty = node.retracting || window.type === 'HOP';
    const strategy = context.options['table.optimizer.agg-phase-strategy']?.toUpperCase();
    this.onePhase = strategy === 'ONE_PHASE' || node.calls.some(({ fn }) => WITHOUT_MERGE.test(fn));
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    this.accumulators.bind(batch.columns);
    this.keys.bind(batch.columns, batch.length);
    const kinds = batch.kinds;
    const times = this.rowtime && batch.length > 0 ? this.timeColumn(batch) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          const kind = kinds === undefined ? INSERT : (kinds[i] as number);
          this.row(i, times, kind === INSERT || kind === UPDATE_AFTER);
        }
      },
      (watermark) => {
        this.watermark(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
  }

  private timeColumn(batch: Batch): Column & { kind: 'ts' } {
    const column = batch.columns[this.node.windowAttached?.end ?? this.node.window.timeIndex] as Column;
    if (column.kind !== 'ts') throw new Error(`window over a column of kind ${column.kind}`);
    return column;
  }

  private row(i: number, times: (Column & { kind: 'ts' }) | undefined, accumulate: boolean): void {
    const key = this.keys.of(i);
    if (times === undefined) {
      const sliceEnd = this.assigner.sliceEnd(this.zone.toLocal(this.context.clock.now()));
      const entry = this.slices.entry(key, sliceEnd);
      this.registerTimer(entry);
      this.add(entry, 'buffer', i, accumulate);
      return;
    }
    if (times.nulls !== undefined && times.nulls[i] === 1) {
      throw new FlinkFault(
        'RuntimeException',
        'RowTime field should not be null, please convert it to a non-null long value.',
      );
    }
    const time = times.ms[i] as number;
    const sliceEnd = this.assigner.sliceEnd(this.node.windowAttached ? time : this.zone.toLocal(time));
    const entry = this.slices.entry(key, sliceEnd);
    if (!this.onePhase) {
      this.add(entry, 'local', i, accumulate);
    } else if (this.fired(sliceEnd, this.progress)) {
      const accumulator = this.accumulators.create();
      this.accumulators.add(accumulator, i, accumulate);
      this.partial(entry, accumulator);
    } else {
      this.add(entry, 'buffer', i, accumulate);
    }
  }

  private add(entry: number, stage: 'local' | 'buffer', row: number, accumulate: boolean): void {
    let accumulator = this.slices.get(entry, stage);
    if (accumulator < 0) {
      accumulator = this.accumulators.create();
      this.slices.put(entry, stage, accumulator);
    }
    this.accumulators.add(accumulator, row, accumulate);
  }

  private fired(windowEnd: number, progress: number): boolean {
    return progress >= this.zone.toTimer(windowEnd - 1);
  }

  /** getNextTriggerWatermark. */
  private nextTrigger(progress: number): number {
    if (!Number.isFinite(progress)) return progress;
    const interval = this.assigner.interval;
    let trigger: number;
    if (this.zone.daylight) {
      trigger = this.zone.toTimer(windowStart(this.zone.toLocal(progress), 0, interval) + interval - 1);
    } else {
      trigger = windowStart(progress, 0, interval) + interval - 1;
    }
    return trigger > progress ? trigger : trigger + interval;
  }

  private watermark(watermark: number): void {
    if (!this.rowtime || watermark <= this.progress) return;
    if (watermark >= this.localTrigger) {
      if (this.fired(this.slices.least.local, watermark)) {
        this.slices.flush('local', (entry, accumulator) => this.partial(entry, accumulator));
      }
      this.localTrigger = this.nextTrigger(watermark);
    }
    this.progress = watermark;
    this.advance(watermark);
    this.fire(watermark);
  }

  /** A slice's accumulator from the local aggregate: late ones are dropped, else it joins the buffer. */
  private partial(entry: number, accumulator: number): void {
    const sliceEnd = this.slices.sliceEndOf(entry);
    if (!this.fired(sliceEnd, this.progress)) {
      this.moveInto(entry, 'buffer', accumulator);
      return;
    }
    if (this.fired(this.assigner.lastWindowEnd(sliceEnd), this.progress)) {
      this.context.count('numLateRecordsDropped', 1);
      this.accumulators.release(accumulator);
      return;
    }
    const key = this.slices.keyOf(entry);
    const target = this.assigner.mergeTarget(sliceEnd) ?? sliceEnd;
    this.moveInto(target === sliceEnd ? entry : this.slices.entry(key, target), 'buffer', accumulator);
    let unfired = sliceEnd;
    while (this.fired(unfired, this.progress)) unfired += this.assigner.interval;
    this.registerTimer(this.slices.entry(key, unfired));
  }

  private moveInto(entry: number, stage: 'buffer' | 'state', accumulator: number): void {
    const existing = this.slices.get(entry, stage);
    if (existing < 0) {
      this.slices.put(entry, stage, accumulator);
    } else {
      this.accumulators.merge(existing, accumulator);
      this.accumulators.release(accumulator);
    }
  }

  /** Moves the buffer into the state when a window can fire, registering timers that have not fired yet. */
  private advance(progress: number): void {
    if (progress < this.trigger) return;
    if (this.fired(this.slices.least.buffer, progress)) {
      this.slices.flush('buffer', (entry, accumulator) => {
        this.moveInto(entry, 'state', accumulator);
        if (this.rowtime && !this.fired(this.slices.sliceEndOf(entry), this.timerProgress)) this.registerTimer(entry);
      });
    }
    this.trigger = this.nextTrigger(progress);
  }

  /** Registers the timer of the window that ends with an entry's slice. */
  private registerTimer(entry: number): void {
    if (!this.slices.setTimer(entry)) return;
    const time = this.zone.toTimer(this.slices.sliceEndOf(entry) - 1);
    this.timers.add(time, entry);
    if (!this.rowtime) this.context.registerProcessingTimer(time);
  }

  private fire(progress: number): void {
    this.timerProgress = progress;
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      const entry = this.timers.poll();
      const key = this.slices.keyOf(entry);
      const windowEnd = this.slices.sliceEndOf(entry);
      this.fireWindow(entry, key, windowEnd);
      for (const sliceEnd of this.assigner.expired(windowEnd)) this.clear(this.slices.find(key, sliceEnd));
      this.slices.clearTimer(entry);
      this.slices.dropEmpty(entry);
      this.out.flushIfFull();
    }
  }

  /** Clears a slice's state, if there is any. */
  private clear(entry: number): void {
    if (entry < 0) return;
    const accumulator = this.slices.take(entry, 'state');
    if (accumulator >= 0) this.accumulators.release(accumulator);
    this.slices.dropEmpty(entry);
  }

  private fireWindow(entry: number, key: number, windowEnd: number): void {
    const { accumulator, kept } = this.merged(entry, key, windowEnd);
    const empty = this.checkEmpty && this.accumulators.rowCount(accumulator) === 0;
    if (!empty) this.emitWindow(key, windowEnd, accumulator);
    if (!kept) this.accumulators.release(accumulator);
    const next = this.assigner.next(windowEnd, empty);
    if (next !== undefined) this.registerTimer(this.slices.entry(key, next));
  }

  /** The window's accumulator; `kept` when it is in the state, else it is only for this firing. */
  private merged(own: number, key: number, windowEnd: number): { accumulator: number; kept: boolean } {
    const target = this.assigner.mergeTarget(windowEnd);
    if (target === undefined) {
      const accumulator = this.accumulators.create();
      for (const sliceEnd of this.assigner.slices(windowEnd))
        this.mergeSlice(accumulator, this.slices.find(key, sliceEnd));
      return { accumulator, kept: false };
    }
    const entry = target === windowEnd ? own : this.slices.entry(key, target);
    let accumulator = this.slices.get(entry, 'state');
    if (accumulator < 0) {
      accumulator = this.accumulators.create();
      this.slices.put(entry, 'state', accumulator);
    }
    if (entry !== own) this.mergeSlice(accumulator, own);
    return { accumulator, kept: true };
  }

  private mergeSlice(accumulator: number, entry: number): void {
    const slice = entry < 0 ? -1 : this.slices.get(entry, 'state');
    if (slice >= 0) this.accumulators.merge(accumulator, slice);
  }

  private emitWindow(key: number, windowEnd: number, accumulator: number): void {
    const writers = this.out.columns;
    this.keys.write(key, writers);
    this.accumulators.write(accumulator, writers, this.keys.width);
    writeProperties(
      this.node.properties,
      writers,
      this.keys.width + this.node.calls.length,
      this.assigner.windowStart(windowEnd),
      windowEnd,
      this.zone,
      this.context.clock,
    );
    this.out.end(INSERT);
  }

  onProcessingTime(now: number): void {
    this.progress = now;
    this.advance(now);
    this.fire(now);
    this.out.flush();
    this.keys.sweep();
    if (!this.timers.isEmpty) this.context.registerProcessingTimer(this.timers.nextTime);
  }

  end(): void {
    // The last watermark has fired what event time can fire; processing-time windows end with the job, as in Flink.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.accumulators.byteLength + this.slices.byteLength + this.timers.byteLength;
  }

  snapshot() {
    return {
      progress: this.progress,
      timerProgress: this.timerProgress,
      localTrigger: this.localTrigger,
      trigger: this.trigger,
      keys: this.keys.snapshot(),
      accumulators: this.accumulators.snapshot(),
      slices: this.slices.snapshot(),
      timers: this.timers.snapshot(),
    };
  }

  restore(state: ReturnType<WindowAggregateOperator['snapshot']>): void {
    this.progress = state.progress;
    this.timerProgress = state.timerProgress;
    this.localTrigger = state.localTrigger;
    this.trigger = state.trigger;
    this.keys.restore(state.keys);
    this.accumulators.restore(state.accumulators);
    this.slices.restore(state.slices);
    this.timers.restore(state.timers);
  }
}

function sliceAssigner(node: WindowAggregate): SliceAssigner {
  const { type, size, step, offset } = node.window;
  switch (type) {
    case 'TUMBLE':
      return tumbling(size, offset);
    case 'HOP':
      return hopping(size, step ?? size, offset);
    case 'CUMULATE':
      return cumulating(size, step ?? size, offset);
    case 'SESSION':
      throw new Error('session windows have no slices');
  }
}
