import type { ResolvedModel } from '../../catalog/model.ts';
import type { Rel, TableFunctionName, TableFunctionRel } from '../../plan/rel.ts';
import { uniqueNames } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Descriptor, Expression, FunctionCall } from '../../syntax/ast.ts';
import { calciteDigest, familyName, relationDigest } from '../../types/calcite-digest.ts';
import { supportsImplicitCast } from '../../types/casts.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { bindExpression } from '../expressions/index.ts';
import { argumentScope, type OuterScope } from '../expressions/scope.ts';
import { unparse } from '../unparse.ts';
import { type QueryContext, type QueryEnv, unplacedError, validatorError } from './context.ts';
import { checkEvaluation, EVALUATED } from './ml-evaluate.ts';
import { nameParts } from './names.ts';
import { bindQuery } from './query.ts';
import { tableRel } from './table-ref.ts';
import { bindWindowFunction, windowFunctionName } from './window-function.ts';

/** An argument of a table function, bound: what it is and how an error message calls it. */
type Argument =
  | { readonly kind: 'table'; readonly rel: Rel; readonly explicit: boolean; readonly node: Expression }
  | { readonly kind: 'model'; readonly model: ResolvedModel; readonly node: Expression }
  | { readonly kind: 'descriptor'; readonly columns: Descriptor['columns']; readonly node: Expression }
  | { readonly kind: 'value'; readonly rex: Rex; readonly node: Expression };

interface Bound {
  readonly name?: string;
  readonly argument: Argument;
}

/** Parameters of the model and search functions (BuiltInFunctionDefinitions.ML_PREDICT, SqlVectorSearchTableFunction). */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ML_PREDICT: ['INPUT', 'MODEL', 'ARGS', 'CONFIG'],
  ML_EVALUATE: ['INPUT', 'MODEL', 'LABEL', 'ARGS', 'TASK', 'CONFIG'],
  VECTOR_SEARCH: ['SEARCH_TABLE', 'COLUMN_TO_SEARCH', 'COLUMN_TO_QUERY', 'TOP_K', 'CONFIG'],
};

/** Arguments that Calcite counts before it looks at them. */
const LEAST: Readonly<Record<string, number>> = { VECTOR_SEARCH: 4, ML_EVALUATE: 5 };

const takesTables = (call: FunctionCall): boolean =>
  call.args.some((arg) => {
    const value = arg.kind === 'NamedArgument' ? arg.value : arg;
    return value.kind === 'TableArgument' || value.kind === 'ModelArgument' || value.kind === 'Descriptor';
  });

/**
 * A call in FROM that takes tables, models or descriptors: ML_PREDICT, ML_EVALUATE and VECTOR_SEARCH, or a process table function, of which there
 * is none without Java. Undefined for other calls.
 */
export function bindTableCall(
  call: Expression,
  env: QueryEnv,
  context: QueryContext,
  outer: OuterScope | undefined,
): Rel | undefined {
  if (call.kind !== 'FunctionCall') {
    return undefined;
  }
  const written = nameParts(call.name).join('.');
  const name = written.toUpperCase();
  const parameters = PARAMETERS[name];
  const own = context.bind.catalog.function(nameParts(call.name));
  if (own || (!takesTables(call) && !parameters)) {
    return undefined;
  }
  const named = call.args.filter((arg) => arg.kind === 'NamedArgument').length;
  if (named > 0 && named < call.args.length) {
    throw validatorError(call, 'Some but not all arguments are named', 'named-arguments');
  }
  const bound = call.args.map((arg): Bound => {
    const value = arg.kind === 'NamedArgument' ? arg.value : arg;
    const argument = bindArgument(value, env, context, outer);
    return arg.kind === 'NamedArgument' ? { name: arg.name.name, argument } : { argument };
  });
  // Flink looks at the arguments before it counts them.
  const least = LEAST[name] ?? 0;
  if (named === 0 && call.args.length < least) {
    throw validatorError(
      call,
      `Invalid number of arguments to function '${name}'. Was expecting ${least} arguments`,
      'argument-count',
    );
  }
  if (!parameters) {
    refuseBareTable(bound, call);
    throw noMatch(call, written, bound, '');
  }
  const ordered = byPosition(bound, parameters, call);
  if (name === 'ML_EVALUATE') return evaluate(call, ordered);
  return name === 'ML_PREDICT' ? predict(call, ordered) : search(call, ordered);
}

function bindArgument(node: Expression, env: QueryEnv, context: QueryContext, outer: OuterScope | undefined): Argument {
  if (node.kind === 'Descriptor') {
    return { kind: 'descriptor', columns: node.columns, node };
  }
  if (node.kind === 'ModelArgument') {
    const parts = nameParts(node.name);
    const model = context.bind.catalog.model(context.bind.catalog.qualify(parts));
    if (!model) {
      throw validatorError(node.name, `Object '${parts.join('.')}' not found`, 'unknown-model');
    }
    return { kind: 'model', model, node };
  }
  if (node.kind === 'Subquery') {
    return { kind: 'table', rel: bindQuery(node.query, env, context), explicit: false, node };
  }
  if (node.kind === 'TableArgument') {
    const { source } = node;
    const explicit = node.partitionBy.length === 0 && node.orderBy.length === 0;
    if (source.kind === 'QualifiedName') {
      return { kind: 'table', rel: tableRel(source, [], env, context).rel, explicit, node };
    }
    if (source.kind === 'Query') {
      return { kind: 'table', rel: bindQuery(source, env, context), explicit: false, node };
    }
    const type = source.kind === 'FunctionCall' ? windowFunctionName(source) : undefined;
    if (type && source.kind === 'FunctionCall') {
      return { kind: 'table', rel: bindWindowFunction(type, source, env, context), explicit: false, node };
    }
  }
  const scope = outer ? { ...argumentScope, outer } : argumentScope;
  return { kind: 'value', rex: bindExpression(node, scope, context.expressions), node };
}

/** Without PARTITION BY and by position, Calcite takes `TABLE t` for a scalar query where it does not know the function. */
function refuseBareTable(bound: readonly Bound[], call: FunctionCall): void {
  for (const { name, argument } of bound) {
    if (name === undefined && argument.kind === 'table' && argument.explicit && argument.rel.fields.length > 1) {
      const row = relationDigest(argument.rel.fields).toUpperCase();
      throw unplacedError(
        'SqlValidatorException',
        call,
        `Cannot apply '$SCALAR_QUERY' to arguments of type '$SCALAR_QUERY(<${row.replace('RECORDTYPE', 'RECORDTYPE')}>)'. Supported form(s): '$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'`,
        'unknown-function',
      );
    }
  }
}

function argumentText({ name, argument }: Bound): string {
  const text = typeText(argument);
  return name === undefined ? text : `${name} => ${text}`;
}

function typeText(argument: Argument): string {
  switch (argument.kind) {
    case 'table': {
      const { fields } = argument.rel;
      const only = fields.length === 1 && argument.node.kind === 'Subquery' ? fields[0] : undefined;
      return only ? `<${familyName(only.type)}>` : `<${relationDigest(fields)}>`;
    }
    case 'model':
      return `<${relationDigest(argument.model.output)}>`;
    case 'descriptor':
      return '<COLUMN_LIST>';
    case 'value':
      return `<${familyName(argument.rex.type)}>`;
  }
}

function noMatch(call: FunctionCall, name: string, bound: readonly Bound[], supported: string): Error {
  const text = bound.map(argumentText).join(', ');
  return validatorError(call, `No match found for function signature ${name}(${text})${supported}`, 'unknown-function');
}

function byPosition(bound: readonly Bound[], parameters: readonly string[], call: FunctionCall): readonly Bound[] {
  if (bound[0]?.name === undefined) {
    return bound;
  }
  if (bound.some(({ name }) => !parameters.includes(name?.toUpperCase() ?? ''))) {
    throw validatorError(call, 'DEFAULT is only allowed for optional parameters', 'named-arguments');
  }
  return parameters.flatMap((parameter) => bound.filter(({ name }) => name?.toUpperCase() === parameter));
}

const PREDICT_FORM =
  '.\nSupported signatures are:\nML_PREDICT(INPUT => {TABLE, ROW SEMANTIC TABLE}, MODEL => {MODEL}, ARGS => DESCRIPTOR, CONFIG => MAP<STRING, STRING>)';

/** ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(inputs) [, config]): the rows with the model's output (MLPredictTypeStrategy). */
function predict(call: FunctionCall, bound: readonly Bound[]): Rel {
  const [input, model, args] = bound.map(({ argument }) => argument);
  if (input?.kind !== 'table' || model?.kind !== 'model' || args?.kind !== 'descriptor') {
    throw noMatch(call, 'ML_PREDICT', bound, PREDICT_FORM);
  }
  const refuse = (message: string) => unplacedError('ValidationException', call, message, 'model');
  const { fields } = input.rel;
  const wanted = model.model.input;
  const described = args.columns.map((column) => {
    const name = nameParts(column).join('.');
    const field = fields.find((candidate) => candidate.name === name);
    if (field) return { name, field };
    throw refuse(
      `Descriptor column '${name}' not found in table columns. Available columns: ${fields.map((each) => each.name).join(', ')}.`,
    );
  });
  if (described.length !== wanted.length) {
    throw refuse(
      `Number of descriptor columns (${described.length}) does not match model input size (${wanted.length}).`,
    );
  }
  described.forEach(({ name, field }, i) => {
    const target = (wanted[i] as RowField).type;
    if (!supportsImplicitCast(withNullability(field.type, false), withNullability(target, true))) {
      throw refuse(
        `Descriptor column '${name}' type ${asSummaryString(field.type)} cannot be assigned to model input type ${asSummaryString(target)} at position ${i}.`,
      );
    }
  });
  return tableFunction('ML_PREDICT', input.rel, model.model.output);
}

/** ML_EVALUATE(TABLE t, MODEL m, DESCRIPTOR(label), DESCRIPTOR(inputs), task [, config]): one row of metrics. */
function evaluate(call: FunctionCall, bound: readonly Bound[]): Rel {
  const [input, model, label, args, task, config] = bound.map(({ argument }) => argument);
  if (input?.kind === 'table' && model?.kind === 'table') refuseBareTable(bound, call);
  if (
    input?.kind !== 'table' ||
    model?.kind !== 'model' ||
    label?.kind !== 'descriptor' ||
    args?.kind !== 'descriptor' ||
    task?.kind !== 'value'
  ) {
    throw noMatch(call, 'ML_EVALUATE', bound, '');
  }
  checkEvaluation(call, {
    fields: input.rel.fields,
    model: model.model,
    label: label.columns,
    args: args.columns,
    task: { rex: task.rex, node: task.node },
    config: config?.kind === 'value' ? config.rex : undefined,
  });
  return { kind: 'TableFunction', fn: 'ML_EVALUATE', args: [], inputs: [input.rel], fields: EVALUATED };
}

/** VECTOR_SEARCH(TABLE t, DESCRIPTOR(v), query, k): the k nearest rows with their score (SqlVectorSearchTableFunction). */
function search(call: FunctionCall, bound: readonly Bound[]): Rel {
  const [table, descriptor, query, top] = bound.map(({ argument }) => argument);
  const refuse = (message: string) => unplacedError('ValidationException', call, message, 'vector-search');
  if (
    table?.kind !== 'table' ||
    descriptor?.kind !== 'descriptor' ||
    query?.kind !== 'value' ||
    top?.kind !== 'value'
  ) {
    throw noMatch(call, 'VECTOR_SEARCH', bound, '');
  }
  for (const column of descriptor.columns) {
    const name = nameParts(column).at(-1) ?? '';
    if (!table.rel.fields.some((field) => field.name === name)) {
      throw validatorError(column, `Unknown identifier '${name}'`, 'unknown-column');
    }
  }
  const [column] = descriptor.columns;
  if (!column || descriptor.columns.length > 1) {
    const shown = descriptor.columns.map((column) => `\`${nameParts(column).join('.')}\``).join(', ');
    throw refuse(
      `Expect parameter COLUMN_TO_SEARCH for VECTOR_SEARCH only contains one column, but multiple columns are found in operand DESCRIPTOR(${shown}).`,
    );
  }
  const name = nameParts(column).at(-1);
  const { type } = table.rel.fields.find((field) => field.name === name) as RowField;
  if (!isVector(type)) {
    throw refuse(
      `Expect search column \`${name}\` type is ARRAY<FLOAT> or ARRAY<DOUBLE>, but its type is ${calciteDigest(type)}.`,
    );
  }
  const isCorrelated = JSON.stringify(query.rex, (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  ).includes('"Correlation"');
  if (!isCorrelated && query.rex.type.root !== 'ARRAY') {
    throw refuse('The query column is not literal, please use LATERAL TABLE to run VECTOR_SEARCH.');
  }
  const k = top.rex;
  if (k.kind !== 'Literal' || k.type.root !== 'INTEGER' || top.node.kind === 'Cast') {
    throw refuse(
      `Expect parameter top_k is an INTEGER NOT NULL literal in VECTOR_SEARCH, but it is ${unparse(top.node)} with type ${asSummaryString(k.type)}.`,
    );
  }
  if (Number(k.value) <= 0) {
    throw refuse(`Parameter top_k must be greater than 0, but was ${Number(k.value)}.`);
  }
  return tableFunction('VECTOR_SEARCH', table.rel, [{ name: 'score', type: types.double(false) }]);
}

const isVector = (type: LogicalType): boolean =>
  type.root === 'ARRAY' && (type.element.root === 'FLOAT' || type.element.root === 'DOUBLE');

/** The input's row with more columns; names that are taken get a number. */
function tableFunction(fn: TableFunctionName, input: Rel, more: readonly RowField[]): TableFunctionRel {
  const fields = [...input.fields, ...more.map(({ name, type }) => ({ name, type }))];
  const names = uniqueNames(fields.map((field) => field.name));
  return {
    kind: 'TableFunction',
    fn,
    args: [],
    inputs: [input],
    fields: fields.map((field, i) => ({ ...field, name: names[i] as string })),
  };
}
