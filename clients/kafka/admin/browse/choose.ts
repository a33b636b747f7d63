import type { RecordPage } from '../record-types.ts';
import { narrow, offsetAt, timestampAt } from '../records.ts';

/** What is left of some partitions' pages after a choice. */
export interface Choice {
  readonly pages: RecordPage[];
  /** Of partitions that were cut: the offset of the last record chosen nearest to the cut, undefined when none was. */
  readonly cut: ReadonlyMap<number, bigint | undefined>;
}

/**
 * The first (or, from the other end, the last) `limit` records by time, over pages of several partitions. Within a partition the order is
 * that of its offsets, so that what is chosen is the beginning (the end) of each partition's records.
 */
export function chooseByTime(pages: readonly RecordPage[], limit: number, fromEnd: boolean): Choice {
  const lanes = [...Map.groupBy(pages, (p) => p.partition)].map(([partition, of]) => new Lane(partition, of, fromEnd));
  for (let n = 0; n < limit; n++) {
    let best: Lane | undefined;
    for (const lane of lanes) if (!lane.isEmpty && (!best || lane.isBefore(best))) best = lane;
    if (!best) break;
    best.take();
  }
  const cut = new Map<number, bigint | undefined>();
  for (const lane of lanes) if (!lane.isEmpty) cut.set(lane.partition, lane.lastTaken);
  return { pages: lanes.flatMap((lane) => lane.chosen()), cut };
}

/** The records of a partition, walked from one of their ends. */
export class Lane {
  readonly partition: number;
  private readonly pages: RecordPage[];
  private readonly fromEnd: boolean;
  private page = 0;
  private taken = 0;
  /** Offset of the record that was taken last. */
  lastTaken: bigint | undefined;

  /** Pages in ascending order. */
  constructor(partition: number, pages: readonly RecordPage[], fromEnd: boolean) {
    this.partition = partition;
    this.pages = fromEnd ? [...pages].reverse() : [...pages];
    this.fromEnd = fromEnd;
  }

  get isEmpty(): boolean {
    return this.page >= this.pages.length;
  }

  /** More records, beyond those that there are. */
  extend(pages: readonly RecordPage[]): void {
    this.pages.push(...(this.fromEnd ? [...pages].reverse() : pages));
  }

  private index(page: RecordPage): number {
    return this.fromEnd ? page.count - 1 - this.taken : this.taken;
  }

  private get time(): bigint {
    const page = this.pages[this.page] as RecordPage;
    return timestampAt(page, this.index(page));
  }

  isBefore(other: Lane): boolean {
    const [mine, theirs] = [this.time, other.time];
    if (mine === theirs) return this.fromEnd ? this.partition > other.partition : this.partition < other.partition;
    return this.fromEnd ? mine > theirs : mine < theirs;
  }

  take(): void {
    const page = this.pages[this.page] as RecordPage;
    this.lastTaken = offsetAt(page, this.index(page));
    this.taken++;
    if (this.taken < page.count) return;
    this.page++;
    this.taken = 0;
  }

  /** Pages with what was taken, ascending. */
  chosen(): RecordPage[] {
    const whole = this.pages.slice(0, this.page);
    const page = this.pages[this.page];
    if (page && this.taken > 0) {
      const first = this.fromEnd ? page.count - this.taken : 0;
      whole.push(
        narrow(
          page,
          Int32Array.from({ length: this.taken }, (_, i) => first + i),
        ),
      );
    }
    return this.fromEnd ? whole.reverse() : whole;
  }
}
