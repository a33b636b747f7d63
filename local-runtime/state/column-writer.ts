import type { TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, columnKind, valueAt } from '../batch/column.ts';
import { StringColumn } from '../batch/string-column.ts';
import { sameValue } from './canonical.ts';

/** Arrays of fixed-width values. */
export type FixedArray = Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const INITIAL = 64;
const encoder = new TextEncoder();

/**
 * Grows an output column of an operator. Besides appending it can take rows back (`truncate`) and compare two of its rows
 * (`same`), which is how an operator suppresses an update that changes nothing.
 */
export abstract class ColumnWriter {
  readonly type: LogicalType;
  n = 0;
  protected nulls = new Uint8Array(INITIAL);
  protected hasNull = false;

  constructor(type: LogicalType) {
    this.type = type;
  }

  /** Makes room for one more value. */
  protected room(): void {
    if (this.n < this.nulls.length) return;
    this.nulls = wider(this.nulls, new Uint8Array(this.n * 2));
    this.widen(this.n * 2);
  }

  protected abstract widen(capacity: number): void;
  protected abstract put(column: Column, i: number): void;
  protected abstract putValue(value: Exclude<Value, null>): void;
  protected abstract equal(i: number, j: number): boolean;
  protected abstract column(length: number, nulls: Uint8Array | undefined): Column;
  /** A column that shares the writer's arrays. */
  protected abstract shared(length: number, nulls: Uint8Array | undefined): Column;
  /** Called when rows from `n` on are taken back or handed out. */
  protected reset(_n: number): void {
    // Fixed-width values need nothing.
  }

  appendNull(): void {
    this.room();
    this.hasNull = true;
    this.nulls[this.n++] = 1;
    this.putNull();
  }

  protected putNull(): void {
    // Fixed-width values need nothing.
  }

  /** Appends value `i` of a column of the same kind, null included. */
  appendFrom(column: Column, i: number): void {
    if (column.nulls !== undefined && column.nulls[i] === 1) {
      this.appendNull();
      return;
    }
    this.room();
    this.nulls[this.n] = 0;
    this.put(column, i);
    this.n++;
  }

  append(value: Value): void {
    if (value === null) {
      this.appendNull();
      return;
    }
    this.room();
    this.nulls[this.n] = 0;
    this.putValue(value);
    this.n++;
  }

  isNull(i: number): boolean {
    return this.nulls[i] === 1;
  }

  /** Fixed-width values, to be written directly after `reserve`. */
  protected get fixed(): FixedArray | undefined {
    return undefined;
  }

  /**
   * Room for `rows` values behind those that are there, all not NULL; write them to `values` (BIGINT as such) from `n` on, mark NULL
   * in `nulls`, then `advance`. Undefined where values are no fixed-width words: append one by one.
   */
  reserve(rows: number): { readonly values: FixedArray; readonly nulls: Uint8Array } | undefined {
    const need = this.n + rows;
    if (this.fixed === undefined) return undefined;
    if (need > this.nulls.length) {
      const capacity = Math.max(need, this.nulls.length * 2);
      this.nulls = wider(this.nulls, new Uint8Array(capacity));
      this.widen(capacity);
    }
    this.nulls.fill(0, this.n, need);
    return { values: this.fixed as FixedArray, nulls: this.nulls };
  }

  /** Counts the values written after `reserve`. */
  advance(rows: number, hasNull: boolean): void {
    this.n += rows;
    if (hasNull) this.hasNull = true;
  }

  /** Whether rows `i` and `j` hold the same value (RecordEqualiser: NULL equals NULL; NaN differs from NaN). */
  same(i: number, j: number): boolean {
    if (this.nulls[i] !== this.nulls[j]) return false;
    return this.nulls[i] === 1 || this.equal(i, j);
  }

  truncate(n: number): void {
    this.reset(n);
    this.n = n;
  }

  /** The column so far without a copy: good until the writer is written to again, and for `length` values. */
  peek(): Column {
    return this.shared(this.n, this.hasNull ? this.nulls : undefined);
  }

  /** Takes all rows back. */
  clear(): void {
    this.truncate(0);
    this.hasNull = false;
  }

  /** The column so far; the writer is empty afterwards. */
  take(): Column {
    const length = this.n;
    const column = this.column(length, this.hasNull ? this.nulls.slice(0, length) : undefined);
    this.reset(0);
    this.n = 0;
    this.hasNull = false;
    return column;
  }
}

function wider<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

function wrong(column: Column, type: LogicalType): Error {
  return new Error(`column of kind ${column.kind} written as ${type.root}`);
}

export class BoolWriter extends ColumnWriter {
  private values = new Uint8Array(INITIAL);

  protected widen(capacity: number): void {
    this.values = wider(this.values, new Uint8Array(capacity));
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'bool') throw wrong(column, this.type);
    this.values[this.n] = column.values[i] as number;
  }
  protected putValue(value: Value): void {
    this.values[this.n] = value ? 1 : 0;
  }
  protected equal(i: number, j: number): boolean {
    return this.values[i] === this.values[j];
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'bool', values: this.values.slice(0, length), nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'bool', values: this.values, nulls };
  }
}

export class IntWriter extends ColumnWriter {
  private values = new Int32Array(INITIAL);

  protected override get fixed(): FixedArray {
    return this.values;
  }
  protected widen(capacity: number): void {
    this.values = wider(this.values, new Int32Array(capacity));
  }
  appendInt(value: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.values[this.n++] = value;
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'i32') throw wrong(column, this.type);
    this.values[this.n] = column.values[i] as number;
  }
  protected putValue(value: Value): void {
    this.values[this.n] = value as number;
  }
  protected equal(i: number, j: number): boolean {
    return this.values[i] === this.values[j];
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'i32', values: this.values.slice(0, length), nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'i32', values: this.values, nulls };
  }
}

export class LongWriter extends ColumnWriter {
  private values = new BigInt64Array(INITIAL);
  private words = new Int32Array(this.values.buffer);

  protected override get fixed(): FixedArray {
    return this.values;
  }
  protected widen(capacity: number): void {
    this.values = wider(this.values, new BigInt64Array(capacity));
    this.words = new Int32Array(this.values.buffer);
  }
  /** Appends entry `i` of an array without making a BigInt. */
  appendAt(from: BigInt64Array, i: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.values[this.n++] = from[i] as bigint;
  }
  appendWords(lo: number, hi: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.words[this.n * 2] = lo;
    this.words[this.n * 2 + 1] = hi;
    this.n++;
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'i64') throw wrong(column, this.type);
    this.values[this.n] = column.values[i] as bigint;
  }
  protected putValue(value: Value): void {
    this.values[this.n] = value as bigint;
  }
  protected equal(i: number, j: number): boolean {
    const words = this.words;
    return words[i * 2] === words[j * 2] && words[i * 2 + 1] === words[j * 2 + 1];
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'i64', values: this.values.slice(0, length), nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'i64', values: this.values, nulls };
  }
}

export class DoubleWriter extends ColumnWriter {
  private values = new Float64Array(INITIAL);

  protected override get fixed(): FixedArray {
    return this.values;
  }
  protected widen(capacity: number): void {
    this.values = wider(this.values, new Float64Array(capacity));
  }
  appendDouble(value: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.values[this.n++] = value;
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'f64') throw wrong(column, this.type);
    this.values[this.n] = column.values[i] as number;
  }
  protected putValue(value: Value): void {
    this.values[this.n] = value as number;
  }
  protected equal(i: number, j: number): boolean {
    return this.values[i] === this.values[j];
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'f64', values: this.values.slice(0, length), nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'f64', values: this.values, nulls };
  }
}

export class TimestampWriter extends ColumnWriter {
  private ms = new Float64Array(INITIAL);
  private nanos: Int32Array | undefined;

  protected widen(capacity: number): void {
    this.ms = wider(this.ms, new Float64Array(capacity));
    if (this.nanos) this.nanos = wider(this.nanos, new Int32Array(capacity));
  }
  appendTime(ms: number, nanos: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.at(ms, nanos);
    this.n++;
  }
  /** The same time, of whole milliseconds, `n` times. */
  appendTimes(ms: number, n: number): void {
    const need = this.n + n;
    if (need > this.nulls.length) {
      const capacity = Math.max(need, this.nulls.length * 2);
      this.nulls = wider(this.nulls, new Uint8Array(capacity));
      this.widen(capacity);
    }
    this.nulls.fill(0, this.n, need);
    this.ms.fill(ms, this.n, need);
    this.nanos?.fill(0, this.n, need);
    this.n = need;
  }
  private at(ms: number, nanos: number): void {
    this.ms[this.n] = ms;
    if (this.nanos === undefined) {
      if (nanos === 0) return;
      this.nanos = new Int32Array(this.ms.length);
    }
    this.nanos[this.n] = nanos;
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'ts') throw wrong(column, this.type);
    this.at(column.ms[i] as number, column.nanos === undefined ? 0 : (column.nanos[i] as number));
  }
  protected putValue(value: Value): void {
    const t = value as TimestampValue;
    this.at(t.ms, t.nanos);
  }
  protected equal(i: number, j: number): boolean {
    return this.ms[i] === this.ms[j] && (this.nanos === undefined || this.nanos[i] === this.nanos[j]);
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    const nanos = this.nanos?.slice(0, length);
    this.nanos = undefined;
    return { kind: 'ts', ms: this.ms.slice(0, length), nanos, nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'ts', ms: this.ms, nanos: this.nanos, nulls };
  }
}

/** Copies UTF-8; the bytes written so far are shared with the columns taken, never written again. */
export class StringWriter extends ColumnWriter {
  private bytes = new Uint8Array(1024);
  private used = 0;
  private starts = new Int32Array(INITIAL);
  private ends = new Int32Array(INITIAL);

  protected widen(capacity: number): void {
    this.starts = wider(this.starts, new Int32Array(capacity));
    this.ends = wider(this.ends, new Int32Array(capacity));
  }
  private space(length: number): void {
    if (this.used + length <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.used + length));
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
  }
  protected override putNull(): void {
    this.starts[this.n - 1] = this.used;
    this.ends[this.n - 1] = this.used;
  }
  private putBytes(from: Uint8Array, start: number, end: number): void {
    this.space(end - start);
    this.starts[this.n] = this.used;
    if (end - start < 16) {
      const to = this.bytes;
      let at = this.used;
      for (let i = start; i < end; i++) to[at++] = from[i] as number;
    } else {
      this.bytes.set(from.subarray(start, end), this.used);
    }
    this.used += end - start;
    this.ends[this.n] = this.used;
  }
  appendBytes(from: Uint8Array, start: number, end: number): void {
    this.room();
    this.nulls[this.n] = 0;
    this.putBytes(from, start, end);
    this.n++;
  }
  protected put(column: Column, i: number): void {
    if (column.kind !== 'str') throw wrong(column, this.type);
    const views = column.views();
    this.putBytes(views.bytes, views.starts[i] as number, views.ends[i] as number);
  }
  protected putValue(value: Value): void {
    const text = value as string;
    this.space(text.length * 3);
    this.starts[this.n] = this.used;
    this.used += encoder.encodeInto(text, this.bytes.subarray(this.used)).written;
    this.ends[this.n] = this.used;
  }
  protected equal(i: number, j: number): boolean {
    const a = this.starts[i] as number;
    const b = this.starts[j] as number;
    const n = (this.ends[i] as number) - a;
    if ((this.ends[j] as number) - b !== n) return false;
    for (let k = 0; k < n; k++) if (this.bytes[a + k] !== this.bytes[b + k]) return false;
    return true;
  }
  protected override reset(n: number): void {
    this.used = n === 0 ? 0 : (this.ends[n - 1] as number);
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    const bytes = this.bytes.slice(0, this.used);
    return StringColumn.ofUtf8(bytes, this.starts.slice(0, length), this.ends.slice(0, length), length, nulls);
  }
  protected shared(length: number, nulls: Uint8Array | undefined): Column {
    return StringColumn.ofUtf8(this.bytes, this.starts, this.ends, length, nulls);
  }
}

export class ObjectWriter extends ColumnWriter {
  private values: Value[] = [];

  protected widen(): void {
    // An array grows by itself.
  }
  protected override putNull(): void {
    this.values[this.n - 1] = null;
  }
  protected put(column: Column, i: number): void {
    this.values[this.n] = valueAt(column, i);
  }
  protected putValue(value: Value): void {
    this.values[this.n] = value;
  }
  protected equal(i: number, j: number): boolean {
    return sameValue(this.values[i] as Value, this.values[j] as Value);
  }
  protected override reset(n: number): void {
    this.values.length = n;
  }
  protected column(length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'obj', values: this.values.slice(0, length), nulls };
  }
  protected shared(_length: number, nulls: Uint8Array | undefined): Column {
    return { kind: 'obj', values: this.values, nulls };
  }
}

/** A writer for columns of a type. */
export function columnWriter(type: LogicalType): ColumnWriter {
  switch (columnKind(type)) {
    case 'bool':
      return new BoolWriter(type);
    case 'i32':
      return new IntWriter(type);
    case 'i64':
      return new LongWriter(type);
    case 'f64':
      return new DoubleWriter(type);
    case 'ts':
      return new TimestampWriter(type);
    case 'str':
      return new StringWriter(type);
    case 'obj':
      return new ObjectWriter(type);
  }
}

/** A column of a type without rows. */
export function emptyColumn(type: LogicalType): Column {
  return columnWriter(type).take();
}
