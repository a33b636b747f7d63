import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { MarkList } from '../batch/mark-list.ts';
import { type ColumnWriter, columnWriter } from './column-writer.ts';

/** Rows in one emitted batch at most, about. */
const BATCH_ROWS = 8192;

/**
 * Collects an operator's output rows and watermarks and hands them on as batches: `flush` at the end of each input batch, and by
 * itself when many rows have come together.
 */
export class RowWriter {
  readonly columns: readonly ColumnWriter[];
  n = 0;
  private kinds = new Uint8Array(64);
  private changes = false;
  private readonly marks = new MarkList();
  private readonly emit: (batch: Batch) => void;

  constructor(types: readonly LogicalType[], emit: (batch: Batch) => void) {
    this.columns = types.map(columnWriter);
    this.emit = emit;
  }

  /** Ends the row whose values were appended to every column. */
  end(kind: number): void {
    if (this.n === this.kinds.length) {
      const kinds = new Uint8Array(this.n * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds[this.n++] = kind;
    if (kind !== INSERT) this.changes = true;
  }

  /** Ends `n` rows of one kind, whose values were appended column by column. */
  endAll(kind: number, n: number): void {
    const need = this.n + n;
    if (need > this.kinds.length) {
      const kinds = new Uint8Array(Math.max(need, this.kinds.length * 2));
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds.fill(kind, this.n, need);
    this.n = need;
    if (kind !== INSERT) this.changes = true;
  }

  /** Changes the kind of a row that is still here. */
  setKind(row: number, kind: number): void {
    this.kinds[row] = kind;
    if (kind !== INSERT) this.changes = true;
  }

  /** Copies row `i` of columns of the same types. */
  copy(columns: readonly Column[], i: number, kind: number): void {
    const writers = this.columns;
    for (let c = 0; c < writers.length; c++) (writers[c] as ColumnWriter).appendFrom(columns[c] as Column, i);
    this.end(kind);
  }

  mark(watermark: number): void {
    this.marks.add(this.n, watermark);
  }

  /** Takes back the rows from `n` on (no watermark may have come after them). */
  truncate(n: number): void {
    for (const column of this.columns) column.truncate(n);
    this.n = n;
  }

  /** Hands on what is there if it is enough for a batch; call between rows. */
  flushIfFull(): void {
    if (this.n >= BATCH_ROWS) this.flush();
  }

  flush(): void {
    if (this.n === 0 && this.marks.length === 0) return;
    this.emit(this.take());
  }

  /** The rows so far as a batch; the writer is empty afterwards. */
  take(): Batch {
    const length = this.n;
    const kinds = this.changes ? this.kinds.slice(0, length) : undefined;
    const marks = this.marks.take();
    const columns = this.columns.map((c) => c.take());
    this.n = 0;
    this.changes = false;
    return { length, kinds, columns, marks };
  }
}
