import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AggregateCollector, bindExpression } from '../../../../flink-sql/binder/expressions/index.ts';
import { rexEquals, rexSome } from '../../../../flink-sql/binder/expressions/rex-util.ts';
import {
  type ExpressionContext,
  expressionContext,
  rowScope,
  type Scope,
} from '../../../../flink-sql/binder/expressions/scope.ts';
import { SqlError } from '../../../../flink-sql/diagnostics.ts';
import type { Rex } from '../../../../flink-sql/plan/rex.ts';
import type { Expression } from '../../../../flink-sql/syntax/ast.ts';
import { parse, parseExpression } from '../../../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../../../flink-sql/types/print.ts';
import { seededBelow } from '../../../harness/random.ts';
import { columns } from './table.ts';

const base: Scope = rowScope('SELECT', columns, 't');
const contextFor = (source: string): ExpressionContext =>
  expressionContext({ catalog: undefined as never, options: {} }, source);

function expression(source: string): Expression {
  const { node, errors } = parseExpression(source);
  if (!node || errors.length > 0) throw new Error(`does not parse: ${source}`);
  return node;
}
const bind = (source: string, scope: Scope = base): Rex =>
  bindExpression(expression(source), scope, contextFor(source));

/** A plan expression as text, with the casts that the binder put in. */
function text(rex: Rex): string {
  switch (rex.kind) {
    case 'InputRef':
      return columns[rex.index]?.name ?? `$${rex.index}`;
    case 'Literal':
      return String(rex.value);
    case 'Call':
      return rex.fn === 'CAST' || rex.fn === 'TRY_CAST'
        ? `${rex.fn}(${text(rex.operands[0] as Rex)} AS ${asSummaryString(rex.type)})`
        : `${rex.fn}(${rex.operands.map(text).join(', ')})`;
    case 'FieldAccess':
      return `${text(rex.operand)}.${rex.name}`;
    case 'Correlation':
      return `$cor${rex.id}.${rex.index}`;
    default:
      return rex.kind;
  }
}

describe('implicit casts', () => {
  it.each([
    ['i + l', '+(CAST(i AS BIGINT), l)'],
    ['f + d', '+(f, CAST(d AS FLOAT))'],
    ['l % i', 'CAST(%(l, CAST(i AS BIGINT)) AS INT)'],
    ['i + dc', '+(CAST(i AS DECIMAL(10, 0)), dc)'],
    ['i = dc', '=(CAST(i AS DECIMAL(12, 2)), CAST(dc AS DECIMAL(12, 2)))'],
    ['f = d', '=(f, CAST(d AS FLOAT))'],
    ['f < d', '<(CAST(f AS DOUBLE), d)'],
    ["i < '5'", '<(CAST(i AS BIGINT), CAST(5 AS BIGINT NOT NULL))'],
    ["dt = '2024-01-01'", '=(dt, CAST(2024-01-01 AS DATE NOT NULL))'],
    ["i IN ('1', '2')", 'OR(=(i, CAST(1 AS INT NOT NULL)), =(i, CAST(2 AS INT NOT NULL)))'],
    ['i IN (1, 2)', 'IN(i, 1, 2)'],
    ['i BETWEEN 1 AND 2', 'AND(>=(i, 1), <=(i, 2))'],
    ['COALESCE(i, l)', 'COALESCE(CAST(i AS BIGINT), l)'],
    ['SIN(dc)', 'SIN(CAST(dc AS DOUBLE))'],
    ['NULLIF(i, 1)', 'CASE(=(i, 1), null, i)'],
    [
      "CASE i WHEN 1 THEN 'a' ELSE 'bc' END",
      'CASE(=(i, 1), CAST(a AS VARCHAR(2) NOT NULL), CAST(bc AS VARCHAR(2) NOT NULL))',
    ],
    ['YEAR(dt)', 'EXTRACT(YEAR, dt)'],
    ['TIMESTAMPADD(HOUR, 2, dt)', '+(CAST(dt AS TIMESTAMP(6)), 7200000)'],
    ["INTERVAL '1' DAY + t3", '+(t3, 86400000)'],
    ["TRIM('x' FROM s)", 'TRIM(BOTH, x, s)'],
    ['FLOOR(t3 TO DAY)', 'FLOOR(t3, DAY)'],
    ['a AND b', undefined],
    ['r.x + 1', '+(r.x, 1)'],
    ['i = 1 AND b AND NOT b', 'AND(=(i, 1), b, NOT(b))'],
  ])('%s', (source, want) => {
    if (want === undefined) expect(() => bind(source)).toThrow(SqlError);
    else expect(text(bind(source))).toBe(want);
  });
});

describe('names', () => {
  const two: Scope = {
    clause: 'SELECT',
    over: false,
    relations: [
      { name: 'l', fields: columns.slice(0, 4), offset: 0 },
      { name: 'r', path: ['cat', 'db', 'r'], fields: columns.slice(0, 4), offset: 4 },
    ],
  };

  it('are ambiguous, qualified, or merged', () => {
    expect(() => bind('i', two)).toThrow("Column 'i' is ambiguous");
    expect(bind('r.i', two)).toMatchObject({ kind: 'InputRef', index: 7 });
    expect(bind('db.r.i', two)).toMatchObject({ kind: 'InputRef', index: 7 });
    const merged = new Map([['i', { kind: 'InputRef', index: 3, type: columns[3]?.type } as Rex]]);
    expect(bind('i', { ...two, merged })).toMatchObject({ kind: 'InputRef', index: 3 });
  });

  it('of outer rows become correlations', () => {
    const inner: Scope = { ...rowScope('WHERE', [], 'none'), outer: { scope: base, id: 9 } };
    expect(text(bind('i + 1', inner))).toBe('+($cor9.3, 1)');
    expect(text(bind('t.r.x', inner))).toBe('$cor9.23.x');
  });
});

describe('aggregates', () => {
  const grouped = (source: string, keys: readonly string[]) => {
    const collector = new AggregateCollector(keys.length > 0);
    const context = contextFor(source);
    const rex = bindExpression(expression(source), { ...base, aggregates: collector }, context);
    const bound = keys.map((key) => bindExpression(expression(key), base, contextFor(key)));
    return { rex: collector.finish(rex, bound, context), calls: collector.calls };
  };

  it('are found once and rewritten over keys and calls', () => {
    const { rex, calls } = grouped('UPPER(s) || CAST(SUM(i) + SUM(i) AS STRING)', ['UPPER(s)']);
    expect(calls.map((call) => call.fn)).toEqual(['SUM']);
    expect(rexSome(rex, (node) => node.kind === 'InputRef' && node.index > 1)).toBe(false);
  });

  it('refuse a column that is no key, at its place', () => {
    try {
      grouped('LOWER(s)', ['UPPER(s)']);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      expect(error.diagnostic).toMatchObject({ message: "Expression 's' is not being grouped", start: 6, end: 7 });
    }
  });

  it('are NOT NULL of NOT NULL arguments only with a key', () => {
    expect(grouped('SUM(nn)', ['i']).calls[0]?.type.nullable).toBe(false);
    expect(grouped('SUM(nn)', []).calls[0]?.type.nullable).toBe(true);
  });
});

describe('size and malice', () => {
  it('binds nested calls in time', () => {
    const nested = `${'GREATEST('.repeat(60)}i${', 1)'.repeat(60)}`;
    expect(bind(nested).type.root).toBe('INTEGER');
    expect(bind(Array(1200).fill('i').join(' + ')).type.root).toBe('INTEGER');
  });

  it('refuses endless chains with an error', () => {
    expect(() => bind(Array(20_000).fill('s').join(' || '))).toThrow(SqlError);
  });

  it('never throws anything but SqlError, whatever the text', () => {
    const random = seededBelow(20240915);
    const sources = readFileSync(join(import.meta.dirname, 'columns.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): string => JSON.parse(line).sql);
    const scope: Scope = { ...base, over: true, aggregates: new AggregateCollector() };
    for (let i = 0; i < 3000; i++) {
      const one = sources[random(sources.length)] as string;
      const other = sources[random(sources.length)] as string;
      const source = one.slice(0, 7 + random(one.length)) + other.slice(7 + random(other.length));
      const node = parse(source).statements[0]?.node;
      if (node?.kind !== 'QueryStatement' || node.query.body.kind !== 'Select') continue;
      for (const item of node.query.body.items) {
        try {
          bindExpression(item.expr, scope, contextFor(source));
        } catch (error) {
          if (!(error instanceof SqlError)) throw new Error(source, { cause: error });
        }
      }
    }
  });

  it('tells equal expressions', () => {
    expect(rexEquals(bind('i + 1'), bind('t.i + 1'))).toBe(true);
    expect(rexEquals(bind('i + 1'), bind('i + 2'))).toBe(false);
    expect(rexEquals(bind("s || 'a'"), bind("s || 'A'"))).toBe(false);
  });
});
