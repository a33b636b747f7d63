import type { WindowAggregate } from '../../flink-sql/plan/physical.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER } from '../batch/batch.ts';
import type { TimestampColumn } from '../batch/column.ts';
import { IntList } from '../state/int-list.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerQueue } from '../time/timer-queue.ts';
import { ZoneShift } from '../time/zone-shift.ts';
import { grownInts } from './aggregates/aggregate.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';
import { NOWHERE, WindowAccumulators } from './windows/accumulators.ts';
import { HopFiring } from './windows/hop-firing.ts';
import { CountedKeys } from './windows/keys.ts';
import { writeProperties } from './windows/properties.ts';
import type { SliceAssigner } from './windows/slice-assigner.ts';
import { type Slice, SliceTable, type Stage } from './windows/slice-table.ts';
import { SliceTimes } from './windows/slice-times.ts';

/** Functions of Flink that cannot merge accumulators. */
const WITHOUT_MERGE = /^(FIRST_VALUE|LAST_VALUE|JSON_ARRAYAGG)/;

/** Where an accumulator waits, in words: the local aggregate's buffer is flushed when a window may fire. */
const KEPT_IN: Readonly<Record<Stage, string>> = { local: 'local buffer', buffer: 'buffer', state: 'state' };

/** Rows of windows that are written at a time. */
const FIRED_TOGETHER = 4096;

interface Window {
  readonly end: number;
  /** See SliceAssigner. */
  readonly target: number | undefined;
  /** The target's state goes on growing. */
  readonly keepsTarget: boolean;
  /** Slices no longer needed when the window has fired. */
  readonly expired: readonly Slice[];
  /** The slices that are there, in the order they are merged. */
  readonly slices: readonly Slice[];
  /** Of the slice table, for which this holds. */
  readonly version: number;
}

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
  private readonly times: SliceTimes;
  private readonly assigner: SliceAssigner;
  private readonly rowtime: boolean;
  private readonly keys: CountedKeys;
  private readonly accumulators: WindowAccumulators;
  private readonly slices: SliceTable;
  /** Timers of windows; payloads are entries of the slice table. */
  private readonly timers = new TimerQueue();
  private readonly checkEmpty: boolean;
  /** Where each end has its time, and windows hold several slices. */
  private readonly hops: HopFiring | undefined;
  private readonly newAccumulator = (): number => this.accumulators.create();
  /**
   * No local aggregate in here: asked for, a function lacks `merge` (TwoStageOptimizedWindowAggregateRule), or it is an operator before
   * this one.
   */
  private readonly onePhase: boolean;
  private readonly out: RowWriter;
  /** The accumulator that each row of the batch at hand goes to. */
  private ids = new Int32Array(0);
  /** Windows that have fired and are not emitted: their keys, accumulators and ends. */
  private readonly firedKeys = new IntList();
  private readonly firedIds = new IntList();
  private firedEnds: number[] = [];
  /** The window whose slices are merged for this firing, and their accumulators by the entry of the window's end. */
  private mergedEnd = Number.NaN;
  private merged = new Int32Array(0);
  private window: Window = {
    end: Number.NaN,
    target: undefined,
    keepsTarget: false,
    expired: [],
    slices: [],
    version: -1,
  };
  private progress = Number.NEGATIVE_INFINITY;
  /** Watermark (or processing time) that the timers have seen. */
  private timerProgress = Number.NEGATIVE_INFINITY;
  private localTrigger = Number.NEGATIVE_INFINITY;
  private trigger = Number.NEGATIVE_INFINITY;

  /**
   * `sliceColumn`: rows are what local aggregates of slices gave, with the slice's end in this column (see LocalWindowAggregateOperator).
   */
  constructor(
    node: WindowAggregate,
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
    sliceColumn: number | undefined = undefined,
  ) {
    this.node = node;
    this.context = context;
    const { window } = node;
    this.rowtime = window.rowtime;
    this.zone = new ZoneShift(window.ltz ? context.zone : undefined);
    this.times = new SliceTimes(node, this.zone, sliceColumn);
    this.assigner = this.times.assigner;
    this.keys = new CountedKeys(node.group, inputTypes);
    this.accumulators = new WindowAccumulators(node.calls, inputTypes, node.retracting, context.zone);
    this.slices = new SliceTable(this.keys);
    this.checkEmpty = node.retracting || window.type === 'HOP';
    const slide = window.step ?? window.size;
    const hops =
      window.type === 'HOP' && window.size > slide && this.rowtime && this.zone.isUtc && !node.windowAttached;
    if (hops) this.hops = new HopFiring(this.slices, this.accumulators, this.timers, this.assigner.interval);
    const strategy = context.options['table.optimizer.agg-phase-strategy']?.toUpperCase();
    this.onePhase =
      sliceColumn !== undefined ||
      strategy === 'ONE_PHASE' ||
      node.calls.some(({ fn, udf }) => WITHOUT_MERGE.test(fn) || !!udf?.missing?.merge);
    this.out = new RowWriter(
      node.fields.map((f) => f.type),
      (batch) => context.output.emit(batch),
    );
  }

  process(batch: Batch): void {
    this.accumulators.bind(batch.columns);
    this.keys.bind(batch.columns, batch.length);
    if (this.ids.length < batch.length) this.ids = new Int32Array(batch.length);
    const times = this.rowtime && batch.length > 0 ? this.times.columnOf(batch) : undefined;
    forEachRun(
      batch,
      (from, to) => {
        if (times === undefined) this.rowsNow(from, to);
        else if (this.onePhase) this.rowsInOnePhase(from, to, times, batch.kinds);
        else this.rowsLocally(from, to, times);
        this.accumulators.addRun(this.ids, from, to, batch.kinds);
      },
      (watermark) => {
        this.watermark(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.keys.sweep();
  }

  /** Rows of a run come at one time of the clock. */
  private rowsNow(from: number, to: number): void {
    const sliceEnd = this.assigner.sliceEnd(this.zone.toLocal(this.context.clock.now()));
    const { ids } = this;
    this.keys.ofAll(from, to, ids);
    for (let i = from; i < to; i++) {
      const entry = this.slices.entry(ids[i] as number, sliceEnd);
      this.registerTimer(entry);
      ids[i] = this.accumulator(entry, 'buffer');
    }
  }

  private rowsLocally(from: number, to: number, times: TimestampColumn): void {
    const { ids, slices } = this;
    this.keys.ofAll(from, to, ids);
    for (let i = from; i < to; ) {
      const slice = slices.opened(this.times.sliceEnd(i, times));
      const end = this.times.endOfSlice(i, to, times);
      slices.localOf(slice, ids, i, end, this.newAccumulator);
      i = end;
    }
  }

  private rowsInOnePhase(from: number, to: number, times: TimestampColumn, kinds: Batch['kinds']): void {
    const { ids, keys, slices, accumulators } = this;
    let pending = from;
    for (let i = from; i < to; i++) {
      const sliceEnd = this.times.sliceEnd(i, times);
      const entry = slices.entry(keys.of(i), sliceEnd);
      if (!this.times.fired(sliceEnd, this.progress)) {
        ids[i] = this.accumulator(entry, 'buffer');
        continue;
      }
      // It may be merged into an accumulator that waits for the rows before.
      accumulators.addRun(ids, pending, i, kinds);
      const accumulator = accumulators.create();
      accumulators.add(accumulator, i, kinds === undefined || kinds[i] === INSERT || kinds[i] === UPDATE_AFTER);
      this.partial(entry, accumulator);
      ids.fill(NOWHERE, pending, i + 1);
      pending = i + 1;
    }
  }

  private accumulator(entry: number, stage: 'local' | 'buffer'): number {
    const known = this.slices.get(entry, stage);
    if (known >= 0) return known;
    const made = this.accumulators.create();
    this.slices.put(entry, stage, made);
    return made;
  }

  private watermark(watermark: number): void {
    if (!this.rowtime || watermark <= this.progress) return;
    if (watermark >= this.localTrigger) {
      if (this.times.fired(this.slices.least.local, watermark)) {
        this.slices.flush('local', (entry, accumulator) => this.partial(entry, accumulator));
      }
      this.localTrigger = this.times.nextTrigger(watermark);
    }
    this.progress = watermark;
    this.advance(watermark);
    this.fire(watermark);
  }

  /** A slice's accumulator from the local aggregate: late ones are dropped, else it joins the buffer. */
  private partial(entry: number, accumulator: number): void {
    const sliceEnd = this.slices.sliceEndOf(entry);
    if (!this.times.fired(sliceEnd, this.progress)) {
      this.moveInto(entry, 'buffer', accumulator);
      return;
    }
    if (this.times.fired(this.assigner.lastWindowEnd(sliceEnd), this.progress)) {
      this.context.count('numLateRecordsDropped', 1);
      this.accumulators.release(accumulator);
      return;
    }
    const key = this.slices.keyOf(entry);
    const target = this.assigner.mergeTarget(sliceEnd) ?? sliceEnd;
    this.moveInto(target === sliceEnd ? entry : this.slices.entry(key, target), 'buffer', accumulator);
    let unfired = sliceEnd;
    while (this.times.fired(unfired, this.progress)) unfired += this.assigner.interval;
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
    if (this.times.fired(this.slices.least.buffer, progress)) {
      this.slices.flush('buffer', (entry, accumulator) => {
        this.moveInto(entry, 'state', accumulator);
        if (this.rowtime && !this.times.fired(this.slices.sliceEndOf(entry), this.timerProgress))
          this.registerTimer(entry);
      });
    }
    this.trigger = this.times.nextTrigger(progress);
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
    this.mergedEnd = Number.NaN;
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      if (this.hops) {
        this.fireHops(this.hops, this.timers.nextTime + 1);
        continue;
      }
      const entry = this.timers.poll();
      const key = this.slices.keyOf(entry);
      const window = this.windowOf(this.slices.sliceEndOf(entry));
      this.fireWindow(entry, key, window);
      // Slices may have come with it.
      const { expired } = this.windowOf(window.end);
      for (let e = 0; e < expired.length; e++) {
        const slice = expired[e] as Slice;
        this.clear(slice.end === window.end ? entry : slice.entries.get(key));
      }
      this.slices.clearTimer(entry);
      this.slices.dropEmpty(entry);
      if (this.firedKeys.length >= FIRED_TOGETHER) this.emit();
    }
    if (this.firedKeys.length > 0) this.emit();
  }

  /** All windows of HOP that end at a time. */
  private fireHops(hops: HopFiring, end: number): void {
    const { slices, expired } = this.windowOf(end);
    hops.fire(end, slices);
    const {
      firedKeys,
      firedIds,
      firedKeys: { length },
    } = hops;
    for (let from = 0; from < length; from += FIRED_TOGETHER) {
      const to = Math.min(length, from + FIRED_TOGETHER);
      this.write(firedKeys.values.subarray(from, to), firedIds.values.subarray(from, to), to - from);
      this.writeEnds(end, to - from);
      this.out.flushIfFull();
    }
    hops.release(expired);
  }

  /** What a window is made of; mostly many keys ask for the same one. */
  private windowOf(end: number): Window {
    const { assigner, slices } = this;
    if (this.window.end === end && this.window.version === slices.version) return this.window;
    const target = assigner.mergeTarget(end);
    const there = (sliceEnd: number) => slices.slice(sliceEnd) ?? [];
    this.window = {
      end,
      target,
      keepsTarget: target !== undefined && !assigner.expired(end).includes(target),
      expired: assigner.expired(end).flatMap(there),
      slices: target === undefined ? assigner.slices(end).flatMap(there) : [],
      version: slices.version,
    };
    return this.window;
  }

  /** Clears a slice's state, if there is any. */
  private clear(entry: number): void {
    if (entry < 0) return;
    const accumulator = this.slices.take(entry, 'state');
    if (accumulator >= 0) this.accumulators.releaseLater(accumulator);
    this.slices.dropEmpty(entry);
  }

  private fireWindow(entry: number, key: number, window: Window): void {
    const accumulator =
      window.target === undefined
        ? this.mergedSlices(entry, window)
        : this.mergedTarget(entry, key, window, window.target);
    const empty = this.checkEmpty && this.accumulators.rowCount(accumulator) === 0;
    if (!empty) {
      this.firedKeys.push(key);
      this.firedIds.push(accumulator);
      this.firedEnds.push(window.end);
    }
    if (window.target === undefined) this.accumulators.releaseLater(accumulator);
    const next = this.assigner.next(window.end, empty);
    if (next !== undefined) this.registerTimer(this.slices.entry(key, next));
  }

  /**
   * An accumulator of all the window's slices, for this firing. With the first key that fires the slices of all keys that will are
   * merged, slice by slice: each key's in the order of the slices, and one slice's table at a time.
   */
  private mergedSlices(own: number, window: Window): number {
    if (this.mergedEnd !== window.end) this.mergeAll(window);
    return this.merged[own] as number;
  }

  private mergeAll({ end, slices }: Window): void {
    const { accumulators } = this;
    this.mergedEnd = end;
    const keys = new IntList();
    const owners = new IntList();
    this.slices.listTimers(end, keys, owners);
    const ids = new Int32Array(keys.length);
    for (let k = 0; k < keys.length; k++) {
      const owner = owners.values[k] as number;
      ids[k] = accumulators.create();
      if (owner >= this.merged.length) this.merged = grownInts(this.merged, Math.max(64, owner * 2));
      this.merged[owner] = ids[k] as number;
    }
    const states = new Int32Array(keys.length);
    for (const slice of slices) {
      this.slices.statesOf(slice, keys, states);
      for (let k = 0; k < states.length; k++) {
        if ((states[k] as number) >= 0) accumulators.mergeLater(ids[k] as number, states[k] as number);
      }
    }
  }

  /** The accumulator in the target's state, with the window's own slice merged in; where it goes on growing, a copy of it. */
  private mergedTarget(own: number, key: number, window: Window, target: number): number {
    const { accumulators, slices } = this;
    const entry = target === window.end ? own : slices.entry(key, target);
    let accumulator = slices.get(entry, 'state');
    if (accumulator < 0) {
      accumulator = accumulators.create();
      slices.put(entry, 'state', accumulator);
    }
    const from = entry === own ? -1 : slices.get(own, 'state');
    if (from >= 0) accumulators.merge(accumulator, from);
    if (!window.keepsTarget) return accumulator;
    const copy = accumulators.create();
    accumulators.merge(copy, accumulator);
    accumulators.releaseLater(copy);
    return copy;
  }

  /** Appends the rows of the windows that have fired. */
  private emit(): void {
    const { firedKeys: keys, firedIds: ids, firedEnds: ends, out } = this;
    const n = keys.length;
    this.accumulators.settle(() => this.write(keys.values, ids.values, n));
    for (let from = 0; from < n; ) {
      const end = ends[from] as number;
      let to = from + 1;
      while (to < n && ends[to] === end) to++;
      this.writeEnds(end, to - from);
      from = to;
    }
    keys.clear();
    ids.clear();
    this.firedEnds = [];
    out.flushIfFull();
  }

  /** Appends the first `n` keys and values. */
  private write(keys: Int32Array, ids: Int32Array, n: number): void {
    const { columns } = this.out;
    this.keys.writeRun(keys, n, columns);
    this.accumulators.writeRun(ids, n, columns, this.keys.width);
  }

  /** Ends `n` rows of a window. */
  private writeEnds(end: number, n: number): void {
    const { out, zone } = this;
    const { properties, calls } = this.node;
    const first = this.keys.width + calls.length;
    const start = this.assigner.windowStart(end);
    writeProperties(properties, out.columns, first, start, end, zone, this.context.clock, n);
    out.endAll(INSERT, n);
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

  /** Of windows of several slices (HOP, CUMULATE) the slices, which windows are merged of when they fire. */
  describeState(): readonly StateTable[] {
    const { group, calls, window } = this.node;
    const time = types.timestamp(3, false);
    const fields = [
      { name: 'from', type: time },
      { name: 'to', type: time },
      ...this.node.fields.slice(0, group.length + calls.length),
      { name: 'kept in', type: types.string(false) },
    ];
    const title = window.type === 'TUMBLE' ? 'open windows' : 'slices of open windows';
    const table = stateTable(title, fields, (columns, end) => {
      this.slices.forEach((sliceEnd, key, stage, accumulator) => {
        columns[0]?.append({ ms: sliceEnd - this.assigner.interval, nanos: 0 });
        columns[1]?.append({ ms: sliceEnd, nanos: 0 });
        this.keys.write(key, columns.slice(2));
        this.accumulators.write(accumulator, columns, 2 + group.length);
        columns.at(-1)?.append(KEPT_IN[stage]);
        end();
      });
    });
    return [table];
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
