/** A value of ASN.1's distinguished encoding. */
export interface Der {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

export const SEQUENCE = 0x30;
export const OCTETS = 0x04;

const malformed = () => new Error('the ASN.1 encoding is malformed');

/** The value that a text begins with. */
export const derOf = (bytes: Uint8Array): Der => next(bytes, 0).value;

/** The values in a sequence, set or explicit tag. */
export function parts(value: Der | undefined): Der[] {
  if (!value) throw malformed();
  const out: Der[] = [];
  for (let at = 0; at < value.bytes.length; ) {
    const read = next(value.bytes, at);
    out.push(read.value);
    at = read.end;
  }
  return out;
}

/** The dotted text of an object identifier. */
export function oid(value: Der | undefined): string {
  if (value?.tag !== 0x06) throw malformed();
  const numbers: number[] = [];
  let number = 0;
  for (const byte of value.bytes) {
    number = number * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** The bytes of a string of octets, also of one that is told in pieces. */
export function octets(value: Der | undefined): Uint8Array {
  if (!value) throw malformed();
  return value.tag & 0x20 ? Buffer.concat(parts(value).map(octets)) : value.bytes;
}

/** A whole number that is not negative. */
export function integer(value: Der | undefined): number {
  if (value?.tag !== 0x02) throw malformed();
  return value.bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function next(bytes: Uint8Array, at: number): { value: Der; end: number } {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let from = at + 2;
  if (tag === undefined || length === undefined || length === 0x80) throw malformed();
  if (length > 0x80) {
    const count = length & 0x7f;
    length = bytes.subarray(from, from + count).reduce((number, byte) => number * 256 + byte, 0);
    from += count;
  }
  if (from + length > bytes.length) throw malformed();
  return { value: { tag, bytes: bytes.subarray(from, from + length) }, end: from + length };
}
