import type { Deduplicate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { doubled } from '../state/interner.ts';
import { batchRow, KeptRows, NO_ROW } from '../state/kept-rows.ts';
import { KeyTable } from '../state/key-table.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

/**
 * One row a key: ROW_NUMBER() = 1 ordered by a time attribute, insert-only input. Keeps that row by key. Last by event time: a row as
 * late or later gives -U and +U. First by event time: the earliest row is emitted when the watermark passes it, and then the key is
 * done; earlier rows than the watermark are late. With mini-batch it comes at once, and an earlier row gives -U and +U. First by processing time: the first row passes, others do not. Last by processing
 * time: each different row gives -U and +U. Follows RowTimeDeduplicateFunction, RowTimeDeduplicateKeepFirstRowFunction,
 * ProcTimeDeduplicateKeepFirstRowFunction and ProcTimeDeduplicateKeepLastRowFunction.
 */
export class DeduplicateOperator implements Operator {
  private readonly node: Deduplicate;
  private readonly context: OperatorContext;
  private readonly keys: KeyTable;
  private readonly kept: KeptRows;
  /** Of the rows of the batch: the key, and whether it is new. */
  private ids = new Int32Array(0);
  private added = new Uint8Array(0);
  private timeOf = new Float64Array(128);
  private timerOf = new Int32Array(128);
  /** By key, 1 where the first row has been emitted: nothing else of it will be. */
  private done = new Uint8Array(128);
  private readonly timers = new TimerHeap<number>();
  private watermark = Number.NEGATIVE_INFINITY;
  private readonly ttl: StateTtl | undefined;
  /** The first row by event time waits for the watermark. */
  private readonly waits: boolean;

  constructor(node: Deduplicate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.waits = node.rowtime && !node.keepLast && node.miniBatch === undefined;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.keys = new KeyTable(node.keys.map((k) => inputTypes[k] as LogicalType));
    this.kept = new KeptRows(inputTypes);
  }

  process(batch: Batch): void {
    const { columns } = batch;
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.node.keys.map((k) => columns[k] as Column),
      0,
      batch.length,
    );
    if (!this.waits) this.lookUp(batch.length);
    this.kept.bind(batch);
    const times = columns[this.node.timeIndex] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          if (this.waits) this.firstByRowtime(i, times.ms[i] as number);
          else this.immediate(i, this.node.rowtime ? (times.ms[i] as number) : 0);
        }
      },
      (watermark) => {
        if (watermark > this.watermark) this.advance(watermark);
        this.kept.mark(watermark);
      },
    );
    this.ttl?.clean(batch.length + 1, (key) => {
      this.empty(key);
      this.keys.remove(key);
    });
    const out = this.kept.finish();
    if (out) this.context.output.emit(out);
    this.keys.sweep();
  }

  /** All keys of a batch at once, where no row is too late to have one. */
  private lookUp(length: number): void {
    if (this.ids.length < length) {
      this.ids = new Int32Array(length);
      this.added = new Uint8Array(length);
    }
    this.keys.findOrAddAll(0, length, this.ids, this.added);
  }

  /** Makes `key` ready for a row; a new one has none yet. */
  private ready(key: number, isNew: boolean): number {
    if (!isNew) {
      if (this.ttl?.expired(key)) this.empty(key);
      return key;
    }
    this.kept.addKey(key);
    if (key >= this.timeOf.length) {
      this.timerOf = doubled(this.timerOf);
      const timeOf = new Float64Array(this.timeOf.length * 2);
      timeOf.set(this.timeOf);
      this.timeOf = timeOf;
      const done = new Uint8Array(this.done.length * 2);
      done.set(this.done);
      this.done = done;
    }
    this.done[key] = 0;
    return key;
  }

  /** Forgets the row of a key, and that one was emitted. */
  private empty(key: number): void {
    if (this.waits && this.kept.of(key) !== NO_ROW) this.timers.delete(this.timerOf[key] as number);
    this.kept.drop(key);
    this.done[key] = 0;
    this.ttl?.forget(key);
  }

  private immediate(i: number, time: number): void {
    const { kept } = this;
    const key = this.ready(this.ids[i] as number, this.added[i] === 1);
    const row = kept.of(key);
    if (row === NO_ROW) {
      this.keep(key, i, time);
      kept.emit(INSERT, batchRow(i));
      return;
    }
    if (!this.replaces(time, this.timeOf[key] as number)) return;
    // With a time to live downstream must hear of equal rows, to keep its state alive too.
    if (!this.ttl && !this.node.rowtime && kept.same(row, i)) return;
    if (this.node.generateUpdateBefore) kept.emit(UPDATE_BEFORE, row);
    this.keep(key, i, time);
    kept.emit(UPDATE_AFTER, batchRow(i));
  }

  private keep(key: number, i: number, time: number): void {
    this.kept.put(key, i);
    this.timeOf[key] = time;
    this.ttl?.touch(key);
  }

  /** Whether a row takes the place of the key's row. Among equal times the later is the last and the earlier the first. */
  private replaces(time: number, old: number): boolean {
    const { keepLast, rowtime } = this.node;
    if (keepLast) return !rowtime || time >= old;
    return rowtime && time < old;
  }

  private firstByRowtime(i: number, time: number): void {
    if (time < this.watermark) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    const found = this.keys.findOrAdd(i);
    const key = this.ready(found, this.keys.added);
    const row = this.kept.of(key);
    if (this.done[key] === 1 || (row !== NO_ROW && time >= (this.timeOf[key] as number))) return;
    if (row !== NO_ROW) this.timers.delete(this.timerOf[key] as number);
    this.keep(key, i, time);
    this.timerOf[key] = this.timers.add(time, key);
  }

  private advance(watermark: number): void {
    this.watermark = watermark;
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const key = this.timers.poll();
      if (!this.ttl?.expired(key)) this.kept.emit(INSERT, this.kept.of(key));
      this.kept.drop(key);
      this.done[key] = 1;
    }
  }

  end(): void {
    // The last watermark has emitted what waited.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.kept.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const { fields } = this.node.input;
    return [stateTable('kept rows', fields, (columns, end) => this.kept.write(this.keys.ids(), columns, end))];
  }

  snapshot() {
    return {
      ttl: this.ttl?.snapshot(),
      kept: this.kept.snapshot(),
      done: this.done,
      timeOf: this.timeOf,
      timerOf: this.timerOf,
      watermark: this.watermark,
      keys: this.keys.snapshot(),
      timers: this.timers.snapshot(),
    };
  }

  restore(state: ReturnType<DeduplicateOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.kept.restore(state.kept);
    this.done = state.done;
    this.timeOf = state.timeOf;
    this.timerOf = state.timerOf;
    this.watermark = state.watermark;
    this.keys.restore(state.keys);
    this.timers.restore(state.timers);
  }
}
