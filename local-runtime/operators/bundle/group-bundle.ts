import { JavaHashMapOrder } from './java-hash-map.ts';

/** Keys of a bundle with the rows of each. */
export class GroupBundle {
  private readonly order = new JavaHashMapOrder();
  private readonly rows = new Map<number, number[]>();
  private count = 0;
  private readonly size: number;

  /** `size`: elements at which the bundle is full. */
  constructor(size: number) {
    this.size = size;
  }

  has(key: number): boolean {
    return this.rows.has(key);
  }

  /** Adds one element with its rows; true when it is the first of its key. */
  add(key: number, hash: number, rows: readonly number[]): boolean {
    this.count++;
    const known = this.rows.get(key);
    if (known) {
      known.push(...rows);
      return false;
    }
    this.order.add(key, hash);
    this.rows.set(key, [...rows]);
    return true;
  }

  /** Takes the rows of a key away; the key stays. */
  clear(key: number): number[] {
    const rows = this.rows.get(key) as number[];
    return rows.splice(0);
  }

  /** The rows that wait, key by key as they came; and the keys. */
  get waiting(): ReadonlyMap<number, readonly number[]> {
    return this.rows;
  }

  get isFull(): boolean {
    return this.count >= this.size;
  }

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  /** Keys in Java's order, each once and not there any more when it is told; new elements may come meanwhile. */
  *drain(): Generator<readonly [key: number, rows: number[]]> {
    this.count = 0;
    for (const key of this.order.drain()) {
      const rows = this.rows.get(key) as number[];
      this.rows.delete(key);
      yield [key, rows];
    }
  }

  snapshot() {
    return { order: this.order.snapshot(), rows: this.rows, count: this.count };
  }

  restore(state: ReturnType<GroupBundle['snapshot']>): void {
    this.order.restore(state.order);
    for (const [key, rows] of state.rows) this.rows.set(key, rows);
    this.count = state.count;
  }
}
