import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { BatchBuilder, RawColumn } from '../../batch/builder.ts';
import { columnKind } from '../../batch/column.ts';
import { epochDay } from '../convert.ts';
import { timestampMs } from '../json/timestamp-text.ts';
import type { CsvOptions } from './decoder.ts';

/** Rows that are read before they are counted. */
const BLOCK = 1024;
const TWO_32 = 4_294_967_296;

/** Writes the value in `bytes[start..stop)` to row `n` of a column; false when it is not of the plain shape. */
type Put = (column: RawColumn, n: number, bytes: Uint8Array, start: number, stop: number) => boolean;

/**
 * Reads plain records of a chunk straight into the arrays of columns: without quotes and escapes, each value in the commonest spelling
 * of its type. A record that is anything else is left to the decoder that knows all, with its errors.
 */
export class PlainRows {
  private readonly puts: readonly Put[];
  private readonly positions: readonly number[];
  private readonly width: number;
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly escape: number;
  private readonly comment: number;
  private readonly literal: Uint8Array | undefined;
  private readonly starts: Int32Array;
  private readonly stops: Int32Array;

  /** Undefined where a column, or the dialect, is of no plain kind. `positions` are those of the wanted columns among `physical`. */
  static of(physical: readonly RowField[], positions: readonly number[], options: CsvOptions): PlainRows | undefined {
    const puts = positions.map((p) => putOf((physical[p] as RowField).type));
    const signs = [options.delimiter, options.quote, options.escape];
    if (puts.includes(undefined) || signs.some((sign) => sign !== undefined && !/^[\t -~]$/.test(sign)))
      return undefined;
    return new PlainRows(puts as Put[], positions, physical.length, options);
  }

  private constructor(puts: readonly Put[], positions: readonly number[], width: number, options: CsvOptions) {
    this.puts = puts;
    this.positions = positions;
    this.width = width;
    this.delimiter = options.delimiter.charCodeAt(0);
    this.quote = options.quote?.charCodeAt(0) ?? -1;
    this.escape = options.escape?.charCodeAt(0) ?? -1;
    this.comment = options.allowComments ? 35 : -1;
    this.literal = options.nullLiteral === undefined ? undefined : new TextEncoder().encode(options.nullLiteral);
    this.starts = new Int32Array(width);
    this.stops = new Int32Array(width);
  }

  /** Appends the records from `from` on, and gives where the first one begins that is not plain or has no end yet. */
  rows(bytes: Uint8Array, from: number, out: BatchBuilder): number {
    let at = from;
    for (;;) {
      const columns = out.columns.map((column) => column.raw(BLOCK, bytes));
      if (columns.includes(undefined)) return at;
      const base = out.length;
      let n = 0;
      let next = at;
      while (n < BLOCK) {
        next = this.record(bytes, at, columns as RawColumn[], base + n);
        if (next < 0) break;
        at = next;
        n++;
      }
      out.advance(n);
      if (next < 0) return at;
    }
  }

  /** The place behind a record whose values are now in row `n`, or -1. */
  private record(bytes: Uint8Array, from: number, columns: readonly RawColumn[], n: number): number {
    const { starts, stops, width, delimiter, quote, escape: escaping } = this;
    const { length } = bytes;
    // A byte order mark, or what may be one, and comments.
    if (bytes[from] === 0xef || bytes[from] === this.comment) return -1;
    let fields = 0;
    let start = from;
    let i = from;
    for (; i < length; i++) {
      const c = bytes[i] as number;
      if (c === delimiter) {
        if (fields >= width) return -1;
        starts[fields] = start;
        stops[fields++] = i;
        start = i + 1;
      } else if (c === 10) break;
      else if (c === quote || c === escaping) return -1;
    }
    if (i >= length || fields >= width) return -1;
    starts[fields] = start;
    stops[fields++] = i > from && bytes[i - 1] === 13 && i > start ? i - 1 : i;
    const { puts, positions, literal } = this;
    for (let c = 0; c < puts.length; c++) {
      const column = columns[c] as RawColumn;
      const p = positions[c] as number;
      const missing = p >= fields;
      if (missing || (literal && isLiteral(bytes, starts[p] as number, stops[p] as number, literal))) {
        column.nulls()[n] = 1;
        if (column.starts && column.ends) column.starts[n] = column.ends[n] = 0;
      } else if (!(puts[c] as Put)(column, n, bytes, starts[p] as number, stops[p] as number)) {
        // What was written of this row will be written over.
        for (let k = 0; k < c; k++) if (this.isNull(k, fields, bytes)) (columns[k] as RawColumn).nulls()[n] = 0;
        return -1;
      }
    }
    return i + 1;
  }

  private isNull(c: number, fields: number, bytes: Uint8Array): boolean {
    const p = this.positions[c] as number;
    if (p >= fields) return true;
    return (
      this.literal !== undefined && isLiteral(bytes, this.starts[p] as number, this.stops[p] as number, this.literal)
    );
  }
}

function isLiteral(bytes: Uint8Array, start: number, stop: number, literal: Uint8Array): boolean {
  if (stop - start !== literal.length) return false;
  for (let i = 0; i < literal.length; i++) if (bytes[start + i] !== literal[i]) return false;
  return true;
}

function putOf(type: LogicalType): Put | undefined {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return putText;
    case 'BOOLEAN':
      return putBoolean;
    case 'TINYINT':
      return intPut(127);
    case 'SMALLINT':
      return intPut(32_767);
    case 'INTEGER':
      return intPut(2_147_483_647);
    case 'BIGINT':
      return putLong;
    case 'DOUBLE':
      return putDouble;
    case 'DECIMAL':
      return columnKind(type) === 'i64' ? decimalPut(type.precision, type.scale) : undefined;
    case 'DATE':
      return putDate;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return type.precision >= 3 ? putTimestamp : undefined;
    default:
      return undefined;
  }
}

const putText: Put = ({ starts, ends }, n, _, start, stop) => {
  if (!starts || !ends) return false;
  starts[n] = start;
  ends[n] = stop;
  return true;
};

const putBoolean: Put = ({ values }, n, bytes, start, stop) => {
  // `true` and `false`; all else is judged elsewhere.
  const isTrue = stop - start === 4 && bytes[start] === 116 && bytes[start + 1] === 114 && bytes[start + 2] === 117;
  const isFalse = stop - start === 5 && bytes[start] === 102 && bytes[start + 1] === 97 && bytes[start + 3] === 115;
  if (!values || bytes[stop - 1] !== 101 || (!isTrue && !(isFalse && bytes[start + 2] === 108))) return false;
  values[n] = isTrue ? 1 : 0;
  return true;
};

/** The digits of `bytes[start..stop)` as a number, at most 15; NaN for every other shape. */
function digits(bytes: Uint8Array, start: number, stop: number): number {
  const negative = bytes[start] === 45;
  let i = negative ? start + 1 : start;
  if (i >= stop || stop - i > 15) return Number.NaN;
  let n = 0;
  for (; i < stop; i++) {
    const d = (bytes[i] as number) - 48;
    if (d >>> 0 > 9) return Number.NaN;
    n = n * 10 + d;
  }
  return negative ? -n : n;
}

function intPut(most: number): Put {
  return ({ values }, n, bytes, start, stop) => {
    const value = digits(bytes, start, stop);
    if (!values || !(value <= most && value >= -most - 1)) return false;
    values[n] = value;
    return true;
  };
}

/** BIGINT and short DECIMAL lie in pairs of words. */
function setLong(values: NonNullable<RawColumn['values']>, n: number, value: number): void {
  values[2 * n] = value | 0;
  values[2 * n + 1] = Math.floor(value / TWO_32);
}

const putLong: Put = ({ values }, n, bytes, start, stop) => {
  const value = digits(bytes, start, stop);
  if (!values || Number.isNaN(value)) return false;
  setLong(values, n, value);
  return true;
};

const putDouble: Put = ({ values }, n, bytes, start, stop) => {
  const length = stop - start;
  if (!values || length === 0 || length > 24) return false;
  let text = '';
  for (let i = start; i < stop; i++) {
    const c = bytes[i] as number;
    // Digits, signs, point and e: what Java and JavaScript read alike.
    if (!((c >= 48 && c <= 57) || c === 46 || c === 45 || c === 101 || c === 69)) return false;
    text += String.fromCharCode(c);
  }
  const value = Number(text);
  if (Number.isNaN(value)) return false;
  values[n] = value;
  return true;
};

function decimalPut(precision: number, scale: number): Put {
  return ({ values }, n, bytes, start, stop) => {
    const negative = bytes[start] === 45;
    let i = negative ? start + 1 : start;
    let value = 0;
    let read = 0;
    let fraction = -1;
    for (; i < stop; i++) {
      const c = bytes[i] as number;
      if (c === 46 && fraction < 0 && read > 0) {
        fraction = 0;
        continue;
      }
      if (c < 48 || c > 57) return false;
      value = value * 10 + (c - 48);
      read++;
      if (fraction >= 0) fraction++;
    }
    const behind = Math.max(0, fraction);
    if (!values || read === 0 || fraction === 0 || behind > scale) return false;
    if (read - behind > precision - scale || read - behind + scale > 15) return false;
    for (let k = behind; k < scale; k++) value *= 10;
    setLong(values, n, negative ? -value : value);
    return true;
  };
}

const putDate: Put = ({ values }, n, bytes, start, stop) => {
  if (!values || stop - start !== 10 || bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return false;
  const year = digits(bytes, start, start + 4);
  const month = digits(bytes, start + 5, start + 7);
  const day = digits(bytes, start + 8, stop);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return false;
  values[n] = epochDay(year, month, day);
  return true;
};

const putTimestamp: Put = ({ values }, n, bytes, start, stop) => {
  const ms = timestampMs(bytes, start, stop, 32, false);
  if (!values || Number.isNaN(ms)) return false;
  values[n] = ms;
  return true;
};
