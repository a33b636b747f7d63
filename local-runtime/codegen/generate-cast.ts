import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import { castFunction, tryCastFunction } from '../functions/cast/cast.ts';
import { converted } from './generate-arithmetic.ts';
import { type Code, type Generator, zero } from './generator.ts';
import { numericKind } from './numeric.ts';

const isText = (root: string): boolean => root === 'CHAR' || root === 'VARCHAR';

/** CAST and TRY_CAST: inline between numbers, booleans and plain widenings; a function for the rest. */
export function generateCast(g: Generator, rex: RexCall): Code {
  const operand = g.generate(rex.operands[0] as Rex);
  const { type: to } = rex;
  const from = operand.type;
  if (operand.nul === 'true') return { nul: 'true', val: zero(to), nanos: '0', type: to };
  const fromKind = numericKind(from);
  const toKind = numericKind(to);
  if (fromKind && toKind && toKind !== 'decimal') {
    return { nul: operand.nul, val: converted(g, operand, toKind), nanos: '0', type: to };
  }
  if (toKind && toKind !== 'decimal' && from.root === 'BOOLEAN') {
    const [one, none] = toKind === 'i64' ? ['1n', '0n'] : ['1', '0'];
    return { nul: operand.nul, val: `(${operand.val} ? ${one} : ${none})`, nanos: '0', type: to };
  }
  if (to.root === 'BOOLEAN' && fromKind) {
    const none = fromKind === 'i64' || fromKind === 'decimal' ? '0n' : '0';
    return { nul: operand.nul, val: `(${operand.val} !== ${none})`, nanos: '0', type: to };
  }
  if (isSame(rex)) return { ...operand, type: to };
  const make = rex.fn === 'TRY_CAST' ? tryCastFunction : castFunction;
  const cast = g.bind(make(from, to, g.env), 'f');
  return g.strictCall(
    [operand],
    to,
    (args) => `${cast}(${args[0]})`,
    rex.fn === 'TRY_CAST' || to.root === 'DECIMAL' || isNested(to.root),
  );
}

const isNested = (root: string): boolean => root === 'ARRAY' || root === 'MAP' || root === 'ROW' || root === 'MULTISET';

/** Casts that change nothing of the value. */
function isSame(rex: RexCall): boolean {
  const from = (rex.operands[0] as Rex).type;
  const to = rex.type;
  switch (to.root) {
    case 'VARCHAR':
      return isText(from.root) && 'length' in from && from.length <= to.length;
    case 'CHAR':
      return from.root === 'CHAR' && from.length === to.length;
    case 'DECIMAL':
      return (
        from.root === 'DECIMAL' &&
        from.scale === to.scale &&
        from.precision <= to.precision &&
        from.precision <= 18 === to.precision <= 18
      );
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return from.root === to.root && from.precision <= to.precision;
    case 'BOOLEAN':
    case 'DATE':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return from.root === to.root;
    default:
      return false;
  }
}
