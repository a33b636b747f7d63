import type { ResolvedModel } from '../../catalog/model.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Descriptor, Expression, FunctionCall } from '../../syntax/ast.ts';
import { supportsImplicitCast } from '../../types/casts.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import { unplacedError, validatorError } from './context.ts';
import { nameParts } from './names.ts';

type Columns = Descriptor['columns'];

/** What ML_EVALUATE is called with, its table's columns in `fields`. */
export interface Evaluation {
  readonly fields: readonly RowField[];
  readonly model: ResolvedModel;
  readonly label: Columns;
  readonly args: Columns;
  readonly task: { readonly rex: Rex; readonly node: Expression };
  readonly config: Rex | undefined;
}

const TASKS = ['REGRESSION', 'CLUSTERING', 'CLASSIFICATION', 'EMBEDDING', 'TEXT_GENERATION'];

/** The metrics by name. */
export const EVALUATED: readonly RowField[] = [{ name: 'result', type: types.map(types.string(), types.double()) }];

/** Refuses what Flink refuses, in its order (SqlMLEvaluateTableFunction). */
export function checkEvaluation(call: FunctionCall, evaluation: Evaluation): void {
  const { fields, model, label, args, task, config } = evaluation;
  const refuse = (message: string) => unplacedError('ValidationException', call, message, 'model');
  for (const column of [...label, ...args]) {
    const name = nameParts(column).at(-1) ?? '';
    if (!fields.some((field) => field.name === name)) {
      throw validatorError(column, `Unknown identifier '${name}'`, 'unknown-column');
    }
  }
  const typeOf = (column: Columns[number]): LogicalType =>
    (fields.find((field) => field.name === nameParts(column).at(-1)) as RowField).type;
  if (args.length !== model.input.length) {
    throw refuse(
      `Number of input descriptor columns (${args.length}) does not match model input size (${model.input.length}).`,
    );
  }
  for (const [i, column] of args.entries()) {
    const { type: wanted } = model.input[i] as RowField;
    if (fits(typeOf(column), wanted)) continue;
    throw refuse(
      `Input descriptor column type ${shown(typeOf(column))} cannot be assigned to model input type ${shown(wanted)} at position ${i}.`,
    );
  }
  const [only] = label;
  if (!only || label.length !== 1) throw refuse('Label descriptor must have exactly one column for evaluation.');
  const [output] = model.output;
  if (output && !fits(typeOf(only), output.type)) {
    throw refuse(
      `Label descriptor column type ${shown(typeOf(only))} cannot be assigned to model output type ${shown(output.type)} for evaluation.`,
    );
  }
  checkTask(task, refuse);
  if (config && config.type.root !== 'MAP') throw refuse('Config param should be a MAP.');
}

function checkTask({ rex, node }: Evaluation['task'], refuse: (message: string) => Error): void {
  if (rex.kind !== 'Literal' || typeof rex.value !== 'string') {
    const kind = rex.kind === 'Literal' && typeof rex.value === 'number' ? 'SqlNumericLiteral' : 'SqlBasicCall';
    const called = node.kind === 'ColumnRef' ? 'SqlIdentifier' : kind;
    throw refuse(`Expected a valid task string literal, but got: ${called}.`);
  }
  // Upper case in the message, lower case in the call.
  if (!TASKS.some((task) => task.toLowerCase() === rex.value)) {
    throw refuse(`Unsupported task: ${rex.value}. Supported tasks are: [${TASKS.join(', ')}].`);
  }
}

const fits = (from: LogicalType, to: LogicalType): boolean =>
  supportsImplicitCast(withNullability(from, false), withNullability(to, true));

const shown = (type: LogicalType): string => asSummaryString(withNullability(type, true));
