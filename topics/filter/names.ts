import { isReserved, isTrivia, K, lex, T, tokenText } from '../../flink-sql/syntax/index.ts';

/** Names of messages' columns that are words of SQL. */
const COLUMNS: ReadonlySet<number> = new Set([K.VALUE, K.TIMESTAMP, K.OFFSET, K.PARTITION, K.KEY]);

/** After these a value is complete: a word that follows is no operand. */
const OPERANDS: ReadonlySet<number> = new Set([
  T.IDENTIFIER,
  T.BACK_QUOTED_IDENTIFIER,
  T.UNSIGNED_INTEGER,
  T.DECIMAL,
  T.APPROX_NUMERIC,
  T.QUOTED_STRING,
  T.RPAREN,
  T.RBRACKET,
]);

/** A condition as Flink's parser takes it, and where a place in it is in the condition as written. */
export interface QuotedCondition {
  readonly text: string;
  placeOf(at: number): number;
}

/**
 * Lets people write `value.timestamp > …`: Flink's SQL reserves VALUE, TIMESTAMP, OFFSET and PARTITION. They are quoted where a column
 * can stand (not in `TIMESTAMP '2026-01-01 00:00:00'`, nor in `CAST(x AS TIMESTAMP(3))`), and so is every reserved word behind a dot.
 */
export function quoteNames(condition: string): QuotedCondition {
  const tokens = lex(condition);
  const places: number[] = [];
  const { kinds } = tokens;
  const next = (i: number): number => {
    let j = i + 1;
    while (j < tokens.count && isTrivia(kinds[j] as number)) j++;
    return j < tokens.count ? (kinds[j] as number) : T.EOF;
  };
  let text = '';
  let before: number = T.EOF;
  const quote = () => {
    places.push(text.length);
    text += '`';
  };
  for (let i = 0; i < tokens.count; i++) {
    const kind = kinds[i] as number;
    const written = tokenText(tokens, i);
    const isField = before === T.DOT && /^\w+$/.test(written) && isReserved(written);
    const isColumn = COLUMNS.has(kind) && isOperand(kind, before, next(i));
    if (isField || isColumn) {
      quote();
      text += isColumn ? written.toLowerCase() : written;
      quote();
    } else text += written;
    if (!isTrivia(kind)) before = kind;
  }
  return { text, placeOf: (at) => at - places.filter((place) => place < at).length };
}

function isOperand(kind: number, before: number, after: number): boolean {
  if (OPERANDS.has(before) || before === T.DOT) return before === T.DOT;
  if (before === K.AS) return false;
  // A literal, a function of that name, or a word of JSON_OBJECT's.
  if (after === T.QUOTED_STRING) return kind !== K.TIMESTAMP && kind !== K.KEY && kind !== K.VALUE;
  if (kind === K.KEY) return after === T.DOT || after !== T.LPAREN;
  return after !== T.LPAREN;
}
