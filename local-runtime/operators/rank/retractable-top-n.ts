import type { Value } from '../../../flink-sql/plan/rex.ts';
import { DELETE, INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import { canonical } from '../../state/canonical.ts';
import { type SortEntry, SortedEntries, TopNOperator } from './top-n.ts';

/** A partition's rows. Flink keeps the number of rows of a sort key apart from the rows; after an offset they can differ. */
interface Partition {
  readonly sorted: SortedEntries;
  readonly counts: Map<SortEntry, number>;
  /** Rows left behind under sort keys that count no rows. */
  readonly leftover: Map<string, SortEntry>;
  touched: number;
}

/**
 * Top-N of updating input. Keeps all rows of each partition in order. With a rank number (or an offset) every row whose rank
 * changes gives -U and +U at that rank, and the end of the list +I or -D; without, a row that comes into the first N gives +I after
 * -D of the one pushed out, one that goes -D before +I of the one that moves up. With table.exec.state.ttl a partition that
 * no row reached for that long is gone, and so are the rows of a sort key that none of them touched; Flink still counts these until
 * it comes across them. A watermark passes. Follows RetractableTopNFunction, and its slip with an offset: emitting a row marks the stored row with the kind emitted, and a row so marked is not found again
 * when it is retracted, so nothing is emitted for it and it stays.
 */
export class RetractableTopN extends TopNOperator<Partition> {
  /** The kind that a stored row was last emitted with. */
  private kinds = new Uint8Array(128);

  protected idsOf({ sorted }: Partition): readonly number[] {
    return sorted.entries.flatMap(({ rows }) => rows);
  }

  protected create(): Partition {
    return {
      sorted: new SortedEntries(this.settings.order),
      counts: new Map(),
      leftover: new Map(),
      touched: this.now,
    };
  }

  protected revive({ touched }: Partition): boolean {
    return !this.gone(touched);
  }

  protected drop({ sorted, leftover }: Partition): void {
    for (const entry of [...sorted.entries, ...leftover.values()]) this.dropRows(entry);
  }

  private dropRows(entry: SortEntry): void {
    for (const row of entry.rows) this.discard(row);
    entry.rows = [];
  }

  /** Sort keys in order; with a time to live they may go while one walks. */
  private walk({ entries }: SortedEntries): readonly SortEntry[] {
    return this.ttl > 0 ? [...entries] : entries;
  }

  /** Whether the rows of a counted sort key are gone; then it is no longer counted (processStateStaled). */
  private stale({ sorted, counts }: Partition, entry: SortEntry): boolean {
    if (this.ttl === 0 || !this.gone(entry.written ?? this.now)) return false;
    this.dropRows(entry);
    counts.delete(entry);
    sorted.entries.splice(sorted.entries.indexOf(entry), 1);
    return true;
  }

  protected row(partition: Partition, i: number, kind: number): void {
    const key = this.sortKey(i);
    partition.touched = this.now;
    if (kind === INSERT || kind === UPDATE_AFTER) this.add(partition, key, this.storeNew(i));
    else this.retract(partition, key, i);
  }

  private storeNew(i: number): number {
    const row = this.store(i);
    if (row >= this.kinds.length) {
      const kinds = new Uint8Array(this.kinds.length * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds[row] = INSERT;
    return row;
  }

  protected override emitAlways(kind: number, id: number, rank: number): void {
    super.emitAlways(kind, id, rank);
    if (this.withNumber && !this.settings.outputRankNumber) this.kinds[id] = kind;
  }

  private add(partition: Partition, key: readonly Value[], row: number): void {
    const { sorted, counts, leftover } = partition;
    const own = sorted.entry(key);
    if (leftover.size > 0 && own.rows.length === 0) {
      const text = canonical(key);
      own.rows = leftover.get(text)?.rows ?? own.rows;
      leftover.delete(text);
    }
    if (this.ttl > 0 && this.gone(own.written ?? this.now)) this.dropRows(own);
    counts.set(own, (counts.get(own) ?? 0) + 1);
    if (this.withNumber) this.addNumbered(partition, own, row);
    else this.addUnnumbered(partition, own, row);
    own.rows.push(row);
    own.written = this.now;
  }

  private addNumbered(partition: Partition, own: SortEntry, row: number): void {
    const { sorted, counts } = partition;
    let rank = 0;
    let current = row;
    let found = false;
    for (const entry of this.walk(sorted)) {
      if (!this.inEnd(rank)) break;
      if (!found) {
        found = entry === own;
        rank += counts.get(entry) ?? 0;
        continue;
      }
      if (this.stale(partition, entry)) continue;
      for (const next of entry.rows) {
        if (!this.inEnd(rank)) break;
        this.shift(next, current, rank);
        current = next;
        rank++;
      }
    }
    if (this.inEnd(rank)) this.emit(INSERT, current, rank);
  }

  private addUnnumbered(partition: Partition, own: SortEntry, row: number): void {
    const { sorted, counts } = partition;
    const { rankStart, rankEnd } = this.settings;
    let rank = 0;
    let found = false;
    let collects = false;
    let gone = -1;
    for (const entry of this.walk(sorted)) {
      if (!this.inEnd(rank)) break;
      if (found && this.stale(partition, entry)) continue;
      const count = counts.get(entry) ?? 0;
      if (!found) {
        found = entry === own;
        rank += count;
        if (found) collects = rank >= rankStart && rank <= rankEnd;
      } else if (this.inEnd(rank + count)) {
        rank += count;
      } else {
        gone = entry.rows[rankEnd - rank] as number;
        break;
      }
    }
    if (gone >= 0) this.emitAlways(DELETE, gone, 0);
    if (collects) this.emitAlways(INSERT, row, 0);
  }

  private retract(partition: Partition, key: readonly Value[], i: number): void {
    const { sorted, counts, leftover } = partition;
    const at = sorted.find(key);
    const own = at >= 0 ? (sorted.entries[at] as SortEntry) : undefined;
    if (!own) {
      // Flink logs that state may have expired, and takes the row from those left behind.
      const left = leftover.size > 0 ? leftover.get(canonical(key)) : undefined;
      const place = left ? left.rows.findIndex((id) => this.kinds[id] === INSERT && this.sameRow(id, i)) : -1;
      if (left && place >= 0) this.discard(left.rows.splice(place, 1)[0] as number);
      return;
    }
    const place = this.stale(partition, own)
      ? -1
      : own.rows.findIndex((id) => this.kinds[id] === INSERT && this.sameRow(id, i));
    if (this.withNumber) this.retractNumbered(partition, own, place);
    else this.retractUnnumbered(partition, own, place);
    if (place >= 0) this.discard(own.rows.splice(place, 1)[0] as number);
    own.written = this.now;
    // Its rows were gone, and so it is no longer counted.
    if (!counts.has(own)) return;
    const count = (counts.get(own) ?? 0) - 1;
    if (count > 0) {
      counts.set(own, count);
      return;
    }
    counts.delete(own);
    sorted.entries.splice(sorted.entries.indexOf(own), 1);
    if (own.rows.length > 0) leftover.set(canonical(key), own);
  }

  private retractNumbered(partition: Partition, own: SortEntry, place: number): void {
    const { sorted, counts } = partition;
    let rank = 0;
    let previous = -1;
    let found = false;
    for (const entry of this.walk(sorted)) {
      if (!this.inEnd(rank)) break;
      if (!found && entry !== own) {
        rank += counts.get(entry) ?? 0;
        continue;
      }
      if (entry !== own && this.stale(partition, entry)) continue;
      for (let r = 0; r < entry.rows.length && this.inEnd(rank); r++) {
        const row = entry.rows[r] as number;
        if (entry === own && r === place) {
          previous = row;
          found = true;
        } else if (found) {
          this.shift(previous, row, rank);
          previous = row;
        }
        rank++;
      }
    }
    if (this.inEnd(rank) && previous >= 0) this.emit(DELETE, previous, rank);
  }

  private retractUnnumbered(partition: Partition, own: SortEntry, place: number): void {
    const { sorted, counts } = partition;
    const { rankEnd } = this.settings;
    let next = 1;
    let found = false;
    for (const entry of this.walk(sorted)) {
      if (!this.inEnd(next)) break;
      const count = counts.get(entry) ?? 0;
      if (!found && entry !== own) {
        next += count;
      } else if (entry === own) {
        for (let r = 0; r < entry.rows.length && this.inEnd(next); r++) {
          const row = entry.rows[r] as number;
          if (r === place) {
            this.emit(DELETE, row, next);
            next--;
            found = true;
          } else if (found && next === rankEnd) {
            this.emit(INSERT, row, next);
          }
          next++;
        }
        if (!found) return;
      } else if (next + count - 1 < rankEnd) {
        next += count;
      } else if (!this.stale(partition, entry)) {
        this.emitAlways(INSERT, entry.rows[rankEnd - next] as number, 0);
        break;
      }
    }
  }

  protected save({ sorted, counts, leftover, touched }: Partition) {
    return { entries: sorted.entries, counts, leftover, touched };
  }

  protected load({ entries, counts, leftover, touched }: ReturnType<RetractableTopN['save']>): Partition {
    return { sorted: new SortedEntries(this.settings.order, entries), counts, leftover, touched };
  }

  protected override saveMore(): Uint8Array<ArrayBuffer> {
    return this.kinds;
  }

  protected override restoreMore(saved: Uint8Array<ArrayBuffer>): void {
    this.kinds = saved;
  }
}
