const NOTHING = new Uint8Array(0);

/** Headers as the record format has them: their number, then names and values with lengths before them, -1 for null. */
export function headersOf(bytes: Uint8Array, from: number): (readonly [name: Uint8Array, value: Uint8Array | null])[] {
  let at = from;
  const int = (): number => {
    let byte = bytes[at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  };
  const take = (): Uint8Array | null => {
    const length = int();
    if (length < 0) return null;
    at += length;
    return bytes.subarray(at - length, at);
  };
  const out: (readonly [Uint8Array, Uint8Array | null])[] = [];
  for (let n = int(); n > 0; n--) out.push([take() ?? NOTHING, take()]);
  return out;
}
