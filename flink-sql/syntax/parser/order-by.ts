import type { Expression, OrderItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { atUnsignedNumber, unsignedNumber } from './literals.ts';
import type { Parser } from './parser.ts';

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

function broken(_: number, p: Parser): OrderItem[] {
  p.skipTo((kind) => kind === K.LIMIT || kind === K.OFFSET || kind === K.FETCH);
  return [];
}

/** [ORDER BY …] [LIMIT n | LIMIT ALL] [OFFSET n [ROW | ROWS]] [FETCH FIRST | NEXT n ROW | ROWS ONLY] */
export function orderByLimit(p: Parser): { orderBy: OrderItem[]; offset?: Expression; fetch?: Expression } {
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
