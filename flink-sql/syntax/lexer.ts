import { isAsciiDigit, isIdentifierPart, isLetter } from './characters.ts';
import { K, keywords } from './keywords.ts';
import { T, type Tokens } from './tokens.ts';

const TABLE_SIZE = 4096;
const keywordTable = new Uint16Array(TABLE_SIZE);
const longestKeyword = Math.max(...keywords.map((word) => word.length));

/** Folds an ASCII letter to upper case; `_`, `-` and digits to values of their own. */
const fold = (unit: number): number => (unit >= 0x61 ? unit & 0xdf : unit);

for (const [i, word] of keywords.entries()) {
  let slot = 0;
  for (let j = 0; j < word.length; j++) slot = (Math.imul(slot, 31) + word.charCodeAt(j)) | 0;
  slot &= TABLE_SIZE - 1;
  while (keywordTable[slot] !== 0) slot = (slot + 1) & (TABLE_SIZE - 1);
  keywordTable[slot] = i + 1;
}

/** Token kind of the keyword at `start`, whose hash is `hash`, or IDENTIFIER. Any case, as Flink's lexer. */
function keywordOrIdentifier(source: string, start: number, end: number, hash: number): number {
  const length = end - start;
  if (length > longestKeyword) return T.IDENTIFIER;
  let slot = hash & (TABLE_SIZE - 1);
  for (;;) {
    const kind = keywordTable[slot] as number;
    if (kind === 0) return T.IDENTIFIER;
    const word = keywords[kind - 1] as string;
    if (word.length === length) {
      let i = 0;
      while (i < length && fold(source.charCodeAt(start + i)) === word.charCodeAt(i)) i++;
      if (i === length) return kind;
    }
    slot = (slot + 1) & (TABLE_SIZE - 1);
  }
}

/** End of a `'…'` that begins at `start` (`''` is a quote inside), or -1 when it is not closed. */
function quotedEnd(source: string, start: number): number {
  for (let i = start + 1; ; ) {
    const close = source.indexOf("'", i);
    if (close < 0) return -1;
    if (source.charCodeAt(close + 1) !== 0x27) return close + 1;
    i = close + 2;
  }
}

/** End of an `E'…'` whose quote is at `start` (backslash escapes anything), or -1. */
function cStyleEnd(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit === 0x5c) i++;
    else if (unit === 0x27) {
      if (source.charCodeAt(i + 1) !== 0x27) return i + 1;
      i++;
    }
  }
  return -1;
}

/** End of an identifier quoted by `quote`, or -1 when a line or the text ends first or nothing is quoted. */
function quotedIdentifierEnd(source: string, start: number, quote: number): number {
  for (let i = start + 1; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit === quote) {
      if (source.charCodeAt(i + 1) !== quote) return i > start + 1 ? i + 1 : -1;
      i++;
    } else if (unit === 0x0a || unit === 0x0d) return -1;
  }
  return -1;
}

/** End of a comment that begins with `/*` at `start`, or -1 when it is not closed. */
function blockCommentEnd(source: string, start: number): number {
  // `/**` and one more character that is no slash open a formal comment: `/***/` is therefore not closed.
  const formal = source.charCodeAt(start + 2) === 0x2a && start + 3 < source.length && source[start + 3] !== '/';
  const close = source.indexOf('*/', start + (formal ? 4 : 2));
  return close < 0 ? -1 : close + 2;
}

/** End of a collation id (`a.b$c`), which Flink's lexer prefers where it is longer; `end` when there is none. */
function collationEnd(source: string, start: number, end: number): number {
  let longest = end;
  let i = start;
  for (; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (!isIdentifierPart(unit) && !(i > start && (unit === 0x3a || unit === 0x2e || unit === 0x2d))) break;
    if (unit !== 0x24 || i === start) continue;
    let j = i + 1;
    while (j < source.length && isLetter(source.charCodeAt(j))) j++;
    if (j > i + 1 && j > longest) longest = j;
  }
  return longest;
}

/** The token just read: where it ends, and its kind. */
const lexed = { end: 0, kind: 0 };

function token(kind: number, end: number): void {
  lexed.kind = kind;
  lexed.end = end;
}

/** The number at `start`, into `lexed`. */
function number(source: string, start: number): void {
  let i = start;
  while (isAsciiDigit(source.charCodeAt(i))) i++;
  let kind: number = T.UNSIGNED_INTEGER;
  if (source.charCodeAt(i) === 0x2e) {
    kind = T.DECIMAL;
    i++;
    while (isAsciiDigit(source.charCodeAt(i))) i++;
  }
  if (fold(source.charCodeAt(i)) === 0x45) {
    let j = i + 1;
    const sign = source.charCodeAt(j);
    if (sign === 0x2b || sign === 0x2d) j++;
    if (isAsciiDigit(source.charCodeAt(j))) {
      while (isAsciiDigit(source.charCodeAt(j))) j++;
      return token(T.APPROX_NUMERIC, j);
    }
  }
  token(kind, i);
}

/** Kind of `{`, `{d`, `{t`, `{ts` or `{fn` at `start`; blanks may stand after the brace. */
function brace(source: string, start: number): void {
  let i = start + 1;
  while (source.charCodeAt(i) === 0x20) i++;
  const first = fold(source.charCodeAt(i));
  const second = fold(source.charCodeAt(i + 1));
  if (first === 0x44) return token(T.LBRACE_D, i + 1);
  if (first === 0x54) return second === 0x53 ? token(T.LBRACE_TS, i + 2) : token(T.LBRACE_T, i + 1);
  if (first === 0x46 && second === 0x4e) return token(T.LBRACE_FN, i + 2);
  token(T.LBRACE, start + 1);
}

/** One-character tokens by code unit. */
const single = new Uint16Array(128);
for (const [text, kind] of Object.entries({
  '(': T.LPAREN,
  ')': T.RPAREN,
  '}': T.RBRACE,
  '[': T.LBRACKET,
  ']': T.RBRACKET,
  ';': T.SEMICOLON,
  ',': T.COMMA,
  '?': T.HOOK,
  ':': T.COLON,
  '+': T.PLUS,
  '%': T.PERCENT,
  '"': T.DOUBLE_QUOTE,
  '^': T.CARET,
})) {
  single[text.charCodeAt(0)] = kind;
}

const isSpace = (unit: number): boolean =>
  unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d || unit === 0x0c;

function word(source: string, start: number, hasDollar: boolean): void {
  const length = source.length;
  const first = fold(source.charCodeAt(start));
  const next = source.charCodeAt(start + 1);
  if (next === 0x27 && (first === 0x58 || first === 0x4e || first === 0x45)) {
    const end = first === 0x45 ? cStyleEnd(source, start + 1) : quotedEnd(source, start + 1);
    if (end > 0) {
      lexed.end = end;
      lexed.kind = first === 0x58 ? T.BINARY_STRING : first === 0x4e ? T.PREFIXED_STRING : T.C_STYLE_STRING;
      return;
    }
  }
  if (first === 0x55 && next === 0x26) {
    const quote = source.charCodeAt(start + 2);
    const end =
      quote === 0x27
        ? quotedEnd(source, start + 2)
        : quote === 0x22
          ? quotedIdentifierEnd(source, start + 2, quote)
          : -1;
    if (end > 0) {
      lexed.end = end;
      lexed.kind = quote === 0x27 ? T.UNICODE_STRING : T.UNICODE_QUOTED_IDENTIFIER;
      return;
    }
  }
  let ascii = true;
  let hash = 0;
  let i = start;
  for (; i < length; i++) {
    const unit = source.charCodeAt(i);
    if (!isIdentifierPart(unit)) break;
    if (unit > 127 || unit === 0x24) ascii = false;
    hash = (Math.imul(hash, 31) + fold(unit)) | 0;
  }
  if (first === 0x5f) {
    // A character set's name may hold `:`, `.` and `-`; its first character is a letter or digit.
    let j = i;
    while (j < length && (isIdentifierPart(source.charCodeAt(j)) || ':.-'.includes(source[j] as string))) j++;
    if (source.charCodeAt(j) === 0x27 && j > start + 1 && source[start + 1] !== '_') {
      const end = quotedEnd(source, j);
      if (end > 0) {
        lexed.end = end;
        lexed.kind = T.PREFIXED_STRING;
        return;
      }
    }
  }
  lexed.end = i;
  lexed.kind = ascii ? keywordOrIdentifier(source, start, i, hash) : T.IDENTIFIER;
  if (lexed.kind === K.END && source.charCodeAt(i) === 0x2d && /^-exec/i.test(source.slice(i, i + 5))) {
    lexed.end = i + 5;
    lexed.kind = K['END-EXEC'];
  }
  if (hasDollar) {
    const end = collationEnd(source, start, lexed.end);
    if (end > lexed.end) {
      lexed.end = end;
      lexed.kind = T.COLLATION_ID;
    }
  }
}

function operator(source: string, start: number, unit: number): void {
  const next = source.charCodeAt(start + 1);
  switch (unit) {
    case 0x3d: // =
      return next === 0x3e ? token(T.NAMED_ARGUMENT, start + 2) : token(T.EQ, start + 1);
    case 0x3c: // <
      if (next === 0x3d) return token(T.LE, start + 2);
      return next === 0x3e ? token(T.NE, start + 2) : token(T.LT, start + 1);
    case 0x3e: // >
      return next === 0x3d ? token(T.GE, start + 2) : token(T.GT, start + 1);
    case 0x21: // !
      return next === 0x3d ? token(T.NE2, start + 2) : token(T.LEXICAL_ERROR, start + 1);
    case 0x7c: // |
      return next === 0x7c ? token(T.CONCAT, start + 2) : token(T.VERTICAL_BAR, start + 1);
    case 0x2e: // .
      if (isAsciiDigit(next)) return number(source, start);
      return next === 0x2e ? token(T.DOUBLE_PERIOD, start + 2) : token(T.DOT, start + 1);
    case 0x2a: // *
      return next === 0x2f ? token(T.COMMENT_END, start + 2) : token(T.STAR, start + 1);
    case 0x7b:
      return brace(source, start);
    case 0x2d: // -
      return next === 0x2d ? token(T.LINE_COMMENT, lineEnd(source, start)) : token(T.MINUS, start + 1);
    case 0x2f: {
      if (next === 0x2f) return token(T.LINE_COMMENT, lineEnd(source, start));
      if (next !== 0x2a) return token(T.SLASH, start + 1);
      if (source.charCodeAt(start + 2) === 0x2b) return token(T.HINT_BEGIN, start + 3);
      const end = blockCommentEnd(source, start);
      return end < 0 ? token(T.LEXICAL_ERROR, source.length) : token(T.BLOCK_COMMENT, end);
    }
    case 0x27: {
      const end = quotedEnd(source, start);
      return end < 0 ? token(T.QUOTE, start + 1) : token(T.QUOTED_STRING, end);
    }
    case 0x60: {
      const end = quotedIdentifierEnd(source, start, unit);
      return end > 0 ? token(T.BACK_QUOTED_IDENTIFIER, end) : token(T.LEXICAL_ERROR, lineEnd(source, start + 1));
    }
    default: {
      const kind = unit < 128 ? (single[unit] as number) : 0;
      return token(kind === 0 ? T.LEXICAL_ERROR : kind, start + 1);
    }
  }
}

/** Does the text that is being read hold a carriage return? Without one the engine's own search finds the end of a line. */
let hasReturn = false;

function lineEnd(source: string, start: number): number {
  let i = start;
  if (!hasReturn) {
    i = source.indexOf('\n', start);
    return i < 0 ? source.length : i;
  }
  while (i < source.length && source[i] !== '\n' && source[i] !== '\r') i++;
  return i;
}

/**
 * Cuts a text into tokens, white space and comments included, so that the tokens' texts joined are the text again.
 * Never throws: what Flink's lexer refuses becomes a LEXICAL_ERROR token.
 */
export function lex(source: string): Tokens {
  const length = source.length;
  // Three characters a token is what texts have; where they have fewer, the columns grow.
  let capacity = Math.max(16, Math.trunc(length / 3) + 2);
  let kinds = new Uint16Array(capacity);
  let starts = new Uint32Array(capacity + 1);
  const hasDollar = source.includes('$');
  hasReturn = source.includes('\r');
  let count = 0;
  let i = 0;
  while (i < length) {
    if (count === capacity) {
      capacity *= 2;
      const moreKinds = new Uint16Array(capacity);
      const moreStarts = new Uint32Array(capacity + 1);
      moreKinds.set(kinds);
      moreStarts.set(starts);
      kinds = moreKinds;
      starts = moreStarts;
    }
    const unit = source.charCodeAt(i);
    starts[count] = i;
    if (isSpace(unit)) {
      do i++;
      while (i < length && isSpace(source.charCodeAt(i)));
      kinds[count++] = T.WHITESPACE;
      continue;
    }
    if (isLetter(unit)) word(source, i, hasDollar);
    else if (isAsciiDigit(unit)) {
      number(source, i);
      const collation = hasDollar ? collationEnd(source, i, lexed.end) : lexed.end;
      if (collation > lexed.end) token(T.COLLATION_ID, collation);
    } else operator(source, i, unit);
    kinds[count++] = lexed.kind;
    i = lexed.end;
  }
  starts[count] = length;
  return { source, count, kinds: kinds.subarray(0, count), starts: starts.subarray(0, count + 1) };
}
