import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AggregateCollector, bindExpression } from '../../../../flink-sql/binder/expressions/index.ts';
import { expressionContext, rowScope, type Scope } from '../../../../flink-sql/binder/expressions/scope.ts';
import { SqlError } from '../../../../flink-sql/diagnostics.ts';
import type { Select } from '../../../../flink-sql/syntax/ast.ts';
import { parse } from '../../../../flink-sql/syntax/index.ts';
import { asSummaryString } from '../../../../flink-sql/types/print.ts';
import { columns } from './table.ts';

/**
 * `columns.jsonl`: expressions over a table with a column of each type, as Flink 2.2.1's validator typed or refused them
 * (`at`: first and last column of the place). Time attributes are compared without their mark: Flink's validator keeps
 * them through functions and drops them later.
 */
interface Recording {
  readonly sql: string;
  readonly types?: readonly string[];
  readonly error?: string;
  readonly at?: readonly [number, number];
}

const cases: Recording[] = readFileSync(join(import.meta.dirname, 'columns.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));

function bind(source: string): Recording {
  const parsed = parse(source);
  const [syntax] = parsed.errors;
  if (syntax) return { sql: source, error: `ParseException: ${syntax.message}` };
  const node = parsed.statements[0]?.node;
  if (node?.kind !== 'QueryStatement') throw new Error(`not a query: ${source}`);
  const select = node.query.body as Select;
  const scope: Scope = { ...rowScope('SELECT', columns, 't'), over: true, aggregates: new AggregateCollector() };
  const context = expressionContext({ catalog: undefined as never, options: {} }, source);
  try {
    if (select.where) bindExpression(select.where, { ...rowScope('WHERE', columns, 't') }, context);
    return {
      sql: source,
      types: select.items.map((item) => asSummaryString(bindExpression(item.expr, scope, context).type)),
    };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { diagnostic } = error;
    const at = diagnostic.placed ? ([diagnostic.start + 1, diagnostic.end] as const) : undefined;
    return { sql: source, error: `${diagnostic.exception}: ${error.message}`, ...(at ? { at } : {}) };
  }
}

const plain = (text: string) => text.replace(/ \*(ROWTIME|PROCTIME)\*/g, '');
const firstLine = (text: string | undefined) => text?.split('\n')[0];

describe('expressions over columns, as the validator types them', () => {
  it.each(cases.filter((c) => c.types).map((c) => [c.sql, c] as const))('%s', (sql, want) => {
    expect(bind(sql).types?.map(plain) ?? bind(sql).error).toEqual(want.types?.map(plain));
  });

  it.each(cases.filter((c) => c.error && !c.error.startsWith('ParseException')).map((c) => [c.sql, c] as const))(
    '%s is refused',
    (sql, want) => {
      const got = bind(sql);
      expect({ error: firstLine(got.error), at: got.at }).toEqual({ error: firstLine(want.error), at: want.at });
    },
  );
});
