import type {
  Expression,
  GroupBy,
  GroupByExpression,
  GroupByItem,
  GroupByTuple,
  Identifier,
  Invalid,
  NamedWindow,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SetOperation,
  Values,
  WithClause,
  WithItem,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import {
  ALL,
  type Context,
  CURSOR,
  checkNonQuery,
  checkQuery,
  expression,
  expressions,
  NONCURSOR,
  QUERY,
  SUB_QUERY,
} from './expressions.ts';
import { hints } from './hints.ts';
import { atUnsignedNumber, unsignedNumber } from './literals.ts';
import { identifier, parenthesizedIdentifiers, qualifiedName } from './names.ts';
import { clauseKinds, isIdentifierKind, type Parser } from './parser.ts';
import { fromClause } from './relations.ts';
import { windowSpec } from './windows.ts';

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

/** SELECT [hints] [STREAM] [ALL | DISTINCT] items [FROM …] [WHERE …] [GROUP BY …] [HAVING …] [WINDOW …] [QUALIFY …] */
function select(p: Parser): Select {
  const { start } = p;
  p.expect(K.SELECT);
  const hintList = p.kind === T.HINT_BEGIN ? hints(p) : [];
  const stream = p.accept(K.STREAM);
  const distinct = p.accept(K.DISTINCT);
  const all = !distinct && p.accept(K.ALL);
  const items: SelectItem[] = [];
  do {
    const before = items.length;
    const item = p.attempt(
      (q) => {
        items.push(selectItem(q));
        if (!followsItem(q)) q.fail();
        return undefined;
      },
      (from) => brokenItem(from, p),
    );
    // What came before the mistake stays.
    if (item !== undefined && items.length === before) items.push(item);
  } while (p.accept(T.COMMA));
  const node: { -readonly [key in keyof Select]: Select[key] } = {
    kind: 'Select',
    start,
    end: p.end,
    hints: hintList,
    stream,
    items,
    windows: [],
  };
  if (distinct || all) node.quantifier = distinct ? 'DISTINCT' : 'ALL';
  selectClauses(p, node);
  node.end = p.end;
  return node;
}

/** Whether the token after a SELECT item can stand there; if not, only the list is broken. */
const followsItem = (p: Parser): boolean =>
  p.kind === T.COMMA ||
  p.kind === T.RPAREN ||
  p.kind === T.EOF ||
  (clauseKinds.has(p.kind) && p.kind !== K.WHERE) ||
  p.kind === K.MINUS ||
  p.kind === K.PARTITION ||
  p.semicolonMissing();

function brokenItem(start: number, p: Parser): SelectItem {
  p.skipTo((kind) => kind === T.COMMA || clauseKinds.has(kind));
  const expr = p.invalid(start);
  return { kind: 'SelectItem', start: expr.start, end: expr.end, expr };
}

/** The clauses after the SELECT list. Each is read on its own, so that a mistake in one leaves the others. */
function selectClauses(p: Parser, node: { -readonly [key in keyof Select]: Select[key] }): void {
  const broken = (from: number): Invalid => {
    p.skipTo((kind) => clauseKinds.has(kind) && kind !== K.FROM);
    return p.invalid(from);
  };
  // Without FROM there are no other clauses; WHERE then is no part of the query.
  if (!p.accept(K.FROM)) return;
  node.from = p.attempt(fromClause, broken);
  if (p.accept(K.WHERE)) node.where = p.attempt(condition, broken);
  if (p.at(K.GROUP)) {
    const group = p.attempt(groupBy, broken);
    if (group.kind === 'GroupBy') node.groupBy = group;
  }
  if (p.accept(K.HAVING)) node.having = p.attempt(condition, broken);
  if (p.at(K.WINDOW)) {
    const windows = p.attempt(windowClause, broken);
    if (Array.isArray(windows)) node.windows = windows;
  }
  if (p.accept(K.QUALIFY)) node.qualify = p.attempt(condition, broken);
}

const condition = (p: Parser): Expression => expression(p, SUB_QUERY);

/** * | expr [ [AS] alias ] */
function selectItem(p: Parser): SelectItem {
  const { start } = p;
  let expr: Expression;
  if (p.at(T.STAR)) {
    p.advance();
    expr = { kind: 'Star', start, end: p.end, qualifier: [] };
  } else {
    const outer = p.aliasDepth;
    p.aliasDepth = p.depth + 1;
    expr = expression(p, SUB_QUERY);
    p.aliasDepth = outer;
  }
  const alias = selectAlias(p);
  return alias === undefined
    ? { kind: 'SelectItem', start, end: p.end, expr }
    : { kind: 'SelectItem', start, end: p.end, expr, alias };
}

/** [AS] name */
function selectAlias(p: Parser): Identifier | undefined {
  const as = p.accept(K.AS);
  if (p.kind === T.QUOTED_STRING) {
    const { start } = p;
    p.advance();
    const message = 'Expecting alias, found character literal';
    p.refuse(start, p.end, message, 'not-allowed', 'SqlValidatorException');
    const name = p.source.slice(start + 1, p.end - 1).replaceAll("''", "'");
    return { kind: 'Identifier', start, end: p.end, name, quoted: true };
  }
  if (!as && !p.atIdentifier('alias')) return undefined;
  return identifier(p, 'alias');
}

/** GROUP BY [ALL | DISTINCT] element, … */
function groupBy(p: Parser): GroupBy {
  const { start } = p;
  p.expect(K.GROUP);
  p.expect(K.BY);
  const distinct = p.accept(K.DISTINCT);
  const all = !distinct && p.accept(K.ALL);
  const items = groupingElements(p);
  const node = { kind: 'GroupBy', start, end: p.end, items } as const;
  return distinct || all ? { ...node, quantifier: distinct ? 'DISTINCT' : 'ALL' } : node;
}

function groupingElements(p: Parser): GroupByItem[] {
  const items = [groupingElement(p)];
  while (p.kind === T.COMMA) {
    p.ahead(2);
    p.advance();
    items.push(groupingElement(p));
  }
  return items;
}

/** GROUPING SETS ( element, … ) | ROLLUP ( expr, … ) | CUBE ( expr, … ) | ( ) | expr */
function groupingElement(p: Parser): GroupByItem {
  const { start } = p;
  if (p.at2(K.GROUPING, K.SETS)) {
    p.advance();
    p.advance();
    p.expect(T.LPAREN);
    const items = groupingElements(p);
    p.expect(T.RPAREN);
    return { kind: 'GroupingSets', start, end: p.end, items };
  }
  if (p.at(K.ROLLUP) || p.at(K.CUBE)) {
    const kind = p.kind === K.ROLLUP ? 'GroupByRollup' : 'GroupByCube';
    p.advance();
    p.expect(T.LPAREN);
    const items = expressions(p, SUB_QUERY).map(tuple);
    p.expect(T.RPAREN);
    return { kind, start, end: p.end, items };
  }
  if (p.kind === T.LPAREN && p.peek(1) === T.RPAREN) {
    p.advance();
    p.advance();
    return { kind: 'GroupByTuple', start, end: p.end, exprs: [] };
  }
  return tuple(expression(p, SUB_QUERY));
}

/** `(a, b)` as a grouping element is a tuple of expressions. */
function tuple(expr: Expression): GroupByExpression | GroupByTuple {
  const { start, end } = expr;
  if (expr.kind === 'Row' && !expr.explicit) return { kind: 'GroupByTuple', start, end, exprs: expr.items };
  return { kind: 'GroupByExpression', start, end, expr };
}

/** WINDOW name AS ( … ), … */
function windowClause(p: Parser): NamedWindow[] {
  p.expect(K.WINDOW);
  const windows: NamedWindow[] = [];
  do {
    const { start } = p;
    const name = identifier(p, 'window');
    p.expect(K.AS);
    const spec = windowSpec(p);
    windows.push({ kind: 'NamedWindow', start, end: p.end, name, spec });
  } while (p.accept(T.COMMA));
  return windows;
}

/** ORDER BY expr [ASC | DESC] [NULLS FIRST | LAST], … */
export function orderBy(p: Parser): OrderItem[] {
  p.expect(K.ORDER);
  p.expect(K.BY);
  const items = [orderItem(p)];
  while (p.kind === T.COMMA) {
    p.ahead(2);
    p.advance();
    items.push(orderItem(p));
  }
  return items;
}

export function orderItem(p: Parser): OrderItem {
  const { start } = p;
  const node: { -readonly [key in keyof OrderItem]: OrderItem[key] } = {
    kind: 'OrderItem',
    start,
    end: start,
    expr: expression(p, SUB_QUERY),
  };
  if (p.accept(K.ASC)) node.direction = 'ASC';
  else if (p.accept(K.DESC)) node.direction = 'DESC';
  if (p.accept(K.NULLS)) {
    if (p.accept(K.FIRST)) node.nulls = 'FIRST';
    else {
      p.expect(K.LAST);
      node.nulls = 'LAST';
    }
  }
  node.end = p.end;
  return node;
}

/** [ORDER BY …] [LIMIT n | LIMIT ALL] [OFFSET n [ROW | ROWS]] [FETCH FIRST | NEXT n ROW | ROWS ONLY] */
function orderByLimit(p: Parser): { orderBy: OrderItem[]; offset?: Expression; fetch?: Expression } {
  const broken = (): OrderItem[] => {
    p.skipTo((kind) => kind === K.LIMIT || kind === K.OFFSET || kind === K.FETCH);
    return [];
  };
  const order = p.at(K.ORDER) ? p.attempt(orderBy, broken) : [];
  const result: { orderBy: OrderItem[]; offset?: Expression; fetch?: Expression } = { orderBy: order };
  if (p.accept(K.LIMIT)) {
    limit(p, result);
    if (p.accept(K.OFFSET)) result.offset = offsetRows(p);
  } else if (p.accept(K.OFFSET)) {
    result.offset = offsetRows(p);
    if (p.at(K.LIMIT)) {
      const { start } = p;
      p.advance();
      limit(p, result);
      const message = "'OFFSET start LIMIT count' is not allowed under the current SQL conformance level";
      p.refuse(start, p.end, message, 'not-allowed');
    } else if (p.accept(K.FETCH)) result.fetch = fetchRows(p);
  } else if (p.accept(K.FETCH)) result.fetch = fetchRows(p);
  return result;
}

/** n | ALL | start, n (which Flink's conformance refuses) */
function limit(p: Parser, result: { offset?: Expression; fetch?: Expression }): void {
  const { start } = p;
  if (p.accept(K.ALL)) return;
  const first = countOrParameter(p);
  if (!p.accept(T.COMMA)) {
    result.fetch = first;
    return;
  }
  result.offset = first;
  const all = p.accept(K.ALL);
  if (!all) result.fetch = countOrParameter(p);
  const message = `'LIMIT start, ${all ? 'ALL' : 'count'}' is not allowed under the current SQL conformance level`;
  p.refuse(start, p.end, message, 'not-allowed');
}

function offsetRows(p: Parser): Expression {
  const count = countOrParameter(p);
  if (!p.accept(K.ROW)) p.accept(K.ROWS);
  return count;
}

function fetchRows(p: Parser): Expression {
  if (!p.accept(K.FIRST)) p.expect(K.NEXT);
  const count = countOrParameter(p);
  if (!p.accept(K.ROW)) p.expect(K.ROWS);
  p.expect(K.ONLY);
  return count;
}

/** number | ? */
function countOrParameter(p: Parser): Expression {
  const { start } = p;
  if (p.accept(T.HOOK)) return { kind: 'Parameter', start, end: p.end, index: p.parameters++ };
  if (!atUnsignedNumber(p)) p.fail(T.UNSIGNED_INTEGER);
  return unsignedNumber(p);
}

/** Whether an alias could begin with a token of this kind. */
export const isAliasStart = (kind: number): boolean => kind === K.AS || isIdentifierKind(kind);
