import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, columnKind } from '../batch/column.ts';
import type {
  BoolWriter,
  ColumnWriter,
  DoubleWriter,
  IntWriter,
  LongWriter,
  StringWriter,
  TimestampWriter,
} from './column-writer.ts';
import { doubled, TextInterner, ValueInterner } from './interner.ts';
import { Seal } from './seal.ts';

interface Field {
  readonly kind: Column['kind'];
  readonly offset: number;
  /** Timestamps of precision over 3 keep nanoseconds. */
  readonly nanos: boolean;
  readonly maskWord: number;
  readonly maskBit: number;
  readonly texts: TextInterner | undefined;
  readonly values: ValueInterner | undefined;
}

const scratchDouble = new Float64Array(1);
const scratchWords = new Int32Array(scratchDouble.buffer);

/**
 * Rows of fixed width in one Int32Array: null bits first, then each field in one word (INT, BOOLEAN, numbers of interned texts and
 * objects), two (BIGINT, DOUBLE, TIMESTAMP) or three. Two rows are the same key exactly when their words are: NULL is a key of its
 * own, 0.0 and -0.0 differ, NaN is one value.
 */
export class RowStore {
  /** Words a row. */
  readonly width: number;
  private readonly fields: readonly Field[];
  private readonly maskWords: number;
  /** The rows; `words[id * width]` on. Replaced when it grows. */
  words: Int32Array;
  private count = 0;
  private free: number[] = [];
  live = 0;
  private readonly seal: Seal;

  /** `extra`: words behind the fields that `encode` leaves 0 and the owner fills. */
  constructor(types: readonly LogicalType[], extra = 0) {
    this.maskWords = Math.max(1, Math.ceil(types.length / 32));
    let offset = this.maskWords;
    this.fields = types.map((type, i) => {
      const kind = columnKind(type);
      const nanos = kind === 'ts' && 'precision' in type && type.precision > 3;
      const field: Field = {
        kind,
        offset,
        nanos,
        maskWord: i >> 5,
        maskBit: 1 << (i & 31),
        texts: kind === 'str' ? new TextInterner() : undefined,
        values: kind === 'obj' ? new ValueInterner() : undefined,
      };
      offset += kind === 'i64' || kind === 'f64' ? 2 : kind === 'ts' ? (nanos ? 3 : 2) : 1;
      return field;
    });
    this.width = offset + extra;
    this.words = new Int32Array(64 * this.width);
    // The owner writes extra words whenever it likes.
    this.seal = new Seal(extra > 0);
  }

  /**
   * Encodes rows `from` to `to` of `columns` (one a field) into `out[row * width]` on. Texts are interned at once; those of rows
   * that are not stored are forgotten at `sweep`.
   */
  encode(columns: readonly Column[], from: number, to: number, out: Int32Array): void {
    const width = this.width;
    out.fill(0, from * width, to * width);
    for (let f = 0; f < this.fields.length; f++) {
      const field = this.fields[f] as Field;
      const column = columns[f] as Column;
      const nulls = column.nulls;
      if (nulls !== undefined) {
        for (let i = from; i < to; i++) {
          if (nulls[i] === 1)
            out[i * width + field.maskWord] = (out[i * width + field.maskWord] as number) | field.maskBit;
        }
      }
      this.encodeField(field, column, from, to, out);
      if (nulls !== undefined && field.kind !== 'str' && field.kind !== 'obj') {
        const end = f + 1 < this.fields.length ? (this.fields[f + 1] as Field).offset : width;
        for (let i = from; i < to; i++) if (nulls[i] === 1) out.fill(0, i * width + field.offset, i * width + end);
      }
    }
  }

  private encodeField(field: Field, column: Column, from: number, to: number, out: Int32Array): void {
    const width = this.width;
    const offset = field.offset;
    if (column.kind !== field.kind) throw new Error(`column of kind ${column.kind} stored as ${field.kind}`);
    switch (column.kind) {
      case 'bool':
      case 'i32': {
        const values = column.values;
        for (let i = from; i < to; i++) out[i * width + offset] = values[i] as number;
        break;
      }
      case 'i64': {
        const words = new Int32Array(column.values.buffer, column.values.byteOffset, column.values.length * 2);
        for (let i = from; i < to; i++) {
          out[i * width + offset] = words[i * 2] as number;
          out[i * width + offset + 1] = words[i * 2 + 1] as number;
        }
        break;
      }
      case 'f64': {
        const values = column.values;
        for (let i = from; i < to; i++) {
          const value = values[i] as number;
          scratchDouble[0] = Number.isNaN(value) ? Number.NaN : value;
          out[i * width + offset] = scratchWords[0] as number;
          out[i * width + offset + 1] = scratchWords[1] as number;
        }
        break;
      }
      case 'ts': {
        const { ms, nanos } = column;
        for (let i = from; i < to; i++) {
          scratchDouble[0] = ms[i] as number;
          out[i * width + offset] = scratchWords[0] as number;
          out[i * width + offset + 1] = scratchWords[1] as number;
        }
        if (field.nanos && nanos !== undefined) {
          for (let i = from; i < to; i++) out[i * width + offset + 2] = nanos[i] as number;
        }
        break;
      }
      case 'str':
        (field.texts as TextInterner).encode(column, from, to, out, width, offset);
        break;
      case 'obj': {
        const interner = field.values as ValueInterner;
        const nulls = column.nulls;
        for (let i = from; i < to; i++) {
          const value = column.values[i];
          if ((nulls !== undefined && nulls[i] === 1) || value === undefined || value === null) continue;
          out[i * width + offset] = interner.intern(value);
        }
        break;
      }
    }
  }

  /** Stores the encoded row at `words[at]` and gives its id. */
  add(words: Int32Array, at: number): number {
    const used = this.free.pop();
    if (used !== undefined) this.words = this.seal.opened(used, this.words);
    const id = used ?? this.count++;
    const width = this.width;
    if ((id + 1) * width > this.words.length) {
      this.words = doubled(this.words);
      this.seal.replaced();
    }
    const to = id * width;
    for (let w = 0; w < width; w++) this.words[to + w] = words[at + w] as number;
    this.refer(to, true);
    this.live++;
    return id;
  }

  /** Puts another encoded row in the place of row `id`. */
  replace(id: number, words: Int32Array, at: number): void {
    const width = this.width;
    const to = id * width;
    this.words = this.seal.opened(id, this.words);
    this.refer(to, false);
    for (let w = 0; w < width; w++) this.words[to + w] = words[at + w] as number;
    this.refer(to, true);
  }

  remove(id: number): void {
    this.refer(id * this.width, false);
    this.free.push(id);
    this.live--;
  }

  private refer(at: number, retain: boolean): void {
    for (const field of this.fields) {
      const interner = field.texts ?? field.values;
      if (interner === undefined || ((this.words[at + field.maskWord] as number) & field.maskBit) !== 0) continue;
      if (retain) interner.retain(this.words[at + field.offset] as number);
      else interner.release(this.words[at + field.offset] as number);
    }
  }

  /** Call between batches. */
  sweep(): void {
    for (const field of this.fields) {
      field.texts?.sweep();
      field.values?.sweep();
    }
  }

  /** The last of the extra words of row `id`. */
  extra(id: number): number {
    return this.words[(id + 1) * this.width - 1] as number;
  }

  /** Whether field `f` of row `id` is NULL. */
  isNull(id: number, f: number): boolean {
    const field = this.fields[f] as Field;
    return ((this.words[id * this.width + field.maskWord] as number) & field.maskBit) !== 0;
  }

  /** Appends field `f` of row `id`. */
  write(id: number, f: number, to: ColumnWriter): void {
    const field = this.fields[f] as Field;
    const at = id * this.width;
    const words = this.words;
    if (((words[at + field.maskWord] as number) & field.maskBit) !== 0) {
      to.appendNull();
      return;
    }
    const o = at + field.offset;
    switch (field.kind) {
      case 'bool':
        (to as BoolWriter).append(words[o] === 1);
        break;
      case 'i32':
        (to as IntWriter).appendInt(words[o] as number);
        break;
      case 'i64':
        (to as LongWriter).appendWords(words[o] as number, words[o + 1] as number);
        break;
      case 'f64':
        (to as DoubleWriter).appendDouble(this.double(o));
        break;
      case 'ts':
        (to as TimestampWriter).appendTime(this.double(o), field.nanos ? (words[o + 2] as number) : 0);
        break;
      case 'str':
        (field.texts as TextInterner).write(words[o] as number, to as StringWriter);
        break;
      case 'obj':
        to.append((field.values as ValueInterner).value(words[o] as number));
        break;
    }
  }

  private double(o: number): number {
    scratchWords[0] = this.words[o] as number;
    scratchWords[1] = this.words[o + 1] as number;
    return scratchDouble[0] as number;
  }

  /** Appends all fields of row `id` to `writers[offset]` on. */
  writeRow(id: number, writers: readonly ColumnWriter[], offset: number): void {
    for (let f = 0; f < this.fields.length; f++) this.write(id, f, writers[offset + f] as ColumnWriter);
  }

  /** Appends all fields of the first `n` rows of `ids` to the writers, field by field. */
  writeRows(ids: Int32Array, n: number, writers: readonly ColumnWriter[]): void {
    for (let f = 0; f < this.fields.length; f++) {
      const to = writers[f] as ColumnWriter;
      const kind = (this.fields[f] as Field).kind;
      const room = kind === 'i32' || kind === 'i64' ? to.reserve(n) : undefined;
      if (room) this.writeInts(this.fields[f] as Field, ids, n, to, room);
      else for (let k = 0; k < n; k++) this.write(ids[k] as number, f, to);
    }
  }

  private writeInts(
    { kind, offset, maskWord, maskBit }: Field,
    ids: Int32Array,
    n: number,
    to: ColumnWriter,
    { values, nulls }: NonNullable<ReturnType<ColumnWriter['reserve']>>,
  ): void {
    const { words, width } = this;
    const out = values instanceof Int32Array ? values : new Int32Array(values.buffer);
    let hasNull = false;
    for (let k = 0; k < n; k++) {
      const at = (ids[k] as number) * width;
      const p = to.n + k;
      if (((words[at + maskWord] as number) & maskBit) !== 0) {
        nulls[p] = 1;
        hasNull = true;
      } else if (kind === 'i32') {
        out[p] = words[at + offset] as number;
      } else {
        out[p * 2] = words[at + offset] as number;
        out[p * 2 + 1] = words[at + offset + 1] as number;
      }
    }
    to.advance(n, hasNull);
  }

  get byteLength(): number {
    let bytes = this.words.byteLength;
    for (const field of this.fields) bytes += (field.texts?.byteLength ?? 0) + (field.values?.byteLength ?? 0);
    return bytes;
  }

  snapshot() {
    return {
      words: this.seal.shared(this.words.subarray(0, Math.max(1, this.count) * this.width), this.count),
      count: this.count,
      free: this.free,
      live: this.live,
      texts: this.fields.map((f) => f.texts?.snapshot()),
      values: this.fields.map((f) => f.values?.snapshot()),
    };
  }

  restore(state: ReturnType<RowStore['snapshot']>): void {
    this.words = state.words;
    this.count = state.count;
    this.free = state.free;
    this.live = state.live;
    for (const [i, field] of this.fields.entries()) {
      const texts = state.texts[i];
      const values = state.values[i];
      if (texts) field.texts?.restore(texts);
      if (values) field.values?.restore(values);
    }
  }
}
