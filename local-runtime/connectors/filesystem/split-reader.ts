import { type FileHandle, open } from 'node:fs/promises';
import type { Batch } from '../../batch/batch.ts';
import type { FileInput, FileReader, StreamDecoder } from '../../formats/format.ts';
import { compressionOf, decompressed } from './compression.ts';
import type { FileSplit } from './file-splits.ts';

const CHUNK = 1 << 19;
/** Left free before a chunk, for the beginning of its first record, which the chunk before has. */
const ROOM = 1 << 12;
/** The first chunk of a file is small, so that the first rows show at once. */
const FIRST_CHUNK = 1 << 16;

/** Reads the rows of one split. */
export interface SplitReader {
  /** The next rows; undefined when this step made none, which is the end only when `ended` says so. */
  next(): Promise<Batch | undefined>;
  readonly ended: boolean;
  /** Records that made no row so far, where the format counts them. */
  readonly skipped?: number;
  /** Where to go on after the rows given so far. */
  position(): number;
  close(): Promise<void>;
}

/** Where the first byte that a decoder gets lies in the file, for the places of bad records. */
export interface Origin {
  offset: number;
}

interface Chunk {
  readonly buffer: ArrayBuffer;
  readonly bytesRead: number;
  /** Less than this was there only at the end of the file. */
  readonly wanted: number;
}

/** A split of records one after the other. One that begins inside a file starts behind the record that another split ends with. */
export class RecordSplitReader implements SplitReader {
  ended = false;
  private readonly split: FileSplit;
  private readonly handle: FileHandle;
  private readonly decoder: StreamDecoder;
  /** How far the file has been read. */
  private at: number;
  /** The first record of the split has not been found yet. */
  private skipping: boolean;
  private readonly origin: Origin;
  /** Read into again and again where the decoder keeps nothing of them: one is decoded while the other is filled. */
  private readonly free: ArrayBuffer[] = [];
  /** The chunk that is being read ahead. */
  private ahead: Promise<Chunk> | undefined;

  private constructor(split: FileSplit, handle: FileHandle, decoder: StreamDecoder, origin: Origin, offset: number) {
    this.split = split;
    this.origin = origin;
    origin.offset = offset;
    this.handle = handle;
    this.decoder = decoder;
    this.at = offset;
    this.skipping = offset < split.start;
  }

  /** The end of the record before the split may be the last byte before it. */
  static async open(
    split: FileSplit,
    decoder: StreamDecoder,
    origin: Origin,
    offset = Math.max(0, split.start - 1),
  ): Promise<RecordSplitReader> {
    return new RecordSplitReader(split, await open(split.file.path, 'r'), decoder, origin, offset);
  }

  async next(): Promise<Batch | undefined> {
    const { split, at, decoder } = this;
    const { buffer, bytesRead, wanted } = await (this.ahead ?? this.read(at));
    this.ahead = undefined;
    this.at += bytesRead;
    let bytes = new Uint8Array(buffer, ROOM, bytesRead);
    let ended = bytesRead === 0;
    if (split.end !== undefined) {
      // The record that holds the last byte of the split is its last one.
      const stop = at + bytesRead < split.end ? -1 : bytes.indexOf(10, Math.max(0, split.end - 1 - at));
      if (stop >= 0) {
        bytes = bytes.subarray(0, stop + 1);
        this.at = at + stop + 1;
        ended = true;
      }
    }
    if (this.skipping && bytes.length > 0) {
      const newline = bytes.indexOf(10);
      this.skipping = newline < 0;
      const from = newline < 0 ? bytes.length : newline + 1;
      this.origin.offset = at + from;
      bytes = bytes.subarray(from);
    }
    // The disk works while this chunk is decoded.
    if (!ended && bytesRead === wanted) {
      this.ahead = this.read(this.at);
      // Its failure is told to whoever waits for it.
      this.ahead.catch(() => undefined);
    }
    if (decoder.ready && bytes.length > 0) await decoder.ready(bytes);
    // Only at the end of a file is anything left for `end`.
    const batch =
      bytes.length > 0 ? decoder.push(bytes, bytes.byteOffset) : bytesRead === 0 ? decoder.end() : undefined;
    if (decoder.copies && wanted === CHUNK) this.free.push(buffer);
    if (ended) this.ended = true;
    return batch;
  }

  private async read(at: number): Promise<Chunk> {
    const { split } = this;
    const left = split.end === undefined ? CHUNK : Math.max(1, split.end - at) + FIRST_CHUNK;
    const wanted = at === 0 ? FIRST_CHUNK : Math.min(CHUNK, left);
    // Not filled with zeros first: only what is read is looked at.
    const buffer = (wanted === CHUNK && this.free.pop()) || Buffer.allocUnsafeSlow(ROOM + wanted).buffer;
    const { bytesRead } = await this.handle.read(new Uint8Array(buffer, ROOM, wanted), 0, wanted, at);
    return { buffer, bytesRead, wanted };
  }

  get skipped(): number {
    return this.decoder.skipped ?? 0;
  }

  position(): number {
    return this.skipping ? Math.max(0, this.split.start - 1) : this.at - this.decoder.pendingBytes;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A compressed file of records: read from its beginning always, positions count bytes that are unpacked. */
export class CompressedSplitReader implements SplitReader {
  ended = false;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly decoder: StreamDecoder;
  private at = 0;
  private skip: number;

  constructor(split: FileSplit, decoder: StreamDecoder, offset: number) {
    this.chunks = decompressed(split.file.path, compressionOf(split.file.path) ?? 'gzip')[Symbol.asyncIterator]();
    this.decoder = decoder;
    this.skip = offset;
  }

  async next(): Promise<Batch | undefined> {
    const { value, done } = await this.chunks.next();
    if (done) {
      this.ended = true;
      return this.decoder.end();
    }
    this.at += value.length;
    const bytes = this.skip ? value.subarray(Math.min(this.skip, value.length)) : value;
    this.skip -= value.length - bytes.length;
    if (this.decoder.ready && bytes.length) await this.decoder.ready(bytes);
    return bytes.length ? this.decoder.push(bytes) : undefined;
  }

  get skipped(): number {
    return this.decoder.skipped ?? 0;
  }

  position(): number {
    return this.at + this.skip - this.decoder.pendingBytes;
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

/** A file of a format with a structure of its own (BulkFormat). */
export class BulkSplitReader implements SplitReader {
  ended = false;
  private readonly handle: FileHandle;
  private readonly reader: FileReader;

  private constructor(handle: FileHandle, reader: FileReader) {
    this.handle = handle;
    this.reader = reader;
  }

  static async open(
    split: FileSplit,
    begin: (file: FileInput, position: number) => Promise<FileReader>,
    position: number,
  ): Promise<BulkSplitReader> {
    const handle = await open(split.file.path, 'r');
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length);
      let n = 0;
      while (n < length) {
        const { bytesRead } = await handle.read(bytes, n, length - n, offset + n);
        if (bytesRead === 0) break;
        n += bytesRead;
      }
      return n === length ? bytes : bytes.subarray(0, n);
    };
    try {
      return new BulkSplitReader(handle, await begin({ path: split.file.path, size: split.file.size, read }, position));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async next(): Promise<Batch | undefined> {
    const batch = await this.reader.next();
    if (!batch) this.ended = true;
    return batch;
  }

  position(): number {
    return this.reader.position();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
