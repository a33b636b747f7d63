import type { AggregateCall } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { AggregateSet } from '../aggregates/aggregate-set.ts';

/** What windows hold, by number: accumulators, or the rows themselves. */
export interface WindowContents {
  bind(columns: readonly Column[], length: number): void;
  create(): number;
  release(id: number): void;
  add(id: number, row: number, accumulate: boolean): void;
  /** Adds what `from` holds to `into`. */
  merge(into: number, from: number): void;
  readonly byteLength: number;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** Accumulators of windows or slices: numbered, each with the count of its rows. */
export class WindowAccumulators implements WindowContents {
  private readonly set: AggregateSet;
  private free: number[] = [];
  private count = 0;
  private rows = new Float64Array(64);

  constructor(calls: readonly AggregateCall[], inputTypes: readonly LogicalType[], retracting: boolean, zone: string) {
    this.set = new AggregateSet(calls, inputTypes, retracting, zone);
  }

  bind(columns: readonly Column[]): void {
    this.set.bind(columns);
  }

  /** A new, empty accumulator. */
  create(): number {
    const id = this.free.pop() ?? this.count++;
    this.set.grow(id + 1);
    this.set.reset(id);
    if (id >= this.rows.length) {
      const rows = new Float64Array(this.rows.length * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    this.rows[id] = 0;
    return id;
  }

  release(id: number): void {
    this.set.reset(id);
    this.free.push(id);
  }

  add(id: number, row: number, accumulate: boolean): void {
    if (accumulate) {
      this.set.accumulate(id, row);
      this.rows[id] = (this.rows[id] as number) + 1;
    } else {
      this.set.retract(id, row);
      this.rows[id] = (this.rows[id] as number) - 1;
    }
  }

  merge(into: number, from: number): void {
    this.set.merge(into, from);
    this.rows[into] = (this.rows[into] as number) + (this.rows[from] as number);
  }

  /** Rows accumulated less rows retracted. */
  rowCount(id: number): number {
    return this.rows[id] as number;
  }

  write(id: number, writers: readonly ColumnWriter[], offset: number): void {
    this.set.write(id, writers, offset);
  }

  get byteLength(): number {
    return this.set.byteLength + this.rows.byteLength;
  }

  snapshot() {
    return { free: this.free, count: this.count, rows: this.rows, set: this.set.snapshot() };
  }

  restore(state: ReturnType<WindowAccumulators['snapshot']>): void {
    this.free = state.free;
    this.count = state.count;
    this.rows = state.rows;
    this.set.restore(state.set);
  }
}
