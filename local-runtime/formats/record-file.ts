import type { Batch } from '../batch/batch.ts';
import { FlinkFault } from '../errors.ts';
import type { Encoder, FileWriter } from './format.ts';

/** A file of records one after the other, each with the separator behind it (SerializationSchemaAdapter of the file sink). */
export class RecordFileWriter implements FileWriter {
  private readonly encoder: Encoder;
  private readonly separator: Uint8Array;
  private chunks: Uint8Array[] = [];
  buffered = 0;

  constructor(encoder: Encoder, separator: Uint8Array) {
    this.encoder = encoder;
    this.separator = separator;
  }

  append(batch: Batch, i: number): void {
    const bytes = this.encoder.row(batch, i);
    // As in Flink, where a schema gives null for a row that it has no bytes for (`raw` with NULL).
    if (!bytes) throw new FlinkFault('NullPointerException', 'A NULL cannot be written to a file in this format.');
    this.chunks.push(bytes, this.separator);
    this.buffered += bytes.length + this.separator.length;
  }

  take(): Uint8Array {
    const out = Buffer.concat(this.chunks, this.buffered);
    this.chunks = [];
    this.buffered = 0;
    return out;
  }

  end(): Uint8Array {
    return this.take();
  }
}
