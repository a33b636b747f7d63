import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { BatchBuilder } from '../batch/builder.ts';

/** Decodes bytes into rows (DeserializationSchema); made once a reader, so it may keep buffers. */
export interface Decoder {
  /** Appends the rows of one message (Kafka) to the builder, with their kinds; null is a tombstone. Throws Flink's words on bad data unless told to ignore it. */
  message(bytes: Uint8Array | null, out: BatchBuilder): void;
}

/** Decodes a byte stream of many records (files). Call `push` with chunks, `end` at the end of a file, then take rows by `builder`. */
export interface StreamDecoder {
  /** Takes a chunk (kept as long as columns made from it live); returns the batch of the whole records in it, or undefined. */
  push(chunk: Uint8Array): Batch | undefined;
  end(): Batch | undefined;
  /** Bytes taken that do not make a whole record yet. */
  readonly pendingBytes: number;
}

/** Encodes rows into bytes (SerializationSchema). */
export interface Encoder {
  /** Row `i` of the batch as one message; undefined when the row is not written (e.g. -U of an upsert). */
  row(batch: Batch, i: number): Uint8Array | undefined;
}

export interface FormatRequest {
  readonly fields: readonly RowField[];
  /** The format's own options without prefix, e.g. `ignore-parse-errors`. */
  readonly options: Readonly<Record<string, string>>;
  readonly zone: string;
}

/** A format factory (DecodingFormatFactory / EncodingFormatFactory). */
export interface Format {
  readonly identifier: string;
  /** Changelog of the decoded rows. */
  readonly changelog: 'insert-only' | 'all';
  readonly sinkAccepts: 'insert-only' | 'all';
  /** Checks options; throws FactoryError in Flink's words. Returns nothing. */
  validate(options: Readonly<Record<string, string>>): void;
  decoder?(request: FormatRequest): Decoder;
  streamDecoder?(request: FormatRequest): StreamDecoder;
  encoder?(request: FormatRequest): Encoder;
  /** Between records in files: newline for json and csv. */
  readonly recordSeparator: string;
}
