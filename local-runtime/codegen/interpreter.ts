import type { Rex, RexCall, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { castFunction, tryCastFunction } from '../functions/cast/cast.ts';
import { comparable, equality } from '../functions/compare.ts';
import { divideHalfUp, fitDecimal, pow10, rescale } from '../functions/decimal.ts';
import type { Evaluate } from '../functions/impl.ts';
import { addMonths, addMonthsToDate, MILLIS_PER_DAY, subtractMonths } from '../functions/java/calendar.ts';
import { functionOf } from '../functions/registry.ts';
import type { ExprEnv } from './env.ts';
import { callSite } from './generator.ts';
import { isNullAsItsOperands } from './strong.ts';

/** Implementations bound to calls, so that RAND and patterns keep their state between rows. */
const boundCalls = new WeakMap<RexCall, Evaluate>();

/**
 * Evaluates an expression on one row of single values, plainly: the oracle for generated code, and what folds constants. The
 * operators here share nothing with the code generator; functions are the same library.
 */
export function interpret(rex: Rex, row: readonly Value[], env: ExprEnv): Value {
  switch (rex.kind) {
    case 'InputRef':
      return row[rex.index] as Value;
    case 'Literal':
      return rex.value;
    case 'FieldAccess': {
      const operand = interpret(rex.operand, row, env) as readonly Value[] | null;
      return operand === null ? null : (operand[rex.index] as Value);
    }
    case 'Call':
      return interpretCall(rex, row, env);
    default:
      throw new FlinkFault('CodeGenException', `Unsupported expression: ${rex.kind}`);
  }
}

function interpretCall(rex: RexCall, row: readonly Value[], env: ExprEnv): Value {
  const arg = (i: number): Value => interpret(rex.operands[i] as Rex, row, env);
  const typeOf = (i: number): LogicalType => (rex.operands[i] as Rex).type;
  switch (rex.fn) {
    case 'AND':
      return rex.operands.reduce<Value>((so, operand) => {
        if (so === false) return false;
        const next = interpret(operand, row, env);
        return next === false ? false : so === null || next === null ? null : true;
      }, true);
    case 'OR':
      return rex.operands.reduce<Value>((so, operand) => {
        if (so === true) return true;
        const next = interpret(operand, row, env);
        return next === true ? true : so === null || next === null ? null : false;
      }, false);
    case 'NOT': {
      const value = arg(0);
      return value === null ? null : !value;
    }
    case 'IS NULL':
    case 'IS UNKNOWN':
      return isNull(rex.operands[0] as Rex, row, env);
    case 'IS NOT NULL':
    case 'IS NOT UNKNOWN':
      return !isNull(rex.operands[0] as Rex, row, env);
    case 'IS TRUE':
      return arg(0) === true;
    case 'IS NOT TRUE':
      return arg(0) !== true;
    case 'IS FALSE':
      return arg(0) === false;
    case 'IS NOT FALSE':
      return arg(0) !== false;
    case 'CASE': {
      let k = 0;
      for (; k + 1 < rex.operands.length; k += 2) if (arg(k) === true) return arg(k + 1);
      return k < rex.operands.length ? arg(k) : null;
    }
    case 'CAST':
    case 'TRY_CAST': {
      const value = arg(0);
      if (value === null) return null;
      return (rex.fn === 'CAST' ? castFunction : tryCastFunction)(typeOf(0), rex.type, env)(value);
    }
    case 'REINTERPRET':
      return arg(0);
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compareValues(rex.fn, arg(0), arg(1), typeOf(0), typeOf(1));
    case 'IS DISTINCT FROM':
    case 'IS NOT DISTINCT FROM': {
      const [a, b] = [arg(0), arg(1)];
      const same = a === null || b === null ? a === b : compareValues('=', a, b, typeOf(0), typeOf(1)) === true;
      return rex.fn === 'IS DISTINCT FROM' ? !same : same;
    }
    case 'IN': {
      const needle = arg(0);
      let unknown = needle === null;
      for (let i = 1; i < rex.operands.length && needle !== null; i++) {
        const equal = compareValues('=', needle, arg(i), typeOf(0), typeOf(i));
        if (equal === true) return true;
        if (equal === null) unknown = true;
      }
      return unknown ? null : false;
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const [a, b] = [arg(0), arg(1)];
      return a === null || b === null ? null : arithmetic(rex, a, b, typeOf(0), typeOf(1), env);
    }
    case 'NEGATE': {
      const value = arg(0);
      if (value === null) return null;
      if (typeof value === 'bigint') return rex.type.root === 'DECIMAL' ? -value : BigInt.asIntN(64, -value);
      return isFloating(rex.type) ? -(value as number) : wrapInt(-(value as number), rex.type);
    }
    default:
      return callFunction(rex, row, env);
  }
}

function isNull(rex: Rex, row: readonly Value[], env: ExprEnv): boolean {
  // All operands are looked at, as far as they may fail.
  if (isNullAsItsOperands(rex)) return rex.operands.map((operand) => isNull(operand, row, env)).includes(true);
  return interpret(rex, row, env) === null;
}

function callFunction(rex: RexCall, row: readonly Value[], env: ExprEnv): Value {
  const impl = functionOf(rex);
  let evaluate = boundCalls.get(rex);
  if (!evaluate) {
    evaluate = impl.bind(callSite(rex, env));
    boundCalls.set(rex, evaluate);
  }
  const args = rex.operands.map((operand) => interpret(operand, row, env));
  if (impl.strict && args.includes(null)) return null;
  return (evaluate as (...args: Value[]) => Value)(...args);
}

function compareValues(fn: string, a: Value, b: Value, left: LogicalType, right: LogicalType): Value {
  if (a === null || b === null) return null;
  if (fn === '=' || fn === '<>') {
    const equal = equality(left, right)(a, b);
    return equal === null ? null : fn === '=' ? equal : !equal;
  }
  const order = comparable(left, right)?.(a, b);
  if (order === undefined)
    throw new FlinkFault('CodeGenException', `Comparable type expected, but was '${left.root}'.`);
  switch (fn) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

const isFloating = (type: LogicalType): boolean => type.root === 'FLOAT' || type.root === 'DOUBLE';
const isInterval = (type: LogicalType): boolean => type.root.startsWith('INTERVAL');

function wrapInt(value: number | bigint, type: LogicalType): number {
  const bits = type.root === 'TINYINT' ? 8 : type.root === 'SMALLINT' ? 16 : 32;
  return Number(BigInt.asIntN(bits, BigInt(value)));
}

function arithmetic(rex: RexCall, a: Value, b: Value, left: LogicalType, right: LogicalType, env: ExprEnv): Value {
  const { fn, type } = rex;
  if (isInterval(left) || isInterval(right) || isInterval(type)) return temporal(rex, a, b, left, right, env);
  if (type.root === 'DECIMAL') return decimal(fn, a as number | bigint, b as number | bigint, left, right, type);
  if (isFloating(type)) {
    const x = castFunction(left, type, env)(a) as number;
    const y = castFunction(right, type, env)(b) as number;
    const result = fn === '+' ? x + y : fn === '-' ? x - y : fn === '*' ? x * y : fn === '/' ? x / y : x % y;
    return type.root === 'FLOAT' ? Math.fround(result) : result;
  }
  const keeps = fn === '%' && left.root !== type.root;
  const x = exact(keeps ? a : castFunction(left, type, env)(a), keeps ? left : type);
  const y = exact(castFunction(right, type, env)(b), type);
  if ((fn === '/' || fn === '%') && y === 0n) throw new FlinkFault('ArithmeticException', '/ by zero');
  const result = fn === '+' ? x + y : fn === '-' ? x - y : fn === '*' ? x * y : fn === '/' ? x / y : x % y;
  return type.root === 'BIGINT' ? BigInt.asIntN(64, result) : wrapInt(result, type);
}

const exact = (value: Value, type: LogicalType): bigint =>
  type.root === 'DECIMAL' ? (value as bigint) / pow10(type.scale) : BigInt(value as number | bigint);

function decimal(
  fn: string,
  a: number | bigint,
  b: number | bigint,
  left: LogicalType,
  right: LogicalType,
  type: { readonly precision: number; readonly scale: number },
): Value {
  const scaleOf = (t: LogicalType) => (t.root === 'DECIMAL' ? t.scale : isFloating(t) ? type.scale : 0);
  const read = (value: number | bigint, t: LogicalType): bigint =>
    isFloating(t)
      ? (castFunction(
          t,
          { root: 'DECIMAL', nullable: true, precision: 38, scale: type.scale },
          { zone: 'UTC', clock: Date, options: {} },
        )(value) as bigint)
      : BigInt(value);
  const [s1, s2] = [scaleOf(left), scaleOf(right)];
  const [x, y] = [read(a, left), read(b, right)];
  const common = Math.max(s1, s2);
  const [p, q] = [rescale(x, s1, common), rescale(y, s2, common)];
  if ((fn === '/' || fn === '%') && y === 0n) {
    const isUndefined = fn === '/' && x === 0n;
    throw new FlinkFault('ArithmeticException', isUndefined ? 'Division undefined' : 'Division by zero');
  }
  let result: bigint;
  if (fn === '+') result = rescale(p + q, common, type.scale);
  else if (fn === '-') result = rescale(p - q, common, type.scale);
  else if (fn === '*') result = rescale(x * y, s1 + s2, type.scale);
  else if (fn === '/') result = divideHalfUp(p * pow10(type.scale), q);
  else result = rescale(p % q, common, type.scale);
  return fitDecimal(result, type.precision);
}

function temporal(rex: RexCall, a: Value, b: Value, left: LogicalType, right: LogicalType, env: ExprEnv): Value {
  const { fn, type } = rex;
  if (isInterval(left) && isInterval(right)) {
    const result = fn === '+' ? BigInt(a as bigint) + BigInt(b as bigint) : BigInt(a as bigint) - BigInt(b as bigint);
    return type.root === 'INTERVAL_DAY_TIME' ? BigInt.asIntN(64, result) : wrapInt(result, type);
  }
  if (fn === '*') {
    const [span, factor, factorType] = isInterval(left) ? [a, b, right] : [b, a, left];
    // Java narrows the number to the interval's own kind: saturating, NaN to 0.
    const kind = type.root === 'INTERVAL_DAY_TIME' ? types.bigint() : types.int();
    const times = BigInt(castFunction(factorType, kind, env)(factor) as bigint);
    const result = BigInt(span as bigint) * times;
    return type.root === 'INTERVAL_DAY_TIME' ? BigInt.asIntN(64, result) : wrapInt(result, type);
  }
  if (isInterval(left)) return temporal(rex, b, a, right, left, env);
  if (isInterval(right)) {
    const amount = Number(b as bigint) * (fn === '-' ? -1 : 1);
    const months = right.root === 'INTERVAL_YEAR_MONTH';
    if (left.root === 'DATE') {
      if (months) return addMonthsToDate(a as number, amount);
      if (type.root === 'DATE') return (a as number) + Math.trunc(amount / MILLIS_PER_DAY);
      return { ms: (a as number) * MILLIS_PER_DAY + amount, nanos: 0 };
    }
    if (left.root === 'TIME_WITHOUT_TIME_ZONE') {
      return months ? a : ((a as number) + MILLIS_PER_DAY + (amount % MILLIS_PER_DAY)) % MILLIS_PER_DAY;
    }
    const { ms, nanos } = a as TimestampValue;
    return { ms: months ? addMonths(ms, amount) : ms + amount, nanos };
  }
  const millis = (value: Value, t: LogicalType): number =>
    t.root === 'DATE'
      ? (value as number) * MILLIS_PER_DAY
      : typeof value === 'number'
        ? value
        : (value as TimestampValue).ms;
  const [x, y] = [millis(a, left), millis(b, right)];
  return type.root === 'INTERVAL_YEAR_MONTH' ? subtractMonths(x, y) : BigInt(x - y);
}
