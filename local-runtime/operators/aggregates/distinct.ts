import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import { doubled } from '../../state/interner.ts';
import { PairTable } from '../../state/key-table.ts';
import { StateTtl } from '../../state/state-ttl.ts';
import { type Aggregate, grownInts, roomFor } from './aggregate.ts';
import { DistinctValues } from './distinct-values.ts';

/**
 * DISTINCT around an aggregate (DistinctAggCodeGen): how often each (group, argument row) is there; the aggregate inside sees a
 * value when it comes for the first time and when it goes for the last. The aggregate inside is built over argument positions. A
 * value withdrawn that was not there (its state has expired, or a bundle only saw the withdrawal) counts below zero. With a time to
 * live a (group, value) goes by itself; where nothing is withdrawn only its first row is a write.
 */
export class Distinct implements Aggregate {
  private readonly inner: Aggregate;
  private readonly args: readonly number[];
  private readonly types: readonly LogicalType[];
  private readonly values: DistinctValues;
  /** Other calls use the same values: only the first one measures and keeps them. */
  private readonly ownsValues: boolean;
  private readonly pairs = new PairTable();
  private counts = new Int32Array(128);
  /** The pairs of a group as a doubly linked list; entries are pair + 1, 0 ends it. */
  private heads = new Int32Array(0);
  private next = new Int32Array(128);
  private previous = new Int32Array(128);
  private columns: readonly Column[] = [];
  private readonly ttl: StateTtl | undefined;
  private readonly retracting: boolean;

  constructor(
    inner: Aggregate,
    args: readonly number[],
    types: readonly LogicalType[],
    retracting: boolean,
    ttl: number,
    shared?: DistinctValues,
  ) {
    this.retracting = retracting;
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.inner = inner;
    this.args = args;
    this.types = types;
    this.values = shared ?? new DistinctValues(types);
    this.ownsValues = shared === undefined;
  }

  bind(columns: readonly Column[]): void {
    this.columns = this.args.map((a) => columns[a] as Column);
    this.values.bind(this.columns);
    this.inner.bind(this.columns);
  }

  /** Sets the clock that values expire by. Call between batches. */
  bindClock(now: number): void {
    if (!this.ttl) return;
    this.ttl.bind(now);
    this.ttl.clean(1024, (pair) => this.unlink(pair));
  }

  grow(capacity: number): void {
    this.inner.grow(capacity);
    if (capacity > this.heads.length) this.heads = grownInts(this.heads, roomFor(this.heads.length, capacity));
  }

  reset(group: number): void {
    this.inner.reset(group);
    for (let at = this.heads[group] as number; at !== 0; ) {
      const pair = at - 1;
      at = this.next[pair] as number;
      this.drop(pair);
    }
    this.heads[group] = 0;
  }

  private drop(pair: number): void {
    this.ttl?.forget(pair);
    const value = this.pairs.seconds[pair] as number;
    this.pairs.remove(pair);
    this.values.release(value);
  }

  /** Takes a pair out of its group's list and drops it. */
  private unlink(pair: number): void {
    const next = this.next[pair] as number;
    const previous = this.previous[pair] as number;
    if (next !== 0) this.previous[next - 1] = previous;
    if (previous !== 0) this.next[previous - 1] = next;
    else this.heads[this.pairs.firsts[pair] as number] = next;
    this.drop(pair);
  }

  /** The pair's count, 0 when it is not there any more. */
  private countOf(pair: number): number {
    return pair < 0 || this.ttl?.expired(pair) ? 0 : (this.counts[pair] as number);
  }

  /** Adds `by` to the count of (group, value); gives the count before. */
  private add(group: number, value: number, by: number): number {
    const pair = this.pairs.findOrAdd(group, value);
    if (this.pairs.added) {
      if (pair >= this.counts.length) {
        this.counts = doubled(this.counts);
        this.next = doubled(this.next);
        this.previous = doubled(this.previous);
      }
      this.counts[pair] = by;
      const head = this.heads[group] as number;
      this.next[pair] = head;
      this.previous[pair] = 0;
      if (head !== 0) this.previous[head - 1] = pair + 1;
      this.heads[group] = pair + 1;
      this.values.retain(value);
      this.ttl?.touch(pair);
      return 0;
    }
    const before = this.countOf(pair);
    this.counts[pair] = before + by;
    if (this.retracting || before === 0) this.ttl?.touch(pair);
    if (before + by === 0) this.unlink(pair);
    return before;
  }

  /** What calls over the same arguments may use, too. */
  get sharedValues(): DistinctValues {
    return this.values;
  }

  accumulate(group: number, row: number): void {
    if (this.add(group, this.values.of(row), 1) === 0) this.inner.accumulate(group, row);
  }

  retract(group: number, row: number): void {
    if (this.add(group, this.values.of(row), -1) === 1) this.inner.retract(group, row);
  }

  merge(into: number, from: number): void {
    const changed: boolean[] = [];
    // The list runs from the latest value to the oldest.
    const pairs: number[] = [];
    for (let at = this.heads[from] as number; at !== 0; at = this.next[at - 1] as number) pairs.push(at - 1);
    const writers = this.types.map(columnWriter);
    for (const pair of pairs.reverse()) {
      const value = this.pairs.seconds[pair] as number;
      const by = this.counts[pair] as number;
      const before = this.countOf(this.pairs.find(into, value));
      const comes = before <= 0 && before + by > 0;
      if (comes || (before > 0 && before + by <= 0)) {
        this.values.table.rows.writeRow(value, writers, 0);
        changed.push(comes);
      }
      this.add(into, value, by);
    }
    if (changed.length === 0) return;
    this.inner.bind(writers.map((w) => w.take()));
    for (const [i, comes] of changed.entries()) {
      if (comes) this.inner.accumulate(into, i);
      else this.inner.retract(into, i);
    }
    this.inner.bind(this.columns);
  }

  write(group: number, out: ColumnWriter): void {
    this.inner.write(group, out);
  }

  get byteLength(): number {
    return (
      this.inner.byteLength +
      (this.ownsValues ? this.values.byteLength : 0) +
      this.pairs.byteLength +
      this.counts.byteLength * 3
    );
  }

  snapshot() {
    return {
      inner: this.inner.snapshot(),
      values: this.ownsValues ? this.values.snapshot() : undefined,
      ttl: this.ttl?.snapshot(),
      pairs: this.pairs.snapshot(),
      counts: this.counts,
      heads: this.heads,
      next: this.next,
      previous: this.previous,
    };
  }

  restore(state: ReturnType<Distinct['snapshot']>): void {
    this.inner.restore(state.inner);
    if (state.values) this.values.restore(state.values);
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.pairs.restore(state.pairs);
    this.counts = state.counts;
    this.heads = state.heads;
    this.next = state.next;
    this.previous = state.previous;
  }
}
