import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { BoolColumn, Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';
import { StateTtl } from '../../state/state-ttl.ts';
import { grownInts, roomFor } from './aggregate.ts';
import type { DistinctState } from './distinct.ts';
import { CLOSE, NONE, SUBTRACT, type Updates } from './updates.ts';

/** Rows encoded at a time, where that needs no look at the rows themselves. */
const AHEAD = 128;
/** Calls whose marks fit into a word. */
const MOST_MARKS = 31;

/**
 * How often each (group, argument row) is there for each of the DISTINCT calls over the same arguments, which mostly differ in their
 * FILTER: one table for all (DistinctInfo in Flink's AggregateUtil). Where nothing is ever withdrawn a bit for each call serves as its
 * count. A value withdrawn that was not there (its state has expired, or a bundle only saw the withdrawal) counts below zero. With a
 * time to live an entry goes by itself; where nothing is withdrawn only a call's first row is a write.
 */
export class DistinctValues implements DistinctState {
  private readonly table: KeyTable;
  private readonly retracting: boolean;
  private readonly ttl: StateTtl | undefined;
  private calls = 0;
  /** Marks of an entry, a bit a call, or counts, one after another. */
  private counts = new Int32Array(0);
  /** The entries of a group as a linked list; entries are number + 1, 0 ends it. Doubly linked where single entries may go. */
  private heads = new Int32Array(0);
  private next = new Int32Array(128);
  private previous = new Int32Array(0);
  private readonly unlinks: boolean;
  private columns: readonly Column[] = [];
  /** Rows below this, from where the last run of encoded rows began, are encoded. */
  private from = 0;
  private to = 0;
  /** Rows that may be encoded ahead are below this. */
  private limit = 0;
  /** The last entry looked up. */
  private row = -1;
  private group = -1;
  private entry = -1;

  /** `ttl`: ms an entry lives, 0 for ever. */
  constructor(types: readonly LogicalType[], retracting: boolean, ttl: number) {
    this.table = new KeyTable(types, 1);
    this.retracting = retracting;
    this.ttl = ttl > 0 ? new StateTtl(ttl) : undefined;
    this.unlinks = retracting || ttl > 0;
    if (this.unlinks) this.previous = new Int32Array(128);
  }

  join(): number {
    return this.calls++;
  }

  private get marks(): boolean {
    return !this.retracting && this.calls <= MOST_MARKS;
  }

  bind(columns: readonly Column[]): void {
    this.table.sweep();
    this.columns = columns;
    this.from = 0;
    this.to = 0;
    this.limit = Math.min(...columns.map(lengthOf));
    this.row = -1;
  }

  bindClock(now: number): void {
    if (!this.ttl) return;
    this.ttl.bind(now);
    this.ttl.clean(1024, (entry) => this.unlink(entry));
  }

  grow(capacity: number): void {
    if (capacity > this.heads.length) this.heads = grownInts(this.heads, roomFor(this.heads.length, capacity));
  }

  drop(group: number): void {
    for (let at = this.heads[group] as number; at !== 0; ) {
      const entry = at - 1;
      at = this.next[entry] as number;
      this.ttl?.forget(entry);
      this.table.remove(entry);
    }
    this.heads[group] = 0;
    this.row = -1;
  }

  /** Takes an entry out of its group's list. */
  private unlink(entry: number): void {
    const next = this.next[entry] as number;
    const previous = this.previous[entry] as number;
    if (next !== 0) this.previous[next - 1] = previous;
    if (previous !== 0) this.next[previous - 1] = next;
    else this.heads[this.table.rows.extra(entry)] = next;
    this.ttl?.forget(entry);
    this.table.remove(entry);
    this.row = -1;
  }

  /** The entry of a group and row, made where absent. */
  private entryOf(group: number, row: number): number {
    if (row === this.row && group === this.group) return this.entry;
    if (row < this.from || row >= this.to) {
      this.from = row;
      this.to = Math.max(row + 1, Math.min(row + AHEAD, this.limit));
      this.table.encode(this.columns, this.from, this.to);
    }
    const entry = this.findOrAdd(group, this.table.probe, row * this.table.rows.width);
    this.row = row;
    this.group = group;
    this.entry = entry;
    return entry;
  }

  private findOrAdd(group: number, words: Int32Array, at: number): number {
    const { table } = this;
    words[at + table.rows.width - 1] = group;
    const entry = table.findOrAddWords(words, at);
    if (table.added) this.link(group, entry);
    else if (this.ttl?.expired(entry)) this.clear(entry);
    return entry;
  }

  private link(group: number, entry: number): void {
    if (entry >= this.next.length) {
      this.next = doubled(this.next);
      if (this.unlinks) this.previous = doubled(this.previous);
    }
    const need = (entry + 1) * this.stride;
    if (need > this.counts.length) this.counts = grownInts(this.counts, Math.max(need, this.counts.length * 2, 128));
    this.clear(entry);
    const head = this.heads[group] as number;
    this.next[entry] = head;
    this.heads[group] = entry + 1;
    if (!this.unlinks) return;
    this.previous[entry] = 0;
    if (head !== 0) this.previous[head - 1] = entry + 1;
  }

  private get stride(): number {
    return this.marks ? 1 : this.calls;
  }

  private clear(entry: number): void {
    const { stride } = this;
    this.counts.fill(0, entry * stride, (entry + 1) * stride);
  }

  private count(entry: number, call: number): number {
    return this.marks
      ? ((this.counts[entry] as number) >>> call) & 1
      : (this.counts[entry * this.calls + call] as number);
  }

  /** Adds to an entry's count for a call; gives the count before. */
  private change(entry: number, call: number, by: number): number {
    if (this.marks) {
      const marks = this.counts[entry] as number;
      if (((marks >>> call) & 1) === 1) return 1;
      this.counts[entry] = marks | (1 << call);
      this.ttl?.touch(entry);
      return 0;
    }
    const at = entry * this.calls + call;
    const before = this.counts[at] as number;
    this.counts[at] = before + by;
    if (this.retracting || before === 0) this.ttl?.touch(entry);
    return before;
  }

  /** Forgets an entry that no call counts any more. */
  private dropEmpty(entry: number): void {
    if (this.marks) return;
    for (let at = entry * this.calls, c = 0; c < this.calls; c++) if (this.counts[at + c] !== 0) return;
    this.unlink(entry);
  }

  add(call: number, group: number, row: number, by: 1 | -1): number {
    const entry = this.entryOf(group, row);
    const before = this.change(entry, call, by);
    if (before + by === 0) this.dropEmpty(entry);
    return before;
  }

  update(updates: Updates, filters: readonly (BoolColumn | undefined)[], skips: readonly Uint8Array[]): void {
    const { rows, ops, groups } = updates;
    this.table.encode(this.columns, 0, rows);
    this.from = 0;
    this.to = rows;
    const { width } = this.table.rows;
    for (let i = 0; i < rows; i++) {
      const op = ops[i] as number;
      if (op === NONE) continue;
      const group = groups[i] as number;
      if (op >= CLOSE) {
        this.drop(group);
        continue;
      }
      let entry = -1;
      const by = op === SUBTRACT ? -1 : 1;
      for (let c = 0; c < filters.length; c++) {
        const filter = filters[c];
        let skip = 1;
        if (filter === undefined || (filter.values[i] === 1 && filter.nulls?.[i] !== 1)) {
          if (entry < 0) entry = this.findOrAdd(group, this.table.probe, i * width);
          if (this.change(entry, c, by) === (by === 1 ? 0 : 1)) skip = 0;
        }
        (skips[c] as Uint8Array)[i] = skip;
      }
      if (this.retracting && entry >= 0) this.dropEmpty(entry);
    }
    this.row = -1;
  }

  merge(call: number, into: number, from: number, writers: readonly ColumnWriter[], comes: boolean[]): void {
    const { rows } = this.table;
    const { width } = rows;
    const entries: number[] = [];
    // The list runs from the latest entry to the oldest.
    for (let at = this.heads[from] as number; at !== 0; at = this.next[at - 1] as number) entries.push(at - 1);
    const words = new Int32Array(width);
    for (const entry of entries.reverse()) {
      const by = this.ttl?.expired(entry) ? 0 : this.count(entry, call);
      if (by === 0) continue;
      words.set(rows.words.subarray(entry * width, (entry + 1) * width));
      const own = this.findOrAdd(into, words, 0);
      const before = this.count(own, call);
      const isComing = before <= 0 && before + by > 0;
      if (isComing || (before > 0 && before + by <= 0)) {
        rows.writeRow(entry, writers, 0);
        comes.push(isComing);
      }
      if (this.change(own, call, by) + by === 0) this.dropEmpty(own);
    }
    this.row = -1;
  }

  get byteLength(): number {
    return (
      this.table.byteLength +
      this.counts.byteLength +
      this.heads.byteLength +
      this.next.byteLength +
      this.previous.byteLength +
      (this.ttl?.byteLength ?? 0)
    );
  }

  snapshot() {
    return {
      table: this.table.snapshot(),
      ttl: this.ttl?.snapshot(),
      counts: this.counts,
      heads: this.heads,
      next: this.next,
      previous: this.previous,
    };
  }

  restore(state: ReturnType<DistinctValues['snapshot']>): void {
    this.table.restore(state.table);
    if (state.ttl) this.ttl?.restore(state.ttl);
    this.counts = state.counts;
    this.heads = state.heads;
    this.next = state.next;
    this.previous = state.previous;
  }
}

/** How many rows of a column can be read, whatever the batch's length is; none where that means to look at texts and objects. */
function lengthOf(column: Column): number {
  if (column.kind === 'str' || column.kind === 'obj') return 0;
  return column.kind === 'ts' ? column.ms.length : column.values.length;
}
