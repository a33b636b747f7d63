import { type Batch, INSERT } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { MarkList } from '../batch/mark-list.ts';
import { doubled } from './interner.ts';
import { gatherStored } from './packed-columns.ts';
import type { PackedRows } from './packed-rows.ts';

/** Rows in one emitted batch at most, about. */
const BATCH_ROWS = 8192;

/**
 * Output of an operator that emits rows it keeps: rows are meant by their ids and taken out column by column when they are handed on.
 * A row that is no longer kept stays stored until then (`discard`).
 */
export class StoredOutput {
  private readonly rows: PackedRows;
  private readonly hand: (batch: Batch) => void;
  private ids = new Int32Array(64);
  private kinds = new Uint8Array(64);
  /** Of each row, where the output has a column for it. */
  private ranks: BigInt64Array | undefined;
  private n = 0;
  private changes = false;
  private gone: number[] = [];
  private readonly marks = new MarkList();

  /** `ranked`: a BIGINT follows the row's fields. */
  constructor(rows: PackedRows, ranked: boolean, hand: (batch: Batch) => void) {
    this.rows = rows;
    this.hand = hand;
    if (ranked) this.ranks = new BigInt64Array(64);
  }

  emit(kind: number, id: number, rank: number): void {
    const { n } = this;
    if (n === this.ids.length) this.widen();
    this.ids[n] = id;
    this.kinds[n] = kind;
    if (kind !== INSERT) this.changes = true;
    if (this.ranks) this.ranks[n] = BigInt(rank);
    this.n = n + 1;
  }

  private widen(): void {
    this.ids = doubled(this.ids);
    const kinds = new Uint8Array(this.n * 2);
    kinds.set(this.kinds);
    this.kinds = kinds;
    if (!this.ranks) return;
    const ranks = new BigInt64Array(this.n * 2);
    ranks.set(this.ranks);
    this.ranks = ranks;
  }

  mark(watermark: number): void {
    this.marks.add(this.n, watermark);
  }

  /** A stored row goes when what is to be emitted has been. */
  discard(id: number): void {
    this.gone.push(id);
  }

  /** Call between rows. */
  flushIfFull(): void {
    if (this.n >= BATCH_ROWS) this.flush();
  }

  flush(): void {
    const { n, ids, rows } = this;
    const marks = this.marks.take();
    if (n > 0 || marks) {
      const columns: Column[] = rows.fields.map((_, f) => gatherStored(rows, f, ids, n));
      if (this.ranks) columns.push({ kind: 'i64', values: this.ranks.slice(0, n), nulls: undefined });
      this.hand({ length: n, kinds: this.changes ? this.kinds.slice(0, n) : undefined, columns, marks });
    }
    this.n = 0;
    this.changes = false;
    for (const id of this.gone) rows.remove(id);
    this.gone.length = 0;
  }
}
