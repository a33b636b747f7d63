import type { Expression, Statement, TypeNode } from './ast.ts';
import { lineColumn, type SqlSyntaxError } from './errors.ts';
import { lex } from './lexer.ts';
import { clientCommand } from './parser/client-commands.ts';
import { SUB_QUERY } from './parser/contexts.ts';
import { expression } from './parser/expressions.ts';
import { Parser, type TokenColumns } from './parser/parser.ts';
import { beginsStatement, statement } from './parser/statements.ts';
import { extendedDataType } from './parser/types.ts';
import { type StatementRange, splitTokens } from './splitter.ts';
import { isTrivia, T, type Tokens } from './tokens.ts';
import { checkVersion, type FlinkVersion } from './versions.ts';

/** One statement of a parsed text. `start`/`end` are its range without the `;` and what is around it. */
export interface StatementEntry {
  readonly start: number;
  readonly end: number;
  /** Undefined when nothing could be made of it. */
  readonly node: Statement | undefined;
  readonly errors: readonly SqlSyntaxError[];
}

export interface ParseResult {
  readonly source: string;
  readonly statements: readonly StatementEntry[];
  /** The mistakes of all statements, in the order of the text. */
  readonly errors: readonly SqlSyntaxError[];
  readonly tokens: Tokens;
}

export interface ParseOptions {
  /** Flink version to check against; syntax that is newer is parsed, then reported. Default: the newest. */
  readonly target?: FlinkVersion;
}

/** Parses a text of any number of statements. Never throws: what is wrong is in `errors`, the rest is understood. */
export function parse(source: string, options: ParseOptions = {}): ParseResult {
  const tokens = lex(source);
  const { columns, indexes } = significant(tokens);
  const statements: StatementEntry[] = [];
  const errors: SqlSyntaxError[] = [];
  for (const range of splitTokens(tokens)) {
    const from = indexes[range.firstToken] as number;
    const to = (indexes[range.endToken - 1] as number) + 1;
    for (const entry of parseRange(columns, range, from, to, statements.length === 0)) {
      statements.push(withVersionErrors(entry, options.target));
    }
  }
  for (const entry of statements) for (const error of entry.errors) errors.push(error);
  return { source, statements, errors, tokens };
}

function withVersionErrors(entry: StatementEntry, target: FlinkVersion | undefined): StatementEntry {
  if (target === undefined || entry.node === undefined) return entry;
  const found = checkVersion(entry.node, target);
  return found.length === 0 ? entry : { ...entry, errors: [...entry.errors, ...found] };
}

/** The tokens that the parser sees, and for each token the index of the significant one at or after it. */
export function significant(tokens: Tokens): { columns: TokenColumns; indexes: Uint32Array } {
  const { count, kinds: allKinds, starts: allStarts, source } = tokens;
  const kinds = new Uint16Array(count);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const indexes = new Uint32Array(count + 1);
  let n = 0;
  for (let i = 0; i < count; i++) {
    indexes[i] = n;
    const kind = allKinds[i] as number;
    if (isTrivia(kind)) continue;
    kinds[n] = kind;
    starts[n] = allStarts[i] as number;
    ends[n] = allStarts[i + 1] as number;
    n++;
  }
  indexes[count] = n;
  const columns = { source, kinds: kinds.subarray(0, n), starts: starts.subarray(0, n), ends: ends.subarray(0, n) };
  return { columns, indexes };
}

/** Parses what the splitter takes for one statement; more come out where a `;` is missing. */
function parseRange(
  columns: TokenColumns,
  range: StatementRange,
  from: number,
  to: number,
  first: boolean,
): StatementEntry[] {
  const entries: StatementEntry[] = [];
  let begin = from;
  while (begin < to) {
    const start = columns.starts[begin] as number;
    // The first statement's places count from the beginning of the text, as Flink gets it.
    const base = first && entries.length === 0 ? 0 : start;
    const command = begin === from ? clientCommand(columns.source, range.start, range.end) : undefined;
    if (command !== undefined) return [{ start, end: range.end, node: command, errors: [] }];
    const p = new Parser(columns, begin, to, base, beginsStatement);
    const node = p.attempt(wholeStatement, skipToNextStatement);
    const next = Math.min(p.limit, to);
    const end = columns.ends[next - 1] as number;
    p.finish();
    entries.push({ start, end, node, errors: p.errors });
    begin = next;
  }
  return entries;
}

/** statement, then the end */
function wholeStatement(p: Parser): Statement {
  const node = statement(p);
  p.keepNode(node);
  if (p.kind !== T.EOF) p.fail();
  return node;
}

/**
 * After a mistake: to where a new statement begins on a line of its own (a `;` is missing), or to the end. Gives what has
 * been read of the statement.
 */
function skipToNextStatement(_: number, p: Parser): Statement | undefined {
  while (p.kind !== T.EOF) {
    if (p.semicolonMissing()) {
      p.cut();
      break;
    }
    p.advance();
  }
  return p.takeNode();
}

function parseWhole<A>(
  source: string,
  production: (p: Parser) => A,
): { node: A | undefined; errors: SqlSyntaxError[] } {
  const { columns } = significant(lex(source));
  const p = new Parser(columns, 0, columns.kinds.length, 0, () => false);
  const node = p.attempt(
    (q) => {
      const result = production(q);
      if (q.kind !== T.EOF) q.fail();
      return result;
    },
    () => undefined,
  );
  p.finish();
  return { node, errors: p.errors };
}

/** Parses one expression, e.g. of a watermark or a computed column. */
export const parseExpression = (source: string): { node: Expression | undefined; errors: readonly SqlSyntaxError[] } =>
  parseWhole(source, (p) => expression(p, SUB_QUERY));

/** Parses one type, e.g. `ROW<a INT, b STRING> NOT NULL`. */
export const parseType = (source: string): { node: TypeNode | undefined; errors: readonly SqlSyntaxError[] } =>
  parseWhole(source, extendedDataType);

export { lineColumn };
