import { isContextVariable, isReservedFunctionName, K } from '../syntax/keywords.ts';
import { isIdentifierKind } from '../syntax/parser/parser.ts';
import { T } from '../syntax/tokens.ts';

/** Reserved words that take their parenthesis without a space: functions with a syntax of their own, and types. */
const tightWords: ReadonlySet<number> = new Set([
  K.CAST,
  K.TRY_CAST,
  K.EXTRACT,
  K.TRIM,
  K.SUBSTRING,
  K.POSITION,
  K.OVERLAY,
  K.CEIL,
  K.CEILING,
  K.FLOOR,
  K.CONVERT,
  K.TRANSLATE,
  K.JSON_EXISTS,
  K.JSON_VALUE,
  K.JSON_QUERY,
  K.JSON_OBJECT,
  K.JSON_OBJECTAGG,
  K.JSON_ARRAY,
  K.JSON_ARRAYAGG,
  K.CLASSIFIER,
  K.MATCH_NUMBER,
  K.PREV,
  K.DECIMAL,
  K.DEC,
  K.NUMERIC,
  K.VARCHAR,
  K.CHAR,
  K.CHARACTER,
  K.BINARY,
  K.VARBINARY,
  K.TIME,
  K.TIMESTAMP,
  K.TIMESTAMP_LTZ,
  K.DATE,
  K.ROW,
  K.ARRAY,
  K.MULTISET,
  K.TABLE,
  K.UNNEST,
  K.GROUPING,
  K.YEAR,
  K.MONTH,
  K.DAY,
  K.HOUR,
  K.MINUTE,
  K.SECOND,
  K.RAW,
  K.HASH,
  K.FLOAT,
  K.DOUBLE,
]);

/** Words that may be names but here are followed by a list of their own. */
const looseWords: ReadonlySet<number> = new Set([K.KEY, K.SETS, K.COLUMNS, K.METADATA, K.DATA, K.OUTPUT]);

/** Reserved words after which an operator has a left operand. */
const endsOperand: ReadonlySet<number> = new Set([
  K.END,
  K.NULL,
  K.TRUE,
  K.FALSE,
  K.UNKNOWN,
  K.YEAR,
  K.MONTH,
  K.DAY,
  K.HOUR,
  K.MINUTE,
  K.SECOND,
]);

const noSpaceBefore: ReadonlySet<number> = new Set([
  T.RPAREN,
  T.RBRACKET,
  T.RBRACE,
  T.COMMA,
  T.SEMICOLON,
  T.DOT,
  T.COLON,
]);
const noSpaceAfter: ReadonlySet<number> = new Set([T.LPAREN, T.LBRACKET, T.LBRACE, T.DOT]);
const openGeneric: ReadonlySet<number> = new Set([K.ROW, K.ARRAY, K.MAP, K.MULTISET]);

const isLiteral = (kind: number): boolean => kind >= T.UNSIGNED_INTEGER && kind <= T.C_STYLE_STRING;

/** Whether a token of this kind ends an operand, so that a sign after it is an operator. */
const operandEnds = (kind: number): boolean =>
  isIdentifierKind(kind) ||
  isLiteral(kind) ||
  kind === T.RPAREN ||
  kind === T.RBRACKET ||
  kind === T.HOOK ||
  isContextVariable[kind] === 1 ||
  endsOperand.has(kind);

const isSign = (kind: number | undefined): boolean => kind === T.MINUS || kind === T.PLUS;

/** For each token of a statement, whether a space stands before it when it is not the first of its line. */
export function spaces(kinds: readonly number[]): boolean[] {
  let generics = 0;
  let afterGeneric = false;
  return kinds.map((kind, i) => {
    const before = kinds[i - 1];
    if (before === undefined) return false;
    const closed = afterGeneric;
    afterGeneric = false;
    if (kind === T.LT && openGeneric.has(before)) {
      generics++;
      return false;
    }
    if (kind === T.GT && generics > 0) {
      generics--;
      afterGeneric = true;
      return false;
    }
    if (before === T.LT && openGeneric.has(kinds[i - 2] ?? 0)) return false;
    if (closed && kind === T.LPAREN) return false;
    if (noSpaceBefore.has(kind)) return before === T.COLON;
    if (noSpaceAfter.has(before)) return false;
    if (isSign(before) && !operandEnds(kinds[i - 2] ?? T.LPAREN)) return isSign(kind);
    if (kind === T.LBRACKET) return !(operandEnds(before) || before === K.ARRAY || before === K.MULTISET);
    if (kind === T.LPAREN) return !callable(before) || namesObject(kinds, i);
    return true;
  });
}

const callable = (kind: number): boolean =>
  (isIdentifierKind(kind) && !looseWords.has(kind)) || isReservedFunctionName[kind] === 1 || tightWords.has(kind);

/** Whether the name before the parenthesis at `i` is that of a table, whose columns follow. */
function namesObject(kinds: readonly number[], i: number): boolean {
  let first = i - 1;
  while (kinds[first - 1] === T.DOT) first -= 2;
  const before = kinds[first - 1];
  if (before === K.INTO || before === K.OVERWRITE) return true;
  if (before !== K.TABLE && before !== K.VIEW && before !== K.EXISTS && before !== K.MODEL) return false;
  return kinds[0] === K.CREATE || kinds[0] === K.ALTER;
}
