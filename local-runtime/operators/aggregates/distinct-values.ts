import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';

/** Rows encoded at a time, where that needs no look at the rows themselves. */
const AHEAD = 128;

/**
 * Numbers for the argument rows of DISTINCT calls. Calls over the same arguments, which mostly differ in their FILTER, share them, so
 * that a row's arguments are looked up once. A value lives as long as a (group, value) of any call refers to it.
 */
export class DistinctValues {
  readonly table: KeyTable;
  private refs = new Int32Array(64);
  private columns: readonly Column[] = [];
  /** Rows below this, from where the last run of encoded rows began, are encoded. */
  private from = 0;
  private to = 0;
  /** Rows that may be encoded ahead are below this. */
  private limit = 0;
  private row = -1;
  private value = -1;

  constructor(types: readonly LogicalType[]) {
    this.table = new KeyTable(types);
  }

  bind(columns: readonly Column[]): void {
    this.table.sweep();
    this.columns = columns;
    this.from = 0;
    this.to = 0;
    this.limit = Math.min(...columns.map(lengthOf));
    this.row = -1;
  }

  /** The number of the arguments in row `i`. */
  of(i: number): number {
    if (i === this.row) return this.value;
    if (i < this.from || i >= this.to) {
      this.from = i;
      this.to = Math.max(i + 1, Math.min(i + AHEAD, this.limit));
      this.table.encode(this.columns, this.from, this.to);
    }
    const value = this.table.findOrAdd(i);
    if (value >= this.refs.length) this.refs = doubled(this.refs);
    if (this.table.added) this.refs[value] = 0;
    this.row = i;
    this.value = value;
    return value;
  }

  retain(value: number): void {
    this.refs[value] = (this.refs[value] as number) + 1;
  }

  release(value: number): void {
    const refs = (this.refs[value] as number) - 1;
    this.refs[value] = refs;
    if (refs !== 0) return;
    this.table.remove(value);
    this.row = -1;
  }

  get byteLength(): number {
    return this.table.byteLength + this.refs.byteLength;
  }

  snapshot() {
    return { table: this.table.snapshot(), refs: this.refs };
  }

  restore(state: ReturnType<DistinctValues['snapshot']>): void {
    this.table.restore(state.table);
    this.refs = state.refs;
  }
}

/** How many rows of a column can be read, whatever the batch's length is; none where that means to look at texts and objects. */
function lengthOf(column: Column): number {
  if (column.kind === 'str' || column.kind === 'obj') return 0;
  return column.kind === 'ts' ? column.ms.length : column.values.length;
}
