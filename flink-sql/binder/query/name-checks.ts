import { SqlError } from '../../diagnostics.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Expression, Relation } from '../../syntax/ast.ts';
import { walk } from '../../syntax/walk.ts';
import { bindExpression } from '../expressions/index.ts';
import type { Scope } from '../expressions/scope.ts';
import { type QueryContext, validatorError } from './context.ts';

const ABOUT_NAMES = new Set(['unknown-column', 'unknown-table', 'ambiguous-column']);

/** Binds an expression. Flink resolves all its names before it looks at a call, so a wrong name is told before any other fault. */
export function bindNamesFirst(expr: Expression, scope: Scope, context: QueryContext): Rex {
  try {
    return bindExpression(expr, scope, context.expressions);
  } catch (error) {
    if (error instanceof SqlError && !ABOUT_NAMES.has(error.diagnostic.code)) bindNames(expr, scope, context);
    throw error;
  }
}

/** Binds each column of an expression by itself; those of queries inside have other scopes. */
function bindNames(expr: Expression, scope: Scope, context: QueryContext): void {
  walk(expr, (node) => {
    if (node.kind === 'Query' || node.kind === 'Descriptor') return false;
    if (node.kind === 'ColumnRef') bindExpression(node, scope, context.expressions);
    return true;
  });
}

/** Two relations of one FROM have different names: told before any of them is looked up (SqlValidatorImpl.validateSelect). */
export function checkRelationNames(from: Relation): void {
  const seen = new Set<string>();
  const check = (relation: Relation): void => {
    if (relation.kind === 'Join') {
      check(relation.left);
      check(relation.right);
      return;
    }
    if (relation.kind === 'ParenRelation' && !relation.alias) {
      check(relation.relation);
      return;
    }
    const name = nameOf(relation);
    if (name === undefined) return;
    if (seen.has(name)) {
      throw validatorError(relation, `Duplicate relation name '${name}' in FROM clause`, 'duplicate-relation');
    }
    seen.add(name);
  };
  check(from);
}

function nameOf(relation: Relation): string | undefined {
  if ('alias' in relation && relation.alias) return relation.alias.name.name;
  return relation.kind === 'TableRef' ? relation.name.parts.at(-1)?.name : undefined;
}
