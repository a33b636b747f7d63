import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { doubled } from '../../state/interner.ts';
import { PackedRows } from '../../state/packed-rows.ts';

/** Rows of one input in lists by number (a window's, a key's), each list in the order the rows came. */
export class LinkedRows {
  readonly rows: PackedRows;
  /** By row: the next of its list, plus 1; 0 ends. */
  next = new Int32Array(128);
  /** By list: its first row, plus 1; 0 for none. */
  heads = new Int32Array(128);
  private tails = new Int32Array(128);

  constructor(types: readonly LogicalType[]) {
    this.rows = new PackedRows(types);
  }

  /** Makes room for lists below `capacity`. */
  widen(capacity: number): void {
    while (this.heads.length < capacity) {
      this.heads = doubled(this.heads);
      this.tails = doubled(this.tails);
    }
  }

  /** Empties a list; its rows stay. */
  clear(list: number): void {
    this.heads[list] = 0;
    this.tails[list] = 0;
  }

  /** Appends a stored row to a list. */
  link(id: number, list: number): void {
    while (id >= this.next.length) this.next = doubled(this.next);
    const tail = this.tails[list] as number;
    this.next[id] = 0;
    if (tail === 0) this.heads[list] = id + 1;
    else this.next[tail - 1] = id + 1;
    this.tails[list] = id + 1;
  }

  /** Appends stored rows `ids[0..n)`, each to a list of its own. */
  linkAll(ids: Int32Array, lists: Int32Array, n: number): void {
    for (let k = 0; k < n; k++) this.link(ids[k] as number, lists[k] as number);
  }

  /** The rows of lists, each list's in order. */
  *inLists(lists: Iterable<number>): Generator<number> {
    for (const list of lists) {
      for (let at = this.heads[list] as number; at !== 0; at = this.next[at - 1] as number) yield at - 1;
    }
  }

  get byteLength(): number {
    return this.rows.byteLength + this.next.byteLength + this.heads.byteLength * 2;
  }

  snapshot() {
    return { rows: this.rows.snapshot(), next: this.next, heads: this.heads, tails: this.tails };
  }

  restore(state: ReturnType<LinkedRows['snapshot']>): void {
    this.rows.restore(state.rows);
    this.next = state.next;
    this.heads = state.heads;
    this.tails = state.tails;
  }
}
