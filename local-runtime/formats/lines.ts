import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import { BatchBuilder } from '../batch/builder.ts';
import { type ColumnKind, columnKind } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import type { BadRecords, StreamDecoder } from './format.ts';

const FIXED: ReadonlySet<ColumnKind> = new Set(['bool', 'i32', 'i64', 'f64', 'ts']);

/** Rows a batch of a file holds at most. */
const BATCH_ROWS = 8192;

/** Decodes one record in `bytes[from..to)`, its line end cut off. */
export type DecodeRecord = (bytes: Uint8Array, from: number, to: number, out: BatchBuilder) => void;

/**
 * Decodes whole lines from `from` on, as many as it likes, and gives where the first one begins that it leaves: a quick way for lines
 * that are as expected.
 */
export type DecodeLines = (bytes: Uint8Array, from: number, out: BatchBuilder) => number;

/**
 * Cuts a byte stream into lines and decodes each (a DeserializationSchema over Flink's LineBytesInputFormat). Columns keep views
 * into the chunks, so a chunk must not be written to again.
 */
export class LineDecoder implements StreamDecoder {
  private readonly decode: DecodeRecord;
  private readonly out: BatchBuilder;
  skipped = 0;
  private readonly bad: BadRecords | undefined;
  private readonly many: DecodeLines | undefined;
  /** Only texts, and bad records that are kept, are views of a chunk. */
  readonly copies: boolean;
  private carry: Uint8Array | undefined;
  /** Bytes before the ones at hand. */
  private before = 0;

  /** Bytes at the beginning of a line in which no line end is looked for. */
  private readonly header: number;

  constructor(fields: readonly RowField[], decode: DecodeRecord, bad?: BadRecords, many?: DecodeLines, header = 0) {
    this.many = many;
    this.header = header;
    this.copies = !bad?.kept && fields.every(({ type }) => FIXED.has(columnKind(type)));
    const types = fields.map((f) => f.type);
    this.bad = bad;
    this.decode = bad?.kept ? (bytes, from, to, out) => this.apart(decode, types, bytes, from, to, out) : decode;
    this.out = new BatchBuilder(types);
  }

  /** Decodes a record aside first: where bad ones are kept, half a row must not stay behind. */
  private apart(
    decode: DecodeRecord,
    types: readonly LogicalType[],
    bytes: Uint8Array,
    from: number,
    to: number,
    out: BatchBuilder,
  ): void {
    const aside = new BatchBuilder(types);
    decode(bytes, from, to, aside);
    const rows = aside.take();
    for (let i = 0; i < rows.length; i++) out.rowFrom(rows.columns, i, rows.kinds?.[i]);
  }

  push(chunk: Uint8Array, room = 0): Batch | undefined {
    const bytes = this.withCarry(chunk, room);
    let from = 0;
    for (;;) {
      if (this.many) from = this.many(bytes, from, this.out);
      const newline = bytes.indexOf(10, from + this.header);
      if (newline < 0) break;
      this.line(bytes, from, newline);
      from = newline + 1;
    }
    this.before += from;
    if (from < bytes.length) this.carry = this.copies ? bytes.slice(from) : bytes.subarray(from);
    return this.taken();
  }

  private withCarry(chunk: Uint8Array, room: number): Uint8Array {
    const { carry } = this;
    if (!carry) return chunk;
    this.carry = undefined;
    const length = carry.length + chunk.length;
    if (carry.length <= room) {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset - carry.length, length);
      bytes.set(carry);
      return bytes;
    }
    const bytes = new Uint8Array(length);
    bytes.set(carry);
    bytes.set(chunk, carry.length);
    return bytes;
  }

  end(): Batch | undefined {
    const rest = this.carry;
    this.carry = undefined;
    if (rest?.length) this.line(rest, 0, rest.length);
    return this.taken();
  }

  get pendingBytes(): number {
    return this.carry?.length ?? 0;
  }

  private line(bytes: Uint8Array, from: number, to: number): void {
    const stop = to > from && bytes[to - 1] === 13 ? to - 1 : to;
    const { length } = this.out;
    try {
      this.decode(bytes, from, stop, this.out);
      if (this.out.length === length && !isBlank(bytes, from, stop)) this.skipped++;
    } catch (error) {
      if (!this.bad || !(error instanceof FlinkFault)) throw error;
      this.bad.record(bytes.subarray(from, stop), error, this.before + from);
    }
  }

  private taken(): Batch | undefined {
    return this.out.length ? this.out.take() : undefined;
  }

  /** About how many bytes make a batch, for sources that choose their chunks. */
  static readonly batchRows = BATCH_ROWS;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((bytes[i] as number) > 32) return false;
  return true;
}
