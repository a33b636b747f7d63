/**
 * Timers in the order in which Flink fires them: a binary heap on time alone, so timers of equal time come in the order that the
 * heap's sifting leaves them in. Follows HeapPriorityQueue step by step, because that order is what users see. Each timer has a
 * small id, by which it can be deleted.
 */
export class TimerHeap<T> {
  /** 1-based heap of timer ids. */
  private heap: number[] = [0];
  private times: number[] = [];
  private payloads: (T | undefined)[] = [];
  private places: number[] = [];
  private free: number[] = [];

  get size(): number {
    return this.heap.length - 1;
  }

  /** The earliest time; Infinity when there is none. */
  get nextTime(): number {
    return this.heap.length > 1 ? (this.times[this.heap[1] as number] as number) : Number.POSITIVE_INFINITY;
  }

  /** Whether there is a timer (MAX_WATERMARK is infinite, so `nextTime` alone does not tell). */
  get isEmpty(): boolean {
    return this.heap.length === 1;
  }

  add(time: number, payload: T): number {
    const id = this.free.pop() ?? this.times.length;
    this.times[id] = time;
    this.payloads[id] = payload;
    const at = this.heap.length;
    this.heap.push(id);
    this.places[id] = at;
    this.siftUp(at);
    return id;
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
    const last = this.heap.pop() as number;
    if (last !== id) {
      this.put(last, at);
      this.siftDown(at);
      if (this.heap[at] === last) this.siftUp(at);
    }
    const payload = this.payloads[id] as T;
    this.payloads[id] = undefined;
    this.free.push(id);
    return payload;
  }

  private put(id: number, at: number): void {
    this.heap[at] = id;
    this.places[id] = at;
  }

  private time(at: number): number {
    return this.times[this.heap[at] as number] as number;
  }

  private siftUp(from: number): void {
    let at = from;
    const id = this.heap[at] as number;
    const time = this.times[id] as number;
    for (let parent = at >>> 1; parent > 0 && time < this.time(parent); parent >>>= 1) {
      this.put(this.heap[parent] as number, at);
      at = parent;
    }
    this.put(id, at);
  }

  private siftDown(from: number): void {
    let at = from;
    const id = this.heap[at] as number;
    const time = this.times[id] as number;
    const end = this.heap.length;
    for (;;) {
      let child = at << 1;
      if (child >= end) break;
      if (child + 1 < end && this.time(child + 1) < this.time(child)) child++;
      if (this.time(child) >= time) break;
      this.put(this.heap[child] as number, at);
      at = child;
    }
    this.put(id, at);
  }

  get byteLength(): number {
    return this.heap.length * 48;
  }

  snapshot() {
    return { heap: this.heap, times: this.times, payloads: this.payloads, places: this.places, free: this.free };
  }

  restore(state: ReturnType<TimerHeap<T>['snapshot']>): void {
    this.heap = state.heap;
    this.times = state.times;
    this.payloads = state.payloads;
    this.places = state.places;
    this.free = state.free;
  }
}
