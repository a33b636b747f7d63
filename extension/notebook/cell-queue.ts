import type { Outcome } from './cell-run.ts';

export interface QueuedCell {
  /** Aborted by an interrupt or by the cell's own stop. */
  readonly stop: AbortController;
  /** Runs it. `streaming` says that its last result flows and may never end. */
  run(streaming: () => void): Promise<Outcome>;
  /** It will not be run: something before it failed or all was interrupted. */
  skip(): void;
}

/**
 * One notebook's cells in the order they were asked for, one at a time. A cell whose last query has been streaming for
 * a while does not hold up the next: it may never end. A cell that fails takes the waiting ones with it.
 */
export class CellQueue {
  readonly #patienceMs: number;
  readonly #changed: () => void;
  #waiting: QueuedCell[] = [];
  readonly #running = new Set<QueuedCell>();
  #busy = false;

  /**
   * @param patienceMs how long a streaming cell holds up the next one.
   * @param changed told when a cell begins or ends.
   */
  constructor(patienceMs: number, changed: () => void = () => undefined) {
    this.#patienceMs = patienceMs;
    this.#changed = changed;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Adds cells; resolves when the last of them has ended, been skipped, or is left streaming. */
  add(cells: readonly QueuedCell[]): Promise<void> {
    this.#waiting.push(...cells);
    return this.#busy ? Promise.resolve() : this.#work();
  }

  /** Stops everything that runs and skips everything that waits. */
  interrupt(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const cell of waiting) cell.skip();
    for (const cell of this.#running) cell.stop.abort(new Error('interrupted'));
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (let cell = this.#waiting.shift(); cell; cell = this.#waiting.shift()) {
        if (cell.stop.signal.aborted) cell.skip();
        else if ((await this.#runOne(cell)) !== 'finished') this.#skipWaiting();
      }
    } finally {
      this.#busy = false;
    }
  }

  #skipWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const cell of waiting) cell.skip();
  }

  #runOne(cell: QueuedCell): Promise<Outcome> {
    this.#running.add(cell);
    this.#changed();
    return new Promise<Outcome>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const streaming = (): void => {
        timer ??= setTimeout(() => resolve('finished'), this.#patienceMs);
      };
      cell
        .run(streaming)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          this.#running.delete(cell);
          this.#changed();
        });
    });
  }
}
