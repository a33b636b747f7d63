import type { CaseBranch, Expression, FunctionCall, QualifiedName } from '../ast.ts';
import { isContextVariable, isReservedFunctionName, K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { builtinCall, isBuiltin } from './builtins.ts';
import { callSuffix, functionArguments, keywordName, namedFunctionCall } from './calls.ts';
import { ALL, NON_QUERY, SUB_QUERY } from './contexts.ts';
import { expression, expressions } from './expressions.ts';
import { jdbcCall } from './jdbc.ts';
import { anyStringLiteral, dateTimeLiteral, interval, unsignedNumber } from './literals.ts';
import { qualifiedName } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { query, queryOrExpressions } from './queries.ts';

/** literal | ? | call | constructor | CASE … | name: Calcite's AtomicRowExpression */
export function atom(p: Parser): Expression {
  const { start, kind } = p;
  switch (kind) {
    case T.UNSIGNED_INTEGER:
    case T.DECIMAL:
    case T.APPROX_NUMERIC:
      return unsignedNumber(p);
    case T.QUOTED_STRING:
    case T.BINARY_STRING:
    case T.PREFIXED_STRING:
    case T.UNICODE_STRING:
    case T.C_STYLE_STRING:
      return anyStringLiteral(p);
    case K.TRUE:
    case K.FALSE:
    case K.UNKNOWN:
      p.advance();
      return { kind: 'BooleanLiteral', start, end: p.end, value: kind === K.UNKNOWN ? null : kind === K.TRUE };
    case K.NULL:
      p.advance();
      return { kind: 'NullLiteral', start, end: p.end };
    case K.DECIMAL:
      if (p.peek(1) === T.QUOTED_STRING) return unsignedNumber(p);
      return outOfPlace(p);
    case K.DATE:
    case K.TIME:
    case K.TIMESTAMP:
    case K.DATETIME:
      return dateTime(p);
    case T.LBRACE_D:
    case T.LBRACE_T:
    case T.LBRACE_TS:
      p.ahead(2);
      return dateTimeLiteral(p);
    case T.LBRACE_FN:
      return jdbcCall(p);
    case K.INTERVAL:
      p.ahead(2);
      return interval(p);
    case T.HOOK:
      p.advance();
      return { kind: 'Parameter', start, end: p.end, index: p.parameters++ };
    case K.CASE:
      return caseExpression(p);
    case K.ARRAY:
      return arrayConstructor(p);
    case K.MULTISET:
      return multisetConstructor(p);
    case K.PERIOD:
      return period(p);
    case K.NEW:
      return newObject(p);
    case K.MAP:
      if (p.peek(1) === T.LBRACKET || p.peek(1) === T.LPAREN) return mapConstructor(p);
      break;
    case K.NEXT:
    case K.CURRENT:
      if (p.peek(1) === K.VALUE) return sequenceValue(p);
      break;
    default:
  }
  if (isBuiltin(p)) return builtinCall(p);
  if (p.index === p.probe) expectNames(p);
  if (isIdentifierKind(kind)) return nameOrCall(p);
  if (kind === K.SPECIFIC || (isReservedFunctionName[kind] === 1 && p.peek(1) === T.LPAREN))
    return namedFunctionCall(p);
  if (kind === K.PERCENTILE_CONT || kind === K.PERCENTILE_DISC) return namedFunctionCall(p);
  if (isContextVariable[kind] === 1) {
    const name = keywordName(p);
    return { kind: 'FunctionCall', start, end: p.end, name, form: 'niladic', args: [] };
  }
  return outOfPlace(p);
}

/** Fails at the current token; where Flink looked at two, quotes both. */
function outOfPlace(p: Parser): never {
  if (isReservedFunctionName[p.kind] === 1 || startsAtom.has(p.kind)) {
    // Flink's scan takes the name of a function for complete without its parenthesis.
    if (isReservedFunctionName[p.kind] === 1) p.committed();
    p.ahead(2);
    p.advance();
  }
  p.fail();
}

/** Reserved words that begin an atom but cannot stand alone. */
const startsAtom: ReadonlySet<number> = new Set([
  K.CAST,
  K.EXTRACT,
  K.POSITION,
  K.CONVERT,
  K.TRANSLATE,
  K.OVERLAY,
  K.FLOOR,
  K.CEIL,
  K.CEILING,
  K.SUBSTRING,
  K.TRIM,
  K.TIMESTAMPADD,
  K.TIMESTAMPDIFF,
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
  K.CURRENT,
  K.NEXT,
]);

function expectNames(p: Parser): void {
  p.expectedRoles.add('column');
  p.expectedRoles.add('function');
  for (const kind of [K.NOT, K.EXISTS, K.CASE, K.CAST, K.NULL, K.TRUE, K.FALSE, K.INTERVAL, K.ARRAY, K.MAP, K.ROW]) {
    p.expectedKinds.add(kind);
  }
}

/** name [ . name ]* [ . * ] | name ( … ) */
function nameOrCall(p: Parser): Expression {
  const { start } = p;
  if ((p.kind === K.ARRAY_AGG || p.kind === K.STRING_AGG || p.kind === K.GROUP_CONCAT) && p.peek(1) === T.LPAREN) {
    return namedFunctionCall(p);
  }
  const isDescriptor = p.kind === K.DESCRIPTOR && p.peek(1) === T.LPAREN;
  const name = qualifiedName(p, 'column', true);
  if (p.kind === T.LPAREN) {
    const call = functionArguments(p, name, SUB_QUERY);
    return isDescriptor ? descriptor(call) : callSuffix(p, call);
  }
  if (p.index === p.probe) p.expectedKinds.add(T.LPAREN);
  if (p.kind === T.DOT && p.peek(1) === T.STAR) {
    p.advance();
    p.advance();
    return { kind: 'Star', start, end: p.end, qualifier: name.parts };
  }
  return { kind: 'ColumnRef', start, end: p.end, parts: name.parts };
}

/** DESCRIPTOR ( column, … ); with anything else in it, a call that the validator will refuse. */
function descriptor(call: FunctionCall): Expression {
  const { start, end, args } = call;
  const columns: QualifiedName[] = [];
  for (const arg of args) {
    if (arg.kind !== 'ColumnRef') return call;
    columns.push({ kind: 'QualifiedName', start: arg.start, end: arg.end, parts: arg.parts });
  }
  return { kind: 'Descriptor', start, end, columns };
}

/** DATE 'x' and relatives, or DATE(…) and relatives */
function dateTime(p: Parser): Expression {
  const next = p.peek(1);
  if (next !== T.LPAREN) {
    p.ahead(2);
    return dateTimeLiteral(p);
  }
  const name = keywordName(p);
  return functionArguments(p, name, SUB_QUERY);
}

/** CASE [operand] ( WHEN expr, … THEN expr )+ [ELSE expr] END */
function caseExpression(p: Parser): Expression {
  const { start } = p;
  p.expect(K.CASE);
  const operand = p.at(K.WHEN) ? undefined : expression(p, SUB_QUERY);
  const branches: CaseBranch[] = [];
  do {
    const from = p.start;
    p.expect(K.WHEN);
    const when = expressions(p, SUB_QUERY);
    p.expect(K.THEN);
    const result = expression(p, SUB_QUERY);
    branches.push({ kind: 'CaseBranch', start: from, end: p.end, when, result });
  } while (p.at(K.WHEN));
  const otherwise = p.accept(K.ELSE) ? expression(p, SUB_QUERY) : undefined;
  p.expect(K.END);
  return {
    kind: 'Case',
    start,
    end: p.end,
    branches,
    ...(operand === undefined ? undefined : { operand }),
    ...(otherwise === undefined ? undefined : { otherwise }),
  };
}

/** ARRAY [ expr, … ] | ARRAY ( query | expr, … ) | ARRAY ( ) */
function arrayConstructor(p: Parser): Expression {
  const { start } = p;
  p.ahead(2);
  p.expect(K.ARRAY);
  if (p.accept(T.LBRACKET)) {
    const items = p.at(T.RBRACKET) ? [] : expressions(p, NON_QUERY);
    p.expect(T.RBRACKET);
    return { kind: 'ArrayConstructor', start, end: p.end, items };
  }
  return collectionOf(p, start, 'ARRAY');
}

/** MAP [ key, value, … ] | MAP ( query | expr, … ) | MAP ( ) */
function mapConstructor(p: Parser): Expression {
  const { start } = p;
  p.expect(K.MAP);
  if (p.accept(T.LBRACKET)) {
    const items = p.at(T.RBRACKET) ? [] : expressions(p, NON_QUERY);
    p.expect(T.RBRACKET);
    return { kind: 'MapConstructor', start, end: p.end, items };
  }
  return collectionOf(p, start, 'MAP');
}

function collectionOf(p: Parser, start: number, op: 'ARRAY' | 'MAP'): Expression {
  const kind = op === 'ARRAY' ? 'ArrayConstructor' : 'MapConstructor';
  if (p.kind === T.LPAREN && p.peek(1) === T.RPAREN) {
    p.advance();
    p.advance();
    return { kind, start, end: p.end, items: [] };
  }
  const target = queryOrExpressions(p, ALL);
  if (Array.isArray(target)) return { kind, start, end: p.end, items: target, form: 'call' };
  return { kind: 'QueryConstructor', start, end: p.end, op, query: target as never };
}

/** MULTISET [ expr, … ] | MULTISET ( query ) */
function multisetConstructor(p: Parser): Expression {
  const { start } = p;
  p.ahead(2);
  p.expect(K.MULTISET);
  if (p.accept(T.LPAREN)) {
    const inner = query(p);
    p.expect(T.RPAREN);
    return { kind: 'QueryConstructor', start, end: p.end, op: 'MULTISET', query: inner };
  }
  p.expect(T.LBRACKET);
  const items = expressions(p, NON_QUERY);
  p.expect(T.RBRACKET);
  return { kind: 'MultisetConstructor', start, end: p.end, items };
}

/** PERIOD ( expr , expr ) */
function period(p: Parser): Expression {
  const { start } = p;
  p.ahead(2);
  p.expect(K.PERIOD);
  p.expect(T.LPAREN);
  const from = expression(p, SUB_QUERY);
  p.expect(T.COMMA);
  const to = expression(p, SUB_QUERY);
  p.expect(T.RPAREN);
  return { kind: 'Period', start, end: p.end, from, to };
}

/** NEW name ( … ) */
function newObject(p: Parser): Expression {
  const { start } = p;
  p.ahead(2);
  p.expect(K.NEW);
  const name = qualifiedName(p, 'type');
  const call: FunctionCall = functionArguments(p, name, SUB_QUERY);
  return { kind: 'NewObject', start, end: p.end, call };
}

/** NEXT VALUE FOR name | CURRENT VALUE FOR name */
function sequenceValue(p: Parser): Expression {
  const { start } = p;
  const op = p.kind === K.NEXT ? 'NEXT VALUE' : 'CURRENT VALUE';
  p.advance();
  p.expect(K.VALUE);
  p.expect(K.FOR);
  const sequence = qualifiedName(p, 'table');
  return { kind: 'SequenceValue', start, end: p.end, op, sequence };
}
