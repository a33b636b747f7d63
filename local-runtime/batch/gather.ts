import type { Value } from '../../flink-sql/plan/rex.ts';
import type { Batch, WatermarkMarks } from './batch.ts';
import type { Column, Nulls } from './column.ts';
import { StringColumn } from './string-column.ts';

function gatherNulls(nulls: Nulls, rows: Int32Array, count: number): Nulls {
  if (!nulls) return undefined;
  const out = new Uint8Array(count);
  let any = 0;
  for (let k = 0; k < count; k++) any |= out[k] = nulls[rows[k] as number] as number;
  return any ? out : undefined;
}

/** The values of a column at `rows[0..count)`, as a column of the same kind. */
export function gather(column: Column, rows: Int32Array, count: number): Column {
  const nulls = gatherNulls(column.nulls, rows, count);
  switch (column.kind) {
    case 'bool': {
      const values = new Uint8Array(count);
      for (let k = 0; k < count; k++) values[k] = column.values[rows[k] as number] as number;
      return { kind: 'bool', values, nulls };
    }
    case 'i32': {
      const values = new Int32Array(count);
      for (let k = 0; k < count; k++) values[k] = column.values[rows[k] as number] as number;
      return { kind: 'i32', values, nulls };
    }
    case 'i64': {
      const values = new BigInt64Array(count);
      for (let k = 0; k < count; k++) values[k] = column.values[rows[k] as number] as bigint;
      return { kind: 'i64', values, nulls };
    }
    case 'f64': {
      const values = new Float64Array(count);
      for (let k = 0; k < count; k++) values[k] = column.values[rows[k] as number] as number;
      return { kind: 'f64', values, nulls };
    }
    case 'ts': {
      const ms = new Float64Array(count);
      for (let k = 0; k < count; k++) ms[k] = column.ms[rows[k] as number] as number;
      let nanos: Int32Array | undefined;
      if (column.nanos) {
        nanos = new Int32Array(count);
        for (let k = 0; k < count; k++) nanos[k] = column.nanos[rows[k] as number] as number;
      }
      return { kind: 'ts', ms, nanos, nulls };
    }
    case 'str':
      return column.select(rows, count, nulls);
    case 'obj': {
      const values = new Array<Value>(count);
      for (let k = 0; k < count; k++) values[k] = column.values[rows[k] as number] as Value;
      return { kind: 'obj', values, nulls };
    }
  }
}

/** The same, where a row of -1 stands for NULL. */
export function gatherOrNull(column: Column, rows: Int32Array, count: number): Column {
  let padded: Uint8Array | undefined;
  let real = rows;
  for (let k = 0; k < count; k++) {
    if ((rows[k] as number) >= 0) continue;
    if (!padded) {
      padded = new Uint8Array(count);
      real = rows.slice(0, count);
    }
    padded[k] = 1;
    real[k] = 0;
  }
  const gathered = gather(column, real, count);
  if (!padded) return gathered;
  const { nulls } = gathered;
  if (nulls) for (let k = 0; k < count; k++) if (nulls[k] === 1) padded[k] = 1;
  if (gathered.kind !== 'str') return { ...gathered, nulls: padded };
  const { bytes, starts, ends } = gathered.views();
  return StringColumn.ofUtf8(bytes, starts, ends, count, padded);
}

/** Kinds of the selected rows. */
export function gatherKinds(kinds: Uint8Array | undefined, rows: Int32Array, count: number): Uint8Array | undefined {
  if (!kinds) return undefined;
  const out = new Uint8Array(count);
  let any = 0;
  for (let k = 0; k < count; k++) any |= out[k] = kinds[rows[k] as number] as number;
  return any ? out : undefined;
}

/** Watermarks moved to stand after the same rows among those selected (`rows` ascending). */
export function remapMarks(marks: Batch['marks'], rows: Int32Array, count: number): WatermarkMarks | undefined {
  if (!marks) return undefined;
  const moved = new Int32Array(marks.count);
  let k = 0;
  for (let m = 0; m < marks.count; m++) {
    const before = marks.rows[m] as number;
    while (k < count && (rows[k] as number) < before) k++;
    moved[m] = k;
  }
  return { count: marks.count, rows: moved, values: marks.values };
}

/** Some rows of a batch, ascending, as a batch of its own. */
export function selectRows(batch: Batch, rows: Int32Array): Batch {
  const count = rows.length;
  return {
    length: count,
    kinds: gatherKinds(batch.kinds, rows, count),
    columns: batch.columns.map((column) => gather(column, rows, count)),
    marks: remapMarks(batch.marks, rows, count),
  };
}
