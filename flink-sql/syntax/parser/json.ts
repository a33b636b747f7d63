import type {
  Expression,
  JsonArray,
  JsonBehavior,
  JsonEntry,
  JsonObject,
  JsonPassing,
  JsonQuery,
  JsonValue,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { withinGroup } from './calls.ts';
import { NON_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { identifier } from './names.ts';
import { orderBy } from './order-by.ts';
import type { Parser } from './parser.ts';
import { dataType } from './types.ts';

type Mutable<A> = { -readonly [key in keyof A]: A[key] };

const productions = new Map<number, (p: Parser) => Expression>([
  [K.JSON_EXISTS, jsonExists],
  [K.JSON_VALUE, jsonValue],
  [K.JSON_QUERY, jsonQuery],
  [K.JSON_OBJECT, (p) => jsonObject(p, false)],
  [K.JSON_OBJECTAGG, (p) => jsonObject(p, true)],
  [K.JSON_ARRAY, (p) => jsonArray(p, false)],
  [K.JSON_ARRAYAGG, (p) => jsonArray(p, true)],
]);

/** Whether a keyword of this kind begins a JSON call. */
export const isJsonCall = (kind: number): boolean => productions.has(kind);

export const jsonCall = (p: Parser): Expression => (productions.get(p.kind) as (p: Parser) => Expression)(p);

const operand = (p: Parser): Expression => expression(p, NON_QUERY);

/** keyword ( input [FORMAT JSON] , path [PASSING expr AS name, …] */
function common(p: Parser): { input: Expression; path: Expression; passing: JsonPassing[] } {
  p.advance();
  p.expect(T.LPAREN);
  const input = operand(p);
  p.expect(T.COMMA);
  const path = operand(p);
  const passing: JsonPassing[] = [];
  if (p.accept(K.PASSING)) {
    do {
      const { start } = p;
      const value = operand(p);
      p.expect(K.AS);
      const name = identifier(p, 'alias');
      passing.push({ kind: 'JsonPassing', start, end: p.end, value, name });
    } while (p.accept(T.COMMA));
  }
  return { input, path, passing };
}

/** JSON_EXISTS ( … [TRUE | FALSE | UNKNOWN | ERROR ON ERROR] ) */
function jsonExists(p: Parser): Expression {
  const { start } = p;
  const parts = common(p);
  let onError: JsonBehavior | undefined;
  if (p.at(K.TRUE) || p.at(K.FALSE) || p.at(K.UNKNOWN) || p.at(K.ERROR)) {
    const from = p.start;
    const behavior =
      p.kind === K.TRUE ? 'TRUE' : p.kind === K.FALSE ? 'FALSE' : p.kind === K.ERROR ? 'ERROR' : 'UNKNOWN';
    p.advance();
    onError = { kind: 'JsonBehavior', start: from, end: p.end, behavior };
    p.expect(K.ON);
    p.expect(K.ERROR);
  }
  p.expect(T.RPAREN);
  const node = { kind: 'JsonExists', start, end: p.end, ...parts } as const;
  return onError === undefined ? node : { ...node, onError };
}

/** JSON_VALUE ( … [RETURNING type] ( ERROR | NULL | DEFAULT expr ON EMPTY | ERROR )* ) */
function jsonValue(p: Parser): Expression {
  const { start } = p;
  const node: Mutable<JsonValue> = { kind: 'JsonValue', start, end: start, ...common(p) };
  if (p.accept(K.RETURNING)) node.returning = dataType(p);
  while (p.at(K.ERROR) || p.at(K.NULL) || p.at(K.DEFAULT)) {
    const from = p.start;
    const { kind } = p;
    p.advance();
    const value = kind === K.DEFAULT ? operand(p) : undefined;
    const behavior = kind === K.DEFAULT ? 'DEFAULT' : kind === K.ERROR ? 'ERROR' : 'NULL';
    const base = { kind: 'JsonBehavior', start: from, end: p.end, behavior } as const;
    onEmptyOrError(p, node, value === undefined ? base : { ...base, default: value });
  }
  p.expect(T.RPAREN);
  node.end = p.end;
  return node;
}

/** ON EMPTY | ON ERROR */
function onEmptyOrError(p: Parser, node: Mutable<JsonValue | JsonQuery>, behavior: JsonBehavior): void {
  p.expect(K.ON);
  if (p.accept(K.EMPTY)) node.onEmpty = behavior;
  else {
    p.expect(K.ERROR);
    node.onError = behavior;
  }
}

/** JSON_QUERY ( … [RETURNING type] [wrapper WRAPPER] ( ERROR | NULL | EMPTY ARRAY | EMPTY OBJECT ON EMPTY | ERROR )* ) */
function jsonQuery(p: Parser): Expression {
  const { start } = p;
  const node: Mutable<JsonQuery> = { kind: 'JsonQuery', start, end: start, ...common(p) };
  if (p.accept(K.RETURNING)) node.returning = dataType(p);
  if (p.accept(K.WITHOUT)) {
    p.accept(K.ARRAY);
    p.expect(K.WRAPPER);
    node.wrapper = 'WITHOUT';
  } else if (p.accept(K.WITH)) {
    const conditional = p.accept(K.CONDITIONAL);
    if (!conditional) p.accept(K.UNCONDITIONAL);
    p.accept(K.ARRAY);
    p.expect(K.WRAPPER);
    node.wrapper = conditional ? 'WITH CONDITIONAL' : 'WITH UNCONDITIONAL';
  }
  while (p.at(K.ERROR) || p.at(K.NULL) || p.at(K.EMPTY)) {
    const from = p.start;
    const { kind } = p;
    p.advance();
    let behavior: JsonBehavior['behavior'] = kind === K.ERROR ? 'ERROR' : 'NULL';
    if (kind === K.EMPTY) {
      behavior = p.accept(K.ARRAY) ? 'EMPTY ARRAY' : 'EMPTY OBJECT';
      if (behavior === 'EMPTY OBJECT') p.expect(K.OBJECT);
    }
    onEmptyOrError(p, node, { kind: 'JsonBehavior', start: from, end: p.end, behavior });
  }
  p.expect(T.RPAREN);
  node.end = p.end;
  return node;
}

/** [KEY] expr VALUE | : expr */
function jsonEntry(p: Parser, first: boolean): JsonEntry {
  const { start } = p;
  const keyWord = p.kind === K.KEY && p.peek(1) !== K.VALUE && p.peek(1) !== T.COLON && p.peek(1) !== T.DOT;
  if (keyWord) p.advance();
  const from = p.index;
  const key = operand(p);
  // Flink decides on the first entry of JSON_OBJECT by two tokens.
  if (first && p.index === from + 1 && !keyWord && !p.at(T.COLON) && !p.at(K.VALUE)) p.failFrom(from);
  const colon = p.start;
  if (p.accept(T.COLON)) {
    if (keyWord) p.refuse(colon, p.end, "Illegal identifier ':'. Was expecting 'VALUE'", 'not-allowed');
  } else p.expect(K.VALUE);
  const value = operand(p);
  return { kind: 'JsonEntry', start, end: p.end, key, value };
}

/** [NULL ON NULL | ABSENT ON NULL] */
function nullClause(p: Parser): 'NULL' | 'ABSENT' | undefined {
  if (!p.at(K.NULL) && !p.at(K.ABSENT)) return undefined;
  const clause = p.kind === K.NULL ? 'NULL' : 'ABSENT';
  p.advance();
  p.expect(K.ON);
  p.expect(K.NULL);
  return clause;
}

/** The words of a null clause, where they cannot begin an element. */
const atNullClause = (p: Parser): boolean => (p.at(K.NULL) || p.at(K.ABSENT)) && p.peek(1) === K.ON;

/** JSON_OBJECT ( [entry, …] [null clause] ) | JSON_OBJECTAGG ( entry [null clause] ) */
function jsonObject(p: Parser, aggregate: boolean): Expression {
  const { start } = p;
  p.advance();
  p.expect(T.LPAREN);
  const entries: JsonEntry[] = [];
  if (aggregate || !(p.at(T.RPAREN) || atNullClause(p))) {
    do entries.push(jsonEntry(p, !aggregate && entries.length === 0));
    while (!aggregate && p.accept(T.COMMA));
  }
  const onNull = nullClause(p);
  p.expect(T.RPAREN);
  const node: Mutable<JsonObject> = { kind: 'JsonObject', start, end: p.end, aggregate, entries };
  if (onNull !== undefined) node.onNull = onNull;
  return node;
}

/** JSON_ARRAY ( [expr, …] [null clause] ) | JSON_ARRAYAGG ( expr [ORDER BY …] [null clause] ) [WITHIN GROUP ( … )] */
function jsonArray(p: Parser, aggregate: boolean): Expression {
  const { start } = p;
  p.advance();
  p.expect(T.LPAREN);
  const items: Expression[] = [];
  if (aggregate || !p.at(T.RPAREN)) {
    do items.push(operand(p));
    while (!aggregate && p.accept(T.COMMA));
  }
  const order = aggregate && p.at(K.ORDER) ? orderBy(p) : undefined;
  const onNull = nullClause(p);
  p.expect(T.RPAREN);
  const node: Mutable<JsonArray> = { kind: 'JsonArray', start, end: p.end, aggregate, items };
  if (order !== undefined) node.orderBy = order;
  if (onNull !== undefined) node.onNull = onNull;
  if (aggregate && p.at(K.WITHIN)) {
    node.orderBy = withinGroup(p);
    if (order !== undefined) {
      const message =
        'Including both WITHIN GROUP(...) and inside ORDER BY in a single JSON_ARRAYAGG call is not allowed';
      p.refuse(start, p.end, message, 'not-allowed');
    }
  }
  node.end = p.end;
  return node;
}
