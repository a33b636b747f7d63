import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type Column, columnKind } from '../batch/column.ts';

import { canonical } from './canonical.ts';

/** Where a field stands in a packed row; `f` is its number. */
export interface PackedField {
  readonly f: number;
  readonly kind: Column['kind'];
  readonly offset: number;
  /** Timestamps of precision over 3 keep nanoseconds. */
  readonly nanos: boolean;
  readonly maskWord: number;
  readonly maskBit: number;
}

/** The fields of a packed row, and how many words it has: null bits first, then each field in one to three. */
export function packedLayout(types: readonly LogicalType[]): {
  fields: PackedField[];
  maskWords: number;
  width: number;
} {
  const maskWords = Math.max(1, Math.ceil(types.length / 32));
  let width = maskWords;
  const fields = types.map((type, f) => {
    const kind = columnKind(type);
    const nanos = kind === 'ts' && 'precision' in type && type.precision > 3;
    const field: PackedField = { f, kind, offset: width, nanos, maskWord: f >> 5, maskBit: 1 << (f & 31) };
    width += kind === 'bool' || kind === 'i32' || kind === 'obj' ? 1 : nanos ? 3 : 2;
    return field;
  });
  return { fields, maskWords, width };
}

const NO_INTS = new Int32Array(0);
const NO_BYTES = new Uint8Array(0);
const NO_DOUBLES = new Float64Array(0);

/** A batch's column as words, of one shape for all kinds; what a kind has not is empty. */
export class ColumnWords {
  nulls: Uint8Array | undefined = undefined;
  /** i32: values; i64, f64, ts: two words a value. */
  ints: Int32Array = NO_INTS;
  /** f64, ts: the values. */
  doubles: Float64Array = NO_DOUBLES;
  nanos: Int32Array | undefined = undefined;
  /** bool: values; str: UTF-8. */
  bytes: Uint8Array = NO_BYTES;
  starts: Int32Array = NO_INTS;
  ends: Int32Array = NO_INTS;
  values: readonly Value[] = [];

  bind(column: Column): void {
    this.nulls = column.nulls;
    switch (column.kind) {
      case 'bool':
        this.bytes = column.values;
        break;
      case 'i32':
        this.ints = column.values;
        break;
      case 'i64':
        this.ints = wordsOf(column.values);
        break;
      case 'f64':
        this.doubles = column.values;
        this.ints = wordsOf(column.values);
        break;
      case 'ts':
        this.doubles = column.ms;
        this.ints = wordsOf(column.ms);
        this.nanos = column.nanos;
        break;
      case 'str': {
        const { bytes, starts, ends } = column.views();
        this.bytes = bytes;
        this.starts = starts;
        this.ends = ends;
        break;
      }
      case 'obj':
        this.values = column.values;
        break;
    }
  }

  /** Whether values `i` and `j`, not NULL, are the same: 0.0 and -0.0 differ, NaN is one value. */
  same(kind: Column['kind'], i: number, j: number): boolean {
    const { ints, nanos, starts, ends, bytes } = this;
    switch (kind) {
      case 'bool':
        return bytes[i] === bytes[j];
      case 'i32':
        return ints[i] === ints[j];
      case 'i64':
        return ints[i * 2] === ints[j * 2] && ints[i * 2 + 1] === ints[j * 2 + 1];
      case 'f64':
        return Object.is(this.doubles[i], this.doubles[j]);
      case 'ts':
        return this.doubles[i] === this.doubles[j] && (nanos === undefined || nanos[i] === nanos[j]);
      case 'str': {
        const a = starts[i] as number;
        const b = starts[j] as number;
        const n = (ends[i] as number) - a;
        if ((ends[j] as number) - b !== n) return false;
        for (let k = 0; k < n; k++) if (bytes[a + k] !== bytes[b + k]) return false;
        return true;
      }
      case 'obj':
        return canonical(this.values[i] as Value) === canonical(this.values[j] as Value);
    }
  }

  /** Lets go of the batch. */
  release(): void {
    this.nulls = undefined;
    this.ints = NO_INTS;
    this.doubles = NO_DOUBLES;
    this.nanos = undefined;
    this.bytes = NO_BYTES;
    this.starts = NO_INTS;
    this.ends = NO_INTS;
    this.values = [];
  }
}

/** The 32-bit words of an array of 64-bit values. */
export function wordsOf(values: BigInt64Array | Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}
