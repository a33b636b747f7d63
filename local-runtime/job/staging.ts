import { setImmediate as nextTurn } from 'node:timers/promises';

const BLOCK = 16 << 20;
/** Bytes made ready at a time: the system gives memory page by page, when it is first touched, and that is slow. */
const SLICE = 1 << 20;
const PAGE = 4096;

/**
 * Memory that the state of a cut is copied into, so that rows flow on while it is written. Made ready before the cut, a little at a
 * time, as copying into memory that has never been touched takes many times as long.
 */
export class Staging {
  private blocks: Uint8Array[] = [];
  private block = 0;
  private at = 0;

  /** The memory that a copy of so many bytes takes. */
  static sizeFor(bytes: number): number {
    return Math.ceil(bytes / BLOCK) * BLOCK;
  }

  /** The memory that is held, in bytes. */
  get size(): number {
    return this.blocks.length * BLOCK;
  }

  /** Makes so many bytes ready; `goesOn` false ends it early. Waits for nothing when they are. */
  async reserve(bytes: number, goesOn: () => boolean): Promise<void> {
    while (this.blocks.length * BLOCK < bytes) {
      const block = new Uint8Array(BLOCK);
      for (let slice = 0; slice < BLOCK; slice += SLICE) {
        await nextTurn();
        if (!goesOn()) return;
        for (let page = slice; page < slice + SLICE; page += PAGE) block[page] = 1;
      }
      this.blocks.push(block);
    }
  }

  /** Forgets what was copied. */
  clear(): void {
    this.block = 0;
    this.at = 0;
  }

  /** Bytes copied since `clear`. */
  get used(): number {
    return this.block * BLOCK + this.at;
  }

  /** Gives the memory back. */
  release(): void {
    this.clear();
    this.blocks = [];
  }

  /** A copy, in as many parts as it takes. */
  copy(bytes: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; ) {
      if (this.at === BLOCK) {
        this.block++;
        this.at = 0;
      }
      this.blocks[this.block] ??= new Uint8Array(BLOCK);
      const to = this.blocks[this.block] as Uint8Array;
      const n = Math.min(BLOCK - this.at, bytes.length - from);
      to.set(bytes.subarray(from, from + n), this.at);
      parts.push(to.subarray(this.at, this.at + n));
      this.at += n;
      from += n;
    }
    return parts;
  }
}
