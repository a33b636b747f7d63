import type { RecordPage } from '../../clients/kafka/admin/types.ts';

/** A record of a test; texts are UTF-8. */
export interface Made {
  readonly key?: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  readonly headers?: readonly (readonly [string, string | null])[];
  /** Epoch ms. */
  readonly timestamp?: number;
  readonly kind?: number;
}

const utf8 = new TextEncoder();
const bytesOf = (given: string | Uint8Array): Uint8Array => (typeof given === 'string' ? utf8.encode(given) : given);

/** A page of partition 3 from offset 100 on, laid out as the Kafka client lays out pages. */
export function pageOf(made: readonly Made[]): RecordPage {
  const out: number[] = [0];
  const put = (bytes: Uint8Array | null): [number, number] => {
    if (!bytes) return [0, 0];
    const start = out.length;
    for (const byte of bytes) out.push(byte);
    return [start, out.length];
  };
  const int = (n: number) => {
    let raw = n < 0 ? -2 * n - 1 : 2 * n;
    for (; raw > 127; raw >>>= 7) out.push((raw & 127) | 128);
    out.push(raw);
  };
  const keys: number[] = [];
  const values: number[] = [];
  const headers: number[] = [];
  for (const { key = null, value, headers: given = [] } of made) {
    keys.push(...put(key === null ? null : bytesOf(key)));
    values.push(...put(value === null ? null : bytesOf(value)));
    headers.push(out.length);
    int(given.length);
    for (const [name, text] of given) {
      int(utf8.encode(name).length);
      put(utf8.encode(name));
      int(text === null ? -1 : utf8.encode(text).length);
      if (text !== null) put(utf8.encode(text));
    }
  }
  const n = made.length;
  return {
    topic: 'orders',
    partition: 3,
    count: n,
    baseOffset: 100n,
    offsetDeltas: Float64Array.from({ length: n }, (_, i) => i),
    baseTimestamp: 0n,
    timestampDeltas: Float64Array.from(made, ({ timestamp }, i) => timestamp ?? 1_700_000_000_000 + i),
    bytes: Uint8Array.from(out),
    keys: Int32Array.from(keys),
    values: Int32Array.from(values),
    headers: Int32Array.from(headers),
    kinds: Uint8Array.from(made, ({ kind }) => kind ?? 0),
    batchOf: new Int32Array(n),
    batches: [],
  };
}
