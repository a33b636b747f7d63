import type { BrowseProgress, PartitionProgress } from '../record-types.ts';
import type { Range } from './range.ts';

/** Counts what has been read, and makes the account that goes with each step. */
export class Account {
  scanned = 0;
  bytes = 0;
  kept = 0;
  private readonly ranges: readonly Range[];
  private readonly isBackward: boolean;
  private readonly lost = new Map<number, { from: bigint; to: bigint }>();

  constructor(ranges: readonly Range[], isBackward: boolean) {
    this.ranges = ranges;
    this.isBackward = isBackward;
  }

  lose(partition: number, from: bigint, to: bigint): void {
    this.lost.set(partition, { from: this.lost.get(partition)?.from ?? from, to });
  }

  /** `positions`: where to go on, by partition; `read`: how far it was read, where that differs; `ends`: of a live tail. */
  at(
    positions: ReadonlyMap<number, bigint>,
    isFinished: boolean,
    { read = positions, ends }: { read?: ReadonlyMap<number, bigint>; ends?: ReadonlyMap<number, bigint> } = {},
  ): BrowseProgress {
    let [all, done] = [0n, 0n];
    const partitions = this.ranges.map(({ partition, start, end: planned }): PartitionProgress => {
      const end = ends?.get(partition) ?? planned;
      const position = positions.get(partition) ?? (this.isBackward ? end : start);
      const reached = read.get(partition) ?? position;
      const lost = this.lost.get(partition);
      if (end > start) {
        all += end - start;
        done += this.isBackward ? end - reached : reached - start;
      }
      return { partition, start, end, position, ...(lost && { lost }) };
    });
    return {
      partitions,
      scanned: this.scanned,
      bytes: this.bytes,
      kept: this.kept,
      done: isFinished || all === 0n ? 1 : Math.min(1, Math.max(0, Number(done) / Number(all))),
      isFinished,
    };
  }
}
