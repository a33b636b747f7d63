import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Column } from '../../batch/column.ts';
import { doubled } from '../../state/interner.ts';
import { KeyTable } from '../../state/key-table.ts';

/** Join keys of both inputs in one table; a key lives as long as a row of either side has it. */
export class JoinKeys {
  private readonly table: KeyTable;
  private readonly fields: readonly [readonly number[], readonly number[]];
  private readonly filterNulls: readonly boolean[];
  private refs = new Int32Array(64);
  /** Key columns of the batch at hand in which a NULL matches nothing. */
  private nullable: Uint8Array[] = [];

  constructor(
    left: readonly number[],
    right: readonly number[],
    leftTypes: readonly LogicalType[],
    filterNulls: readonly boolean[],
  ) {
    this.fields = [left, right];
    this.filterNulls = filterNulls;
    this.table = new KeyTable(left.map((k) => leftTypes[k] as LogicalType));
  }

  bind(batch: Batch, side: 0 | 1): void {
    const columns = this.fields[side].map((k) => batch.columns[k] as Column);
    this.nullable = columns.flatMap((c, k) => (this.filterNulls[k] && c.nulls !== undefined ? [c.nulls] : []));
    this.table.encode(columns, 0, batch.length);
  }

  /** Whether row `i` has a NULL that keeps it from matching. */
  matchesNothing(i: number): boolean {
    for (const nulls of this.nullable) if (nulls[i] === 1) return true;
    return false;
  }

  of(i: number): number {
    const key = this.table.findOrAdd(i);
    if (this.table.added) {
      if (key >= this.refs.length) this.refs = doubled(this.refs);
      this.refs[key] = 0;
    }
    return key;
  }

  /** Whether row `i` has the key of the row before it. */
  repeats(i: number): boolean {
    return this.table.repeats(i);
  }

  retain(key: number): void {
    this.refs[key] = (this.refs[key] as number) + 1;
  }

  /** The key itself goes at `dropUnused`, when its row has been dealt with. */
  release(key: number): void {
    this.refs[key] = (this.refs[key] as number) - 1;
  }

  dropUnused(key: number): void {
    if (this.refs[key] === 0) this.table.remove(key);
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

  restore(state: ReturnType<JoinKeys['snapshot']>): void {
    this.refs = state.refs;
    this.table.restore(state.table);
  }
}
