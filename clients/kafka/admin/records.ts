import type { RecordPage } from './record-types.ts';

/** Values of `RecordPage.kinds`. */
export const RECORD = 0;
export const COMMIT = 1;
export const ABORT = 2;
export const OTHER_CONTROL = 3;

export const offsetAt = (page: RecordPage, i: number): bigint =>
  page.baseOffset + BigInt(page.offsetDeltas[i] as number);

/** Epoch ms. */
export const timestampAt = (page: RecordPage, i: number): bigint =>
  page.baseTimestamp + BigInt(page.timestampDeltas[i] as number);

/** A view of the key; null is told from empty. */
export const keyAt = (page: RecordPage, i: number): Uint8Array | null => viewOf(page.bytes, page.keys, i);

/** A view of the value; null (a tombstone) is told from empty. */
export const valueAt = (page: RecordPage, i: number): Uint8Array | null => viewOf(page.bytes, page.values, i);

function viewOf(bytes: Uint8Array, places: Int32Array, i: number): Uint8Array | null {
  const end = places[2 * i + 1] as number;
  return end === 0 ? null : bytes.subarray(places[2 * i], end);
}

const utf8 = new TextDecoder();

/** Headers in their order; names may repeat. */
export function headersAt(page: RecordPage, i: number): (readonly [name: string, value: Uint8Array | null])[] {
  const out: (readonly [string, Uint8Array | null])[] = [];
  walkHeaders(page.bytes, page.headers[i] as number, (name, value) => out.push([name ? utf8.decode(name) : '', value]));
  return out;
}

/** Calls back for each header; gives where they end. */
function walkHeaders(
  bytes: Uint8Array,
  from: number,
  each: (name: Uint8Array | null, value: Uint8Array | null) => void,
): number {
  let at = from;
  const int = () => {
    let byte = bytes[at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  };
  const take = () => {
    const length = int();
    if (length < 0) return null;
    at += length;
    return bytes.subarray(at - length, at);
  };
  for (let n = int(); n > 0; n--) each(take(), take());
  return at;
}

/** Bytes of all headers of a record, names, values and lengths. */
export const headerBytesAt = (page: RecordPage, i: number): number => {
  const from = page.headers[i] as number;
  return walkHeaders(page.bytes, from, () => undefined) - from;
};

/** The page with only these records; `chosen` ascending. Shares the bytes. */
export function narrow(page: RecordPage, chosen: Int32Array): RecordPage {
  if (chosen.length === page.count) return page;
  const n = chosen.length;
  const pick = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
    for (let i = 0; i < n; i++) to[i] = from[chosen[i] as number] as number;
    return to;
  };
  const pairs = (from: Int32Array): Int32Array => {
    const to = new Int32Array(2 * n);
    for (let i = 0; i < n; i++) {
      to[2 * i] = from[2 * (chosen[i] as number)] as number;
      to[2 * i + 1] = from[2 * (chosen[i] as number) + 1] as number;
    }
    return to;
  };
  return {
    ...page,
    count: n,
    offsetDeltas: pick(page.offsetDeltas, new Float64Array(n)),
    timestampDeltas: pick(page.timestampDeltas, new Float64Array(n)),
    keys: pairs(page.keys),
    values: pairs(page.values),
    headers: pick(page.headers, new Int32Array(n)),
    kinds: pick(page.kinds, new Uint8Array(n)),
    batchOf: pick(page.batchOf, new Int32Array(n)),
  };
}

/** The page with a buffer of its own where its records are little of the one that they lie in: what is kept must not keep the rest. */
export function compact(page: RecordPage): RecordPage {
  const { count, bytes, keys, values, headers } = page;
  const ends = new Int32Array(count);
  let used = 1;
  for (let i = 0; i < count; i++) {
    ends[i] = walkHeaders(bytes, headers[i] as number, () => undefined);
    used += (keys[2 * i + 1] as number) - (keys[2 * i] as number);
    used += (values[2 * i + 1] as number) - (values[2 * i] as number);
    used += (ends[i] as number) - (headers[i] as number);
  }
  if (used * 2 > bytes.buffer.byteLength) return page;
  const out = new Uint8Array(used);
  // Not at 0: an empty one would look like a null.
  let at = 1;
  const copy = (from: number, to: number): number => {
    out.set(bytes.subarray(from, to), at);
    at += to - from;
    return at - (to - from);
  };
  const places = (from: Int32Array): Int32Array => {
    const to = new Int32Array(2 * count);
    for (let i = 0; i < count; i++) {
      const end = from[2 * i + 1] as number;
      if (end === 0) continue;
      to[2 * i] = copy(from[2 * i] as number, end);
      to[2 * i + 1] = at;
    }
    return to;
  };
  return {
    ...page,
    keys: places(keys),
    values: places(values),
    headers: headers.map((from, i) => copy(from, ends[i] as number)),
    bytes: out,
  };
}
