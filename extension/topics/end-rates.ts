import type { TopicEnd } from '../../clients/kafka/admin/types.ts';

/** Looks that a rate is the mean of: a burst of one look does not make the figures jump. */
const KEPT = 4;

/** How fast topics grow, from one look at their ends to the next. */
export class EndRates {
  readonly #looks: { readonly at: number; readonly ends: ReadonlyMap<string, bigint> }[] = [];

  /** Takes a look. @param now ms */
  note(ends: readonly TopicEnd[], now: number): void {
    this.#looks.push({ at: now, ends: new Map(ends.map(({ name, end }) => [name, end])) });
    if (this.#looks.length > KEPT) this.#looks.shift();
  }

  /** Messages a second that were written to a topic over the looks that are kept; undefined before there are two of the topic. */
  of(topic: string): number | undefined {
    const last = this.#looks.at(-1);
    const end = last?.ends.get(topic);
    if (!last || end === undefined) return undefined;
    let from: { readonly at: number; readonly end: bigint } | undefined;
    let before = end;
    for (const { at, ends } of this.#looks.slice(0, -1).reverse()) {
      const then = ends.get(topic);
      // A topic that was made anew begins at 0 again.
      if (then === undefined || then > before) break;
      before = then;
      from = { at, end: then };
    }
    if (!from || last.at <= from.at) return undefined;
    return (Number(end - from.end) * 1000) / (last.at - from.at);
  }
}
