/** java.util.Random: the same numbers from the same seed. */
export class JavaRandom {
  private seed: bigint;

  constructor(seed: bigint) {
    this.seed = (seed ^ 0x5deece66dn) & MASK;
  }

  private next(bits: number): number {
    this.seed = (this.seed * 0x5deece66dn + 0xbn) & MASK;
    return Number(BigInt.asIntN(32, this.seed >> BigInt(48 - bits)));
  }

  nextDouble(): number {
    const high = this.next(26);
    return (high * 134217728 + this.next(27)) / 9007199254740992;
  }

  /** A number from 0 up to, not including, `bound`. */
  nextInt(bound: number): number {
    let bits = this.next(31);
    const mask = bound - 1;
    if ((bound & mask) === 0) return Number((BigInt(bound) * BigInt(bits)) >> 31n);
    for (;;) {
      const value = bits % bound;
      if (bits - value + mask <= 2147483647) return value;
      bits = this.next(31);
    }
  }
}

const MASK = (1n << 48n) - 1n;
