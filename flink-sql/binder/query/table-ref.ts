import type { ResolvedView } from '../../catalog/model.ts';
import type { PlanHint, Rel } from '../../plan/rel.ts';
import { inputRef, project } from '../../plan/rel-builder.ts';
import type { Hint, NodeBase, QualifiedName, Query, TableRef } from '../../syntax/ast.ts';
import { parse } from '../../syntax/index.ts';
import { withNullability } from '../../types/logical-type.ts';
import {
  EMPTY_ENV,
  type QueryContext,
  type QueryEnv,
  unplacedError,
  unsupported,
  validatorError,
  withOrigin,
} from './context.ts';
import { aliased, type FromResult, single } from './from-result.ts';
import { nameParts, objectNotFound } from './names.ts';
import { bindQuery, queryContext } from './query.ts';
import { catalogTableRel } from './table.ts';
import { bindPeriod } from './temporal.ts';

/** A table, view or WITH item in FROM. */
export function bindTableRef(ref: TableRef, env: QueryEnv, context: QueryContext): FromResult {
  if (ref.systemTime) {
    bindPeriod(ref.systemTime, env.outer, context);
  }
  if (ref.sample) {
    throw unsupported(ref, 'TABLESAMPLE');
  }
  const { rel, path } = tableRel(ref.name, ref.hints, env, context);
  return ref.alias ? aliased(rel, ref.alias) : single(rel, nameParts(ref.name).at(-1), path);
}

/** A WITH item, table or view by name. */
export function tableRel(
  name: QualifiedName,
  hints: readonly Hint[],
  env: QueryEnv,
  context: QueryContext,
): { rel: Rel; path?: readonly string[] } {
  const parts = nameParts(name);
  const cte = parts.length === 1 ? env.ctes.get(parts[0] as string) : undefined;
  if (cte) {
    // Flink's planner has no rule for LogicalRepeatUnion.
    if (!cte.rel) throw unsupported(name, 'WITH RECURSIVE that refers to itself');
    return { rel: cte.rel };
  }
  const object = context.bind.catalog.resolve(parts);
  if (!object) {
    // A view holds full names, so that is where its tables are missed.
    const id = context.views.length > 0 && parts.length <= 3 ? context.bind.catalog.qualify(parts) : undefined;
    const full = id ? [id.catalog, id.database, id.name] : parts;
    throw objectNotFound(name, full, context.bind.catalog);
  }
  const id = object.identifier;
  const path = [id.catalog, id.database, id.name];
  if (object.kind === 'view') {
    return { rel: viewRel(object, name, context), path };
  }
  const planHints = hints.map((hint) => planHint(hint));
  const dynamic: Record<string, string> = {};
  for (const hint of planHints) {
    if (hint.name === 'OPTIONS') {
      if (Object.keys(hint.options).length === 0) {
        throw unplacedError('AssertionError', name, 'Hint [OPTIONS] only support non empty key value options', 'hint');
      }
      Object.assign(dynamic, hint.options);
    }
  }
  return { rel: catalogTableRel(object, { ...object.options, ...dynamic }, planHints), path };
}

/** Hints keep what was written: names in upper case, options as pairs or as a list. */
export function planHint(hint: Hint): PlanHint {
  const options: Record<string, string> = {};
  const args: string[] = [];
  for (const option of hint.options) {
    if (option.key === undefined) {
      args.push(option.value);
    } else {
      options[option.key] = option.value;
    }
  }
  return { name: hint.name.name.toUpperCase(), args, options };
}

const parsedViews = new WeakMap<ResolvedView, Query>();

/** The query of a view, parsed once. */
function queryOf(view: ResolvedView): Query {
  const known = parsedViews.get(view);
  if (known) return known;
  const parsed = parse(view.originalQuery).statements[0]?.node;
  if (parsed?.kind !== 'QueryStatement') {
    throw new TypeError(`the catalog holds a view that does not parse: ${view.originalQuery}`);
  }
  parsedViews.set(view, parsed.query);
  return parsed.query;
}

function viewRel(view: ResolvedView, place: NodeBase, context: QueryContext): Rel {
  if (context.views.includes(view)) {
    throw validatorError(place, `View '${view.identifier.name}' refers to itself`, 'view-cycle');
  }
  const catalog = context.bind.catalog.clone();
  if (catalog.database(view.scope.catalog, view.scope.database)) {
    catalog.useDatabase(view.scope.catalog, view.scope.database);
  }
  const text = view.originalQuery;
  const query = queryOf(view);
  const inner = queryContext({ ...context.bind, catalog }, text, [...context.views, view]);
  const rel = atPlace(place, () => bindQuery(query, EMPTY_ENV, inner));
  context.whenPlanned(() => atPlace(place, () => inner.finish(true)));
  // The view's own column names; a column that could be NULL when the view was made still may be.
  const named = project(
    rel,
    rel.fields.map((field, i) => {
      const nullable = field.type.nullable || (view.columns[i]?.type.nullable ?? false);
      return { ...inputRef(rel.fields, i), type: withNullability(field.type, nullable) };
    }),
    view.columns.map((column) => column.name),
  );
  return withOrigin(named, { start: 0, end: text.length }, inner);
}

/** Errors inside a view's text are shown where the view is used. */
function atPlace<T>(place: NodeBase, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'diagnostic' in error) {
      const { diagnostic } = error as Error & { diagnostic: { exception: string; message: string; code: string } };
      throw unplacedError(diagnostic.exception, place, diagnostic.message, diagnostic.code);
    }
    throw error;
  }
}
