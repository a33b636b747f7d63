import type { BinaryOp, Expression, Quantified, Query } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { atom } from './atoms.ts';
import { functionArguments } from './calls.ts';
import {
  ADD,
  ALL,
  AND,
  COMPARE,
  type Context,
  CURSOR,
  checkNonQuery,
  MULTIPLY,
  NOT,
  OR,
  QUERY,
  SUB_QUERY,
  UNARY,
} from './contexts.ts';
import { atIntervalUnit, intervalQualifier } from './literals.ts';
import { identifier } from './names.ts';
import type { Parser } from './parser.ts';
import { quantified, suffix } from './predicates.ts';
import { atQueryStart, parenthesizedQueryOrExpression, queryOrExpressions } from './queries.ts';

/** expr */
export function expression(p: Parser, context: Context): Expression {
  p.enter();
  const node = binary(p, 0, context);
  p.leave();
  return node;
}

/** expr, expr, … */
export function expressions(p: Parser, context: Context): Expression[] {
  const list = [expression(p, context)];
  while (p.kind === T.COMMA) {
    p.ahead(2);
    p.advance();
    list.push(expression(p, context));
  }
  return list;
}

/** Comparison and arithmetic operators by token kind. */
const operators = new Map<number, readonly [BinaryOp, number]>([
  [T.EQ, ['=', COMPARE]],
  [T.GT, ['>', COMPARE]],
  [T.LT, ['<', COMPARE]],
  [T.LE, ['<=', COMPARE]],
  [T.GE, ['>=', COMPARE]],
  [T.NE, ['<>', COMPARE]],
  [T.NE2, ['!=', COMPARE]],
  [T.PLUS, ['+', ADD]],
  [T.MINUS, ['-', ADD]],
  [T.STAR, ['*', MULTIPLY]],
  [T.SLASH, ['/', MULTIPLY]],
  [T.PERCENT, ['%', MULTIPLY]],
  [T.CONCAT, ['||', MULTIPLY]],
  [K.AND, ['AND', AND]],
  [K.OR, ['OR', OR]],
  [K.CONTAINS, ['CONTAINS', COMPARE]],
  [K.OVERLAPS, ['OVERLAPS', COMPARE]],
  [K.EQUALS, ['EQUALS', COMPARE]],
  [K.PRECEDES, ['PRECEDES', COMPARE]],
  [K.SUCCEEDS, ['SUCCEEDS', COMPARE]],
]);

const precedenceByKind = new Uint8Array(1024);
const opByKind: BinaryOp[] = [];
for (const [kind, [op, precedence]] of operators) {
  precedenceByKind[kind] = precedence;
  opByKind[kind] = op;
}

/** Kinds that may begin an operator after an operand; the words of them are offered by completion. */
const operatorWords = [
  K.AND,
  K.OR,
  K.IN,
  K.NOT,
  K.BETWEEN,
  K.LIKE,
  K.ILIKE,
  K.RLIKE,
  K.SIMILAR,
  K.IS,
  K.MEMBER,
  K.SUBMULTISET,
  K.MULTISET,
  K.OVERLAPS,
];

/** operand ( operator operand )*, operators binding at least as tightly as `minimum` */
export function binary(p: Parser, minimum: number, context: Context): Expression {
  const { start } = p;
  let left = prefix(p, context);
  for (;;) {
    if (p.index === p.probe) for (const kind of operatorWords) p.expectedKinds.add(kind);
    const precedence = precedenceByKind[p.kind] as number;
    if (precedence > 0) {
      if (p.kind === K.AND && p.lowerBoundDepth === p.depth) return left;
      if (precedence < minimum) return left;
      left = infix(p, left, start, precedence, context);
      continue;
    }
    const next = suffix(p, left, start, minimum, context);
    if (next === undefined) return left;
    left = next;
  }
}

/** operand op operand | operand op SOME|ANY|ALL ( query | list ) */
function infix(p: Parser, left: Expression, start: number, precedence: number, context: Context): Expression {
  const op = opByKind[p.kind] as BinaryOp;
  const opStart = p.start;
  if (precedence === COMPARE && p.kind >= T.EQ && p.kind <= T.NE2) {
    const quantifier = p.peek(1);
    if (quantifier === K.SOME || quantifier === K.ANY || quantifier === K.ALL) {
      return quantified(p, left, start, op as Quantified['op'], context);
    }
  }
  p.aheadOperator(3);
  p.advance();
  const opEnd = p.end;
  if (op === '!=') {
    const message = "Bang equal '!=' is not allowed under the current SQL conformance level";
    p.refuse(opStart, opEnd, message, 'not-allowed');
  }
  checkNonQuery(p, context, start);
  // Operators of one precedence lean left, so the right side takes only tighter ones.
  const right = binary(p, precedence + 1, SUB_QUERY);
  return { kind: 'Binary', start, end: p.end, op, left, right, opStart, opEnd };
}

/** ( + | - | NOT | EXISTS | UNIQUE )* primary ( . field )* */
function prefix(p: Parser, context: Context): Expression {
  const { start } = p;
  switch (p.kind) {
    case T.PLUS:
    case T.MINUS: {
      const op = p.kind === T.PLUS ? '+' : '-';
      p.advance();
      checkNonQuery(p, context, start);
      p.enter();
      const operand = binary(p, UNARY, context);
      p.leave();
      return { kind: 'Unary', start, end: p.end, op, operand };
    }
    case K.NOT: {
      p.advance();
      checkNonQuery(p, context, start);
      p.enter();
      const operand = binary(p, NOT, context);
      p.leave();
      return { kind: 'Unary', start, end: p.end, op: 'NOT', operand };
    }
    case K.EXISTS:
    case K.UNIQUE:
      return existsOrUnique(p, context);
    default:
      return primary(p, context);
  }
}

/** EXISTS ( query ) | UNIQUE ( query ) */
function existsOrUnique(p: Parser, context: Context): Expression {
  const { start } = p;
  const kind = p.kind === K.EXISTS ? 'Exists' : 'UniquePredicate';
  p.advance();
  checkNonQuery(p, context, start);
  // Calcite takes any operand here and leaves the rest to the validator.
  const operand = binary(p, UNARY, SUB_QUERY);
  if (operand.kind === 'Subquery') return { kind, start, end: p.end, query: operand.query };
  const text = p.source
    .slice(operand.start, operand.end)
    .replace(/^\((.*)\)$/s, operand.kind === 'Row' ? 'ROW($1)' : '$1');
  p.refuseLater(operand.start, operand.end, `not a query: ${text}`, false, 'AssertionError');
  return p.invalid(start);
}

/** atom | ROW ( … ) | ( query | expr, … ) [interval qualifier], then ( . field | . method ( arg, … ) )* */
function primary(p: Parser, context: Context): Expression {
  const { start } = p;
  p.noteExpression();
  let node: Expression;
  if (p.kind === T.LPAREN || (p.kind === K.ROW && p.peek(1) === T.LPAREN)) node = rowOrParen(p, context);
  else if (p.kind === K.ROW) {
    p.advance();
    p.fail(T.LPAREN);
  } else if (p.kind === K.CURSOR) {
    p.advance();
    if (context !== ALL && context !== CURSOR) {
      p.refuseAndLeave(start, p.end, 'CURSOR expression encountered in illegal context', 'illegal-context');
    }
    const operand = expression(p, QUERY);
    const query = operand.kind === 'Subquery' ? operand.query : undefined;
    if (query === undefined) return p.invalid(start);
    return { kind: 'QueryConstructor', start, end: p.end, op: 'CURSOR', query };
  } else {
    if (atQueryStart(p) || p.kind === K.WITH) p.fail();
    node = atom(p);
    checkNonQuery(p, context, start);
  }
  // An operand is complete: whatever Flink looked ahead for has been found.
  p.committed();
  while (p.kind === T.DOT && node.kind !== 'ColumnRef') {
    p.ahead(2);
    p.advance();
    const field = identifier(p, 'column');
    if (p.kind === T.LPAREN) {
      const name = { kind: 'QualifiedName', start: field.start, end: field.end, parts: [field] } as const;
      const call = functionArguments(p, name, SUB_QUERY);
      node = { kind: 'MethodCall', start, end: p.end, operand: node, call };
    } else node = { kind: 'FieldAccess', start, end: p.end, operand: node, field };
  }
  return node;
}

/** [ROW] ( query | expr, … ) [interval qualifier] */
function rowOrParen(p: Parser, context: Context): Expression {
  const { start } = p;
  const explicit = p.accept(K.ROW);
  if (explicit) {
    const items = queryOrExpressions(p, context);
    if (!Array.isArray(items)) {
      const query = items as Query;
      const item: Expression = { kind: 'Subquery', start: query.start, end: query.end, query };
      return { kind: 'Row', start, end: p.end, explicit, items: [item] };
    }
    checkNonQuery(p, context, start);
    return { kind: 'Row', start, end: p.end, explicit, items };
  }
  const inner = parenthesizedQueryOrExpression(p, context);
  if (!atIntervalUnit(p)) return inner;
  // `(a - b) DAY`: the difference of two date-times as an interval.
  const qualifier = intervalQualifier(p);
  let operand = inner;
  while (operand.kind === 'Paren') operand = operand.expr;
  if (operand.kind !== 'Binary' || operand.op !== '-') {
    const message = 'Illegal expression. Was expecting "(DATETIME - DATETIME) INTERVALQUALIFIER"';
    p.refuseAndLeave(start, p.end, message, 'illegal-context');
  }
  return { kind: 'IntervalDifference', start, end: p.end, operand, qualifier };
}
