import type { Value } from '../../../flink-sql/plan/rex.ts';
import { DELETE, INSERT, UPDATE_AFTER } from '../../batch/batch.ts';
import { FlinkFault } from '../../errors.ts';
import { type SortEntry, SortedEntries, TopNOperator } from './top-n.ts';

/**
 * Top-N of updating input. Keeps all rows of each partition in order. With a rank number (or an offset) every row whose rank
 * changes gives -U and +U at that rank, and the end of the list +I or -D; without, a row that comes into the first N gives +I after
 * -D of the one pushed out, one that goes -D before +I of the one that moves up. A watermark passes. Follows RetractableTopNFunction.
 */
export class RetractableTopN extends TopNOperator<SortedEntries> {
  protected create(): SortedEntries {
    return new SortedEntries(this.settings.order);
  }

  protected row(sorted: SortedEntries, i: number, kind: number): void {
    const key = this.sortKey(i);
    if (kind === INSERT || kind === UPDATE_AFTER) this.add(sorted, key, this.store(i));
    else this.retract(sorted, key, i);
  }

  private add(sorted: SortedEntries, key: readonly Value[], row: number): void {
    const own = sorted.entry(key);
    if (this.withNumber) this.addNumbered(sorted, own, row);
    else this.addUnnumbered(sorted, own, row);
    own.rows.push(row);
  }

  private addNumbered({ entries }: SortedEntries, own: SortEntry, row: number): void {
    let rank = 0;
    let current = row;
    let found = false;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
      if (!found) {
        found = entry === own;
        rank += entry.rows.length + (found ? 1 : 0);
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

  private addUnnumbered({ entries }: SortedEntries, own: SortEntry, row: number): void {
    const { rankStart, rankEnd } = this.settings;
    let rank = 0;
    let found = false;
    let collects = false;
    let gone = -1;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
      if (!found) {
        found = entry === own;
        rank += entry.rows.length + (found ? 1 : 0);
        if (found) collects = rank >= rankStart && rank <= rankEnd;
        continue;
      }
      const last = rank + entry.rows.length;
      if (this.inEnd(last)) {
        rank = last;
      } else {
        gone = entry.rows[rankEnd - rank] as number;
        break;
      }
    }
    if (gone >= 0) this.emitAlways(DELETE, gone, 0);
    if (collects) this.emitAlways(INSERT, row, 0);
  }

  private retract(sorted: SortedEntries, key: readonly Value[], i: number): void {
    const at = sorted.find(key);
    const own = at >= 0 ? (sorted.entries[at] as SortEntry) : undefined;
    if (!own) {
      // Flink passes over it when the partition is empty (its state may have expired).
      if (sorted.entries.length === 0) return;
      throw new FlinkFault('RuntimeException', 'Can not retract a non-existent record. This should never happen.');
    }
    const place = own.rows.findIndex((id) => this.sameRow(id, i));
    if (this.withNumber) this.retractNumbered(sorted, own, place);
    else this.retractUnnumbered(sorted, own, place);
    if (place >= 0) this.rows.remove(own.rows.splice(place, 1)[0] as number);
    if (own.rows.length === 0) sorted.entries.splice(at, 1);
  }

  private retractNumbered({ entries }: SortedEntries, own: SortEntry, place: number): void {
    let rank = 0;
    let previous = -1;
    let found = false;
    for (const entry of entries) {
      if (!this.inEnd(rank)) break;
      if (!found && entry !== own) {
        rank += entry.rows.length;
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

  private retractUnnumbered({ entries }: SortedEntries, own: SortEntry, place: number): void {
    const { rankEnd } = this.settings;
    let next = 1;
    let found = false;
    for (const entry of entries) {
      if (!this.inEnd(next)) break;
      if (!found && entry !== own) {
        next += entry.rows.length;
        continue;
      }
      if (entry === own) {
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
        continue;
      }
      const last = next + entry.rows.length - 1;
      if (last < rankEnd) {
        next = last + 1;
      } else {
        this.emitAlways(INSERT, entry.rows[rankEnd - next] as number, 0);
        break;
      }
    }
  }
}
