import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import { BatchBuilder } from '../batch/builder.ts';
import { FlinkFault } from '../errors.ts';
import type { BadRecords, StreamDecoder } from './format.ts';

/** Rows a batch of a file holds at most. */
const BATCH_ROWS = 8192;

/** Decodes one record in `bytes[from..to)`, its line end cut off. */
export type DecodeRecord = (bytes: Uint8Array, from: number, to: number, out: BatchBuilder) => void;

/**
 * Cuts a byte stream into lines and decodes each (a DeserializationSchema over Flink's LineBytesInputFormat). Columns keep views
 * into the chunks, so a chunk must not be written to again.
 */
export class LineDecoder implements StreamDecoder {
  private readonly decode: DecodeRecord;
  private readonly out: BatchBuilder;
  private readonly bad: BadRecords | undefined;
  private carry: Uint8Array | undefined;
  /** Bytes before the ones at hand. */
  private before = 0;

  constructor(fields: readonly RowField[], decode: DecodeRecord, bad?: BadRecords) {
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

  push(chunk: Uint8Array): Batch | undefined {
    let bytes = chunk;
    if (this.carry) {
      bytes = new Uint8Array(this.carry.length + chunk.length);
      bytes.set(this.carry);
      bytes.set(chunk, this.carry.length);
      this.carry = undefined;
    }
    let from = 0;
    for (;;) {
      const newline = bytes.indexOf(10, from);
      if (newline < 0) break;
      this.line(bytes, from, newline);
      from = newline + 1;
    }
    this.before += from;
    if (from < bytes.length) this.carry = bytes.subarray(from);
    return this.taken();
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
    try {
      this.decode(bytes, from, stop, this.out);
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
