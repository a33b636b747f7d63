import type { Attempt } from './execution.ts';

/** What is left of an attempt that has ended: its figures. The graph, and with it all state, is let go. */
export function endedAttempt(attempt: Attempt): Attempt {
  const figures = attempt.metrics();
  const over = (): never => {
    throw new Error('the attempt is over');
  };
  return {
    run: async () => over(),
    cancel: () => undefined,
    close: async () => undefined,
    metrics: () => figures,
    restore: over,
    ...(attempt.wasCut === undefined ? {} : { wasCut: attempt.wasCut }),
  };
}
