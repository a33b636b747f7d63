import type { Column, Nulls } from '../../batch/column.ts';
import type { LongWriter } from '../../state/column-writer.ts';
import { type Aggregate, grownLongs, roomFor } from './aggregate.ts';

/** COUNT(*) and COUNT(a, …): rows in which no argument is NULL (CountAggFunction, Count1AggFunction). */
export class Count implements Aggregate {
  private readonly args: readonly number[];
  private nulls: readonly Nulls[] = [];
  private counts = new BigInt64Array(0);

  constructor(args: readonly number[]) {
    this.args = args;
  }

  bind(columns: readonly Column[]): void {
    this.nulls = this.args.map((a) => (columns[a] as Column).nulls).filter((n) => n !== undefined);
  }

  grow(capacity: number): void {
    if (capacity > this.counts.length) this.counts = grownLongs(this.counts, roomFor(this.counts.length, capacity));
  }

  reset(group: number): void {
    this.counts[group] = 0n;
  }

  private skips(row: number): boolean {
    for (const nulls of this.nulls) if ((nulls as Uint8Array)[row] === 1) return true;
    return false;
  }

  accumulate(group: number, row: number): void {
    if (this.nulls.length !== 0 && this.skips(row)) return;
    const counts = this.counts;
    counts[group] = (counts[group] as bigint) + 1n;
  }

  retract(group: number, row: number): void {
    if (this.nulls.length !== 0 && this.skips(row)) return;
    const counts = this.counts;
    counts[group] = (counts[group] as bigint) - 1n;
  }

  merge(into: number, from: number): void {
    const counts = this.counts;
    counts[into] = (counts[into] as bigint) + (counts[from] as bigint);
  }

  write(group: number, out: LongWriter): void {
    out.appendAt(this.counts, group);
  }

  get byteLength(): number {
    return this.counts.byteLength;
  }

  snapshot() {
    return { counts: this.counts };
  }

  restore(state: ReturnType<Count['snapshot']>): void {
    this.counts = state.counts;
  }
}
