import { lex } from './lexer.ts';
import { significant } from './parse.ts';
import { kindName, type NameRole, Parser } from './parser/parser.ts';
import { beginsStatement, statement } from './parser/statements.ts';
import { splitTokens } from './splitter.ts';
import { T } from './tokens.ts';

/** What can come at an offset. */
export interface Expectation {
  /** Keywords in upper case, and signs such as `(`. */
  readonly keywords: readonly string[];
  /** Kinds of names that can stand there. */
  readonly roles: ReadonlySet<NameRole>;
  /** Offset of the statement around the offset; the offset itself when there is none yet. */
  readonly statementStart: number;
}

/**
 * What the grammar accepts at an offset, given the text before it. A word that the offset touches is taken as not yet
 * written: pass the offset of its first character to complete it.
 */
export function expectedAt(source: string, offset: number): Expectation {
  const prefix = source.slice(0, offset);
  const tokens = lex(prefix);
  const { columns, indexes } = significant(tokens);
  const ranges = splitTokens(tokens);
  const last = ranges[ranges.length - 1];
  const open = last !== undefined && last.semicolon < 0 ? last : undefined;
  const from = open === undefined ? columns.kinds.length : (indexes[open.firstToken] as number);
  const p = new Parser(columns, from, columns.kinds.length, open?.start ?? offset, beginsStatement);
  p.collectAt(columns.kinds.length);
  p.attempt(
    (q) => {
      statement(q);
      q.at(T.SEMICOLON);
    },
    () => undefined,
  );
  const keywords: string[] = [];
  for (const kind of p.expectedKinds) {
    const name = kindName(kind);
    if (/^[A-Z]/.test(name) || /^[^\w\s]{1,2}$/.test(name)) keywords.push(name);
  }
  return { keywords, roles: p.expectedRoles, statementStart: open?.start ?? offset };
}
