import type { ResolvedFunction } from '../../catalog/model.ts';
import { SqlError } from '../../diagnostics.ts';
import type { Signature, SignatureFault, UserFunctionKind, UserFunctions } from '../../functions/user-functions.ts';
import type { AggregateCall, Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall, Identifier, WindowSpec } from '../../syntax/ast.ts';
import { isCharacter } from '../../types/families.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import type { BindContext } from '../api.ts';
import { bindFilter, orNullWhenEmpty, requireSink, withoutAggregates } from './aggregates.ts';
import { type Binder, castTo, illegalNull, isNullLiteral, literal, nullOf, placeOf } from './binder.ts';
import { error, invalid, type Place, refused } from './errors.ts';
import { checkOver, overCall } from './over.ts';
import { noMatch } from './signatures.ts';

/** A call of a function that is not built in, in an expression. */
export function bindUserFunction(node: FunctionCall, written: string, binder: Binder): Rex {
  const parts = node.name.parts.map((part) => part.name);
  const found = binder.context.findFunction?.(parts);
  if (found) return bindFound(node, found, binder);
  const args = node.args.map((argument) => bindArgument(argument, binder));
  if (parts.length > 3) {
    throw refused(node, 'identifier', 'Object identifier must consist of 1 to 3 parts.');
  }
  if (node.form === 'niladic') {
    throw invalid(node, 'unknown-column', `Column '${written}' not found in any table`);
  }
  const bare = args.findIndex((arg, i) => node.args[i]?.kind !== 'Star' && isNullLiteral(arg));
  if (bare >= 0) throw illegalNull(placeOf(node.args[bare] as Expression));
  const start = node.name.parts.at(-1)?.start ?? node.start;
  throw noMatch({ start, end: node.end }, parts.at(-1) ?? written, args);
}

const bindArgument = (argument: Expression, binder: Binder): Rex =>
  argument.kind === 'Star'
    ? literal(null, types.null())
    : binder.bind(argument.kind === 'NamedArgument' ? argument.value : argument);

function bindFound(node: FunctionCall, fn: ResolvedFunction, binder: Binder): Rex {
  const { name, signature, args } = userCall(node, fn, binder, binder.scope.aggregates?.grouped ?? false);
  if (signature.kind === 'AGGREGATE') return bindUserAggregate(node, fn, binder);
  if (node.over) throw invalid(node, 'not-an-aggregate', 'OVER must be applied to aggregate function');
  if (node.quantifier) {
    const start = binder.context.source.toUpperCase().indexOf(node.quantifier, node.name.end);
    const place = { start, end: start + node.quantifier.length };
    throw invalid(place, 'illegal-quantifier', `DISTINCT/ALL not allowed with ${name} function`);
  }
  if (signature.kind === 'TABLE') {
    throw error(node, 'user-function', 'CalciteException', `Cannot call table function here: '${name}'`, false);
  }
  requireKind(node, fn, signature, signature.kind === 'ASYNC_SCALAR' ? 'ASYNC_SCALAR' : 'SCALAR');
  return { kind: 'Call', fn: name, operands: args, type: signature.result, udf: signature.call };
}

/** An aggregate function over the rows of a group. */
function bindUserAggregate(node: FunctionCall, fn: ResolvedFunction, binder: Binder): Rex {
  if (node.withinGroup) {
    const message = `The local runtime does not run ${fn.className} with WITHIN GROUP. Run the statement on a Flink cluster.`;
    throw error(node, 'user-function', 'UnsupportedOperationException', message, false);
  }
  if (node.over) return bindUserOver(node, node.over, fn, binder);
  const sink = requireSink(node, binder);
  const { name, signature, args } = userCall(node, fn, withoutAggregates(node, binder), sink.grouped);
  requireKind(node, fn, signature, 'AGGREGATE');
  const call: AggregateCall = {
    fn: name,
    args,
    distinct: node.quantifier === 'DISTINCT',
    filter: node.filter ? bindFilter(node.filter, binder) : null,
    withinGroup: [],
    ignoreNulls: false,
    type: signature.result,
    name: '',
    udf: signature.call,
  };
  return sink.add({ ...call, type: sink.grouped && !call.filter ? call.type : orNullWhenEmpty(call) });
}

function bindUserOver(node: FunctionCall, over: WindowSpec | Identifier, fn: ResolvedFunction, binder: Binder): Rex {
  checkOver(node, binder);
  const { name, signature, args } = userCall(node, fn, binder.within({ over: false }), false);
  requireKind(node, fn, signature, 'AGGREGATE');
  const call: AggregateCall = {
    fn: name,
    args,
    distinct: node.quantifier === 'DISTINCT',
    filter: null,
    withinGroup: [],
    ignoreNulls: false,
    type: signature.result,
    name: '',
    udf: signature.call,
  };
  return overCall(call, over, binder);
}

/** Says what cannot be run here, where a function is of another kind than asked for, or its type is not known. */
export function requireKind(
  place: Place,
  fn: ResolvedFunction,
  signature: Signature,
  kind: UserFunctionKind,
): asserts signature is Signature & { readonly result: LogicalType } {
  if (signature.kind === kind && signature.result) return;
  const what = signature.kind.toLowerCase().replaceAll('_', ' ');
  const message = `${fn.className} is ${/^[ao]/.test(what) ? 'an' : 'a'} ${what} function, which the local runtime does not run. Run the statement on a Flink cluster.`;
  throw error(place, 'user-function', 'UnsupportedOperationException', message, false);
}

export interface UserCall {
  readonly name: string;
  readonly signature: Signature;
  /** As the function takes them. */
  readonly args: readonly Rex[];
}

/** The signature of a call and its arguments, cast as Flink casts them. Throws SqlError, and SignatureNeeded. */
export function userCall(node: FunctionCall, fn: ResolvedFunction, binder: Binder, grouped: boolean): UserCall {
  const name = node.name.parts.at(-1)?.name ?? fn.name;
  const functions = whoKnows(node, fn, binder.context.bind);
  if (node.args.some((argument) => argument.kind === 'NamedArgument')) {
    const message = `The local runtime takes no named arguments for ${name}: pass them by position.`;
    throw error(node, 'user-function', 'UnsupportedOperationException', message, false);
  }
  const bound = node.args.map((argument) => bindArgument(argument, binder));
  const args = bound.map((rex) => {
    const text = literalText(rex);
    return { type: rex.type, ...(text !== undefined && { literal: text }) };
  });
  const signature = functions.signature({ fn, name, args, grouped });
  if ('fault' in signature) throw faultError(node, signature.fault);
  const cast = bound.map((rex, i) => {
    const expected = signature.args[i];
    return expected ? asExpected(rex, expected) : rex;
  });
  return { name, signature, args: cast };
}

/** Texts of one length pass for texts of any (LogicalTypeCasts.supportsAvoidingCast). */
function asExpected(rex: Rex, expected: LogicalType): Rex {
  if (isNullLiteral(rex)) return nullOf(expected);
  return isCharacter(rex.type) && expected.root === 'VARCHAR' ? rex : castTo(rex, expected);
}

/** Is there anything that its class may be in? */
const hasFiles = (fn: ResolvedFunction, { jars = [], options }: BindContext): boolean =>
  fn.language === 'PYTHON' ? options['python.files'] !== undefined : fn.jars.length > 0 || jars.length > 0;

/** Who can tell what the function is. Throws where nobody can: in the editor, or where its class is in no file. */
export function whoKnows(place: Place, fn: ResolvedFunction, context: BindContext): UserFunctions {
  const { functions } = context;
  if (!functions || !hasFiles(fn, context)) throw unasked(place, fn, context);
  return functions;
}

/** Without one who runs functions: in the editor, where nothing is asked. */
function unasked(node: Place, fn: ResolvedFunction, context: BindContext): SqlError {
  if (!hasFiles(fn, context)) {
    const missing = fn.language === 'PYTHON' ? 'org.apache.flink.client.python.PythonFunctionFactory' : fn.className;
    return error(node, 'user-function', 'ClassNotFoundException', missing, false);
  }
  const language = fn.language === 'PYTHON' ? 'Python' : 'Java';
  const message = `The signature of the ${language} function ${fn.className} is known only where it runs.`;
  return error(node, 'user-function', 'UnsupportedOperationException', message, false);
}

function literalText(rex: Rex): string | undefined {
  if (rex.kind !== 'Literal' || rex.value === null) return undefined;
  const { value, type } = rex;
  if (type.root === 'DECIMAL' && typeof value === 'bigint') {
    const digits = String(value < 0n ? -value : value).padStart(type.scale + 1, '0');
    const point = digits.length - type.scale;
    return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${type.scale > 0 ? `.${digits.slice(point)}` : ''}`;
  }
  return typeof value === 'object' ? undefined : String(value);
}

/** The innermost exception that says something of its own, with those around it as its causes. */
function faultError(place: Place, all: SignatureFault): SqlError {
  const [last, before] = [all.at(-1), all.at(-2)];
  // 'Invalid input arguments.', and around it the same with the signatures that there are.
  const chain = last && before?.message.startsWith(last.message) ? all.slice(0, -1) : all;
  const innermost = chain.at(-1) ?? { exception: 'ValidationException', message: '' };
  return new SqlError({
    severity: 'error',
    code: 'user-function',
    exception: innermost.exception,
    message: innermost.message,
    start: place.start,
    end: place.end,
    placed: false,
    causes: chain.map(({ message }) => message),
  });
}
