import type {
  Expression,
  Identifier,
  Invalid,
  Join,
  NodeBase,
  NumberLiteral,
  QualifiedName,
  Relation,
  SelectItem,
  TableAlias,
  TableRef,
  TableSample,
  UnpivotItem,
} from '../ast.ts';
import { isContextVariable, isReservedFunctionName, K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { functionArguments, namedFunctionCall } from './calls.ts';
import { CURSOR, NON_QUERY, SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { hints } from './hints.ts';
import { stringLiteral, unsignedInt, unsignedNumber } from './literals.ts';
import { matchRecognize } from './match-recognize.ts';
import { identifier, identifierOrList, parenthesizedIdentifiers, qualifiedName } from './names.ts';
import { clauseKinds, isIdentifierKind, type Parser } from './parser.ts';
import { query, queryOrExpressions, rowConstructor } from './queries.ts';
import { dataType } from './types.ts';

const isJoinWord = (kind: number): boolean =>
  kind === K.JOIN ||
  kind === K.INNER ||
  kind === K.LEFT ||
  kind === K.RIGHT ||
  kind === K.FULL ||
  kind === K.CROSS ||
  kind === K.NATURAL ||
  kind === K.OUTER;

/** FROM has been consumed: relation ( , relation | join )* */
export function fromClause(p: Parser): Relation {
  let left = relation(p);
  for (;;) {
    if (p.kind === T.COMMA) left = commaJoin(p, left);
    else if (isJoinWord(p.kind)) left = join(p, left);
    else {
      if (p.index === p.probe) for (const kind of joinWords) p.expectedKinds.add(kind);
      return left;
    }
  }
}

const joinWords = [K.JOIN, K.INNER, K.LEFT, K.RIGHT, K.FULL, K.CROSS, K.NATURAL];

/** left , right */
function commaJoin(p: Parser, left: Relation): Relation {
  const opStart = p.start;
  p.ahead(2);
  p.advance();
  const opEnd = p.end;
  const right = p.attempt((q) => relation(q), brokenRelation);
  return {
    kind: 'Join',
    start: left.start,
    end: p.end,
    type: 'COMMA',
    natural: false,
    left,
    right,
    opStart,
    opEnd,
    joinStart: opStart,
  };
}

function brokenRelation(start: number, p: Parser): Invalid {
  p.skipTo((kind) => clauseKinds.has(kind) || isJoinWord(kind) || kind === T.COMMA || kind === K.ON);
  return p.invalid(start);
}

const afterLateral: ReadonlySet<number> = new Set([T.LPAREN, K.UNNEST, K.TABLE]);

/** left [NATURAL] [INNER | LEFT [OUTER] | RIGHT [OUTER] | FULL [OUTER] | CROSS] JOIN right [ON expr | USING ( … )] */
function join(p: Parser, left: Relation): Relation {
  const opStart = p.start;
  if (p.kind !== K.CROSS) p.ahead(3);
  const natural = p.accept(K.NATURAL);
  let type: Join['type'] = 'INNER';
  if (p.at(K.LEFT) || p.at(K.RIGHT) || p.at(K.FULL)) {
    type = p.kind === K.LEFT ? 'LEFT' : p.kind === K.RIGHT ? 'RIGHT' : 'FULL';
    p.advance();
    p.accept(K.OUTER);
  } else if (p.at(K.CROSS) || p.at(K.OUTER)) {
    type = p.kind === K.CROSS ? 'CROSS' : 'OUTER APPLY';
    p.advance();
    if (type === 'OUTER APPLY' || p.kind === K.APPLY) {
      p.committed();
      return apply(p, left, opStart, type === 'CROSS' ? 'CROSS APPLY' : 'OUTER APPLY');
    }
    p.ahead(2);
  } else p.accept(K.INNER);
  if (p.start === opStart && p.probe < 0 && p.peek(1) === K.LATERAL && !afterLateral.has(p.peek(2))) {
    // All three tokens decide: without them JOIN could only have been an alias.
    p.noteIdentifier(0);
    p.ahead(1);
    p.fail();
  }
  const joinStart = p.start;
  p.expect(K.JOIN);
  const opEnd = p.end;
  const right = p.attempt((q) => relation(q), brokenRelation);
  const node: { -readonly [key in keyof Join]: Join[key] } = {
    kind: 'Join',
    start: left.start,
    end: p.end,
    type,
    natural,
    left,
    right,
    opStart,
    opEnd,
    joinStart,
  };
  if (p.accept(K.ON)) {
    node.on = p.attempt(
      (q) => expression(q, SUB_QUERY),
      (start) => {
        p.skipTo((kind) => (clauseKinds.has(kind) && kind !== K.FROM) || isJoinWord(kind) || kind === T.COMMA);
        return p.invalid(start);
      },
    );
  } else if (p.accept(K.USING)) node.using = parenthesizedIdentifiers(p, 'column');
  node.end = p.end;
  return node;
}

/** CROSS APPLY f(…) | OUTER APPLY f(…): parsed, then refused by Flink's conformance */
function apply(p: Parser, left: Relation, opStart: number, type: 'CROSS APPLY' | 'OUTER APPLY'): Relation {
  const joinStart = p.start;
  p.expect(K.APPLY);
  const opEnd = p.end;
  const right = relation(p);
  const message = 'APPLY operator is not allowed under the current SQL conformance level';
  p.refuse(opStart, opEnd, message, 'not-allowed');
  return { kind: 'Join', start: left.start, end: p.end, type, natural: false, left, right, opStart, opEnd, joinStart };
}

/** A relation without its alias and sample, as its production builds it. */
type Primary = Exclude<Relation, Join | Invalid>;

/** primary [PIVOT …] [UNPIVOT …] [[AS] alias [( column, … )] [MATCH_RECOGNIZE … [[AS] alias]]] [TABLESAMPLE …] */
export function relation(p: Parser, nested = false): Relation {
  p.enter();
  let node: Primary | Invalid = primary(p, nested);
  if (p.at(K.PIVOT) && p.peek(1) === T.LPAREN) node = pivot(p, node);
  if (p.at(K.UNPIVOT)) node = unpivot(p, node);
  let alias = tableAlias(p);
  if (alias && p.at(K.MATCH_RECOGNIZE)) {
    // `t AS a MATCH_RECOGNIZE (…) AS m`: the first alias names the rows that go in.
    node = matchRecognize(p, Object.assign(node, { end: alias.end, alias }), true);
    alias = tableAlias(p);
  }
  const sample = p.accept(K.TABLESAMPLE) ? tableSample(p, node.start) : undefined;
  if ((alias || sample) && isJoinInParentheses(node)) {
    p.refuseAndLeave(node.start, p.end, 'Join expression encountered in illegal context', 'illegal-context');
  }
  p.leave();
  if (alias === undefined && sample === undefined) return node;
  return Object.assign(node, { end: p.end }, alias && { alias }, sample && { sample });
}

const isJoinInParentheses = (node: Relation): boolean =>
  node.kind === 'ParenRelation' && (node.relation.kind === 'Join' || isJoinInParentheses(node.relation));

/** [AS] name [( column, … )] */
function tableAlias(p: Parser): TableAlias | undefined {
  const { start } = p;
  if (!p.accept(K.AS) && !p.atIdentifier('alias')) return undefined;
  const name = identifier(p, 'alias');
  if (!p.at(T.LPAREN)) return { kind: 'TableAlias', start, end: p.end, name };
  const columns = parenthesizedIdentifiers(p, 'new-name');
  return { kind: 'TableAlias', start, end: p.end, name, columns };
}

function primary(p: Parser, nested: boolean): Primary {
  const { start } = p;
  if (p.atIdentifier('table')) return tableOrFunction(p);
  p.ahead(2, nested);
  const lateral = p.accept(K.LATERAL);
  if (lateral) p.committed();
  if (p.at(T.LPAREN)) return derived(p, start, lateral);
  if (p.accept(K.UNNEST)) return unnest(p, start, lateral);
  if (!p.at(K.TABLE)) p.fail();
  p.committed();
  p.advance();
  p.expect(T.LPAREN);
  p.accept(K.SPECIFIC);
  const name = qualifiedName(p, 'function');
  const call = functionArguments(p, name, CURSOR);
  p.expect(T.RPAREN);
  return { kind: 'TableFunction', start, end: p.end, lateral, wrapped: true, call };
}

/** name [hints] [EXTEND] [FOR SYSTEM_TIME AS OF expr] [MATCH_RECOGNIZE …] | name ( arg, … ) */
function tableOrFunction(p: Parser): Primary {
  const { start } = p;
  const name = qualifiedName(p, 'table');
  p.committed();
  if (p.at(T.LPAREN) && !isExtendList(p)) {
    // `t (a INT)` would extend a table, so a type's name could follow the first name.
    p.noteIdentifier(2);
    bareCallStart(p);
    const call = functionArguments(p, name, CURSOR);
    return { kind: 'TableFunction', start, end: p.end, lateral: false, wrapped: false, call };
  }
  const hintList = p.at(T.HINT_BEGIN) ? hints(p) : [];
  const node: { -readonly [key in keyof TableRef]: TableRef[key] } = {
    kind: 'TableRef',
    start,
    end: p.end,
    name,
    hints: hintList,
  };
  if (p.at(K.EXTEND) || p.at(T.LPAREN)) node.extend = extendList(p);
  if (p.at(K.FOR)) node.systemTime = snapshot(p);
  node.end = p.end;
  return p.at(K.MATCH_RECOGNIZE) ? matchRecognize(p, node) : node;
}

/** Words after `f(` that Flink's lookahead for a call without TABLE( ) does not get past. */
const notInBareCall: ReadonlySet<number> = new Set([T.STAR, K.SELECT, K.CASE, K.DISTINCT, K.ALL]);

/** Fails where Flink does not see the beginning of a call without TABLE( ), although it would be one. */
function bareCallStart(p: Parser): void {
  const first = p.peek(1);
  const call = isIdentifierKind(first) && p.peek(2) === T.LPAREN;
  const name =
    isReservedFunctionName[first] === 1 && first !== K.FLOOR && first !== K.CEILING && !isContextVariable[first];
  const table = first === K.TABLE && !isIdentifierKind(p.peek(2));
  if (!call && !name && !table && !notInBareCall.has(first)) return;
  p.advance();
  if (call) p.advance();
  else p.noteExpression();
  p.fail();
}

/** `t (a INT)` extends a table; `f (a, b)` calls a function. */
function isExtendList(p: Parser): boolean {
  let n = 1;
  if (!isIdentifierKind(p.peek(n))) return false;
  while (p.peek(n + 1) === T.DOT && isIdentifierKind(p.peek(n + 2))) n += 2;
  const after = p.peek(n + 1);
  return typeWords.has(after) || (after >= T.IDENTIFIER && after <= T.UNICODE_QUOTED_IDENTIFIER);
}

const typeWords: ReadonlySet<number> = new Set([
  K.INT,
  K.INTEGER,
  K.BIGINT,
  K.SMALLINT,
  K.TINYINT,
  K.BOOLEAN,
  K.DOUBLE,
  K.FLOAT,
  K.REAL,
  K.DECIMAL,
  K.NUMERIC,
  K.CHAR,
  K.VARCHAR,
  K.STRING,
  K.BYTES,
  K.DATE,
  K.TIME,
  K.TIMESTAMP,
  K.BINARY,
  K.VARBINARY,
]);

/** [EXTEND] ( name type [NOT NULL], … ): refused by Flink's conformance except in its parser's own productions */
export function extendList(p: Parser): Identifier[] {
  p.accept(K.EXTEND);
  p.expect(T.LPAREN);
  const names: Identifier[] = [];
  do {
    const name = qualifiedName(p, 'new-name');
    dataType(p);
    if (p.accept(K.NOT)) p.expect(K.NULL);
    names.push(name.parts[name.parts.length - 1] as Identifier);
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return names;
}

/** FOR SYSTEM_TIME AS OF expr */
function snapshot(p: Parser): Expression {
  p.expectAll(K.FOR, K.SYSTEM_TIME, K.AS, K.OF);
  return expression(p, NON_QUERY);
}

/** [LATERAL] ( query | join ) [MATCH_RECOGNIZE …] */
function derived(p: Parser, start: number, lateral: boolean): Primary {
  let node: Primary;
  p.expect(T.LPAREN);
  if (isQueryAhead(p)) {
    p.committed();
    if (p.kind !== K.SELECT) p.ahead(2);
    const inner = query(p);
    p.expect(T.RPAREN);
    node = { kind: 'DerivedTable', start, end: p.end, lateral, query: inner };
  } else {
    let inner: Relation = relation(p, true);
    while (isJoinWord(p.kind)) inner = join(p, inner);
    if (inner.kind !== 'Join' && !(inner.kind === 'ParenRelation' || inner.kind === 'DerivedTable')) notAJoin(p, inner);
    else if (inner.kind !== 'Join' && (inner.alias !== undefined || inner.sample !== undefined)) notAJoin(p, inner);
    p.expect(T.RPAREN);
    node = { kind: 'ParenRelation', start, end: p.end, relation: inner };
  }
  return p.at(K.MATCH_RECOGNIZE) ? matchRecognize(p, node) : node;
}

/** Calcite takes only a query or a join in parentheses. */
function notAJoin(p: Parser, inner: Relation): void {
  if (p.at(T.RPAREN)) p.refuse(inner.start, inner.end, 'Expected query or join', 'illegal-context');
}

/** Whether `(` opens a query: SELECT, VALUES, TABLE t or WITH stands behind it, or behind more parentheses. */
function isQueryAhead(p: Parser): boolean {
  let n = 0;
  while (p.peek(n) === T.LPAREN) n++;
  const kind = p.peek(n);
  if (kind === K.TABLE) return p.peek(n + 1) !== T.LPAREN;
  const isQuery = kind === K.SELECT || kind === K.VALUES || kind === K.VALUE || kind === K.WITH;
  if (p.index === p.probe) for (const k of [K.SELECT, K.VALUES, K.WITH]) p.expectedKinds.add(k);
  if (!isQuery || n === 0) return isQuery;
  // `((SELECT …) JOIN …)` is a join of which the first relation is a query in parentheses.
  return !joinFollows(p, n);
}

/** Whether a join word or an alias follows the parenthesis that closes one of the first `depth` ones. */
function joinFollows(p: Parser, depth: number): boolean {
  let open = 0;
  for (let n = 0; p.peek(n) !== T.EOF; n++) {
    const kind = p.peek(n);
    if (kind === T.LPAREN) open++;
    else if (kind === T.RPAREN) {
      open--;
      if (open < 0) return false;
      if (open < depth && (isJoinWord(p.peek(n + 1)) || p.peek(n + 1) === K.AS || isIdentifierKind(p.peek(n + 1)))) {
        return true;
      }
    }
  }
  return false;
}

/** UNNEST has been consumed: ( query | expr, … ) [WITH ORDINALITY] */
function unnest(p: Parser, start: number, lateral: boolean): Primary {
  const target = queryOrExpressions(p, SUB_QUERY);
  const args: readonly Expression[] = Array.isArray(target)
    ? target
    : [{ kind: 'Subquery', start: (target as NodeBase).start, end: (target as NodeBase).end, query: target as never }];
  const ordinality = p.accept(K.WITH);
  if (ordinality) p.expect(K.ORDINALITY);
  return { kind: 'Unnest', start, end: p.end, lateral, args, ordinality };
}

/** TABLESAMPLE has been consumed: SUBSTITUTE ( 'x' ) | BERNOULLI | SYSTEM ( n ) [REPEATABLE ( n )] */
function tableSample(p: Parser, relationStart: number): TableSample {
  const { start } = p;
  if (p.accept(K.SUBSTITUTE)) {
    p.expect(T.LPAREN);
    const value = stringLiteral(p);
    p.expect(T.RPAREN);
    return { kind: 'TableSample', start, end: p.end, method: 'SUBSTITUTE', value };
  }
  const method = p.at(K.BERNOULLI) ? 'BERNOULLI' : 'SYSTEM';
  if (!p.accept(K.BERNOULLI)) p.expect(K.SYSTEM);
  p.expect(T.LPAREN);
  const value = unsignedNumber(p);
  p.expect(T.RPAREN);
  if (!p.accept(K.REPEATABLE)) {
    checkPercentage(p, relationStart, value);
    return { kind: 'TableSample', start, end: p.end, method, value };
  }
  p.expect(T.LPAREN);
  const negative = p.accept(T.MINUS);
  const from = p.start;
  const text = `${negative ? '-' : ''}${unsignedInt(p)}`;
  const seed: Expression = { kind: 'NumberLiteral', start: from, end: p.end, text, approximate: false };
  p.expect(T.RPAREN);
  checkPercentage(p, relationStart, value);
  return { kind: 'TableSample', start, end: p.end, method, value, seed };
}

function checkPercentage(p: Parser, start: number, value: NumberLiteral): void {
  if (Number(value.text) <= 100) return;
  const message = 'TABLESAMPLE percentage must be between 0 and 100, inclusive';
  p.refuseLater(start, p.end, message, true, 'CalciteException');
}

/** PIVOT ( agg [AS] name, … FOR column | ( column, … ) IN ( row [AS] name, … ) ) */
function pivot(p: Parser, input: Relation): Primary {
  p.expect(K.PIVOT);
  p.expect(T.LPAREN);
  const aggregates: SelectItem[] = [];
  do {
    const { start } = p;
    const expr = namedFunctionCall(p);
    aggregates.push(named(p, start, expr, p.kind !== T.COMMA && p.kind !== K.FOR));
  } while (p.accept(T.COMMA));
  p.expect(K.FOR);
  const axis = identifierOrList(p, 'column');
  p.expect(K.IN);
  p.expect(T.LPAREN);
  const values: SelectItem[] = [];
  if (!p.at(T.RPAREN)) {
    do {
      const { start } = p;
      const expr = rowConstructor(p);
      values.push(named(p, start, expr, p.kind === K.AS || p.atIdentifier('alias')));
    } while (p.accept(T.COMMA));
  }
  p.expect(T.RPAREN);
  p.expect(T.RPAREN);
  return { kind: 'Pivot', start: input.start, end: p.end, input, aggregates, axis, values };
}

function named(p: Parser, start: number, expr: Expression, hasAlias: boolean): SelectItem {
  if (!hasAlias) return { kind: 'SelectItem', start, end: p.end, expr };
  p.accept(K.AS);
  const alias = identifier(p, 'alias');
  return { kind: 'SelectItem', start, end: p.end, expr, alias };
}

/** UNPIVOT [INCLUDE NULLS | EXCLUDE NULLS] ( measures FOR axis IN ( columns [AS row], … ) ) */
function unpivot(p: Parser, input: Relation): Primary {
  p.ahead(2);
  p.expect(K.UNPIVOT);
  let includeNulls: boolean | undefined;
  if (p.at(K.INCLUDE) || p.at(K.EXCLUDE)) {
    includeNulls = p.kind === K.INCLUDE;
    p.advance();
    p.expect(K.NULLS);
  }
  p.expect(T.LPAREN);
  const measures = identifierOrList(p, 'new-name');
  p.expect(K.FOR);
  const axis = identifierOrList(p, 'new-name');
  p.expect(K.IN);
  p.expect(T.LPAREN);
  const items: UnpivotItem[] = [];
  do {
    const { start } = p;
    const columns = identifierOrList(p, 'column');
    if (p.accept(K.AS)) {
      const values = [rowConstructor(p)];
      items.push({ kind: 'UnpivotItem', start, end: p.end, columns, values });
    } else items.push({ kind: 'UnpivotItem', start, end: p.end, columns });
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  p.expect(T.RPAREN);
  const node = { kind: 'Unpivot', start: input.start, end: p.end, input, measures, axis, items } as const;
  return includeNulls === undefined ? node : { ...node, includeNulls };
}

/** The name of a table in DML, with its hints. */
export function tableTarget(p: Parser): { table: QualifiedName; hints: TableRef['hints'] } {
  const table = qualifiedName(p, 'table');
  return { table, hints: p.at(T.HINT_BEGIN) ? hints(p) : [] };
}
