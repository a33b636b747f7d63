import type { Query } from '../syntax/ast.ts';
import type { BindContext } from './api.ts';

/** The text that SHOW CREATE VIEW prints. */
export function unparseQuery(query: Query, source: string, _ctx: BindContext): string {
  return source.slice(query.start, query.end);
}
