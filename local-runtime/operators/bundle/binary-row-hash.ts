import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type Column, columnKind, valueAt } from '../../batch/column.ts';

const utf8 = new TextEncoder();

function fieldBytes(value: Value, type: LogicalType): Uint8Array | undefined {
  if (typeof value === 'string') return utf8.encode(value);
  if (value instanceof Uint8Array) return value;
  if (type.root === 'DECIMAL' && type.precision > 18 && typeof value === 'bigint') return bigEndian(value);
  return undefined;
}

/** BigInteger.toByteArray. */
function bigEndian(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(BigInt.asUintN(8, rest)));
    rest >>= 8n;
  } while (!(rest === 0n && (bytes[0] as number) < 128) && !(rest === -1n && (bytes[0] as number) >= 128));
  return Uint8Array.from(bytes);
}

/**
 * hashCode of the BinaryRowData that Flink's key selectors make of a key: MurmurHash over its words. Java's HashMap is ordered by
 * it, and so is what bundles emit. Undefined for keys of nested types, whose layout is not reproduced.
 */
export class BinaryRowHash {
  private readonly types: readonly LogicalType[];
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);

  constructor(types: readonly LogicalType[]) {
    this.types = types;
  }

  /** The hash of row `row` of the key columns. */
  of(columns: readonly Column[], row: number): number {
    const { types } = this;
    const head = Math.floor((types.length + 63 + 8) / 64) * 8;
    const values = columns.map((column) => valueAt(column, row));
    let end = head + types.length * 8;
    this.room(end);
    this.bytes.fill(0, 0, end);
    for (let f = 0; f < types.length; f++) {
      const type = types[f] as LogicalType;
      const value = values[f] as Value;
      const at = head + f * 8;
      if (value === null) {
        const bit = f + 8;
        this.bytes[bit >> 3] = (this.bytes[bit >> 3] as number) | (1 << (bit & 7));
        // These keep room for a value to come.
        const wide = type.root === 'DECIMAL' && type.precision > 18;
        if (!wide && !isWideTimestamp(type)) continue;
        end = this.append(at, new Uint8Array(0), wide ? 16 : 8, wide ? 0 : 0, end);
        continue;
      }
      const bytes = fieldBytes(value, type);
      if (bytes && type.root === 'DECIMAL') end = this.append(at, bytes, 16, bytes.length, end);
      else if (bytes) end = this.text(at, bytes, end);
      else if (typeof value === 'object' && 'ms' in value && isWideTimestamp(type)) {
        const millis = new Uint8Array(8);
        new DataView(millis.buffer).setBigInt64(0, BigInt(value.ms), true);
        end = this.append(at, millis, 8, value.nanos, end);
      } else this.fixed(at, value, type);
    }
    return hashWords(this.view, end);
  }

  private room(length: number): void {
    if (length <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(length, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  private fixed(at: number, value: Value, type: LogicalType): void {
    const { view } = this;
    if (typeof value === 'boolean') view.setUint8(at, value ? 1 : 0);
    else if (typeof value === 'bigint') view.setBigInt64(at, value, true);
    else if (typeof value === 'number') {
      // JavaScript may write any NaN for NaN; Java computes with the one.
      if (type.root === 'FLOAT') {
        if (Number.isNaN(value)) view.setUint32(at, 0x7fc00000, true);
        else view.setFloat32(at, value, true);
      } else if (type.root === 'DOUBLE') {
        if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n, true);
        else view.setFloat64(at, value, true);
      } else if (type.root === 'TINYINT') view.setInt8(at, value);
      else if (type.root === 'SMALLINT') view.setInt16(at, value, true);
      else if (columnKind(type) === 'i64' || columnKind(type) === 'ts') view.setBigInt64(at, BigInt(value), true);
      else view.setInt32(at, value, true);
    } else if (value !== null && typeof value === 'object' && 'ms' in value) {
      view.setBigInt64(at, BigInt(value.ms as number), true);
    }
  }

  private text(at: number, bytes: Uint8Array, end: number): number {
    if (bytes.length < 8) {
      this.bytes.set(bytes, at);
      this.bytes[at + 7] = 0x80 | bytes.length;
      return end;
    }
    return this.append(at, bytes, (bytes.length + 7) & ~7, bytes.length, end);
  }

  /** Puts bytes into the variable part and their place, with `low` beside it, into the field. */
  private append(at: number, bytes: Uint8Array, size: number, low: number, end: number): number {
    this.room(end + size);
    this.bytes.fill(0, end, end + size);
    this.bytes.set(bytes, end);
    this.view.setInt32(at, low, true);
    this.view.setInt32(at + 4, end, true);
    return end + size;
  }
}

function isWideTimestamp(type: LogicalType): boolean {
  const isTimestamp = type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
  return isTimestamp && type.precision > 3;
}

/** MurmurHashUtils.hashBytesByWords. */
function hashWords(view: DataView, length: number): number {
  let h = 42;
  for (let i = 0; i < length; i += 4) {
    let k = Math.imul(view.getInt32(i, true), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= length;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
