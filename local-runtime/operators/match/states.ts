import type { MatchPattern } from '../../../flink-sql/plan/match.ts';

/** A condition on the row at hand: `variable`'s DEFINE holds (-1: no matter), and none of the DEFINEs of `not` does. */
export interface Guard {
  readonly variable: number;
  readonly not: number[];
}

interface Transition {
  readonly take: boolean;
  readonly target: number;
  readonly guard: Guard;
}

export interface State {
  /** The variable that a row taken here belongs to; -1 for the final state. */
  readonly variable: number;
  readonly transitions: Transition[];
}

/** States by number; 0 is the final one. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
}

export const FINAL = 0;

interface Element {
  readonly variable: number;
  readonly optional: boolean;
  readonly looping: boolean;
  readonly greedy: boolean;
  readonly from: number;
  readonly to: number;
}

/** The quantifiers as PatternVisitor sets them on CEP patterns: `?` and `{n}` are never greedy, `{0,m}` is an optional `{1,m}`. */
function elements(pattern: MatchPattern, variables: readonly string[]): Element[] {
  switch (pattern.kind) {
    case 'variable': {
      const variable = variables.indexOf(pattern.name);
      return [{ variable, optional: false, looping: false, greedy: false, from: 1, to: 1 }];
    }
    case 'concat':
      return [...elements(pattern.left, variables), ...elements(pattern.right, variables)];
    case 'quantified': {
      const { min, max, reluctant } = pattern;
      const [inner] = elements(pattern.operand, variables) as [Element];
      const single = min === 0 && max === 1;
      const from = Math.max(min, 1);
      return [
        {
          variable: inner.variable,
          optional: min === 0,
          looping: max === -1,
          greedy: !reluctant && !single && min !== max,
          from,
          to: max === -1 ? from : max,
        },
      ];
    }
    default:
      throw new Error(`no automaton for a pattern of kind ${pattern.kind}`);
  }
}

/** The automaton of a pattern, built from its end to its beginning as Flink's NFACompiler does for strict contiguity. */
export function automaton(pattern: MatchPattern, variables: readonly string[]): Automaton {
  const states: State[] = [{ variable: -1, transitions: [] }];
  const add = (variable: number): number => states.push({ variable, transitions: [] }) - 1;
  const link = (from: number, take: boolean, target: number, variable: number): void => {
    (states[from] as State).transitions.push({ take, target, guard: { variable, not: [] } });
  };
  // While a greedy variable could take the row, what follows may not.
  const keepBack = (state: number, greedy: number): void => {
    for (const { guard } of (states[state] as State).transitions) guard.not.push(greedy);
  };
  const single = (variable: number, sink: number, proceed: number | undefined): number => {
    const state = add(variable);
    link(state, true, sink, variable);
    if (proceed !== undefined) link(state, false, proceed, -1);
    return state;
  };
  let sink = FINAL;
  for (const { variable, optional, looping, greedy, from, to } of elements(pattern, variables).reverse()) {
    const after = sink;
    let last = after;
    if (greedy) keepBack(after, variable);
    if (looping) {
      last = add(variable);
      link(last, false, after, -1);
      link(last, true, last, variable);
    }
    for (let i = from; i < to; i++) last = single(variable, last, after);
    for (let i = 1; i < from; i++) last = single(variable, last, undefined);
    sink = single(variable, last, optional ? after : undefined);
  }
  return { states, start: sink };
}
