import type { ResolvedView } from '../../catalog/model.ts';
import type { Rel } from '../../plan/rel.ts';
import { inputRef, project, sort, values } from '../../plan/rel-builder.ts';
import type { Rex, SortKey } from '../../plan/rex.ts';
import type { Expression, OrderItem, Query, QueryBody } from '../../syntax/ast.ts';
import type { BindContext } from '../api.ts';
import { type Cte, EMPTY_ENV, QueryContext, type QueryEnv, unsupported, validatorError } from './context.ts';
import { bindSelect, NO_TAIL } from './select.ts';
import { bindSetOperation } from './set-operation.ts';
import { tableRel } from './table-ref.ts';
import { bindValues } from './values.ts';

/** A context for the statements of `source`. */
export function queryContext(bind: BindContext, source: string, views: readonly ResolvedView[] = []): QueryContext {
  return new QueryContext(bind, source, bindQuery, views);
}

/** Binds a whole query: WITH, body, ORDER BY, LIMIT. Throws SqlError. */
export function bindQuery(query: Query, env: QueryEnv, context: QueryContext): Rel {
  const inner = withItems(query, env, context);
  return context.within(inner, () => {
    const { fetch, offset } = limits(query);
    if (query.body.kind === 'Select') {
      const tail = { orderBy: query.orderBy, offset, ...(fetch === undefined ? {} : { fetch }) };
      return bindSelect(query.body, tail, inner, context);
    }
    const rel = bindBody(query.body, inner, context);
    const keys = query.orderBy.map((item) => outputKey(item, rel));
    return limited(keys.length > 0 ? sort(rel, keys, 0) : rel, offset, fetch);
  });
}

/** A top-level query of a statement; `isPlanned` is false where Flink only validates it. */
export function bindRootQuery(query: Query, context: QueryContext, isPlanned = true): Rel {
  const rel = bindQuery(query, EMPTY_ENV, context);
  context.finish(isPlanned);
  return rel;
}

export function bindBody(body: QueryBody, env: QueryEnv, context: QueryContext): Rel {
  switch (body.kind) {
    case 'Select':
      return bindSelect(body, NO_TAIL, env, context);
    case 'SetOperation':
      return bindSetOperation(body, env, context);
    case 'Values':
      return bindValues(body, context);
    case 'TableQuery': {
      const rel = tableRel(body.name, [], env, context).rel;
      return project(
        rel,
        rel.fields.map((_, i) => inputRef(rel.fields, i)),
        rel.fields.map((field) => field.name),
      );
    }
    case 'ParenQuery':
      return bindQuery(body.query, env, context);
    case 'Invalid':
      return values([], []);
  }
}

export function withItems(query: Query, env: QueryEnv, context: QueryContext): QueryEnv {
  if (!query.with) {
    return env;
  }
  // Each item sees those before it; of two with the same name the later one counts, as in Calcite.
  const ctes = new Map<string, Cte>(env.ctes);
  for (const item of query.with.items) {
    if (item.query.kind === 'Invalid') {
      continue;
    }
    const scope = { ...env, ctes: new Map(ctes) };
    // Calcite shows a recursive name to a set operation only.
    if (query.with.recursive && item.query.body.kind === 'SetOperation') {
      scope.ctes.set(item.name.name, { rel: undefined });
    }
    const rel = bindQuery(item.query, scope, context);
    if (!item.columns) {
      ctes.set(item.name.name, { rel });
      continue;
    }
    if (item.columns.length !== rel.fields.length) {
      // Flink's place is the list with its parentheses.
      const { source } = context;
      const start = source.indexOf('(', item.name.end);
      const end = source.indexOf(')', item.columns.at(-1)?.end ?? start) + 1;
      throw validatorError({ start, end }, 'Number of columns must match number of query columns', 'column-count');
    }
    const names = item.columns.map((column) => column.name);
    const refs = rel.fields.map((_, i) => inputRef(rel.fields, i));
    ctes.set(item.name.name, { rel: project(rel, refs, names) });
  }
  return { ...env, ctes };
}

function limits(query: Query): { offset: number; fetch?: number } {
  const offset = query.offset ? count(query.offset) : 0;
  return query.fetch ? { offset, fetch: count(query.fetch) } : { offset };
}

function count(expr: Expression): number {
  if (expr.kind === 'NumberLiteral') {
    return Number(expr.text);
  }
  throw unsupported(expr, 'LIMIT or OFFSET that is not a number');
}

/** OFFSET and LIMIT over a query, in one Sort node with an ORDER BY below. */
export function limited(rel: Rel, offset: number, fetch: number | undefined): Rel {
  if (offset === 0 && fetch === undefined) {
    return rel;
  }
  // LIMIT belongs to the ORDER BY below it: one Sort node as in Calcite.
  if (rel.kind === 'Sort' && rel.offset === 0 && rel.fetch === undefined) {
    return sort(rel.input, rel.keys, offset, fetch);
  }
  return sort(rel, [], offset, fetch);
}

/** ORDER BY over a set operation or VALUES: an output column or an ordinal. */
function outputKey(item: OrderItem, rel: Rel): SortKey {
  const { expr } = item;
  if (expr.kind === 'NumberLiteral') {
    return sortKey(item, ordinal(expr.text, expr, rel));
  }
  if (expr.kind === 'ColumnRef' && expr.parts.length === 1) {
    const index = rel.fields.findIndex((field) => field.name === expr.parts[0]?.name);
    if (index >= 0) {
      return sortKey(item, inputRef(rel.fields, index));
    }
    throw validatorError(expr, `Column '${expr.parts[0]?.name}' not found in any table`, 'unknown-column');
  }
  throw unsupported(expr, 'ORDER BY an expression over a set operation');
}

/** The output column that `ORDER BY 2` names. */
export function ordinal(text: string, place: Expression, rel: Rel): Rex {
  const index = Number(text) - 1;
  if (!Number.isInteger(index) || index < 0 || index >= rel.fields.length) {
    throw validatorError(place, 'Ordinal out of range', 'ordinal');
  }
  return inputRef(rel.fields, index);
}

/** NULLs are the smallest value in Flink: first when ascending, last when descending. */
export function sortKey(item: OrderItem, expr: Rex): SortKey {
  const descending = item.direction === 'DESC';
  return { expr, descending, nullsFirst: item.nulls ? item.nulls === 'FIRST' : !descending };
}
