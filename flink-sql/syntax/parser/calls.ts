import type { Expression, FunctionCall, Identifier, OrderItem, QualifiedName, Query, TableArgument } from '../ast.ts';
import { isReservedFunctionName, K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { type Context, SUB_QUERY } from './contexts.ts';
import { expression, expressions } from './expressions.ts';
import { signedNumber, stringLiteral } from './literals.ts';
import { identifier, identifierOrList, qualifiedName } from './names.ts';
import { orderBy, orderItem } from './order-by.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { inParentheses, queryOrExpression } from './queries.ts';
import { overTarget } from './windows.ts';

type Mutable<A> = { -readonly [key in keyof A]: A[key] };

/** The current keyword as a name of one part, consumed. */
export function keywordName(p: Parser): QualifiedName {
  const { start } = p;
  const name = p.text();
  p.advance();
  const part: Identifier = { kind: 'Identifier', start, end: p.end, name, quoted: false };
  return { kind: 'QualifiedName', start, end: p.end, parts: [part] };
}

/** A call by name with all that may follow it: Calcite's NamedFunctionCall */
export function namedFunctionCall(p: Parser): FunctionCall {
  const { kind } = p;
  if (
    (kind === K.ARRAY_AGG || kind === K.ARRAY_CONCAT_AGG || kind === K.GROUP_CONCAT || kind === K.STRING_AGG) &&
    p.peek(1) === T.LPAREN
  ) {
    return callSuffix(p, stringAgg(p));
  }
  if (kind === K.PERCENTILE_CONT || kind === K.PERCENTILE_DISC) return callSuffix(p, percentile(p));
  p.accept(K.SPECIFIC);
  const name = isReservedFunctionName[p.kind] === 1 ? keywordName(p) : qualifiedName(p, 'function');
  return callSuffix(p, functionArguments(p, name, SUB_QUERY) as FunctionCall);
}

/** ( ) | ( * ) | ( [ALL | DISTINCT] arg, … ) after the name. */
export function functionArguments(p: Parser, name: QualifiedName, context: Context): FunctionCall {
  const { start } = name;
  p.expect(T.LPAREN);
  const call: Mutable<FunctionCall> = { kind: 'FunctionCall', start, end: start, name, form: 'call', args: [] };
  if (p.at(T.STAR)) {
    const at = p.start;
    p.advance();
    call.args = [{ kind: 'Star', start: at, end: p.end, qualifier: [] }];
  } else if (!p.at(T.RPAREN)) {
    if (p.accept(K.DISTINCT)) call.quantifier = 'DISTINCT';
    else if (p.accept(K.ALL)) call.quantifier = 'ALL';
    call.args = argumentList(p, context);
  }
  p.expect(T.RPAREN);
  call.end = p.end;
  return call;
}

/** arg, …: lists of one and two, which most are, of just that size. */
function argumentList(p: Parser, context: Context): Expression[] {
  const first = argument(p, true, context);
  if (!p.accept(T.COMMA)) return [first];
  const args = [first, argument(p, false, context)];
  while (p.accept(T.COMMA)) args.push(argument(p, false, context));
  return args;
}

/** [name =>] ( DEFAULT | TABLE t … | expr | query … ): Calcite's AddArg0 (`first`) and AddArg */
function argument(p: Parser, first: boolean, context: Context): Expression {
  const { start } = p;
  if (p.peek(1) === T.NAMED_ARGUMENT && isIdentifierKind(p.kind)) {
    const name = identifier(p, 'alias');
    p.advance();
    const value = argumentValue(p, first, context);
    return { kind: 'NamedArgument', start, end: p.end, name, value };
  }
  return argumentValue(p, first, context);
}

function argumentValue(p: Parser, first: boolean, context: Context): Expression {
  const { start } = p;
  if (p.at(K.DEFAULT)) {
    p.advance();
    return { kind: 'DefaultArgument', start, end: p.end };
  }
  if (p.at(K.TABLE)) return tableArgument(p);
  if (!first) {
    const value = expression(p, context);
    return value;
  }
  const value = queryOrExpression(p, inParentheses(context));
  if (!p.at(K.PARTITION) && !p.at(K.ORDER)) {
    return value.kind === 'Query' ? { kind: 'Subquery', start, end: p.end, query: value } : value;
  }
  return setSemantics(p, start, sourceOf(value), false);
}

/** What `x PARTITION BY …` takes apart: a query, or a table's name; anything else is the validator's to refuse. */
function sourceOf(value: Query | Expression): TableArgument['source'] {
  if (value.kind === 'Query' || value.kind === 'FunctionCall') return value;
  if (value.kind === 'Subquery') return value.query;
  const { start, end } = value;
  return value.kind === 'ColumnRef'
    ? { kind: 'QualifiedName', start, end, parts: value.parts }
    : { kind: 'Invalid', start, end };
}

/** TABLE name [PARTITION BY …] [ORDER BY …] */
function tableArgument(p: Parser): TableArgument {
  const { start } = p;
  p.expect(K.TABLE);
  const name = qualifiedName(p, 'table');
  p.committed();
  return setSemantics(p, start, name, true);
}

/** [PARTITION BY column | ( column, … )] [ORDER BY item | ( item, … )] */
function setSemantics(p: Parser, start: number, source: TableArgument['source'], explicit: boolean): TableArgument {
  let partitionBy: Expression[] = [];
  if (p.accept(K.PARTITION)) {
    p.expect(K.BY);
    partitionBy = identifierOrList(p, 'column').map(
      (part): Expression => ({ kind: 'ColumnRef', start: part.start, end: part.end, parts: [part] }),
    );
  }
  let order: OrderItem[] = [];
  if (p.accept(K.ORDER)) {
    p.expect(K.BY);
    order = orderItems(p);
  }
  return { kind: 'TableArgument', start, end: p.end, source, explicit, partitionBy, orderBy: order };
}

/** item | ( item, … ) */
function orderItems(p: Parser): OrderItem[] {
  if (!p.at(T.LPAREN)) return [orderItem(p)];
  p.advance();
  const items = [orderItem(p)];
  while (p.kind === T.COMMA) {
    p.ahead(2);
    p.advance();
    items.push(orderItem(p));
  }
  p.expect(T.RPAREN);
  return items;
}

/** [IGNORE NULLS | RESPECT NULLS] [WITHIN DISTINCT ( … )] [WITHIN GROUP ( … )] [FILTER ( … )] [OVER …] */
export function callSuffix(p: Parser, given: FunctionCall): FunctionCall {
  if (p.index === p.probe)
    for (const kind of [K.OVER, K.FILTER, K.WITHIN, K.IGNORE, K.RESPECT]) p.expectedKinds.add(kind);
  const call: Mutable<FunctionCall> = given;
  const { kind } = p;
  if ((kind === K.IGNORE || kind === K.RESPECT) && p.peek(1) === K.NULLS) call.nullTreatment = nullTreatment(p);
  if (p.kind === K.WITHIN && p.peek(1) === K.DISTINCT) {
    p.advance();
    p.advance();
    p.expect(T.LPAREN);
    call.withinDistinct = expressions(p, SUB_QUERY);
    p.expect(T.RPAREN);
  }
  if (p.kind === K.WITHIN) call.withinGroup = withinGroup(p);
  if (p.kind === K.FILTER) call.filter = filterClause(p);
  if (p.kind === K.OVER) {
    p.advance();
    call.over = overTarget(p);
  }
  call.end = p.end;
  return given;
}

/** FILTER ( WHERE expr ) */
export function filterClause(p: Parser): Expression {
  p.expect(K.FILTER);
  p.expect(T.LPAREN);
  p.expect(K.WHERE);
  const filter = expression(p, SUB_QUERY);
  p.expect(T.RPAREN);
  return filter;
}

/** WITHIN GROUP ( ORDER BY … ) */
export function withinGroup(p: Parser): OrderItem[] {
  p.expect(K.WITHIN);
  p.expect(K.GROUP);
  p.expect(T.LPAREN);
  const items = orderBy(p);
  p.expect(T.RPAREN);
  return items;
}

function nullTreatment(p: Parser): 'IGNORE NULLS' | 'RESPECT NULLS' {
  const ignore = p.kind === K.IGNORE;
  p.advance();
  p.expect(K.NULLS);
  return ignore ? 'IGNORE NULLS' : 'RESPECT NULLS';
}

/** ARRAY_AGG | STRING_AGG | … ( [ALL | DISTINCT] arg, … [IGNORE NULLS] [ORDER BY …] [SEPARATOR 'x'] ) */
function stringAgg(p: Parser): FunctionCall {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const call: Mutable<FunctionCall> = { kind: 'FunctionCall', start, end: start, name, form: 'call', args: [] };
  if (p.accept(K.DISTINCT)) call.quantifier = 'DISTINCT';
  else if (p.accept(K.ALL)) call.quantifier = 'ALL';
  const args: Expression[] = [];
  do args.push(argument(p, false, SUB_QUERY));
  while (p.accept(T.COMMA));
  if (p.at(K.IGNORE) || p.at(K.RESPECT)) call.nullTreatment = nullTreatment(p);
  if (p.at(K.ORDER)) call.argsOrderBy = orderBy(p);
  if (p.accept(K.SEPARATOR)) call.separator = stringLiteral(p);
  p.expect(T.RPAREN);
  call.args = args;
  call.end = p.end;
  return call;
}

/** PERCENTILE_CONT | PERCENTILE_DISC ( arg [, number [IGNORE NULLS]] ) */
function percentile(p: Parser): FunctionCall {
  const { start } = p;
  const name = keywordName(p);
  p.expect(T.LPAREN);
  const call: Mutable<FunctionCall> = { kind: 'FunctionCall', start, end: start, name, form: 'call', args: [] };
  const args = [argument(p, false, SUB_QUERY)];
  if (p.accept(T.COMMA)) {
    args.push(signedNumber(p));
    if (p.at(K.IGNORE) || p.at(K.RESPECT)) call.nullTreatment = nullTreatment(p);
  }
  p.expect(T.RPAREN);
  call.args = args;
  call.end = p.end;
  return call;
}
