import { applyCatalogCommand } from '../catalog/apply.ts';
import type { CatalogCommand } from '../catalog/commands.ts';
import type { CatalogStore } from '../catalog/store.ts';
import { type Diagnostic, SqlError } from '../diagnostics.ts';
import { explainPlan } from '../plan/explain.ts';
import { planJob } from '../plan/optimize/plan-job.ts';
import type { ExplainDetail, Statement } from '../syntax/ast.ts';
import type { BindContext, BindResult, BoundQuery, PlannedJob } from './api.ts';
import type { BoundInsert, BoundStatement } from './bound.ts';
import { bindAnyStatement } from './statement.ts';

export type * from '../catalog/commands.ts';
export type * from './api.ts';
export type * from './bound.ts';

/** What a statement or the planning of it may run on. */
export type Runnable =
  | { readonly kind: 'query'; readonly query: BoundQuery }
  | { readonly kind: 'inserts'; readonly inserts: readonly BoundInsert[] };

/**
 * Binds one statement of `source` (the text its offsets point into) against the catalog, which is not changed.
 * Never throws; without `value` there is at least one error. Flink stops at its first fault, and so does this.
 */
export function bindStatement(statement: Statement, source: string, ctx: BindContext): BindResult<BoundStatement> {
  return guarded(statement.start, statement.end, () => bindAnyStatement(statement, source, ctx));
}

/** Carries out a catalog command on the store. An error is a diagnostic that covers nothing (`placed` false): the caller knows the statement. */
export function applyCommand(command: CatalogCommand, catalog: CatalogStore): BindResult<true> {
  return guarded(0, 0, () => {
    applyCatalogCommand(command, catalog);
    return true as const;
  });
}

/** The stream plan of a SELECT into the collect sink (which takes every kind of change, as the executed SELECT does). */
export function planQuery(query: BoundQuery, ctx: BindContext): BindResult<PlannedJob> {
  return guarded(0, 0, () => planJob({ kind: 'query', query }, ctx));
}

/** The stream plan of one INSERT or of all INSERTs of a statement set. */
export function planInserts(inserts: readonly BoundInsert[], ctx: BindContext): BindResult<PlannedJob> {
  return guarded(0, 0, () => planJob({ kind: 'inserts', inserts }, ctx));
}

/** The text that EXPLAIN answers. */
export function explain(what: Runnable, details: readonly ExplainDetail[], ctx: BindContext): BindResult<string> {
  return guarded(0, 0, () => explainPlan(what, details, ctx));
}

function guarded<T>(start: number, end: number, work: () => T): BindResult<T> {
  try {
    return { value: work(), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof SqlError)) {
      throw error;
    }
    const found = error.diagnostic;
    const diagnostic: Diagnostic = found.placed || found.end > found.start ? found : { ...found, start, end };
    return { diagnostics: [diagnostic] };
  }
}
