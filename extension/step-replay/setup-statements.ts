import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

/** What makes the tables, functions and settings that a later statement needs. */
const SHAPES = /^\s*(?:CREATE|ALTER|DROP|USE|SET|RESET|ADD|REMOVE|LOAD|UNLOAD)\b/i;
/** What has rows: a query, or an INSERT of one. */
const FLOWS = /^\s*(?:\(*\s*(?:SELECT|WITH|VALUES|TABLE)\b|INSERT\b|EXECUTE\b|BEGIN\s+STATEMENT\b)/i;

/** Comments in front of a statement hide what it is. */
function bare(statement: string): string {
  return statement.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}

/** The statements of a text that shape what comes after them, in order. */
export function shapingStatements(text: string): string[] {
  return splitStatements(text)
    .map(({ start, end }) => text.slice(start, end))
    .filter((statement) => SHAPES.test(bare(statement)));
}

/** The statement of a cell that is meant where none is pointed at: the last with rows. Undefined where there is none. */
export function lastFlow(text: string): { readonly start: number; readonly end: number } | undefined {
  return splitStatements(text).findLast(({ start, end }) => FLOWS.test(bare(text.slice(start, end))));
}
