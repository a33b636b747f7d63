import type { Rex } from '../../plan/rex.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { additionType, asDecimal, divisionType, moduloType, multiplicationType } from '../../types/decimal.ts';
import {
  isApproximate,
  isDateTime,
  isDecimal,
  isExact,
  isInteger,
  isInterval,
  isNumeric,
} from '../../types/families.ts';
import { type LogicalType, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { anyNullable, call, literal, promoteTo } from './binder.ts';
import { invalid, type Place, refused } from './errors.ts';

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%';

const FORMS: Readonly<Record<ArithmeticOp, string>> = {
  '+': "'<NUMERIC> + <NUMERIC>'\n'<DATETIME_INTERVAL> + <DATETIME_INTERVAL>'\n'<DATETIME> + <DATETIME_INTERVAL>'\n'<DATETIME_INTERVAL> + <DATETIME>'",
  '-': "'<NUMERIC> - <NUMERIC>'\n'<DATETIME_INTERVAL> - <DATETIME_INTERVAL>'\n'<DATETIME> - <DATETIME_INTERVAL>'",
  '*': "'<NUMERIC> * <NUMERIC>'\n'<DATETIME_INTERVAL> * <NUMERIC>'\n'<NUMERIC> * <DATETIME_INTERVAL>'",
  '/': "'<NUMERIC> / <NUMERIC>'\n'<DATETIME_INTERVAL> / <NUMERIC>'",
  '%': "'<EXACT_NUMERIC> % <EXACT_NUMERIC>'",
};

const shown = (type: LogicalType): string => `<${calciteDigest(type).toUpperCase()}>`;

/** Arithmetic with Flink's result types; `name` is MOD when written as a function. */
export function bindArithmetic(op: ArithmeticOp, left: Rex, right: Rex, place: Place, name: string = op): Rex {
  const [a, b] = [left.type, right.type];
  const temporal = bindTemporal(op, left, right, place);
  if (temporal) return temporal;
  const accepted = op === '%' ? isExact(a) && isExact(b) : isNumeric(a) && isNumeric(b);
  if (!accepted) {
    const usage = name === op ? `${shown(a)} ${op} ${shown(b)}` : `${name}(${shown(a)}, ${shown(b)})`;
    const forms = name === op ? FORMS[op] : `'${name}(<EXACT_NUMERIC>, <EXACT_NUMERIC>)'`;
    const message = `Cannot apply '${name}' to arguments of type '${usage}'. Supported form(s): ${forms}`;
    throw invalid(place, 'bad-arguments', message);
  }
  const isNullable = anyNullable([left, right]);
  if (op === '%' && isInteger(a) && isInteger(b)) {
    // Flink computes in the wider type and gives the type of the right side.
    const wide = leastRestrictive([a, b]) as LogicalType;
    const remainder = call('%', [promoteTo(left, wide), promoteTo(right, wide)], withNullability(wide, isNullable));
    return promoteTo(remainder, b);
  }
  if ((isDecimal(a) || isDecimal(b)) && isExact(a) && isExact(b)) return decimalArithmetic(op, left, right, isNullable);
  const common = leastRestrictive([a, b]) as LogicalType;
  if (isApproximate(a) && isApproximate(b) && a.root !== b.root) {
    // FLOAT op DOUBLE has the type of the left side, to which the generated code casts both.
    return call(op, [promoteTo(left, a), promoteTo(right, a)], withNullability(a, isNullable));
  }
  return call(op, [promoteTo(left, common), promoteTo(right, common)], withNullability(common, isNullable));
}

function decimalArithmetic(op: ArithmeticOp, left: Rex, right: Rex, isNullable: boolean): Rex {
  const [a, b] = [asDecimal(left.type), asDecimal(right.type)];
  const rule = {
    '+': additionType,
    '-': additionType,
    '*': multiplicationType,
    '/': divisionType,
    '%': moduloType,
  }[op];
  return call(op, [promoteTo(left, a), promoteTo(right, b)], withNullability(rule(a, b), isNullable));
}

/** Dates, times and intervals: the temporal operand comes first in the plan. */
function bindTemporal(op: ArithmeticOp, left: Rex, right: Rex, place: Place): Rex | undefined {
  const [a, b] = [left.type, right.type];
  const isNullable = anyNullable([left, right]);
  if (op === '+' || op === '-') {
    if (isDateTime(a) && isInterval(b)) {
      return call(op, [left, right], withNullability(withoutTimeAttribute(a), isNullable));
    }
    if (op === '+' && isInterval(a) && isDateTime(b)) {
      return call(op, [right, left], withNullability(withoutTimeAttribute(b), isNullable));
    }
    if (isInterval(a) && isInterval(b) && a.root === b.root)
      return call(op, [left, right], withNullability(a, isNullable));
  }
  if (op === '*' && isInterval(a) && isNumeric(b)) return call(op, [left, right], withNullability(a, isNullable));
  if (op === '*' && isNumeric(a) && isInterval(b)) return call(op, [right, left], withNullability(b, isNullable));
  if (op === '/' && isInterval(a) && isNumeric(b)) {
    const message = `Unsupported call: /(${asSummaryString(a)}, ${asSummaryString(b)})`;
    throw refused(
      place,
      'unsupported-operator',
      `${message}\nIf you think this function should be supported, you can create an issue and start a discussion for it.`,
      'CodeGenException',
    );
  }
  return undefined;
}

/** Unary plus and minus. */
export function bindNegation(op: '+' | '-', operand: Rex, place: Place): Rex {
  const { type } = operand;
  if (!isNumeric(type) && !isInterval(type)) {
    const message = `Cannot apply '${op}' to arguments of type '${op}${shown(type)}'. Supported form(s): '${op}<NUMERIC>'\n'${op}<DATETIME_INTERVAL>'`;
    throw invalid(place, 'bad-arguments', message);
  }
  if (op === '+') return operand;
  if (operand.kind === 'Literal' && isInterval(type)) {
    const { value } = operand;
    if (typeof value === 'number' || typeof value === 'bigint') return literal(-value, type);
  }
  return call('NEGATE', [operand], type);
}
