import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { INSERT } from '../../batch/batch.ts';
import { type ColumnWriter, columnWriter } from '../../state/column-writer.ts';
import { RowStore } from '../../state/row-store.ts';

/** Input rows with their kinds that wait in a bundle. */
export class BufferedRows {
  private readonly types: readonly LogicalType[];
  readonly store: RowStore;
  private words = new Int32Array(0);
  private kinds = new Uint8Array(64);

  constructor(types: readonly LogicalType[]) {
    this.types = types;
    this.store = new RowStore(types);
  }

  /** Encodes the rows of a batch; then `add` stores one. */
  bind(batch: Batch): void {
    const need = batch.length * this.store.width;
    if (this.words.length < need) this.words = new Int32Array(need);
    this.store.encode(batch.columns, 0, batch.length, this.words);
  }

  add(batch: Batch, i: number): number {
    const row = this.store.add(this.words, i * this.store.width);
    if (row >= this.kinds.length) {
      const kinds = new Uint8Array(this.kinds.length * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds[row] = batch.kinds === undefined ? INSERT : (batch.kinds[i] as number);
    return row;
  }

  kind(row: number): number {
    return this.kinds[row] as number;
  }

  remove(row: number): void {
    this.store.remove(row);
  }

  /** Stored rows as a batch, in the order given. */
  toBatch(rows: readonly number[]): Batch {
    const writers: readonly ColumnWriter[] = this.types.map(columnWriter);
    const kinds = new Uint8Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      this.store.writeRow(rows[i] as number, writers, 0);
      kinds[i] = this.kinds[rows[i] as number] as number;
    }
    return { length: rows.length, kinds, columns: writers.map((w) => w.take()), marks: undefined };
  }

  sweep(): void {
    this.store.sweep();
  }

  get byteLength(): number {
    return this.store.byteLength + this.kinds.byteLength;
  }

  snapshot() {
    return { store: this.store.snapshot(), kinds: this.kinds };
  }

  restore(state: ReturnType<BufferedRows['snapshot']>): void {
    this.store.restore(state.store);
    this.kinds = state.kinds;
  }
}
