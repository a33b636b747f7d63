import type { JoinType } from '../../plan/rel.ts';
import { and, conjuncts, inputRef, isTimestamp, temporalCondition, timeAttribute } from '../../plan/rel-builder.ts';
import type { Rex, RexCorrelation } from '../../plan/rex.ts';
import { refsOf } from '../../plan/rex-refs.ts';
import type { Expression, Join, TableRef } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { bindExpression } from '../expressions/index.ts';
import { rexSome } from '../expressions/rex-util.ts';
import type { OuterScope } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, unplacedError, validatorError } from './context.ts';
import { type FromResult, fromScope } from './from-result.ts';
import { combine, joinCondition } from './join-condition.ts';
import { bindTableRef } from './table-ref.ts';

/** The time of FOR SYSTEM_TIME AS OF: a time attribute of the row beside it. Constants would be time travel, which no catalog here has. */
export function bindPeriod(period: Expression, outer: OuterScope | undefined, context: QueryContext): RexCorrelation {
  const scope = { clause: 'SELECT', relations: [], over: false, ...(outer ? { outer } : {}) } as const;
  const rex = bindExpression(period, scope, context.expressions);
  if (!isTimestamp(rex.type)) {
    throw validatorError(
      period,
      `The system time period specification expects Timestamp type but is '${rex.type.root === 'DECIMAL' ? 'DECIMAL' : calciteDigest(rex.type)}'`,
      'system-time',
    );
  }
  if (rex.kind === 'Correlation' && timeAttribute(rex.type) !== undefined) {
    return rex;
  }
  if (rexSome(rex, (node) => node.kind === 'Correlation')) {
    const quote = rex.kind === 'Correlation' ? '' : "'";
    throw unplacedError(
      'ValidationException',
      period,
      `Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field${quote}`,
      'system-time',
    );
  }
  if (rexSome(rex, (node) => node.kind === 'Call' && node.fn === 'PROCTIME')) {
    throw unplacedError(
      'ValidationException',
      period,
      `Unsupported time travel expression: ${context.source.slice(period.start, period.end)} for the expression can not be reduced to a constant by Flink.`,
      'system-time',
    );
  }
  throw unplacedError(
    'UnsupportedOperationException',
    period,
    'getTable(ObjectPath, long) is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.',
    'system-time',
  );
}

/** A join with the versions of a table at the left row's time: FOR SYSTEM_TIME AS OF left.time. */
export function bindTemporal(
  node: Join,
  ref: TableRef & { readonly systemTime: Expression },
  left: FromResult,
  joinType: JoinType,
  env: QueryEnv,
  context: QueryContext,
): FromResult {
  const { systemTime, ...plain } = ref;
  const table = bindTableRef(plain, env, context);
  const id = context.newCorrelationId();
  const outer = { scope: fromScope('SELECT', left.relations, env), id };
  const period = bindPeriod(systemTime, outer, context);
  const right: FromResult = {
    ...table,
    rel: { kind: 'Snapshot', fields: table.rel.fields, input: table.rel, period },
  };
  const combined = combine(left, right, joinType);
  const { rex, using } = joinCondition(node, left, right, combined, env, context);
  if (joinType !== 'INNER' && joinType !== 'LEFT') {
    throw unplacedError('IllegalStateException', node, `Unknown join type ${joinType}`, 'join-type');
  }
  const width = left.rel.fields.length;
  // A lookup by processing time has other words for it, once it is known what the connector can do.
  const isEventTime = timeAttribute(period.type) === 'ROWTIME';
  if (isEventTime && !conjuncts(rex).some((part) => isKey(part, width))) {
    throw unplacedError(
      'ValidationException',
      node,
      'Currently the join key in Temporal Table Join can not be empty.',
      'temporal-join',
    );
  }
  const rowtime = table.rel.fields.findIndex((field) => timeAttribute(field.type) === 'ROWTIME');
  const times = [inputRef(combined.fields, period.index)];
  if (rowtime >= 0 && isEventTime) {
    times.push(inputRef(combined.fields, width + rowtime));
  }
  return combined.result({ rex: and([rex, temporalCondition(times)]), using });
}

/** Does a condition equate something of the left row with something of the right one? */
function isKey(rex: Rex, width: number): boolean {
  if (rex.kind !== 'Call' || (rex.fn !== '=' && rex.fn !== 'IS NOT DISTINCT FROM')) {
    return false;
  }
  const sides = rex.operands.map((operand) => {
    const used = [...refsOf(operand)];
    const isLeft = used.every((index) => index < width);
    return used.length === 0 ? 'none' : isLeft ? 'left' : used.every((index) => index >= width) ? 'right' : 'both';
  });
  return sides.includes('left') && sides.includes('right');
}
