import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { BatchBuilder } from '../batch/builder.ts';
import type { FlinkFault } from '../errors.ts';

/** Decodes bytes into rows (DeserializationSchema); made once a reader, so it may keep buffers. */
export interface Decoder {
  /** To be awaited before the first message (a schema is read); its failure is that of the statement. */
  open?(): Promise<void>;
  /**
   * Fetches what `message` needs to read these messages (schemas of a registry); undefined when nothing is missing. Sources call it
   * before they decode; a failure to fetch is told by `message`.
   */
  prepare?(messages: readonly (Uint8Array | null)[]): Promise<void> | undefined;
  /** Appends the rows of one message (Kafka) to the builder, with their kinds; null is a tombstone. Throws Flink's words on bad data unless told to ignore it. */
  message(bytes: Uint8Array | null, out: BatchBuilder): void;
  /** `message` of `bytes[from..to)`, for formats that need no view of it; the same `bytes` each time let strings be views of them. */
  record?(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): void;
  /**
   * A quick way for records that are as expected: appends a row for each of the messages `first` to `count`, where message i is
   * `bytes[places[2 * i]..places[2 * i + 1])`, and gives the number of the first that it leaves to `record`.
   */
  records?(bytes: Uint8Array, places: Int32Array, first: number, count: number, out: BatchBuilder): number;
}

/** Decodes a byte stream of many records (files). Call `push` with chunks, `end` at the end of a file, then take rows by `builder`. */
export interface StreamDecoder {
  /** Fetches what a chunk needs to be decoded (schemas of a registry); to be awaited before it is pushed. */
  ready?(chunk: Uint8Array): Promise<void>;
  /**
   * Takes a chunk (kept as long as columns made from it live); returns the batch of the whole records in it, or undefined. `room`: so
   * many bytes before the chunk, in its buffer, may be written to, which spares a copy when a record began in the chunk before.
   */
  push(chunk: Uint8Array, room?: number): Batch | undefined;
  /** Is all that is kept of a chunk a copy? Then the chunk may be written to again after `push`. */
  readonly copies?: boolean;
  end(): Batch | undefined;
  /** Bytes taken that do not make a whole record yet. */
  readonly pendingBytes: number;
  /** Records so far that were no blank lines and made no row: those passed over, when errors are. */
  readonly skipped?: number;
}

/** Encodes rows into bytes (SerializationSchema). */
export interface Encoder {
  /** To be awaited before the first row (a schema is registered). */
  open?(): Promise<void>;
  /** Row `i` of the batch as one message; undefined when the row is not written (e.g. -U of an upsert). */
  row(batch: Batch, i: number): Uint8Array | undefined;
  /** The same as text, where a format writes UTF-8: many rows are encoded at once then. */
  text?(batch: Batch, i: number): string;
}

/** A file that can be read at any place. */
export interface FileInput {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes `[offset, offset + length)`, fewer at the end of the file; the caller owns them. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Reads one file of a format that is more than records one after the other (BulkFormat.Reader). */
export interface FileReader {
  /** The next rows in the fields asked for; undefined at the end. */
  next(): Promise<Batch | undefined>;
  /** Where to go on after the rows given so far; what the number counts is the format's affair. */
  position(): number;
}

/** Writes one file of such a format (BulkWriter). */
export interface FileWriter {
  append(batch: Batch, i: number): void;
  /** How many bytes are ready to be written. */
  readonly buffered: number;
  /** The bytes that are ready, in order. */
  take(): Uint8Array;
  /** The rest of the file; nothing may be appended afterwards. */
  end(): Uint8Array;
}

/** What becomes of a record in a file that cannot be read. */
export interface BadRecords {
  /** Are they kept, so that reading goes on? Then `record` does not throw. */
  readonly kept: boolean;
  /** `at`: where the record begins, in bytes from the first one that the decoder got. */
  record(bytes: Uint8Array, error: FlinkFault, at: number): void;
}

export interface FormatRequest {
  /** For stream decoders; without it a bad record fails with the format's words alone. */
  readonly bad?: BadRecords;
  readonly fields: readonly RowField[];
  /** Keys of the format's metadata, whose values follow the fields in each row; messages only. */
  readonly metadata?: readonly string[];
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
  /** What messages tell beside their rows (DecodingFormat.listReadableMetadata). */
  readonly metadata?: Readonly<Record<string, LogicalType>>;
  /** Checks options; throws FactoryError in Flink's words. Returns nothing. */
  validate(options: Readonly<Record<string, string>>): void;
  decoder?(request: FormatRequest): Decoder;
  streamDecoder?(request: FormatRequest): StreamDecoder;
  encoder?(request: FormatRequest): Encoder;
  /** Files of formats that are no plain sequence of records: instead of `streamDecoder` and `encoder`. */
  fileReader?(request: FormatRequest): (file: FileInput, position: number) => Promise<FileReader>;
  fileWriter?(request: FormatRequest): () => Promise<FileWriter>;
  /** Between records in files: newline for json and csv. */
  readonly recordSeparator: string;
}
