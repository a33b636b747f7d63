import { DELETE, INSERT } from '../../batch/batch.ts';
import { compareKeys, type SortEntry, SortedEntries, TopNOperator } from './top-n.ts';

/**
 * Top-N of insert-only input. Keeps the first N rows of each partition. A row within the first N gives +I, with -D of the row it
 * pushes out; with a rank number (or an offset) every row it moves down gives -U and +U at its old rank. A watermark passes. Follows
 * AppendOnlyTopNFunction.
 */
export class AppendOnlyTopN extends TopNOperator<SortedEntries> {
  protected create(): SortedEntries {
    return new SortedEntries(this.settings.order);
  }

  protected row(buffer: SortedEntries, i: number): void {
    const key = this.sortKey(i);
    const worst = buffer.entries[buffer.entries.length - 1];
    if (worst && compareKeys(key, worst.key, this.settings.order) >= 0 && buffer.size >= this.settings.rankEnd) {
      return;
    }
    const row = this.store(i);
    const entry = buffer.entry(key);
    entry.rows.push(row);
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
      if (gone !== row) {
        this.emitAlways(DELETE, gone, 0);
        this.emitAlways(INSERT, row, 0);
      }
      this.rows.remove(gone);
      return;
    }
    this.emitAlways(INSERT, row, 0);
  }

  protected save(buffer: SortedEntries): SortEntry[] {
    return buffer.entries;
  }

  protected load(saved: SortEntry[]): SortedEntries {
    return new SortedEntries(this.settings.order, saved);
  }
}
