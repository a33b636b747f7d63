import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather } from '../batch/gather.ts';
import { MarkList } from '../batch/mark-list.ts';
import { type ColumnWriter, columnWriter } from './column-writer.ts';
import { doubled } from './interner.ts';
import { gatherStored } from './packed-columns.ts';
import { PackedRows } from './packed-rows.ts';

/** A key without a row. */
export const NO_ROW = 0;

/** The row at `i` of the batch at hand, where a stored one is meant by its id and 1. */
export const batchRow = (i: number): number => -1 - i;

/**
 * One row a key, and the output of an operator that keeps them. Rows of the batch at hand are meant by their places in it and stored
 * only when it ends, if they are still kept then; what is emitted is taken out column by column, without a copy where every row of the
 * batch is emitted once. A row is a number: over 0 stored, below 0 of the batch (`batchRow`), 0 none.
 */
export class KeptRows {
  readonly rows: PackedRows;
  private refs = new Int32Array(128);
  /** Keys whose row may be one of the batch. */
  private fresh: number[] = [];
  /** Stored rows that nobody keeps any more. */
  private gone: number[] = [];
  private out = new Int32Array(128);
  private kinds = new Uint8Array(128);
  private n = 0;
  private changes = false;
  /** Rows emitted that are stored ones. */
  private stored = 0;
  private readonly marks = new MarkList();
  private readonly writers: readonly ColumnWriter[];
  private batch: Batch | undefined;

  constructor(types: readonly LogicalType[]) {
    this.rows = new PackedRows(types);
    this.writers = types.map(columnWriter);
  }

  bind(batch: Batch): void {
    this.batch = batch;
    this.rows.bind(batch.columns);
  }

  /** Makes room for a new key, without a row. */
  addKey(key: number): void {
    while (key >= this.refs.length) this.refs = doubled(this.refs);
    this.refs[key] = NO_ROW;
  }

  of(key: number): number {
    return this.refs[key] as number;
  }

  /** Row `i` of the batch becomes the key's. */
  put(key: number, i: number): void {
    const before = this.refs[key] as number;
    if (before > 0) this.gone.push(before - 1);
    if (before >= 0) this.fresh.push(key);
    this.refs[key] = batchRow(i);
  }

  drop(key: number): void {
    const before = this.refs[key] as number;
    if (before > 0) this.gone.push(before - 1);
    this.refs[key] = NO_ROW;
  }

  /** Whether a kept row is equal to row `i` of the batch. */
  same(ref: number, i: number): boolean {
    return ref > 0 ? this.rows.same(ref - 1, i) : this.rows.sameBound(-1 - ref, i);
  }

  emit(kind: number, ref: number): void {
    if (this.n === this.out.length) {
      this.out = doubled(this.out);
      const kinds = new Uint8Array(this.n * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds[this.n] = kind;
    this.out[this.n++] = ref;
    if (kind !== INSERT) this.changes = true;
    if (ref > 0) this.stored++;
  }

  mark(watermark: number): void {
    this.marks.add(this.n, watermark);
  }

  /** Ends a batch: gives what was emitted, if anything was, and stores the rows that are kept. */
  finish(): Batch | undefined {
    const { n } = this;
    const marks = this.marks.take();
    let result: Batch | undefined;
    if (n > 0 || marks) {
      const kinds = this.changes ? this.kinds.slice(0, n) : undefined;
      result = { length: n, kinds, columns: this.columns(n), marks };
    }
    this.n = 0;
    this.stored = 0;
    this.changes = false;
    this.store();
    this.batch = undefined;
    this.rows.sweep();
    return result;
  }

  private columns(n: number): readonly Column[] {
    const { out, rows } = this;
    const columns = this.batch?.columns ?? [];
    if (this.stored === n) {
      const ids = out.map((ref) => ref - 1);
      return rows.fields.map((_, f) => gatherStored(rows, f, ids, n));
    }
    if (this.stored === 0) {
      let inOrder = n === this.batch?.length;
      for (let k = 0; k < n && inOrder; k++) inOrder = out[k] === batchRow(k);
      if (inOrder) return columns;
      const places = new Int32Array(n);
      for (let k = 0; k < n; k++) places[k] = -1 - (out[k] as number);
      return columns.map((column) => gather(column, places, n));
    }
    return this.writers.map((writer, f) => {
      const column = columns[f] as Column;
      for (let k = 0; k < n; k++) {
        const ref = out[k] as number;
        if (ref > 0) rows.write(ref - 1, f, writer);
        else writer.appendFrom(column, -1 - ref);
      }
      return writer.take();
    });
  }

  private store(): void {
    const { refs, rows, fresh, gone } = this;
    for (const id of gone) rows.remove(id);
    this.gone = [];
    if (fresh.length === 0) return;
    const keys = new Int32Array(fresh.length);
    const places = new Int32Array(fresh.length);
    let count = 0;
    for (const key of fresh) {
      const ref = refs[key] as number;
      // Gone again, or listed before.
      if (ref >= 0) continue;
      refs[key] = NO_ROW;
      keys[count] = key;
      places[count++] = -1 - ref;
    }
    this.fresh = [];
    const ids = new Int32Array(count);
    rows.addRows(places, count, ids);
    for (let k = 0; k < count; k++) refs[keys[k] as number] = (ids[k] as number) + 1;
  }

  /** The rows of keys; call between batches. */
  write(keys: readonly number[], columns: readonly ColumnWriter[], end: () => void): void {
    for (const key of keys) {
      const ref = this.of(key);
      if (ref <= NO_ROW) continue;
      this.rows.writeRow(ref - 1, columns, 0);
      end();
    }
  }

  get byteLength(): number {
    return this.rows.byteLength + this.refs.byteLength;
  }

  snapshot() {
    return { rows: this.rows.snapshot(), refs: this.refs };
  }

  restore(state: ReturnType<KeptRows['snapshot']>): void {
    this.rows.restore(state.rows);
    this.refs = state.refs;
  }
}
