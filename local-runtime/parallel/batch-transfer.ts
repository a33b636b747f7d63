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

  /** Parts of one kind, side by side; a number stands for so many bytes of zeros. */
  add(parts: readonly (Part | number)[]): number {
    const begin = (this.size + 7) & ~7;
    let at = begin;
    for (const part of parts) {
      if (typeof part === 'number') {
        at += part;
        continue;
      }
      this.parts.push({ part, at });
      at += part.byteLength;
    }
    this.size = at;
    return begin;
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

/** Copies batches of the same columns, at least one, into one buffer: they come out as one batch. */
export function packBatches(batches: readonly Batch[]): PackedBatch {
  const [first] = batches as readonly [Batch];
  const packer = new Packer();
  const kinds = batches.some((batch) => batch.kinds)
    ? packer.add(batches.map(({ kinds, length }) => kinds?.subarray(0, length) ?? length))
    : -1;
  const columns = first.columns.map((_, c) => packColumn(columnsAt(batches, c), packer));
  const marks = joinedMarks(batches);
  return {
    length: batches.reduce((sum, { length }) => sum + length, 0),
    buffer: packer.pack(),
    kinds,
    columns,
    ...(marks && { marks }),
  };
}

/** A column of one of the batches, and its length. */
interface Piece<K extends Column['kind'] = Column['kind']> {
  readonly column: Extract<Column, { kind: K }>;
  readonly length: number;
}

function columnsAt(batches: readonly Batch[], c: number): Piece[] {
  return batches.map(({ columns, length }) => ({ column: columns[c] as Column, length }));
}

function joinedMarks(batches: readonly Batch[]): { rows: Int32Array; values: Float64Array } | undefined {
  const count = batches.reduce((sum, { marks }) => sum + (marks?.count ?? 0), 0);
  if (count === 0) return undefined;
  const rows = new Int32Array(count);
  const values = new Float64Array(count);
  let n = 0;
  let before = 0;
  for (const { length, marks } of batches) {
    for (let m = 0; m < (marks?.count ?? 0); m++) {
      rows[n] = before + (marks?.rows[m] as number);
      values[n++] = marks?.values[m] as number;
    }
    before += length;
  }
  return { rows, values };
}

function packColumn(pieces: readonly Piece[], packer: Packer): PackedColumn {
  const nulls = pieces.some(({ column }) => column.nulls)
    ? packer.add(pieces.map(({ column, length }) => column.nulls?.subarray(0, length) ?? length))
    : -1;
  const { kind } = (pieces[0] as Piece).column;
  switch (kind) {
    case 'ts': {
      const times = ofKind(pieces, 'ts');
      const values = packer.add(times.map(({ column, length }) => column.ms.subarray(0, length)));
      const more = times.some(({ column }) => column.nanos)
        ? packer.add(times.map(({ column, length }) => column.nanos?.subarray(0, length) ?? 4 * length))
        : -1;
      return { kind, values, nulls, more };
    }
    case 'str':
      return { kind, nulls, ...packText(ofKind(pieces, 'str'), packer) };
    case 'obj': {
      const objects = ofKind(pieces, 'obj').flatMap(({ column, length }) => column.values.slice(0, length));
      return { kind, values: -1, nulls, more: -1, objects };
    }
    default: {
      const values = ofKind(pieces, kind).map(({ column, length }): Part => column.values.subarray(0, length));
      return { kind, values: packer.add(values), nulls, more: -1 };
    }
  }
}

function ofKind<K extends Column['kind']>(pieces: readonly Piece[], kind: K): readonly Piece<K>[] {
  for (const { column } of pieces) {
    if (column.kind !== kind) throw new Error(`a column of kind ${column.kind} behind one of kind ${kind}`);
  }
  return pieces as unknown as readonly Piece<K>[];
}

/** The texts one after the other, and where each ends. */
function packText(pieces: readonly Piece<'str'>[], packer: Packer): { values: number; more: number } {
  const offsets = new Int32Array(pieces.reduce((sum, { length }) => sum + length, 1));
  let row = 0;
  let total = 0;
  for (const { column, length } of pieces) {
    const { starts, ends } = column.views();
    const { nulls } = column;
    for (let i = 0; i < length; i++) {
      if (nulls === undefined || nulls[i] !== 1) total += (ends[i] as number) - (starts[i] as number);
      offsets[++row] = total;
    }
  }
  const text = new Uint8Array(total);
  row = 0;
  for (const { column, length } of pieces) {
    const { bytes, starts } = column.views();
    for (let i = 0; i < length; i++, row++) {
      let at = offsets[row] as number;
      const count = (offsets[row + 1] as number) - at;
      const from = starts[i] as number;
      if (count > 48) text.set(bytes.subarray(from, from + count), at);
      else for (let k = from; k < from + count; k++) text[at++] = bytes[k] as number;
    }
  }
  return { values: packer.add([text]), more: packer.add([offsets]) };
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
