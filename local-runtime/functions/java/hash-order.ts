import type { MapValue, TimestampValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { canonical } from '../../state/canonical.ts';

const utf8 = new TextEncoder();

function mixK1(k: number): number {
  const k1 = Math.imul(k, 0xcc9e2d51);
  return Math.imul((k1 << 15) | (k1 >>> 17), 0x1b873593);
}

function mixH1(h: number, k: number): number {
  const h1 = h ^ k;
  return (Math.imul((h1 << 13) | (h1 >>> 19), 5) + 0xe6546b64) | 0;
}

/** MurmurHashUtils.hashUnsafeBytes: the hash of BinaryStringData and other binary values. */
function murmur(bytes: Uint8Array): number {
  let h = 42;
  const aligned = bytes.length - (bytes.length % 4);
  for (let i = 0; i < aligned; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    h = mixH1(h, mixK1(word));
  }
  for (let i = aligned; i < bytes.length; i++) h = mixH1(h, mixK1(((bytes[i] as number) << 24) >> 24));
  h ^= bytes.length;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** java.lang.String.hashCode. */
export function stringHash(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) | 0;
  return h;
}

const words = new DataView(new ArrayBuffer(8));

/** hashCode of the internal Java object that holds a value. */
export function murmurOf(value: Value, type: LogicalType): number {
  if (value === null) return 0;
  if (typeof value === 'string') return murmur(utf8.encode(value));
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value ^ (value >> 32n)));
  if (typeof value === 'number') {
    // Java hashes every NaN as the one; JavaScript may write any.
    if (Number.isNaN(value)) return type.root === 'FLOAT' ? 0x7fc00000 : 0x7ff80000;
    if (type.root === 'FLOAT') {
      words.setFloat32(0, value);
      return words.getInt32(0);
    }
    if (type.root === 'DOUBLE') {
      words.setFloat64(0, value);
      return words.getInt32(0) ^ words.getInt32(4);
    }
    return value | 0;
  }
  if (typeof value === 'object' && 'ms' in value) {
    const { ms, nanos } = value as TimestampValue;
    const n = BigInt(ms);
    return (Math.imul(31, Number(BigInt.asIntN(32, n ^ (n >> 32n)))) + nanos) | 0;
  }
  return 0;
}

/** The entries in the order a java.util.HashMap would give them; of equal keys the last value. */
function hashMap(keys: readonly Value[], values: readonly Value[], hash: (key: Value) => number): MapValue {
  const entries = new Map<string, { key: Value; value: Value; hash: number; at: number }>();
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as Value;
    const id = canonical(key);
    const known = entries.get(id);
    if (known) known.value = values[i] as Value;
    else {
      const h = hash(key);
      entries.set(id, { key, value: values[i] as Value, hash: h ^ (h >>> 16), at: entries.size });
    }
  }
  let buckets = 16;
  while (entries.size > buckets * 0.75) buckets *= 2;
  const sorted = [...entries.values()].sort(
    (a, b) => (a.hash & (buckets - 1)) - (b.hash & (buckets - 1)) || a.at - b.at,
  );
  return { keys: sorted.map((e) => e.key), values: sorted.map((e) => e.value) };
}

/** Order of a HashMap whose keys are Flink's internal objects. */
export const murmurOrder = (keys: readonly Value[], values: readonly Value[], type: LogicalType): MapValue =>
  hashMap(keys, values, (key) => murmurOf(key, type));

/** Order of a HashMap whose keys are Java strings. */
export const stringOrder = (keys: readonly string[], values: readonly Value[]): MapValue =>
  hashMap(keys, values, (key) => stringHash(key as string));
