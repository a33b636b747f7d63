import { randomBytes } from 'node:crypto';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { INSERT } from '../../batch/batch.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { FileInput, FileReader, FileWriter } from '../format.ts';
import { type Codec, codecFor } from './codecs.ts';
import { compileRecordReader, type ReadRecord } from './decoder.ts';
import { RecordWriter } from './encoder.ts';
import { AvroInput } from './input.ts';
import { AvroOutput } from './output.ts';
import { type AvroRecord, type AvroSchema, nonNullBranch, parseAvroSchema, printAvroSchema } from './schema.ts';

const MAGIC = Uint8Array.of(79, 98, 106, 1);
const SYNC = 16;
/** Bytes of records before a block is closed (DataFileConstants.DEFAULT_SYNC_INTERVAL). */
const BLOCK_BYTES = 16 * 4000;
/** A block's header is two varints. */
const BLOCK_HEADER = 20;

const text = new TextDecoder();

/** Reads an object container file block by block; a position is the offset of a block (DataFileReader, AvroBulkFormat). */
export class AvroFileReader implements FileReader {
  private readonly file: FileInput;
  private readonly codec: Codec;
  private readonly sync: Uint8Array;
  private readonly read: ReadRecord;
  private readonly out: BatchBuilder;
  private readonly input = new AvroInput();
  private offset: number;

  private constructor(file: FileInput, header: Header, reader: AvroRecord, fields: readonly RowField[], at: number) {
    this.file = file;
    this.codec = codecFor(header.codec);
    this.sync = header.sync;
    this.read = compileRecordReader(header.schema, reader, fields);
    this.out = new BatchBuilder(fields.map((f) => f.type));
    this.offset = at;
  }

  /** Reads the header; `position` 0 is the first block. */
  static async open(
    file: FileInput,
    position: number,
    reader: AvroRecord,
    fields: readonly RowField[],
  ): Promise<AvroFileReader> {
    const header = await readHeader(file);
    return new AvroFileReader(file, header, reader, fields, position || header.length);
  }

  position(): number {
    return this.offset;
  }

  async next(): Promise<Batch | undefined> {
    while (this.offset < this.file.size) {
      const batch = await this.block();
      if (batch) return batch;
    }
    return undefined;
  }

  private async block(): Promise<Batch | undefined> {
    const { input, file } = this;
    const head = await file.read(this.offset, BLOCK_HEADER);
    input.reset(head, 0, head.length);
    const count = input.longAsNumber();
    const size = input.longAsNumber();
    const from = this.offset + input.pos;
    const packed = await file.read(from, size + SYNC);
    if (packed.length < size + SYNC) throw this.fault(0, new FlinkFault('EOFException', ''));
    for (let i = 0; i < SYNC; i++)
      if (packed[size + i] !== this.sync[i]) throw this.fault(0, new FlinkFault('IOException', 'Invalid sync!'));
    let row = 0;
    try {
      const plain = this.codec.unpack(packed.subarray(0, size));
      input.reset(plain, 0, plain.length);
      for (; row < count; row++) {
        this.read(input, this.out.columns);
        this.out.row(INSERT);
      }
    } catch (error) {
      throw this.fault(row, error);
    }
    this.offset = from + size + SYNC;
    return this.out.length ? this.out.take() : undefined;
  }

  private fault(row: number, error: unknown): FlinkFault {
    return new FlinkFault(
      'IOException',
      `Failed to read the Avro file ${this.file.path} at record ${row} of the block at byte ${this.offset}.`,
      asFault(error),
    );
  }
}

interface Header {
  readonly schema: AvroSchema;
  readonly codec: string;
  readonly sync: Uint8Array;
  readonly length: number;
}

async function readHeader(file: FileInput): Promise<Header> {
  // A header with a big schema needs a second, longer look.
  for (let want = 1 << 16; ; want *= 4) {
    const bytes = await file.read(0, want);
    if (bytes.length < 4 || MAGIC.some((b, i) => bytes[i] !== b))
      throw new FlinkFault('IOException', `Not an Avro data file: ${file.path}`);
    try {
      return parseHeader(bytes);
    } catch (error) {
      if (error instanceof FlinkFault && error.exception === 'EOFException' && bytes.length === want) continue;
      throw new FlinkFault('IOException', `Not an Avro data file: ${file.path}`, asFault(error));
    }
  }
}

function parseHeader(bytes: Uint8Array): Header {
  const input = new AvroInput();
  input.reset(bytes, MAGIC.length, bytes.length);
  const meta = new Map<string, Uint8Array>();
  for (let n = input.block(); n > 0; n = input.block())
    for (; n > 0; n--) {
      const key = input.string();
      meta.set(key, input.binary());
    }
  const sync = input.fixed(SYNC);
  const codec = meta.get('avro.codec');
  return {
    schema: parseAvroSchema(text.decode(meta.get('avro.schema') ?? new Uint8Array(0))),
    codec: codec ? text.decode(codec) : 'null',
    sync,
    length: input.pos,
  };
}

/** Writes an object container file (DataFileWriter as AvroWriterFactory makes it). */
export class AvroFileWriter implements FileWriter {
  private readonly codec: Codec;
  private readonly writer: RecordWriter;
  /** Flink's table rows are a union with null in files, of which they are this branch. */
  private readonly branch: number | undefined;
  private readonly sync = new Uint8Array(randomBytes(SYNC));
  private readonly block = new AvroOutput();
  private readonly out = new AvroOutput();
  private count = 0;

  constructor(schema: AvroSchema, fields: readonly RowField[], codec: string) {
    this.codec = codecFor(codec);
    const optional = nonNullBranch(schema);
    this.branch = optional?.index;
    this.writer = new RecordWriter((optional?.schema ?? schema) as AvroRecord, fields);
    this.out.raw(MAGIC);
    this.out.int(2);
    this.out.string('avro.schema');
    this.out.binary(new TextEncoder().encode(printAvroSchema(schema)));
    this.out.string('avro.codec');
    this.out.binary(new TextEncoder().encode(codec));
    this.out.int(0);
    this.out.raw(this.sync);
  }

  append(batch: Batch, i: number): void {
    if (this.branch !== undefined) this.block.int(this.branch);
    this.writer.write(this.block, batch, i);
    this.count++;
    if (this.block.length >= BLOCK_BYTES) this.close();
  }

  private close(): void {
    if (!this.count) return;
    const packed = this.codec.pack(this.block.take());
    this.out.int(this.count);
    this.out.int(packed.length);
    this.out.raw(packed);
    this.out.raw(this.sync);
    this.count = 0;
  }

  get buffered(): number {
    return this.out.length;
  }

  take(): Uint8Array {
    return this.out.take();
  }

  end(): Uint8Array {
    this.close();
    return this.out.take();
  }
}
