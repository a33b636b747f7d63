/**
 * Timers in the order in which Flink fires them: a binary heap on time alone, so timers of equal time come in the order that the
 * heap's sifting leaves them in. Follows HeapPriorityQueue step by step, because that order is what users see. Each timer has a
 * small id, by which it can be deleted.
 */
export class TimerHeap<T> {
  /** 1-based heap: ids of timers, and their times beside them. */
  private heap = new Int32Array(64);
  private times = new Float64Array(64);
  private end = 1;
  private payloads: (T | undefined)[] = [];
  /** Where each timer is in the heap, by id. */
  private places = new Int32Array(64);
  private free: number[] = [];

  get size(): number {
    return this.end - 1;
  }

  /** The earliest time; Infinity when there is none. */
  get nextTime(): number {
    return this.end > 1 ? (this.times[1] as number) : Number.POSITIVE_INFINITY;
  }

  /** Whether there is a timer (MAX_WATERMARK is infinite, so `nextTime` alone does not tell). */
  get isEmpty(): boolean {
    return this.end === 1;
  }

  add(time: number, payload: T): number {
    const id = this.free.pop() ?? this.payloads.length;
    this.payloads[id] = payload;
    const at = this.end++;
    if (at === this.heap.length) this.widen();
    this.siftUp(at, id, time);
    return id;
  }

  private widen(): void {
    const { length } = this.heap;
    const [heap, places] = [new Int32Array(length * 2), new Int32Array(length * 2)];
    heap.set(this.heap);
    places.set(this.places);
    this.heap = heap;
    this.places = places;
    const times = new Float64Array(length * 2);
    times.set(this.times);
    this.times = times;
  }

  /** Takes the first timer out. */
  poll(): T {
    return this.remove(1);
  }

  delete(id: number): void {
    this.remove(this.places[id] as number);
  }

  private remove(at: number): T {
    const id = this.heap[at] as number;
    const last = --this.end;
    if (at !== last) {
      const moved = this.heap[last] as number;
      const time = this.times[last] as number;
      if (this.siftDown(at, moved, time) === at) this.siftUp(at, moved, time);
    }
    const payload = this.payloads[id] as T;
    this.payloads[id] = undefined;
    this.free.push(id);
    return payload;
  }

  private put(at: number, id: number, time: number): void {
    this.heap[at] = id;
    this.times[at] = time;
    this.places[id] = at;
  }

  private siftUp(from: number, id: number, time: number): void {
    const { heap, times, places } = this;
    let at = from;
    for (let parent = at >>> 1; parent > 0 && time < (times[parent] as number); parent >>>= 1) {
      const above = heap[parent] as number;
      heap[at] = above;
      times[at] = times[parent] as number;
      places[above] = at;
      at = parent;
    }
    this.put(at, id, time);
  }

  /** Gives the place found. */
  private siftDown(from: number, id: number, time: number): number {
    const { heap, times, places, end } = this;
    let at = from;
    for (;;) {
      let child = at << 1;
      if (child >= end) break;
      if (child + 1 < end && (times[child + 1] as number) < (times[child] as number)) child++;
      const earlier = times[child] as number;
      if (earlier >= time) break;
      const below = heap[child] as number;
      heap[at] = below;
      times[at] = earlier;
      places[below] = at;
      at = child;
    }
    this.put(at, id, time);
    return at;
  }

  get byteLength(): number {
    return this.heap.byteLength * 4 + this.payloads.length * 16;
  }

  snapshot() {
    const { heap, times, end, payloads, places, free } = this;
    return { heap, times, end, payloads, places, free };
  }

  restore(state: ReturnType<TimerHeap<T>['snapshot']>): void {
    this.heap = state.heap;
    this.times = state.times;
    this.end = state.end;
    this.payloads = state.payloads;
    this.places = state.places;
    this.free = state.free;
  }
}
