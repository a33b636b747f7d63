import type { IntList } from '../state/int-list.ts';

/**
 * Timers that are never deleted, each with a number, in the order in which Flink fires them: see TimerHeap, whose order this is,
 * step by step.
 */
export class TimerQueue {
  /** 1-based heap: numbers, and their times beside them. */
  private heap = new Int32Array(64);
  private times = new Float64Array(64);
  private end = 1;

  /** The earliest time; Infinity when there is none. */
  get nextTime(): number {
    return this.end > 1 ? (this.times[1] as number) : Number.POSITIVE_INFINITY;
  }

  /** Whether there is a timer (MAX_WATERMARK is infinite, so `nextTime` alone does not tell). */
  get isEmpty(): boolean {
    return this.end === 1;
  }

  add(time: number, payload: number): void {
    let at = this.end++;
    if (at === this.heap.length) this.widen();
    const { heap, times } = this;
    for (let parent = at >>> 1; parent > 0 && time < (times[parent] as number); parent >>>= 1) {
      heap[at] = heap[parent] as number;
      times[at] = times[parent] as number;
      at = parent;
    }
    heap[at] = payload;
    times[at] = time;
  }

  private widen(): void {
    const heap = new Int32Array(this.heap.length * 2);
    heap.set(this.heap);
    this.heap = heap;
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
  }

  /** Takes the first timer out. */
  poll(): number {
    const { heap, times } = this;
    const first = heap[1] as number;
    const last = --this.end;
    const moved = heap[last] as number;
    const time = times[last] as number;
    let at = 1;
    for (let child = 2; child < last; child = at << 1) {
      let earlier = times[child] as number;
      if (child + 1 < last && (times[child + 1] as number) < earlier) earlier = times[++child] as number;
      if (earlier >= time) break;
      heap[at] = heap[child] as number;
      times[at] = earlier;
      at = child;
    }
    heap[at] = moved;
    times[at] = time;
    return first;
  }

  /**
   * Takes out all timers of `time`, which must be the earliest there is, and lists their numbers in order. After each comes its next one,
   * `nexts` at its number, at `nextTime`; where that is below 0, none.
   */
  drain(time: number, nextTime: number, nexts: Int32Array, order: IntList): void {
    while (this.end > 1 && this.times[1] === time) {
      const payload = this.poll();
      order.push(payload);
      const next = nexts[payload] as number;
      if (next >= 0) this.add(nextTime, next);
    }
  }

  get byteLength(): number {
    return this.heap.byteLength * 3;
  }

  snapshot() {
    return { heap: this.heap, times: this.times, end: this.end };
  }

  restore(state: ReturnType<TimerQueue['snapshot']>): void {
    this.heap = state.heap;
    this.times = state.times;
    this.end = state.end;
  }
}
