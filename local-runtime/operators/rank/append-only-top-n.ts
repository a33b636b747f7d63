import { DELETE, INSERT } from '../../batch/batch.ts';
import { compareKeys, type SortEntry, SortedEntries, TopNOperator } from './top-n.ts';

interface Partition {
  readonly buffer: SortedEntries;
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
  protected create(): Partition {
    return { buffer: new SortedEntries(this.settings.order), loaded: this.now };
  }

  protected revive(partition: Partition): boolean {
    const { buffer } = partition;
    if (!this.gone(partition.loaded)) return true;
    const kept = buffer.entries.filter((entry) => {
      const isGone = this.gone(entry.written ?? 0);
      if (isGone) for (const row of entry.rows) this.rows.remove(row);
      return !isGone;
    });
    buffer.entries.splice(0, buffer.entries.length, ...kept);
    partition.loaded = this.now;
    return kept.length > 0;
  }

  protected drop({ buffer }: Partition): void {
    for (const { rows } of buffer.entries) for (const row of rows) this.rows.remove(row);
  }

  protected row({ buffer }: Partition, i: number): void {
    const key = this.sortKey(i);
    const worst = buffer.entries[buffer.entries.length - 1];
    if (worst && compareKeys(key, worst.key, this.settings.order) >= 0 && buffer.size >= this.settings.rankEnd) {
      return;
    }
    const row = this.store(i);
    const entry = buffer.entry(key);
    entry.rows.push(row);
    entry.written = this.now;
    if (this.withNumber) this.numbered(buffer, entry, row);
    else this.unnumbered(buffer, row);
  }

  private numbered(buffer: SortedEntries, own: SortEntry, row: number): void {
    const { entries } = buffer;
    let rank = 0;
    let current = row;
    let found = false;
    let at = 0;
    for (; at < entries.length && this.inEnd(rank); at++) {
      const entry = entries[at] as SortEntry;
      if (!found) {
        rank += entry.rows.length;
        found = entry === own;
        continue;
      }
      for (const next of entry.rows) {
        if (!this.inEnd(rank)) break;
        this.shift(next, current, rank);
        current = next;
        rank++;
      }
    }
    if (this.inEnd(rank)) this.emit(INSERT, current, rank);
    for (const entry of entries.splice(at)) for (const gone of entry.rows) this.rows.remove(gone);
  }

  private unnumbered(buffer: SortedEntries, row: number): void {
    if (buffer.size > this.settings.rankEnd) {
      const last = buffer.entries[buffer.entries.length - 1] as SortEntry;
      const gone = last.rows.pop() as number;
      if (last.rows.length === 0) buffer.entries.pop();
      else last.written = this.now;
      if (gone !== row) {
        this.emitAlways(DELETE, gone, 0);
        this.emitAlways(INSERT, row, 0);
      }
      this.rows.remove(gone);
      return;
    }
    this.emitAlways(INSERT, row, 0);
  }

  protected save({ buffer, loaded }: Partition) {
    return { entries: buffer.entries, loaded };
  }

  protected load({ entries, loaded }: ReturnType<AppendOnlyTopN['save']>): Partition {
    return { buffer: new SortedEntries(this.settings.order, entries), loaded };
  }
}
