import type { DerivedTable, MatchRecognize, Relation, TableFunction, Unnest } from '../../syntax/ast.ts';
import { bindExpression } from '../expressions/index.ts';
import type { OuterScope } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, unsupported, validatorError } from './context.ts';
import { aliased, type FromResult, single } from './from-result.ts';
import { bindJoin } from './join.ts';
import { bindMatch } from './match.ts';
import { outputNames } from './output-names.ts';
import { bindQuery } from './query.ts';
import { bindTableCall } from './table-calls.ts';
import { bindTableRef } from './table-ref.ts';
import { bindUnnest } from './unnest.ts';
import { bindUserTableFunction } from './user-table-function.ts';
import { bindWindowFunction, windowFunctionName } from './window-function.ts';

/** Binds an item of FROM. `left` are the items before it, which LATERAL sees. */
export function bindRelation(relation: Relation, env: QueryEnv, context: QueryContext): FromResult {
  switch (relation.kind) {
    case 'TableRef':
      return bindTableRef(relation, env, context);
    case 'DerivedTable':
      return bindDerived(relation, env, context);
    case 'TableFunction':
      return bindTableFunction(relation, env, context);
    case 'ParenRelation': {
      const inner = bindRelation(relation.relation, env, context);
      return relation.alias ? aliased(inner.rel, relation.alias) : inner;
    }
    case 'Join':
      return bindJoin(relation, env, context);
    case 'Unnest':
      return bindUnnested(relation, env.outer, context);
    case 'MatchRecognize':
      return bindMatchRecognize(relation, env, context);
    case 'Pivot':
      throw unsupported(relation, 'PIVOT');
    case 'Unpivot':
      throw unsupported(relation, 'UNPIVOT');
    case 'Invalid':
      throw unsupported(relation, 'This relation');
  }
}

function bindMatchRecognize(relation: MatchRecognize, env: QueryEnv, context: QueryContext): FromResult {
  const { alias } = relation;
  if (alias?.columns) {
    // Calcite places it at the keyword.
    const rest = context.source.slice(relation.input.end);
    const start = relation.input.end + rest.length - rest.trimStart().length;
    throw validatorError(
      { start, end: relation.end },
      `Duplicate relation name '${alias.name.name}' in FROM clause`,
      'duplicate-alias',
    );
  }
  return single(bindMatch(relation, bindRelation(relation.input, env, context), env, context), alias?.name.name);
}

export function bindDerived(relation: DerivedTable, env: QueryEnv, context: QueryContext): FromResult {
  const rel = bindQuery(relation.query, { ctes: env.ctes, ...(env.outer ? { outer: env.outer } : {}) }, context);
  const written = outputNames(relation.query, rel);
  return relation.alias ? aliased(rel, relation.alias, written) : single(rel, undefined, undefined, written);
}

export function bindUnnested(relation: Unnest, outer: OuterScope | undefined, context: QueryContext): FromResult {
  const rel = bindUnnest(relation, outer, context);
  return relation.alias ? aliased(rel, relation.alias) : single(rel, undefined);
}

export function bindTableFunction(
  relation: TableFunction,
  env: QueryEnv,
  context: QueryContext,
  outer: OuterScope | undefined = env.outer,
): FromResult {
  const fn = windowFunctionName(relation.call);
  if (fn === undefined) {
    // No built-in function gives a table: binding the call says that there is none of this name, or what its arguments lack.
    const called = bindTableCall(relation.call, env, context, outer);
    if (called) {
      return relation.alias ? aliased(called, relation.alias) : single(called, undefined);
    }
    const own = bindUserTableFunction(relation.call, context, outer);
    if (own) {
      return relation.alias ? aliased(own, relation.alias) : single(own, undefined);
    }
    const scope = { clause: 'SELECT', relations: [], over: false, ...(outer ? { outer } : {}) } as const;
    bindExpression(relation.call, scope, context.expressions);
    throw unsupported(relation, 'Table functions other than TUMBLE, HOP, CUMULATE and SESSION');
  }
  const rel = bindWindowFunction(fn, relation.call, env, context);
  return relation.alias ? aliased(rel, relation.alias) : single(rel, undefined);
}
