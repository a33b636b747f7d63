import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { BoolColumn, Column } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import type { Updates } from './updates.ts';

/** Which values have come, for the DISTINCT calls over the same arguments. */
export interface DistinctState {
  /** One call more; gives its number. Call before the first row. */
  join(): number;
  bind(columns: readonly Column[]): void;
  /** Sets the clock that values expire by. Call between batches. */
  bindClock(now: number): void;
  grow(capacity: number): void;
  /** Forgets the values of a group. */
  drop(group: number): void;
  /** Adds `by` to how often the arguments of a row are there in a group for a call; gives the count before. */
  add(call: number, group: number, row: number, by: 1 | -1): number;
  /**
   * Adds the counts of group `from` to those of `into` for a call; appends the values that came or went in `into`, in the order of
   * their first arrival, to the writers and whether each came to `comes`.
   */
  merge(call: number, into: number, from: number, writers: readonly ColumnWriter[], comes: boolean[]): void;
  /**
   * Takes a batch in and writes for each call which of its rows bring or take no value (1 in `skips`, which comes empty). A call skips
   * rows whose FILTER, if it has one, is not true.
   */
  update(updates: Updates, filters: readonly (BoolColumn | undefined)[], skips: readonly Uint8Array[]): void;
  readonly byteLength: number;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/**
 * DISTINCT around an aggregate (DistinctAggCodeGen): the aggregate inside sees a value when it comes for the first time and when it
 * goes for the last. The aggregate inside is built over argument positions.
 */
export class Distinct implements Aggregate {
  readonly inner: Aggregate;
  /** Shared with the other calls over the same arguments. */
  readonly values: DistinctState;
  /** Which of the calls that share the values this is; the first measures, binds and keeps them. */
  readonly call: number;
  private readonly args: readonly number[];
  private readonly types: readonly LogicalType[];
  private columns: readonly Column[] = [];

  constructor(inner: Aggregate, args: readonly number[], types: readonly LogicalType[], values: DistinctState) {
    this.inner = inner;
    this.args = args;
    this.types = types;
    this.values = values;
    this.call = values.join();
  }

  private get isFirst(): boolean {
    return this.call === 0;
  }

  bind(columns: readonly Column[]): void {
    this.columns = this.args.map((a) => columns[a] as Column);
    if (this.isFirst) this.values.bind(this.columns);
    this.inner.bind(this.columns);
  }

  bindClock(now: number): void {
    if (this.isFirst) this.values.bindClock(now);
  }

  grow(capacity: number): void {
    this.inner.grow(capacity);
    this.values.grow(capacity);
  }

  reset(group: number): void {
    this.inner.reset(group);
    this.values.drop(group);
  }

  accumulate(group: number, row: number): void {
    if (this.values.add(this.call, group, row, 1) === 0) this.inner.accumulate(group, row);
  }

  retract(group: number, row: number): void {
    if (this.values.add(this.call, group, row, -1) === 1) this.inner.retract(group, row);
  }

  merge(into: number, from: number): void {
    const comes: boolean[] = [];
    const writers = this.types.map(columnWriter);
    this.values.merge(this.call, into, from, writers, comes);
    if (comes.length === 0) return;
    this.inner.bind(writers.map((w) => w.take()));
    for (const [i, isComing] of comes.entries()) {
      if (isComing) this.inner.accumulate(into, i);
      else this.inner.retract(into, i);
    }
    this.inner.bind(this.columns);
  }

  write(group: number, out: ColumnWriter): void {
    this.inner.write(group, out);
  }

  get byteLength(): number {
    return this.inner.byteLength + (this.isFirst ? this.values.byteLength : 0);
  }

  snapshot() {
    return { inner: this.inner.snapshot(), values: this.isFirst ? this.values.snapshot() : undefined };
  }

  restore(state: ReturnType<Distinct['snapshot']>): void {
    this.inner.restore(state.inner);
    if (state.values) this.values.restore(state.values);
  }
}
