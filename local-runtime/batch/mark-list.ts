import type { WatermarkMarks } from './batch.ts';

/** Collects the watermarks among the rows of a batch that is being made. */
export class MarkList {
  private rows: number[] = [];
  private values: number[] = [];

  get length(): number {
    return this.rows.length;
  }

  /** A watermark after the first `rows` rows. */
  add(rows: number, value: number): void {
    this.rows.push(rows);
    this.values.push(value);
  }

  /** The marks so far; the list is empty afterwards. */
  take(): WatermarkMarks | undefined {
    const count = this.rows.length;
    if (count === 0) return undefined;
    const marks = { count, rows: Int32Array.from(this.rows), values: Float64Array.from(this.values) };
    this.rows = [];
    this.values = [];
    return marks;
  }
}
