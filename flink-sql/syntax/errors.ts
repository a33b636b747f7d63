/** A mistake that the parser found. Offsets are UTF-16, in the parsed source; the text is Flink's. */
export interface SqlSyntaxError {
  readonly start: number;
  readonly end: number;
  /** Flink's words, e.g. `Encountered "FROM" at line 1, column 8.` Places in it count within the statement, from 1. */
  readonly message: string;
  readonly code:
    | 'unexpected-token'
    | 'lexical'
    | 'illegal-context'
    | 'not-allowed'
    | 'invalid-literal'
    | 'missing-semicolon'
    | 'too-deep'
    | 'since-version';
  /** Simple name of the Java exception that Flink raises. */
  readonly exception:
    | 'ParseException'
    | 'TokenMgrError'
    | 'CalciteException'
    | 'SqlValidatorException'
    | 'SqlParseException'
    | 'NumberFormatException'
    | 'SqlValidateException'
    | 'NullPointerException'
    | 'AssertionError';
  /** Whether Flink names a place (`message` does, or the exception around it does). */
  readonly placed: boolean;
  /** What could have stood there, when one thing could. */
  readonly expected?: readonly string[];
  /** What the editor may add in its own words. */
  readonly hint?: string;
}

/** 1-based line and column (in UTF-16 units) of an offset, counted from `from`. CR, LF and CRLF end a line. */
export function lineColumn(source: string, from: number, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = from;
  for (let i = from; i < offset; i++) {
    const unit = source.charCodeAt(i);
    if (unit === 0x0a || (unit === 0x0d && source.charCodeAt(i + 1) !== 0x0a)) {
      line++;
      lineStart = i + 1;
    }
  }
  return { line, column: offset - lineStart + 1 };
}

/** Escapes a token's text as JavaCC's ParseException does. */
export function escapeImage(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    const unit = text.charCodeAt(i);
    const short = escapes[c];
    if (short !== undefined) out += short;
    else if (unit < 0x20 || unit > 0x7e) out += `\\u${unit.toString(16).padStart(4, '0')}`;
    else out += c;
  }
  return out;
}

const escapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};
