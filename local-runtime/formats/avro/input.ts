import { FlinkFault } from '../../errors.ts';

const text = new TextDecoder();
const eof = () => new FlinkFault('EOFException', '');

/** Reads Avro's binary encoding in place (BinaryDecoder). Strings and bytes are given as places, so that columns can keep views. */
export class AvroInput {
  bytes: Uint8Array = new Uint8Array(0);
  pos = 0;
  end = 0;
  /** Place of the text or bytes read last: `bytes[start..stop)`. */
  start = 0;
  stop = 0;
  private view = new DataView(this.bytes.buffer);

  reset(bytes: Uint8Array, from: number, to: number): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.pos = from;
    this.end = to;
  }

  /** A zigzag varint of at most 32 bits. */
  int(): number {
    const { bytes, end } = this;
    let p = this.pos;
    let n = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (p >= end) throw eof();
      const b = bytes[p++] as number;
      n |= (b & 127) << shift;
      if (b < 128) {
        this.pos = p;
        return (n >>> 1) ^ -(n & 1);
      }
    }
    throw new FlinkFault('InvalidNumberEncodingException', 'Invalid int encoding');
  }

  /** A zigzag varint of at most 64 bits; exact. */
  long(): bigint {
    const n = this.smallLong();
    if (!Number.isNaN(n)) return BigInt(n);
    const { bytes, end } = this;
    let p = this.pos;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (p >= end) throw eof();
      const b = bytes[p++] as number;
      value |= BigInt(b & 127) << shift;
      if (b < 128) {
        this.pos = p;
        return BigInt.asIntN(64, (BigInt.asUintN(64, value) >> 1n) ^ -(value & 1n));
      }
    }
    throw new FlinkFault('InvalidNumberEncodingException', 'Invalid long encoding');
  }

  /** A long as a number; values beyond 2^53 are rounded. */
  longAsNumber(): number {
    const n = this.smallLong();
    return Number.isNaN(n) ? Number(this.long()) : n;
  }

  /** A long of at most seven bytes (49 bits) as a number; NaN, and nothing consumed, when it is longer. */
  private smallLong(): number {
    const { bytes, end } = this;
    let p = this.pos;
    let n = 0;
    for (let scale = 1, i = 0; i < 7; i++, scale *= 128) {
      if (p >= end) throw eof();
      const b = bytes[p++] as number;
      n += (b & 127) * scale;
      if (b < 128) {
        this.pos = p;
        return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
      }
    }
    return Number.NaN;
  }

  float(): number {
    const at = this.take(4);
    return this.view.getFloat32(at, true);
  }

  double(): number {
    const at = this.take(8);
    return this.view.getFloat64(at, true);
  }

  boolean(): boolean {
    return this.bytes[this.take(1)] === 1;
  }

  /** Index of a union's branch or an enum's symbol. */
  index(count: number): number {
    const i = this.int();
    if (i < 0 || i >= count)
      throw new FlinkFault('ArrayIndexOutOfBoundsException', `Index ${i} out of bounds for length ${count}`);
    return i;
  }

  /** Passes over a text or bytes and leaves its place in `start` and `stop`. */
  blob(): void {
    const n = this.longAsNumber();
    if (n < 0) throw new FlinkFault('AvroRuntimeException', `Malformed data. Length is negative: ${n}`);
    this.start = this.take(n);
    this.stop = this.start + n;
  }

  string(): string {
    this.blob();
    return text.decode(this.bytes.subarray(this.start, this.stop));
  }

  /** A copy of the bytes, because a view would keep the whole message. */
  binary(): Uint8Array {
    this.blob();
    return this.bytes.slice(this.start, this.stop);
  }

  fixed(size: number): Uint8Array {
    const at = this.take(size);
    return this.bytes.slice(at, at + size);
  }

  /** Moves over `n` bytes and gives where they begin. */
  take(n: number): number {
    const at = this.pos;
    if (at + n > this.end) throw eof();
    this.pos = at + n;
    return at;
  }

  /** Items of the next block of an array or a map; 0 at its end. */
  block(): number {
    const n = this.longAsNumber();
    if (n >= 0) return n;
    // The block's size in bytes follows a negative count.
    this.longAsNumber();
    return -n;
  }
}
