const encoder = new TextEncoder();

/** Bytes of a message that is being put together, little-endian, as ByteSink.java. */
export class ByteWriter {
  private buffer: Buffer;
  length = 0;

  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  private room(more: number): number {
    const at = this.length;
    if (at + more > this.buffer.length) {
      const wider = Buffer.allocUnsafe(Math.max(at + more, this.buffer.length * 2));
      this.buffer.copy(wider, 0, 0, at);
      this.buffer = wider;
    }
    this.length = at + more;
    return at;
  }

  byte(value: number): void {
    const at = this.room(1);
    this.buffer[at] = value;
  }

  int(value: number): void {
    const at = this.room(4);
    this.buffer.writeInt32LE(value, at);
  }

  intAt(at: number, value: number): void {
    this.buffer.writeInt32LE(value, at);
  }

  long(value: bigint): void {
    const at = this.room(8);
    this.buffer.writeBigInt64LE(value, at);
  }

  double(value: number): void {
    const at = this.room(8);
    this.buffer.writeDoubleLE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.room(value.length);
    this.buffer.set(value, at);
  }

  /** The bytes of the first `n` elements of a typed array; the machine is little-endian. */
  array(values: Int32Array | BigInt64Array | Float64Array | Uint8Array, n: number): void {
    this.bytes(new Uint8Array(values.buffer, values.byteOffset, n * values.BYTES_PER_ELEMENT));
  }

  /** Behind their length. */
  sized(value: Uint8Array): void {
    this.int(value.length);
    this.bytes(value);
  }

  text(value: string): void {
    this.sized(encoder.encode(value));
  }

  /** Room for `n` bytes that the caller fills. */
  reserve(n: number): Uint8Array {
    const at = this.room(n);
    return this.buffer.subarray(at, at + n);
  }

  take(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}

/** Reads what ByteWriter, or the host, wrote. */
export class ByteReader {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  byte(): number {
    return this.bytes[this.at++] as number;
  }

  int(): number {
    const value = this.bytes.readInt32LE(this.at);
    this.at += 4;
    return value;
  }

  long(): bigint {
    const value = this.bytes.readBigInt64LE(this.at);
    this.at += 8;
    return value;
  }

  double(): number {
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  take(n: number): Uint8Array {
    const value = this.bytes.subarray(this.at, this.at + n);
    this.at += n;
    return value;
  }

  sized(): Uint8Array {
    return this.take(this.int());
  }

  text(): string {
    const length = this.int();
    const value = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length;
    return value;
  }

  /** A copy of the next `n` bytes, from which a typed array of any width can be made. */
  aligned(n: number): ArrayBuffer {
    const from = this.bytes.byteOffset + this.at;
    this.at += n;
    return this.bytes.buffer.slice(from, from + n) as ArrayBuffer;
  }
}
