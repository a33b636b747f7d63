import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { ByteArena, blockOf, offsetIn } from './byte-arena.ts';
import { canonical } from './canonical.ts';
import type { ColumnWriter } from './column-writer.ts';
import { doubled } from './interner.ts';
import { writeField } from './packed-columns.ts';
import { ColumnWords, type PackedField, packedLayout } from './packed-layout.ts';
import { Seal } from './seal.ts';

/**
 * Rows that are kept but not looked up by their values: fixed words in one Int32Array (null bits, then each field in one to three
 * words), the bytes of texts in one arena, objects beside. Nothing is hashed and no text is looked for, unlike in RowStore. Rows come
 * from the batch bound last.
 */
export class PackedRows {
  /** Words a row. */
  readonly width: number;
  readonly fields: readonly PackedField[];
  private readonly maskWords: number;
  private readonly texts: readonly PackedField[];
  private readonly bound: readonly ColumnWords[];
  /** The rows; `words[id * width]` on. Replaced when it grows. */
  words: Int32Array;
  readonly arena = new ByteArena();
  /** By field, values of kind 'obj' by row. */
  private objects: Value[][];
  /** By field, 1 where a NULL was ever stored. */
  private hadNull: Uint8Array;
  private count = 0;
  private free: number[] = [];
  live = 0;
  private readonly seal = new Seal();

  constructor(types: readonly LogicalType[]) {
    const { fields, maskWords, width } = packedLayout(types);
    this.fields = fields;
    this.maskWords = maskWords;
    this.width = width;
    this.texts = fields.filter((field) => field.kind === 'str');
    this.bound = fields.map(() => new ColumnWords());
    this.objects = fields.map(() => []);
    this.hadNull = new Uint8Array(fields.length);
    this.words = new Int32Array(64 * width);
  }

  /** Sets the columns (one a field) that rows are taken from. */
  bind(columns: readonly Column[]): void {
    for (let f = 0; f < this.fields.length; f++) {
      const column = columns[f] as Column;
      const { kind } = this.fields[f] as PackedField;
      if (column.kind !== kind) throw new Error(`column of kind ${column.kind} stored as ${kind}`);
      (this.bound[f] as ColumnWords).bind(column);
    }
  }

  /** Field `f` of the batch bound. */
  source(f: number): ColumnWords {
    return this.bound[f] as ColumnWords;
  }

  /** All ids are below this. */
  get capacity(): number {
    return this.count;
  }

  private newId(): number {
    this.live++;
    if (this.free.length > 0) {
      const used = this.free.pop() as number;
      this.words = this.seal.opened(used, this.words);
      return used;
    }
    const id = this.count++;
    while ((id + 1) * this.width > this.words.length) {
      this.words = doubled(this.words);
      this.seal.replaced();
    }
    return id;
  }

  /** Stores row `i` and gives its id. */
  add(i: number): number {
    const id = this.newId();
    this.put(id, i);
    return id;
  }

  /** Stores rows `rows[0..count)`; their ids into `ids`. */
  addRows(rows: Int32Array, count: number, ids: Int32Array): void {
    for (let k = 0; k < count; k++) ids[k] = this.newId();
    const { words, width, maskWords } = this;
    for (let k = 0; k < count; k++) {
      const at = (ids[k] as number) * width;
      for (let w = 0; w < maskWords; w++) words[at + w] = 0;
    }
    for (const field of this.fields) this.putField(field, rows, count, ids);
    this.putTexts(rows, count, ids);
  }

  private putField(field: PackedField, rows: Int32Array, count: number, ids: Int32Array): void {
    const { words, width } = this;
    const { offset, maskWord, maskBit } = field;
    const source = this.bound[field.f] as ColumnWords;
    const { nulls, ints } = source;
    if (nulls !== undefined) {
      for (let k = 0; k < count; k++) {
        if (nulls[rows[k] as number] !== 1) continue;
        const at = (ids[k] as number) * width + maskWord;
        words[at] = (words[at] as number) | maskBit;
        this.hadNull[field.f] = 1;
      }
    }
    switch (field.kind) {
      case 'bool':
        for (let k = 0; k < count; k++) {
          words[(ids[k] as number) * width + offset] = source.bytes[rows[k] as number] as number;
        }
        break;
      case 'i32':
        for (let k = 0; k < count; k++) words[(ids[k] as number) * width + offset] = ints[rows[k] as number] as number;
        break;
      case 'i64':
      case 'f64':
      case 'ts': {
        for (let k = 0; k < count; k++) {
          const at = (ids[k] as number) * width + offset;
          const from = (rows[k] as number) * 2;
          words[at] = ints[from] as number;
          words[at + 1] = ints[from + 1] as number;
        }
        if (!field.nanos) break;
        const { nanos } = source;
        for (let k = 0; k < count; k++) {
          words[(ids[k] as number) * width + offset + 2] =
            nanos === undefined ? 0 : (nanos[rows[k] as number] as number);
        }
        break;
      }
      case 'str':
        break;
      case 'obj': {
        const objects = this.objects[field.f] as Value[];
        for (let k = 0; k < count; k++) objects[ids[k] as number] = source.values[rows[k] as number] as Value;
        break;
      }
    }
  }

  /** Texts of a row that lie near each other in one buffer, as those of a line of JSON, are copied at once. */
  private putTexts(rows: Int32Array, count: number, ids: Int32Array): void {
    const { texts } = this;
    if (texts.length === 0) return;
    const { bytes } = this.bound[(texts[0] as PackedField).f] as ColumnWords;
    const shared = texts.every((field) => (this.bound[field.f] as ColumnWords).bytes === bytes);
    for (let k = 0; k < count; k++) {
      if (!shared || !this.putSpan(bytes, rows[k] as number, ids[k] as number)) {
        for (const field of texts) this.putText(field, rows[k] as number, ids[k] as number);
      }
    }
  }

  private putSpan(bytes: Uint8Array, i: number, id: number): boolean {
    const { texts, bound } = this;
    let low = Number.MAX_SAFE_INTEGER;
    let high = 0;
    let sum = 0;
    for (let t = 0; t < texts.length; t++) {
      const { nulls, starts, ends } = bound[(texts[t] as PackedField).f] as ColumnWords;
      if (nulls !== undefined && nulls[i] === 1) return false;
      const start = starts[i] as number;
      const end = ends[i] as number;
      if (start < low) low = start;
      if (end > high) high = end;
      sum += end - start;
    }
    const span = high - low;
    if (span > sum + (sum >> 1) + 16) return false;
    const { arena, words } = this;
    const shift = arena.append(bytes, low, high) - low;
    if (span > sum) arena.garbage += span - sum;
    const at = id * this.width;
    for (let t = 0; t < texts.length; t++) {
      const { f, offset } = texts[t] as PackedField;
      const { starts, ends } = bound[f] as ColumnWords;
      words[at + offset] = (starts[i] as number) + shift;
      words[at + offset + 1] = (ends[i] as number) - (starts[i] as number);
    }
    return true;
  }

  private putText(field: PackedField, i: number, id: number): void {
    const { nulls, bytes, starts, ends } = this.bound[field.f] as ColumnWords;
    const at = id * this.width + field.offset;
    if (nulls !== undefined && nulls[i] === 1) {
      this.words[at] = 0;
      this.words[at + 1] = 0;
      return;
    }
    const start = starts[i] as number;
    const end = ends[i] as number;
    this.words[at] = this.arena.append(bytes, start, end);
    this.words[at + 1] = end - start;
  }

  private put(id: number, i: number): void {
    const { words, fields, bound } = this;
    const at = id * this.width;
    for (let w = 0; w < this.maskWords; w++) words[at + w] = 0;
    for (let f = 0; f < fields.length; f++) {
      const field = fields[f] as PackedField;
      const source = bound[f] as ColumnWords;
      const { nulls } = source;
      const o = at + field.offset;
      if (nulls !== undefined && nulls[i] === 1) {
        const mask = at + field.maskWord;
        words[mask] = (words[mask] as number) | field.maskBit;
        this.hadNull[f] = 1;
      }
      switch (field.kind) {
        case 'bool':
          words[o] = source.bytes[i] as number;
          break;
        case 'i32':
          words[o] = source.ints[i] as number;
          break;
        case 'i64':
        case 'f64':
        case 'ts':
          words[o] = source.ints[i * 2] as number;
          words[o + 1] = source.ints[i * 2 + 1] as number;
          if (field.nanos) words[o + 2] = source.nanos === undefined ? 0 : (source.nanos[i] as number);
          break;
        case 'str':
          this.putText(field, i, id);
          break;
        case 'obj':
          (this.objects[f] as Value[])[id] = source.values[i] as Value;
          break;
      }
    }
  }

  /** Puts row `i` in the place of row `id`. */
  replace(id: number, i: number): void {
    this.words = this.seal.opened(id, this.words);
    this.dropTexts(id);
    this.put(id, i);
  }

  remove(id: number): void {
    this.dropTexts(id);
    for (const { kind, f } of this.fields) if (kind === 'obj') (this.objects[f] as Value[])[id] = null;
    this.free.push(id);
    this.live--;
  }

  /** Removes rows `ids[0..n)`; when none is left, numbers begin anew. */
  removeRows(ids: Int32Array, n: number): void {
    if (n === this.live && this.objects.every((values) => values.length === 0)) {
      for (let k = 0; this.texts.length > 0 && k < n; k++) this.dropTexts(ids[k] as number);
      this.free.length = 0;
      this.words = this.seal.opened(0, this.words);
      this.count = 0;
      this.live = 0;
      return;
    }
    for (let k = 0; k < n; k++) this.remove(ids[k] as number);
  }

  private dropTexts(id: number): void {
    const { texts } = this;
    if (texts.length === 0) return;
    this.words = this.seal.opened(id, this.words);
    const { words } = this;
    for (let t = 0; t < texts.length; t++) {
      const o = id * this.width + (texts[t] as PackedField).offset;
      this.arena.garbage += words[o + 1] as number;
      words[o + 1] = 0;
    }
  }

  /** Call between batches: gives room back, and lets go of the batch. */
  sweep(): void {
    for (const source of this.bound) source.release();
    this.arena.release();
    if (!this.arena.isWasteful) return;
    this.words = this.seal.opened(0, this.words);
    const { words, width, texts, arena } = this;
    const old = arena.reset();
    for (let at = 0; at < this.count * width; at += width) {
      for (let t = 0; t < texts.length; t++) {
        const o = at + (texts[t] as PackedField).offset;
        const n = words[o + 1] as number;
        if (n === 0) continue;
        const place = words[o] as number;
        const start = offsetIn(place);
        words[o] = arena.append(old[blockOf(place)] as Uint8Array, start, start + n);
      }
    }
  }

  /** Whether field `f` of row `id` is NULL. */
  isNull(id: number, f: number): boolean {
    const { maskWord, maskBit } = this.fields[f] as PackedField;
    return ((this.words[id * this.width + maskWord] as number) & maskBit) !== 0;
  }

  /** Whether field `f` may be NULL in some row. */
  nullable(f: number): boolean {
    return this.hadNull[f] === 1;
  }

  object(id: number, f: number): Value {
    return (this.objects[f] as Value[])[id] as Value;
  }

  /** Whether row `id` is row `i` of the batch bound: NULLs are equal, 0.0 and -0.0 differ, NaN is one value. */
  same(id: number, i: number): boolean {
    const { words, fields, bound } = this;
    const at = id * this.width;
    for (let f = 0; f < fields.length; f++) {
      const field = fields[f] as PackedField;
      const source = bound[f] as ColumnWords;
      const isNull = source.nulls !== undefined && source.nulls[i] === 1;
      if (isNull !== (((words[at + field.maskWord] as number) & field.maskBit) !== 0)) return false;
      if (!isNull && !this.sameField(field, source, at + field.offset, id, i)) return false;
    }
    return true;
  }

  private sameField(field: PackedField, source: ColumnWords, o: number, id: number, i: number): boolean {
    const { words } = this;
    switch (field.kind) {
      case 'bool':
        return words[o] === source.bytes[i];
      case 'i32':
        return words[o] === source.ints[i];
      case 'i64':
        return words[o] === source.ints[i * 2] && words[o + 1] === source.ints[i * 2 + 1];
      case 'f64':
        if (words[o] === source.ints[i * 2] && words[o + 1] === source.ints[i * 2 + 1]) return true;
        return Number.isNaN(source.doubles[i]) && isNaNWords(words[o] as number, words[o + 1] as number);
      case 'ts':
        if (words[o] !== source.ints[i * 2] || words[o + 1] !== source.ints[i * 2 + 1]) return false;
        return !field.nanos || words[o + 2] === (source.nanos === undefined ? 0 : source.nanos[i]);
      case 'str':
        return this.sameText(source, o, i);
      case 'obj':
        return canonical(this.object(id, field.f)) === canonical(source.values[i] as Value);
    }
  }

  private sameText(source: ColumnWords, o: number, i: number): boolean {
    const { bytes, starts, ends } = source;
    const b = starts[i] as number;
    const n = this.words[o + 1] as number;
    if ((ends[i] as number) - b !== n) return false;
    const place = this.words[o] as number;
    const own = this.arena.blocks[blockOf(place)] as Uint8Array;
    const a = offsetIn(place);
    for (let k = 0; k < n; k++) if (own[a + k] !== bytes[b + k]) return false;
    return true;
  }

  /** Whether rows `i` and `j` of the batch bound are the same. */
  sameBound(i: number, j: number): boolean {
    const { fields, bound } = this;
    for (let f = 0; f < fields.length; f++) {
      const source = bound[f] as ColumnWords;
      const isNull = source.nulls !== undefined && source.nulls[i] === 1;
      if (isNull !== (source.nulls !== undefined && source.nulls[j] === 1)) return false;
      if (!isNull && !source.same((fields[f] as PackedField).kind, i, j)) return false;
    }
    return true;
  }

  /** Appends field `f` of row `id`. */
  write(id: number, f: number, to: ColumnWriter): void {
    writeField(this, id, this.fields[f] as PackedField, to);
  }

  /** Appends all fields of row `id` to `writers[offset]` on. */
  writeRow(id: number, writers: readonly ColumnWriter[], offset: number): void {
    const { fields } = this;
    for (let f = 0; f < fields.length; f++) {
      writeField(this, id, fields[f] as PackedField, writers[offset + f] as ColumnWriter);
    }
  }

  get byteLength(): number {
    let bytes = this.words.byteLength + this.arena.byteLength;
    for (const { kind } of this.fields) if (kind === 'obj') bytes += this.live * 64;
    return bytes;
  }

  snapshot() {
    return {
      words: this.seal.shared(this.words.subarray(0, Math.max(1, this.count) * this.width), this.count),
      count: this.count,
      free: this.free,
      live: this.live,
      arena: this.arena.snapshot(),
      objects: this.objects,
      hadNull: this.hadNull,
    };
  }

  restore(state: ReturnType<PackedRows['snapshot']>): void {
    this.words = state.words;
    this.count = state.count;
    this.free = state.free;
    this.live = state.live;
    this.arena.restore(state.arena);
    this.objects = state.objects;
    this.hadNull = state.hadNull;
  }
}

function isNaNWords(low: number, high: number): boolean {
  const exponent = high & 0x7ff00000;
  return exponent === 0x7ff00000 && ((high & 0xfffff) !== 0 || low !== 0);
}
