import type { MatchSkip } from '../../../flink-sql/plan/match.ts';
import { FlinkFault } from '../../errors.ts';
import { compareEvents, comparePartials, type Partial, partialQueue, pathOf, type Taken } from './partial-matches.ts';
import type { PriorityQueue } from './priority-queue.ts';
import type { RowArena } from './row-arena.ts';
import { type Automaton, FINAL, type Guard, type State } from './states.ts';

/** What the automaton holds for one key. */
export interface NfaState {
  partial: PriorityQueue<Partial>;
  completed: PriorityQueue<Partial>;
  /** Time of the last row, and how many rows it had: numbers rows of one time. */
  lastTime: number;
  lastNumber: number;
}

/** Does the row satisfy the DEFINE of a variable after these rows? */
export type Defines = (variable: number, before: Taken | null, row: number, time: number) => boolean;

/**
 * Flink CEP's NFA for one key after the other: each row advances all partial matches and begins one. Completed matches wait until no
 * partial match that began earlier is left, are then emitted in the order of their first rows, and take away, by AFTER MATCH SKIP, the
 * matches that overlap them. Within WITHIN (exclusive) of the first row, else a partial match goes.
 */
export class Nfa {
  private readonly automaton: Automaton;
  private readonly variables: readonly string[];
  private readonly skip: MatchSkip;
  private readonly window: number;
  private readonly defines: Defines;
  private readonly rows: RowArena;
  /** Whether the last row began a partial match that goes on. */
  began = false;

  constructor(
    automaton: Automaton,
    variables: readonly string[],
    skip: MatchSkip,
    window: number,
    defines: Defines,
    rows: RowArena,
  ) {
    this.automaton = automaton;
    this.variables = variables;
    this.skip = skip;
    this.window = window;
    this.defines = defines;
    this.rows = rows;
  }

  open(): NfaState {
    const partial = partialQueue();
    partial.add({ state: this.automaton.start, last: null, start: null });
    return { partial, completed: partialQueue(), lastTime: Number.NEGATIVE_INFINITY, lastNumber: 0 };
  }

  /** Nothing but the start is there. */
  isIdle(state: NfaState): boolean {
    return state.completed.items.length === 0 && state.partial.items.every(({ start }) => start === null);
  }

  /** Takes a row in; `emit` gets the rows of each match. */
  process(state: NfaState, row: number, time: number, emit: (match: readonly Taken[]) => void): void {
    state.lastNumber = time === state.lastTime ? state.lastNumber + 1 : 0;
    state.lastTime = time;
    this.began = false;
    const next = partialQueue();
    const found = partialQueue();
    for (const partial of state.partial.items) this.advance(partial, row, time, state.lastNumber, next, found);
    this.settle(state, found, next, emit);
  }

  /** Lets partial matches go that began too long ago, which may set free matches that waited for them. */
  advanceTime(state: NfaState, time: number, emit: (match: readonly Taken[]) => void): void {
    if (this.window <= 0) return;
    const next = partialQueue();
    for (const partial of state.partial.items) {
      if (partial.start && time - partial.start.time >= this.window) this.release(partial.last);
      else next.add(partial);
    }
    this.settle(state, partialQueue(), next, emit);
  }

  /** NFA.computeNextStates: consumes `partial`. */
  private advance(
    partial: Partial,
    row: number,
    time: number,
    number: number,
    next: PriorityQueue<Partial>,
    found: PriorityQueue<Partial>,
  ): void {
    const { states, start } = this.automaton;
    const holds = ({ variable, not }: Guard): boolean =>
      (variable < 0 || this.defines(variable, partial.last, row, time)) &&
      not.every((other) => !this.defines(other, partial.last, row, time));
    const edges: { variable: number; target: number }[] = [];
    const stack = [partial.state];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { transitions, variable } = states[at] as State;
      for (const { take, target, guard } of transitions) {
        if (!holds(guard)) continue;
        if (take) edges.push({ variable, target });
        else stack.push(target);
      }
    }
    const add = (state: number, last: Taken): void => {
      last.refs++;
      const made = { state, last, start: partial.start ?? last };
      if (state === FINAL) found.add(made);
      else next.add(made);
      if (partial.start === null && state !== FINAL) this.began = true;
    };
    for (const { variable, target } of edges) {
      const last: Taken = { previous: partial.last, variable, row, time, number, refs: 0 };
      if (partial.last) partial.last.refs++;
      this.rows.retain(row);
      add(target, last);
      if (this.reachesFinal(target, holds)) add(FINAL, last);
    }
    if (partial.state === start) next.add(partial);
    else this.release(partial.last);
  }

  /** Is the final state reached without another row (findFinalStateAfterProceed)? */
  private reachesFinal(from: number, holds: (guard: Guard) => boolean): boolean {
    const stack = [from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const { take, target, guard } of (this.automaton.states[at] as State).transitions) {
        if (take || !holds(guard)) continue;
        if (target === FINAL) return true;
        stack.push(target);
      }
    }
    return false;
  }

  /** NFA.processMatchesAccordingToSkipStrategy. */
  private settle(
    state: NfaState,
    found: PriorityQueue<Partial>,
    next: PriorityQueue<Partial>,
    emit: (match: readonly Taken[]) => void,
  ): void {
    const { completed } = state;
    for (const match of found.items) completed.add(match);
    for (let match = completed.peek(); match; match = completed.peek()) {
      const earliest = next.peek();
      if (earliest && comparePartials(match, earliest) > 0) break;
      completed.poll();
      const path = pathOf(match.last);
      this.prune(next, path);
      this.prune(completed, path);
      emit(path);
      this.release(match.last);
    }
    state.partial = next;
  }

  /** AfterMatchSkipStrategy.prune. */
  private prune(matches: PriorityQueue<Partial>, path: readonly Taken[]): void {
    const bound = this.pruningEvent(path);
    const inclusive = !('variable' in this.skip);
    matches.removeIf(({ start, last }) => {
      if (start === null) return false;
      const order = compareEvents(start, bound);
      const goes = order < 0 || (inclusive && order === 0);
      if (goes) this.release(last);
      return goes;
    });
  }

  private pruningEvent(path: readonly Taken[]): Taken {
    const first = path[0] as Taken;
    const { skip } = this;
    if (!('variable' in skip)) return skip.to === 'NEXT ROW' ? first : (path.at(-1) as Taken);
    const named = path.filter(({ variable }) => this.variables[variable] === skip.variable);
    const chosen = skip.to === 'FIRST' ? named[0] : named.at(-1);
    if (!chosen) {
      throw new FlinkFault(
        'FlinkRuntimeException',
        `Could not skip to ${skip.variable}. No such element in the found match ${this.describe(path)}`,
      );
    }
    if (compareEvents(chosen, first) === 0) {
      throw new FlinkFault('FlinkRuntimeException', 'Could not skip to first element of a match.');
    }
    return chosen;
  }

  private describe(path: readonly Taken[]): string {
    const lists = new Map<string, string[]>();
    for (const { variable, number, time } of path) {
      const name = this.variables[variable] as string;
      lists.set(name, [...(lists.get(name) ?? []), `EventId{id=${number}, timestamp=${time}}`]);
    }
    return `{${[...lists].map(([name, events]) => `${name}=[${events.join(', ')}]`).join(', ')}}`;
  }

  private release(last: Taken | null): void {
    for (let at = last; at && --at.refs === 0; at = at.previous) this.rows.release(at.row);
  }
}
