import type { Rex, RexCall } from '../../flink-sql/plan/rex.ts';
import type { DecimalType, LogicalType } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { FlinkFault } from '../errors.ts';
import { decimalToDouble, decimalToLong } from '../functions/decimal.ts';
import { decimalArithmetic } from '../functions/decimal-arithmetic.ts';
import {
  byZero,
  divideInt,
  divideLong,
  doubleToInt,
  doubleToLong,
  remainderInt,
  remainderLong,
} from '../functions/integers.ts';
import { addMonths, addMonthsToDate, MILLIS_PER_DAY, subtractMonths } from '../functions/java/calendar.ts';
import { anyNull, type Code, type Generator } from './generator.ts';
import { convert, type Helpers, type NumericKind, narrow, numericKind } from './numeric.ts';

export const helpersOf = (g: Generator): Helpers => ({
  doubleToInt: g.bind(doubleToInt, 'h'),
  doubleToLong: g.bind(doubleToLong, 'h'),
  decimalToDouble: g.bind(decimalToDouble, 'h'),
  decimalToLong: g.bind(decimalToLong, 'h'),
});

const scaleOf = (type: LogicalType): number => (type.root === 'DECIMAL' ? type.scale : 0);

/** The value converted to another numeric kind. */
export const converted = (g: Generator, code: Code, to: NumericKind): string =>
  convert(code.val, numericKind(code.type) as NumericKind, scaleOf(code.type), to, helpersOf(g));

/** + - * / % over numbers, dates, times and intervals (ScalarOperatorGens.generateBinaryArithmeticOperator). */
export function generateArithmetic(g: Generator, rex: RexCall): Code {
  const [left, right] = g.operands(rex.operands) as [Code, Code];
  if (numericKind(left.type) && numericKind(right.type)) return numeric(g, rex, left, right);
  return temporal(g, rex, left, right);
}

function numeric(g: Generator, rex: RexCall, left: Code, right: Code): Code {
  const { fn, type } = rex;
  const kind = numericKind(type);
  if (!kind) throw unsupported(rex);
  if (type.root === 'DECIMAL') return decimal(g, fn, left, right, type);
  const leftKind = numericKind(left.type) as NumericKind;
  // The left operand of % keeps its own type; everything else is computed in the result's type.
  const keeps = fn === '%' && leftKind !== kind;
  const at: NumericKind = keeps ? (leftKind === 'decimal' ? 'i64' : widest(leftKind, kind)) : kind;
  const a = keeps ? promote(g, left, at) : converted(g, left, kind);
  const b = keeps ? convert(converted(g, right, kind), kind, 0, at, helpersOf(g)) : converted(g, right, kind);
  let js = operate(g, fn, a, b, at);
  if (at !== kind) js = convert(`(${js})`, at, 0, kind, helpersOf(g));
  return { nul: anyNull([left, right]), val: js, nanos: '0', type };
}

const ORDER: readonly NumericKind[] = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64'];
const widest = (a: NumericKind, b: NumericKind): NumericKind => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);
const promote = (g: Generator, code: Code, at: NumericKind): string => converted(g, code, at);

/** One Java operation in a kind, with Java's overflow. */
function operate(g: Generator, fn: string, a: string, b: string, kind: NumericKind): string {
  switch (kind) {
    case 'f64':
      return `(${a} ${fn} ${b})`;
    case 'f32':
      return `Math.fround(${a} ${fn} ${b})`;
    case 'i64':
      if (fn === '/' || fn === '%') return longDivision(g, fn, a, b);
      return `BigInt.asIntN(64, ${a} ${fn} ${b})`;
    default: {
      let js: string;
      if (fn === '/') js = `${g.bind(divideInt, 'h')}(${a}, ${b})`;
      else if (fn === '%') js = `${g.bind(remainderInt, 'h')}(${a}, ${b})`;
      else if (fn === '*') js = `Math.imul(${a}, ${b})`;
      else js = `(${a} ${fn} ${b} | 0)`;
      return narrow(js, kind);
    }
  }
}

/** A call would box both BIGINTs, so the test for zero stands beside the operation where the divisor is cheap to read twice. */
function longDivision(g: Generator, fn: '/' | '%', a: string, b: string): string {
  const js = fn === '/' ? `BigInt.asIntN(64, ${a} / ${b})` : `(${a} % ${b})`;
  if (/^\(?-?[1-9]\d*n\)?$/.test(b)) return js;
  if (/^\w+(\[\w+\])?$/.test(b)) return `(${b} === 0n ? ${g.bind(failByZero, 'h')}() : ${js})`;
  return `${g.bind(fn === '/' ? divideLong : remainderLong, 'h')}(${a}, ${b})`;
}

function failByZero(): never {
  throw byZero();
}

function decimal(g: Generator, fn: string, left: Code, right: Code, type: DecimalType): Code {
  const exact = (code: Code): string => {
    const kind = numericKind(code.type) as NumericKind;
    return kind === 'decimal' || kind === 'i64' ? code.val : `BigInt(${code.val})`;
  };
  const direct = directDecimal(fn, left, right, exact, type);
  if (direct) return { nul: anyNull([left, right]), val: direct, nanos: '0', type };
  const evaluate = g.bind(decimalArithmetic(fn, left.type, right.type, type), 'f');
  return g.strictCall([left, right], type, (args) => `${evaluate}(${args.join(', ')})`);
}

/** Addition and multiplication that can neither overflow nor lose digits need no checks. */
function directDecimal(
  fn: string,
  left: Code,
  right: Code,
  exact: (code: Code) => string,
  type: DecimalType,
): string | undefined {
  if (type.precision > 18 || !isExact(left.type) || !isExact(right.type)) return undefined;
  const [s1, s2] = [scaleOf(left.type), scaleOf(right.type)];
  if (fn === '+' || fn === '-') {
    if (type.scale !== Math.max(s1, s2)) return undefined;
    const scaled = (code: Code, scale: number) =>
      type.scale === scale ? exact(code) : `${exact(code)} * ${10n ** BigInt(type.scale - scale)}n`;
    const whole = Math.max(digits(left.type) - s1, digits(right.type) - s2);
    return whole + 1 + type.scale <= type.precision ? `(${scaled(left, s1)} ${fn} ${scaled(right, s2)})` : undefined;
  }
  if (fn === '*' && type.scale === s1 + s2 && digits(left.type) + digits(right.type) <= type.precision) {
    return `(${exact(left)} * ${exact(right)})`;
  }
  return undefined;
}

const isExact = (type: LogicalType): boolean => type.root !== 'FLOAT' && type.root !== 'DOUBLE';

function digits(type: LogicalType): number {
  switch (type.root) {
    case 'DECIMAL':
      return type.precision;
    case 'TINYINT':
      return 3;
    case 'SMALLINT':
      return 5;
    case 'INTEGER':
      return 10;
    default:
      return 19;
  }
}

export function generateNegate(g: Generator, rex: RexCall): Code {
  const code = g.generate(rex.operands[0] as Rex);
  const kind = numericKind(rex.type);
  let val: string;
  if (rex.type.root === 'INTERVAL_DAY_TIME' || kind === 'i64') val = `BigInt.asIntN(64, -${code.val})`;
  else if (kind === 'decimal') val = `(-${code.val})`;
  else if (kind === 'f32' || kind === 'f64') val = `(-${code.val})`;
  else val = narrow(`(-${code.val} | 0)`, kind ?? 'i32');
  return { nul: code.nul, val, nanos: '0', type: rex.type };
}

const unsupported = (rex: RexCall): FlinkFault =>
  new FlinkFault(
    'CodeGenException',
    `Unsupported call: ${rex.fn}(${rex.operands.map((operand) => asSummaryString(operand.type)).join(', ')})`,
  );

/** Dates, times and intervals (ScalarOperatorGens.generateTemporalPlusMinus). */
function temporal(g: Generator, rex: RexCall, left: Code, right: Code): Code {
  const { fn, type } = rex;
  const nul = anyNull([left, right]);
  const plain = (val: string): Code => ({ nul, val, nanos: '0', type });
  const [l, r] = [left.type.root, right.type.root];
  const interval = (root: string) => root === 'INTERVAL_DAY_TIME' || root === 'INTERVAL_YEAR_MONTH';
  if (fn === '*') {
    // An interval times a number is computed in the interval's representation.
    const [span, factor] = interval(l) ? [left, right] : [right, left];
    if (!interval(span.type.root) || !numericKind(factor.type)) throw unsupported(rex);
    if (span.type.root === 'INTERVAL_DAY_TIME') {
      return plain(`BigInt.asIntN(64, ${span.val} * ${converted(g, factor, 'i64')})`);
    }
    return plain(`Math.imul(${span.val}, ${converted(g, factor, 'i32')})`);
  }
  if (fn !== '+' && fn !== '-') throw unsupported(rex);
  if (interval(l) && interval(r)) {
    if (l !== r) throw unsupported(rex);
    return l === 'INTERVAL_DAY_TIME'
      ? plain(`BigInt.asIntN(64, ${left.val} ${fn} ${right.val})`)
      : plain(`(${left.val} ${fn} ${right.val} | 0)`);
  }
  if (interval(l) && fn === '+') return shift(g, rex, right, left, nul);
  if (interval(r)) return shift(g, rex, left, right, nul);
  if (fn === '-') return difference(g, rex, left, right, nul);
  throw unsupported(rex);
}

/** A point in time moved by an interval. */
function shift(g: Generator, rex: RexCall, point: Code, span: Code, nul: string): Code {
  const { fn, type } = rex;
  const sign = fn === '-' ? '-' : '';
  const months = span.type.root === 'INTERVAL_YEAR_MONTH';
  const millis = `Number(${span.val})`;
  switch (point.type.root) {
    case 'DATE':
      if (months)
        return { nul, val: `${g.bind(addMonthsToDate, 'h')}(${point.val}, ${sign}(${span.val}))`, nanos: '0', type };
      if (type.root === 'DATE') {
        return { nul, val: `(${point.val} ${fn} Math.trunc(${millis} / ${MILLIS_PER_DAY}) | 0)`, nanos: '0', type };
      }
      return { nul, val: `(${point.val} * ${MILLIS_PER_DAY} ${fn} ${millis})`, nanos: '0', type };
    case 'TIME_WITHOUT_TIME_ZONE':
      if (months) return { nul, val: point.val, nanos: '0', type };
      return {
        nul,
        val: `((${point.val} + ${MILLIS_PER_DAY} ${fn} (${millis} % ${MILLIS_PER_DAY})) % ${MILLIS_PER_DAY})`,
        nanos: '0',
        type,
      };
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      if (months) {
        return { nul, val: `${g.bind(addMonths, 'h')}(${point.val}, ${sign}(${span.val}))`, nanos: point.nanos, type };
      }
      return { nul, val: `(${point.val} ${fn} ${millis})`, nanos: point.nanos, type };
    default:
      throw unsupported(rex);
  }
}

/** The interval between two points in time, in the result's unit. */
function difference(g: Generator, rex: RexCall, left: Code, right: Code, nul: string): Code {
  const { type } = rex;
  const millis = (code: Code): string => (code.type.root === 'DATE' ? `(${code.val} * ${MILLIS_PER_DAY})` : code.val);
  if (type.root === 'INTERVAL_YEAR_MONTH') {
    return { nul, val: `${g.bind(subtractMonths, 'h')}(${millis(left)}, ${millis(right)})`, nanos: '0', type };
  }
  if (type.root !== 'INTERVAL_DAY_TIME') throw unsupported(rex);
  return { nul, val: `BigInt(${millis(left)} - ${millis(right)})`, nanos: '0', type };
}
