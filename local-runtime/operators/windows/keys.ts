import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';

/** Group keys that live as long as something (a slice, a session, a timer) refers to them. */
export class CountedKeys {
  private readonly fields: readonly number[];
  private readonly table: KeyTable;
  private refs = new Int32Array(64);
  private added = new Uint8Array(0);

  /** `fields`: the key's columns in the input. */
  constructor(fields: readonly number[], inputTypes: readonly LogicalType[]) {
    this.fields = fields;
    this.table = new KeyTable(fields.map((f) => inputTypes[f] as LogicalType));
  }

  bind(columns: readonly Column[], length: number): void {
    this.table.encode(
      this.fields.map((f) => columns[f] as Column),
      0,
      length,
    );
  }

  /** The id of a row's key; a new one has no references yet. */
  of(row: number): number {
    const id = this.table.findOrAdd(row);
    if (this.table.added) {
      if (id >= this.refs.length) this.refs = doubled(this.refs);
      this.refs[id] = 0;
    }
    return id;
  }

  /** The ids of the keys of rows `from` to `to`; see `of`. */
  ofAll(from: number, to: number, ids: Int32Array): void {
    if (this.added.length < to) this.added = new Uint8Array(to);
    const { added } = this;
    this.table.findOrAddAll(from, to, ids, added);
    for (let i = from; i < to; i++) {
      if (added[i] === 0) continue;
      const id = ids[i] as number;
      while (id >= this.refs.length) this.refs = doubled(this.refs);
      this.refs[id] = 0;
    }
  }

  /** The id of a row's key, -1 when it is not there. */
  find(row: number): number {
    return this.table.find(row);
  }

  retain(id: number): void {
    this.refs[id] = (this.refs[id] as number) + 1;
  }

  release(id: number): void {
    const refs = (this.refs[id] as number) - 1;
    this.refs[id] = refs;
    if (refs === 0) this.table.remove(id);
  }

  /** Forgets a key just made that nothing came to refer to. */
  dropUnused(id: number): void {
    if (this.refs[id] === 0) this.table.remove(id);
  }

  write(id: number, writers: readonly ColumnWriter[]): void {
    this.table.rows.writeRow(id, writers, 0);
  }

  /** Appends the first `n` keys of `ids`. */
  writeRun(ids: Int32Array, n: number, writers: readonly ColumnWriter[]): void {
    this.table.rows.writeRows(ids, n, writers);
  }

  get width(): number {
    return this.fields.length;
  }

  sweep(): void {
    this.table.sweep();
  }

  get byteLength(): number {
    return this.table.byteLength + this.refs.byteLength;
  }

  snapshot() {
    return { refs: this.refs, table: this.table.snapshot() };
  }

  restore(state: ReturnType<CountedKeys['snapshot']>): void {
    this.refs = state.refs;
    this.table.restore(state.table);
  }
}
