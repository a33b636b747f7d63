import type { GroupDetail } from '../../clients/kafka/admin/types.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { GroupState } from '../../webviews/topics/messages.ts';

/** Points that are kept. */
const KEPT = 600;
/** More partitions than these are drawn as one line. */
const MOST_LINES = 6;

/** The lag of a group over time, by partition. */
export class LagCourse {
  readonly #times: number[] = [];
  readonly #lags = new Map<string, (number | null)[]>();
  readonly #all: (number | null)[] = [];

  /** @param at epoch ms */
  note(at: number, { offsets, lag }: GroupDetail): void {
    this.#times.push(at);
    this.#all.push(Number(lag));
    const now = new Map(offsets.map((one) => [`${one.topic} ${one.partition}`, one.lag]));
    for (const name of now.keys())
      if (!this.#lags.has(name)) this.#lags.set(name, new Array(this.#times.length - 1).fill(null));
    for (const [name, values] of this.#lags) {
      const value = now.get(name);
      values.push(value === undefined ? null : Number(value));
    }
    if (this.#times.length > KEPT) for (const list of [this.#times, this.#all, ...this.#lags.values()]) list.shift();
  }

  get state(): GroupState['course'] {
    const isMany = this.#lags.size > MOST_LINES;
    const lags = isMany ? new Map([[t('all partitions'), this.#all]]) : this.#lags;
    return {
      times: [...this.#times],
      lags: [...lags].map(([name, values]) => ({ name, values: [...values] })),
    };
  }
}
