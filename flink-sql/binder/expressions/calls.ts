import { findBuiltIn } from '../../functions/catalogue.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall, TimeUnit, TimeUnitArgument } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { findCommonType, leastRestrictive } from '../../types/common-type.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { isBinary, isCharacter, isDateTime, isInteger, isInterval, isTimestamp } from '../../types/families.ts';
import { type LogicalType, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { bindAggregate, callPlace } from './aggregates.ts';
import { bindArithmetic } from './arithmetic.ts';
import { anyNullable, type Binder, bindTyped, call, castTo, isNullLiteral, literal, symbol } from './binder.ts';
import { compare } from './comparison.ts';
import { invalid, refused } from './errors.ts';
import { cannotApply, shown } from './operators.ts';
import { bindOver } from './over.ts';
import { calciteRefusal, callTypes, checkCount, coerceOperands, noMatch } from './signatures.ts';
import { bindObjectOf, bindObjectUpdate } from './structured.ts';
import { bindUserFunction } from './user-calls.ts';

/** A call by name: built-in functions, aggregates, OVER, then user-defined functions. */
export function bindFunctionCall(node: FunctionCall, binder: Binder): Rex {
  const special = binder.scope.resolveCall?.(node);
  if (special) return special;
  const parts = node.name.parts.map((part) => part.name);
  const written = parts.join('.');
  const definition = parts.length === 1 ? findBuiltIn(parts[0] as string) : undefined;
  if (!definition || definition.kind === 'table' || definition.kind === 'process') {
    return bindUserFunction(node, written, binder);
  }
  if (definition.inference === 'none') {
    throw refused(node, 'unsupported-function', `${written} is not supported here.`);
  }
  if (definition.kind === 'aggregate') {
    return node.over ? bindOver(node, definition, binder) : bindAggregate(node, definition, binder);
  }
  if (node.over)
    throw invalid(callPlace(node, binder), 'not-an-aggregate', 'OVER must be applied to aggregate function');
  if (node.filter)
    throw invalid(filteredPlace(node, binder), 'not-an-aggregate', 'FILTER must be applied to aggregate function');
  if (node.quantifier) {
    const place = quantifierPlace(node, binder);
    throw invalid(place, 'illegal-quantifier', `DISTINCT/ALL not allowed with ${definition.names[0]} function`);
  }
  const shaped = bindShaped(node, definition.names[0] as string, binder);
  if (shaped) return shaped;
  const args = orderArguments(node, definition.signatures[0]?.parameters.map((p) => p.name) ?? []);
  const bound = args.map((argument) => binder.bind(argument));
  const operands = coerceOperands(definition, written, bound, node, binder);
  const type = definition.result(
    callTypes(definition.commonFrom === undefined ? operands : keepNullability(bound, operands)),
  );
  if (!type) throw refused(node, 'bad-arguments', 'Invalid input arguments.');
  return call(definition.id, operands, type);
}

/** Result rules need the common type but the original nullability. */
const keepNullability = (bound: readonly Rex[], operands: readonly Rex[]): readonly Rex[] =>
  operands.map((operand, i) => {
    const original = bound[i] as Rex;
    // IF of timestamps keeps the precision of its first branch.
    return isTimestamp(original.type) && isTimestamp(operand.type) ? original : operand;
  });

/** Positional arguments, or named ones put in order. */
function orderArguments(node: FunctionCall, names: readonly string[]): readonly Expression[] {
  if (!node.args.some((argument) => argument.kind === 'NamedArgument')) return node.args;
  const byName = new Map<string, Expression>();
  for (const argument of node.args) {
    if (argument.kind !== 'NamedArgument') {
      throw refused(argument, 'mixed-arguments', 'All arguments must be passed by position or by name.');
    }
    byName.set(argument.name.name, argument.value);
  }
  const ordered: Expression[] = [];
  for (const name of names) {
    const value = byName.get(name);
    if (value) ordered.push(value);
    byName.delete(name);
  }
  const [unknown] = byName.keys();
  if (unknown !== undefined) throw refused(node, 'unknown-argument', `Unknown argument '${unknown}'.`);
  return ordered;
}

/** The call without its FILTER clause. */
function filteredPlace(node: FunctionCall, binder: Binder) {
  const before = binder.context.source.slice(node.start, node.filter?.start).replace(/\s*FILTER\s*\(\s*WHERE\s*$/i, '');
  return { start: node.start, end: node.start + before.length };
}

function quantifierPlace(node: FunctionCall, binder: Binder) {
  const { source } = binder.context;
  const start = source.toUpperCase().indexOf(node.quantifier as string, node.name.end);
  return { start, end: start + (node.quantifier as string).length };
}

type Shaped = (node: FunctionCall, binder: Binder) => Rex | undefined;

/** Functions whose arguments are more than values: units, row branches, types. */
const shapedCalls: Readonly<Record<string, Shaped>> = {
  MOD: (node, binder) => {
    const [left, right] = node.args.map((argument) => bindTyped(argument, binder));
    checkCount(definitionOf('MOD'), 'MOD', node.args.length, node);
    return bindArithmetic('%', left as Rex, right as Rex, node, 'MOD');
  },
  NULLIF: (node, binder) => {
    checkCount(definitionOf('NULLIF'), 'NULLIF', node.args.length, node);
    const [x, y] = node.args.map((argument) => binder.bind(argument)) as [Rex, Rex];
    if (isNullLiteral(x)) {
      throw invalid(node, 'all-null', 'ELSE clause or at least one THEN clause must be non-NULL');
    }
    const type = withNullability(withoutTimeAttribute(x.type), true);
    return call('CASE', [compare('=', x, y, node), literal(null, type), castTo(x, type)], type);
  },
  TYPEOF: (node, binder) => {
    const bound = node.args.map((argument) => binder.bind(argument));
    coerceOperands(definitionOf('TYPEOF'), 'TYPEOF', bound, node, binder);
    const type = bound[0]?.type ?? types.null();
    if (type.root === 'ROW' && type.fields.some((field) => field.type.root === 'NULL')) {
      throw invalid(node, 'illegal-null', "Illegal use of 'NULL'");
    }
    return literal(type.root === 'NULL' ? 'NULL' : asSummaryString(type), types.string());
  },
  EXTRACT: (node, binder) => extract(node.args[0] as Expression, node.args[1] as Expression, node, binder),
  YEAR: field('YEAR'),
  QUARTER: field('QUARTER'),
  MONTH: field('MONTH'),
  WEEK: field('WEEK'),
  DAYOFYEAR: field('DOY'),
  DAYOFMONTH: field('DAY'),
  DAYOFWEEK: field('DOW'),
  HOUR: field('HOUR'),
  MINUTE: field('MINUTE'),
  SECOND: field('SECOND'),
  OBJECT_OF: bindObjectOf,
  OBJECT_UPDATE: bindObjectUpdate,
  CEIL: roundTime,
  FLOOR: roundTime,
  TIMESTAMPADD: timestampAdd,
  TIMESTAMPDIFF: timestampDiff,
  LOCALTIME: niladic,
  CURRENT_TIME: niladic,
  CURRENT_TIMESTAMP: niladic,
  LOCALTIMESTAMP: niladic,
  NOW: niladic,
  CURRENT_ROW_TIMESTAMP: niladic,
  PI: niladic,
  CURRENT_DATE: niladic,
  POSITION: sameStrings,
  OVERLAY: sameStrings,
  GREATEST: refuseNullAmongValues,
  LEAST: refuseNullAmongValues,
  CARDINALITY: (node, binder) => {
    const [argument] = node.args;
    const operand = argument && node.args.length === 1 ? binder.bind(argument) : undefined;
    // A constructed one gets no further than the planner.
    if (operand?.kind === 'Call' && operand.fn === 'MULTISET') return call('CARDINALITY', [operand], types.int());
    if (operand?.type.root === 'MULTISET') {
      throw refused(node, 'bad-arguments', 'Expect an array or a map.', 'CodeGenException');
    }
    return undefined;
  },
  JSON: (node, binder) => {
    const [argument] = node.args;
    if (binder.insideJson || !argument || node.args.length > 1 || !isCharacter(binder.bind(argument).type))
      return undefined;
    throw refused(
      node,
      'json-outside',
      `The JSON() function is currently only supported inside JSON_ARRAY() or as the VALUE param of JSON_OBJECT(). Example: JSON_OBJECT('a', JSON('{"key": "value"}')) or JSON_ARRAY(JSON('{"key": "value"}')).`,
    );
  },
};

/** CURRENT_TIMESTAMP and its kin: the validator takes a precision, the planner does not (refuse-calls.ts). */
function niladic(node: FunctionCall, binder: Binder): Rex | undefined {
  if (node.args.length === 0) return undefined;
  const name = node.name.parts[0]?.name.toUpperCase() ?? '';
  const definition = definitionOf(name);
  const operands = node.args.map((argument) => binder.bind(argument));
  const takesPrecision = name !== 'PI' && name !== 'CURRENT_DATE';
  if (node.args.length > 1 || !takesPrecision) {
    if (definition.niladic) {
      const precise = takesPrecision ? `'${name}(<INTEGER>)'\n` : '';
      const forms = name === 'PI' ? '' : `.\nSupported signatures are:\n${precise}'${name}()'`;
      throw noMatch(node, name, operands, forms);
    }
    checkCount(definition, name, node.args.length, node);
  }
  if (operands[0]?.kind !== 'Literal') {
    throw invalid(node, 'not-a-literal', `Argument to function '${name}' must be a literal`);
  }
  const [{ type }] = operands;
  if (!isInteger(type)) {
    const forms = definition.niladic ? `'${name}(<INTEGER>)'\n'${name}()'` : `'${name}(<INTEGER>)'`;
    const used = `${name}(<${calciteDigest(type)}>)`;
    throw invalid(
      node,
      'bad-arguments',
      `Cannot apply '${name}' to arguments of type '${used}'. Supported form(s): ${forms}`,
    );
  }
  return call(name, operands, definition.result(callTypes([])) as LogicalType);
}

/** POSITION and OVERLAY want two texts or two binary strings. */
function sameStrings(node: FunctionCall, binder: Binder): undefined {
  const [first, second] = node.args.map((argument) => bindTyped(argument, binder).type);
  if (!first || !second) return undefined;
  const isString = (type: LogicalType): boolean => isCharacter(type) || isBinary(type);
  const position = node.name.parts[0]?.name.toUpperCase() === 'POSITION';
  if (isString(first) && isString(second) ? !leastRestrictive([first, second]) : position && !isCharacter(second)) {
    throw invalid(node, 'incompatible-types', 'Parameters must be of the same type');
  }
  if (isString(first) && isString(second)) return undefined;
  const rest = node.args.slice(2).map((argument) => binder.bind(argument).type);
  const form = (texts: readonly string[]): string =>
    position
      ? `POSITION(${texts[0]} IN ${texts[1]})`
      : `OVERLAY(${texts[0]} PLACING ${texts[1]} FROM ${texts[2]}${texts[3] ? ` FOR ${texts[3]}` : ''})`;
  const supported = ['<STRING>', '<STRING>', ...rest.map(() => '<INTEGER>')];
  const name = position ? 'POSITION' : 'OVERLAY';
  throw cannotApply(node, name, form([first, second, ...rest].map(shown)), `'${form(supported)}'`);
}

/** The planner types a bare NULL here, its code generator cannot cast it. */
function refuseNullAmongValues(node: FunctionCall, binder: Binder): undefined {
  const bound = node.args.map((argument) => binder.bind(argument));
  const common = findCommonType(bound.map((operand) => operand.type));
  if (common && common.root !== 'NULL' && bound.some(isNullLiteral)) {
    const message = `Unsupported casting from NULL to ${asSummaryString(withNullability(common, true))}.`;
    throw refused(node, 'bad-arguments', message, 'CodeGenException');
  }
  return undefined;
}

const bindShaped = (node: FunctionCall, name: string, binder: Binder): Rex | undefined =>
  shapedCalls[name]?.(node, binder);

function definitionOf(name: string) {
  const definition = findBuiltIn(name);
  if (!definition) throw new Error(`no built-in function ${name}`);
  return definition;
}

function field(unit: TimeUnit): Shaped {
  return (node, binder) => {
    const name = node.name.parts[0]?.name.toUpperCase() ?? unit;
    checkCount(definitionOf(name), name, node.args.length, node);
    return extractFrom(unit, bindTyped(node.args[0] as Expression, binder), node);
  };
}

const unitOf = (argument: Expression | undefined): TimeUnitArgument | undefined =>
  argument?.kind === 'TimeUnitArgument' ? argument : undefined;

/** The unit, or Calcite's complaint about a word that is none. */
function checkedUnit(argument: Expression, aliases?: ReadonlyMap<string, TimeUnit>): TimeUnit {
  const unit = unitOf(argument);
  const known = unit?.unit ?? aliases?.get(unit?.name?.name.toUpperCase() ?? '');
  if (known) return known;
  const name =
    unit?.name?.name ?? (argument.kind === 'ColumnRef' ? argument.parts.map((part) => part.name).join('.') : '');
  throw invalid(unit?.name ?? argument, 'unknown-time-unit', `'${name}' is not a valid time frame`);
}

/** Names of units that TIMESTAMPADD and TIMESTAMPDIFF take besides the keywords (Calcite's TimeFrames). */
const frameNames: ReadonlyMap<string, TimeUnit> = new Map([
  ...(['MICROSECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const).flatMap(
    (unit) => [[unit, unit] as const, [`SQL_TSI_${unit}`, unit] as const],
  ),
  ['FRAC_SECOND', 'NANOSECOND'] as const,
  ['SQL_TSI_FRAC_SECOND', 'NANOSECOND'] as const,
]);

/** A unit as messages print it; a word that is none is shown as a quoted name. */
function unitText(argument: Expression): string {
  const unit = unitOf(argument);
  return unit?.unit ?? `\`${(unit?.name?.name ?? '').toUpperCase()}\``;
}

const extract = (unit: Expression, value: Expression, node: FunctionCall, binder: Binder): Rex =>
  extractFrom(checkedUnit(unit), bindTyped(value, binder), node);

const EXTRACT_FORMS =
  "'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME_INTERVAL>)'\n'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME>)'";
const TIME_UNITS = ['HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', 'NANOSECOND', 'EPOCH'];

function extractFrom(unit: TimeUnit, operand: Rex, node: FunctionCall): Rex {
  const { type } = operand;
  if (!isDateTime(type) && !isInterval(type)) {
    const usage = `EXTRACT(<INTERVAL ${unit}> FROM ${shown(type)})`;
    throw cannotApply(node, 'EXTRACT', usage, EXTRACT_FORMS);
  }
  if (type.root === 'TIME_WITHOUT_TIME_ZONE' && !TIME_UNITS.includes(unit)) {
    throw refused(node, 'bad-time-unit', `unit ${unit} can not be applied to time variable`);
  }
  if (isInterval(type) && unit === 'EPOCH') {
    throw refused(node, 'bad-time-unit', `Unit 'EPOCH' is not supported.`, 'CodeGenException');
  }
  return call('EXTRACT', [symbol(unit), operand], types.bigint(type.nullable));
}

/** FLOOR(x TO unit), CEIL(x TO unit). */
function roundTime(node: FunctionCall, binder: Binder): Rex | undefined {
  const [value, unit] = node.args;
  if (!value || !unit) return undefined;
  const name = node.name.parts[0]?.name.toUpperCase() === 'FLOOR' ? 'FLOOR' : 'CEIL';
  const operand = bindTyped(value, binder);
  const checked = checkedUnit(unit);
  if (!isDateTime(operand.type))
    throw calciteRefusal(definitionOf(name), name, [operand, literal(0, unitInterval(checked))], node);
  if (isTimestamp(operand.type)) refuseUnit(checked, node);
  return call(name, [operand, symbol(checked)], withoutTimeAttribute(operand.type));
}

/** Units that a timestamp cannot be rounded to: Flink's code generator stumbles over them. */
function refuseUnit(unit: TimeUnit, node: FunctionCall): void {
  if (unit === 'MICROSECOND' || unit === 'NANOSECOND') {
    throw refused(node, 'bad-time-unit', '/ by zero', 'ArithmeticException');
  }
  if (unit === 'DOW' || unit === 'ISODOW' || unit === 'DOY' || unit === 'EPOCH') {
    const message = 'Cannot invoke "java.math.BigDecimal.intValue()" because "unit$1.startUnit.multiplier" is null';
    throw refused(node, 'bad-time-unit', message, 'NullPointerException');
  }
}

/** The type that a unit argument has in messages. */
function unitInterval(unit: TimeUnit): LogicalType {
  if (unit === 'YEAR' || unit === 'MONTH' || unit === 'QUARTER') {
    const resolution = unit === 'YEAR' ? 'YEAR' : 'MONTH';
    return { root: 'INTERVAL_YEAR_MONTH', nullable: false, resolution, yearPrecision: 2 };
  }
  const resolution = unit === 'HOUR' || unit === 'MINUTE' || unit === 'SECOND' ? unit : 'DAY';
  return { root: 'INTERVAL_DAY_TIME', nullable: false, resolution, dayPrecision: 2, fractionalPrecision: 6 };
}

const MONTHS: Partial<Record<TimeUnit, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const MILLISECONDS: Partial<Record<TimeUnit, bigint>> = {
  WEEK: 604_800_000n,
  DAY: 86_400_000n,
  HOUR: 3_600_000n,
  MINUTE: 60_000n,
  SECOND: 1000n,
  MILLISECOND: 1n,
};

function timestampAdd(node: FunctionCall, binder: Binder): Rex {
  const [unitNode, countNode, valueNode] = node.args as [Expression, Expression, Expression];
  const [count, value] = [bindTyped(countNode, binder), bindTyped(valueNode, binder)];
  if (!isInteger(count.type) || !isDateTime(value.type)) {
    const usage = `TIMESTAMPADD(<INTERVAL ${unitText(unitNode)}>, ${shown(count.type)}, ${shown(value.type)})`;
    throw cannotApply(node, 'TIMESTAMPADD', usage, "'TIMESTAMPADD(<ANY>, <INTEGER>, <DATETIME>)'");
  }
  const unit = checkedUnit(unitNode, frameNames);
  const months = MONTHS[unit];
  const ms = MILLISECONDS[unit];
  if (months === undefined && ms === undefined) {
    throw refused(node, 'bad-time-unit', `Unit '${unit}' is not supported.`, 'CodeGenException');
  }
  const subDay = months === undefined && unit !== 'DAY' && unit !== 'WEEK';
  const base = value.type.root === 'DATE' && subDay ? castTo(value, types.timestamp(6)) : value;
  const intervalType: LogicalType =
    months !== undefined
      ? { root: 'INTERVAL_YEAR_MONTH', nullable: false, resolution: 'MONTH', yearPrecision: 2 }
      : {
          root: 'INTERVAL_DAY_TIME',
          nullable: false,
          resolution: 'DAY_TO_SECOND',
          dayPrecision: 2,
          fractionalPrecision: 6,
        };
  const step = literal(months ?? (ms as bigint), intervalType);
  const amount =
    count.kind === 'Literal' && count.value !== null
      ? literal(
          months !== undefined ? months * Number(count.value) : (ms as bigint) * BigInt(count.value as number),
          intervalType,
        )
      : call('*', [step, count], withNullability(intervalType, count.type.nullable));
  const type = withNullability(withoutTimeAttribute(base.type), anyNullable([count, value]));
  return call('+', [base, amount], type);
}

function timestampDiff(node: FunctionCall, binder: Binder): Rex {
  const [unitNode, fromNode, toNode] = node.args as [Expression, Expression, Expression];
  const [from, to] = [bindTyped(fromNode, binder), bindTyped(toNode, binder)];
  if (!isDateTime(from.type) || !isDateTime(to.type)) {
    const usage = `TIMESTAMPDIFF(<INTERVAL ${unitText(unitNode)}>, ${shown(from.type)}, ${shown(to.type)})`;
    throw cannotApply(node, 'TIMESTAMPDIFF', usage, "'TIMESTAMPDIFF(<ANY>, <DATETIME>, <DATETIME>)'");
  }
  const [a, b] = [from.type, to.type];
  const common = leastRestrictive([a, b]) ?? (isTimestamp(a) ? a : isTimestamp(b) ? b : undefined);
  const operands = common && a.root !== b.root ? [castTo(from, common), castTo(to, common)] : [from, to];
  return call(
    'TIMESTAMPDIFF',
    [symbol(checkedUnit(unitNode, frameNames)), ...operands],
    types.int(anyNullable(operands)),
  );
}
