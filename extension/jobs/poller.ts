/** How long until the next turn, in milliseconds; undefined ends it. */
export type Turn = (signal: AbortSignal) => Promise<number | undefined>;

const FIRST_BACK_OFF_MS = 1000;
const MOST_BACK_OFF_MS = 15_000;

/**
 * Does something again and again while it is wanted: one turn at a time, the next one when the last has said so, later and later while
 * turns fail. Stopping aborts the turn at hand.
 */
export class Poller {
  readonly #turn: Turn;
  readonly #failed: (error: unknown) => void;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(turn: Turn, failed: (error: unknown) => void) {
    this.#turn = turn;
    this.#failed = failed;
  }

  get running(): boolean {
    return this.#abort !== undefined;
  }

  /** Begins at once; nothing where it runs. */
  start(): void {
    if (!this.#abort) this.again();
  }

  /** The next turn now, also where none was to come. */
  again(): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    void this.#run(abort);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    clearTimeout(this.#timer);
  }

  async #run(abort: AbortController): Promise<void> {
    let wait: number | undefined;
    try {
      wait = await this.#turn(abort.signal);
      this.#failures = 0;
    } catch (error) {
      if (abort.signal.aborted) return;
      wait = Math.min(MOST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** this.#failures++);
      this.#failed(error);
    }
    if (abort.signal.aborted) return;
    if (wait === undefined) this.stop();
    else this.#timer = setTimeout(() => void this.#run(abort), wait);
  }
}
