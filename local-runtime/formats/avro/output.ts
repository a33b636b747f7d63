const utf8 = new TextEncoder();

/** Writes Avro's binary encoding into a buffer that grows and is used again (BinaryEncoder). */
export class AvroOutput {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  private room(n: number): void {
    if (this.length + n <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + n));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }

  int(value: number): void {
    this.room(5);
    let n = ((value << 1) ^ (value >> 31)) >>> 0;
    while (n > 127) {
      this.bytes[this.length++] = (n & 127) | 128;
      n >>>= 7;
    }
    this.bytes[this.length++] = n;
  }

  long(value: bigint): void {
    const n = Number(value);
    if (n >= -1073741824 && n < 1073741824) return this.int(n);
    this.room(10);
    let z = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (z > 127n) {
      this.bytes[this.length++] = Number(z & 127n) | 128;
      z >>= 7n;
    }
    this.bytes[this.length++] = Number(z);
  }

  float(value: number): void {
    this.room(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.room(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  boolean(value: boolean): void {
    this.room(1);
    this.bytes[this.length++] = value ? 1 : 0;
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  binary(bytes: Uint8Array): void {
    this.int(bytes.length);
    this.raw(bytes);
  }

  string(text: string): void {
    // The length comes first: short text is encoded behind one byte for it and moved when that was not enough.
    this.room(text.length * 3 + 5);
    const at = this.length + 1;
    const { written } = utf8.encodeInto(text, this.bytes.subarray(at));
    if (written < 64) {
      this.bytes[this.length] = written << 1;
      this.length = at + written;
      return;
    }
    let n = written << 1;
    let width = 1;
    while (n > 127) {
      n >>>= 7;
      width++;
    }
    this.bytes.copyWithin(this.length + width, at, at + written);
    this.int(written);
    this.length += written;
  }

  /** A copy of all that was written; the buffer is empty afterwards. */
  take(): Uint8Array {
    const out = this.bytes.slice(0, this.length);
    this.length = 0;
    return out;
  }
}
