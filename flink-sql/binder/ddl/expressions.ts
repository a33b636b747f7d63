import { catalogError } from '../../catalog/errors.ts';
import { SqlError } from '../../diagnostics.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Expression } from '../../syntax/ast.ts';
import type { BindContext } from '../api.ts';
import { bindExpression as bind } from '../expressions/index.ts';
import { type ExpressionContext, expressionContext as makeContext, type Scope } from '../expressions/scope.ts';

export { type ExpressionContext, rowScope } from '../expressions/scope.ts';

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

const NOT_FOUND = /^(?:Column|Table) '(.*)' not found/;

/** Binds an expression of a table's schema; a name that is not there is an unknown identifier in Flink's words for DDL. */
export function bindExpression(expr: Expression, scope: Scope, context: ExpressionContext): Rex {
  try {
    return bind(expr, scope, context);
  } catch (error) {
    const name = error instanceof SqlError ? NOT_FOUND.exec(error.diagnostic.message)?.[1] : undefined;
    if (name === undefined || !(error instanceof SqlError)) {
      throw error;
    }
    throw new SqlError({ ...error.diagnostic, message: `Unknown identifier '${name}'` });
  }
}
