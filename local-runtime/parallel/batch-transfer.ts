import type { Value } from '../../flink-sql/plan/rex.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column, Nulls } from '../batch/column.ts';
import { remapMarks } from '../batch/gather.ts';
import { StringColumn } from '../batch/string-column.ts';
import { copyTexts, roomForTexts } from './packed-text.ts';

/** Where a column's parts are in the buffer, in bytes; -1: not there. */
interface PackedColumn {
  readonly kind: Column['kind'];
  readonly values: number;
  readonly nulls: number;
  /** Nanoseconds of timestamps; of texts where each begins and, behind these, where each ends. */
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

/** Some rows of a batch, ascending, or all of them. */
export interface Selection {
  readonly batch: Batch;
  readonly rows?: Int32Array;
}

/** Rows of a column of one of the batches. */
export interface Piece<C extends Column = Column> {
  readonly column: C;
  readonly rows: Int32Array | undefined;
  readonly length: number;
}

type Part = Uint8Array | Int32Array | Float64Array | BigInt64Array;

/** Copies rows of batches of the same columns, at least one batch, into one buffer: they come out as one batch. */
export function packBatches(selections: readonly Selection[]): PackedBatch {
  const [{ batch: first }] = selections as readonly [Selection];
  const length = selections.reduce((sum, each) => sum + lengthOf(each), 0);
  const room = new Room();
  const kinds = selections.some(({ batch }) => batch.kinds) ? room.take(length) : -1;
  const pieces = first.columns.map((_, c) => piecesOf(selections, c));
  const columns = pieces.map((each) => placed(each, length, room));
  const buffer = new ArrayBuffer(room.size);
  if (kinds >= 0) {
    let at = kinds;
    for (const each of selections) {
      const n = lengthOf(each);
      if (each.batch.kinds) copy(each.batch.kinds, each.rows, n, new Uint8Array(buffer, at, n));
      at += n;
    }
  }
  for (const [c, column] of columns.entries()) copyColumn(pieces[c] as readonly Piece[], column, buffer, length);
  const marks = joinedMarks(selections);
  return { length, buffer, kinds, columns, ...(marks && { marks }) };
}

const lengthOf = ({ batch, rows }: Selection): number => rows?.length ?? batch.length;

function piecesOf(selections: readonly Selection[], c: number): Piece[] {
  const { kind } = (selections[0] as Selection).batch.columns[c] as Column;
  return selections.map((each) => {
    const column = each.batch.columns[c] as Column;
    if (column.kind !== kind) throw new Error(`a column of kind ${column.kind} behind one of kind ${kind}`);
    return { column, rows: each.rows, length: lengthOf(each) };
  });
}

/** Parts lie one after the other, each where its elements are aligned. */
class Room {
  size = 0;

  take(bytes: number): number {
    const begin = this.size;
    this.size = (begin + bytes + 7) & ~7;
    return begin;
  }
}

const WIDTHS: Readonly<Record<Exclude<Column['kind'], 'str' | 'obj'>, number>> = {
  bool: 1,
  i32: 4,
  i64: 8,
  f64: 8,
  ts: 8,
};

function placed(pieces: readonly Piece[], length: number, room: Room): PackedColumn {
  const { kind } = (pieces[0] as Piece).column;
  const nulls = pieces.some(({ column }) => column.nulls) ? room.take(length) : -1;
  switch (kind) {
    case 'str':
      return {
        kind,
        nulls,
        more: room.take(length * 8),
        values: room.take(roomForTexts(pieces as readonly Piece<StringColumn>[])),
      };
    case 'obj':
      return { kind, values: -1, nulls, more: -1, objects: pieces.flatMap(objectsOf) };
    default: {
      const hasNanos = pieces.some(({ column }) => column.kind === 'ts' && column.nanos);
      return { kind, values: room.take(length * WIDTHS[kind]), nulls, more: hasNanos ? room.take(length * 4) : -1 };
    }
  }
}

function objectsOf({ column, rows, length }: Piece): readonly Value[] {
  const { values } = column as Extract<Column, { kind: 'obj' }>;
  return rows ? Array.from(rows, (row) => values[row] as Value) : values.slice(0, length);
}

function copyColumn(pieces: readonly Piece[], packed: PackedColumn, buffer: ArrayBuffer, length: number): void {
  const { kind, values, nulls, more } = packed;
  if (kind === 'str') copyTexts(pieces as readonly Piece<StringColumn>[], buffer, values, more, length);
  let before = 0;
  for (const { column, rows, length: n } of pieces) {
    if (column.nulls) copy(column.nulls, rows, n, new Uint8Array(buffer, nulls + before, n));
    if (column.kind === 'ts') {
      copy(column.ms, rows, n, new Float64Array(buffer, values + before * 8, n));
      if (column.nanos) copy(column.nanos, rows, n, new Int32Array(buffer, more + before * 4, n));
    } else if (column.kind !== 'str' && column.kind !== 'obj') {
      copy(column.values, rows, n, fixed(column.kind, buffer, values, before, n));
    }
    before += n;
  }
}

/** Elements `before` to `before + n` of a part that begins at byte `at`. */
function fixed(kind: 'bool' | 'i32' | 'i64' | 'f64', buffer: ArrayBuffer, at: number, before: number, n: number): Part {
  const from = at + before * WIDTHS[kind];
  switch (kind) {
    case 'bool':
      return new Uint8Array(buffer, from, n);
    case 'i32':
      return new Int32Array(buffer, from, n);
    case 'i64':
      return new BigInt64Array(buffer, from, n);
    case 'f64':
      return new Float64Array(buffer, from, n);
  }
}

/** A loop for each kind of array, so that each is compiled for its own. */
function copy(from: Part, rows: Int32Array | undefined, n: number, to: Part): void {
  if (rows === undefined) {
    (to as Uint8Array).set((from as Uint8Array).subarray(0, n));
  } else if (from instanceof BigInt64Array && to instanceof BigInt64Array) {
    for (let k = 0; k < n; k++) to[k] = from[rows[k] as number] as bigint;
  } else if (from instanceof Float64Array && to instanceof Float64Array) {
    for (let k = 0; k < n; k++) to[k] = from[rows[k] as number] as number;
  } else if (from instanceof Int32Array && to instanceof Int32Array) {
    for (let k = 0; k < n; k++) to[k] = from[rows[k] as number] as number;
  } else if (from instanceof Uint8Array && to instanceof Uint8Array) {
    for (let k = 0; k < n; k++) to[k] = from[rows[k] as number] as number;
  } else {
    throw new Error('arrays of two kinds in one column');
  }
}

function joinedMarks(selections: readonly Selection[]): { rows: Int32Array; values: Float64Array } | undefined {
  const count = selections.reduce((sum, { batch }) => sum + (batch.marks?.count ?? 0), 0);
  if (count === 0) return undefined;
  const out = { rows: new Int32Array(count), values: new Float64Array(count) };
  let n = 0;
  let before = 0;
  for (const each of selections) {
    const marks = each.rows ? remapMarks(each.batch.marks, each.rows, each.rows.length) : each.batch.marks;
    for (let m = 0; m < (marks?.count ?? 0); m++) {
      out.rows[n] = before + (marks?.rows[m] as number);
      out.values[n++] = marks?.values[m] as number;
    }
    before += lengthOf(each);
  }
  return out;
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
      const starts = new Int32Array(buffer, more, length);
      const ends = new Int32Array(buffer, more + length * 4, length);
      return StringColumn.ofUtf8(new Uint8Array(buffer), starts, ends, length, nulls);
    }
    case 'obj':
      return { kind, values: packed.objects ?? [], nulls };
  }
}
