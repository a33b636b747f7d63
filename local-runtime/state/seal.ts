import { unchanging } from './unchanging.ts';

/**
 * Whether an array of rows is part of a snapshot as it is. Rows that are only ever added, behind the others, need no copy for a
 * snapshot; the first time that one of them is to be written again all are copied, and from then on every snapshot copies them.
 */
export class Seal {
  /** Rows below this are part of a snapshot. */
  private below = 0;
  private isRewritten: boolean;

  constructor(isRewritten = false) {
    this.isRewritten = isRewritten;
  }

  /** Gives the rows for a snapshot, `count` of them. */
  shared(rows: Int32Array, count: number): Int32Array {
    if (this.isRewritten) return rows;
    this.below = count;
    return unchanging(rows);
  }

  /** A row is to be written that was written before: the array to write to. */
  opened(row: number, words: Int32Array): Int32Array {
    this.isRewritten = true;
    if (row >= this.below) return words;
    this.below = 0;
    return words.slice();
  }

  /** There is another array, and nobody writes to the one that a snapshot has. */
  replaced(): void {
    this.below = 0;
  }
}
