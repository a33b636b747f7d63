import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { logicalTypeJson } from '../../flink-sql/types/wire.ts';
import type { Column, TimestampColumn } from '../batch/column.ts';
import type { StringColumn } from '../batch/string-column.ts';
import type { ResultColumn, RowSlice } from '../session/results.ts';
import {
  type ArrowColumn,
  type ArrowField,
  type ArrowType,
  BINARY,
  BOOL,
  DATE_DAY,
  endOfStream,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  INT64,
  recordBatchMessage,
  schemaMessage,
  TIME_MILLISECOND,
  timestampMillisecond,
  timestampNanosecond,
  UINT8,
  UTF8,
} from './arrow-stream/messages.ts';

/** Flink's cast to string of a column's cells, null for NULL. */
export type TextOf = (column: Column, type: LogicalType) => (i: number) => string | null;

/** Name of the column of row kinds: 0 +I, 1 -U, 2 +U, 3 -D. */
export const ROW_KIND_COLUMN = '__row_kind';

/** Milliseconds that int64 nanoseconds can hold. */
const NANOS_LIMIT_MS = 9_223_372_036_854;

/**
 * A page as one Arrow IPC stream: the schema, then a record batch for each slice. Values go over as they lie in our columns; only what
 * has no Arrow type of its own becomes Flink's text. Each field names its Flink type in the metadata `flink.type`. `zone` is asked only
 * where a column's type names it.
 */
export function arrowPage(
  columns: readonly ResultColumn[],
  slices: readonly RowSlice[],
  zone: () => string,
  textOf: TextOf,
): Uint8Array {
  const arrowTypes = columns.map(({ type }, c) => arrowType(type, zone, slices, c));
  const fields = columns.map(({ name, type }, c): ArrowField => {
    const metadata = { 'flink.type': JSON.stringify(logicalTypeJson(type)) };
    return { name, type: arrowTypes[c] as ArrowType, nullable: true, metadata };
  });
  const pieces = schemaMessage([{ name: ROW_KIND_COLUMN, type: UINT8, nullable: false, metadata: {} }, ...fields]);
  for (const { batch, from, to } of slices) {
    const kinds = batch.kinds ? batch.kinds.subarray(from, to) : new Uint8Array(to - from);
    const children: ArrowColumn[] = [{ nullCount: 0, buffers: [undefined, kinds] }];
    for (const [c, { type }] of columns.entries()) {
      const column = batch.columns[c] as Column;
      children.push(columnData(column, type, arrowTypes[c] as ArrowType, from, to, textOf));
    }
    pieces.push(...recordBatchMessage(to - from, children));
  }
  pieces.push(endOfStream());
  return Buffer.concat(pieces);
}

function arrowType(type: LogicalType, zone: () => string, slices: readonly RowSlice[], c: number): ArrowType {
  switch (type.root) {
    case 'BOOLEAN':
      return BOOL;
    case 'TINYINT':
      return INT8;
    case 'SMALLINT':
      return INT16;
    case 'INTEGER':
      return INT32;
    case 'BIGINT':
      return INT64;
    case 'FLOAT':
      return FLOAT32;
    case 'DOUBLE':
      return FLOAT64;
    case 'BINARY':
    case 'VARBINARY':
      return BINARY;
    case 'DATE':
      return DATE_DAY;
    case 'TIME_WITHOUT_TIME_ZONE':
      return TIME_MILLISECOND;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      // The zone tells a client which wall clock the session shows for an instant.
      const shown = type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' ? zone() : undefined;
      if (type.precision <= 3) return timestampMillisecond(shown);
      return slices.every((slice) => fitsNanos(slice, c)) ? timestampNanosecond(shown) : UTF8;
    }
    default:
      return UTF8;
  }
}

function fitsNanos({ batch, from, to }: RowSlice, c: number): boolean {
  const { ms, nulls } = batch.columns[c] as TimestampColumn;
  for (let i = from; i < to; i++) {
    if (!nulls?.[i] && Math.abs(ms[i] as number) >= NANOS_LIMIT_MS) return false;
  }
  return true;
}

function columnData(
  column: Column,
  type: LogicalType,
  arrow: ArrowType,
  from: number,
  to: number,
  textOf: TextOf,
): ArrowColumn {
  const { nullCount, bits } = validityBits(column.nulls, from, to);
  const make = (...values: ArrayBufferView[]): ArrowColumn => ({ nullCount, buffers: [bits, ...values] });
  if (arrow === UTF8) {
    const { offsets, data } =
      column.kind === 'str' ? utf8Bytes(column, from, to) : textBytes(textOf(column, type), from, to);
    return make(offsets, data);
  }
  switch (column.kind) {
    case 'bool':
      return make(packBits(column.values, from, to));
    case 'i32':
      if (arrow === INT8) return make(Int8Array.from(column.values.subarray(from, to)));
      if (arrow === INT16) return make(Int16Array.from(column.values.subarray(from, to)));
      return make(column.values.subarray(from, to));
    case 'i64':
      return make(column.values.subarray(from, to));
    case 'f64':
      return make(
        arrow === FLOAT32 ? Float32Array.from(column.values.subarray(from, to)) : column.values.subarray(from, to),
      );
    case 'ts': {
      const inNanos = 'precision' in type && type.precision > 3;
      return make(inNanos ? nanosOf(column, from, to) : millisOf(column.ms, from, to));
    }
    default: {
      const { offsets, data } = binaryBytes(column, from, to);
      return make(offsets, data);
    }
  }
}

/** Arrow marks values that are there; our columns mark those that are not. */
function validityBits(
  nulls: Uint8Array | undefined,
  from: number,
  to: number,
): { nullCount: number; bits?: Uint8Array } {
  if (!nulls) return { nullCount: 0 };
  const bits = new Uint8Array((to - from + 7) >> 3);
  let nullCount = 0;
  for (let i = from; i < to; i++) {
    const at = i - from;
    if (nulls[i]) nullCount++;
    else bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
  }
  return { nullCount, bits };
}

function packBits(values: Uint8Array, from: number, to: number): Uint8Array {
  const bits = new Uint8Array((to - from + 7) >> 3);
  for (let i = from; i < to; i++) {
    const at = i - from;
    if (values[i]) bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
  }
  return bits;
}

/** Float64 milliseconds as int64, written as two halves so that no BigInt is made. */
function millisOf(ms: Float64Array, from: number, to: number): BigInt64Array {
  const out = new BigInt64Array(to - from);
  const halves = new Int32Array(out.buffer);
  for (let i = from; i < to; i++) {
    const value = ms[i] as number;
    const high = Math.floor(value / 4294967296);
    halves[(i - from) * 2] = value - high * 4294967296;
    halves[(i - from) * 2 + 1] = high;
  }
  return out;
}

function nanosOf({ ms, nanos, nulls }: TimestampColumn, from: number, to: number): BigInt64Array {
  const out = new BigInt64Array(to - from);
  for (let i = from; i < to; i++) {
    if (!nulls?.[i]) out[i - from] = BigInt(ms[i] as number) * 1_000_000n + BigInt(nanos?.[i] ?? 0);
  }
  return out;
}

interface Bytes {
  readonly offsets: Int32Array;
  readonly data: Uint8Array;
}

/** A string column's bytes, taken over without a copy where its views follow one another. */
function utf8Bytes(column: StringColumn, from: number, to: number): Bytes {
  const { bytes, starts, ends } = column.views();
  const length = to - from;
  const offsets = new Int32Array(length + 1);
  let contiguous = true;
  let total = 0;
  for (let i = from; i < to; i++) {
    const size = column.nulls?.[i] ? 0 : (ends[i] as number) - (starts[i] as number);
    if (size > 0 && starts[i] !== (starts[from] as number) + total) contiguous = false;
    total += size;
    offsets[i - from + 1] = total;
  }
  if (length > 0 && contiguous) {
    const begin = starts[from] as number;
    return { offsets, data: bytes.subarray(begin, begin + total) };
  }
  const data = new Uint8Array(total);
  for (let i = from; i < to; i++) {
    const at = offsets[i - from] as number;
    if ((offsets[i - from + 1] as number) > at) data.set(bytes.subarray(starts[i], ends[i]), at);
  }
  return { offsets, data };
}

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

function textBytes(text: (i: number) => string | null, from: number, to: number): Bytes {
  const pieces: Uint8Array[] = [];
  for (let i = from; i < to; i++) {
    const value = text(i);
    pieces.push(value === null ? EMPTY : encoder.encode(value));
  }
  return concat(pieces);
}

function binaryBytes(column: Column, from: number, to: number): Bytes {
  if (column.kind !== 'obj') throw new Error(`binary values in a column of kind ${column.kind}`);
  const pieces: Uint8Array[] = [];
  for (let i = from; i < to; i++)
    pieces.push(column.nulls?.[i] ? EMPTY : ((column.values[i] as Uint8Array | null) ?? EMPTY));
  return concat(pieces);
}

function concat(pieces: readonly Uint8Array[]): Bytes {
  const offsets = new Int32Array(pieces.length + 1);
  for (let i = 0; i < pieces.length; i++) {
    offsets[i + 1] = (offsets[i] as number) + (pieces[i] as Uint8Array).length;
  }
  const data = new Uint8Array(offsets[pieces.length] as number);
  for (let i = 0; i < pieces.length; i++) data.set(pieces[i] as Uint8Array, offsets[i]);
  return { offsets, data };
}
