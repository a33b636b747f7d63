import type { Value } from '../../flink-sql/plan/rex.ts';
import type { Column, Nulls } from '../batch/column.ts';
import { StringColumn } from '../batch/string-column.ts';
import { blockOf, copyBytes, offsetIn } from './byte-arena.ts';
import type {
  BoolWriter,
  ColumnWriter,
  DoubleWriter,
  IntWriter,
  LongWriter,
  StringWriter,
  TimestampWriter,
} from './column-writer.ts';
import { type PackedField, wordsOf } from './packed-layout.ts';
import type { PackedRows } from './packed-rows.ts';

const scratchDouble = new Float64Array(1);
const scratchWords = new Int32Array(scratchDouble.buffer);

/** The 64-bit float that stands in two words. */
export function doubleAt(words: Int32Array, at: number): number {
  scratchWords[0] = words[at] as number;
  scratchWords[1] = words[at + 1] as number;
  return scratchDouble[0] as number;
}

/** Appends a field of stored row `id` to a column. */
export function writeField(rows: PackedRows, id: number, field: PackedField, to: ColumnWriter): void {
  const { words } = rows;
  const at = id * rows.width;
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
      (to as DoubleWriter).appendDouble(doubleAt(words, o));
      break;
    case 'ts':
      (to as TimestampWriter).appendTime(doubleAt(words, o), field.nanos ? (words[o + 2] as number) : 0);
      break;
    case 'str':
      writeText(rows, words[o] as number, words[o + 1] as number, to as StringWriter);
      break;
    case 'obj':
      to.append(rows.object(id, field.f));
      break;
  }
}

function writeText(rows: PackedRows, place: number, length: number, to: StringWriter): void {
  const start = offsetIn(place);
  to.appendBytes(rows.arena.blocks[blockOf(place)] as Uint8Array, start, start + length);
}

/** Field `f` of the rows `ids[0..count)` as a column; texts are views into the rows' own bytes. */
export function gatherStored(rows: PackedRows, f: number, ids: Int32Array, count: number): Column {
  const { words, width } = rows;
  const field = rows.fields[f] as PackedField;
  const nulls = storedNulls(rows, field, ids, count);
  const { offset } = field;
  switch (field.kind) {
    case 'bool': {
      const values = new Uint8Array(count);
      for (let k = 0; k < count; k++) values[k] = words[(ids[k] as number) * width + offset] as number;
      return { kind: 'bool', values, nulls };
    }
    case 'i32': {
      const values = new Int32Array(count);
      for (let k = 0; k < count; k++) values[k] = words[(ids[k] as number) * width + offset] as number;
      return { kind: 'i32', values, nulls };
    }
    case 'i64': {
      const values = new BigInt64Array(count);
      gatherPairs(words, width, offset, ids, count, wordsOf(values));
      return { kind: 'i64', values, nulls };
    }
    case 'f64': {
      const values = new Float64Array(count);
      gatherPairs(words, width, offset, ids, count, wordsOf(values));
      return { kind: 'f64', values, nulls };
    }
    case 'ts': {
      const ms = new Float64Array(count);
      gatherPairs(words, width, offset, ids, count, wordsOf(ms));
      if (!field.nanos) return { kind: 'ts', ms, nanos: undefined, nulls };
      const nanos = new Int32Array(count);
      for (let k = 0; k < count; k++) nanos[k] = words[(ids[k] as number) * width + offset + 2] as number;
      return { kind: 'ts', ms, nanos, nulls };
    }
    case 'str':
      return gatherTexts(rows, offset, ids, count, nulls);
    case 'obj': {
      const values = new Array<Value>(count);
      for (let k = 0; k < count; k++) values[k] = rows.object(ids[k] as number, f);
      return { kind: 'obj', values, nulls };
    }
  }
}

/** The same, where an id of -1 stands for a row of NULLs. */
export function gatherPadded(rows: PackedRows, f: number, ids: Int32Array, count: number): Column {
  let padded: Uint8Array | undefined;
  let real: Int32Array | undefined;
  for (let k = 0; k < count; k++) {
    if ((ids[k] as number) >= 0) continue;
    padded ??= new Uint8Array(count);
    real ??= ids.slice(0, count);
    padded[k] = 1;
    real[k] = 0;
  }
  const column = gatherStored(rows, f, real ?? ids, count);
  const { nulls } = column;
  if (!padded) return column;
  if (nulls) for (let k = 0; k < count; k++) if (nulls[k] === 1) padded[k] = 1;
  if (column.kind !== 'str') return { ...column, nulls: padded };
  const { bytes, starts, ends } = column.views();
  return StringColumn.ofUtf8(bytes, starts, ends, count, padded);
}

/** Views into the rows' bytes where all lie in one block, else a copy. */
function gatherTexts(rows: PackedRows, offset: number, ids: Int32Array, count: number, nulls: Nulls): StringColumn {
  const { words, width } = rows;
  const { blocks } = rows.arena;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let block = -1;
  for (let k = 0; k < count; k++) {
    const at = (ids[k] as number) * width + offset;
    const place = words[at] as number;
    const length = words[at + 1] as number;
    const start = offsetIn(place);
    starts[k] = start;
    ends[k] = start + length;
    if (length === 0 || blockOf(place) === block) continue;
    if (block >= 0) return copiedTexts(rows, offset, ids, count, nulls);
    block = blockOf(place);
  }
  return StringColumn.ofUtf8(blocks[Math.max(0, block)] as Uint8Array, starts, ends, count, nulls);
}

function copiedTexts(rows: PackedRows, offset: number, ids: Int32Array, count: number, nulls: Nulls): StringColumn {
  const { words, width } = rows;
  const { blocks } = rows.arena;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let total = 0;
  for (let k = 0; k < count; k++) {
    starts[k] = total;
    total += words[(ids[k] as number) * width + offset + 1] as number;
    ends[k] = total;
  }
  const bytes = new Uint8Array(total);
  for (let k = 0; k < count; k++) {
    const at = (ids[k] as number) * width + offset;
    const place = words[at] as number;
    const start = offsetIn(place);
    const block = blocks[blockOf(place)] as Uint8Array;
    copyBytes(block, start, start + (words[at + 1] as number), bytes, starts[k] as number);
  }
  return StringColumn.ofUtf8(bytes, starts, ends, count, nulls);
}

function gatherPairs(
  words: Int32Array,
  width: number,
  offset: number,
  ids: Int32Array,
  count: number,
  out: Int32Array,
): void {
  for (let k = 0; k < count; k++) {
    const at = (ids[k] as number) * width + offset;
    out[k * 2] = words[at] as number;
    out[k * 2 + 1] = words[at + 1] as number;
  }
}

function storedNulls(rows: PackedRows, field: PackedField, ids: Int32Array, count: number): Nulls {
  if (!rows.nullable(field.f)) return undefined;
  const { words, width } = rows;
  const nulls = new Uint8Array(count);
  let any = 0;
  for (let k = 0; k < count; k++) {
    const isNull = ((words[(ids[k] as number) * width + field.maskWord] as number) & field.maskBit) !== 0 ? 1 : 0;
    nulls[k] = isNull;
    any |= isNull;
  }
  return any ? nulls : undefined;
}
