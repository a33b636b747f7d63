import type { Binary, BinaryOp, Expression, Identifier, IsPredicate, Like, Quantified, Query } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { COMPARE, type Context, checkNonQuery, IS, NONCURSOR, RANGE, SUB_QUERY, UNARY } from './contexts.ts';
import { binary, expression } from './expressions.ts';
import { identifier } from './names.ts';
import type { Parser } from './parser.ts';
import { queryOrExpressions } from './queries.ts';

/** operand op SOME|ANY|ALL ( query | expr, … ) */
export function quantified(
  p: Parser,
  operand: Expression,
  start: number,
  op: Quantified['op'],
  context: Context,
): Expression {
  checkNonQuery(p, context, start);
  p.advance();
  const quantifier = p.kind === K.SOME ? 'SOME' : p.kind === K.ANY ? 'ANY' : 'ALL';
  p.advance();
  p.committed();
  const target = queryOrExpressions(p, NONCURSOR);
  return { kind: 'Quantified', start, end: p.end, operand, op, quantifier, target };
}

/** The operators written with words, and `[ index ]`; undefined when none of them is here. */
export function suffix(
  p: Parser,
  left: Expression,
  start: number,
  minimum: number,
  context: Context,
): Expression | undefined {
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
  // Calcite reads everything up to AND as the lower bound, so that no BETWEEN in it finds an AND of its own.
  const outer = p.lowerBoundDepth;
  if (outer === p.depth) noTerminatingAnd(p, word, wordEnd);
  p.lowerBoundDepth = p.depth;
  const low = binary(p, 0, SUB_QUERY);
  p.lowerBoundDepth = outer;
  if (!p.at(K.AND) || endsExpression.has(p.peek(1))) noTerminatingAnd(p, word, wordEnd);
  p.ahead(3);
  p.advance();
  const high = binary(p, RANGE + 1, SUB_QUERY);
  return { kind: 'Between', start, end: p.end, operand, negated, symmetric, low, high };
}

function noTerminatingAnd(p: Parser, start: number, end: number): never {
  p.refuseAndLeave(start, end, 'BETWEEN operator has no terminating AND', 'illegal-context', 'SqlValidatorException');
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
  if (p.at(K.ESCAPE) && p.probe < 0 && endsExpression.has(p.peek(1))) {
    // Without its operand the word is none of the operator's for Flink's lookahead.
    p.aheadOperator(1);
    p.noteIdentifier(0);
    p.fail();
  }
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
