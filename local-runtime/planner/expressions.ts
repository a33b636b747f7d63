import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { type CompiledCalc, type CompiledScalar, compileCalc, compileScalar } from '../codegen/compile.ts';
import type { ExprEnv } from '../codegen/env.ts';
import type { OperatorContext } from '../operators/operator.ts';

/** Surroundings of the expressions of one operator. */
export function expressionEnv(context: OperatorContext): ExprEnv {
  return { zone: context.zone, options: context.options, clock: context.clock };
}

export function calcProgram(
  exprs: readonly Rex[],
  condition: Rex | null,
  types: readonly LogicalType[],
  context: OperatorContext,
): CompiledCalc {
  return compileCalc(exprs, condition, types, expressionEnv(context));
}

export function scalarProgram(rex: Rex, types: readonly LogicalType[], context: OperatorContext): CompiledScalar {
  return compileScalar(rex, types, expressionEnv(context));
}
