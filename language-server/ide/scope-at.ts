import type { ScopeRelation } from '../../flink-sql/binder/expressions/scope.ts';
import type { BindContext } from '../../flink-sql/binder/index.ts';
import { scopeOfSelect } from '../../flink-sql/binder/inspect.ts';
import type { Query, Select, SyntaxNode } from '../../flink-sql/syntax/ast.ts';

/** What names mean at a place in a query. */
export interface ScopeAt {
  /** Relations of the innermost SELECT first, then those of the queries around it. */
  readonly relations: readonly ScopeRelation[];
  /** WITH items in sight. */
  readonly ctes: readonly string[];
  readonly select: Select | undefined;
}

/** Finds the scope for the nodes around an offset (see pathAt). Broken parts of FROM are left out, the rest is understood. */
export function scopeAt(path: readonly SyntaxNode[], text: string, context: BindContext): ScopeAt {
  const queries = path.filter((n): n is Query => n.kind === 'Query');
  const selects = path.filter((n): n is Select => n.kind === 'Select');
  const ctes = queries.flatMap((q) => q.with?.items.map((i) => i.name.name) ?? []);
  const relations = [...selects].reverse().flatMap((select) => scopeOfSelect(select, queries, text, context));
  return { relations, ctes, select: selects.at(-1) };
}
