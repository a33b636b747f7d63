import type { Rex } from './rex.ts';

/**
 * MATCH_RECOGNIZE, bound (Calcite's LogicalMatch and Flink's MatchSpec). Expressions of MEASURES and DEFINE are over the input row and
 * hold calls of their own:
 * `PATTERN_REF`[variable, InputRef]: the field of a row of the variable (`*`: of any variable);
 * `FIRST`, `LAST`, `PREV`, `NEXT`[PATTERN_REF, offset]: of which of its rows; without one of them, of the last row;
 * `PATTERN_AGG`[function, arguments]: an aggregate over all rows of the variable in the arguments, or of all variables;
 * `MATCH_ROWTIME`, `MATCH_PROCTIME`, `CLASSIFIER`, `RUNNING`[x], `FILTER`[x, condition].
 */
export interface MatchSpec {
  /** Input field indexes. */
  readonly partition: readonly number[];
  readonly order: readonly MatchOrder[];
  readonly measures: readonly { readonly name: string; readonly expr: Rex }[];
  readonly defines: readonly { readonly variable: string; readonly condition: Rex }[];
  readonly pattern: MatchPattern;
  readonly strictStart: boolean;
  readonly strictEnd: boolean;
  readonly allRows: boolean;
  readonly after: MatchSkip;
  readonly within?: MatchWithin;
  readonly subsets: readonly { readonly name: string; readonly variables: readonly string[] }[];
}

/** An ORDER BY item; `index` is -1 for an expression, which Flink cannot order by. */
export interface MatchOrder {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** AFTER MATCH SKIP …. */
export type MatchSkip =
  | { readonly to: 'NEXT ROW' | 'PAST LAST ROW' }
  | { readonly to: 'FIRST' | 'LAST'; readonly variable: string };

/** WITHIN: milliseconds, or months, which Flink refuses; `unit` as the interval's type prints (`HOUR`, `MINUTE TO SECOND`). */
export interface MatchWithin {
  readonly value: number;
  readonly months: boolean;
  readonly unit: string;
}

/** PATTERN as Calcite nests it: concatenation and alternation are binary and lean to the left. */
export type MatchPattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'concat' | 'alter'; readonly left: MatchPattern; readonly right: MatchPattern }
  | {
      readonly kind: 'quantified';
      readonly operand: MatchPattern;
      /** -1 in `{,m}`. */
      readonly min: number;
      /** -1 for no limit. */
      readonly max: number;
      readonly reluctant: boolean;
    }
  | { readonly kind: 'exclude'; readonly operand: MatchPattern }
  | { readonly kind: 'permute'; readonly items: readonly MatchPattern[] };

/** Stands for all variables in a PATTERN_REF. */
export const ALL_VARIABLES = '*';

export const NAVIGATION = new Set(['FIRST', 'LAST', 'PREV', 'NEXT']);

/** The variable of a PATTERN_REF. */
export function variableOf(ref: Extract<Rex, { kind: 'Call' }>): string {
  const [name] = ref.operands;
  if (name?.kind !== 'Literal') throw new TypeError('a PATTERN_REF without variable');
  return String(name.value);
}

/** The number in the second place of FIRST, LAST, PREV, NEXT. */
export function offsetOf(call: Extract<Rex, { kind: 'Call' }>): number {
  const [, offset] = call.operands;
  if (offset?.kind !== 'Literal') throw new TypeError('a navigation without offset');
  return Number(offset.value);
}

/** Variables of a pattern in order, once each. */
export function variablesOf(pattern: MatchPattern): string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'concat':
    case 'alter':
      return [...new Set([...variablesOf(pattern.left), ...variablesOf(pattern.right)])];
    case 'quantified':
    case 'exclude':
      return variablesOf(pattern.operand);
    case 'permute':
      return [...new Set(pattern.items.flatMap(variablesOf))];
  }
}
