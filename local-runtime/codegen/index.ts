export { castToString, columnToText } from '../functions/cast/to-string.ts';
export { type CompiledCalc, compileCalc } from './compile-calc.ts';
export {
  type CompiledScalar,
  compileJoinCondition,
  compilePredicate,
  compileScalar,
  type JoinCondition,
} from './compile-scalar.ts';
export { defaultEnv, type ExprEnv } from './env.ts';
export { folder } from './fold.ts';
export { interpret } from './interpreter.ts';
