import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { doubled, mix, removeSlot } from './interner.ts';
import { RowStore } from './row-store.ts';

/**
 * Hash table of rows: open addressing with linear probing over a RowStore. Gives each distinct key a small id that indexes
 * whatever arrays the operator keeps beside it; ids of removed keys are used again.
 */
export class KeyTable {
  readonly rows: RowStore;
  private slots = new Int32Array(256);
  private hashes = new Int32Array(128);
  /** Encoded keys of the batch at hand (see `encode`). */
  probe = new Int32Array(0);
  /** Whether the last `findOrAdd` made a new key. */
  added = false;
  /** All ids are below this. */
  capacity = 0;

  /** `extra`: see RowStore; the extra words belong to the key. */
  constructor(types: readonly LogicalType[], extra = 0) {
    this.rows = new RowStore(types, extra);
  }

  get size(): number {
    return this.rows.live;
  }

  /** Encodes the keys of rows `from` to `to`; then `find(row)` and `findOrAdd(row)` look them up until the next `encode`. */
  encode(columns: readonly Column[], from: number, to: number): void {
    const need = to * this.rows.width;
    if (this.probe.length < need) this.probe = new Int32Array(Math.max(need, this.probe.length * 2));
    this.rows.encode(columns, from, to, this.probe);
  }

  find(row: number): number {
    return this.findWords(this.probe, row * this.rows.width);
  }

  findOrAdd(row: number): number {
    return this.findOrAddWords(this.probe, row * this.rows.width);
  }

  /** Looks up a key by encoded words (of this table's layout); -1 when absent. */
  findWords(words: Int32Array, at: number): number {
    const hash = this.hash(words, at);
    const slots = this.slots;
    const mask = slots.length - 1;
    for (let s = hash & mask; ; s = (s + 1) & mask) {
      const slot = slots[s] as number;
      if (slot === 0) return -1;
      if (this.hashes[slot - 1] === hash && this.isRow(slot - 1, words, at)) return slot - 1;
    }
  }

  findOrAddWords(words: Int32Array, at: number): number {
    const hash = this.hash(words, at);
    const slots = this.slots;
    const mask = slots.length - 1;
    let s = hash & mask;
    for (let slot = slots[s] as number; slot !== 0; slot = slots[s] as number) {
      if (this.hashes[slot - 1] === hash && this.isRow(slot - 1, words, at)) {
        this.added = false;
        return slot - 1;
      }
      s = (s + 1) & mask;
    }
    const id = this.rows.add(words, at);
    if (id >= this.hashes.length) this.hashes = doubled(this.hashes);
    if (id >= this.capacity) this.capacity = id + 1;
    this.hashes[id] = hash;
    slots[s] = id + 1;
    if (this.rows.live * 2 > slots.length) this.rehash(slots.length * 2);
    this.added = true;
    return id;
  }

  remove(id: number): void {
    const slots = this.slots;
    const mask = slots.length - 1;
    let s = (this.hashes[id] as number) & mask;
    while (slots[s] !== id + 1) s = (s + 1) & mask;
    removeSlot(slots, s, this.hashes);
    this.rows.remove(id);
  }

  private hash(words: Int32Array, at: number): number {
    const width = this.rows.width;
    let h = 0;
    for (let w = 0; w < width; w++) h = Math.imul(h ^ (words[at + w] as number), 0x9e3779b1) ^ (h >>> 15);
    return mix(h);
  }

  private isRow(id: number, words: Int32Array, at: number): boolean {
    const width = this.rows.width;
    const own = this.rows.words;
    const base = id * width;
    for (let w = 0; w < width; w++) if (own[base + w] !== words[at + w]) return false;
    return true;
  }

  private rehash(size: number): void {
    const slots = new Int32Array(size);
    const mask = size - 1;
    for (const slot of this.slots) {
      if (slot === 0) continue;
      let s = (this.hashes[slot - 1] as number) & mask;
      while (slots[s] !== 0) s = (s + 1) & mask;
      slots[s] = slot;
    }
    this.slots = slots;
  }

  /** Call between batches. */
  sweep(): void {
    this.rows.sweep();
  }

  get byteLength(): number {
    return this.rows.byteLength + this.slots.byteLength + this.hashes.byteLength;
  }

  snapshot() {
    return { slots: this.slots, hashes: this.hashes, capacity: this.capacity, rows: this.rows.snapshot() };
  }

  restore(state: ReturnType<KeyTable['snapshot']>): void {
    this.slots = state.slots;
    this.hashes = state.hashes;
    this.capacity = state.capacity;
    this.rows.restore(state.rows);
  }
}

/** A hash table of (int, double) pairs, such as (key, window), with ids. */
export class PairTable {
  private slots = new Int32Array(256);
  private hashes = new Int32Array(128);
  firsts = new Int32Array(128);
  seconds = new Float64Array(128);
  private count = 0;
  private free: number[] = [];
  size = 0;
  added = false;

  get capacity(): number {
    return this.count;
  }

  find(first: number, second: number): number {
    const hash = pairHash(first, second);
    const slots = this.slots;
    const mask = slots.length - 1;
    for (let s = hash & mask; ; s = (s + 1) & mask) {
      const id = (slots[s] as number) - 1;
      if (id < 0) return -1;
      if (this.firsts[id] === first && this.seconds[id] === second) return id;
    }
  }

  findOrAdd(first: number, second: number): number {
    const hash = pairHash(first, second);
    const mask = this.slots.length - 1;
    let s = hash & mask;
    for (let found = (this.slots[s] as number) - 1; found >= 0; found = (this.slots[s] as number) - 1) {
      if (this.firsts[found] === first && this.seconds[found] === second) {
        this.added = false;
        return found;
      }
      s = (s + 1) & mask;
    }
    const id = this.free.pop() ?? this.count++;
    if (id >= this.firsts.length) {
      this.firsts = doubled(this.firsts);
      this.hashes = doubled(this.hashes);
      const seconds = new Float64Array(this.seconds.length * 2);
      seconds.set(this.seconds);
      this.seconds = seconds;
    }
    this.firsts[id] = first;
    this.seconds[id] = second;
    this.hashes[id] = hash;
    this.slots[s] = id + 1;
    if (++this.size * 2 > this.slots.length) this.rehash();
    this.added = true;
    return id;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (const slot of this.slots) {
      if (slot === 0) continue;
      let s = (this.hashes[slot - 1] as number) & mask;
      while (slots[s] !== 0) s = (s + 1) & mask;
      slots[s] = slot;
    }
    this.slots = slots;
  }

  remove(id: number): void {
    const slots = this.slots;
    const mask = slots.length - 1;
    let s = (this.hashes[id] as number) & mask;
    while (slots[s] !== id + 1) s = (s + 1) & mask;
    removeSlot(slots, s, this.hashes);
    this.free.push(id);
    this.size--;
  }

  get byteLength(): number {
    return this.slots.byteLength + this.hashes.byteLength * 2 + this.seconds.byteLength;
  }

  snapshot() {
    return {
      slots: this.slots,
      hashes: this.hashes,
      firsts: this.firsts,
      seconds: this.seconds,
      count: this.count,
      free: this.free,
      size: this.size,
    };
  }

  restore(state: ReturnType<PairTable['snapshot']>): void {
    this.slots = state.slots;
    this.hashes = state.hashes;
    this.firsts = state.firsts;
    this.seconds = state.seconds;
    this.count = state.count;
    this.free = state.free;
    this.size = state.size;
  }
}

function pairHash(first: number, second: number): number {
  const hi = Math.floor(second / 4294967296);
  return mix(Math.imul(first, 0x9e3779b1) ^ Math.imul(second - hi * 4294967296, 0x85ebca6b) ^ hi);
}
