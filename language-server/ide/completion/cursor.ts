import { isTrivia, lex, type StatementRange, splitTokens, T, type Tokens } from '../../../flink-sql/syntax/index.ts';

/** A significant token with its place; `text` as written, keywords and names in any case. */
export interface Word {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Upper case, for comparing with keywords. */
  readonly upper: string;
}

/** What stands around the cursor, as tokens: texts being written rarely parse. */
export interface Cursor {
  readonly text: string;
  readonly offset: number;
  /** Range of the statement. */
  readonly start: number;
  readonly end: number;
  /** Tokens of the statement that end before the word at the cursor. */
  readonly before: readonly Word[];
  /** Tokens that begin behind it. */
  readonly after: readonly Word[];
  /** Where the word (or the text between quotes) begins that the cursor stands in. */
  readonly wordStart: number;
  readonly wordEnd: number;
  /** The cursor stands between quotes; the closing one may be missing. */
  readonly string: { readonly start: number; readonly end: number; readonly closed: boolean } | undefined;
  readonly comment: boolean;
}

export function cursorAt(text: string, offset: number): Cursor {
  const tokens = lex(text);
  const ranges = splitTokens(tokens);
  const range = [...ranges].reverse().find((r) => {
    const begins = r.start <= offset;
    const ends = r.semicolon >= 0 ? r.semicolon : text.length;
    return begins && offset <= ends;
  });
  const first = range ? range.firstToken : firstFrom(tokens, offset);
  const last = range ? lastToken(tokens, range) : first;
  const inside = quoted(tokens, first, last, offset);
  const wordStart = inside ? inside.start + 1 : offset - (/[\w$]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const wordEnd = inside
    ? inside.closed
      ? inside.end - 1
      : inside.end
    : offset + (/^[\w$]*/.exec(text.slice(offset, offset + 256))?.[0].length ?? 0);
  const before: Word[] = [];
  const after: Word[] = [];
  let comment = false;
  const limit = inside ? inside.start : wordStart;
  for (let i = first; i < last; i++) {
    const kind = tokens.kinds[i] as number;
    const start = tokens.starts[i] as number;
    const end = tokens.starts[i + 1] as number;
    if (kind === T.LINE_COMMENT || kind === T.BLOCK_COMMENT) {
      if (start < offset && (offset < end || (kind === T.LINE_COMMENT && offset === end))) comment = true;
    }
    if (isTrivia(kind)) continue;
    const word = text.slice(start, end);
    const found: Word = { kind, start, end, text: word, upper: word.toUpperCase() };
    if (end <= limit) before.push(found);
    else if (start >= (inside ? inside.end : wordEnd)) after.push(found);
  }
  const start = range?.start ?? offset;
  const end = range ? (range.semicolon >= 0 ? range.semicolon : text.length) : offset;
  return { text, offset, start, end, before, after, wordStart, wordEnd, string: inside, comment };
}

/** Index of the token after the statement: of its semicolon, or after the last one. */
function lastToken(tokens: Tokens, range: StatementRange): number {
  if (range.semicolon < 0) return tokens.count;
  let i = range.endToken;
  while (i < tokens.count && (tokens.starts[i] as number) < range.semicolon) i++;
  return i;
}

function firstFrom(tokens: Tokens, offset: number): number {
  for (let i = 0; i < tokens.count; i++) if ((tokens.starts[i] as number) >= offset) return i;
  return tokens.count;
}

/** The string literal that the cursor stands in; one without an end reaches to the end of its line. */
function quoted(tokens: Tokens, first: number, last: number, offset: number): Cursor['string'] {
  const { source } = tokens;
  for (let i = first; i < last; i++) {
    const kind = tokens.kinds[i] as number;
    const start = tokens.starts[i] as number;
    const end = tokens.starts[i + 1] as number;
    if (start >= offset) return undefined;
    if (kind === T.QUOTED_STRING && offset < end) {
      // A text that runs over lines is one whose quote is missing.
      const line = source.indexOf('\n', start);
      if (line >= 0 && line < end) return offset <= line ? { start, end: line, closed: false } : undefined;
      return { start, end, closed: true };
    }
    if (kind === T.QUOTE) {
      const line = source.indexOf('\n', start);
      const until = line < 0 ? source.length : line;
      if (offset <= until) return { start, end: until, closed: false };
    }
  }
  return undefined;
}

/** Index of the parenthesis that is open at the end of the tokens, or -1. */
export function openParenthesis(words: readonly Word[], from = words.length - 1): number {
  let depth = 0;
  for (let i = from; i >= 0; i--) {
    const kind = (words[i] as Word).kind;
    if (kind === T.RPAREN) depth++;
    else if (kind === T.LPAREN && --depth < 0) return i;
  }
  return -1;
}

/** The name that the tokens spell up to `index`, back quotes removed: `a.b.c`; where it begins. */
export function nameBefore(
  words: readonly Word[],
  index: number,
): { readonly parts: readonly string[]; readonly first: number } {
  const parts: string[] = [];
  let i = index;
  for (; i >= 0; i -= 2) {
    const word = words[i] as Word;
    if (!isName(word)) return { parts, first: i + 1 };
    parts.unshift(unquoted(word.text));
    if ((words[i - 1] as Word | undefined)?.kind !== T.DOT) return { parts, first: i };
  }
  return { parts, first: Math.max(0, i) };
}

export const isName = (word: Word | undefined): boolean =>
  word !== undefined && (word.kind === T.BACK_QUOTED_IDENTIFIER || /^[A-Za-z_]/.test(word.text));

/** A name as the catalog knows it. */
export const unquoted = (name: string): string =>
  name.startsWith('`') ? name.slice(1, name.endsWith('`') ? -1 : undefined).replaceAll('``', '`') : name;

/** A string literal's text. */
export const literalText = (text: string): string =>
  text.slice(1, text.endsWith("'") ? -1 : undefined).replaceAll("''", "'");
