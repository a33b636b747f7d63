import { windowColumns } from '../../plan/optimize/window-properties.ts';
import type { AggregateRel, GroupWindow, Rel } from '../../plan/rel.ts';
import {
  aggregate,
  inputRef,
  isTimestamp,
  project,
  timeAttribute,
  uniqueNames,
  windowPropertyType,
} from '../../plan/rel-builder.ts';
import type { AggregateCall, Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall, GroupBy, GroupByItem } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { isDateTime, isInterval } from '../../types/families.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { AggregateCollector } from '../expressions/aggregate-collector.ts';
import { bindExpression } from '../expressions/index.ts';
import { rewriteRex, rexEquals } from '../expressions/rex-util.ts';
import type { Scope } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, unplacedError, unsupported, validatorError } from './context.ts';
import { type FromResult, fromScope } from './from-result.ts';
import { aggregatesFirst } from './name-checks.ts';

type WindowType = GroupWindow['type'];
type Property = GroupWindow['properties'][number]['property'];

/** Placeholders of window properties lie above those of aggregate calls (see AggregateCollector). */
const FIRST_CALL = 0x4000_0000;
const PROPERTIES = 0x1000_0000;

const WINDOWS: Readonly<Record<WindowType, { min: number; max: number }>> = {
  TUMBLE: { min: 2, max: 3 },
  HOP: { min: 3, max: 4 },
  SESSION: { min: 2, max: 3 },
};

/** TUMBLE(time, …) among the keys, bound over the row of FROM. */
interface BoundWindow {
  readonly place: FunctionCall;
  readonly type: WindowType;
  readonly time: Rex;
  readonly intervals: readonly bigint[];
  readonly window: Omit<GroupWindow, 'timeIndex' | 'properties'>;
}

/** GROUP BY over the row of FROM. */
export interface Grouping {
  readonly keys: readonly Rex[];
  /** Indexes into `keys`. */
  readonly sets: readonly (readonly number[])[];
  readonly window?: BoundWindow;
  readonly properties: readonly Property[];
  /** What TUMBLE_START(…), GROUPING(…) and their kin stand for; undefined for other calls. */
  resolveCall(call: FunctionCall, collector: AggregateCollector): Rex | undefined;
}

function functionName(expr: Expression): string | undefined {
  return expr.kind === 'FunctionCall' && expr.name.parts.length === 1
    ? expr.name.parts[0]?.name.toUpperCase()
    : undefined;
}

function windowType(expr: Expression): WindowType | undefined {
  const name = functionName(expr);
  return name === 'TUMBLE' || name === 'HOP' || name === 'SESSION' ? name : undefined;
}

/** `merged` are the columns of USING by their bare names. */
export function bindGroupBy(
  groupBy: GroupBy,
  from: FromResult,
  env: QueryEnv,
  context: QueryContext,
  merged?: ReadonlyMap<string, Rex>,
): Grouping {
  const scope: Scope = { ...fromScope('GROUP BY', from.relations, env), ...(merged ? { merged } : undefined) };
  const keys: Rex[] = [];
  let window: BoundWindow | undefined;
  const keyOf = (expr: Expression): number[] => {
    const type = windowType(expr);
    if (type && expr.kind === 'FunctionCall') {
      if (window) {
        throw unsupported(expr, 'More than one group window');
      }
      window = bindWindow(type, expr, scope, context);
      return [];
    }
    const rex = bindExpression(expr, scope, context.expressions);
    let index = keys.findIndex((key) => rexEquals(key, rex));
    if (index < 0) {
      index = keys.push(rex) - 1;
    }
    return [index];
  };
  const perItem = aggregatesFirst(groupBy, scope, context, () => groupBy.items.map((item) => setsOf(item, keyOf)));
  let sets = perItem.every((one) => one.length === 1) ? [union(perItem.flat())] : crossProduct(perItem);
  if (groupBy.quantifier === 'DISTINCT') {
    const seen = new Set<string>();
    sets = sets.filter((set) => !seen.has(set.join()) && seen.add(set.join()));
  }
  const properties: Property[] = [];
  return {
    keys,
    sets,
    ...(window ? { window } : {}),
    properties,
    resolveCall: (call, collector) =>
      auxiliary(call, window, properties, scope, context) ?? groupingCall(call, keys, scope, collector, context),
  };
}

/** Positions of keys without repetition, in order. */
const union = (parts: readonly (readonly number[])[]): readonly number[] => {
  const all = parts.flat().sort((x, y) => x - y);
  return all.filter((index, i) => index !== all[i - 1]);
};

/** Every choice of one set of each element, put together. */
const crossProduct = (perItem: readonly (readonly (readonly number[])[])[]): readonly (readonly number[])[] =>
  perItem.reduce<readonly (readonly number[])[]>(
    (left, right) => left.flatMap((a) => right.map((b) => union([a, b]))),
    [[]],
  );

/** The grouping sets that one element of GROUP BY stands for. */
function setsOf(item: GroupByItem, keyOf: (expr: Expression) => number[]): number[][] {
  const tuple = (part: GroupByItem): number[] => {
    if (part.kind === 'GroupByExpression') {
      return keyOf(part.expr);
    }
    return part.kind === 'GroupByTuple' ? part.exprs.flatMap(keyOf) : [];
  };
  switch (item.kind) {
    case 'GroupByExpression':
    case 'GroupByTuple':
      return [tuple(item)];
    case 'GroupByRollup': {
      const parts = item.items.map(tuple);
      return [...parts.keys(), parts.length].reverse().map((count) => parts.slice(0, count).flat());
    }
    case 'GroupByCube': {
      const parts = item.items.map(tuple);
      const all: number[][] = [];
      for (let mask = 2 ** parts.length - 1; mask >= 0; mask--) {
        all.push(parts.filter((_, i) => (mask >> (parts.length - 1 - i)) & 1).flat());
      }
      return all;
    }
    case 'GroupingSets':
      return item.items.flatMap((part) => setsOf(part, keyOf));
  }
}

function bindWindow(type: WindowType, call: FunctionCall, scope: Scope, context: QueryContext): BoundWindow {
  const { min, max } = WINDOWS[type];
  if (call.args.length < min || call.args.length > max) {
    throw validatorError(
      call,
      `Invalid number of arguments to function '$${type}'. Was expecting ${min} arguments`,
      'argument-count',
    );
  }
  const args = call.args.map((arg) => bindExpression(arg, scope, context.expressions));
  const time = args[0] as Rex;
  const isDateTime = isTimestamp(time.type) || time.type.root === 'DATE' || time.type.root === 'TIME_WITHOUT_TIME_ZONE';
  const isInterval = (rex: Rex) => rex.type.root === 'INTERVAL_DAY_TIME' || rex.type.root === 'INTERVAL_YEAR_MONTH';
  if (!isDateTime || !args.slice(1, min).every(isInterval)) {
    const found = args.map((arg) => `<${calciteDigest(arg.type)}>`).join(', ');
    const wanted = ['<DATETIME>', ...args.slice(1, min).map(() => '<DATETIME_INTERVAL>')].join(', ');
    throw validatorError(
      call,
      `Cannot apply '$${type}' to arguments of type '$${type}(${found})'. Supported form(s): '$${type}(${wanted})'`,
      'argument-type',
    );
  }
  const attribute = timeAttribute(time.type);
  if (time.kind !== 'InputRef' || attribute === undefined) {
    throw unplacedError(
      'TableException',
      call,
      `Window aggregate can only be defined over a time attribute column, but ${asSummaryString({ ...time.type, nullable: true } as LogicalType)} encountered.`,
      'time-attribute',
    );
  }
  const intervals = args.slice(1).map((arg, i) => milliseconds(arg, call.args[i + 1] as Expression));
  const rowtime = attribute === 'ROWTIME';
  const [first, second] = intervals.map(Number);
  // HOP(time, slide, size); the others give the size (the gap of a SESSION) first.
  const window =
    type === 'HOP'
      ? { type, rowtime, size: second as number, slide: first as number }
      : { type, rowtime, size: first as number };
  return { place: call, type, time, intervals, window };
}

/** A constant interval of days to milliseconds. */
export function milliseconds(rex: Rex, place: Expression): bigint {
  if (rex.type.root === 'INTERVAL_YEAR_MONTH') {
    throw unplacedError(
      'TableException',
      place,
      'Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.',
      'interval-unit',
    );
  }
  if (rex.kind === 'Literal' && typeof rex.value === 'bigint') {
    return rex.value;
  }
  throw unplacedError('TableException', place, 'Only constant window descriptors are supported.', 'interval');
}

/** How TUMBLE_START and its kin end; told before the pattern is tried, for every call is asked. */
const isAuxiliary = (name: string): boolean =>
  name.endsWith('_START') || name.endsWith('_END') || name.endsWith('_ROWTIME') || name.endsWith('_PROCTIME');

const AUXILIARY = /^(TUMBLE|HOP|SESSION)_(START|END|ROWTIME|PROCTIME)$/;

function noMatch(name: string, type: string, call: FunctionCall): Error {
  return validatorError(
    call,
    `Call to auxiliary group function '${name}' must have matching call to group function '$${type}' in GROUP BY clause`,
    'group-window',
  );
}

function auxiliary(
  call: FunctionCall,
  window: BoundWindow | undefined,
  properties: Property[],
  scope: Scope,
  context: QueryContext,
): Rex | undefined {
  const name = functionName(call) ?? '';
  if (!isAuxiliary(name)) return undefined;
  const [, type, suffix] = AUXILIARY.exec(name) ?? [];
  if (type === undefined || suffix === undefined) {
    return undefined;
  }
  checkAuxiliary(name, type as WindowType, call, scope, context);
  const property = suffix.toLowerCase() as Property;
  if (!window || window.type !== type) {
    throw noMatch(name, type, call);
  }
  const args = call.args.map((arg) => bindExpression(arg, scope, context.expressions));
  const same =
    args.length === window.intervals.length + 1 &&
    rexEquals(args[0] as Rex, window.time) &&
    window.intervals.every((interval, i) => {
      const arg = args[i + 1];
      return arg?.kind === 'Literal' && arg.value === interval;
    });
  if (!same) {
    throw noMatch(name, type, call);
  }
  let index = properties.indexOf(property);
  if (index < 0) {
    index = properties.push(property) - 1;
  }
  const result = windowPropertyType(window.time.type, property);
  return { kind: 'InputRef', index: FIRST_CALL + PROPERTIES + index, type: result };
}

/** Number and types of what TUMBLE_START and its kin take: a time, intervals, and perhaps an offset. */
function checkAuxiliary(
  name: string,
  type: WindowType,
  call: FunctionCall,
  scope: Scope,
  context: QueryContext,
): readonly Rex[] {
  const intervals = type === 'HOP' ? 2 : 1;
  const { length } = call.args;
  if (length < intervals + 1 || length > intervals + 2) {
    const message = `Invalid number of arguments to function '${name}'. Was expecting ${intervals + 1} arguments`;
    throw validatorError(call, message, 'argument-count');
  }
  const operands = call.args.map((arg) => bindExpression(arg, scope, context.expressions));
  const found = operands.map((operand) => operand.type);
  const fits =
    isDateTime(found[0] as LogicalType) &&
    found.slice(1, intervals + 1).every(isInterval) &&
    found.slice(intervals + 1).every(({ root }) => root === 'TIME_WITHOUT_TIME_ZONE');
  if (fits) return operands;
  const form = (...more: string[]) =>
    `'${name}(<DATETIME>${', <DATETIME_INTERVAL>'.repeat(intervals)}${more.map((one) => `, <${one}>`).join('')})'`;
  throw validatorError(
    call,
    `Cannot apply '${name}' to arguments of type '${name}(${found.map((one) => `<${calciteDigest(one)}>`).join(', ')})'. Supported form(s): ${form()}\n${form('TIME')}`,
    'argument-type',
  );
}

/** TUMBLE(…) and TUMBLE_START(…) where no GROUP BY gives them a meaning. */
export function outsideOfGroupBy(
  call: FunctionCall,
  grouped: boolean,
  scope: Scope,
  context: QueryContext,
): Rex | undefined {
  const name = functionName(call) ?? '';
  const type = windowType(call);
  if (type && call.args.length >= WINDOWS[type].min && !call.args.some((arg) => arg.kind === 'TableArgument')) {
    throw validatorError(call, `Group function '$${type}' can only appear in GROUP BY clause`, 'group-window');
  }
  const [, auxiliaryOf, suffix = ''] = AUXILIARY.exec(name) ?? [];
  if (auxiliaryOf === undefined) return undefined;
  const operands = checkAuxiliary(name, auxiliaryOf as WindowType, call, scope, context);
  if (grouped) throw noMatch(name, auxiliaryOf, call);
  // The validator lets it pass; refuse-calls.ts does not.
  const result = windowPropertyType((operands[0] as Rex).type, suffix.toLowerCase() as Property);
  return { kind: 'Call', fn: name, operands, type: result };
}

const GROUPING_FUNCTIONS = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID']);

function groupingCall(
  call: FunctionCall,
  keys: readonly Rex[],
  scope: Scope,
  collector: AggregateCollector,
  context: QueryContext,
): Rex | undefined {
  const name = functionName(call) ?? '';
  if (!GROUPING_FUNCTIONS.has(name)) {
    return undefined;
  }
  const args = call.args.map((arg) => {
    const rex = bindExpression(arg, scope, context.expressions);
    if (!keys.some((key) => rexEquals(key, rex))) {
      throw validatorError(arg, `Argument to ${name} operator must be a grouped expression`, 'not-grouped');
    }
    return rex;
  });
  return collector.add({
    fn: name,
    args,
    distinct: false,
    filter: null,
    withinGroup: [],
    ignoreNulls: false,
    type: types.bigint(false),
    name,
  });
}

/** An Aggregate over a projection of keys and arguments. */
export interface BuiltAggregate {
  readonly rel: AggregateRel;
  readonly keys: readonly Rex[];
  /** An expression over the row of FROM as one over the Aggregate's row. */
  rewrite(rex: Rex, context: QueryContext): Rex;
}

/** `nameOf` gives the select alias of a call or key that is a whole SELECT item. */
export function buildAggregate(
  input: Rel,
  grouping: Grouping | undefined,
  collector: AggregateCollector,
  nameOf: (placeholder: Rex) => string | undefined,
): BuiltAggregate {
  const keys = grouping?.keys ?? [];
  const columns: Rex[] = [...keys];
  const column = (rex: Rex): Rex => {
    let index = columns.findIndex((known) => rexEquals(known, rex));
    if (index < 0) {
      index = columns.push(rex) - 1;
    }
    return { kind: 'InputRef', index, type: rex.type };
  };
  const timeIndex = grouping?.window ? (column(grouping.window.time) as { index: number }).index : -1;
  const bound = collector.calls.map((call): AggregateCall => {
    const args = call.args.map(column);
    return {
      ...call,
      args,
      filter: call.filter && column(filterColumn(call.filter)),
      withinGroup: call.withinGroup.map((key) => ({ ...key, expr: column(key.expr) })),
    };
  });
  const names = uniqueNames(
    columns.map((rex, i) => {
      // A key takes the name that the SELECT list gives it.
      const name = i < keys.length ? nameOf(rex) : undefined;
      const own = rex.kind === 'InputRef' ? input.fields[rex.index]?.name : undefined;
      return name && !name.startsWith('EXPR$') ? name : (own ?? `$f${i}`);
    }),
  );
  // COUNT(*) alone needs no column.
  const isAsIs =
    columns.length === 0 || (isIdentity(columns, input) && names.every((name, i) => name === input.fields[i]?.name));
  const below = isAsIs ? input : project(input, columns, names);
  const calls = bound.map((call, i) => {
    const placeholder: Rex = { kind: 'InputRef', index: FIRST_CALL + i, type: call.type };
    return { ...call, name: nameOf(placeholder) ?? `$f${keys.length + i}` };
  });
  const group = keys.map((_, i) => i);
  const sets = grouping && grouping.sets.length > 0 ? grouping.sets : [group];
  const window: GroupWindow | undefined = grouping?.window && {
    ...grouping.window.window,
    timeIndex,
    properties: grouping.properties.map((property) => ({ property, name: `w$${property}` })),
  };
  const rel = aggregate(below, group, sets, calls, window, windowColumns(below)?.times ?? new Set());
  return {
    rel,
    keys,
    rewrite: (rex, context) => {
      const finished = collector.finish(rex, keys, context.expressions);
      const shift = keys.length + PROPERTIES;
      return rewriteRex(finished, (node) => {
        if (node.kind !== 'InputRef') {
          return node;
        }
        return inputRef(rel.fields, node.index >= shift ? node.index - shift + keys.length + calls.length : node.index);
      });
    },
  };
}

/** A FILTER counts rows where it is true: `IS TRUE` unless it cannot be null. */
function filterColumn(filter: Rex): Rex {
  return filter.type.nullable
    ? { kind: 'Call', fn: 'IS TRUE', operands: [filter], type: types.boolean(false) }
    : filter;
}

function isIdentity(columns: readonly Rex[], input: Rel): boolean {
  return (
    columns.length === input.fields.length && columns.every((rex, i) => rex.kind === 'InputRef' && rex.index === i)
  );
}
