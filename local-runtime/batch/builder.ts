import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from './batch.ts';
import { type Column, columnKind, valueAt } from './column.ts';
import { MarkList } from './mark-list.ts';
import { StringColumn } from './string-column.ts';

/** Grows one column value by value. `take` gives the column made so far and starts anew. */
export interface ColumnBuilder {
  readonly type: LogicalType;
  appendNull(): void;
  /** Appends value `i` of a column of the same kind, null included. */
  appendFrom(column: Column, i: number): void;
  /** Appends a single value (see plan/rex.ts Value); null is allowed. */
  append(value: Value): void;
  /**
   * The arrays with room for `rows` more values, to be written from the builder's length on and then counted by `advance`; texts are
   * views of `bytes`. Undefined when the builder cannot take them.
   */
  raw(rows: number, bytes: Uint8Array): RawColumn | undefined;
  /** Counts values written to the arrays of `raw`. */
  advance(rows: number): void;
  take(length: number): Column;
}

/** Arrays of a column that is being built. */
export interface RawColumn {
  /** Fixed-width values, BIGINT as pairs of words, timestamps as ms. */
  readonly values?: Fixed;
  /** Texts. */
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
  /** A byte a value, 1 for NULL; to be asked for when there is one. */
  nulls(): Uint8Array;
}

/** Builds batches row by row: append to every column, then `row(kind)`; watermarks by `mark`. */
export class BatchBuilder {
  readonly columns: readonly ColumnBuilder[];
  length = 0;
  private kinds = new Uint8Array(64);
  private changes = false;
  private readonly marks = new MarkList();

  constructor(types: readonly LogicalType[]) {
    this.columns = types.map(columnBuilder);
  }

  /** Ends the row just appended to all columns. */
  row(kind: number = INSERT): void {
    if (this.length === this.kinds.length) {
      const wider = new Uint8Array(this.kinds.length * 2);
      wider.set(this.kinds);
      this.kinds = wider;
    }
    this.kinds[this.length++] = kind;
    if (kind !== INSERT) this.changes = true;
  }

  /** Ends rows that were written to the arrays of all columns; all are INSERT. */
  advance(rows: number): void {
    for (const column of this.columns) column.advance(rows);
    const length = this.length + rows;
    if (length > this.kinds.length) {
      const wider = new Uint8Array(Math.max(length, this.kinds.length * 2));
      wider.set(this.kinds);
      this.kinds = wider;
    }
    this.kinds.fill(INSERT, this.length, length);
    this.length = length;
  }

  /** Copies row `i` of a batch with the same columns. */
  rowFrom(columns: readonly Column[], i: number, kind: number = INSERT): void {
    for (let c = 0; c < this.columns.length; c++)
      (this.columns[c] as ColumnBuilder).appendFrom(columns[c] as Column, i);
    this.row(kind);
  }

  /** Appends a row of single values. */
  values(row: readonly Value[], kind: number = INSERT): void {
    for (let c = 0; c < this.columns.length; c++) (this.columns[c] as ColumnBuilder).append(row[c] as Value);
    this.row(kind);
  }

  /** Puts a watermark after the rows appended so far. */
  mark(value: number): void {
    this.marks.add(this.length, value);
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.marks.length === 0;
  }

  /** The batch so far; the builder is empty afterwards. */
  take(): Batch {
    const length = this.length;
    const columns = this.columns.map((c) => c.take(length));
    const kinds = this.changes ? this.kinds.slice(0, length) : undefined;
    const marks = this.marks.take();
    this.length = 0;
    this.changes = false;
    return { length, kinds, columns, marks };
  }
}

const INITIAL = 64;

/** A builder for a type; fixed-width values go to typed arrays that double. */
export function columnBuilder(type: LogicalType): ColumnBuilder {
  switch (columnKind(type)) {
    case 'bool':
      return new FixedBuilder(
        type,
        'bool',
        (n) => new Uint8Array(n),
        (v) => (v ? 1 : 0),
      );
    case 'i32':
      return new FixedBuilder(
        type,
        'i32',
        (n) => new Int32Array(n),
        (v) => v as number,
      );
    case 'i64':
      return new FixedBuilder(
        type,
        'i64',
        (n) => new BigInt64Array(n),
        (v) => v as bigint,
      );
    case 'f64':
      return new FixedBuilder(
        type,
        'f64',
        (n) => new Float64Array(n),
        (v) => v as number,
      );
    case 'ts':
      return new TimestampBuilder(type);
    case 'str':
      return new StringBuilder(type);
    case 'obj':
      return new ObjectBuilder(type);
  }
}

class NullMarks {
  private bytes: Uint8Array | undefined;

  mark(i: number): void {
    if (!this.bytes || i >= this.bytes.length) {
      const wider = new Uint8Array(Math.max(INITIAL, i * 2));
      if (this.bytes) wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes[i] = 1;
  }

  /** The marks, with room for `n` values. */
  upTo(n: number): Uint8Array {
    if (!this.bytes || this.bytes.length < n) {
      const wider = new Uint8Array(Math.max(n, (this.bytes?.length ?? 0) * 2));
      if (this.bytes) wider.set(this.bytes);
      this.bytes = wider;
    }
    return this.bytes;
  }

  take(length: number): Uint8Array | undefined {
    if (!this.bytes) return undefined;
    const out = new Uint8Array(length);
    out.set(this.bytes.subarray(0, Math.min(length, this.bytes.length)));
    this.bytes = undefined;
    return out;
  }
}

type Fixed = Uint8Array | Int32Array | BigInt64Array | Float64Array;

class FixedBuilder implements ColumnBuilder {
  readonly type: LogicalType;
  private readonly kind: 'bool' | 'i32' | 'i64' | 'f64';
  private readonly make: (n: number) => Fixed;
  private readonly convert: (value: Value) => number | bigint;
  private values: Fixed;
  private readonly nulls = new NullMarks();
  private n = 0;

  constructor(
    type: LogicalType,
    kind: 'bool' | 'i32' | 'i64' | 'f64',
    make: (n: number) => Fixed,
    convert: (value: Value) => number | bigint,
  ) {
    this.type = type;
    this.kind = kind;
    this.make = make;
    this.convert = convert;
    this.values = make(INITIAL);
  }

  private room(): void {
    if (this.n >= this.values.length) this.widen(this.values.length * 2);
  }

  private widen(capacity: number): void {
    const wider = this.make(capacity);
    (wider as Float64Array).set(this.values as Float64Array);
    this.values = wider;
  }

  raw(rows: number): RawColumn {
    const capacity = this.n + rows;
    if (capacity > this.values.length) this.widen(Math.max(capacity, this.values.length * 2));
    const { values } = this;
    return {
      values: values instanceof BigInt64Array ? new Int32Array(values.buffer) : values,
      nulls: () => this.nulls.upTo(capacity),
    };
  }

  advance(rows: number): void {
    this.n += rows;
  }

  appendNull(): void {
    this.room();
    this.nulls.mark(this.n++);
  }

  appendFrom(column: Column, i: number): void {
    if (column.kind !== this.kind) throw new Error(`column of kind ${column.kind} appended to ${this.kind}`);
    this.room();
    if (column.nulls?.[i]) this.nulls.mark(this.n++);
    else (this.values as Float64Array)[this.n++] = (column.values as Float64Array)[i] as number;
  }

  append(value: Value): void {
    if (value === null) return this.appendNull();
    this.room();
    (this.values as Float64Array)[this.n++] = this.convert(value) as number;
  }

  take(length: number): Column {
    const column = { kind: this.kind, values: this.values.slice(0, length), nulls: this.nulls.take(length) } as Column;
    this.n = 0;
    return column;
  }
}

class TimestampBuilder implements ColumnBuilder {
  readonly type: LogicalType;
  private ms = new Float64Array(INITIAL);
  private nanos: Int32Array | undefined;
  private readonly nulls = new NullMarks();
  private n = 0;

  constructor(type: LogicalType) {
    this.type = type;
  }

  private put(ms: number, nanos: number): void {
    if (this.n === this.ms.length) {
      const wider = new Float64Array(this.n * 2);
      wider.set(this.ms);
      this.ms = wider;
    }
    if (nanos !== 0 || this.nanos) {
      if (!this.nanos || this.nanos.length < this.ms.length) {
        const wider = new Int32Array(this.ms.length);
        if (this.nanos) wider.set(this.nanos);
        this.nanos = wider;
      }
      this.nanos[this.n] = nanos;
    }
    this.ms[this.n++] = ms;
  }

  raw(rows: number): RawColumn {
    const capacity = this.n + rows;
    if (capacity > this.ms.length) {
      const wider = new Float64Array(Math.max(capacity, this.ms.length * 2));
      wider.set(this.ms);
      this.ms = wider;
    }
    if (this.nanos && this.nanos.length < this.ms.length) {
      const wider = new Int32Array(this.ms.length);
      wider.set(this.nanos);
      this.nanos = wider;
    }
    return { values: this.ms, nulls: () => this.nulls.upTo(capacity) };
  }

  advance(rows: number): void {
    this.n += rows;
  }

  appendNull(): void {
    this.nulls.mark(this.n);
    this.put(0, 0);
  }

  appendFrom(column: Column, i: number): void {
    if (column.kind !== 'ts') throw new Error(`column of kind ${column.kind} appended to ts`);
    if (column.nulls?.[i]) this.appendNull();
    else this.put(column.ms[i] as number, column.nanos?.[i] ?? 0);
  }

  append(value: Value): void {
    if (value === null) return this.appendNull();
    const t = value as { ms: number; nanos: number };
    this.put(t.ms, t.nanos);
  }

  take(length: number): Column {
    const column: Column = {
      kind: 'ts',
      ms: this.ms.slice(0, length),
      nanos: this.nanos?.slice(0, length),
      nulls: this.nulls.take(length),
    };
    this.nanos = undefined;
    this.n = 0;
    return column;
  }
}

/**
 * Strings kept as views when the first one comes as a view: of its bytes, or, once another string comes, of a copy of them with that
 * string behind. Else kept as JavaScript strings.
 */
export class StringBuilder implements ColumnBuilder {
  readonly type: LogicalType;
  private strings: (string | undefined)[] | undefined;
  /** The bytes that views are given in. */
  private source: Uint8Array | undefined;
  /** The same, or a longer copy. */
  private bytes: Uint8Array | undefined;
  /** How much of the copy is used. */
  private used = 0;
  private starts = new Int32Array(INITIAL);
  private ends = new Int32Array(INITIAL);
  private readonly nulls = new NullMarks();
  private n = 0;

  constructor(type: LogicalType) {
    this.type = type;
  }

  /** Appends `bytes[start..end)`, which is UTF-8 and stays unchanged as long as the column lives. */
  appendUtf8(bytes: Uint8Array, start: number, end: number): void {
    if (this.source === bytes) this.view(start, end);
    else if (this.begin(bytes)) this.view(start, end);
    else if (this.strings) this.append(utf8.decode(bytes.subarray(start, end)));
    else {
      const at = this.used;
      this.tail(end - start).set(bytes.subarray(start, end), this.used);
      this.used += end - start;
      this.view(at, this.used);
    }
  }

  /** Are views of these bytes what comes, or may it be? */
  private begin(bytes: Uint8Array): boolean {
    if (this.source === bytes) return true;
    if (this.source !== undefined || this.strings) return false;
    this.source = bytes;
    this.bytes = bytes;
    this.used = bytes.length;
    return true;
  }

  raw(rows: number, bytes: Uint8Array): RawColumn | undefined {
    if (!this.begin(bytes)) return undefined;
    const capacity = this.n + rows;
    if (capacity > this.starts.length) {
      const room = Math.max(capacity, this.starts.length * 2);
      this.starts = widen(this.starts, room);
      this.ends = widen(this.ends, room);
    }
    return { starts: this.starts, ends: this.ends, nulls: () => this.nulls.upTo(capacity) };
  }

  advance(rows: number): void {
    this.n += rows;
  }

  private view(start: number, end: number): void {
    if (this.n === this.starts.length) {
      this.starts = widen(this.starts, this.n * 2);
      this.ends = widen(this.ends, this.n * 2);
    }
    this.starts[this.n] = start;
    this.ends[this.n++] = end;
  }

  /** A copy of the bytes that has room for `length` more. */
  private tail(length: number): Uint8Array {
    const bytes = this.bytes as Uint8Array;
    if (bytes !== this.source && this.used + length <= bytes.length) return bytes;
    const wider = new Uint8Array(Math.ceil((this.used + length) * 1.25) + 1024);
    wider.set(bytes.subarray(0, this.used));
    this.bytes = wider;
    return wider;
  }

  appendNull(): void {
    this.nulls.mark(this.n);
    if (this.strings) {
      this.strings.push(undefined);
      this.n++;
    } else this.view(0, 0);
  }

  appendFrom(column: Column, i: number): void {
    if (column.kind !== 'str') throw new Error(`column of kind ${column.kind} appended to str`);
    if (column.nulls?.[i]) this.appendNull();
    else this.append(column.get(i));
  }

  append(value: Value): void {
    if (value === null) return this.appendNull();
    const text = value as string;
    if (this.source === undefined) {
      // Nothing but NULLs so far.
      this.strings ??= new Array<string | undefined>(this.n).fill(undefined);
      this.strings.push(text);
      this.n++;
      return;
    }
    const at = this.used;
    const tail = this.tail(text.length * 3);
    this.used += encoder.encodeInto(text, tail.subarray(at)).written;
    this.view(at, this.used);
  }

  take(length: number): Column {
    const nulls = this.nulls.take(length);
    const column = this.strings
      ? StringColumn.ofStrings(this.strings, nulls)
      : StringColumn.ofUtf8(this.bytes ?? NO_BYTES, this.starts, this.ends, length, nulls);
    this.strings = undefined;
    this.source = undefined;
    this.bytes = undefined;
    this.used = 0;
    this.starts = new Int32Array(INITIAL);
    this.ends = new Int32Array(INITIAL);
    this.n = 0;
    return column;
  }
}

const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function widen(values: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(capacity);
  wider.set(values);
  return wider;
}

class ObjectBuilder implements ColumnBuilder {
  readonly type: LogicalType;
  private values: Value[] = [];
  private readonly nulls = new NullMarks();

  raw(): undefined {
    return undefined;
  }

  advance(): void {
    // Nothing is written past it.
  }

  constructor(type: LogicalType) {
    this.type = type;
  }

  appendNull(): void {
    this.nulls.mark(this.values.length);
    this.values.push(null);
  }

  appendFrom(column: Column, i: number): void {
    this.append(valueAt(column, i));
  }

  append(value: Value): void {
    if (value === null) this.appendNull();
    else this.values.push(value);
  }

  take(length: number): Column {
    const column: Column = { kind: 'obj', values: this.values, nulls: this.nulls.take(length) };
    this.values = [];
    return column;
  }
}
