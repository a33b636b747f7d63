import type { Value } from '../../flink-sql/plan/rex.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column, Nulls } from '../batch/column.ts';
import { StringColumn } from '../batch/string-column.ts';

/** Where a column's parts are in the buffer, in bytes; -1: not there. */
interface PackedColumn {
  readonly kind: Column['kind'];
  readonly values: number;
  readonly nulls: number;
  /** Nanoseconds of timestamps; end offsets of texts begin one entry after their starts. */
  readonly more: number;
  /** Values that are objects travel beside the buffer. */
  readonly objects?: readonly Value[];
}

/** A batch in one buffer that threads can hand over without copying. */
export interface PackedBatch {
  readonly length: number;
  readonly buffer: ArrayBuffer;
  readonly kinds: number;
  readonly columns: readonly PackedColumn[];
  readonly marks?: { readonly rows: Int32Array; readonly values: Float64Array };
}

type Part = Uint8Array | Int32Array | Float64Array | BigInt64Array;

/** Lays parts one after the other, each where its elements are aligned. */
class Packer {
  private readonly parts: { readonly part: Part; readonly at: number }[] = [];
  private size = 0;

  add(part: Part): number {
    const at = (this.size + 7) & ~7;
    this.parts.push({ part, at });
    this.size = at + part.byteLength;
    return at;
  }

  pack(): ArrayBuffer {
    const buffer = new ArrayBuffer((this.size + 7) & ~7);
    const bytes = new Uint8Array(buffer);
    for (const { part, at } of this.parts) {
      bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    }
    return buffer;
  }
}

/** Copies a batch into a buffer of its own. */
export function packBatch(batch: Batch): PackedBatch {
  const { length, marks } = batch;
  const packer = new Packer();
  const kinds = batch.kinds ? packer.add(batch.kinds.subarray(0, length)) : -1;
  const columns = batch.columns.map((column) => packColumn(column, length, packer));
  return {
    length,
    buffer: packer.pack(),
    kinds,
    columns,
    ...(marks && { marks: { rows: marks.rows.slice(0, marks.count), values: marks.values.slice(0, marks.count) } }),
  };
}

function packColumn(column: Column, length: number, packer: Packer): PackedColumn {
  const nulls = column.nulls ? packer.add(column.nulls.subarray(0, length)) : -1;
  switch (column.kind) {
    case 'ts': {
      const values = packer.add(column.ms.subarray(0, length));
      const more = column.nanos ? packer.add(column.nanos.subarray(0, length)) : -1;
      return { kind: 'ts', values, nulls, more };
    }
    case 'str':
      return { kind: 'str', nulls, ...packText(column, length, packer) };
    case 'obj':
      return { kind: 'obj', values: -1, nulls, more: -1, objects: column.values.slice(0, length) };
    default:
      return { kind: column.kind, values: packer.add(column.values.subarray(0, length)), nulls, more: -1 };
  }
}

/** The texts one after the other, and where each ends. */
function packText(column: StringColumn, length: number, packer: Packer): { values: number; more: number } {
  const { bytes, starts, ends } = column.views();
  const { nulls } = column;
  const offsets = new Int32Array(length + 1);
  let total = 0;
  for (let i = 0; i < length; i++) {
    if (nulls === undefined || nulls[i] !== 1) total += (ends[i] as number) - (starts[i] as number);
    offsets[i + 1] = total;
  }
  const text = new Uint8Array(total);
  for (let i = 0; i < length; i++) {
    let at = offsets[i] as number;
    const count = (offsets[i + 1] as number) - at;
    const from = starts[i] as number;
    if (count > 48) text.set(bytes.subarray(from, from + count), at);
    else for (let k = from; k < from + count; k++) text[at++] = bytes[k] as number;
  }
  return { values: packer.add(text), more: packer.add(offsets) };
}

/** The batch again, as views of the buffer. */
export function unpackBatch({ length, buffer, kinds, columns, marks }: PackedBatch): Batch {
  const bytes = (at: number): Nulls => (at < 0 ? undefined : new Uint8Array(buffer, at, length));
  return {
    length,
    kinds: bytes(kinds),
    columns: columns.map((column) => unpackColumn(column, length, buffer, bytes(column.nulls))),
    marks: marks && { count: marks.rows.length, ...marks },
  };
}

function unpackColumn(packed: PackedColumn, length: number, buffer: ArrayBuffer, nulls: Nulls): Column {
  const { kind, values, more } = packed;
  switch (kind) {
    case 'bool':
      return { kind, values: new Uint8Array(buffer, values, length), nulls };
    case 'i32':
      return { kind, values: new Int32Array(buffer, values, length), nulls };
    case 'i64':
      return { kind, values: new BigInt64Array(buffer, values, length), nulls };
    case 'f64':
      return { kind, values: new Float64Array(buffer, values, length), nulls };
    case 'ts': {
      const nanos = more < 0 ? undefined : new Int32Array(buffer, more, length);
      return { kind, ms: new Float64Array(buffer, values, length), nanos, nulls };
    }
    case 'str': {
      const offsets = new Int32Array(buffer, more, length + 1);
      const text = new Uint8Array(buffer, values, offsets[length] as number);
      return StringColumn.ofUtf8(text, offsets.subarray(0, length), offsets.subarray(1), length, nulls);
    }
    case 'obj':
      return { kind, values: packed.objects ?? [], nulls };
  }
}
