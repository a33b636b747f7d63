/** A hash table from numbers of keys (at least 0) to numbers: pairs lie beside each other in one array, so that a look-up is one place in memory. */
export class IntMap {
  /** Pairs of key + 1 (0: empty) and value. */
  private pairs: Int32Array;
  private shift: number;
  size = 0;

  constructor() {
    this.pairs = new Int32Array(16);
    this.shift = 29;
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const { pairs } = this;
    const mask = pairs.length - 1;
    for (let at = (Math.imul(key, 0x9e3779b1) >>> this.shift) << 1; ; at = (at + 2) & mask) {
      const found = pairs[at] as number;
      if (found === key + 1) return pairs[at + 1] as number;
      if (found === 0) return -1;
    }
  }

  /** The values of keys `keys[0..n)`, -1 for absent ones. */
  getAll(keys: Int32Array, n: number, values: Int32Array): void {
    const { pairs, shift } = this;
    const mask = pairs.length - 1;
    for (let k = 0; k < n; k++) {
      const wanted = (keys[k] as number) + 1;
      let at = (Math.imul(wanted - 1, 0x9e3779b1) >>> shift) << 1;
      let found = pairs[at] as number;
      while (found !== wanted && found !== 0) {
        at = (at + 2) & mask;
        found = pairs[at] as number;
      }
      values[k] = found === 0 ? -1 : (pairs[at + 1] as number);
    }
  }

  /** All keys and values, in no order. */
  forEach(take: (key: number, value: number) => void): void {
    const { pairs } = this;
    for (let at = 0; at < pairs.length; at += 2) {
      if (pairs[at] !== 0) take((pairs[at] as number) - 1, pairs[at + 1] as number);
    }
  }

  /** Adds a key that is not there. */
  add(key: number, value: number): void {
    if (++this.size * 4 > this.pairs.length) this.widen();
    this.put(key, value);
  }

  private put(key: number, value: number): void {
    const { pairs } = this;
    const mask = pairs.length - 1;
    let at = (Math.imul(key, 0x9e3779b1) >>> this.shift) << 1;
    while (pairs[at] !== 0) at = (at + 2) & mask;
    pairs[at] = key + 1;
    pairs[at + 1] = value;
  }

  private widen(): void {
    const old = this.pairs;
    this.pairs = new Int32Array(old.length * 2);
    this.shift--;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0) this.put((old[at] as number) - 1, old[at + 1] as number);
    }
  }

  /** Takes out a key that is there. */
  delete(key: number): void {
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
    this.size--;
  }

  get byteLength(): number {
    return this.pairs.byteLength;
  }

  snapshot() {
    return { pairs: this.pairs, shift: this.shift, size: this.size };
  }

  restore(state: ReturnType<IntMap['snapshot']>): void {
    this.pairs = state.pairs;
    this.shift = state.shift;
    this.size = state.size;
  }
}
