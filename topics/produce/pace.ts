/** Numbers of messages to be sent now, so that `count` of them go out at a rate. */
export interface PaceOptions {
  readonly count: number;
  /** Messages a second; as fast as they are taken when absent. */
  readonly rate?: number;
  /** Messages at a time at most. */
  readonly most?: number;
  readonly signal?: AbortSignal;
  /** ms; the clock that the rate follows. */
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** ms between two looks at the clock. */
const TICK = 100;

/**
 * Gives ranges of message numbers as they are due. Who takes them slowly is not overrun: what was due meanwhile comes at once, up to
 * `most`. Ends when all are given or when aborted.
 */
export async function* paced(options: PaceOptions): AsyncGenerator<{ readonly from: number; readonly to: number }> {
  const { count, rate, most = 500, signal, now = () => performance.now(), sleep = pause } = options;
  const begin = now();
  for (let from = 0; from < count && !signal?.aborted; ) {
    const due = rate === undefined ? count : Math.min(count, Math.floor(((now() - begin) / 1000) * rate) + 1);
    const to = Math.min(due, from + most);
    if (to > from) {
      yield { from, to };
      from = to;
    } else {
      const next = rate === undefined ? 0 : (from / rate) * 1000 - (now() - begin);
      await sleep(Math.min(TICK, Math.max(1, next)), signal);
    }
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
