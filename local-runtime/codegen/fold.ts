import type { ConstantFolder } from '../../flink-sql/binder/api.ts';
import type { Rex, RexCall, RexLiteral, Value } from '../../flink-sql/plan/rex.ts';
import { FlinkFault } from '../errors.ts';
import { fitChar, truncateText } from '../functions/cast/cast.ts';
import { compareExact } from '../functions/compare.ts';
import { decimalText, fitDecimal } from '../functions/decimal.ts';
import { defaultOf } from '../functions/default-value.ts';
import { civil, epochDay } from '../functions/java/calendar.ts';
import { javaFloat } from '../functions/java/floating-text.ts';
import { isDeterministic } from '../functions/registry.ts';
import type { ExprEnv } from './env.ts';
import { interpret } from './interpreter.ts';

/**
 * Folds constants as Flink's planner does (ExpressionReducer and Calcite's simplifications), which differs from run time where
 * the folded value passes through a Calcite literal: no negative zero, no NaN or infinity, CHAR to its length, FLOAT to seven
 * digits, missing array elements of NOT NULL types to -1.
 */
export function folder(runEnv: ExprEnv): ConstantFolder {
  const env = { ...runEnv, folding: true };
  return {
    fold(rex) {
      if (rex.kind === 'Literal') return { value: rex.value };
      if (!isConstant(rex)) return undefined;
      const value = evaluate(rex, env);
      return value === undefined ? undefined : { value };
    },
  };
}

/** No fields, subqueries or functions that answer anew each time. */
export function isConstant(rex: Rex): boolean {
  switch (rex.kind) {
    case 'Literal':
      return true;
    case 'Call':
      if (rex.fn === 'UNIX_TIMESTAMP' && rex.operands.length === 0) return false;
      return rex.udf === undefined && isDeterministic(rex.fn) && rex.operands.every(isConstant);
    case 'FieldAccess':
      return isConstant(rex.operand);
    default:
      return false;
  }
}

function evaluate(rex: Rex, env: ExprEnv): Value | undefined {
  if (rex.kind === 'Call' && rex.fn === 'CAST' && rex.type.root === 'DOUBLE') {
    const float = floatLiteral(rex.operands[0] as Rex);
    if (float !== undefined) return Number(javaFloat(float)) + 0;
  }
  const simple = simplify(rex);
  const missing = missingElement(simple, env);
  if (missing) return missing.value;
  const value = interpret(simple, [], env);
  return asLiteral(value, simple);
}

/** Calcite's own arithmetic on literals, done before code is generated. */
function simplify(rex: Rex): Rex {
  // What a branch not taken would do must not happen here.
  if (rex.kind !== 'Call' || LAZY.has(rex.fn)) return rex;
  const operands = rex.operands.map((operand) => simplify(operand));
  const call: RexCall = { ...rex, operands };
  const [first, second] = operands;
  if (call.fn === '/' && isZero(second) && !operands.some(isNull)) {
    const error = new FlinkFault('ArithmeticException', 'Division by zero');
    if (operands.every((operand) => operand.kind === 'Literal' || isCastOfLiteral(operand))) throw error;
  }
  if (COMPARISONS.has(call.fn) && first && second) {
    const [a, b] = [exactLiteral(first), exactLiteral(second)];
    if (a && b) return { kind: 'Literal', value: compareExact(call.fn, a, b), type: call.type };
  }
  return call;
}

const LAZY = new Set(['CASE', 'IF', 'COALESCE', 'IFNULL', 'AND', 'OR', 'TRY_CAST']);
const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

const isNull = (rex: Rex): boolean => rex.kind === 'Literal' && rex.value === null;

const isCastOfLiteral = (rex: Rex): boolean =>
  rex.kind === 'Call' && rex.fn === 'CAST' && (rex.operands[0] as Rex).kind === 'Literal';

/** A literal zero, plain or cast. */
function isZero(rex: Rex | undefined): boolean {
  if (!rex) return false;
  if (isCastOfLiteral(rex)) return isZero((rex as RexCall).operands[0]);
  return rex.kind === 'Literal' && (rex.value === 0 || rex.value === 0n);
}

/** The value of a FLOAT literal or of a number cast to FLOAT. */
function floatLiteral(rex: Rex): number | undefined {
  if (rex.type.root !== 'FLOAT') return undefined;
  if (rex.kind === 'Literal' && typeof rex.value === 'number') return rex.value;
  const exact = exactLiteral(rex);
  return exact ? Math.fround(Number(decimalText(exact.unscaled, exact.scale))) : undefined;
}

/** A number that Calcite holds as an exact BigDecimal: numeric literals and their casts to wider or floating types. */
function exactLiteral(rex: Rex): { unscaled: bigint; scale: number } | undefined {
  if (rex.kind === 'Literal') return exactNumber(rex);
  if (rex.kind !== 'Call' || rex.fn !== 'CAST') return undefined;
  const operand = rex.operands[0] as Rex;
  const exact = exactLiteral(operand);
  const root = rex.type.root;
  if (root === 'FLOAT' || root === 'DOUBLE' || (exact?.scale === 0 && root === 'BIGINT')) return exact;
  return undefined;
}

function exactNumber({ value, type }: RexLiteral): { unscaled: bigint; scale: number } | undefined {
  if (value === null) return undefined;
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
      return { unscaled: BigInt(value as number), scale: 0 };
    case 'BIGINT':
      return { unscaled: value as bigint, scale: 0 };
    case 'DECIMAL':
      return { unscaled: value as bigint, scale: type.scale };
    default:
      return undefined;
  }
}

/**
 * A missing element of an array (or map) of NOT NULL elements: the reducer's row has no place for NULL there, so the default of
 * the field comes out.
 */
function missingElement(rex: Rex, env: ExprEnv): { value: Value } | undefined {
  if (rex.kind !== 'Call' || rex.fn !== 'ITEM') return undefined;
  const [collection, key] = rex.operands as readonly [Rex, Rex];
  const type = collection.type;
  const element = type.root === 'ARRAY' ? type.element : type.root === 'MAP' ? type.value : undefined;
  if (!element || element.nullable) return undefined;
  const parent = missingElement(collection, env);
  const holder = parent ? null : interpret(collection, [], env);
  if (!parent && (holder === null || interpret(key, [], env) === null)) return undefined;
  if (interpret(parent ? { ...rex, operands: [{ kind: 'Literal', value: null, type }, key] } : rex, [], env) !== null) {
    return undefined;
  }
  return { value: element.root === 'CHAR' ? fitChar('', element.length) : defaultOf(element) };
}

/** What the value is after it went through a Calcite literal; undefined where the planner keeps the expression. */
function asLiteral(value: Value, rex: Rex): Value | undefined {
  const { type } = rex;
  if (value === null) return null;
  switch (type.root) {
    case 'DOUBLE':
      if (!Number.isFinite(value as number)) return undefined;
      return (value as number) + 0;
    case 'FLOAT': {
      if (!Number.isFinite(value as number)) {
        if (Number.isNaN(value as number)) return undefined;
        throw new FlinkFault('NumberFormatException', 'Infinite or NaN');
      }
      if (rex.kind === 'Call' && rex.fn === 'CAST' && exactLiteral(rex)) return (value as number) + 0;
      return Math.fround(Number((value as number).toPrecision(7))) + 0;
    }
    case 'DECIMAL':
      if (fitDecimal(value as bigint, type.precision) === null) {
        throw new FlinkFault(
          'IllegalArgumentException',
          `Cannot convert ${decimalText(value as bigint, type.scale)} to DECIMAL(${type.precision}, ${type.scale}) due to overflow`,
        );
      }
      return value;
    case 'DATE': {
      // The literal is made of the date's text, which has four digits of the year.
      const [whole, month, day] = civil(value as number);
      const year = whole % 10_000;
      if (year < 1) throw new FlinkFault('IllegalArgumentException', `Year out of range: [${year}]`);
      return epochDay(year, month, day);
    }
    case 'TIME_WITHOUT_TIME_ZONE': {
      const hour = Math.floor((value as number) / 3_600_000);
      if (hour > 23) throw new FlinkFault('IllegalArgumentException', `Hour out of range: [${hour}]`);
      return value;
    }
    case 'CHAR':
      return fitChar(value as string, type.length);
    case 'VARCHAR':
      return truncateText(value as string, type.length);
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
    case 'RAW':
    case 'VARIANT':
    case 'BINARY':
    case 'VARBINARY':
      // Calcite has no literals of these for the reducer: the expression stays, with its operands folded.
      return undefined;
    default:
      return value;
  }
}
