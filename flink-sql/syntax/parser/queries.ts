import type { Expression, Query, QueryBody, SetOperation, Values, WithClause, WithItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { ALL, type Context, CURSOR, checkNonQuery, checkQuery, NONCURSOR, QUERY, SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { identifier, parenthesizedIdentifiers, qualifiedName } from './names.ts';
import { orderByLimit } from './order-by.ts';
import type { Parser } from './parser.ts';
import { select } from './select.ts';

/** Whether a query begins here without parentheses (WITH aside). */
export const atQueryStart = (p: Parser): boolean =>
  p.at(K.SELECT) || p.kind === K.VALUES || p.kind === K.VALUE || p.kind === K.TABLE;

const isSetOperator = (kind: number): boolean =>
  kind === K.UNION || kind === K.INTERSECT || kind === K.EXCEPT || kind === K.MINUS;

const isBody = (node: QueryBody | Expression): node is QueryBody =>
  node.kind === 'Select' ||
  node.kind === 'SetOperation' ||
  node.kind === 'Values' ||
  node.kind === 'TableQuery' ||
  node.kind === 'ParenQuery' ||
  node.kind === 'Invalid';

/** query [ORDER BY …] [LIMIT …]; refuses anything else, as Flink does where a query must stand. */
export function query(p: Parser): Query {
  const { start } = p;
  const node = queryOrExpression(p, QUERY);
  if (node.kind === 'Query') return node;
  return { kind: 'Query', start, end: p.end, body: bodyOf(node) ?? p.invalid(start), orderBy: [] };
}

/** [WITH …] ( query | expr ) ( UNION … )* [ORDER BY …] [LIMIT …]: Calcite's OrderedQueryOrExpr */
export function queryOrExpression(p: Parser, context: Context): Query | Expression {
  const { start } = p;
  p.enter();
  const clause = p.at(K.WITH) ? withClause(p) : undefined;
  let node: QueryBody | Expression = leaf(p, context);
  const parenthesized = bodyOf(node);
  if (parenthesized !== undefined && (clause !== undefined || continuesQuery(p))) node = parenthesized;
  if (isSetOperator(p.kind)) node = setOperations(p, node, start, context, 0);
  else if (p.index === p.probe && isBody(node))
    for (const k of [K.UNION, K.INTERSECT, K.EXCEPT]) p.expectedKinds.add(k);
  p.leave();
  if (!isBody(node)) {
    if (p.at(K.ORDER)) p.refuseAndLeave(p.start, p.endOf(0), 'ORDER BY unexpected', 'illegal-context');
    if (clause === undefined && !p.at(K.LIMIT) && !p.at(K.OFFSET) && !p.at(K.FETCH)) return node;
    node = p.invalid(start);
  }
  const { orderBy: order, offset, fetch } = orderByLimit(p);
  const result: { -readonly [key in keyof Query]: Query[key] } = {
    kind: 'Query',
    start,
    end: p.end,
    body: node as QueryBody,
    orderBy: order,
  };
  if (clause !== undefined) result.with = clause;
  if (offset !== undefined) result.offset = offset;
  if (fetch !== undefined) result.fetch = fetch;
  return result;
}

const continuesQuery = (p: Parser): boolean =>
  isSetOperator(p.kind) || p.kind === K.ORDER || p.kind === K.LIMIT || p.kind === K.OFFSET || p.kind === K.FETCH;

/** A query in parentheses as the operand of a query; undefined for other expressions. */
function bodyOf(node: QueryBody | Expression): QueryBody | undefined {
  if (node.kind === 'Subquery') return { kind: 'ParenQuery', start: node.start, end: node.end, query: node.query };
  return isBody(node) ? node : undefined;
}

/** SELECT … | VALUES … | TABLE t | expr: Calcite's LeafQueryOrExpr */
function leaf(p: Parser, context: Context): QueryBody | Expression {
  if (context === QUERY && p.index === p.probe) {
    // Calcite's grammar would take any expression here, only to refuse it.
    for (const kind of [K.SELECT, K.VALUES, K.TABLE, T.LPAREN]) p.expectedKinds.add(kind);
    p.probe = -1;
  }
  if (!atQueryStart(p)) return expression(p, context);
  if (p.kind === K.SELECT) {
    checkQuery(p, context);
    return select(p);
  }
  if (p.kind === K.TABLE) {
    const { start } = p;
    p.advance();
    const name = qualifiedName(p, 'table');
    return { kind: 'TableQuery', start, end: p.end, name };
  }
  return values(p);
}

/** left ( UNION | INTERSECT | EXCEPT [ALL | DISTINCT] right )*; INTERSECT binds tighter */
function setOperations(
  p: Parser,
  first: QueryBody | Expression,
  start: number,
  context: Context,
  minimum: number,
): QueryBody {
  let left = bodyOf(first);
  if (left === undefined) {
    p.refuseAndLeave(start, p.end, 'Non-query expression encountered in illegal context', 'illegal-context');
  }
  while (isSetOperator(p.kind)) {
    const intersect = p.kind === K.INTERSECT;
    if (!intersect && minimum > 0) break;
    const opStart = p.start;
    const minus = p.kind === K.MINUS;
    const op: SetOperation['op'] = intersect ? 'INTERSECT' : p.kind === K.UNION ? 'UNION' : 'EXCEPT';
    p.advance();
    if (minus) {
      const message = 'MINUS is not allowed under the current SQL conformance level';
      p.refuse(opStart, p.end, message, 'not-allowed');
    }
    const all = p.accept(K.ALL);
    if (!all) p.accept(K.DISTINCT);
    const opEnd = p.end;
    checkQuery(p, context);
    const rightStart = p.start;
    let right = bodyOf(leaf(p, QUERY)) ?? p.invalid(rightStart);
    if (!intersect && p.kind === K.INTERSECT) right = setOperations(p, right, rightStart, context, 1);
    left = { kind: 'SetOperation', start, end: p.end, op, all, left, right, opStart, opEnd };
  }
  return left;
}

/** ( query | expr, … ): a Subquery, a Paren or a Row */
export function parenthesizedQueryOrExpression(p: Parser, context: Context): Expression {
  const { start } = p;
  const items = queryOrExpressions(p, context);
  if (!Array.isArray(items)) return { kind: 'Subquery', start, end: p.end, query: items as Query };
  const first = items[0] as Expression;
  if (items.length > 1) {
    checkNonQuery(p, context, start);
    return { kind: 'Row', start, end: p.end, explicit: false, items };
  }
  if (first.kind === 'Subquery') {
    const body = bodyOf(first) as QueryBody;
    const inner: Query = { kind: 'Query', start: first.start, end: first.end, body, orderBy: [] };
    return { kind: 'Subquery', start, end: p.end, query: inner };
  }
  return { kind: 'Paren', start, end: p.end, expr: first };
}

/** ( query | expr, … ): Calcite's ParenthesizedQueryOrCommaList. A lone query comes back as itself. */
export function queryOrExpressions(p: Parser, context: Context): Query | Expression[] {
  p.expect(T.LPAREN);
  const start = p.end - 1;
  const first = queryOrExpression(p, inParentheses(context));
  if (first.kind === 'Query' && !p.at(T.COMMA)) {
    p.expect(T.RPAREN);
    return first;
  }
  const list: Expression[] = [
    first.kind === 'Query' ? { kind: 'Subquery', start: first.start, end: first.end, query: first } : first,
  ];
  while (p.accept(T.COMMA)) {
    checkNonQuery(p, context, start);
    list.push(expression(p, context));
  }
  p.expect(T.RPAREN);
  return list;
}

/** A first element in parentheses may be a query where a plain one may not. */
export const inParentheses = (context: Context): Context =>
  context === SUB_QUERY ? NONCURSOR : context === CURSOR ? ALL : context;

/** WITH [RECURSIVE] name [( column, … )] AS ( query ), … */
function withClause(p: Parser): WithClause {
  const { start } = p;
  p.expect(K.WITH);
  const recursive = p.accept(K.RECURSIVE);
  const items: WithItem[] = [];
  do items.push(withItem(p));
  while (p.accept(T.COMMA));
  return { kind: 'WithClause', start, end: p.end, recursive, items };
}

function withItem(p: Parser): WithItem {
  const { start } = p;
  const name = identifier(p, 'new-name');
  const columns = p.at(T.LPAREN) ? parenthesizedIdentifiers(p, 'new-name') : undefined;
  p.expect(K.AS);
  p.expect(T.LPAREN);
  const inner = p.attempt(query, (from) => {
    p.skipTo(() => false);
    return p.invalid(from);
  });
  p.expect(T.RPAREN);
  const node = { kind: 'WithItem', start, end: p.end, name, query: inner } as const;
  return columns === undefined ? node : { ...node, columns };
}

/** VALUES row, … (Flink's conformance refuses VALUE, its parser then reads on) */
function values(p: Parser): Values {
  const { start } = p;
  p.advance();
  const rows = [rowConstructor(p)];
  while (p.kind === T.COMMA) {
    p.ahead(2);
    p.advance();
    rows.push(rowConstructor(p));
  }
  return { kind: 'Values', start, end: p.end, rows };
}

/** ( [ROW] ( expr | DEFAULT, … ) ) | [ROW] ( expr | DEFAULT, … ) | expr */
export function rowConstructor(p: Parser): Expression {
  const { start } = p;
  if (p.kind === T.LPAREN && p.peek(1) === K.ROW && p.peek(2) === T.LPAREN) {
    p.advance();
    const row = rowConstructor(p);
    p.expect(T.RPAREN);
    return { kind: 'Paren', start, end: p.end, expr: row };
  }
  if (p.kind !== T.LPAREN && !(p.kind === K.ROW && p.peek(1) === T.LPAREN)) return expression(p, NONCURSOR);
  const explicit = p.accept(K.ROW);
  p.noteExpression();
  p.committed();
  p.expect(T.LPAREN);
  const items: Expression[] = [];
  do {
    if (p.at(K.DEFAULT)) {
      const at = p.start;
      p.advance();
      items.push({ kind: 'DefaultArgument', start: at, end: p.end });
    } else if (items.length === 0) {
      const first = queryOrExpression(p, NONCURSOR);
      items.push(
        first.kind === 'Query' ? { kind: 'Subquery', start: first.start, end: first.end, query: first } : first,
      );
    } else items.push(expression(p, NONCURSOR));
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return { kind: 'Row', start, end: p.end, explicit, items };
}
