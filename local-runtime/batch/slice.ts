import type { Batch, WatermarkMarks } from './batch.ts';
import { gather, gatherKinds } from './gather.ts';

/** Rows `from` to `to` of a batch with the watermarks that come after them; `leading`: also those before row `from`. */
export function sliceBatch(batch: Batch, from: number, to: number, leading: boolean): Batch {
  const count = to - from;
  const rows = Int32Array.from({ length: count }, (_, i) => from + i);
  return {
    length: count,
    kinds: gatherKinds(batch.kinds, rows, count),
    columns: batch.columns.map((column) => gather(column, rows, count)),
    marks: sliceMarks(batch.marks, from, to, leading),
  };
}

function sliceMarks(
  marks: WatermarkMarks | undefined,
  from: number,
  to: number,
  leading: boolean,
): WatermarkMarks | undefined {
  if (!marks) return undefined;
  const places: number[] = [];
  const values: number[] = [];
  for (let m = 0; m < marks.count; m++) {
    const row = marks.rows[m] as number;
    if (row > to || row < from || (row === from && !leading)) continue;
    places.push(row - from);
    values.push(marks.values[m] as number);
  }
  if (places.length === 0) return undefined;
  return { count: places.length, rows: Int32Array.from(places), values: Float64Array.from(values) };
}
