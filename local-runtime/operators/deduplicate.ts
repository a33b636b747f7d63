import type { Deduplicate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../batch/batch.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import { KeyTable } from '../state/key-table.ts';
import { RowStore } from '../state/row-store.ts';
import { RowWriter } from '../state/row-writer.ts';
import { StateTtl, stateTtl } from '../state/state-ttl.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import type { Operator, OperatorContext } from './operator.ts';

/** A first row that has been emitted: nothing else of its key will be. */
const EMITTED = -2;

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
  private readonly rows: RowStore;
  private words = new Int32Array(0);
  private rowOf = new Int32Array(128);
  private timeOf = new Float64Array(128);
  private timerOf = new Int32Array(128);
  private readonly timers = new TimerHeap<number>();
  private watermark = Number.NEGATIVE_INFINITY;
  private readonly ttl: StateTtl | undefined;
  /** The first row by event time waits for the watermark. */
  private readonly waits: boolean;
  private readonly out: RowWriter;

  constructor(node: Deduplicate, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.waits = node.rowtime && !node.keepLast && node.miniBatch === undefined;
    const ttl = stateTtl(context.options);
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.keys = new KeyTable(node.keys.map((k) => inputTypes[k] as LogicalType));
    this.rows = new RowStore(inputTypes);
    this.out = new RowWriter(inputTypes, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    const { columns } = batch;
    this.ttl?.bind(this.context.clock.now());
    this.keys.encode(
      this.node.keys.map((k) => columns[k] as Column),
      0,
      batch.length,
    );
    const need = batch.length * this.rows.width;
    if (this.words.length < need) this.words = new Int32Array(need);
    this.rows.encode(columns, 0, batch.length, this.words);
    const times = columns[this.node.timeIndex] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          if (this.waits) this.firstByRowtime(i, times.ms[i] as number);
          else this.immediate(i, this.node.rowtime ? (times.ms[i] as number) : 0);
          this.out.flushIfFull();
        }
      },
      (watermark) => {
        if (watermark > this.watermark) this.advance(watermark);
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.ttl?.clean(batch.length + 1, (key) => {
      this.empty(key);
      this.keys.remove(key);
    });
    this.keys.sweep();
    this.rows.sweep();
  }

  /** The key of row `i`; a new one has no row yet. */
  private key(i: number): number {
    const key = this.keys.findOrAdd(i);
    if (!this.keys.added) {
      if (this.ttl?.expired(key)) this.empty(key);
      return key;
    }
    if (key >= this.rowOf.length) {
      const rowOf = new Int32Array(this.rowOf.length * 2);
      rowOf.set(this.rowOf);
      this.rowOf = rowOf;
      const timerOf = new Int32Array(this.timerOf.length * 2);
      timerOf.set(this.timerOf);
      this.timerOf = timerOf;
      const timeOf = new Float64Array(this.timeOf.length * 2);
      timeOf.set(this.timeOf);
      this.timeOf = timeOf;
    }
    this.rowOf[key] = -1;
    return key;
  }

  /** Forgets the row of a key, and that one was emitted. */
  private empty(key: number): void {
    const row = this.rowOf[key] as number;
    if (row >= 0) {
      if (this.waits) this.timers.delete(this.timerOf[key] as number);
      this.rows.remove(row);
    }
    this.rowOf[key] = -1;
    this.ttl?.forget(key);
  }

  private immediate(i: number, time: number): void {
    const key = this.key(i);
    const at = i * this.rows.width;
    const row = this.rowOf[key] as number;
    if (row < 0) {
      const added = this.rows.add(this.words, at);
      this.rowOf[key] = added;
      this.timeOf[key] = time;
      this.ttl?.touch(key);
      this.write(added, INSERT);
      return;
    }
    if (!this.replaces(time, this.timeOf[key] as number)) return;
    this.ttl?.touch(key);
    // With a time to live downstream must hear of equal rows, to keep its state alive too.
    if (!this.ttl && !this.node.rowtime && this.same(row, at)) return;
    if (this.node.generateUpdateBefore) this.write(row, UPDATE_BEFORE);
    this.rows.replace(row, this.words, at);
    this.timeOf[key] = time;
    this.write(row, UPDATE_AFTER);
  }

  /** Whether a row takes the place of the key's row. Among equal times the later is the last and the earlier the first. */
  private replaces(time: number, old: number): boolean {
    const { keepLast, rowtime } = this.node;
    if (keepLast) return !rowtime || time >= old;
    return rowtime && time < old;
  }

  private same(row: number, at: number): boolean {
    const { width, words } = this.rows;
    for (let w = 0; w < width; w++) if (words[row * width + w] !== this.words[at + w]) return false;
    return true;
  }

  private firstByRowtime(i: number, time: number): void {
    if (time < this.watermark) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    const key = this.key(i);
    const row = this.rowOf[key] as number;
    if (row === EMITTED || (row >= 0 && time >= (this.timeOf[key] as number))) return;
    const at = i * this.rows.width;
    if (row >= 0) {
      this.timers.delete(this.timerOf[key] as number);
      this.rows.replace(row, this.words, at);
    } else {
      this.rowOf[key] = this.rows.add(this.words, at);
    }
    this.ttl?.touch(key);
    this.timeOf[key] = time;
    this.timerOf[key] = this.timers.add(time, key);
  }

  private advance(watermark: number): void {
    this.watermark = watermark;
    while (!this.timers.isEmpty && this.timers.nextTime <= watermark) {
      const key = this.timers.poll();
      const row = this.rowOf[key] as number;
      if (!this.ttl?.expired(key)) this.write(row, INSERT);
      this.rows.remove(row);
      this.rowOf[key] = EMITTED;
      this.out.flushIfFull();
    }
  }

  private write(row: number, kind: number): void {
    this.rows.writeRow(row, this.out.columns, 0);
    this.out.end(kind);
  }

  end(): void {
    // The last watermark has emitted what waited.
  }

  stateBytes(): number {
    return this.keys.byteLength + this.rows.byteLength + this.timers.byteLength;
  }

  snapshot() {
    return {
      ttl: this.ttl?.snapshot(),
      rowOf: this.rowOf,
      timeOf: this.timeOf,
      timerOf: this.timerOf,
      watermark: this.watermark,
      keys: this.keys.snapshot(),
      rows: this.rows.snapshot(),
      timers: this.timers.snapshot(),
    };
  }

  restore(state: ReturnType<DeduplicateOperator['snapshot']>): void {
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.rowOf = state.rowOf;
    this.timeOf = state.timeOf;
    this.timerOf = state.timerOf;
    this.watermark = state.watermark;
    this.keys.restore(state.keys);
    this.rows.restore(state.rows);
    this.timers.restore(state.timers);
  }
}
