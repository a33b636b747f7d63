import type { RawMessage } from '../types.ts';

/** Where a schema's id was found: before the data, or in a header of the message. */
export interface Framing {
  /** A number, or a GUID. */
  readonly id: number | string;
  /** Where the data begins. */
  readonly from: number;
}

const HEADER = 5;
/** Headers of Confluent's serializers from 8.0 on: a version byte, then the id (0) or the GUID (1) of the schema. */
const HEADERS = { key: '__key_schema_id', value: '__value_schema_id' } as const;

/** The id of the schema that wrote a key or a value, as serializers of registries put it; undefined where there is none. */
export function framingOf(message: RawMessage, part: 'key' | 'value'): Framing | undefined {
  const bytes = message[part];
  if (!bytes) return undefined;
  const header = message.headers.findLast(([name]) => name === HEADERS[part])?.[1];
  if (header && header.length > 0) {
    if (header[0] === 1 && header.length === 17) return { id: guidText(header.subarray(1)), from: 0 };
    if (header[0] === 0 && header.length === 5) return { id: int(header, 1), from: 0 };
  }
  return bytes.length >= HEADER && bytes[0] === 0 ? { id: int(bytes, 1), from: HEADER } : undefined;
}

const int = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);

function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Data of a schema as serializers write it: a zero byte, the id, the data. */
export function framed(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(HEADER + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(out.buffer).setInt32(1, id);
  let at = HEADER;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
