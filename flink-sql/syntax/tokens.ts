import { lastKeyword } from './keywords.ts';

const base = lastKeyword + 1;

/** Token kinds that are no keywords. Kind 0 is the end of the text; 1 … lastKeyword are the keywords (see keywords.ts). */
export const T = Object.freeze({
  EOF: 0,
  IDENTIFIER: base,
  BACK_QUOTED_IDENTIFIER: base + 1,
  UNICODE_QUOTED_IDENTIFIER: base + 2,
  UNSIGNED_INTEGER: base + 3,
  DECIMAL: base + 4,
  APPROX_NUMERIC: base + 5,
  BINARY_STRING: base + 6,
  QUOTED_STRING: base + 7,
  PREFIXED_STRING: base + 8,
  UNICODE_STRING: base + 9,
  C_STYLE_STRING: base + 10,
  LPAREN: base + 11,
  RPAREN: base + 12,
  LBRACE_D: base + 13,
  LBRACE_T: base + 14,
  LBRACE_TS: base + 15,
  LBRACE_FN: base + 16,
  LBRACE: base + 17,
  RBRACE: base + 18,
  LBRACKET: base + 19,
  RBRACKET: base + 20,
  SEMICOLON: base + 21,
  DOT: base + 22,
  COMMA: base + 23,
  EQ: base + 24,
  GT: base + 25,
  LT: base + 26,
  HOOK: base + 27,
  COLON: base + 28,
  LE: base + 29,
  GE: base + 30,
  NE: base + 31,
  NE2: base + 32,
  PLUS: base + 33,
  MINUS: base + 34,
  STAR: base + 35,
  SLASH: base + 36,
  PERCENT: base + 37,
  CONCAT: base + 38,
  NAMED_ARGUMENT: base + 39,
  DOUBLE_PERIOD: base + 40,
  QUOTE: base + 41,
  DOUBLE_QUOTE: base + 42,
  VERTICAL_BAR: base + 43,
  CARET: base + 44,
  DOLLAR: base + 45,
  HINT_BEGIN: base + 46,
  COMMENT_END: base + 47,
  COLLATION_ID: base + 48,
  /** Text that Flink's lexer refuses. */
  LEXICAL_ERROR: base + 49,
  /** From here on: trivia, which the parser does not see. */
  WHITESPACE: base + 50,
  LINE_COMMENT: base + 51,
  BLOCK_COMMENT: base + 52,
});

/** Whether a token of this kind is white space or a comment. */
export const isTrivia = (kind: number): boolean => kind >= T.WHITESPACE;

/** The tokens of a text, in columns. Token `i` has kind `kinds[i]` and covers `starts[i]` to `starts[i + 1]`. */
export interface Tokens {
  readonly source: string;
  readonly count: number;
  readonly kinds: Uint16Array;
  /** One entry more than `count`; the last is the length of the source. */
  readonly starts: Uint32Array;
}

/** Text of a token. */
export const tokenText = (tokens: Tokens, i: number): string =>
  tokens.source.slice(tokens.starts[i], tokens.starts[i + 1]);
