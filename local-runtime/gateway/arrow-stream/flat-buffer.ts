/** A field of a table: scalars lie in the table, the rest behind it. `undefined` leaves it at its default. */
export type FlatField = Scalar | string | FlatTable | readonly FlatTable[] | Longs | undefined;

/** Fields in the order of the schema's slots. */
export interface FlatTable {
  readonly fields: readonly FlatField[];
}

interface Scalar {
  readonly size: 1 | 2 | 4 | 8;
  readonly value: number;
}

/** A vector of structs of 64-bit integers, one after another. */
interface Longs {
  readonly perStruct: number;
  readonly values: readonly number[];
}

export const int8 = (value: number): FlatField => ({ size: 1, value });
export const int16 = (value: number): FlatField => ({ size: 2, value });
export const int32 = (value: number): FlatField => ({ size: 4, value });
export const int64 = (value: number): FlatField => ({ size: 8, value });
export const bool = (value: boolean): FlatField => ({ size: 1, value: value ? 1 : 0 });

/** A FlatBuffers buffer with this root table; its length is a multiple of eight. */
export function flatBuffer(root: FlatTable): Uint8Array {
  const out = new FlatWriter();
  out.reference(out.reserve(4, 4), root);
  return out.finished();
}

/**
 * Writes a table before what it refers to, so that every offset points forward, as FlatBuffers wants them. Places are aligned from the
 * start of the buffer.
 */
class FlatWriter {
  private bytes = Buffer.alloc(1024);
  private end = 0;

  finished(): Uint8Array {
    this.reserve(0, 8);
    return this.bytes.subarray(0, this.end);
  }

  /** Zeroed room behind all that is written; gives its place. */
  reserve(size: number, alignment: number): number {
    const at = (this.end + alignment - 1) & -alignment;
    this.end = at + size;
    if (this.end > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.end, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return at;
  }

  /** Writes `value` and, at `from`, how far behind it lies. */
  reference(from: number, value: string | FlatTable | readonly FlatTable[] | Longs): void {
    const at = this.write(value);
    this.bytes.writeUInt32LE(at - from, from);
  }

  private write(value: string | FlatTable | readonly FlatTable[] | Longs): number {
    if (typeof value === 'string') return this.text(value);
    if ('fields' in value) return this.table(value);
    if ('perStruct' in value) return this.longs(value);
    const at = this.reserve(4 + 4 * value.length, 4);
    this.bytes.writeUInt32LE(value.length, at);
    for (const [i, table] of value.entries()) this.reference(at + 4 + 4 * i, table);
    return at;
  }

  /** Length, UTF-8, and a zero. */
  private text(value: string): number {
    const length = Buffer.byteLength(value, 'utf8');
    const at = this.reserve(4 + length + 1, 4);
    this.bytes.writeUInt32LE(length, at);
    this.bytes.write(value, at + 4, 'utf8');
    return at;
  }

  /** The count lies right before the first struct, which is aligned to eight. */
  private longs({ perStruct, values }: Longs): number {
    const first = this.reserve(8, 8) + 8;
    this.bytes.writeUInt32LE(values.length / perStruct, first - 4);
    this.reserve(8 * values.length, 8);
    for (const [i, value] of values.entries()) this.long(first + 8 * i, value);
    return first - 4;
  }

  private long(at: number, value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.bytes.writeUInt32LE(value - high * 2 ** 32, at);
    this.bytes.writeInt32LE(high, at + 4);
  }

  /** The vtable says where in the table each field lies, 0 for one that is not there; the table begins with how far before it that is. */
  private table({ fields }: FlatTable): number {
    const vtable = this.reserve(4 + 2 * fields.length, 2);
    const places: number[] = [];
    let size = 4;
    for (const field of fields) {
      const width = field === undefined ? 0 : isScalar(field) ? field.size : 4;
      if (width > 0) size = (size + width - 1) & -width;
      places.push(width > 0 ? size : 0);
      size += width;
    }
    const at = this.reserve(size, 8);
    this.bytes.writeInt32LE(at - vtable, at);
    this.bytes.writeUInt16LE(4 + 2 * fields.length, vtable);
    this.bytes.writeUInt16LE(size, vtable + 2);
    for (const [i, place] of places.entries()) this.bytes.writeUInt16LE(place, vtable + 4 + 2 * i);
    for (const [i, field] of fields.entries()) {
      if (field === undefined) continue;
      const place = at + (places[i] as number);
      if (!isScalar(field)) this.reference(place, field);
      else if (field.size === 8) this.long(place, field.value);
      else this.bytes.writeIntLE(field.value, place, field.size);
    }
    return at;
  }
}

function isScalar(field: Exclude<FlatField, undefined>): field is Scalar {
  return typeof field === 'object' && 'size' in field;
}
