import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import { isDeterministic } from '../functions/registry.ts';

/** What tells one expression from another. */
export const rexKey = (rex: Rex): string =>
  JSON.stringify(rex, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

/** Are calls of this function worth keeping? Operators are quick, or evaluated in part only. */
const isCostly = (rex: RexCall): boolean =>
  /^[A-Z]+_[A-Z_]+$|^(REPLACE|UPPER|LOWER|TRIM|SUBSTRING|PARSE_URL|MD5)$/.test(rex.fn);

/**
 * Calls that the condition evaluates for every row, whatever their results, and that come again in it or in the projection: they are
 * evaluated once. Inner ones come first. Calls that answer anew each time are left alone.
 */
export function sharedCalls(condition: Rex | null, projection: readonly (Rex | undefined)[]): RexCall[] {
  if (condition === null) return [];
  const counts = new Map<string, number>();
  const count = (rex: Rex): void => {
    if (rex.kind === 'FieldAccess') count(rex.operand);
    if (rex.kind !== 'Call') return;
    const key = rexKey(rex);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    rex.operands.forEach(count);
  };
  for (const rex of [condition, ...projection]) if (rex) count(rex);
  const found = new Map<string, RexCall>();
  const certain = (rex: Rex): void => {
    if (rex.kind === 'FieldAccess') certain(rex.operand);
    if (rex.kind !== 'Call') return;
    // Of these only the first operand is evaluated in any case.
    const isLazy = rex.fn === 'AND' || rex.fn === 'OR' || rex.fn === 'CASE' || rex.fn === 'IN';
    for (const operand of isLazy ? rex.operands.slice(0, 1) : rex.operands) certain(operand);
    const key = rexKey(rex);
    if (isCostly(rex) && (counts.get(key) ?? 0) > 1 && isStable(rex)) found.set(key, rex);
  };
  certain(condition);
  return [...found.values()];
}

const isStable = (rex: Rex): boolean =>
  rex.kind === 'Call'
    ? rex.udf === undefined && isDeterministic(rex.fn) && rex.operands.every(isStable)
    : rex.kind === 'FieldAccess'
      ? isStable(rex.operand)
      : true;
