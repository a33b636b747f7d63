import type { LookupJoin } from '../../flink-sql/plan/physical.ts';
import type { ConnectorEnvironment } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/registry.ts';
import { FlinkFault } from '../errors.ts';
import { LookupJoinOperator } from '../operators/lookup-join.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import { calcProgram, joinCondition } from './expressions.ts';

/** The operator of a lookup join with its way to the table (StreamExecLookupJoin). */
export function lookupJoinOperator(node: LookupJoin, context: OperatorContext, env: ConnectorEnvironment): Operator {
  const { openLookup, identifier } = connectorFor(node.options);
  if (!openLookup) throw new FlinkFault('TableException', `The connector '${identifier}' cannot look up rows by key.`);
  const inputTypes = node.input.fields.map((field) => field.type);
  const columnTypes = node.columns.map((field) => field.type);
  const madeTypes = node.exprs?.map((expr) => expr.type) ?? columnTypes;
  const parts = {
    ...(node.exprs ? { calc: calcProgram(node.exprs, null, columnTypes, context) } : {}),
    ...(node.condition ? { condition: joinCondition(node.condition, inputTypes, madeTypes, context) } : {}),
    open: () =>
      openLookup({
        table: node.table,
        options: node.options,
        projected: node.projected,
        fields: node.columns,
        keys: node.tableKeys,
        env,
      }),
  };
  return new LookupJoinOperator(node, inputTypes, parts, context);
}
