import type {
  Expression,
  GroupBy,
  GroupByExpression,
  GroupByItem,
  GroupByTuple,
  Identifier,
  Invalid,
  NamedWindow,
  Select,
  SelectItem,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { SUB_QUERY } from './contexts.ts';
import { expression, expressions } from './expressions.ts';
import { hints } from './hints.ts';
import { identifier } from './names.ts';
import { clauseKinds, type Parser } from './parser.ts';
import { fromClause } from './relations.ts';
import { windowSpec } from './windows.ts';

/** SELECT [hints] [STREAM] [ALL | DISTINCT] items [FROM …] [WHERE …] [GROUP BY …] [HAVING …] [WINDOW …] [QUALIFY …] */
export function select(p: Parser): Select {
  const { start } = p;
  p.expect(K.SELECT);
  const hintList = p.kind === T.HINT_BEGIN ? hints(p) : [];
  const stream = p.accept(K.STREAM);
  const distinct = p.accept(K.DISTINCT);
  const all = !distinct && p.accept(K.ALL);
  const items = [listedItem(p)];
  while (p.accept(T.COMMA)) items.push(listedItem(p));
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

/** A SELECT item. Where something follows that cannot, the item stays and the rest up to the next one is skipped. */
function listedItem(p: Parser): SelectItem {
  const item = p.attempt(selectItem, brokenItem);
  if (item.expr.kind !== 'Invalid' && !followsItem(p)) p.attempt(failHere, brokenItem);
  return item;
}

const failHere = (p: Parser): never => p.fail();

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

function broken(from: number, p: Parser): Invalid {
  p.skipTo((kind) => clauseKinds.has(kind) && kind !== K.FROM);
  return p.invalid(from);
}

/** The clauses after the SELECT list. Each is read on its own, so that a mistake in one leaves the others. */
function selectClauses(p: Parser, node: { -readonly [key in keyof Select]: Select[key] }): void {
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
