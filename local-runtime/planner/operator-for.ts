import type { Physical } from '../../flink-sql/plan/physical.ts';
import { FlinkFault } from '../errors.ts';
import { CalcOperator } from '../operators/calc.ts';
import { DropUpdateBeforeOperator } from '../operators/drop-update-before.ts';
import { GroupAggregateOperator } from '../operators/group-aggregate.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import { UnionOperator } from '../operators/union.ts';
import { WatermarkAssignerOperator } from '../operators/watermark-assigner.ts';
import { calcProgram, scalarProgram } from './expressions.ts';

/** The nodes whose output a node reads, left first. */
export function inputsOf(node: Physical): readonly Physical[] {
  switch (node.kind) {
    case 'TableSourceScan':
    case 'Values':
      return [];
    case 'Join':
      return [node.left, node.right];
    case 'Union':
      return node.inputs;
    default:
      return [node.input];
  }
}

/** The operator that carries out a node (the ExecNode's translateToPlanInternal). */
export function operatorFor(node: Physical, context: OperatorContext): Operator {
  const inputTypes = inputsOf(node).map((input) => input.fields.map((f) => f.type));
  const types = inputTypes[0] ?? [];
  switch (node.kind) {
    case 'Calc':
      return new CalcOperator(calcProgram(node.exprs, node.condition, types, context), context.output);
    case 'WatermarkAssigner':
      return new WatermarkAssignerOperator(node.timeIndex, scalarProgram(node.expr, types, context), context);
    case 'GroupAggregate':
      return new GroupAggregateOperator(node, types, context);
    case 'DropUpdateBefore':
      return new DropUpdateBeforeOperator(types, context);
    case 'Union':
      return new UnionOperator(node.inputs.length, context);
    default:
      throw new FlinkFault('TableException', `The local runtime cannot run ${node.kind} yet.`);
  }
}
