import { mapOperands, rexEquals } from '../../flink-sql/binder/expressions/rex-util.ts';
import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';

/** A call of a user's function that is made for whole columns, before the expressions that it stands in are evaluated. */
export interface StagedCall {
  readonly call: RexCall;
  /** Its arguments, over the input and the results of the calls before it. */
  readonly args: readonly Rex[];
  /** Rows for which it is made at all: Flink evaluates CASE, AND, OR and IF only as far as needed. Absent: all. */
  readonly guard?: Rex;
}

/** Expressions with their calls taken out: result `k` stands in column `width + k`. */
export interface Staged {
  readonly calls: readonly StagedCall[];
  readonly exprs: readonly Rex[];
}

export const callsUserFunction = (rex: Rex): boolean =>
  rex.kind === 'Call'
    ? rex.udf !== undefined || rex.operands.some(callsUserFunction)
    : rex.kind === 'FieldAccess' && callsUserFunction(rex.operand);

const is = (test: string, rex: Rex): Rex => ({ kind: 'Call', fn: test, operands: [rex], type: types.boolean(false) });

function both(guard: Rex | undefined, more: Rex): Rex {
  return guard ? { kind: 'Call', fn: 'AND', operands: [guard, more], type: types.boolean(false) } : more;
}

/** Takes the calls out of expressions over rows of `width` columns; inner calls come before those that take their results. */
export function stage(exprs: readonly Rex[], width: number): Staged {
  const calls: StagedCall[] = [];

  const walk = (rex: Rex, guard: Rex | undefined): Rex => {
    if (!callsUserFunction(rex)) return rex;
    if (rex.kind !== 'Call') return mapOperands(rex, (operand) => walk(operand, guard));
    if (rex.udf) return staged(rex, guard);
    switch (rex.fn) {
      case 'CASE':
        return walkCase(rex, guard);
      case 'IF': {
        const [condition, ...branches] = rex.operands as [Rex, ...Rex[]];
        const test = walk(condition, guard);
        const [then, otherwise] = branches as [Rex, Rex];
        const operands = [
          test,
          walk(then, both(guard, is('IS TRUE', test))),
          walk(otherwise, both(guard, is('IS NOT TRUE', test))),
        ];
        return { ...rex, operands };
      }
      case 'AND':
      case 'OR': {
        let reached = guard;
        const operands = rex.operands.map((operand) => {
          const made = walk(operand, reached);
          reached = both(reached, is(rex.fn === 'AND' ? 'IS NOT FALSE' : 'IS NOT TRUE', made));
          return made;
        });
        return { ...rex, operands };
      }
      default:
        return { ...rex, operands: rex.operands.map((operand) => walk(operand, guard)) };
    }
  };

  const walkCase = (rex: RexCall, guard: Rex | undefined): Rex => {
    let reached = guard;
    const operands: Rex[] = [];
    for (let i = 0; i + 1 < rex.operands.length; i += 2) {
      const test = walk(rex.operands[i] as Rex, reached);
      operands.push(test, walk(rex.operands[i + 1] as Rex, both(reached, is('IS TRUE', test))));
      reached = both(reached, is('IS NOT TRUE', test));
    }
    operands.push(walk(rex.operands.at(-1) as Rex, reached));
    return { ...rex, operands };
  };

  const staged = (rex: RexCall, guard: Rex | undefined): Rex => {
    const args = rex.operands.map((operand) => walk(operand, guard));
    const known = rex.udf?.deterministic
      ? calls.findIndex(
          (other) =>
            other.call.udf?.className === rex.udf?.className &&
            sameAll(other.args, args) &&
            (other.guard === undefined || (guard !== undefined && rexEquals(other.guard, guard))),
        )
      : -1;
    const at = known >= 0 ? known : calls.push({ call: rex, args, ...(guard && { guard }) }) - 1;
    // Where the call is not made, the value is NULL, and not looked at.
    const type: LogicalType = calls[at]?.guard ? { ...rex.type, nullable: true } : rex.type;
    return { kind: 'InputRef', index: width + at, type };
  };

  const made = exprs.map((expr) => walk(expr, undefined));
  return { calls, exprs: made };
}

const sameAll = (a: readonly Rex[], b: readonly Rex[]): boolean =>
  a.length === b.length && a.every((rex, i) => rexEquals(rex, b[i] as Rex));
