import { SqlError } from '../diagnostics.ts';
import type { Expression, Query, Relation, Select } from '../syntax/ast.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { BindContext } from './api.ts';
import { bindExpression } from './expressions/index.ts';
import type { ScopeRelation } from './expressions/scope.ts';
import { EMPTY_ENV, type QueryEnv } from './query/context.ts';
import { bindRelation } from './query/from.ts';
import { queryContext, withItems } from './query/query.ts';

/**
 * What an editor asks about a query that may be half written: best effort, never throws for a fault in the text. `queries` are the
 * queries around the SELECT, outermost first, whose WITH items it sees.
 */
export function scopeOfSelect(
  select: Select,
  queries: readonly Query[],
  source: string,
  bind: BindContext,
): ScopeRelation[] {
  if (!select.from) return [];
  const context = queryContext(bind, source);
  let env: QueryEnv = EMPTY_ENV;
  for (const query of queries) env = attempt(() => withItems(query, env, context)) ?? env;
  return parts(select.from).flatMap((relation) => [
    ...(attempt(() => bindRelation(relation, env, context).relations) ?? []),
  ]);
}

/** The joined items of FROM one by one, so that a broken condition or item does not hide the others. */
function parts(relation: Relation): Relation[] {
  return relation.kind === 'Join' ? [...parts(relation.left), ...parts(relation.right)] : [relation];
}

/** The type of an expression over these relations, or undefined when it does not bind. */
export function typeOfExpression(
  expression: Expression,
  relations: readonly ScopeRelation[],
  source: string,
  bind: BindContext,
): LogicalType | undefined {
  let offset = 0;
  const placed = relations.map((r): ScopeRelation => {
    const at = offset;
    offset += r.fields.length;
    return { ...r, offset: at };
  });
  const context = queryContext(bind, source);
  return attempt(
    () =>
      bindExpression(
        expression,
        {
          clause: 'SELECT',
          relations: placed,
          over: true,
          aggregates: { add: (call) => ({ kind: 'InputRef', index: 0, type: call.type }), grouped: true },
        },
        context.expressions,
      ).type,
  );
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
