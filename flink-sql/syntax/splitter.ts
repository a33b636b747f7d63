import { K } from './keywords.ts';
import { lex } from './lexer.ts';
import { isTrivia, T, type Tokens } from './tokens.ts';

/** One statement of a text: its range without the `;` and the white space and comments around it. */
export interface StatementRange {
  /** Offset of the first token. */
  readonly start: number;
  /** Offset after the last token. */
  readonly end: number;
  /** Index of the first token, and after the last one, in the token columns. */
  readonly firstToken: number;
  readonly endToken: number;
  /** Offset of the closing `;`, or -1. */
  readonly semicolon: number;
}

/**
 * Splits at every `;` that ends a statement. Those inside strings, comments and quoted identifiers are none, nor are
 * those between `STATEMENT SET BEGIN` and its `END` (`BEGIN STATEMENT SET;` is a statement of its own, as is `END;`).
 * Empty statements give no range.
 */
export function splitTokens(tokens: Tokens): StatementRange[] {
  const { kinds, starts, count } = tokens;
  const ranges: StatementRange[] = [];
  let first = -1;
  let last = -1;
  let inSet = false;
  let cases = 0;
  let before = 0;
  let beforeThat = 0;
  let afterSemicolon = false;
  const close = (semicolon: number): void => {
    if (first >= 0) {
      const endToken = last + 1;
      ranges.push({ start: starts[first]!, end: starts[endToken]!, firstToken: first, endToken, semicolon });
    }
    first = -1;
    inSet = false;
    cases = 0;
    before = 0;
    beforeThat = 0;
    afterSemicolon = false;
  };
  for (let i = 0; i < count; i++) {
    const kind = kinds[i]!;
    if (isTrivia(kind)) continue;
    if (afterSemicolon) {
      // Only INSERTs can go on in a set: anything else means that its END is missing.
      if (kind !== K.INSERT && kind !== K.UPSERT && kind !== K.END) close(starts[last]!);
      afterSemicolon = false;
    }
    if (kind === T.SEMICOLON) {
      if (!inSet) {
        close(starts[i]!);
        continue;
      }
      afterSemicolon = true;
    } else if (kind === K.BEGIN && before === K.SET && beforeThat === K.STATEMENT) inSet = true;
    else if (inSet && kind === K.CASE) cases++;
    else if (inSet && kind === K.END) {
      if (cases > 0) cases--;
      else inSet = false;
    }
    if (first < 0) first = i;
    last = i;
    beforeThat = before;
    before = kind;
  }
  close(-1);
  return ranges;
}

/** The statements of a text; see {@link splitTokens}. */
export const splitStatements = (source: string): StatementRange[] => splitTokens(lex(source));
