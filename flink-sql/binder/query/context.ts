import type { ResolvedView } from '../../catalog/model.ts';
import { SqlError } from '../../diagnostics.ts';
import type { Rel } from '../../plan/rel.ts';
import type { ColumnRef, NodeBase, Query } from '../../syntax/ast.ts';
import type { BindContext } from '../api.ts';
import { type ExpressionContext, expressionContext, type OuterScope } from '../expressions/scope.ts';

/** What a WITH item stands for. */
export interface Cte {
  /** Undefined inside the item itself, where WITH RECURSIVE lets its name be seen. */
  readonly rel: Rel | undefined;
}

/** Names around a query: WITH items and the rows of the query that it is a subquery of. */
export interface QueryEnv {
  readonly ctes: ReadonlyMap<string, Cte>;
  readonly outer?: OuterScope;
}

export const EMPTY_ENV: QueryEnv = { ctes: new Map() };

type Place = Pick<NodeBase, 'start' | 'end'>;

/** One binding of one statement: the source, the session, and what expression binding calls back. */
export class QueryContext {
  readonly bind: BindContext;
  readonly source: string;
  readonly expressions: ExpressionContext;
  /** Views being expanded, so that one that contains itself is refused. */
  readonly views: readonly ResolvedView[];
  /** Filled when a view is made: the qualified names that column references and stars stand for. */
  readonly columns = new Map<ColumnRef, readonly string[]>();
  #correlations = 0;
  readonly #whenBound: (() => void)[] = [];
  readonly #whenPlanned: (() => void)[] = [];
  /** WITH items that are in sight of the expression being bound. */
  env: QueryEnv = EMPTY_ENV;

  constructor(
    bind: BindContext,
    source: string,
    bindQuery: (query: Query, env: QueryEnv, context: QueryContext) => Rel,
    views: readonly ResolvedView[] = [],
  ) {
    this.bind = bind;
    this.source = source;
    this.views = views;
    this.expressions = expressionContext(bind, source, {
      bindQuery: (query, outer) => ({ rel: bindQuery(query, { ctes: this.env.ctes, outer }, this) }),
      newCorrelationId: () => this.newCorrelationId(),
      findFunction: (parts) => bind.catalog.function(parts),
    });
  }

  /** What Flink refuses only when all names and types of the statement are known to be right (SqlToRelConverter). */
  whenBound(check: () => void): void {
    this.#whenBound.push(check);
  }

  /** What Flink refuses when a query is planned: not yet where a view is made of it. */
  whenPlanned(check: () => void): void {
    this.#whenPlanned.push(check);
  }

  /** Runs those checks, in the order of the text. */
  finish(isPlanned: boolean): void {
    for (const check of this.#whenBound.splice(0)) check();
    for (const check of this.#whenPlanned.splice(0)) if (isPlanned) check();
  }

  newCorrelationId(): number {
    return this.#correlations++;
  }

  /** Runs `work` with these WITH items and outer rows in sight of expressions. */
  within<T>(env: QueryEnv, work: () => T): T {
    const before = this.env;
    this.env = env;
    try {
      return work();
    } finally {
      this.env = before;
    }
  }
}

/** The node with its place in the text, where origins are asked for. */
export function withOrigin<R extends Rel>(rel: R, place: Place | undefined, { bind, source }: QueryContext): R {
  return bind.origins && place ? { ...rel, origin: { text: source, start: place.start, end: place.end } } : rel;
}

/** Calcite's validator error with its place. */
export function validatorError(place: Place, message: string, code: string): SqlError {
  return sqlError('SqlValidatorException', place, message, code, true);
}

/** An error of Flink's planner that names no place; the range is ours. */
export function unplacedError(exception: string, place: Place, message: string, code: string): SqlError {
  return sqlError(exception, place, message, code, false);
}

function sqlError(exception: string, place: Place, message: string, code: string, placed: boolean): SqlError {
  return new SqlError({ severity: 'error', code, message, exception, start: place.start, end: place.end, placed });
}

/** Something that Flink has and this binder has not yet: said plainly, never answered wrongly. */
export function unsupported(place: Place, what: string): SqlError {
  return unplacedError('TableException', place, `${what} is not supported yet.`, 'unsupported');
}
