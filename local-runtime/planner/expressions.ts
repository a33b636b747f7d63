import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import {
  type CompiledCalc,
  type CompiledScalar,
  compileCalc,
  compileJoinCondition,
  compileScalar,
  type ExprEnv,
  type JoinCondition,
} from '../codegen/index.ts';
import type { OperatorContext } from '../operators/operator.ts';

type Types = readonly LogicalType[];

/** Surroundings of the expressions of one operator. */
function expressionEnv(context: OperatorContext): ExprEnv {
  return { zone: context.zone, options: context.options, clock: context.clock };
}

export function calcProgram(
  exprs: readonly Rex[],
  condition: Rex | null,
  types: Types,
  context: OperatorContext,
): CompiledCalc {
  return compileCalc(exprs, condition, types, expressionEnv(context));
}

export function scalarProgram(rex: Rex, types: Types, context: OperatorContext): CompiledScalar {
  return compileScalar(rex, types, expressionEnv(context));
}

export function joinCondition(rex: Rex, left: Types, right: Types, context: OperatorContext): JoinCondition {
  return compileJoinCondition(rex, left, right, expressionEnv(context));
}
