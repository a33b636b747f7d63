/** What the DDL binder uses of expression binding. */
export { bindExpression } from '../expressions/index.ts';
export { type ExpressionContext, rowScope } from '../expressions/scope.ts';

import { catalogError } from '../../catalog/errors.ts';
import type { BindContext } from '../api.ts';
import { type ExpressionContext, expressionContext as makeContext } from '../expressions/scope.ts';

/** A context in which subqueries are refused, as in computed columns and watermarks. */
export function expressionContext(ctx: BindContext, source: string): ExpressionContext {
  return makeContext(ctx, source, {
    findFunction: (parts) => ctx.catalog.function(parts),
    bindQuery: () => {
      throw catalogError('CalciteException', 'Query expression encountered in illegal context', 'subquery');
    },
    newCorrelationId: () => 0,
  });
}
