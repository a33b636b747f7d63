import type { Column } from './column.ts';

/** Row kinds with Flink's RowKind.toByteValue. */
export const INSERT = 0;
export const UPDATE_BEFORE = 1;
export const UPDATE_AFTER = 2;
export const DELETE = 3;

export const ROW_KIND_NAMES = ['INSERT', 'UPDATE_BEFORE', 'UPDATE_AFTER', 'DELETE'] as const;
export const ROW_KIND_SHORT = ['+I', '-U', '+U', '-D'] as const;

/**
 * Watermarks among the rows of a batch: mark `m` comes after the first `rows[m]` rows (0 = before all, `length` = after all),
 * `rows` ascending. Values in epoch ms, ascending. MAX_WATERMARK means that no more rows come.
 */
export interface WatermarkMarks {
  readonly count: number;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** Flink's Watermark.MAX_WATERMARK stands for the end of event time. */
export const MAX_WATERMARK = Number.POSITIVE_INFINITY;

/** Rows in columns with their kinds and the watermarks between them. All rows are live (no selection vector). Immutable. */
export interface Batch {
  readonly length: number;
  /** One RowKind byte a row; undefined when all are INSERT. */
  readonly kinds: Uint8Array | undefined;
  readonly columns: readonly Column[];
  readonly marks: WatermarkMarks | undefined;
}

/** A batch that carries only a watermark. */
export function watermarkBatch(columns: readonly Column[], value: number): Batch {
  return {
    length: 0,
    kinds: undefined,
    columns,
    marks: { count: 1, rows: new Int32Array(1), values: Float64Array.of(value) },
  };
}

/** Walks a batch in order: `rows(from, to)` for each run of rows, `watermark(value)` between them. */
export function forEachRun(
  batch: Batch,
  rows: (from: number, to: number) => void,
  watermark: (value: number) => void,
): void {
  const marks = batch.marks;
  let from = 0;
  if (marks) {
    for (let m = 0; m < marks.count; m++) {
      const to = marks.rows[m] as number;
      if (to > from) rows(from, to);
      from = to;
      watermark(marks.values[m] as number);
    }
  }
  if (batch.length > from) rows(from, batch.length);
}
