import { JavaRandom } from '../../../local-runtime/functions/java/random.ts';

/** Random choices that a seed repeats. */
export class Choices {
  readonly #random: JavaRandom;

  constructor(seed: number) {
    this.#random = new JavaRandom(BigInt(seed));
  }

  below(n: number): number {
    return this.#random.nextInt(n);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** `n` different items, in random order. */
  some<T>(items: readonly T[], n: number): T[] {
    const left = [...items];
    return Array.from({ length: Math.min(n, left.length) }, () => left.splice(this.below(left.length), 1)[0] as T);
  }
}
