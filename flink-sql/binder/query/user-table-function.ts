import { summaryName } from '../../catalog/store.ts';
import type { TableFunctionRel } from '../../plan/rel.ts';
import type { Expression, TableFunction } from '../../syntax/ast.ts';
import { type RowField, withNullability } from '../../types/logical-type.ts';
import { error } from '../expressions/errors.ts';
import { expressionBinder } from '../expressions/index.ts';
import type { OuterScope } from '../expressions/scope.ts';
import { requireKind, userCall, whoKnows } from '../expressions/user-calls.ts';
import type { QueryContext } from './context.ts';
import { nameParts } from './names.ts';

/** What Flink calls the column of a function that collects values (LogicalTypeUtils.toRowType). */
const ATOMIC = 'EXPR$0';

/** Is this a call of a user's function, whatever its kind? */
export const callsUserFunction = ({ call }: TableFunction, context: QueryContext): boolean =>
  call.kind === 'FunctionCall' && context.expressions.findFunction?.(nameParts(call.name)) !== undefined;

/** A user's table function in FROM; undefined where the name is none of a user's function. */
export function bindUserTableFunction(
  call: Expression,
  context: QueryContext,
  outer: OuterScope | undefined,
): TableFunctionRel | undefined {
  if (call.kind !== 'FunctionCall') return undefined;
  const fn = context.expressions.findFunction?.(nameParts(call.name));
  if (!fn) return undefined;
  whoKnows(call, fn, context.bind);
  const values = call.args.map((arg) => (arg.kind === 'NamedArgument' ? arg.value : arg));
  if (values.some(({ kind }) => kind === 'TableArgument' || kind === 'Descriptor' || kind === 'ModelArgument')) {
    const message = `${fn.className} is a process table function, which the local runtime does not run. Run the statement on a Flink cluster.`;
    throw error(call, 'user-function', 'UnsupportedOperationException', message, false);
  }
  const scope = { clause: 'SELECT', relations: [], over: false, ...(outer ? { outer } : {}) } as const;
  const { signature, args } = userCall(call, fn, expressionBinder(scope, context.expressions), false);
  if (signature.kind === 'SCALAR' || signature.kind === 'AGGREGATE') {
    const name = fn.identifier ? summaryName(fn.identifier) : fn.name;
    const message = `Function '${name}' cannot be used as a table function.`;
    throw error(call, 'user-function', 'ValidationException', message, false);
  }
  requireKind(call, fn, signature, 'TABLE');
  const { result } = signature;
  // A row that is NULL is none, so that its fields are as they say.
  const fields: readonly RowField[] =
    result.root === 'ROW'
      ? result.fields.map(({ name, type }) => ({ name, type: result.nullable ? withNullability(type, true) : type }))
      : [{ name: ATOMIC, type: result }];
  return { kind: 'TableFunction', fn: '$USER_FUNCTION', args, inputs: [], fields, udf: signature.call };
}
