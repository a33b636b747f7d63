import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { castFunction } from './cast/cast.ts';
import { comparable, equality } from './compare.ts';
import { bound, type CallSite, type FunctionImpl, type FunctionTable, nullAware, plain } from './impl.ts';

/** Arguments brought to the result's type where the planner left them apart. */
function toResult(site: CallSite, from: number): ((value: Value) => Value)[] {
  return site.operandTypes.slice(from).map((type) => {
    if (type.root === site.type.root && !('scale' in type) && !('precision' in type)) return (value) => value;
    const cast = castFunction(type, site.type, site.env);
    return (value) => (value === null ? null : cast(value));
  });
}

const coalesce = nullAware((site) => {
  const casts = toResult(site, 0);
  return (...args: Value[]) => {
    for (let i = 0; i < args.length; i++) {
      if (args[i] !== null) return (casts[i] as (v: Value) => Value)(args[i] as Value);
    }
    return null;
  };
});

const extreme = (sign: 1 | -1): FunctionImpl =>
  bound((site) => {
    const casts = toResult(site, 0);
    const order = comparable(site.type, site.type) ?? (() => 0);
    return (...args: Value[]) => {
      let best = (casts[0] as (v: Value) => Value)(args[0] as Value);
      for (let i = 1; i < args.length; i++) {
        const next = (casts[i] as (v: Value) => Value)(args[i] as Value);
        if (best === null || next === null) return null;
        if (order(next, best) * sign > 0) best = next;
      }
      return best;
    };
  });

/** IF as a function; generated code inlines it as CASE. */
const ifThenElse = nullAware((site) => {
  const casts = toResult(site, 1);
  return (condition: Value, yes: Value, no: Value) =>
    condition === true ? (casts[0] as (v: Value) => Value)(yes) : (casts[1] as (v: Value) => Value)(no);
});

export const conditionalFunctions: FunctionTable = {
  COALESCE: coalesce,
  IFNULL: coalesce,
  GREATEST: extreme(1),
  LEAST: extreme(-1),
  IF: ifThenElse,
  NULLIF: nullAware((site) => {
    const equal = equality(site.operandTypes[0] as LogicalType, site.operandTypes[1] as LogicalType);
    return (a: Value, b: Value) => (a !== null && b !== null && equal(a, b) === true ? null : a);
  }),
  CURRENT_DATABASE: bound((site) => () => site.env.database ?? 'default_database'),
  CURRENT_CATALOG: plain(() => 'default_catalog'),
};
