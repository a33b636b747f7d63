import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { doubled, mix, removeSlot } from './interner.ts';
import { type KeyLoops, keyLoops } from './key-loops.ts';
import { RowStore } from './row-store.ts';

/** Rows whose places in memory are touched before they are looked at, so that the memory answers many questions at a time. */
const AHEAD = 128;
/** How full the table may get. */
const LOAD = 0.7;

/**
 * Hash table of rows: open addressing with linear probing over a RowStore. Gives each distinct key a small id that indexes
 * whatever arrays the operator keeps beside it; ids of removed keys are used again.
 */
export class KeyTable {
  readonly rows: RowStore;
  /** Pairs of a key's hash and its id + 1 (0: empty). */
  private slots = new Int32Array(512);
  /** Encoded keys of the batch at hand (see `encode`). */
  probe = new Int32Array(0);
  /** Hashes of the keys being looked up together. */
  private readonly hashes = new Int32Array(AHEAD);
  private readonly loops: KeyLoops;
  /** Nobody reads it, but reads whose result goes nowhere would be left out. */
  protected touched = 0;
  /** Whether the last `findOrAdd` made a new key. */
  added = false;
  /** All ids are below this. */
  capacity = 0;

  /** `extra`: see RowStore; the extra words belong to the key. */
  constructor(types: readonly LogicalType[], extra = 0) {
    this.rows = new RowStore(types, extra);
    this.loops = keyLoops(this.rows.width);
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

  /** Whether encoded row `row` is the same as the one before it. */
  repeats(row: number): boolean {
    const { probe } = this;
    const { width } = this.rows;
    for (let at = row * width; at < (row + 1) * width; at++) if (probe[at] !== probe[at - width]) return false;
    return true;
  }

  find(row: number): number {
    return this.findWords(this.probe, row * this.rows.width);
  }

  findOrAdd(row: number): number {
    return this.findOrAddWords(this.probe, row * this.rows.width);
  }

  /** The ids of encoded rows `from` to `to`, in order, into `ids`; `added` gets 1 where the key is new, else 0. */
  findOrAddAll(from: number, to: number, ids: Int32Array, added: Uint8Array): void {
    const { probe, hashes, loops } = this;
    const { width } = this.rows;
    added.fill(0, from, to);
    for (let start = from; start < to; start += AHEAD) {
      const end = Math.min(to, start + AHEAD);
      this.touched = loops.touch(probe, start, end, hashes, this.slots, this.rows.words);
      for (let i = start; ; i++) {
        i = loops.find(probe, i, end, start, ids, hashes, this.slots, this.rows.words);
        if (i >= end) break;
        ids[i] = this.place(hashes[i - start] as number, probe, i * width);
        added[i] = 1;
      }
    }
  }

  /** Looks up a key by encoded words (of this table's layout); -1 when absent. */
  findWords(words: Int32Array, at: number): number {
    const hash = this.hash(words, at);
    const { slots } = this;
    const last = slots.length - 2;
    for (let s = (hash << 1) & last; ; s = (s + 2) & last) {
      const slot = slots[s + 1] as number;
      if (slot === 0) return -1;
      if (slots[s] === hash && this.isRow(slot - 1, words, at)) return slot - 1;
    }
  }

  findOrAddWords(words: Int32Array, at: number): number {
    return this.place(this.hash(words, at), words, at);
  }

  private place(hash: number, words: Int32Array, at: number): number {
    const { slots } = this;
    const last = slots.length - 2;
    let s = (hash << 1) & last;
    for (let slot = slots[s + 1] as number; slot !== 0; slot = slots[s + 1] as number) {
      if (slots[s] === hash && this.isRow(slot - 1, words, at)) {
        this.added = false;
        return slot - 1;
      }
      s = (s + 2) & last;
    }
    const id = this.rows.add(words, at);
    if (id >= this.capacity) this.capacity = id + 1;
    slots[s] = hash;
    slots[s + 1] = id + 1;
    if (this.rows.live * 2 > slots.length * LOAD) this.widen();
    this.added = true;
    return id;
  }

  /** The ids of all keys, ascending. */
  ids(): number[] {
    const found: number[] = [];
    for (let s = 1; s < this.slots.length; s += 2) if (this.slots[s] !== 0) found.push((this.slots[s] as number) - 1);
    return found.sort((a, b) => a - b);
  }

  remove(id: number): void {
    const { slots } = this;
    const last = slots.length - 2;
    let hole = (this.hash(this.rows.words, id * this.rows.width) << 1) & last;
    while (slots[hole + 1] !== id + 1) hole = (hole + 2) & last;
    // Later keys of the chain move back.
    for (let next = (hole + 2) & last; slots[next + 1] !== 0; next = (next + 2) & last) {
      const home = ((slots[next] as number) << 1) & last;
      if (((next - home) & last) < ((next - hole) & last)) continue;
      slots[hole] = slots[next] as number;
      slots[hole + 1] = slots[next + 1] as number;
      hole = next;
    }
    slots[hole + 1] = 0;
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

  private widen(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (let s = 0; s < old.length; s += 2) {
      if (old[s + 1] !== 0) this.put(old[s] as number, old[s + 1] as number);
    }
  }

  private put(hash: number, slot: number): void {
    const { slots } = this;
    const last = slots.length - 2;
    let s = (hash << 1) & last;
    while (slots[s + 1] !== 0) s = (s + 2) & last;
    slots[s] = hash;
    slots[s + 1] = slot;
  }

  /** Call between batches. */
  sweep(): void {
    this.rows.sweep();
  }

  get byteLength(): number {
    return this.rows.byteLength + this.slots.byteLength;
  }

  /** The rows are enough: the table is made from them. */
  snapshot() {
    return { capacity: this.capacity, rows: this.rows.snapshot() };
  }

  restore(state: ReturnType<KeyTable['snapshot']>): void {
    this.capacity = state.capacity;
    this.rows.restore(state.rows);
    let length = 512;
    while (this.rows.live * 2 > length * LOAD) length *= 2;
    this.slots = new Int32Array(length);
    const gone = new Uint8Array(this.capacity);
    for (const id of state.rows.free) gone[id] = 1;
    for (let id = 0; id < this.capacity; id++) {
      if (gone[id] === 0) this.put(this.hash(this.rows.words, id * this.rows.width), id + 1);
    }
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

  /** The ids of all pairs, ascending. */
  ids(): number[] {
    return Array.from(this.slots)
      .filter((slot) => slot !== 0)
      .map((slot) => slot - 1)
      .sort((a, b) => a - b);
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
