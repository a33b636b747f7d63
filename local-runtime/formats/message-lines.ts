import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { BadRecords, Decoder, StreamDecoder } from './format.ts';
import { type DecodeRecord, LineDecoder } from './lines.ts';

/**
 * Lines of a file as messages of a format that is made for messages (DeserializationSchemaAdapter): a message ends at a line feed,
 * also where that is a byte of a number, as in Flink. What messages need is fetched before a chunk is decoded.
 */
export class MessageLines implements StreamDecoder {
  private readonly decoder: Decoder;
  private readonly lines: LineDecoder;
  private opened = false;
  /** The beginning of a line whose end has not come. */
  private open: Uint8Array = new Uint8Array(0);

  private readonly header: number;

  /** `header`: bytes before each message that may be any. */
  constructor(fields: readonly RowField[], decoder: Decoder, bad?: BadRecords, header = 0) {
    this.decoder = decoder;
    this.header = header;
    const decode: DecodeRecord = (bytes, from, to, out) => decoder.message(bytes.subarray(from, to), out);
    this.lines = new LineDecoder(fields, decode, bad, undefined, header);
  }

  async ready(chunk: Uint8Array): Promise<void> {
    if (!this.opened) await this.decoder.open?.();
    this.opened = true;
    if (!this.decoder.prepare) return;
    const bytes = Buffer.concat([this.open, chunk]);
    const messages: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(10, from + this.header);
      if (end < 0) break;
      messages.push(bytes.subarray(from, end > from && bytes[end - 1] === 13 ? end - 1 : end));
      from = end + 1;
    }
    this.open = bytes.subarray(from);
    // The last line of a file may have no end.
    if (this.open.length) messages.push(this.open);
    await this.decoder.prepare(messages);
  }

  push(chunk: Uint8Array): Batch | undefined {
    return this.lines.push(chunk);
  }

  end(): Batch | undefined {
    return this.lines.end();
  }

  get pendingBytes(): number {
    return this.lines.pendingBytes;
  }

  get skipped(): number {
    return this.lines.skipped;
  }
}
