import type { TemporalSort } from '../../flink-sql/plan/physical.ts';
import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, forEachRun, INSERT } from '../batch/batch.ts';
import { type Column, type TimestampColumn, valueAt } from '../batch/column.ts';
import { PackedRows } from '../state/packed-rows.ts';
import { RowWriter } from '../state/row-writer.ts';
import { TimerHeap } from '../time/timer-heap.ts';
import type { Operator, OperatorContext } from './operator.ts';
import { compareKeys, type SortField } from './rank/top-n.ts';
import { rowsTable, type StateTable } from './state-table.ts';

interface Waiting {
  readonly row: number;
  /** Sort fields after the time. */
  readonly key: readonly Value[];
}

/**
 * ORDER BY a time attribute, insert-only. Keeps rows by time until the watermark (or the clock) passes them, then emits them in time
 * order, rows of one time by the other sort keys; a row at or before the last time emitted is late and dropped. Follows
 * RowTimeSortOperator and ProcTimeSortOperator.
 */
export class TemporalSortOperator implements Operator {
  private readonly node: TemporalSort;
  private readonly context: OperatorContext;
  private readonly rest: readonly SortField[];
  private readonly rows: PackedRows;
  private waiting = new Map<number, Waiting[]>();
  private readonly timers = new TimerHeap<number>();
  private lastTime = Number.NEGATIVE_INFINITY;
  private watermark = Number.NEGATIVE_INFINITY;
  private readonly out: RowWriter;

  constructor(node: TemporalSort, inputTypes: readonly LogicalType[], context: OperatorContext) {
    this.node = node;
    this.context = context;
    this.rest = node.order.filter(({ index }) => index !== node.timeIndex);
    this.rows = new PackedRows(inputTypes);
    this.out = new RowWriter(inputTypes, (batch) => context.output.emit(batch));
  }

  process(batch: Batch): void {
    this.rows.bind(batch.columns);
    const times = batch.columns[this.node.timeIndex] as TimestampColumn;
    forEachRun(
      batch,
      (from, to) => {
        for (let i = from; i < to; i++) {
          this.add(batch.columns, i, this.node.rowtime ? (times.ms[i] as number) : this.context.clock.now() + 1);
        }
      },
      (watermark) => {
        if (this.node.rowtime && watermark > this.watermark) {
          this.watermark = watermark;
          this.advance(watermark);
        }
        this.out.mark(watermark);
      },
    );
    this.out.flush();
    this.rows.sweep();
  }

  private add(columns: readonly Column[], i: number, time: number): void {
    if (time <= this.lastTime) {
      this.context.count('numLateRecordsDropped', 1);
      return;
    }
    const row = this.rows.add(i);
    const entry = { row, key: this.rest.map(({ index }) => valueAt(columns[index] as Column, i)) };
    const list = this.waiting.get(time);
    if (list) {
      list.push(entry);
      return;
    }
    this.waiting.set(time, [entry]);
    this.timers.add(time, time);
    if (!this.node.rowtime) this.context.registerProcessingTimer(time);
  }

  private advance(progress: number): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= progress) {
      const time = this.timers.poll();
      const list = this.waiting.get(time) ?? [];
      this.waiting.delete(time);
      if (this.rest.length > 0) list.sort((a, b) => compareKeys(a.key, b.key, this.rest));
      for (const { row } of list) {
        this.rows.writeRow(row, this.out.columns, 0);
        this.out.end(INSERT);
        this.rows.remove(row);
      }
      if (this.node.rowtime) this.lastTime = time;
      this.out.flushIfFull();
    }
  }

  onProcessingTime(now: number): void {
    this.advance(now);
    this.out.flush();
    this.rows.sweep();
    if (!this.timers.isEmpty) this.context.registerProcessingTimer(this.timers.nextTime);
  }

  end(): void {
    // The last watermark has emitted what waited.
  }

  stateBytes(): number {
    return this.rows.byteLength + this.timers.byteLength;
  }

  describeState(): readonly StateTable[] {
    const times = [...this.waiting.keys()].sort((a, b) => a - b);
    const ids = times.flatMap((time) => this.waiting.get(time)?.map(({ row }) => row) ?? []);
    return [rowsTable('rows that wait for their time', this.node.input.fields, this.rows, ids)];
  }

  snapshot() {
    return {
      waiting: this.waiting,
      lastTime: this.lastTime,
      watermark: this.watermark,
      rows: this.rows.snapshot(),
      timers: this.timers.snapshot(),
    };
  }

  restore(state: ReturnType<TemporalSortOperator['snapshot']>): void {
    this.waiting = state.waiting;
    this.lastTime = state.lastTime;
    this.watermark = state.watermark;
    this.rows.restore(state.rows);
    this.timers.restore(state.timers);
  }
}
