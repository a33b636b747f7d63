const LETTERS = 'abcdefghijklmnopqrstuvwxyz_';
const POOL = 1 << 16;

/**
 * Random numbers of one event: a small generator (mulberry32) whose start is a hash of seed and event number, so that any event can be
 * made without those before it. The quality is that of a workload, not of a cipher.
 */
export class EventRandom {
  private readonly seed: number;
  private readonly letters: string;
  private state = 0;

  constructor(seed: number) {
    this.seed = Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bf03635;
    this.start(-1);
    let letters = '';
    for (let i = 0; i < POOL; i++) letters += LETTERS[this.below(LETTERS.length)];
    this.letters = letters;
  }

  /** Goes to the numbers of event `n`. */
  start(n: number): void {
    // Event numbers go beyond 32 bits.
    let hash = (this.seed ^ Math.imul(n | 0, 0x85ebca6b) ^ Math.imul(Math.floor(n / 4294967296), 0xc2b2ae35)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    this.state = Math.imul(hash ^ (hash >>> 15), 0x846ca68b) | 0;
  }

  /** Evenly from [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Evenly from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** `length` random letters: a piece of a pool, since a letter each would cost more than the rest of an event. */
  text(length: number): string {
    const from = this.below(POOL - length);
    return this.letters.slice(from, from + length);
  }

  /** Letters to fill an event of `size` bytes up to a size of about `wanted`: a fifth more or less. */
  filler(size: number, wanted: number): string {
    if (size >= wanted) return '';
    const missing = wanted - size;
    const spread = Math.round(missing * 0.2);
    return this.text(missing - spread + (spread > 0 ? this.below(2 * spread) : 0));
  }

  /** Money in cents: evenly spread over six orders of magnitude. */
  price(): number {
    return Math.round(10 ** (this.next() * 6) * 100);
  }
}
