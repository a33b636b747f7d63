import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import type { Aggregate } from './aggregate.ts';
import type { DistinctValues } from './distinct-values.ts';

/**
 * DISTINCT around an aggregate (DistinctAggCodeGen): the aggregate inside sees a value when it comes for the first time and when it
 * goes for the last. The aggregate inside is built over argument positions.
 */
export class Distinct implements Aggregate {
  readonly inner: Aggregate;
  /** Shared with the other calls over the same arguments. */
  readonly values: DistinctValues;
  /** Which of the calls that share the values this is; the first measures, binds and keeps them. */
  readonly call: number;
  private readonly args: readonly number[];
  private readonly types: readonly LogicalType[];
  private columns: readonly Column[] = [];

  constructor(inner: Aggregate, args: readonly number[], types: readonly LogicalType[], values: DistinctValues) {
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
