import { SqlError } from '../../diagnostics.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Expression, Relation, SyntaxNode } from '../../syntax/ast.ts';
import { walk } from '../../syntax/walk.ts';
import { bindExpression } from '../expressions/index.ts';
import type { Scope } from '../expressions/scope.ts';
import { type QueryContext, validatorError } from './context.ts';

/** Faults that Flink tells before, or as, those of names. */
const BEFORE_NAMES = new Set(['unknown-column', 'unknown-table', 'ambiguous-column']);

/** Binds an expression. Flink resolves all its names before it looks at a call, so a wrong name is told before any other fault. */
export function bindNamesFirst(expr: Expression, scope: Scope, context: QueryContext): Rex {
  return namesFirst([expr], scope, context, () => bindExpression(expr, scope, context.expressions));
}

/** As `bindNamesFirst`, for expressions of one clause that `bind` binds one after the other. */
export function namesFirst<T>(nodes: readonly SyntaxNode[], scope: Scope, context: QueryContext, bind: () => T): T {
  try {
    return bind();
  } catch (error) {
    if (error instanceof SqlError && !BEFORE_NAMES.has(error.diagnostic.code)) {
      for (const node of nodes) bindNames(node, scope, context);
    }
    throw error;
  }
}

/** As `namesFirst`, where aggregates are illegal: Flink looks for those even before (SqlValidatorImpl.validateGroupClause). */
export function aggregatesFirst<T>(node: SyntaxNode, scope: Scope, context: QueryContext, bind: () => T): T {
  try {
    return namesFirst([node], scope, context, bind);
  } catch (error) {
    walk(node, (inside) => {
      if (inside.kind === 'FunctionCall' || inside.kind === 'JsonObject' || inside.kind === 'JsonArray') {
        refuseAggregate(inside, scope, context);
      }
      return inside.kind !== 'Query';
    });
    throw error;
  }
}

function refuseAggregate(call: Expression, scope: Scope, context: QueryContext): void {
  try {
    bindExpression(call, scope, context.expressions);
  } catch (error) {
    // Any other fault of it is told in its turn.
    if (!(error instanceof SqlError) || error.diagnostic.code === 'aggregate-here') throw error;
  }
}

/** Binds each column inside a node by itself; those of queries inside have other scopes. */
function bindNames(inside: SyntaxNode, scope: Scope, context: QueryContext): void {
  walk(inside, (node) => {
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
