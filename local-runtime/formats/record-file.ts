import type { Batch } from '../batch/batch.ts';
import { FlinkFault } from '../errors.ts';
import type { Encoder, FileWriter } from './format.ts';

/** A file of records one after the other, each with the separator behind it (SerializationSchemaAdapter of the file sink). */
export class RecordFileWriter implements FileWriter {
  private readonly encoder: Encoder;
  private readonly separator: Uint8Array;
  private readonly separatorText: string;
  private chunks: Uint8Array[] = [];
  /** Rows of an encoder that gives text; there are no chunks then. */
  private text = '';
  buffered = 0;

  constructor(encoder: Encoder, separator: Uint8Array) {
    this.encoder = encoder;
    this.separator = separator;
    this.separatorText = new TextDecoder().decode(separator);
  }

  append(batch: Batch, i: number): void {
    const { encoder, separator } = this;
    if (encoder.text) {
      const text = encoder.text(batch, i);
      this.text += text;
      this.text += this.separatorText;
      this.buffered += Buffer.byteLength(text) + separator.length;
      return;
    }
    const bytes = encoder.row(batch, i);
    // As in Flink, where a schema gives null for a row that it has no bytes for (`raw` with NULL).
    if (!bytes) throw new FlinkFault('NullPointerException', 'A NULL cannot be written to a file in this format.');
    this.chunks.push(bytes, separator);
    this.buffered += bytes.length + separator.length;
  }

  take(): Uint8Array {
    const out = this.text ? Buffer.from(this.text) : Buffer.concat(this.chunks, this.buffered);
    this.chunks = [];
    this.text = '';
    this.buffered = 0;
    return out;
  }

  end(): Uint8Array {
    return this.take();
  }
}
