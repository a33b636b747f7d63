import type { Rel, WindowSpec } from '../../plan/rel.ts';
import { isTimestamp, timeAttribute, windowTableFunction } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall, Identifier, TableArgument } from '../../syntax/ast.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import { type LogicalType, type RowField, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { bindExpression } from '../expressions/index.ts';
import { argumentScope } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, unplacedError, unsupported, validatorError, withOrigin } from './context.ts';
import { milliseconds } from './group-by.ts';
import { bindQuery } from './query.ts';
import { tableRel } from './table-ref.ts';

type WindowType = WindowSpec['type'];
type DescribedColumn = { readonly parts: readonly Identifier[]; readonly start: number; readonly end: number };

/** Parameter names and how many arguments each function needs; the last one (offset) is optional but for SESSION. */
const SIGNATURES: Readonly<Record<WindowType, { readonly names: readonly string[]; readonly needed: number }>> = {
  TUMBLE: { names: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'], needed: 3 },
  HOP: { names: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'], needed: 4 },
  CUMULATE: { names: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'], needed: 4 },
  SESSION: { names: ['DATA', 'TIMECOL', 'GAP'], needed: 3 },
};

const FORMS: Readonly<Record<WindowType, string>> = {
  TUMBLE: 'TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval])',
  HOP: 'HOP(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
  CUMULATE:
    'CUMULATE(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
  SESSION: 'SESSION(TABLE table_name, DESCRIPTOR(timecol), datetime interval)',
};

/** TUMBLE, HOP, CUMULATE or SESSION when the call is one of them. */
export function windowFunctionName(call: Expression): WindowType | undefined {
  if (call.kind !== 'FunctionCall' || call.name.parts.length !== 1) {
    return undefined;
  }
  const name = call.name.parts[0]?.name.toUpperCase();
  return name !== undefined && name in SIGNATURES ? (name as WindowType) : undefined;
}

/** A window table function in FROM. */
export function bindWindowFunction(type: WindowType, call: Expression, env: QueryEnv, context: QueryContext): Rel {
  if (call.kind !== 'FunctionCall') {
    throw unsupported(call, 'This table function');
  }
  if (call.args.length === 0) {
    throw unplacedError('ArrayIndexOutOfBoundsException', call, 'Index 0 out of bounds for length 0', 'argument-count');
  }
  // Flink looks at the arguments before it counts them.
  const bound = new Map(call.args.map((arg) => [arg, bindArgument(arg, env, context)]));
  const { needed, names } = SIGNATURES[type];
  if (call.args.length < needed || call.args.length > names.length) {
    throw validatorError(
      call,
      `Invalid number of arguments to function '${type}'. Was expecting ${needed} arguments`,
      'argument-count',
    );
  }
  const args = positional(type, call);
  const [table, descriptor, ...others] = args.map((arg) => bound.get(arg) as Argument);
  if (table?.kind !== 'table' || !descriptor) {
    throw unsupported(args[0] as Expression, 'A window function over something else than a table');
  }
  const input = table.rel;
  const intervals = others.map((argument) => asValue(argument, context));
  if (descriptor.kind !== 'columns') {
    throw wrongArguments(type, call, input, [asValue(descriptor, context), ...intervals]);
  }
  const { columns } = descriptor;
  const timeIndex = timeColumn(columns, descriptor.node, input);
  if (!intervals.every((rex) => rex.type.root === 'INTERVAL_DAY_TIME' || rex.type.root === 'INTERVAL_YEAR_MONTH')) {
    throw wrongArguments(type, call, input, ['COLUMN_LIST', ...intervals]);
  }
  const time = (input.fields[timeIndex] as RowField).type;
  checkTimeColumn(type, time, call);
  const ms = intervals.map((rex, i) => millisecondsLater(rex, (others[i] as Argument).node, context));
  const spec = windowSpec(
    type,
    ms,
    table.node.kind === 'TableArgument' ? partitionKeys(table.node, input, context) : [],
  );
  context.whenPlanned(() => checkSizes(spec, ms, call));
  const rel = windowTableFunction(input, {
    ...spec,
    timeIndex,
    rowtime: timeAttribute(time) === 'ROWTIME',
    ltz: time.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
  });
  return withOrigin(rel, call, context);
}

type Argument = { readonly node: Expression } & (
  | { readonly kind: 'table'; readonly rel: Rel }
  | { readonly kind: 'columns'; readonly columns: readonly DescribedColumn[] }
  | { readonly kind: 'value'; readonly rex: Rex }
);

function bindArgument(arg: Expression, env: QueryEnv, context: QueryContext): Argument {
  const node = arg.kind === 'NamedArgument' ? arg.value : arg;
  if (node.kind === 'Subquery') return { kind: 'table', node, rel: bindQuery(node.query, env, context) };
  if (node.kind === 'TableArgument') return { kind: 'table', node, rel: tableArgument(node, env, context) };
  const columns = descriptorColumns(node);
  if (columns) return { kind: 'columns', node, columns };
  return { kind: 'value', node, rex: bindExpression(node, argumentScope, context.expressions) };
}

/** An argument in a place where a value is wanted; what is none has a type of its own, or is refused. */
function asValue(argument: Argument, context: QueryContext): Rex {
  if (argument.kind === 'value') return argument.rex;
  return bindExpression(argument.node, argumentScope, context.expressions);
}

/** Arguments by position; named ones must come in the order of the parameters, as Flink's planner expects them. */
function positional(type: WindowType, call: FunctionCall): readonly Expression[] {
  const { names } = SIGNATURES[type];
  return call.args.map((arg, i) => {
    if (arg.kind === 'NamedArgument' && arg.name.name.toUpperCase() !== names[i]) {
      throw unplacedError(
        'IllegalStateException',
        arg,
        `The named arguments of ${type} must be given in the order ${names.join(', ')}.`,
        'named-arguments',
      );
    }
    return arg;
  });
}

function tableArgument(table: TableArgument, env: QueryEnv, context: QueryContext): Rel {
  switch (table.source.kind) {
    case 'QualifiedName':
      return tableRel(table.source, [], env, context).rel;
    case 'Query':
      return bindQuery(table.source, env, context);
    case 'FunctionCall': {
      const type = windowFunctionName(table.source);
      if (type) {
        return bindWindowFunction(type, table.source, env, context);
      }
      throw unsupported(table, 'A table function as argument');
    }
    case 'Invalid':
      throw unsupported(table, 'This argument');
  }
}

/** The names inside DESCRIPTOR(…); undefined for any other expression. */
function descriptorColumns(expr: Expression): readonly DescribedColumn[] | undefined {
  if (expr.kind === 'Descriptor') {
    return expr.columns;
  }
  const isDescriptor = expr.kind === 'FunctionCall' && expr.name.parts[0]?.name.toUpperCase() === 'DESCRIPTOR';
  return isDescriptor ? expr.args.flatMap((arg) => (arg.kind === 'ColumnRef' ? [arg] : [])) : undefined;
}

function timeColumn(columns: readonly DescribedColumn[], descriptor: Expression, input: Rel): number {
  let first = -1;
  const [time] = columns;
  if (!time) throw unplacedError('ArrayIndexOutOfBoundsException', descriptor, '', 'unknown-column');
  for (const column of columns) {
    const name = column.parts.at(-1)?.name ?? '';
    const index = input.fields.findIndex((field) => field.name === name);
    if (index < 0) {
      throw validatorError(column, `Unknown identifier '${name}'`, 'unknown-column');
    }
    first = first < 0 ? index : first;
  }
  return first;
}

/** The length of an interval; a month has none, which is told when the statement is bound. */
function millisecondsLater(rex: Rex, place: Expression, context: QueryContext): number {
  if (rex.type.root === 'INTERVAL_DAY_TIME') return Number(milliseconds(rex, place));
  context.whenPlanned(() => void milliseconds(rex, place));
  return 1;
}

function partitionKeys(table: TableArgument, input: Rel, context: QueryContext): number[] {
  return table.partitionBy.flatMap((expr) => {
    const name = expr.kind === 'ColumnRef' ? expr.parts.at(-1)?.name : undefined;
    const index = input.fields.findIndex((field) => field.name === name);
    if (index >= 0) return index;
    context.whenPlanned(() => {
      throw unplacedError('IndexOutOfBoundsException', expr, 'bit < 0: -1', 'unknown-column');
    });
    return [];
  });
}

function wrongArguments(
  type: WindowType,
  call: FunctionCall,
  input: Rel,
  behind: readonly (Rex | 'COLUMN_LIST')[],
): Error {
  const fields = input.fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');
  const rest = behind.map((rex) => `<${rex === 'COLUMN_LIST' ? rex : calciteDigest(rex.type)}>`);
  const found = [`<RECORDTYPE(${fields.toUpperCase()})>`, ...rest].join(', ');
  return validatorError(
    call,
    `Cannot apply '${type}' to arguments of type '${type}(${found})'. Supported form(s): ${FORMS[type]}`,
    'argument-type',
  );
}

function checkTimeColumn(type: WindowType, time: LogicalType, call: FunctionCall): void {
  const shown = asSummaryString(withNullability(time, true));
  if (!isTimestamp(time)) {
    const name = calciteDigest(withNullability(time, true));
    throw unplacedError(
      'ValidationException',
      call,
      `The window function ${FORMS[type]} requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${name}.\nBesides, the timecol must be a time attribute type in streaming mode.`,
      'time-attribute',
    );
  }
  if (timeAttribute(time) === undefined) {
    throw unplacedError(
      'ValidationException',
      call,
      `The window function requires the timecol is a time attribute type, but is ${shown}.`,
      'time-attribute',
    );
  }
}

type Sizes = Pick<WindowSpec, 'type' | 'size' | 'step' | 'offset' | 'partition'>;

function windowSpec(type: WindowType, ms: readonly number[], partition: readonly number[]): Sizes {
  const [first = 0, second = 0, third = 0] = ms;
  switch (type) {
    case 'TUMBLE':
      return { type, size: first, offset: second, partition };
    case 'SESSION':
      return { type, size: first, offset: 0, partition };
    case 'HOP':
    case 'CUMULATE':
      return { type, step: first, size: second, offset: third, partition };
  }
}

function checkSizes({ type, size, step, offset }: Sizes, ms: readonly number[], call: FunctionCall): void {
  const refuse = (message: string, exception = 'ValidationException'): never => {
    throw unplacedError(exception, call, message, 'window-size');
  };
  if (type === 'TUMBLE' || type === 'SESSION') {
    const what = type === 'TUMBLE' ? 'size' : 'gap';
    if (size <= 0) {
      refuse(`${type} table function based aggregate requires ${what} to be positive, but got ${size} ms.`);
    }
    if (type === 'TUMBLE' && ms.length > 1 && Math.abs(offset) >= size) {
      refuse(
        `TUMBLE table function parameters must satisfy abs(offset) < size, but got size ${size} ms and offset ${offset} ms.`,
      );
    }
    return;
  }
  const stepMs = step as number;
  if (type === 'HOP') {
    if (stepMs <= 0 || size <= 0) {
      refuse(
        `HOP table function based aggregate requires slide and size to be positive, but got slide ${stepMs} ms and size ${size} ms.`,
      );
    }
    if (Math.abs(offset) >= stepMs) {
      refuse(
        `HOP table function parameters must satisfy abs(offset) < slide, but got slide ${stepMs} ms and offset ${offset} ms.`,
      );
    }
    return;
  }
  if (stepMs <= 0 || size <= 0) {
    refuse(
      `CUMULATE table function based aggregate requires maxSize and step to be positive, but got maxSize ${size} ms and step ${stepMs} ms.`,
    );
  }
  if (size % stepMs !== 0) {
    refuse(
      `CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize ${size} ms and step ${stepMs} ms.`,
    );
  }
  if (Math.abs(offset) >= stepMs) {
    refuse(
      `CUMULATE table function parameters must satisfy abs(offset) < step, but got step ${stepMs} ms and offset ${offset} ms.`,
    );
  }
}
