import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable, PairTable } from '../../state/key-table.ts';
import { type Aggregate, grownInts, roomFor } from './aggregate.ts';

/**
 * DISTINCT around an aggregate (DistinctAggCodeGen): how often each (group, argument row) is there; the aggregate inside sees a
 * value when it comes for the first time and when it goes for the last. The aggregate inside is built over argument positions.
 */
export class Distinct implements Aggregate {
  private readonly inner: Aggregate;
  private readonly args: readonly number[];
  private readonly types: readonly LogicalType[];
  private readonly values: KeyTable;
  /** Groups that hold a value, so that the value is forgotten with the last. */
  private valueRefs = new Int32Array(64);
  private readonly pairs = new PairTable();
  private counts = new Int32Array(128);
  /** The pairs of a group as a doubly linked list; entries are pair + 1, 0 ends it. */
  private heads = new Int32Array(0);
  private next = new Int32Array(128);
  private previous = new Int32Array(128);
  private columns: readonly Column[] = [];
  private rowOf = -1;

  constructor(inner: Aggregate, args: readonly number[], types: readonly LogicalType[]) {
    this.inner = inner;
    this.args = args;
    this.types = types;
    this.values = new KeyTable(types);
  }

  bind(columns: readonly Column[]): void {
    this.values.sweep();
    this.columns = this.args.map((a) => columns[a] as Column);
    this.inner.bind(this.columns);
    this.rowOf = -1;
  }

  grow(capacity: number): void {
    this.inner.grow(capacity);
    if (capacity > this.heads.length) this.heads = grownInts(this.heads, roomFor(this.heads.length, capacity));
  }

  private probe(row: number): void {
    if (this.rowOf === row) return;
    this.values.encode(this.columns, row, row + 1);
    this.rowOf = row;
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
    const value = this.pairs.seconds[pair] as number;
    this.pairs.remove(pair);
    const refs = (this.valueRefs[value] as number) - 1;
    this.valueRefs[value] = refs;
    if (refs === 0) this.values.remove(value);
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
      this.valueRefs[value] = (this.valueRefs[value] as number) + 1;
      return 0;
    }
    const before = this.counts[pair] as number;
    this.counts[pair] = before + by;
    return before;
  }

  private valueId(row: number): number {
    this.probe(row);
    const value = this.values.findOrAdd(row);
    if (value >= this.valueRefs.length) this.valueRefs = doubled(this.valueRefs);
    if (this.values.added) this.valueRefs[value] = 0;
    return value;
  }

  accumulate(group: number, row: number): void {
    if (this.add(group, this.valueId(row), 1) === 0) this.inner.accumulate(group, row);
  }

  retract(group: number, row: number): void {
    this.probe(row);
    const value = this.values.find(row);
    const pair = value < 0 ? -1 : this.pairs.find(group, value);
    if (pair < 0) return;
    const count = (this.counts[pair] as number) - 1;
    this.counts[pair] = count;
    if (count !== 0) return;
    this.inner.retract(group, row);
    const next = this.next[pair] as number;
    const previous = this.previous[pair] as number;
    if (next !== 0) this.previous[next - 1] = previous;
    if (previous !== 0) this.next[previous - 1] = next;
    else this.heads[group] = next;
    this.drop(pair);
  }

  merge(into: number, from: number): void {
    const fresh: number[] = [];
    for (let at = this.heads[from] as number; at !== 0; at = this.next[at - 1] as number) {
      const value = this.pairs.seconds[at - 1] as number;
      if (this.add(into, value, this.counts[at - 1] as number) === 0) fresh.push(value);
    }
    if (fresh.length === 0) return;
    // The list runs from the latest value to the oldest.
    fresh.reverse();
    const writers = this.types.map(columnWriter);
    for (const value of fresh) this.values.rows.writeRow(value, writers, 0);
    this.inner.bind(writers.map((w) => w.take()));
    for (let i = 0; i < fresh.length; i++) this.inner.accumulate(into, i);
    this.inner.bind(this.columns);
  }

  write(group: number, out: ColumnWriter): void {
    this.inner.write(group, out);
  }

  get byteLength(): number {
    return this.inner.byteLength + this.values.byteLength + this.pairs.byteLength + this.counts.byteLength * 3;
  }

  snapshot() {
    return {
      inner: this.inner.snapshot(),
      values: this.values.snapshot(),
      valueRefs: this.valueRefs,
      pairs: this.pairs.snapshot(),
      counts: this.counts,
      heads: this.heads,
      next: this.next,
      previous: this.previous,
    };
  }

  restore(state: ReturnType<Distinct['snapshot']>): void {
    this.inner.restore(state.inner);
    this.values.restore(state.values);
    this.valueRefs = state.valueRefs;
    this.pairs.restore(state.pairs);
    this.counts = state.counts;
    this.heads = state.heads;
    this.next = state.next;
    this.previous = state.previous;
  }
}
