import type { Value } from '../../../flink-sql/plan/rex.ts';
import { DELETE, INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import { FlinkFault } from '../../errors.ts';
import { canonical } from '../../state/canonical.ts';
import { type SortEntry, SortedEntries, TopNOperator } from './top-n.ts';

/** A partition's rows. Flink keeps the number of rows of a sort key apart from the rows; after an offset they can differ. */
interface Partition {
  readonly sorted: SortedEntries;
  readonly counts: Map<SortEntry, number>;
  /** Rows left behind under sort keys that count no rows. */
  readonly leftover: Map<string, SortEntry>;
}

/**
 * Top-N of updating input. Keeps all rows of each partition in order. With a rank number (or an offset) every row whose rank
 * changes gives -U and +U at that rank, and the end of the list +I or -D; without, a row that comes into the first N gives +I after
 * -D of the one pushed out, one that goes -D before +I of the one that moves up. A watermark passes. Follows RetractableTopNFunction,
 * and its slip with an offset: emitting a row marks the stored row with the kind emitted, and a row so marked is not found again
 * when it is retracted, so nothing is emitted for it and it stays.
 */
export class RetractableTopN extends TopNOperator<Partition> {
  /** The kind that a stored row was last emitted with. */
  private kinds = new Uint8Array(128);

  protected create(): Partition {
    return { sorted: new SortedEntries(this.settings.order), counts: new Map(), leftover: new Map() };
  }

  protected row(partition: Partition, i: number, kind: number): void {
    const key = this.sortKey(i);
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

  private add({ sorted, counts, leftover }: Partition, key: readonly Value[], row: number): void {
    const own = sorted.entry(key);
    if (leftover.size > 0 && own.rows.length === 0) {
      const text = canonical(key);
      own.rows = leftover.get(text)?.rows ?? own.rows;
      leftover.delete(text);
    }
    counts.set(own, (counts.get(own) ?? 0) + 1);
    if (this.withNumber) this.addNumbered(sorted, counts, own, row);
    else this.addUnnumbered(sorted, counts, own, row);
    own.rows.push(row);
  }

  private addNumbered({ entries }: SortedEntries, counts: Partition['counts'], own: SortEntry, row: number): void {
    let rank = 0;
    let current = row;
    let found = false;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
      if (!found) {
        found = entry === own;
        rank += counts.get(entry) ?? 0;
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
  }

  private addUnnumbered({ entries }: SortedEntries, counts: Partition['counts'], own: SortEntry, row: number): void {
    const { rankStart, rankEnd } = this.settings;
    let rank = 0;
    let found = false;
    let collects = false;
    let gone = -1;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
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

  private retract({ sorted, counts, leftover }: Partition, key: readonly Value[], i: number): void {
    const at = sorted.find(key);
    const own = at >= 0 ? (sorted.entries[at] as SortEntry) : undefined;
    if (!own) {
      // Flink passes over it when the partition is empty (its state may have expired).
      if (sorted.entries.length === 0) return;
      throw new FlinkFault('RuntimeException', 'Can not retract a non-existent record. This should never happen.');
    }
    const place = own.rows.findIndex((id) => this.kinds[id] === INSERT && this.sameRow(id, i));
    if (this.withNumber) this.retractNumbered(sorted, counts, own, place);
    else this.retractUnnumbered(sorted, counts, own, place);
    if (place >= 0) this.rows.remove(own.rows.splice(place, 1)[0] as number);
    const count = (counts.get(own) ?? 0) - 1;
    if (count > 0) {
      counts.set(own, count);
      return;
    }
    counts.delete(own);
    sorted.entries.splice(at, 1);
    if (own.rows.length > 0) leftover.set(canonical(key), own);
  }

  private retractNumbered(
    { entries }: SortedEntries,
    counts: Partition['counts'],
    own: SortEntry,
    place: number,
  ): void {
    let rank = 0;
    let previous = -1;
    let found = false;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
      if (!found && entry !== own) {
        rank += counts.get(entry) ?? 0;
        continue;
      }
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

  private retractUnnumbered(
    { entries }: SortedEntries,
    counts: Partition['counts'],
    own: SortEntry,
    place: number,
  ): void {
    const { rankEnd } = this.settings;
    let next = 1;
    let found = false;
    for (const entry of entries) {
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
      } else {
        this.emitAlways(INSERT, entry.rows[rankEnd - next] as number, 0);
        break;
      }
    }
  }

  protected save({ sorted, counts, leftover }: Partition) {
    return { entries: sorted.entries, counts, leftover };
  }

  protected load({ entries, counts, leftover }: ReturnType<RetractableTopN['save']>): Partition {
    return { sorted: new SortedEntries(this.settings.order, entries), counts, leftover };
  }

  protected override saveMore(): Uint8Array<ArrayBuffer> {
    return this.kinds;
  }

  protected override restoreMore(saved: Uint8Array<ArrayBuffer>): void {
    this.kinds = saved;
  }
}
