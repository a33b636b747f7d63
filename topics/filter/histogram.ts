import { timestampAt } from '../../clients/kafka/admin/records.ts';
import type { RecordPage } from '../../clients/kafka/admin/types.ts';
import type { TimeHistogram } from '../types.ts';

/** Widths of buckets, ms: what people read on a clock. */
const WIDTHS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
];
const WEEK = 7 * 86_400_000;

/**
 * Counts messages by their time, all and matching. It needs to know nothing beforehand: buckets become wider as the messages' times
 * spread, and are at most `most`.
 */
export class HistogramCounter {
  private readonly most: number;
  private width = 1;
  /** Number of the first bucket: its time by the width. */
  private first = 0;
  private all: Float64Array = new Float64Array(0);
  private matching: Float64Array = new Float64Array(0);
  /** Messages without a time (-1). */
  withoutTime = 0;

  constructor(most = 120) {
    this.most = most;
  }

  /** Counts a page; `chosen`: which of its records match, all when absent. */
  add(page: RecordPage, chosen?: Int32Array): void {
    const { count, timestampDeltas, kinds } = page;
    if (count === 0) return;
    const base = Number(page.baseTimestamp);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const ms = base + (timestampDeltas[i] as number);
      if (ms < 0 || kinds[i] !== 0) continue;
      if (ms < low) low = ms;
      if (ms > high) high = ms;
    }
    if (low <= high) this.reach(low, high);
    for (let i = 0; i < count; i++) {
      const ms = base + (timestampDeltas[i] as number);
      if (kinds[i] !== 0) continue;
      if (ms < 0) this.withoutTime++;
      else {
        const bucket = Math.floor(ms / this.width) - this.first;
        this.all[bucket] = (this.all[bucket] as number) + 1;
        if (!chosen) this.matching[bucket] = (this.matching[bucket] as number) + 1;
      }
    }
    for (const i of chosen ?? []) {
      const ms = Number(timestampAt(page, i));
      if (ms < 0) continue;
      const bucket = Math.floor(ms / this.width) - this.first;
      this.matching[bucket] = (this.matching[bucket] as number) + 1;
    }
  }

  /** The counts so far; undefined where no message has a time. */
  take(): TimeHistogram | undefined {
    if (this.all.length === 0) return undefined;
    return {
      start: this.first * this.width,
      width: this.width,
      all: Uint32Array.from(this.all),
      matching: Uint32Array.from(this.matching),
    };
  }

  /** Makes room for times from `low` to `high`. */
  private reach(low: number, high: number): void {
    const { first, width, all, matching } = this;
    const start = all.length > 0 ? Math.min(low, first * width) : low;
    const end = all.length > 0 ? Math.max(high, (first + all.length - 1) * width) : high;
    let wider = width;
    while (Math.floor(end / wider) - Math.floor(start / wider) + 1 > this.most) wider = next(wider);
    const from = Math.floor(start / wider);
    const length = Math.floor(end / wider) - from + 1;
    if (wider === width && from === first && length === all.length) return;
    this.width = wider;
    this.first = from;
    this.all = moved(all, first, width, from, wider, length);
    this.matching = moved(matching, first, width, from, wider, length);
  }
}

/** Each width divides no other: buckets are moved as a whole only into multiples. */
function next(width: number): number {
  return WIDTHS.find((wider) => wider > width && wider % width === 0) ?? (width % WEEK === 0 ? width * 2 : WEEK);
}

function moved(
  counts: Float64Array,
  first: number,
  width: number,
  newFirst: number,
  newWidth: number,
  length: number,
): Float64Array {
  const out = new Float64Array(length);
  for (const [i, count] of counts.entries()) {
    const bucket = Math.floor(((first + i) * width) / newWidth) - newFirst;
    out[bucket] = (out[bucket] as number) + count;
  }
  return out;
}
