import { FlinkFault } from '../../errors.ts';

const invalid = (message: string) => new FlinkFault('InvalidProtocolBufferException', message);
const truncated = () =>
  invalid(
    'While parsing a protocol message, the input ended unexpectedly in the middle of a field.  This could mean either that the input has been truncated or that an embedded message misreported its own length.',
  );

/** Reads protobuf's wire format (CodedInputStream). */
export class PbInput {
  pos = 0;
  end = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);

  reset(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = from;
    this.end = to;
  }

  /** The low 32 bits of a varint, signed. */
  varint32(): number {
    let n = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw truncated();
      const b = this.bytes[this.pos++] as number;
      if (shift < 32) n |= (b & 127) << shift;
      if (b < 128) return n;
    }
    throw invalid('CodedInputStream encountered a malformed varint.');
  }

  /** A varint of 64 bits, signed. */
  varint64(): bigint {
    let low = 0;
    let scale = 1;
    const start = this.pos;
    for (let i = 0; i < 7; i++, scale *= 128) {
      if (this.pos >= this.end) throw truncated();
      const b = this.bytes[this.pos++] as number;
      low += (b & 127) * scale;
      if (b < 128) return BigInt(low);
    }
    this.pos = start;
    let n = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.pos >= this.end) throw truncated();
      const b = this.bytes[this.pos++] as number;
      n |= BigInt(b & 127) << shift;
      if (b < 128) return BigInt.asIntN(64, n);
    }
    throw invalid('CodedInputStream encountered a malformed varint.');
  }

  private take(n: number): number {
    const at = this.pos;
    if (n < 0) {
      throw invalid('CodedInputStream encountered an embedded string or message which claimed to have negative size.');
    }
    if (at + n > this.end) throw truncated();
    this.pos = at + n;
    return at;
  }

  fixed32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  fixed64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
  }

  float(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** A view of bytes with their length before them. */
  blob(): Uint8Array {
    const n = this.varint32();
    const at = this.take(n);
    return this.bytes.subarray(at, at + n);
  }

  /** Narrows the input to an embedded message; gives the end to go back to with `finish`. */
  begin(): number {
    const n = this.varint32();
    const at = this.take(n);
    const outer = this.end;
    this.pos = at;
    this.end = at + n;
    return outer;
  }

  finish(outer: number): void {
    this.end = outer;
  }

  skip(wire: number, number: number): void {
    if (number === 0) throw invalid('Protocol message contained an invalid tag (zero).');
    switch (wire) {
      case 0:
        this.varint64();
        return;
      case 1:
        this.take(8);
        return;
      case 2:
        this.take(this.varint32());
        return;
      case 3:
        for (;;) {
          const tag = this.varint32() >>> 0;
          if ((tag & 7) === 4) return;
          this.skip(tag & 7, tag >>> 3);
        }
      case 5:
        this.take(4);
        return;
      default:
        throw invalid('Protocol message tag had invalid wire type.');
    }
  }
}
