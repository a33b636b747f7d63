import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', 'NEGATE']);

/**
 * Is the call NULL exactly where an operand is, so that `IS NULL` of it asks the operands and never computes it
 * (RexSimplify.simplifyIsNull)? `1 / 0 IS NULL` is FALSE. A DECIMAL is also NULL where it overflows.
 */
export const isNullAsItsOperands = (rex: Rex): rex is RexCall =>
  rex.kind === 'Call' && ARITHMETIC.has(rex.fn) && rex.type.root !== 'DECIMAL';
