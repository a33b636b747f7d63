import { INSERT } from '../../batch/batch.ts';
import { doubled } from '../../state/interner.ts';

/** Beside a row that is joined with none. */
export const NONE = -1;

/** Rows that a join emits for a batch: each a row of the batch, or NONE, beside a stored row of the other side, or NONE. */
export class JoinedRows {
  count = 0;
  /** The row of the batch for which each comes, ascending. */
  rows = new Int32Array(256);
  own = new Int32Array(256);
  other = new Int32Array(256);
  private kinds = new Uint8Array(256);
  private changes = false;

  clear(): void {
    this.count = 0;
    this.changes = false;
  }

  add(kind: number, row: number, own: number, other: number): void {
    const n = this.count;
    if (n === this.rows.length) {
      this.rows = doubled(this.rows);
      this.own = doubled(this.own);
      this.other = doubled(this.other);
      const kinds = new Uint8Array(n * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.rows[n] = row;
    this.own[n] = own;
    this.other[n] = other;
    this.kinds[n] = kind;
    if (kind !== INSERT) this.changes = true;
    this.count = n + 1;
  }

  /** The kinds as a batch has them. */
  takeKinds(): Uint8Array | undefined {
    return this.changes ? this.kinds.slice(0, this.count) : undefined;
  }
}
