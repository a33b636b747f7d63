import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { BatchBuilder, ColumnBuilder, RawColumn } from '../../batch/builder.ts';
import { decodeUtf8 } from '../../batch/string-column.ts';
import { KeyOrder } from './key-order.ts';
import { JsonReader } from './reader.ts';
import {
  KERNEL_NEXT,
  KERNEL_ROWS,
  type KernelColumn,
  type KernelExports,
  type RowKernel,
  rowKernel,
} from './row-kernel.ts';
import type { JsonOptions } from './values.ts';

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;
/** Zeros behind the input, where every search ends. */
const TAIL = 64;

/**
 * Reads plain rows by a kernel made for the table's columns: stretches of lines, or records that lie in one buffer. Rows that are not
 * plain are left to the general reader.
 */
export class PlainRows {
  private readonly kernel: RowKernel;
  private readonly memory: WebAssembly.Memory;
  private readonly wanted: readonly RowField[];
  private readonly options: JsonOptions;
  private readonly learner: KeyOrder;
  private exports: KernelExports;
  /** Where the last reading of `source` ended: what comes next time begins behind a row that was left to the general reader. */
  private left = -1;
  private bytes: Uint8Array = new Uint8Array(0);
  private words: Int32Array = new Int32Array(0);
  private arrays: readonly KernelArrays[] = [];
  private readonly reader = new JsonReader();
  /** What the memory holds a copy of. */
  private source: Uint8Array | undefined;
  private end = 0;
  /** The record of the list that stands first in the memory. */
  private window = 0;

  private constructor(kernel: RowKernel, keys: readonly string[], wanted: readonly RowField[], options: JsonOptions) {
    this.kernel = kernel;
    this.wanted = wanted;
    this.options = options;
    this.learner = new KeyOrder(keys);
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((kernel.input + (1 << 16)) / PAGE) });
    this.exports = this.instance(kernel);
    this.look();
    this.bytes.set(kernel.constants.bytes, kernel.constants.at);
  }

  /** Undefined where a table has columns that the kernel does not read. */
  static of(physical: readonly RowField[], projected: readonly number[], options: JsonOptions): PlainRows | undefined {
    const keys = physical.map(({ name }) => name);
    const wanted = projected.map((at) => physical[at] as RowField);
    const kernel = rowKernel(keys, wanted, options);
    return kernel && new PlainRows(kernel, keys, wanted, options);
  }

  /** The kernels for the same columns use the memory alike. */
  private instance(kernel: RowKernel): KernelExports {
    const env = {
      memory: this.memory,
      skip: (at: number) => this.skip(at),
      number: (from: number, to: number) => Number(decodeUtf8(this.bytes, from, to)),
    };
    return new WebAssembly.Instance(new WebAssembly.Module(kernel.module), { env }).exports as unknown as KernelExports;
  }

  /** A row, `bytes[from..to)`, was not plain: it may have other keys, or others in another order, as the rows after it. */
  private missed(bytes: Uint8Array, from: number, to: number): void {
    const keys = this.learner.missed(bytes, from, to);
    const kernel = keys && rowKernel(keys, this.wanted, this.options);
    if (kernel) this.exports = this.instance(kernel);
  }

  /** Appends rows from `from` on and gives where the first line begins that is not plain, or that has no end yet. */
  lines(bytes: Uint8Array, from: number, out: BatchBuilder): number {
    const { kernel } = this;
    if (bytes !== this.source) this.load(bytes);
    else if (this.left >= 0 && from > this.left) this.missed(bytes, this.left, from);
    let at = from;
    for (;;) {
      const rows = this.exports.lines(kernel.input + at, KERNEL_ROWS);
      if (rows === 0 || !this.append(0, rows, bytes, out)) break;
      at = (this.words[KERNEL_NEXT / 4] as number) - kernel.input;
      if (rows < KERNEL_ROWS) break;
    }
    this.left = at;
    return at;
  }

  /**
   * Appends the rows of records `first` to `count` of the list, which are `bytes[list[2 * i]..list[2 * i + 1])`; gives the number of the
   * first one that is not plain.
   */
  records(bytes: Uint8Array, list: Int32Array, first: number, count: number, out: BatchBuilder): number {
    const { input, records } = this.kernel;
    if (bytes !== this.source) this.load(bytes);
    else if (first > 0) this.missed(bytes, list[2 * first - 2] as number, list[2 * first - 1] as number);
    const { words } = this;
    const at = records / 4;
    let done = first;
    while (done < count) {
      // The list is in the memory as far as it fits: a row that is not plain does not make it come again.
      const window = done - (done % KERNEL_ROWS);
      const end = Math.min(count, window + KERNEL_ROWS) - window;
      if (done === 0 || window !== this.window) {
        for (let i = 0; i < 2 * end; i++) words[at + i] = (list[2 * window + i] as number) + input;
        this.window = window;
      }
      const begin = done - window;
      const next = this.exports.records(begin, end);
      if (next === begin || !this.append(begin, next, bytes, out)) return done;
      done = window + next;
      if (next < end) return done;
    }
    return done;
  }

  /** Copies what is to be read into the memory. */
  private load(bytes: Uint8Array): void {
    const { input } = this.kernel;
    const missing = input + bytes.length + TAIL - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.look();
    }
    this.bytes.set(bytes, input);
    this.end = input + bytes.length;
    this.bytes.fill(0, this.end, this.end + TAIL);
    this.source = bytes;
    this.left = -1;
    this.window = -1;
  }

  /** Views of the memory, which is another buffer after it has grown. */
  private look(): void {
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.arrays = this.kernel.columns.map((column) => arraysOf(column, buffer));
  }

  /** Appends rows `from` to `to` of the kernel's arrays; false when the builder cannot take views of these bytes. */
  private append(from: number, to: number, bytes: Uint8Array, out: BatchBuilder): boolean {
    const rows = to - from;
    const raw: RawColumn[] = [];
    for (const column of out.columns) {
      const arrays = (column as ColumnBuilder).raw(rows, bytes);
      if (arrays === undefined) return false;
      raw.push(arrays);
    }
    const at = out.length;
    for (const [c, { values, starts, ends, nulls, width, flag }] of this.arrays.entries()) {
      const column = raw[c] as RawColumn;
      if (starts && ends) {
        column.starts?.set(starts.subarray(from, to), at);
        column.ends?.set(ends.subarray(from, to), at);
      } else if (values)
        (column.values as Float64Array).set((values as Float64Array).subarray(from * width, to * width), at * width);
      if (this.words[flag] === 0) continue;
      this.words[flag] = 0;
      column.nulls().set(nulls.subarray(from, to), at);
    }
    out.advance(rows);
    this.learner.plain(rows);
    return true;
  }

  /** Where the value at `at` ends; -1 when it is broken, which the general reader then tells. */
  private skip(at: number): number {
    const { reader } = this;
    reader.reset(this.bytes, at, this.end);
    try {
      reader.skip(reader.value());
      return reader.pos;
    } catch {
      return -1;
    }
  }
}

/** What a reader has read, in bytes, until a kernel is made for it; then the kernel, if its columns allow one. */
const made = new WeakMap<readonly RowField[], PlainRows | 'none' | number>();
/** To make a kernel takes longer than to read this without one, about the beginning of a file. */
const KERNEL_BYTES = 1 << 16;

/**
 * As `PlainRows.of`, once for all streams of one reader, which it reads one after the other: `reader` is the same for each of them.
 * Undefined also as long as the reader has read little; `bytes`: how much more it is now.
 */
export function plainRowsOf(
  physical: readonly RowField[],
  projected: readonly number[],
  options: JsonOptions,
  reader: readonly RowField[],
  bytes: number,
): PlainRows | undefined {
  const known = made.get(reader) ?? 0;
  if (known === 'none') return undefined;
  if (known instanceof PlainRows) return known;
  const read = known + bytes;
  const rows = read > KERNEL_BYTES ? PlainRows.of(physical, projected, options) : undefined;
  made.set(reader, read > KERNEL_BYTES ? (rows ?? 'none') : read);
  return rows;
}

/** A column of the kernel's memory. */
interface KernelArrays {
  readonly values?: Int32Array | Float64Array | Uint8Array;
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
  readonly nulls: Uint8Array;
  /** Elements of `values` a row: BIGINT is two words. */
  readonly width: number;
  /** Index of the flag among the words. */
  readonly flag: number;
}

function arraysOf({ kind, values, ends, nulls, flag }: KernelColumn, buffer: ArrayBuffer): KernelArrays {
  const rest = { nulls: new Uint8Array(buffer, nulls, KERNEL_ROWS), width: kind === 'i64' ? 2 : 1, flag: flag / 4 };
  switch (kind) {
    case 'str':
      return {
        ...rest,
        starts: new Int32Array(buffer, values, KERNEL_ROWS),
        ends: new Int32Array(buffer, ends, KERNEL_ROWS),
      };
    case 'i64':
      return { ...rest, values: new Int32Array(buffer, values, 2 * KERNEL_ROWS) };
    case 'i32':
      return { ...rest, values: new Int32Array(buffer, values, KERNEL_ROWS) };
    case 'f64':
    case 'ts':
      return { ...rest, values: new Float64Array(buffer, values, KERNEL_ROWS) };
    case 'bool':
      return { ...rest, values: new Uint8Array(buffer, values, KERNEL_ROWS) };
  }
}
