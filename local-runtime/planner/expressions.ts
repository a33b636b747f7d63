import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { QUERY_START } from '../codegen/env.ts';
import {
  type CompiledCalc,
  type CompiledScalar,
  compileCalc,
  compileJoinCondition,
  compileScalar,
  type ExprEnv,
  type JoinCondition,
} from '../codegen/index.ts';
import { CalcOperator, WatermarkedCalcOperator } from '../operators/calc.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';

type Types = readonly LogicalType[];

/** Surroundings of the expressions of one operator. */
function expressionEnv(context: OperatorContext, watermark?: () => number | undefined): ExprEnv {
  const isBatch = context.options['execution.runtime-mode']?.toLowerCase() === 'batch';
  const told = context.options[QUERY_START];
  const start = isBatch ? { queryStart: told === undefined ? context.clock.now() : Number(told) } : {};
  const env = { zone: context.zone, options: context.options, clock: context.clock, ...start };
  return watermark ? { ...env, watermark } : env;
}

/** The operator of a filter and projection. */
export function calcOperator(
  exprs: readonly Rex[],
  condition: Rex | null,
  types: Types,
  context: OperatorContext,
): Operator {
  const all = condition ? [...exprs, condition] : exprs;
  if (!all.some(asksWatermark)) return new CalcOperator(calcProgram(exprs, condition, types, context), context.output);
  let operator: WatermarkedCalcOperator | undefined;
  const program = compileCalc(
    exprs,
    condition,
    types,
    expressionEnv(context, () => operator?.watermark),
  );
  operator = new WatermarkedCalcOperator(program, types, context.output);
  return operator;
}

/** Does it ask for CURRENT_WATERMARK? */
export function asksWatermark(rex: Rex): boolean {
  if (rex.kind === 'Call') return rex.fn === 'CURRENT_WATERMARK' || rex.operands.some(asksWatermark);
  return rex.kind === 'FieldAccess' && asksWatermark(rex.operand);
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
