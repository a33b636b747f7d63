import type { SchemaType } from '../../clients/schema-registry/index.ts';
import { readAvro } from '../formats/avro-read.ts';
import { parseAvro } from '../formats/avro-schema.ts';
import { readCbor, readMsgpack } from '../formats/binary-json.ts';
import { messageAt, parseProtobuf, readIndexes, readProtobuf } from '../formats/protobuf.ts';
import { type JsonValue, printJson } from '../json.ts';
import type { MessageFormat } from '../types.ts';
import type { Stretches } from './part-reader.ts';
import type { ThreadSchema } from './protocol.ts';

const HEADER = 5;
const TYPES: Partial<Record<MessageFormat, SchemaType>> = { avro: 'AVRO', protobuf: 'PROTOBUF' };

/** Makes JSON texts of binary messages, as they are shown, for the one decoder of JSON. */
export class Transcoder {
  private readonly format: MessageFormat;
  private readonly byId = new Map<number, (bytes: Uint8Array) => JsonValue>();
  private readonly encoder = new TextEncoder();

  constructor(format: MessageFormat) {
    this.format = format;
  }

  know(schemas: readonly ThreadSchema[]): void {
    for (const { id, type, text, references } of schemas) {
      if (type !== TYPES[this.format] || this.byId.has(id)) continue;
      if (type === 'AVRO') {
        const schema = parseAvro(
          text,
          references.map((each) => each.text),
        );
        this.byId.set(id, (bytes) => readAvro(schema, bytes, HEADER));
      } else {
        const schema = parseProtobuf(text, references);
        this.byId.set(id, (bytes) => {
          const { indexes, at } = readIndexes(bytes, HEADER);
          return readProtobuf(messageAt(schema, indexes), bytes.subarray(at));
        });
      }
    }
  }

  texts(bytes: Uint8Array, places: Int32Array, count: number): Stretches {
    const made = new Int32Array(2 * count);
    let out = new Uint8Array(Math.max(1024, 2 * bytes.length));
    // No text begins at 0: that is how a null is told.
    let length = 1;
    let unreadable = 0;
    for (let i = 0; i < count; i++) {
      const to = places[2 * i + 1] as number;
      if (to === 0) continue;
      let text: string;
      try {
        text = printJson(this.read(bytes.subarray(places[2 * i], to)));
      } catch {
        // What does not fit its format is NULL to a condition, and counted.
        unreadable++;
        continue;
      }
      if (length + 3 * text.length > out.length) {
        const wider = new Uint8Array(2 * (length + 3 * text.length));
        wider.set(out.subarray(0, length));
        out = wider;
      }
      made[2 * i] = length;
      length += this.encoder.encodeInto(text, out.subarray(length)).written;
      made[2 * i + 1] = length;
    }
    return { bytes: out.slice(0, length), places: made, unreadable };
  }

  private read(bytes: Uint8Array): JsonValue {
    if (this.format === 'msgpack') return readMsgpack(bytes);
    if (this.format === 'cbor') return readCbor(bytes);
    if (bytes.length < HEADER || bytes[0] !== 0) throw new Error('there is no schema id');
    const id = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1);
    const read = this.byId.get(id);
    if (!read) throw new Error(`schema ${id} is not known`);
    return read(bytes);
  }
}
