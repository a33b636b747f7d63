import { DELETE, INSERT } from '../../batch/batch.ts';
import { TopNOperator } from './top-n.ts';

interface Partition {
  /** Stored rows in order, those of one sort key in the order they came. */
  ids: number[];
  /** With a time to live, when a row of the same sort key came last. */
  written: number[];
  /** When the rows were last looked through for those that are gone. */
  loaded: number;
}

/**
 * Top-N of insert-only input. Keeps the first N rows of each partition. A row within the first N gives +I, with -D of the row it
 * pushes out; with a rank number (or an offset) every row it moves down gives -U and +U at its old rank. With
 * table.exec.state.ttl the rows of a sort key are gone when none of them came for that long; as in Flink, where a cache stands before
 * the state, a partition notices this when its rows were loaded that long ago. A watermark passes. Follows AppendOnlyTopNFunction.
 */
export class AppendOnlyTopN extends TopNOperator<Partition> {
  protected idsOf({ ids }: Partition): readonly number[] {
    return ids;
  }

  protected create(): Partition {
    return { ids: [], written: [], loaded: this.now };
  }

  protected revive(partition: Partition): boolean {
    if (!this.gone(partition.loaded)) return true;
    const { ids, written } = partition;
    partition.ids = [];
    partition.written = [];
    for (const [k, id] of ids.entries()) {
      const at = written[k] as number;
      if (this.gone(at)) this.discard(id);
      else {
        partition.ids.push(id);
        partition.written.push(at);
      }
    }
    partition.loaded = this.now;
    return partition.ids.length > 0;
  }

  protected drop({ ids }: Partition): void {
    for (const id of ids) this.discard(id);
  }

  protected row(partition: Partition, i: number): void {
    const { ids } = partition;
    const { length } = ids;
    const { rankEnd } = this.settings;
    if (length >= rankEnd && this.rowOrder.withStored(i, ids[length - 1] as number) >= 0) return;
    const at = this.place(ids, i);
    const row = this.store(i);
    if (at === length) ids.push(row);
    else ids.splice(at, 0, row);
    if (this.ttl > 0) this.touch(partition, at);
    if (this.withNumber) this.numbered(partition, at);
    else this.unnumbered(partition, row);
  }

  /** Where row `i` comes: after all that are not greater. */
  private place(ids: readonly number[], i: number): number {
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rowOrder.withStored(i, ids[middle] as number) < 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The row at `at` is new: those of its sort key have been written. */
  private touch({ ids, written }: Partition, at: number): void {
    if (written.length < ids.length) written.splice(at, 0, this.now);
    for (let k = at; k >= 0 && this.rowOrder.ofStored(ids[k] as number, ids[at] as number) === 0; k--) {
      written[k] = this.now;
    }
  }

  private numbered(partition: Partition, at: number): void {
    const { ids } = partition;
    const { length } = ids;
    let current = ids[at] as number;
    let rank = at + 1;
    for (; rank < length && this.inEnd(rank); rank++) {
      const next = ids[rank] as number;
      this.shift(next, current, rank);
      current = next;
    }
    if (this.inEnd(rank)) this.emit(INSERT, current, rank);
    if (length <= this.settings.rankEnd + 1) return;
    // Rows of a sort key go when it begins behind the first row that is outside.
    let end = this.settings.rankEnd + 1;
    while (end < length && this.rowOrder.ofStored(ids[end] as number, ids[end - 1] as number) === 0) end++;
    for (const gone of ids.splice(end)) this.discard(gone);
    partition.written.length = Math.min(partition.written.length, end);
  }

  private unnumbered(partition: Partition, row: number): void {
    const { ids, written } = partition;
    if (ids.length > this.settings.rankEnd) {
      const gone = ids.pop() as number;
      if (this.ttl > 0) {
        written.pop();
        const last = ids[ids.length - 1];
        if (last !== undefined && this.rowOrder.ofStored(last, gone) === 0) this.touch(partition, ids.length - 1);
      }
      if (gone !== row) {
        this.emitAlways(DELETE, gone, 0);
        this.emitAlways(INSERT, row, 0);
      }
      this.discard(gone);
      return;
    }
    this.emitAlways(INSERT, row, 0);
  }

  protected save(partition: Partition): Partition {
    return partition;
  }

  protected load(saved: Partition): Partition {
    return saved;
  }
}
