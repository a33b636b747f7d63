import type { Value } from '../../flink-sql/plan/rex.ts';
import type { StringColumn } from '../batch/string-column.ts';
import { canonical } from './canonical.ts';
import type { StringWriter } from './column-writer.ts';
import { unchanging } from './unchanging.ts';

const decoder = new TextDecoder();

/**
 * Gives texts small numbers, so that keys and stored rows are fixed-width words. Bytes live in one arena. An entry lives as long
 * as stored rows refer to it (`retain`/`release`); entries nobody refers to go away at `sweep`, between batches, and the arena is
 * compacted when more than half of it is garbage.
 */
export class TextInterner {
  private arena = new Uint8Array(4096);
  private used = 0;
  private garbage = 0;
  private starts = new Int32Array(256);
  private lengths = new Int32Array(256);
  private hashes = new Int32Array(256);
  private refs = new Int32Array(256);
  private count = 0;
  private free: number[] = [];
  private slots = new Int32Array(512);
  private live = 0;
  /** Entries that may have no references. */
  private loose: number[] = [];

  /** Numbers of rows `from` to `to` of a column into `out[row * stride + offset]`; null rows are left alone. */
  encode(column: StringColumn, from: number, to: number, out: Int32Array, stride: number, offset: number): void {
    const { bytes, starts, ends } = column.views();
    const nulls = column.nulls;
    let [lastStart, lastEnd, id] = [-1, -1, -1];
    for (let i = from; i < to; i++) {
      if (nulls !== undefined && nulls[i] === 1) continue;
      const start = starts[i] as number;
      const end = ends[i] as number;
      // Equal texts in a row may share their bytes.
      if (start !== lastStart || end !== lastEnd) {
        id = this.intern(bytes, start, end);
        lastStart = start;
        lastEnd = end;
      }
      out[i * stride + offset] = id;
    }
  }

  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = textHash(bytes, start, end);
    const slots = this.slots;
    const mask = slots.length - 1;
    let at = hash & mask;
    for (let slot = slots[at] as number; slot !== 0; slot = slots[at] as number) {
      const id = slot - 1;
      if (this.hashes[id] === hash && this.isText(id, bytes, start, end)) return id;
      at = (at + 1) & mask;
    }
    return this.add(bytes, start, end, hash, at);
  }

  private isText(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const n = end - start;
    if (this.lengths[id] !== n) return false;
    const arena = this.arena;
    const base = this.starts[id] as number;
    let i = 0;
    for (; i + 4 <= n; i += 4) if (wordAt(arena, base + i) !== wordAt(bytes, start + i)) return false;
    for (; i < n; i++) if (arena[base + i] !== bytes[start + i]) return false;
    return true;
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number, at: number): number {
    const n = end - start;
    if (this.used + n > this.arena.length) {
      const arena = new Uint8Array(Math.max(this.arena.length * 2, this.used + n));
      arena.set(this.arena.subarray(0, this.used));
      this.arena = arena;
    }
    this.arena.set(bytes.subarray(start, end), this.used);
    const id = this.free.pop() ?? this.count++;
    if (id >= this.starts.length) {
      this.starts = doubled(this.starts);
      this.lengths = doubled(this.lengths);
      this.hashes = doubled(this.hashes);
      this.refs = doubled(this.refs);
    }
    this.starts[id] = this.used;
    this.lengths[id] = n;
    this.hashes[id] = hash;
    this.refs[id] = 0;
    this.used += n;
    this.slots[at] = id + 1;
    this.loose.push(id);
    if (++this.live * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    return id;
  }

  private rehash(size: number): void {
    const old = this.slots;
    const slots = new Int32Array(size);
    const mask = size - 1;
    for (const slot of old) {
      if (slot === 0) continue;
      let at = (this.hashes[slot - 1] as number) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = slot;
    }
    this.slots = slots;
  }

  retain(id: number): void {
    this.refs[id] = (this.refs[id] as number) + 1;
  }

  release(id: number): void {
    const refs = (this.refs[id] as number) - 1;
    this.refs[id] = refs;
    if (refs === 0) this.loose.push(id);
  }

  /** Forgets entries without references. Call between batches: encoded rows not stored lose their meaning. */
  sweep(): void {
    if (this.loose.length === 0) return;
    for (const id of this.loose) {
      if (this.refs[id] !== 0) continue;
      // -1 keeps an entry that is listed twice from being freed twice.
      this.refs[id] = -1;
      this.remove(id);
      this.garbage += this.lengths[id] as number;
      this.free.push(id);
    }
    this.loose = [];
    if (this.garbage > 65536 && this.garbage * 2 > this.used) this.compact();
  }

  private remove(id: number): void {
    const slots = this.slots;
    const mask = slots.length - 1;
    let at = (this.hashes[id] as number) & mask;
    while (slots[at] !== id + 1) at = (at + 1) & mask;
    removeSlot(slots, at, this.hashes);
    this.live--;
  }

  private compact(): void {
    const arena = new Uint8Array(Math.max(4096, (this.used - this.garbage) * 2));
    let used = 0;
    for (let id = 0; id < this.count; id++) {
      if ((this.refs[id] as number) <= 0) continue;
      const start = this.starts[id] as number;
      const n = this.lengths[id] as number;
      arena.set(this.arena.subarray(start, start + n), used);
      this.starts[id] = used;
      used += n;
    }
    this.arena = arena;
    this.used = used;
    this.garbage = 0;
  }

  write(id: number, to: StringWriter): void {
    const start = this.starts[id] as number;
    to.appendBytes(this.arena, start, start + (this.lengths[id] as number));
  }

  text(id: number): string {
    const start = this.starts[id] as number;
    return decoder.decode(this.arena.subarray(start, start + (this.lengths[id] as number)));
  }

  get byteLength(): number {
    return this.arena.byteLength + this.slots.byteLength + this.starts.byteLength * 4;
  }

  snapshot() {
    const entries = Math.max(1, this.count);
    return {
      // Texts are only ever added behind the others, until there is a new arena.
      arena: unchanging(this.arena.subarray(0, this.used)),
      used: this.used,
      garbage: this.garbage,
      starts: this.starts.subarray(0, entries),
      lengths: this.lengths.subarray(0, entries),
      hashes: this.hashes.subarray(0, entries),
      refs: this.refs.subarray(0, entries),
      count: this.count,
      free: this.free,
      slots: this.slots,
      live: this.live,
      loose: this.loose,
    };
  }

  restore(state: ReturnType<TextInterner['snapshot']>): void {
    this.arena = state.arena;
    this.used = state.used;
    this.garbage = state.garbage;
    this.starts = state.starts;
    this.lengths = state.lengths;
    this.hashes = state.hashes;
    this.refs = state.refs;
    this.count = state.count;
    this.free = state.free;
    this.slots = state.slots;
    this.live = state.live;
    this.loose = state.loose;
    // The snapshot may be of a version that hashed otherwise.
    for (let id = 0; id < this.count; id++) {
      if (this.refs[id] === -1) continue;
      const start = this.starts[id] as number;
      this.hashes[id] = textHash(this.arena, start, start + (this.lengths[id] as number));
    }
    this.rehash(this.slots.length);
  }
}

/** Bytes four at a time, as far as they go. */
function textHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul(hash ^ wordAt(bytes, i), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return mix(hash);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** The same for values that are JavaScript objects (large decimals, arrays, rows, maps, bytes). */
export class ValueInterner {
  private readonly ids = new Map<string, number>();
  private keys: string[] = [];
  private values: Value[] = [];
  private refs: number[] = [];
  private free: number[] = [];
  private loose: number[] = [];

  intern(value: Value): number {
    const key = canonical(value);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.free.pop() ?? this.keys.length;
    this.ids.set(key, id);
    this.keys[id] = key;
    this.values[id] = value;
    this.refs[id] = 0;
    this.loose.push(id);
    return id;
  }

  retain(id: number): void {
    this.refs[id] = (this.refs[id] as number) + 1;
  }

  release(id: number): void {
    const refs = (this.refs[id] as number) - 1;
    this.refs[id] = refs;
    if (refs === 0) this.loose.push(id);
  }

  sweep(): void {
    for (const id of this.loose) {
      if (this.refs[id] !== 0) continue;
      this.refs[id] = -1;
      this.ids.delete(this.keys[id] as string);
      this.values[id] = null;
      this.free.push(id);
    }
    this.loose = [];
  }

  value(id: number): Value {
    return this.values[id] as Value;
  }

  get byteLength(): number {
    return this.ids.size * 128;
  }

  snapshot() {
    return { keys: this.keys, values: this.values, refs: this.refs, free: this.free, loose: this.loose };
  }

  restore(state: ReturnType<ValueInterner['snapshot']>): void {
    this.keys = state.keys;
    this.values = state.values;
    this.refs = state.refs;
    this.free = state.free;
    this.loose = state.loose;
    this.ids.clear();
    for (const [id, key] of this.keys.entries()) if ((this.refs[id] as number) >= 0) this.ids.set(key, id);
  }
}

/** Final mixing of a 32-bit hash (murmur3). */
export function mix(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

export function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}

/** Empties slot `at` of a linear-probing table (slot holds id + 1, 0 is empty), moving later entries of the chain back. */
export function removeSlot(slots: Int32Array, at: number, hashes: Int32Array): void {
  const mask = slots.length - 1;
  let hole = at;
  let next = (hole + 1) & mask;
  for (let slot = slots[next] as number; slot !== 0; slot = slots[next] as number) {
    const home = (hashes[slot - 1] as number) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots[hole] = slot;
      hole = next;
    }
    next = (next + 1) & mask;
  }
  slots[hole] = 0;
}
