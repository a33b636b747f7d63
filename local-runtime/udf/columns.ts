import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, columnKind } from '../batch/column.ts';
import { StringColumn } from '../batch/string-column.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';
import { readValue, writeValue } from './values.ts';

/** Writes the first `n` values of a column, as ColumnReader.java reads them. */
export function writeColumn(out: ByteWriter, type: LogicalType, column: Column, n: number): void {
  const { nulls } = column;
  out.byte(nulls ? 1 : 0);
  if (nulls) out.array(nulls, n);
  switch (column.kind) {
    case 'bool':
    case 'i32':
    case 'i64':
    case 'f64':
      out.array(column.values, n);
      return;
    case 'ts':
      out.array(column.ms, n);
      out.byte(column.nanos ? 1 : 0);
      if (column.nanos) out.array(column.nanos, n);
      return;
    case 'str':
      writeTexts(out, column, n);
      return;
    case 'obj':
      writeObjects(out, type, column, n);
  }
}

/** Ends of the values, then their bytes. */
function writeTexts(out: ByteWriter, column: StringColumn, n: number): void {
  const { bytes, starts, ends } = column.views();
  const { nulls } = column;
  const lengths = new Int32Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (!nulls?.[i]) total += (ends[i] as number) - (starts[i] as number);
    lengths[i] = total;
  }
  out.array(lengths, n);
  const into = out.reserve(total);
  let at = 0;
  for (let i = 0; i < n; i++) {
    if (nulls?.[i]) continue;
    const [start, end] = [starts[i] as number, ends[i] as number];
    // Short texts are copied faster by hand than by a view for each.
    if (end - start < 32) for (let k = start; k < end; k++) into[at++] = bytes[k] as number;
    else {
      into.set(bytes.subarray(start, end), at);
      at += end - start;
    }
  }
}

function writeObjects(out: ByteWriter, type: LogicalType, column: Extract<Column, { kind: 'obj' }>, n: number): void {
  if (type.root === 'NULL') return;
  const ends = out.length;
  out.reserve(4 * n);
  const begin = out.length;
  for (let i = 0; i < n; i++) {
    if (!column.nulls?.[i]) writeValue(out, type, column.values[i] ?? null);
    out.intAt(ends + 4 * i, out.length - begin);
  }
}

/** The next `n` values of an answer as a column. */
export function readColumn(from: ByteReader, type: LogicalType, n: number): Column {
  const nulls = from.byte() === 0 ? undefined : new Uint8Array(from.aligned(n));
  switch (columnKind(type)) {
    case 'bool':
      return { kind: 'bool', values: new Uint8Array(from.aligned(n)), nulls };
    case 'i32':
      return { kind: 'i32', values: new Int32Array(from.aligned(4 * n)), nulls };
    case 'i64':
      return { kind: 'i64', values: new BigInt64Array(from.aligned(8 * n)), nulls };
    case 'f64':
      return { kind: 'f64', values: new Float64Array(from.aligned(8 * n)), nulls };
    case 'ts': {
      const ms = new Float64Array(from.aligned(8 * n));
      const nanos = from.byte() === 0 ? undefined : new Int32Array(from.aligned(4 * n));
      return { kind: 'ts', ms, nanos, nulls };
    }
    case 'str': {
      const ends = new Int32Array(from.aligned(4 * n));
      const starts = new Int32Array(n);
      if (n > 1) starts.set(ends.subarray(0, n - 1), 1);
      const bytes = new Uint8Array(from.aligned(n === 0 ? 0 : (ends[n - 1] as number)));
      return StringColumn.ofUtf8(bytes, starts, ends, n, nulls);
    }
    case 'obj': {
      if (type.root === 'NULL') return { kind: 'obj', values: new Array(n).fill(null), nulls };
      const ends = new Int32Array(from.aligned(4 * n));
      const inner = new ByteReader(from.bytes.subarray(from.at));
      const values = Array.from({ length: n }, (_, i) => (nulls?.[i] ? null : readValue(inner, type)));
      from.at += n === 0 ? 0 : (ends[n - 1] as number);
      return { kind: 'obj', values, nulls };
    }
  }
}
