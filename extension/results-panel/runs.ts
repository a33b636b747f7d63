import type { RunState } from '../../webviews/results-panel/messages.ts';
import type { ResultStore } from '../results/result-store.ts';

/** Results that are kept; the oldest ended one goes when another comes. */
const MOST_RUNS = 12;

export interface Run {
  readonly store: ResultStore;
  readonly file: string;
  readonly connection: string;
  readonly stop: () => void;
  /** Shows the statement in its file. */
  readonly reveal: () => void;
}

/** The results of statements run from files, oldest first. */
export class Runs {
  readonly #gone: (id: string) => void;
  readonly #changed: () => void;
  readonly #runs = new Map<string, Run>();
  #shown: string | undefined;

  /** @param gone told when a result is let go. @param changed told when the list is another. */
  constructor(gone: (id: string) => void, changed: () => void) {
    this.#gone = gone;
    this.#changed = changed;
  }

  get(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Adds a result, which is shown. */
  add(run: Run): void {
    this.#runs.set(run.store.id, run);
    this.#shown = run.store.id;
    while (this.#runs.size > MOST_RUNS) {
      const old = [...this.#runs.values()].find(({ store }) => !isLive(store) && store !== run.store);
      if (!old) break;
      this.#forget(old);
    }
    this.#changed();
  }

  /** Stops a run and lets go of its result. */
  close(id: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    if (isLive(run.store)) run.stop();
    this.#forget(run);
    if (this.#shown === id) this.#shown = [...this.#runs.keys()].at(-1);
    this.#changed();
  }

  /** For the page. */
  state(): { readonly runs: readonly RunState[]; readonly shown: string | undefined } {
    const runs = [...this.#runs.values()].map(({ store, file, connection }) => ({
      id: store.id,
      file,
      connection,
      state: store.state(),
    }));
    return { runs, shown: this.#shown };
  }

  #forget({ store }: Run): void {
    this.#runs.delete(store.id);
    this.#gone(store.id);
  }
}

function isLive({ phase }: ResultStore): boolean {
  return phase === 'starting' || phase === 'running';
}
