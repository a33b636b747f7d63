/**
 * java.util.PriorityQueue step by step: Flink CEP iterates over its heap's array, so the order in which equal entries lie there decides
 * which match comes first.
 */
export class PriorityQueue<T> {
  /** The heap; may be read in order, never written. */
  items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.compare(item, items[parent] as T) >= 0) break;
      items[at] = items[parent] as T;
      at = parent;
    }
    items[at] = item;
  }

  poll(): T | undefined {
    const [first] = this.items;
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.siftDown(0, last);
    return first;
  }

  /** Removes what `test` names; the rest is put in heap order anew if anything went. */
  removeIf(test: (item: T) => boolean): void {
    const kept = this.items.filter((item) => !test(item));
    if (kept.length === this.items.length) return;
    this.items = kept;
    for (let at = (kept.length >>> 1) - 1; at >= 0; at--) this.siftDown(at, kept[at] as T);
  }

  private siftDown(from: number, item: T): void {
    const { items } = this;
    const half = items.length >>> 1;
    let at = from;
    while (at < half) {
      let child = 2 * at + 1;
      if (child + 1 < items.length && this.compare(items[child] as T, items[child + 1] as T) > 0) child++;
      if (this.compare(item, items[child] as T) <= 0) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = item;
  }
}
