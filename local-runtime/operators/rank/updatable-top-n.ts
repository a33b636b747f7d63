import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { KeyTable } from '../../state/key-table.ts';
import type { OperatorContext } from '../operator.ts';
import { compareKeys, type SortEntry, SortedEntries, TopNOperator, type TopNSettings } from './top-n.ts';

interface Partition {
  readonly buffer: SortedEntries;
  /** Stored rows by row key. */
  readonly byKey: Map<number, { row: number; entry: SortEntry }>;
  readonly created: number;
}

/**
 * Top-N of upserts whose sort key only moves up. Keeps the first N rows of each partition by row key. A new row acts as in
 * AppendOnlyTopN; a row that is there already gives -U and +U, with a rank number also every row between its new and old rank. With
 * table.exec.state.ttl a partition is gone that long after its first row, as the cache that Flink keeps it in. A watermark passes.
 * A sort key that moves down (state upstream has expired) moves its row down and those between up. Follows UpdatableTopNFunction.
 */
export class UpdatableTopN extends TopNOperator<Partition> {
  private readonly rowKeyFields: readonly number[];
  private readonly rowKeys: KeyTable;

  constructor(
    settings: TopNSettings,
    rowKey: readonly number[],
    inputTypes: readonly LogicalType[],
    context: OperatorContext,
  ) {
    super(settings, inputTypes, context);
    this.rowKeyFields = rowKey;
    this.rowKeys = new KeyTable(rowKey.map((k) => inputTypes[k] as LogicalType));
  }

  protected override bind(batch: Batch): void {
    this.rowKeys.sweep();
    this.rowKeys.encode(
      this.rowKeyFields.map((k) => batch.columns[k] as Column),
      0,
      batch.length,
    );
  }

  protected idsOf({ buffer }: Partition): readonly number[] {
    return buffer.entries.flatMap(({ rows }) => rows);
  }

  protected create(): Partition {
    return { buffer: new SortedEntries(this.settings.order), byKey: new Map(), created: this.now };
  }

  protected revive({ created }: Partition): boolean {
    return !this.gone(created);
  }

  protected drop({ byKey }: Partition): void {
    for (const [key, { row }] of byKey) {
      this.discard(row);
      this.rowKeys.remove(key);
    }
  }

  protected row(partition: Partition, i: number): void {
    const { buffer, byKey } = partition;
    const key = this.sortKey(i);
    const known = this.rowKeys.find(i);
    const old = known < 0 ? undefined : byKey.get(known);
    if (!old) {
      const worst = buffer.entries[buffer.entries.length - 1];
      if (worst && compareKeys(key, worst.key, this.settings.order) >= 0 && buffer.size >= this.settings.rankEnd)
        return;
    }
    const row = this.store(i);
    if (old && compareKeys(key, old.entry.key, this.settings.order) === 0) {
      this.replace(partition, old, row);
      return;
    }
    const rowKey = this.rowKeys.findOrAdd(i);
    const oldRank = old ? this.rankOf(buffer, old.entry, old.row) : 0;
    if (old) this.take(buffer, old.entry, old.row);
    const entry = buffer.entry(key);
    entry.rows.push(row);
    byKey.set(rowKey, { row, entry });
    if (this.withNumber && old && compareKeys(key, old.entry.key, this.settings.order) > 0) {
      this.lowered(buffer, row, this.rankOf(buffer, entry, row), old.row, oldRank);
    } else if (this.withNumber) this.numbered(partition, entry, row, old, oldRank);
    else if (old) {
      this.emitAlways(UPDATE_BEFORE, old.row, 0);
      this.emitAlways(UPDATE_AFTER, row, 0);
    } else {
      if (buffer.size > this.settings.rankEnd) {
        const gone = this.dropLast(partition);
        this.emitAlways(DELETE, gone, 0);
        this.discard(gone);
      }
      this.emitAlways(INSERT, row, 0);
    }
    if (old) this.discard(old.row);
  }

  private replace(partition: Partition, old: { row: number; entry: SortEntry }, row: number): void {
    const rank = this.withNumber ? this.rankOf(partition.buffer, old.entry, old.row) : 0;
    old.entry.rows[old.entry.rows.indexOf(old.row)] = row;
    if (this.withNumber) {
      this.shift(old.row, row, rank);
    } else {
      this.emitAlways(UPDATE_BEFORE, old.row, 0);
      this.emitAlways(UPDATE_AFTER, row, 0);
    }
    this.discard(old.row);
    old.row = row;
  }

  private rankOf(buffer: SortedEntries, own: SortEntry, row: number): number {
    let rank = 0;
    for (const entry of buffer.entries) {
      if (entry === own) return rank + entry.rows.indexOf(row) + 1;
      rank += entry.rows.length;
    }
    throw new Error('a row of the buffer is not in it');
  }

  private take(buffer: SortedEntries, entry: SortEntry, row: number): void {
    entry.rows.splice(entry.rows.indexOf(row), 1);
    if (entry.rows.length === 0) buffer.entries.splice(buffer.entries.indexOf(entry), 1);
  }

  /** emitRecordsWithRowNumber: a new row, or the row at `oldRank` that has moved up, pushes those after it down. */
  private numbered(
    partition: Partition,
    own: SortEntry,
    row: number,
    old: { row: number; entry: SortEntry } | undefined,
    oldRank: number,
  ): void {
    const { entries } = partition.buffer;
    const end = old ? oldRank - 1 : this.settings.rankEnd;
    let rank = 0;
    let current = row;
    let found = false;
    let withdrawn = false;
    let at = 0;
    for (let isBelow = false; !isBelow && at < entries.length && this.inEnd(rank); at++) {
      const entry = entries[at] as SortEntry;
      if (!found) {
        rank += entry.rows.length;
        found = entry === own;
        continue;
      }
      isBelow = old !== undefined && compareKeys(entry.key, old.entry.key, this.settings.order) > 0;
      for (const next of isBelow ? [] : entry.rows) {
        if (rank > end) break;
        this.emit(UPDATE_BEFORE, next, rank);
        if (old && !withdrawn) {
          // Of one row key the old row goes before the new one comes.
          this.emit(UPDATE_BEFORE, old.row, oldRank);
          withdrawn = true;
        }
        this.emit(UPDATE_AFTER, current, rank);
        current = next;
        rank++;
      }
    }
    if (this.inEnd(rank)) {
      if (old && !withdrawn) this.emit(UPDATE_BEFORE, old.row, oldRank);
      this.emit(old ? UPDATE_AFTER : INSERT, current, rank);
      return;
    }
    // As Flink has it, only sort keys that lie wholly outside go.
    for (const entry of entries.splice(at)) for (const gone of entry.rows) this.forget(partition, gone);
  }

  /** The row at `oldRank` moves down to `newRank`; those between move up (emitRecordsWithRowNumberIgnoreStateError). */
  private lowered(buffer: SortedEntries, row: number, newRank: number, oldRow: number, oldRank: number): void {
    this.emit(UPDATE_BEFORE, oldRow, oldRank);
    let rank = 0;
    for (const { rows } of buffer.entries) {
      for (const current of rows) {
        rank++;
        if (rank === newRank) {
          this.emit(UPDATE_AFTER, row, rank);
          return;
        }
        if (rank < oldRank) continue;
        this.emit(UPDATE_BEFORE, current, rank + 1);
        this.emit(UPDATE_AFTER, current, rank);
      }
    }
  }

  /** Takes the last row out of the buffer; it stays stored until the caller removes it. */
  private dropLast({ buffer, byKey }: Partition): number {
    const last = buffer.entries[buffer.entries.length - 1] as SortEntry;
    const gone = last.rows.pop() as number;
    if (last.rows.length === 0) buffer.entries.pop();
    this.unlink(byKey, gone);
    return gone;
  }

  private forget({ byKey }: Partition, gone: number): void {
    this.unlink(byKey, gone);
    this.discard(gone);
  }

  private unlink(byKey: Partition['byKey'], gone: number): void {
    for (const [key, { row }] of byKey) {
      if (row !== gone) continue;
      byKey.delete(key);
      this.rowKeys.remove(key);
    }
  }

  protected save({ buffer, byKey, created }: Partition) {
    return { entries: buffer.entries, byKey, created };
  }

  protected load({ entries, byKey, created }: ReturnType<UpdatableTopN['save']>): Partition {
    return { buffer: new SortedEntries(this.settings.order, entries), byKey, created };
  }

  protected override saveMore() {
    return this.rowKeys.snapshot();
  }

  protected override restoreMore(saved: ReturnType<KeyTable['snapshot']>): void {
    this.rowKeys.restore(saved);
  }
}
