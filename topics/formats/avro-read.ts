import { JsonNumber, type JsonValue } from '../json.ts';
import { type AvroLogicalType, type AvroNode, avroName } from './avro-schema.ts';
import { dateText, microsText, millisText, nanosText, timeText } from './times.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Deeper data of a record that contains itself is refused. */
const DEEPEST = 500;

/** Reads one datum that fills `bytes[from..]`; throws an Error that says what does not fit. Bytes come as base64. */
export function readAvro(schema: AvroNode, bytes: Uint8Array, from: number): JsonValue {
  const reader = new AvroBytes(bytes, from);
  const value = reader.read(schema, 0);
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes follow what the schema describes`);
  return value;
}

class AvroBytes {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  read(schema: AvroNode, depth: number): JsonValue {
    if (depth > DEEPEST) throw new Error(`the data is nested deeper than ${DEEPEST}`);
    switch (schema.kind) {
      case 'null':
        return null;
      case 'boolean':
        return this.byte() !== 0;
      case 'int':
      case 'long':
        return schema.logical ? integer(this.long(), schema.logical) : new JsonNumber(String(this.varint()));
      case 'float':
        return double(this.view.getFloat32(this.take(4), true));
      case 'double':
        return double(this.view.getFloat64(this.take(8), true));
      case 'string':
        return this.text();
      case 'bytes':
        return binary(this.block(this.size()), schema.logical);
      case 'fixed':
        return binary(this.block(schema.size), schema.logical);
      case 'enum': {
        const symbol = schema.symbols[this.size()];
        if (symbol === undefined) throw new Error(`the enum ${schema.name} has no such symbol`);
        return symbol;
      }
      case 'union': {
        const index = this.size();
        const branch = schema.branches[index];
        if (!branch) throw new Error(`a union of ${schema.branches.map(avroName).join(', ')} has no branch ${index}`);
        return this.read(branch, depth + 1);
      }
      case 'array': {
        const out: JsonValue[] = [];
        this.blocks(() => out.push(this.read(schema.items, depth + 1)));
        return out;
      }
      case 'map': {
        const out = new Map<string, JsonValue>();
        this.blocks(() => {
          const key = this.text();
          out.set(key, this.read(schema.values, depth + 1));
        });
        return out;
      }
      case 'record':
        return new Map(schema.fields.map(({ name, type }) => [name, this.read(type, depth + 1)]));
    }
  }

  private blocks(item: () => void): void {
    for (;;) {
      let count = this.long();
      if (count === 0n) return;
      if (count < 0n) {
        count = -count;
        this.long();
      }
      // An item of no bytes may come as often as it likes: no more than a message could have of others.
      if (count > 10_000_000n) throw new Error('an array or map is longer than its message');
      for (let n = Number(count); n > 0; n--) item();
    }
  }

  private byte(): number {
    return this.bytes[this.take(1)] as number;
  }

  private take(length: number): number {
    const at = this.at;
    if (length < 0 || at + length > this.bytes.length)
      throw new Error('the data ends before what the schema describes');
    this.at = at + length;
    return at;
  }

  private long(): bigint {
    return BigInt(this.varint());
  }

  /** A zigzag number; short ones, which most are, without big integers. */
  private varint(): number | bigint {
    const { bytes } = this;
    let small = 0;
    for (let i = 0; i < 4; i++) {
      const byte = bytes[this.at + i];
      if (byte === undefined) break;
      small |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        this.at += i + 1;
        return (small >>> 1) ^ -(small & 1);
      }
    }
    let raw = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (shift > 63n) throw new Error('a number is longer than 64 bits');
      const byte = this.byte();
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n));
  }

  private size(): number {
    const size = this.varint();
    if (size < 0 || size > 0x7fffffff) throw new Error('a length is negative or too long');
    return Number(size);
  }

  private block(size: number): Uint8Array {
    const at = this.take(size);
    return this.bytes.subarray(at, at + size);
  }

  private text(): string {
    const bytes = this.block(this.size());
    try {
      return utf8.decode(bytes);
    } catch {
      throw new Error('a string is no UTF-8');
    }
  }
}

/** JSON has no word for what is no number. */
export const double = (n: number): JsonValue => (Number.isFinite(n) ? new JsonNumber(String(n)) : String(n));

function integer(n: bigint, logical: AvroLogicalType | undefined): JsonValue {
  switch (logical?.name) {
    case 'date':
      return dateText(n);
    case 'time-millis':
      return timeText(n * 1_000_000n);
    case 'time-micros':
      return timeText(n * 1000n);
    case 'timestamp-millis':
      return millisText(n, 'Z');
    case 'timestamp-micros':
      return microsText(n, 'Z');
    case 'timestamp-nanos':
      return nanosText(n, 'Z');
    case 'local-timestamp-millis':
      return millisText(n, '');
    case 'local-timestamp-micros':
      return microsText(n, '');
    case 'local-timestamp-nanos':
      return nanosText(n, '');
    default:
      return new JsonNumber(String(n));
  }
}

function binary(bytes: Uint8Array, logical: AvroLogicalType | undefined): JsonValue {
  if (logical?.name === 'decimal') return new JsonNumber(decimalText(unscaled(bytes), logical.scale ?? 0));
  return Buffer.from(bytes).toString('base64');
}

/** Two's complement, big-endian. */
function unscaled(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

export function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
