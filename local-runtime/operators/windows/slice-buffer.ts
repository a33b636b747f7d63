import { PairTable } from '../../state/key-table.ts';
import type { CountedKeys } from './keys.ts';

/** Accumulators by (key, slice), in the order in which they were first met (RecordsWindowBuffer, or the window state). */
export class SliceBuffer {
  private readonly keys: CountedKeys;
  private readonly table = new PairTable();
  private accumulators = new Int32Array(128);
  private order: number[] = [];
  private readonly ordered: boolean;
  minSliceEnd = Number.POSITIVE_INFINITY;

  /** `ordered`: the buffer is flushed in order of arrival; else it is state, from which single slices are removed. */
  constructor(keys: CountedKeys, ordered: boolean) {
    this.keys = keys;
    this.ordered = ordered;
  }

  /** The accumulator of (key, slice), made by `create` when absent. */
  getOrCreate(key: number, sliceEnd: number, create: () => number): number {
    const entry = this.table.findOrAdd(key, sliceEnd);
    if (this.table.added) this.put(entry, key, sliceEnd, create());
    return this.accumulators[entry] as number;
  }

  /** The accumulator of (key, slice), or -1. */
  get(key: number, sliceEnd: number): number {
    const entry = this.table.find(key, sliceEnd);
    return entry < 0 ? -1 : (this.accumulators[entry] as number);
  }

  /** Puts an accumulator under (key, slice), which must be absent. */
  set(key: number, sliceEnd: number, accumulator: number): void {
    this.put(this.table.findOrAdd(key, sliceEnd), key, sliceEnd, accumulator);
  }

  private put(entry: number, key: number, sliceEnd: number, accumulator: number): void {
    if (entry >= this.accumulators.length) {
      const wider = new Int32Array(this.accumulators.length * 2);
      wider.set(this.accumulators);
      this.accumulators = wider;
    }
    this.accumulators[entry] = accumulator;
    this.keys.retain(key);
    if (!this.ordered) return;
    this.order.push(entry);
    if (sliceEnd < this.minSliceEnd) this.minSliceEnd = sliceEnd;
  }

  /** Takes the entry out and gives its accumulator, or -1. */
  remove(key: number, sliceEnd: number): number {
    const entry = this.table.find(key, sliceEnd);
    if (entry < 0) return -1;
    this.table.remove(entry);
    this.keys.release(key);
    return this.accumulators[entry] as number;
  }

  /** Hands every entry on in order of arrival; the buffer is empty afterwards. */
  flush(take: (key: number, sliceEnd: number, accumulator: number) => void): void {
    const order = this.order;
    this.order = [];
    this.minSliceEnd = Number.POSITIVE_INFINITY;
    for (const entry of order) {
      const key = this.table.firsts[entry] as number;
      take(key, this.table.seconds[entry] as number, this.accumulators[entry] as number);
      this.table.remove(entry);
      this.keys.release(key);
    }
  }

  get byteLength(): number {
    return this.table.byteLength + this.accumulators.byteLength;
  }
}
