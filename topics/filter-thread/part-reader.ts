import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../local-runtime/batch/builder.ts';
import { type Column, valueAt } from '../../local-runtime/batch/column.ts';
import { StringColumn } from '../../local-runtime/batch/string-column.ts';
import { formatFor } from '../../local-runtime/formats/registry.ts';
import { AvroRows } from './avro-rows.ts';
import type { ThreadPart, ThreadSchema } from './protocol.ts';
import { Transcoder } from './transcode.ts';

/** What was read of the keys or the values of a page. */
export interface ReadPart {
  /** Those that are wanted and do not fit the format. */
  readonly unreadable: number;
  /** Field `index` of the part's ROW. */
  field(index: number): Column;
  whole(): Column;
  text(): Column;
}

/** Appends a row of the fields; false when the bytes do not fit, and then nothing is appended. */
export interface RowReader {
  know(schemas: readonly ThreadSchema[]): void;
  /** Appends rows of messages `first` to `count` as long as they are quickly read; gives the first that is not. */
  many?(bytes: Uint8Array, places: Int32Array, first: number, count: number, out: BatchBuilder): number;
  one(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): boolean;
}

const SIZES: Readonly<Record<string, number>> = { int8: 1, int16: 2, int32: 4, int64: 8 };
const HEADER = 5;

/** Reads what a condition wants of keys or values: single fields, all of it, its text. */
export class PartReader {
  private readonly part: ThreadPart;
  private readonly type: LogicalType;
  private readonly isWhole: boolean;
  private readonly isText: boolean;
  /** The fields that are decoded: their indexes in the ROW. */
  private readonly indexes: readonly number[];
  private readonly fields: readonly RowField[];
  private readonly rows: RowReader | undefined;
  private readonly transcoder: Transcoder | undefined;

  constructor(part: ThreadPart, type: LogicalType, wanted: readonly number[], isWhole: boolean, isText: boolean) {
    this.part = part;
    this.type = type;
    this.isWhole = isWhole;
    this.isText = isText;
    const all = type.root === 'ROW' ? type.fields : [];
    this.indexes = isWhole ? all.map((_, i) => i) : [...new Set(wanted)].sort((a, b) => a - b);
    this.fields = this.indexes.map((i) => all[i] as RowField);
    const isPacked = part.format === 'protobuf' || part.format === 'msgpack' || part.format === 'cbor';
    const isRead = type.root === 'ROW' && (this.fields.length > 0 || isWhole);
    if (isPacked || (part.format === 'avro' && (isText || !part.reader))) this.transcoder = new Transcoder(part.format);
    if (isRead)
      this.rows = part.format === 'avro' && part.reader ? new AvroRows(part.reader, this.fields) : this.json();
  }

  private json(): RowReader {
    const options = { 'ignore-parse-errors': 'true', ...this.part.options };
    const decoder = formatFor('json').decoder?.({ fields: this.fields, options, zone: 'UTC' });
    if (!decoder?.record) throw new TypeError('json reads no messages');
    return {
      know: () => undefined,
      ...(decoder.records ? { many: decoder.records.bind(decoder) } : {}),
      one(bytes, from, to, out) {
        const before = out.length;
        decoder.record?.(bytes, from, to, out);
        return out.length > before;
      },
    };
  }

  know(schemas: readonly ThreadSchema[]): void {
    this.rows?.know(schemas);
    this.transcoder?.know(schemas);
  }

  /** `places`: begins and ends in `bytes`, 0 and 0 for a null. */
  read(bytes: Uint8Array, places: Int32Array, count: number): ReadPart {
    const isRead = this.rows !== undefined || this.isText || this.isWhole;
    if (!isRead) return { unreadable: 0, field: missing, whole: missing, text: missing };
    const given = this.framed(bytes, places, count);
    const batch = this.rows && this.decode(this.rows, given, count);
    let unreadable = given.unreadable + (batch?.unreadable ?? 0);
    const scalar = this.isWhole && !batch ? this.scalar(bytes, places, count) : undefined;
    unreadable += scalar?.unreadable ?? 0;
    return {
      unreadable,
      field: (index) => batch?.columns[this.indexes.indexOf(index)] ?? missing(),
      whole: () => (batch ? rowsOf(batch.columns, batch.isThere, count) : (scalar?.column ?? missing())),
      text: () => this.texts(given, count),
    };
  }

  /** Where the text of each message is: itself, behind a header, or made of it. */
  private framed(bytes: Uint8Array, places: Int32Array, count: number): Stretches {
    if (this.transcoder) return this.transcoder.texts(bytes, places, count);
    if (this.part.format !== 'json-schema') return { bytes, places, unreadable: 0 };
    const moved = places.slice(0, 2 * count);
    for (let i = 0; i < 2 * count; i += 2)
      if ((moved[i + 1] as number) > 0) moved[i] = Math.min((moved[i] as number) + HEADER, moved[i + 1] as number);
    return { bytes, places: moved, unreadable: 0 };
  }

  private decode(rows: RowReader, given: Stretches, count: number) {
    const out = new BatchBuilder(this.fields.map(({ type }) => type));
    const isThere = new Uint8Array(count).fill(1);
    const { bytes, places } = given;
    let unreadable = 0;
    for (let i = 0; i < count; ) {
      i = rows.many?.(bytes, places, i, count, out) ?? i;
      if (i === count) break;
      const [from, to] = [places[2 * i] as number, places[2 * i + 1] as number];
      const isNull = to === 0;
      if (isNull || !rows.one(bytes, from, to, out)) {
        if (!isNull) unreadable++;
        isThere[i] = 0;
        for (const column of out.columns) column.appendNull();
        out.row();
      }
      i++;
    }
    const { columns } = out.take();
    return { columns, isThere, unreadable };
  }

  /** A part that is one value: a number in bytes, hex, or a text. */
  private scalar(bytes: Uint8Array, places: Int32Array, count: number) {
    const size = SIZES[this.part.format];
    let unreadable = 0;
    if (size === undefined) return { column: this.texts({ bytes, places, unreadable }, count), unreadable };
    const builder = new BatchBuilder([this.type]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      const [from, to] = [places[2 * i] as number, places[2 * i + 1] as number];
      if (to > 0 && to - from !== size) unreadable++;
      builder.values([to - from === size ? integer(view, from, size) : null]);
    }
    return { column: builder.take().columns[0] as Column, unreadable };
  }

  private texts({ bytes, places }: Stretches, count: number): Column {
    const starts = new Int32Array(count);
    const ends = new Int32Array(count);
    const nulls = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      starts[i] = places[2 * i] as number;
      ends[i] = places[2 * i + 1] as number;
      if (ends[i] === 0) nulls[i] = 1;
    }
    if (this.part.format !== 'hex') return StringColumn.ofUtf8(bytes, starts, ends, count, nulls);
    const hex = Array.from(starts, (start, i) => Buffer.from(bytes.subarray(start, ends[i])).toString('hex'));
    return StringColumn.ofStrings(hex, nulls);
  }
}

/** Texts within bytes: begins and ends in pairs, 0 and 0 for none. */
export interface Stretches {
  readonly bytes: Uint8Array;
  readonly places: Int32Array;
  readonly unreadable: number;
}

function integer(view: DataView, at: number, size: number): number | bigint {
  if (size === 1) return view.getInt8(at);
  if (size === 2) return view.getInt16(at);
  return size === 4 ? view.getInt32(at) : view.getBigInt64(at);
}

function rowsOf(columns: readonly Column[], isThere: Uint8Array, count: number): Column {
  const values = Array.from({ length: count }, (_, i) =>
    isThere[i] === 1 ? columns.map((column) => valueAt(column, i)) : null,
  );
  return { kind: 'obj', values, nulls: isThere.map((there) => 1 - there) };
}

function missing(): never {
  throw new TypeError('a condition reads what it was not compiled to read');
}
