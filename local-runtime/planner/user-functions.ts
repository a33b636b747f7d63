import type { UserFunctionCall } from '../../flink-sql/functions/user-functions.ts';
import type { Calc, Correlate, GroupAggregate, Physical } from '../../flink-sql/plan/physical.ts';
import type { AggregateCall, Rex } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { GIVEN_VALUE } from '../operators/aggregates/given-value.ts';
import { type AggregateStep, FunctionAggregateOperator } from '../operators/function-aggregate.ts';
import { type CallStage, type CallStep, FunctionCalcOperator } from '../operators/function-calc.ts';
import { FunctionCorrelateOperator } from '../operators/function-correlate.ts';
import { GroupAggregateOperator } from '../operators/group-aggregate.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import { sideTtl } from '../state/state-ttl.ts';
import type { JobFunctions } from '../udf/job-functions.ts';
import { callsUserFunction, type StagedCall, stage } from '../udf/stages.ts';
import { asksWatermark, calcProgram, joinCondition } from './expressions.ts';
import { isAggregating, refusePython, remoteAggregates } from './remote-aggregates.ts';

type Types = readonly LogicalType[];

/** The operator of a node that calls users' functions; undefined for one that calls none. Throws for those that cannot here. */
export function functionOperator(
  node: Physical,
  context: OperatorContext,
  functions: JobFunctions,
): Operator | undefined {
  const name = functionIn(node);
  if (name === undefined) return undefined;
  if (node.kind === 'Calc') return calcWithFunctions(node, context, functions);
  if (node.kind === 'Correlate' && node.udf) return correlateWithFunction(node, node.udf, context, functions);
  if (isAggregating(node)) refusePython(node, context);
  if (node.kind === 'GroupAggregate' && isPlain(node, context)) return aggregateWithFunctions(node, context, functions);
  if (isAggregating(node)) return remoteAggregates(node, context, functions);
  throw elsewhere(name, node.kind);
}

const elsewhere = (name: string, where: string): FlinkFault =>
  new FlinkFault(
    'UnsupportedOperationException',
    `The local runtime cannot call the function ${name} in ${where}: it calls functions in SELECT, WHERE, LATERAL TABLE, GROUP BY and OVER. Run the statement on a Flink cluster.`,
  );

const APART = new Set(['input', 'inputs', 'left', 'right', 'traits', 'fields', 'table']);

/** The name of the first user's function that a node itself calls. */
function functionIn(node: Physical): string | undefined {
  const search = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
    if ('udf' in value && value.udf !== undefined) return (value.udf as { readonly name: string }).name;
    for (const each of Array.isArray(value) ? value : Object.values(value)) {
      const found = search(each);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // A Correlate is a function's own call.
  const own = search({ udf: (node as { readonly udf?: unknown }).udf });
  if (own !== undefined) return own;
  for (const [key, value] of Object.entries(node)) {
    const found = APART.has(key) ? undefined : search(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function calcWithFunctions(node: Calc, context: OperatorContext, functions: JobFunctions): Operator {
  const types = node.input.fields.map((field) => field.type);
  const { exprs, condition } = node;
  const watermarked = [...exprs, ...(condition ? [condition] : [])].some(asksWatermark);
  if (watermarked) throw elsewhere(functionIn(node) ?? '', 'a query with CURRENT_WATERMARK');
  const stages: CallStage[] = [];
  const last = exprs.some(callsUserFunction);
  if (condition && (last || callsUserFunction(condition))) {
    const { calls, exprs: conditions } = stage([condition], types.length);
    const all = withResultTypes(types, calls);
    const kept = last ? types.map((type, index): Rex => ({ kind: 'InputRef', index, type })) : exprs;
    const calc = calcProgram(kept, conditions[0] as Rex, all, context);
    stages.push({ steps: callSteps(calls, types, context, functions), calc });
  }
  if (last) {
    const { calls, exprs: made } = stage(exprs, types.length);
    const calc = calcProgram(made, null, withResultTypes(types, calls), context);
    stages.push({ steps: callSteps(calls, types, context, functions), calc });
  }
  return new FunctionCalcOperator(stages, context);
}

function correlateWithFunction(
  node: Correlate,
  udf: UserFunctionCall,
  context: OperatorContext,
  functions: JobFunctions,
): Operator {
  const types = node.input.fields.map((field) => field.type);
  const made = node.fields.slice(types.length).map((field) => field.type);
  if (node.condition && callsUserFunction(node.condition))
    throw elsewhere(udf.name, 'the condition of a LATERAL TABLE');
  const { calls, exprs } = stage(node.args, types.length);
  const parts = {
    fn: functions.use(
      udf,
      node.args.map((arg) => arg.type),
    ),
    steps: callSteps(calls, types, context, functions),
    args: calcProgram(exprs, null, withResultTypes(types, calls), context),
    ...(node.condition && { condition: joinCondition(node.condition, types, made, context) }),
  };
  return new FunctionCorrelateOperator(node, parts, context);
}

/** Values are worked out row by row, before the operator that tells what becomes of the groups. */
const isPlain = (node: GroupAggregate, { options }: OperatorContext): boolean =>
  !node.miniBatch &&
  sideTtl(node.hints ?? [], 'ONE', options) === 0 &&
  !node.calls.some((call) => call.udf && call.distinct);

function aggregateWithFunctions(node: GroupAggregate, context: OperatorContext, functions: JobFunctions): Operator {
  const types = node.input.fields.map((field) => field.type);
  const steps: AggregateStep[] = [];
  const made: LogicalType[] = [];
  const calls = node.calls.map((call): AggregateCall => {
    const { udf, args, filter } = call;
    if (!udf) return call;
    const fields = args.map(indexOf);
    const fn = functions.use(
      udf,
      fields.map((field) => types[field] as LogicalType),
    );
    steps.push({ fn, args: fields, filter: filter ? indexOf(filter) : -1, type: call.type });
    made.push(call.type);
    const value: Rex = { kind: 'InputRef', index: types.length + made.length - 1, type: call.type };
    return {
      fn: GIVEN_VALUE,
      args: [value],
      distinct: false,
      filter: null,
      withinGroup: [],
      ignoreNulls: false,
      type: call.type,
      name: call.name,
    };
  });
  const inner = new GroupAggregateOperator({ ...node, calls }, [...types, ...made], context);
  return new FunctionAggregateOperator({ group: node.group, steps, inner }, types, context);
}

function indexOf(rex: Rex): number {
  if (rex.kind !== 'InputRef') throw new Error('aggregate arguments and filters must be input fields');
  return rex.index;
}

const withResultTypes = (types: Types, calls: readonly StagedCall[]): Types => [
  ...types,
  ...calls.map(({ call, guard }) => (guard ? { ...call.type, nullable: true } : call.type)),
];

/** The calls as steps over rows of these types. */
export function callSteps(
  calls: readonly StagedCall[],
  types: Types,
  context: OperatorContext,
  functions: JobFunctions,
): CallStep[] {
  return calls.map(({ call, args, guard }, i) => {
    if (!call.udf) throw new Error(`${call.fn} is no user's function`);
    const seen = withResultTypes(types, calls.slice(0, i));
    return {
      fn: functions.use(
        call.udf,
        call.operands.map((operand) => operand.type),
      ),
      args: calcProgram(args, null, seen, context),
      ...(guard && { guard: calcProgram([guard], null, seen, context) }),
      type: call.type,
    };
  });
}
