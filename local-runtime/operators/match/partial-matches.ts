import { PriorityQueue } from './priority-queue.ts';

/** A row taken by a variable, with the one taken before it. Plain data, so that it can be kept in a snapshot. */
export interface Taken {
  readonly previous: Taken | null;
  readonly variable: number;
  /** In the row arena. */
  readonly row: number;
  /** EventId: the row's time and its number among the rows of this time. */
  readonly time: number;
  readonly number: number;
  refs: number;
}

/** A place in the automaton and the rows that led there (ComputationState); `start` is absent where no row was taken. */
export interface Partial {
  readonly state: number;
  readonly last: Taken | null;
  readonly start: Taken | null;
}

export const compareEvents = (a: Taken, b: Taken): number => a.time - b.time || a.number - b.number;

/** NFAState.COMPUTATION_STATE_COMPARATOR: by first row; what has none yet comes last. */
export function comparePartials(a: Partial, b: Partial): number {
  if (a.start === null || b.start === null) return (a.start === null ? 1 : 0) - (b.start === null ? 1 : 0);
  return compareEvents(a.start, b.start);
}

export const partialQueue = (): PriorityQueue<Partial> => new PriorityQueue(comparePartials);

/** The rows of a match, first to last. */
export function pathOf(last: Taken | null): Taken[] {
  const path: Taken[] = [];
  for (let at = last; at; at = at.previous) path.push(at);
  return path.reverse();
}
