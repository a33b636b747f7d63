import type { BuiltinTypeName, Expression, FunctionCall, Identifier, IntervalQualifier, TypeNode } from '../ast.ts';
import { isReservedFunctionName, K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { unitFirst } from './builtins.ts';
import { SUB_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { queryOrExpressions } from './queries.ts';

/** Reserved words that are functions only in `{fn …}`. */
const jdbcNames: ReadonlySet<number> = new Set([K.INSERT, K.LEFT, K.RIGHT, K.TRUNCATE, K.SUBSTRING]);

/** {fn name ( arg, … )} | {fn CONVERT ( expr , type )} | {fn TIMESTAMPADD | TIMESTAMPDIFF ( unit , expr , expr )} */
export function jdbcCall(p: Parser): Expression {
  const { start } = p;
  p.ahead(2);
  p.expect(T.LBRACE_FN);
  const { kind } = p;
  const isName =
    isReservedFunctionName[kind] === 1 || isIdentifierKind(kind) || jdbcNames.has(kind) || kind === K.CONVERT;
  if (!isName) p.fail();
  p.committed();
  if (kind === K.CONVERT) return jdbcConvert(p, start);
  if ((kind === K.TIMESTAMPADD || kind === K.TIMESTAMPDIFF) && p.peek(1) === T.LPAREN) {
    const call = unitFirst(p);
    p.expect(T.RBRACE);
    return { ...call, start, end: p.end };
  }
  const name = functionName(p);
  const args = jdbcArguments(p);
  p.expect(T.RBRACE);
  const call: FunctionCall = {
    kind: 'FunctionCall',
    start,
    end: p.end,
    name: { kind: 'QualifiedName', start: name.start, end: name.end, parts: [name] },
    form: 'jdbc',
    args,
  };
  return call;
}

function functionName(p: Parser): Identifier {
  const { start } = p;
  const quoted = p.kind === T.BACK_QUOTED_IDENTIFIER;
  const text = p.text();
  p.advance();
  const name = quoted ? text.slice(1, -1).replaceAll('``', '`') : text;
  return { kind: 'Identifier', start, end: p.end, name, quoted };
}

/** ( ) | ( * ) | ( query | expr, … ) */
function jdbcArguments(p: Parser): Expression[] {
  if (p.at(T.LPAREN) && (p.peek(1) === T.RPAREN || (p.peek(1) === T.STAR && p.peek(2) === T.RPAREN))) {
    p.advance();
    const { start } = p;
    const star = p.accept(T.STAR);
    const end = p.end;
    p.expect(T.RPAREN);
    return star ? [{ kind: 'Star', start, end, qualifier: [] }] : [];
  }
  const args = queryOrExpressions(p, SUB_QUERY);
  if (Array.isArray(args)) return args;
  const query = args as Extract<typeof args, { kind: 'Query' }>;
  return [{ kind: 'Subquery', start: query.start, end: query.end, query }];
}

/** CONVERT ( expr , type ) }: a cast */
function jdbcConvert(p: Parser, start: number): Expression {
  p.advance();
  p.expect(T.LPAREN);
  const operand = expression(p, SUB_QUERY);
  p.expect(T.COMMA);
  const jdbcType = p.text().toUpperCase();
  const type = typeOf(p);
  p.expect(T.RPAREN);
  p.expect(T.RBRACE);
  return { kind: 'Cast', start, end: p.end, op: 'CAST', operand, type, jdbcType };
}

/** The types that have a plain name and one that begins with SQL_: Calcite's JdbcOdbcDataTypeName. */
const plainTypes = [
  'CHAR',
  'VARCHAR',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'DECIMAL',
  'NUMERIC',
  'BOOLEAN',
  'INTEGER',
  'BINARY',
  'VARBINARY',
  'TINYINT',
  'SMALLINT',
  'BIGINT',
  'REAL',
  'DOUBLE',
  'FLOAT',
] as const;

const jdbcTypes = new Map<number, BuiltinTypeName>(
  plainTypes.flatMap((word) => {
    const name = word === 'NUMERIC' ? 'DECIMAL' : word;
    return [
      [K[word], name],
      [K[`SQL_${word}`], name],
    ] as const;
  }),
);

type Units = Pick<IntervalQualifier, 'from' | 'to'>;
const unit = (from: IntervalQualifier['from'], to?: IntervalQualifier['to']): Units => ({ from, ...(to && { to }) });
const intervalTypes = new Map<number, Units>([
  [K.SQL_INTERVAL_YEAR, unit('YEAR')],
  [K.SQL_INTERVAL_YEAR_TO_MONTH, unit('YEAR', 'MONTH')],
  [K.SQL_INTERVAL_MONTH, unit('MONTH')],
  [K.SQL_INTERVAL_DAY, unit('DAY')],
  [K.SQL_INTERVAL_DAY_TO_HOUR, unit('DAY', 'HOUR')],
  [K.SQL_INTERVAL_DAY_TO_MINUTE, unit('DAY', 'MINUTE')],
  [K.SQL_INTERVAL_DAY_TO_SECOND, unit('DAY', 'SECOND')],
  [K.SQL_INTERVAL_HOUR, unit('HOUR')],
  [K.SQL_INTERVAL_HOUR_TO_MINUTE, unit('HOUR', 'MINUTE')],
  [K.SQL_INTERVAL_HOUR_TO_SECOND, unit('HOUR', 'SECOND')],
  [K.SQL_INTERVAL_MINUTE, unit('MINUTE')],
  [K.SQL_INTERVAL_MINUTE_TO_SECOND, unit('MINUTE', 'SECOND')],
  [K.SQL_INTERVAL_SECOND, unit('SECOND')],
]);

/** SQL_INTEGER | INTEGER | SQL_INTERVAL_DAY | … */
function typeOf(p: Parser): TypeNode {
  const { start, kind } = p;
  if (p.index === p.probe) for (const word of [...jdbcTypes.keys(), ...intervalTypes.keys()]) p.expectedKinds.add(word);
  const name = jdbcTypes.get(kind);
  const interval = intervalTypes.get(kind);
  if (name === undefined && interval === undefined) p.fail();
  p.advance();
  const { end } = p;
  if (interval === undefined) return { kind: 'BuiltinType', start, end, name: name as BuiltinTypeName, args: [] };
  const qualifier: IntervalQualifier = { kind: 'IntervalQualifier', start, end, ...interval };
  return { kind: 'IntervalType', start, end, qualifier };
}
