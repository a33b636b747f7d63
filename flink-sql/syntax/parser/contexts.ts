import type { Parser } from './parser.ts';

/**
 * What an expression's place accepts, as Calcite's ExprContext: queries and rows share one grammar there, and the
 * context decides which of them is refused.
 */
export type Context = number;
export const QUERY = 0;
export const NON_QUERY = 1;
export const SUB_QUERY = 2;
export const NONCURSOR = 3;
export const CURSOR = 4;
export const ALL = 5;
export const QUERY_OR_JOIN = 6;

const nonQuery = 'Non-query expression encountered in illegal context';

/** Refuses an expression that ends here, where only a query may stand. */
export function checkNonQuery(p: Parser, context: Context, start: number): void {
  if (context === QUERY) p.refuseAndLeave(start, p.end, nonQuery, 'illegal-context');
}

/** Refuses a query whose first word has just been consumed, where only an expression may stand. */
export function checkQuery(p: Parser, context: Context): void {
  if (context === NON_QUERY || context === SUB_QUERY || context === CURSOR) {
    p.refuseAndLeave(p.start, p.endOf(0), 'Query expression encountered in illegal context', 'illegal-context');
  }
}

// Precedences as Calcite's operators have them (left), higher binds tighter.
export const OR = 22;
export const AND = 24;
export const NOT = 26;
export const IS = 28;
export const COMPARE = 30;
export const RANGE = 32;
export const ADD = 40;
export const MULTIPLY = 60;
export const UNARY = 80;
