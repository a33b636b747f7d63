import type { Binary, BinaryOp, Expression, Identifier, IsPredicate, Like, Quantified, Query } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { atom } from './atoms.ts';
import { atIntervalUnit, intervalQualifier } from './literals.ts';
import { identifier } from './names.ts';
import type { Parser } from './parser.ts';
import { atQueryStart, parenthesizedQueryOrExpression, queryOrExpressions } from './queries.ts';

/**
 * What an expression's place accepts, as Calcite's ExprContext: queries and rows share one grammar there, and the
 * context decides which of them is refused.
 */
export type Context = number;
export const QUERY = 0;
export const NON_QUERY = 1;
export const SUB_QUERY = 2;
export const NONCURSOR = 3;
export const CURSOR = 4;
export const ALL = 5;
export const QUERY_OR_JOIN = 6;

const nonQuery = 'Non-query expression encountered in illegal context';

/** Refuses an expression that ends here, where only a query may stand. */
export function checkNonQuery(p: Parser, context: Context, start: number): void {
  if (context === QUERY) p.refuseAndLeave(start, p.end, nonQuery, 'illegal-context');
}

/** Refuses a query whose first word has just been consumed, where only an expression may stand. */
export function checkQuery(p: Parser, context: Context): void {
  if (context === NON_QUERY || context === SUB_QUERY || context === CURSOR) {
    p.refuseAndLeave(p.start, p.endOf(0), 'Query expression encountered in illegal context', 'illegal-context');
  }
}

// Precedences as Calcite's operators have them (left), higher binds tighter.
const OR = 22;
const AND = 24;
const NOT = 26;
const IS = 28;
const COMPARE = 30;
const RANGE = 32;
const ADD = 40;
const MULTIPLY = 60;
const UNARY = 80;

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
function binary(p: Parser, minimum: number, context: Context): Expression {
  const { start } = p;
  let left = prefix(p, context);
  for (;;) {
    if (p.index === p.probe) for (const kind of operatorWords) p.expectedKinds.add(kind);
    const precedence = precedenceByKind[p.kind] as number;
    if (precedence > 0) {
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
    if ((quantifier === K.SOME || quantifier === K.ANY || quantifier === K.ALL) && p.peek(2) === T.LPAREN) {
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

/** operand op SOME|ANY|ALL ( query | expr, … ) */
function quantified(p: Parser, operand: Expression, start: number, op: Quantified['op'], context: Context): Expression {
  checkNonQuery(p, context, start);
  p.advance();
  const quantifier = p.kind === K.SOME ? 'SOME' : p.kind === K.ANY ? 'ANY' : 'ALL';
  p.advance();
  p.committed();
  const target = queryOrExpressions(p, NONCURSOR);
  return { kind: 'Quantified', start, end: p.end, operand, op, quantifier, target };
}

/** The operators written with words, and `[ index ]`; undefined when none of them is here. */
function suffix(p: Parser, left: Expression, start: number, minimum: number, context: Context): Expression | undefined {
  const { kind } = p;
  const negated = kind === K.NOT;
  const word = negated ? p.peek(1) : kind;
  switch (word) {
    case K.IN:
      return minimum > RANGE ? undefined : inPredicate(p, left, start, negated, context);
    case K.BETWEEN:
      return minimum > RANGE ? undefined : between(p, left, start, negated, context);
    case K.LIKE:
    case K.ILIKE:
    case K.RLIKE:
    case K.SIMILAR:
      return minimum > RANGE ? undefined : like(p, left, start, negated, context);
    case K.IS:
      return isSuffix(p, left, start, minimum, context);
    case K.SUBMULTISET:
      return minimum > COMPARE ? undefined : wordOperator(p, left, start, negated, context);
    case K.MEMBER:
    case K.IMMEDIATELY:
      return negated || minimum > COMPARE ? undefined : wordOperator(p, left, start, false, context);
    case K.MULTISET:
      return negated ? undefined : multisetOperator(p, left, start, minimum, context);
    case T.LBRACKET:
      return negated ? undefined : itemAccess(p, left, start);
    case K.FORMAT:
      return negated ? undefined : formatJson(p, left, start, context);
    default:
      if (negated) {
        // `x NOT NULL`: Flink's lookahead stops at the second word.
        p.aheadOperator(2);
        p.advance();
        p.fail();
      }
      return undefined;
  }
}

/** operand [NOT] IN ( query | expr, … ) */
function inPredicate(p: Parser, operand: Expression, start: number, negated: boolean, context: Context): Expression {
  p.aheadOperator(2);
  if (negated) p.advance();
  p.advance();
  checkNonQuery(p, context, start);
  const target = queryOrExpressions(p, NONCURSOR);
  if (Array.isArray(target)) return { kind: 'InList', start, end: p.end, operand, negated, list: target };
  return { kind: 'InQuery', start, end: p.end, operand, negated, query: target as Query };
}

/** Tokens that cannot follow an operator. */
const endsExpression: ReadonlySet<number> = new Set([
  T.EOF,
  T.RPAREN,
  T.COMMA,
  T.SEMICOLON,
  T.EQ,
  T.RBRACKET,
  K.FROM,
  K.WHERE,
  K.GROUP,
  K.ORDER,
  K.HAVING,
  K.AND,
  K.OR,
  K.AS,
  K.THEN,
  K.ELSE,
  K.END,
]);

/** operand [NOT] BETWEEN [SYMMETRIC | ASYMMETRIC] low AND high */
function between(p: Parser, operand: Expression, start: number, negated: boolean, context: Context): Expression {
  p.aheadOperator(2);
  if (negated) p.advance();
  const word = p.start;
  p.advance();
  const wordEnd = p.end;
  checkNonQuery(p, context, start);
  const symmetric = p.accept(K.SYMMETRIC);
  if (!symmetric) p.accept(K.ASYMMETRIC);
  // Calcite reads everything up to AND as the lower bound.
  const low = binary(p, AND + 1, SUB_QUERY);
  if (!p.at(K.AND) || endsExpression.has(p.peek(1))) {
    const message = 'BETWEEN operator has no terminating AND';
    p.refuseAndLeave(word, wordEnd, message, 'illegal-context', 'SqlValidatorException');
  }
  p.ahead(3);
  p.advance();
  const high = binary(p, RANGE, SUB_QUERY);
  return { kind: 'Between', start, end: p.end, operand, negated, symmetric, low, high };
}

/** operand [NOT] LIKE | ILIKE | RLIKE | SIMILAR TO pattern [ESCAPE char] */
function like(p: Parser, operand: Expression, start: number, negated: boolean, context: Context): Expression {
  p.aheadOperator(2);
  if (negated) p.advance();
  let op: Like['op'] = 'LIKE';
  if (p.accept(K.ILIKE)) op = 'ILIKE';
  else if (p.accept(K.RLIKE)) op = 'RLIKE';
  else if (p.accept(K.SIMILAR)) {
    op = 'SIMILAR TO';
    p.expect(K.TO);
  } else p.expect(K.LIKE);
  checkNonQuery(p, context, start);
  // LIKE leans right.
  const pattern = binary(p, RANGE, SUB_QUERY);
  if (!p.accept(K.ESCAPE)) return { kind: 'Like', start, end: p.end, op, operand, negated, pattern };
  const escapeCharacter = binary(p, UNARY, SUB_QUERY);
  return { kind: 'Like', start, end: p.end, op, operand, negated, pattern, escape: escapeCharacter };
}

/** operand IS [NOT] DISTINCT FROM operand | operand IS [NOT] NULL | TRUE | FALSE | UNKNOWN | A SET | EMPTY | JSON … */
function isSuffix(
  p: Parser,
  left: Expression,
  start: number,
  minimum: number,
  context: Context,
): Expression | undefined {
  const opStart = p.start;
  const negated = p.peek(1) === K.NOT;
  const distinct = p.peek(negated ? 2 : 1) === K.DISTINCT;
  if (minimum > (distinct ? COMPARE : IS)) return undefined;
  checkNonQuery(p, context, start);
  p.aheadOperator(2);
  p.advance();
  const not = p.accept(K.NOT);
  if (distinct) {
    p.committed();
    p.ahead(2);
    p.advance();
    p.expect(K.FROM);
    const opEnd = p.end;
    const right = binary(p, COMPARE + 1, SUB_QUERY);
    const op = not ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
    return { kind: 'Binary', start, end: p.end, op, left, right, opStart, opEnd };
  }
  if (p.index === p.probe) p.expectedKinds.add(K.DISTINCT);
  const test = isTest(p);
  return { kind: 'IsPredicate', start, end: p.end, operand: left, negated: not, test };
}

/** NULL | TRUE | FALSE | UNKNOWN | A SET | EMPTY | JSON [VALUE | OBJECT | ARRAY | SCALAR] */
function isTest(p: Parser): IsPredicate['test'] {
  if (p.accept(K.NULL)) return 'NULL';
  if (p.accept(K.TRUE)) return 'TRUE';
  if (p.accept(K.FALSE)) return 'FALSE';
  if (p.accept(K.UNKNOWN)) return 'UNKNOWN';
  if (p.accept(K.EMPTY)) return 'EMPTY';
  if (p.accept(K.A)) {
    p.expect(K.SET);
    return 'A SET';
  }
  p.expect(K.JSON);
  if (p.accept(K.VALUE)) return 'JSON VALUE';
  if (p.accept(K.OBJECT)) return 'JSON OBJECT';
  if (p.accept(K.ARRAY)) return 'JSON ARRAY';
  if (p.accept(K.SCALAR)) return 'JSON SCALAR';
  return 'JSON';
}

/** operand MEMBER OF | [NOT] SUBMULTISET OF | IMMEDIATELY PRECEDES | IMMEDIATELY SUCCEEDS operand */
function wordOperator(
  p: Parser,
  left: Expression,
  start: number,
  negated: boolean,
  context: Context,
): Expression | undefined {
  const opStart = p.start;
  const immediately = p.kind === K.IMMEDIATELY;
  if (immediately && p.peek(1) !== K.PRECEDES && p.peek(1) !== K.SUCCEEDS) return undefined;
  p.aheadOperator(2);
  if (negated) p.advance();
  let op: BinaryOp;
  if (immediately) {
    p.advance();
    op = p.kind === K.PRECEDES ? 'IMMEDIATELY PRECEDES' : 'IMMEDIATELY SUCCEEDS';
    p.advance();
  } else {
    const member = p.kind === K.MEMBER;
    p.advance();
    p.expect(K.OF);
    op = member ? 'MEMBER OF' : negated ? 'NOT SUBMULTISET OF' : 'SUBMULTISET OF';
  }
  const opEnd = p.end;
  checkNonQuery(p, context, start);
  const right = binary(p, COMPARE + 1, SUB_QUERY);
  return { kind: 'Binary', start, end: p.end, op, left, right, opStart, opEnd };
}

/** operand MULTISET UNION | INTERSECT | EXCEPT [ALL | DISTINCT] operand */
function multisetOperator(
  p: Parser,
  left: Expression,
  start: number,
  minimum: number,
  context: Context,
): Expression | undefined {
  const word = p.peek(1);
  const precedence = word === K.INTERSECT ? 18 : 14;
  if (word !== K.UNION && word !== K.INTERSECT && word !== K.EXCEPT) return undefined;
  if (minimum > precedence) return undefined;
  const opStart = p.start;
  p.advance();
  p.advance();
  const name = word === K.UNION ? 'MULTISET UNION' : word === K.INTERSECT ? 'MULTISET INTERSECT' : 'MULTISET EXCEPT';
  let op: Binary['op'] = name;
  if (p.accept(K.ALL)) op = `${name} ALL`;
  else if (p.accept(K.DISTINCT)) op = `${name} DISTINCT`;
  const opEnd = p.end;
  checkNonQuery(p, context, start);
  const right = binary(p, precedence + 1, SUB_QUERY);
  return { kind: 'Binary', start, end: p.end, op, left, right, opStart, opEnd };
}

/** operand [ index ] ( . field )* */
function itemAccess(p: Parser, operand: Expression, start: number): Expression {
  p.advance();
  if (p.at(K.OFFSET) || p.at(K.ORDINAL) || p.at(K.SAFE_OFFSET) || p.at(K.SAFE_ORDINAL)) p.advance();
  const index = expression(p, SUB_QUERY);
  p.expect(T.RBRACKET);
  let node: Expression = { kind: 'ItemAccess', start, end: p.end, operand, index };
  while (p.kind === T.DOT) {
    p.ahead(2);
    p.advance();
    const field: Identifier = identifier(p, 'column');
    node = { kind: 'FieldAccess', start, end: p.end, operand: node, field };
  }
  return node;
}

/** operand FORMAT JSON [ENCODING UTF8 | UTF16 | UTF32] */
function formatJson(p: Parser, operand: Expression, start: number, context: Context): Expression | undefined {
  if (p.peek(1) !== K.JSON) return undefined;
  p.advance();
  checkNonQuery(p, context, start);
  p.advance();
  if (p.at(K.ENCODING)) {
    p.advance();
    if (!p.accept(K.UTF8) && !p.accept(K.UTF16)) p.expect(K.UTF32);
  }
  return { kind: 'FormatJson', start, end: p.end, operand };
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
  const message = `${kind === 'Exists' ? 'EXISTS' : 'UNIQUE'} expects a query in parentheses.`;
  p.refuse(operand.start, operand.end, message, 'illegal-context', 'SqlValidatorException');
  return p.invalid(start);
}

/** atom | ROW ( … ) | ( query | expr, … ) [interval qualifier], then ( . field )* */
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
  while (p.kind === T.DOT && node.kind !== 'ColumnRef' && node.kind !== 'Star') {
    p.ahead(2);
    p.advance();
    const field = identifier(p, 'column');
    node = { kind: 'FieldAccess', start, end: p.end, operand: node, field };
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
  // `(a - b) DAY`: the difference of two date-times as an interval.
  if (inner.kind === 'Paren' && atIntervalUnit(p) && inner.expr.kind === 'Binary' && inner.expr.op === '-') {
    const qualifier = intervalQualifier(p);
    return { kind: 'IntervalDifference', start, end: p.end, operand: inner.expr, qualifier };
  }
  return inner;
}
