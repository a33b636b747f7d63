/** Reads Kafka's zigzag variable-length integers. */
export class VarIntReader {
  bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  int(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = bytes[this.at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Exact up to 2^53. */
  long(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let raw = byte & 0x7f;
    for (let factor = 128; byte & 0x80; factor *= 128) {
      byte = bytes[this.at++] as number;
      raw += (byte & 0x7f) * factor;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }
}
