/**
 * The order in which java.util.HashMap gives its keys: by bucket, in a bucket as they came. The table never shrinks, not even when
 * the map is cleared. What `computeIfAbsent` adds goes before what is in its bucket, not after. Buckets of eight and more keys, which Java turns into trees, keep the order of arrival here.
 */
export class JavaHashMapOrder {
  private capacity = 16;
  private readonly entries: { readonly id: number; readonly hash: number }[] = [];

  private readonly first: boolean;

  /** `most`: keys that were in the table at a time before; `by`: how keys are added. */
  constructor(most = 0, by: 'put' | 'computeIfAbsent' = 'put') {
    this.first = by === 'computeIfAbsent';
    while (most > this.capacity * 0.75) this.capacity *= 2;
  }

  get size(): number {
    return this.entries.length;
  }

  /** Adds an id that is not there yet, with its key's hashCode. */
  add(id: number, hash: number): void {
    this.entries.push({ id, hash: hash ^ (hash >>> 16) });
    if (this.entries.length > this.capacity * 0.75) this.capacity *= 2;
  }

  /** All ids in order; the map is empty afterwards. */
  drain(): number[] {
    const mask = this.capacity - 1;
    const entries = this.entries.splice(0);
    if (this.first) entries.reverse();
    // Sorting is stable.
    entries.sort((a, b) => ((a.hash & mask) >>> 0) - ((b.hash & mask) >>> 0));
    return entries.map(({ id }) => id);
  }

  snapshot() {
    return { capacity: this.capacity, entries: this.entries };
  }

  restore(state: ReturnType<JavaHashMapOrder['snapshot']>): void {
    this.capacity = state.capacity;
    this.entries.push(...state.entries);
  }
}
