import type { IntList } from './int-list.ts';

/** Words of the largest array that is made before its keys are there. */
const MOST_EXPECTED = 1 << 16;
const NONE = new Int32Array(0);

/** Bits of the number of places in a hash table with room for so many keys and as many more. */
function bitsFor(keys: number): number {
  let bits = 3;
  while (1 << (bits - 1) < keys) bits++;
  return bits;
}

/**
 * A map from numbers of keys (at least 0) to numbers. As a hash table pairs lie beside each other in one array, so that a look-up is
 * one place in memory. Where the keys are so near each other that this takes no more room, values stand at their keys' places.
 */
export class IntMap {
  /** Pairs of key + 1 (0: empty) and value. */
  private pairs: Int32Array;
  private shift: number;
  /** Values + 1 (0: none) by key; in use when it is not empty. */
  private values = NONE;
  /** No key was greater. */
  private greatest = 0;
  size = 0;

  /** `like`: about as many keys will come as this one has now. */
  constructor(like?: IntMap) {
    this.pairs = new Int32Array(16);
    this.shift = 29;
    if (!like) return;
    const words = 2 << bitsFor(like.size);
    if (like.greatest >= words || words > MOST_EXPECTED) return;
    this.values = new Int32Array(words);
    this.pairs = NONE;
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const { values } = this;
    if (key < values.length) return (values[key] as number) - 1;
    return values.length > 0 ? -1 : this.search(key);
  }

  private search(key: number): number {
    const { pairs } = this;
    const mask = pairs.length - 1;
    for (let at = (Math.imul(key, 0x9e3779b1) >>> this.shift) << 1; ; at = (at + 2) & mask) {
      const found = pairs[at] as number;
      if (found === key + 1) return pairs[at + 1] as number;
      if (found === 0) return -1;
    }
  }

  /** The values of keys `keys[0..n)`, -1 for absent ones. */
  getAll(keys: Int32Array, n: number, found: Int32Array): void {
    const { values } = this;
    if (values.length === 0) {
      for (let k = 0; k < n; k++) found[k] = this.search(keys[k] as number);
      return;
    }
    for (let k = 0; k < n; k++) {
      const key = keys[k] as number;
      found[k] = key < values.length ? (values[key] as number) - 1 : -1;
    }
  }

  /** Values + 1 by key, 0 for none, unless it is empty: then, and for keys beyond it, ask `get`. Good until the next change. */
  get direct(): Int32Array {
    return this.values;
  }

  /** All keys and values, in no order. */
  forEach(take: (key: number, value: number) => void): void {
    const { values, pairs } = this;
    for (let key = 0; key < values.length; key++) {
      if (values[key] !== 0) take(key, (values[key] as number) - 1);
    }
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] !== 0) take((pairs[at] as number) - 1, pairs[at + 1] as number);
    }
  }

  /** Appends all keys and their values, in no order. */
  list(keysOut: IntList, valuesOut: IntList): void {
    const { values, pairs } = this;
    for (let key = 0; key < values.length; key++) {
      const value = values[key] as number;
      if (value === 0) continue;
      keysOut.push(key);
      valuesOut.push(value - 1);
    }
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] === 0) continue;
      keysOut.push((pairs[at] as number) - 1);
      valuesOut.push(pairs[at + 1] as number);
    }
  }

  /** Adds a key that is not there. */
  add(key: number, value: number): void {
    this.size++;
    if (key < this.values.length) {
      this.values[key] = value + 1;
      return;
    }
    if (key > this.greatest) this.greatest = key;
    if (this.values.length > 0 || this.size * 4 > this.pairs.length) this.rebuild();
    this.put(key, value);
  }

  private put(key: number, value: number): void {
    if (this.values.length > 0) {
      this.values[key] = value + 1;
      return;
    }
    const { pairs } = this;
    const mask = pairs.length - 1;
    let at = (Math.imul(key, 0x9e3779b1) >>> this.shift) << 1;
    while (pairs[at] !== 0) at = (at + 2) & mask;
    pairs[at] = key + 1;
    pairs[at + 1] = value;
  }

  /** Makes room for the keys there are and as many more, in the form that takes less. */
  private rebuild(): void {
    const { values, pairs } = this;
    const bits = bitsFor(this.size);
    const words = 2 << bits;
    if (this.greatest < words) {
      this.values = new Int32Array(words);
      this.pairs = NONE;
    } else {
      this.values = NONE;
      this.pairs = new Int32Array(words);
      this.shift = 32 - bits;
    }
    for (let key = 0; key < values.length; key++) {
      if (values[key] !== 0) this.put(key, (values[key] as number) - 1);
    }
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] !== 0) this.put((pairs[at] as number) - 1, pairs[at + 1] as number);
    }
  }

  /** Takes out a key that is there. */
  delete(key: number): void {
    this.size--;
    if (this.values.length > 0) this.values[key] = 0;
    else this.deletePair(key);
  }

  private deletePair(key: number): void {
    const { pairs, shift } = this;
    const mask = pairs.length - 1;
    let hole = (Math.imul(key, 0x9e3779b1) >>> shift) << 1;
    while (pairs[hole] !== key + 1) hole = (hole + 2) & mask;
    // Later pairs of the chain move back.
    for (let next = (hole + 2) & mask; pairs[next] !== 0; next = (next + 2) & mask) {
      const home = (Math.imul((pairs[next] as number) - 1, 0x9e3779b1) >>> shift) << 1;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      pairs[hole] = pairs[next] as number;
      pairs[hole + 1] = pairs[next + 1] as number;
      hole = next;
    }
    pairs[hole] = 0;
  }

  get byteLength(): number {
    return this.pairs.byteLength + this.values.byteLength;
  }

  snapshot() {
    const { pairs, shift, values, greatest, size } = this;
    return { pairs, shift, values, greatest, size };
  }

  restore(state: ReturnType<IntMap['snapshot']>): void {
    this.pairs = state.pairs;
    this.shift = state.shift;
    this.values = state.values;
    this.greatest = state.greatest;
    this.size = state.size;
  }
}
