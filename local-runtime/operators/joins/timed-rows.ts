/**
 * The rows of one key on one side of an interval join: ids by time. Times are kept sorted, so that a range is found by search;
 * entries are visited in the order of the java.util.HashMap that Flink keeps them in, since that is the order of its output.
 */
export class TimedRows {
  private times: number[] = [];
  /** The rows of each time, in the order of `times`. */
  private lists: number[][] = [];
  private buckets = 16;

  get isEmpty(): boolean {
    return this.times.length === 0;
  }

  add(time: number, id: number): void {
    const at = this.from(time);
    if (this.times[at] === time) {
      (this.lists[at] as number[]).push(id);
      return;
    }
    if (at === this.times.length) {
      this.times.push(time);
      this.lists.push([id]);
    } else {
      this.times.splice(at, 0, time);
      this.lists.splice(at, 0, [id]);
    }
    while (this.times.length > this.buckets * 0.75) this.buckets *= 2;
  }

  /** The place of the first time at or after `time`. */
  private from(time: number): number {
    let low = 0;
    let high = this.times.length;
    if (high > 0 && (this.times[high - 1] as number) < time) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Times in [low, high] and those up to `expired`, in the order of Flink's map. */
  visited(low: number, high: number, expired: number): readonly number[] {
    const gone = this.after(expired);
    const start = Math.max(gone, this.from(low));
    const found = this.times.slice(0, gone);
    for (let at = start; at < this.times.length; at++) {
      const time = this.times[at] as number;
      if (time > high) break;
      found.push(time);
    }
    if (found.length > 1) found.sort((a, b) => this.bucket(a) - this.bucket(b) || a - b);
    return found;
  }

  private after(time: number): number {
    if (time === Number.POSITIVE_INFINITY) return this.times.length;
    let at = this.from(time);
    if (this.times[at] === time) at++;
    return at;
  }

  /** HashMap's bucket of a java.lang.Long. */
  private bucket(time: number): number {
    const high = Math.floor(time / 4294967296);
    const hash = high ^ (time - high * 4294967296);
    return (hash ^ (hash >>> 16)) & (this.buckets - 1);
  }

  at(time: number): readonly number[] {
    return this.lists[this.from(time)] as number[];
  }

  remove(time: number): void {
    const at = this.from(time);
    if (at === 0) {
      this.times.shift();
      this.lists.shift();
    } else {
      this.times.splice(at, 1);
      this.lists.splice(at, 1);
    }
  }

  /** The times still here, earliest first. */
  get remaining(): readonly number[] {
    return this.times;
  }

  snapshot() {
    return { times: this.times, lists: this.lists, buckets: this.buckets };
  }

  restore(state: ReturnType<TimedRows['snapshot']>): void {
    this.times = state.times;
    this.lists = state.lists;
    this.buckets = state.buckets;
  }
}
