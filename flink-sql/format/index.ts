import { K } from '../syntax/keywords.ts';
import { lex } from '../syntax/lexer.ts';
import { parse } from '../syntax/parse.ts';
import { type StatementRange, splitTokens } from '../syntax/splitter.ts';
import { isTrivia, T, type Tokens } from '../syntax/tokens.ts';
import { type Comment, print } from './layout.ts';
import { spaces } from './spacing.ts';
import { type Piece, statementDoc } from './statement.ts';

export { formatNotebook } from './notebook.ts';

/** Columns that a line has where it can be broken. */
const WIDTH = 100;

/**
 * A text of Flink SQL in the one style: two spaces of indentation, clauses on lines of their own where a statement does
 * not fit into 100 columns. Only white space changes: every token and comment stays as it is, in its order. A statement
 * with a mistake is left as written. Formatting twice changes nothing more.
 */
export function format(source: string): string {
  const { tokens, errors } = parse(source);
  const windows = source.includes('\r\n') && !/(?<!\r)\n/.test(source);
  let out = '';
  let at = 0;
  for (const range of splitTokens(tokens)) {
    out += between(tokens, at, range.firstToken, out === '');
    // A mistake at the `;` before touches this statement without being one of it.
    const wrong = errors.some((e) => e.start <= range.end && (e.end > range.start || e.start === range.start));
    const written = source.slice(range.start, range.end);
    out += wrong ? written : statement(tokens, range, written);
    at = range.endToken;
  }
  out += between(tokens, at, tokens.count, out === '');
  // What an open comment at the end holds is not ours to change.
  if (out !== '' && tokens.kinds[tokens.count - 1] !== T.LEXICAL_ERROR) out += '\n';
  return windows ? out.replace(/(?<!\r)\n/g, '\r\n') : out;
}

/** A statement's range and what it becomes. */
export interface StatementEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The layout of the statements that a range touches, each by itself: what stands between statements stays. Statements with a mistake
 * are left as written.
 */
export function formatStatements(source: string, from: number, to: number): StatementEdit[] {
  const { tokens, errors } = parse(source);
  const windows = source.includes('\r\n') && !/(?<!\r)\n/.test(source);
  return splitTokens(tokens).flatMap((range): StatementEdit[] => {
    const end = range.semicolon >= 0 ? range.semicolon + 1 : range.end;
    if (end < from || range.start > to) return [];
    if (errors.some((e) => e.start <= range.end && (e.end > range.start || e.start === range.start))) return [];
    const written = source.slice(range.start, range.end);
    const text = statement(tokens, range, written);
    const changed = windows ? text.replace(/(?<!\r)\n/g, '\r\n') : text;
    return changed === written ? [] : [{ start: range.start, end: range.end, text: changed }];
  });
}

/** What stands between statements: semicolons, comments, at most one blank line at a time. */
function between(tokens: Tokens, from: number, to: number, atStart: boolean): string {
  const { source, kinds, starts } = tokens;
  let out = '';
  let breaks = atStart ? 0 : -1;
  let first = atStart;
  for (let i = from; i < to; i++) {
    const kind = kinds[i] as number;
    const text = source.slice(starts[i], starts[i + 1]);
    if (kind === T.WHITESPACE) {
      breaks = Math.max(breaks, 0) + newLines(text);
      continue;
    }
    if (kind === T.SEMICOLON && !endsInComment(tokens, i, from)) out += ';';
    else {
      if (!first) out += breaks > 0 ? '\n'.repeat(Math.min(breaks, 2)) : ' ';
      out += kind === T.SEMICOLON ? text : comment(text);
    }
    first = false;
    breaks = 0;
  }
  // The next statement begins a line.
  if (to < tokens.count && !first) out += '\n'.repeat(Math.min(Math.max(breaks, 1), 2));
  return out;
}

const newLines = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** Whether the token before the one at `i` is a comment. */
function endsInComment({ kinds }: Tokens, i: number, from: number): boolean {
  for (let j = i - 1; j >= from; j--) {
    const kind = kinds[j] as number;
    if (kind !== T.WHITESPACE) return isTrivia(kind);
  }
  return false;
}

/** A comment without blanks at the ends of its lines. */
const comment = (text: string): string => text.replace(/[ \t\r]+$/gm, '').replace(/\r\n?/g, '\n');

function statement(tokens: Tokens, range: StatementRange, written: string): string {
  const { source, kinds, starts } = tokens;
  const first = kinds[range.firstToken];
  const pieces: (Omit<Piece, 'space' | 'behind'> & { behind: Comment[] })[] = [];
  let comments: Comment[] = [];
  let newLine = false;
  for (let i = range.firstToken; i < range.endToken; i++) {
    const kind = kinds[i] as number;
    const text = source.slice(starts[i], starts[i + 1]);
    if (kind === T.WHITESPACE) newLine ||= newLines(text) > 0;
    else if (isTrivia(kind)) {
      const after = kinds[i + 1] === T.WHITESPACE ? source.slice(starts[i + 1], starts[i + 2]) : '';
      const breakAfter = kind === T.LINE_COMMENT || newLines(after) > 0;
      const own = newLine || comments.length > 0;
      // Behind a token only a line comment asks for a new line: a layout may break there for reasons of its own.
      const found: Comment = {
        kind: 'comment',
        text: comment(text),
        ownLine: newLine,
        breakAfter: breakAfter && (own || kind === T.LINE_COMMENT),
      };
      (own ? comments : pieces.at(-1)?.behind)?.push(found);
      newLine = false;
    } else {
      // SET and RESET without quotes are the SQL client's: their texts are no tokens of SQL.
      if (pieces.length === 1 && (first === K.SET || first === K.RESET) && kind !== T.QUOTED_STRING) return written;
      pieces.push({ kind, text, before: comments, behind: [], ownLine: newLine });
      comments = [];
      newLine = false;
    }
  }
  const spaced = spaces(pieces.map(({ kind }) => kind));
  const text = print(statementDoc(pieces.map((piece, i) => ({ ...piece, space: spaced[i] as boolean }))), WIDTH);
  return sameTokens(written, text) ? text : written;
}

/** Whether two texts have the same tokens: a layout that would join or part tokens is not used. */
function sameTokens(before: string, after: string): boolean {
  const a = words(lex(before));
  const b = words(lex(after));
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function words({ source, count, kinds, starts }: Tokens): string[] {
  const list: string[] = [];
  for (let i = 0; i < count; i++) {
    if (kinds[i] === T.WHITESPACE) continue;
    const text = source.slice(starts[i], starts[i + 1]);
    list.push(isTrivia(kinds[i] as number) ? comment(text) : text);
  }
  return list;
}
