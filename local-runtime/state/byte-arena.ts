import { unchanging } from './unchanging.ts';

/** Below this many bytes a loop is faster than the call of `set`. */
const SHORT = 40;
/** Bytes of a place that say where in its block it lies. */
const BLOCK_BITS = 26;
const BLOCK = 1 << BLOCK_BITS;
const BLOCKS = 2 ** (32 - BLOCK_BITS);
const FIRST = 4096;
const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
/** So many bytes are copied as words; fewer and more are not faster so. */
const FEW = 8;
const MANY = 512;
/** Bytes that the copying of words may need beside the text. */
const SLACK = 8;

/** The block that a place lies in. */
export function blockOf(place: number): number {
  return place >>> BLOCK_BITS;
}

/** Where in its block a place lies. */
export function offsetIn(place: number): number {
  return place & (BLOCK - 1);
}

export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  const n = end - start;
  if (n < SHORT) for (let k = 0; k < n; k++) to[at + k] = from[start + k] as number;
  else to.set(from.subarray(start, end), at);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
}

/**
 * Bytes in blocks of 64 MB; the last one grows until it is so large. What has been written is never written again: columns may share
 * the blocks. A place is 32 bits, the block's number and the offset in it. Holds 4 GB.
 */
export class ByteArena {
  blocks: Uint8Array[] = [new Uint8Array(FIRST)];
  /** The last block and how much of it is used. */
  private last = this.blocks[0] as Uint8Array;
  private lastBlock = 0;
  private used = 0;
  /** The last block, and what was copied from last, as words. */
  private lastWords = wordsOf(this.last);
  private source: Uint8Array = NO_BYTES;
  private sourceWords: Int32Array = NO_WORDS;
  /** Bytes that nobody refers to any more, as its owner counts them. */
  garbage = 0;

  /** Copies `from[start..end)` and gives its place. */
  append(from: Uint8Array, start: number, end: number): number {
    const n = end - start;
    if (this.used + n + SLACK > this.last.length) return this.appendInNew(from, start, end);
    if (n >= FEW && n <= MANY) {
      const at = this.appendWords(from, start, end);
      if (at >= 0) return (this.lastBlock << BLOCK_BITS) | at;
    }
    const at = this.used;
    copyBytes(from, start, end, this.last, at);
    this.used = at + n;
    return (this.lastBlock << BLOCK_BITS) | at;
  }

  /** The same in words of four bytes, with the bytes that stand in them beside; -1 at the end of the source's memory. */
  private appendWords(from: Uint8Array, start: number, end: number): number {
    if (from !== this.source) {
      this.source = from;
      this.sourceWords = new Int32Array(from.buffer, 0, from.buffer.byteLength >>> 2);
    }
    const { sourceWords, lastWords } = this;
    const first = from.byteOffset + start;
    const until = (from.byteOffset + end + 3) >>> 2;
    if (until > sourceWords.length) return -1;
    let to = (this.used + 3) >>> 2;
    const at = (to << 2) + (first & 3);
    for (let w = first >>> 2; w < until; w++) lastWords[to++] = sourceWords[w] as number;
    this.used = at + end - start;
    return at;
  }

  /** Lets go of what was copied from. */
  release(): void {
    this.source = NO_BYTES;
    this.sourceWords = NO_WORDS;
  }

  private appendInNew(from: Uint8Array, start: number, end: number): number {
    const n = end - start;
    const need = this.used + n + SLACK;
    if (need <= BLOCK && this.last.length < BLOCK) {
      const wider = new Uint8Array(Math.min(BLOCK, Math.max(this.last.length * 2, (need + 3) & ~3)));
      wider.set(this.last.subarray(0, this.used));
      this.blocks[this.lastBlock] = wider;
      this.last = wider;
    } else {
      // A text larger than a block takes the numbers of as many blocks as it fills.
      for (let more = this.last.length; more > BLOCK; more -= BLOCK) this.blocks.push(NO_BYTES);
      if (this.blocks.length >= BLOCKS) throw new Error('an operator keeps more than 4 GB of text');
      this.last = new Uint8Array(Math.max(BLOCK, (n + SLACK + 3) & ~3));
      this.lastBlock = this.blocks.push(this.last) - 1;
      this.used = 0;
    }
    this.lastWords = wordsOf(this.last);
    return this.append(from, start, end);
  }

  /** Whether more than half is garbage. */
  get isWasteful(): boolean {
    return this.garbage > 65536 && this.garbage * 2 > this.lastBlock * BLOCK + this.used;
  }

  /** Begins anew; gives the old blocks. */
  reset(): readonly Uint8Array[] {
    const old = this.blocks;
    this.last = new Uint8Array(Math.min(BLOCK, this.last.length));
    this.blocks = [this.last];
    this.lastWords = wordsOf(this.last);
    this.lastBlock = 0;
    this.used = 0;
    this.garbage = 0;
    return old;
  }

  get byteLength(): number {
    let bytes = 0;
    for (const block of this.blocks) bytes += block.byteLength;
    return bytes;
  }

  snapshot() {
    const blocks = this.blocks.map((block, b) =>
      unchanging(b === this.lastBlock ? block.subarray(0, this.used) : block.subarray()),
    );
    return { blocks, garbage: this.garbage };
  }

  restore({ blocks, garbage }: ReturnType<ByteArena['snapshot']>): void {
    this.blocks = blocks;
    this.lastBlock = blocks.length - 1;
    this.last = blocks[this.lastBlock] as Uint8Array<ArrayBuffer>;
    this.lastWords = NO_WORDS;
    this.used = this.last.length;
    this.garbage = garbage;
  }
}
