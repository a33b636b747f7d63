import type { Value } from '../../../flink-sql/plan/rex.ts';
import { blockOf, offsetIn } from '../../state/byte-arena.ts';
import { compareNumbers, compareValues } from '../../state/canonical.ts';
import { doubleAt } from '../../state/packed-columns.ts';
import type { ColumnWords, PackedField } from '../../state/packed-layout.ts';
import type { PackedRows } from '../../state/packed-rows.ts';
import type { SortField } from './top-n.ts';

/** The order of rows of a batch and of stored rows by their sort fields, without taking values out of them. */
export class RowOrder {
  private readonly rows: PackedRows;
  private readonly order: readonly SortField[];

  constructor(rows: PackedRows, order: readonly SortField[]) {
    this.rows = rows;
    this.order = order;
  }

  /** How row `i` of the batch bound compares to stored row `id`: below 0 where it comes first. */
  withStored(i: number, id: number): number {
    const { rows, order } = this;
    const { words } = rows;
    const at = id * rows.width;
    for (let k = 0; k < order.length; k++) {
      const { index, descending, nullsFirst } = order[k] as SortField;
      const field = rows.fields[index] as PackedField;
      const source = rows.source(index);
      const isNull = source.nulls !== undefined && source.nulls[i] === 1;
      const storedNull = ((words[at + field.maskWord] as number) & field.maskBit) !== 0;
      if (isNull || storedNull) {
        if (isNull && storedNull) continue;
        return isNull === nullsFirst ? -1 : 1;
      }
      const compared = this.field(field, source, i, id);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  }

  private field(field: PackedField, source: ColumnWords, i: number, id: number): number {
    const { rows } = this;
    const { words } = rows;
    const o = id * rows.width + field.offset;
    switch (field.kind) {
      case 'bool':
        return (source.bytes[i] as number) - (words[o] as number);
      case 'i32':
        return compareInts(source.ints[i] as number, words[o] as number);
      case 'i64':
        return compareLongs(source.ints, i * 2, words, o);
      case 'f64':
        return compareNumbers(source.doubles[i] as number, doubleAt(words, o));
      case 'ts': {
        const compared = (source.doubles[i] as number) - doubleAt(words, o);
        if (compared !== 0 || !field.nanos) return compared;
        return (source.nanos === undefined ? 0 : (source.nanos[i] as number)) - (words[o + 2] as number);
      }
      case 'str': {
        const place = words[o] as number;
        const start = offsetIn(place);
        const own = rows.arena.blocks[blockOf(place)] as Uint8Array;
        return compareBytes(
          source.bytes,
          source.starts[i] as number,
          source.ends[i] as number,
          own,
          start,
          start + (words[o + 1] as number),
        );
      }
      case 'obj':
        return compareObjects(source.values[i] as Value, rows.object(id, field.f));
    }
  }

  /** How stored row `a` compares to stored row `b`. */
  ofStored(a: number, b: number): number {
    const { rows, order } = this;
    const { words, width } = rows;
    for (let k = 0; k < order.length; k++) {
      const { index, descending, nullsFirst } = order[k] as SortField;
      const { maskWord, maskBit } = rows.fields[index] as PackedField;
      const isNull = ((words[a * width + maskWord] as number) & maskBit) !== 0;
      const otherNull = ((words[b * width + maskWord] as number) & maskBit) !== 0;
      if (isNull || otherNull) {
        if (isNull && otherNull) continue;
        return isNull === nullsFirst ? -1 : 1;
      }
      const compared = storedField(rows, rows.fields[index] as PackedField, a, b);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  }

  /** How row `i` of the batch bound compares to row `j` of it. */
  withBound(i: number, j: number): number {
    const { rows, order } = this;
    for (let k = 0; k < order.length; k++) {
      const { index, descending, nullsFirst } = order[k] as SortField;
      const source = rows.source(index);
      const { nulls } = source;
      const isNull = nulls !== undefined && nulls[i] === 1;
      const otherNull = nulls !== undefined && nulls[j] === 1;
      if (isNull || otherNull) {
        if (isNull && otherNull) continue;
        return isNull === nullsFirst ? -1 : 1;
      }
      const compared = boundField(rows.fields[index] as PackedField, source, i, j);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  }
}

function storedField(rows: PackedRows, field: PackedField, a: number, b: number): number {
  const { words, width } = rows;
  const i = a * width + field.offset;
  const j = b * width + field.offset;
  switch (field.kind) {
    case 'bool':
    case 'i32':
      return compareInts(words[i] as number, words[j] as number);
    case 'i64':
      return compareLongs(words, i, words, j);
    case 'f64':
      return compareNumbers(doubleAt(words, i), doubleAt(words, j));
    case 'ts': {
      const compared = doubleAt(words, i) - doubleAt(words, j);
      return compared !== 0 || !field.nanos ? compared : (words[i + 2] as number) - (words[j + 2] as number);
    }
    case 'str': {
      const [from, start] = [offsetIn(words[i] as number), offsetIn(words[j] as number)];
      const [left, right] = [words[i] as number, words[j] as number].map((place) => rows.arena.blocks[blockOf(place)]);
      const [to, end] = [from + (words[i + 1] as number), start + (words[j + 1] as number)];
      return compareBytes(left as Uint8Array, from, to, right as Uint8Array, start, end);
    }
    case 'obj':
      return compareObjects(rows.object(a, field.f), rows.object(b, field.f));
  }
}

/** Neither is NULL: that is told before. */
function compareObjects(a: Value, b: Value): number {
  return a === null || b === null ? 0 : compareValues(a, b);
}

function boundField({ kind }: PackedField, source: ColumnWords, i: number, j: number): number {
  const { ints, doubles, bytes, starts, ends, nanos } = source;
  switch (kind) {
    case 'bool':
      return (bytes[i] as number) - (bytes[j] as number);
    case 'i32':
      return compareInts(ints[i] as number, ints[j] as number);
    case 'i64':
      return compareLongs(ints, i * 2, ints, j * 2);
    case 'f64':
      return compareNumbers(doubles[i] as number, doubles[j] as number);
    case 'ts': {
      const compared = (doubles[i] as number) - (doubles[j] as number);
      return compared !== 0 || nanos === undefined ? compared : (nanos[i] as number) - (nanos[j] as number);
    }
    case 'str':
      return compareBytes(bytes, starts[i] as number, ends[i] as number, bytes, starts[j] as number, ends[j] as number);
    case 'obj':
      return compareObjects(source.values[i] as Value, source.values[j] as Value);
  }
}

const compareInts = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Two 64-bit integers, each in two words, low word first. */
function compareLongs(a: Int32Array, i: number, b: Int32Array, j: number): number {
  const high = compareInts(a[i + 1] as number, b[j + 1] as number);
  return high !== 0 ? high : compareInts((a[i] as number) >>> 0, (b[j] as number) >>> 0);
}

function compareBytes(a: Uint8Array, from: number, to: number, b: Uint8Array, start: number, end: number): number {
  const n = Math.min(to - from, end - start);
  for (let k = 0; k < n; k++) {
    const compared = (a[from + k] as number) - (b[start + k] as number);
    if (compared !== 0) return compared;
  }
  return to - from - (end - start);
}
