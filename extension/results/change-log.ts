import type { ArrowCell, Rows } from './arrow-rows.ts';

interface Batch {
  readonly rows: Rows;
  readonly bytes: number;
}

/** The last changes of a result, in order: whole batches, the oldest let go beyond a number of rows or bytes. */
export class ChangeLog {
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #batches: Batch[] = [];
  #size = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(maxRows: number, maxBytes: number) {
    this.#maxRows = maxRows;
    this.#maxBytes = maxBytes;
  }

  /** Changes held; the oldest batch counts only as far as the limit reaches. */
  get size(): number {
    return Math.min(this.#size, this.#maxRows);
  }

  /** Changes let go. */
  get dropped(): number {
    return this.#dropped + this.#size - this.size;
  }

  add(rows: Rows, bytes: number): void {
    this.#batches.push({ rows, bytes });
    this.#size += rows.length;
    this.#bytes += bytes;
    for (let first = this.#batches[0]; first && this.#batches.length > 1; first = this.#batches[0]) {
      if (this.#size - first.rows.length < this.#maxRows && this.#bytes <= this.#maxBytes) break;
      this.#batches.shift();
      this.#size -= first.rows.length;
      this.#bytes -= first.bytes;
      this.#dropped += first.rows.length;
    }
  }

  /** The batches held, oldest first. */
  *batches(): Generator<Rows> {
    for (const batch of this.#batches) yield batch.rows;
  }

  /** The changes held, oldest first. */
  *rows(): Generator<{ kind: number; cell: (column: number) => ArrowCell }> {
    let skip = this.#size - this.size;
    for (const { rows } of this.#batches) {
      for (let i = Math.min(skip, rows.length); i < rows.length; i++)
        yield { kind: rows.kinds[i] ?? 0, cell: (column) => rows.cell(column, i) };
      skip = Math.max(0, skip - rows.length);
    }
  }

  /** Where to find the change at a position, 0 the oldest held. */
  at(position: number): { kind: number; cell: (column: number) => ArrowCell } | undefined {
    let row = position + this.#size - this.size;
    if (position < 0) return undefined;
    for (const { rows } of this.#batches) {
      if (row < rows.length) {
        const found = row;
        return { kind: rows.kinds[found] ?? 0, cell: (column) => rows.cell(column, found) };
      }
      row -= rows.length;
    }
    return undefined;
  }
}
