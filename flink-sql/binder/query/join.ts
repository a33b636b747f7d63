import type { JoinType } from '../../plan/rel.ts';
import { correlate, filter, inputRef, isTrue } from '../../plan/rel-builder.ts';
import type { DerivedTable, Join, TableFunction, Unnest } from '../../syntax/ast.ts';
import { rewriteRex } from '../expressions/rex-util.ts';
import { type QueryContext, type QueryEnv, unplacedError, unsupported, validatorError, withOrigin } from './context.ts';
import { bindDerived, bindRelation, bindTableFunction, bindUnnested } from './from.ts';
import { type FromResult, fromScope } from './from-result.ts';
import { combine, joinCondition } from './join-condition.ts';
import { relUsesCorrelation } from './rel-walk.ts';
import { bindTemporal } from './temporal.ts';
import { callsUserFunction } from './user-table-function.ts';
import { windowFunctionName } from './window-function.ts';

const JOIN_TYPES: Readonly<Record<string, JoinType>> = {
  COMMA: 'INNER',
  CROSS: 'INNER',
  INNER: 'INNER',
  LEFT: 'LEFT',
  RIGHT: 'RIGHT',
  FULL: 'FULL',
  'LEFT SEMI': 'SEMI',
  'LEFT ANTI': 'ANTI',
};

/** Binds a join of any kind. */
export function bindJoin(node: Join, env: QueryEnv, context: QueryContext): FromResult {
  const joined = bindAnyJoin(node, env, context);
  if (!context.bind.origins) return joined;
  const place = { start: node.opStart, end: node.opEnd };
  // The condition of a lateral join is a filter above it.
  const { rel } = joined;
  const isFiltered = rel.kind === 'Filter' && rel.input.kind === 'Correlate';
  const placed = isFiltered
    ? { ...rel, input: withOrigin(rel.input, place, context) }
    : withOrigin(rel, place, context);
  return { ...joined, rel: placed };
}

function bindAnyJoin(node: Join, env: QueryEnv, context: QueryContext): FromResult {
  const joinType = JOIN_TYPES[node.type];
  if (!joinType) {
    throw unsupported({ start: node.opStart, end: node.opEnd }, node.type);
  }
  const left = bindRelation(node.left, env, context);
  if (node.right.kind === 'Unnest' || (node.right.kind === 'DerivedTable' && node.right.lateral)) {
    return bindLateral(node, node.right, left, joinType, env, context);
  }
  if (node.right.kind === 'TableFunction' && callsUserFunction(node.right, context)) {
    return bindLateral(node, node.right, left, joinType, env, context);
  }
  if (node.right.kind === 'TableRef' && node.right.systemTime) {
    return bindTemporal(node, { ...node.right, systemTime: node.right.systemTime }, left, joinType, env, context);
  }
  const right =
    node.right.kind === 'TableFunction' && windowFunctionName(node.right.call) === undefined
      ? bindTableFunction(node.right, env, context, {
          scope: fromScope('SELECT', left.relations, env),
          id: context.newCorrelationId(),
        })
      : bindRelation(node.right, env, context);
  checkCondition(node);
  const combined = combine(left, right, joinType);
  const condition = joinCondition(node, left, right, combined, env, context);
  return { ...combined.result(condition) };
}

function checkCondition(node: Join): void {
  const isCross = node.type === 'COMMA' || node.type === 'CROSS';
  if (isCross || node.natural || node.on || node.using) return;
  throw validatorError(
    { start: node.joinStart, end: node.joinStart + 4 },
    'INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)',
    'join-condition',
  );
}

function bindLateral(
  node: Join,
  lateral: DerivedTable | TableFunction | Unnest,
  left: FromResult,
  wanted: JoinType,
  env: QueryEnv,
  context: QueryContext,
): FromResult {
  const isRefused = wanted === 'RIGHT' || wanted === 'FULL';
  if (isRefused) {
    context.whenBound(() => {
      throw unplacedError('IllegalStateException', node, `Unknown join type ${wanted}`, 'join-type');
    });
  }
  const joinType = isRefused ? 'LEFT' : wanted;
  const id = context.newCorrelationId();
  const scope = fromScope('SELECT', left.relations, env);
  const outer = { scope, id };
  const right =
    lateral.kind === 'Unnest'
      ? bindUnnested(lateral, outer, context)
      : lateral.kind === 'TableFunction'
        ? bindTableFunction(lateral, env, context, outer)
        : bindDerived(lateral, { ctes: env.ctes, outer }, context);
  checkCondition(node);
  const combined = combine(left, right, joinType);
  const condition = joinCondition(node, left, right, combined, env, context);
  const result = combined.result(condition);
  if (!relUsesCorrelation(right.rel, id)) {
    return result;
  }
  const { rex } = condition;
  if (isTrue(rex)) {
    return { ...result, rel: correlate(left.rel, right.rel, joinType, id) };
  }
  if (joinType === 'INNER') {
    return { ...result, rel: filter(correlate(left.rel, right.rel, joinType, id), rex) };
  }
  // The condition of an outer join counts before rows are padded: it belongs to the right side.
  const width = left.rel.fields.length;
  const over = rewriteRex(rex, (node) => {
    if (node.kind !== 'InputRef') {
      return node;
    }
    return node.index < width
      ? { kind: 'Correlation', id, index: node.index, type: node.type }
      : inputRef(right.rel.fields, node.index - width);
  });
  return { ...result, rel: correlate(left.rel, filter(right.rel, over), joinType, id) };
}
