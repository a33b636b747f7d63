/** Counts the elements of a bundle (CountBundleTrigger, CountCoBundleTrigger). */
export class CountTrigger {
  private readonly size: number;
  private count = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** One more; whether the bundle is full. */
  element(): boolean {
    return ++this.count >= this.size;
  }

  reset(): void {
    this.count = 0;
  }

  snapshot(): number {
    return this.count;
  }

  restore(count: number): void {
    this.count = count;
  }
}
