import type {
  GroupAggregate,
  GroupWindowAggregate,
  OverAggregate,
  Physical,
  WindowAggregate,
} from '../../flink-sql/plan/physical.ts';
import type { AggregateCall } from '../../flink-sql/plan/rex.ts';
import { isTimeOrdered } from '../../flink-sql/plan/traits.ts';
import { types } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { CallLog, REMOTE, type RemoteCall } from '../operators/aggregates/call-log.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import { type Pairs, RemoteAggregatesOperator } from '../operators/remote-aggregates.ts';
import { sideTtl } from '../state/state-ttl.ts';
import type { JobFunctions } from '../udf/job-functions.ts';
import { operatorFor } from './operator-for.ts';

type Aggregating = GroupAggregate | WindowAggregate | GroupWindowAggregate | OverAggregate;

export const isAggregating = (node: Physical): node is Aggregating =>
  node.kind === 'GroupAggregate' ||
  node.kind === 'WindowAggregate' ||
  node.kind === 'GroupWindowAggregate' ||
  node.kind === 'OverAggregate';

/** The operator of an aggregating node some of whose calls are users' functions: that of its kind, with their accumulators elsewhere. */
export function remoteAggregates(node: Aggregating, context: OperatorContext, functions: JobFunctions): Operator {
  const inputTypes = node.input.fields.map((field) => field.type);
  const first = node.kind === 'OverAggregate' ? inputTypes.length : node.group.length;
  const number = types.int(false);
  const made: { log: CallLog; field: number }[] = [];
  const calls = node.calls.map((call, c): AggregateCall => {
    const { udf } = call;
    if (!udf) return call;
    if (node.kind === 'OverAggregate' && !node.sorted && !isTimeOrdered(node)) {
      throw new FlinkFault(
        'UnsupportedOperationException',
        `The local runtime cannot call the function ${udf.name} in an OVER that is not ordered by time. Run the statement on a Flink cluster.`,
      );
    }
    const argTypes = call.args.map((arg) => {
      if (arg.kind !== 'InputRef') throw new Error('aggregate arguments must be input fields');
      return inputTypes[arg.index] ?? arg.type;
    });
    const log = new CallLog(functions.use(udf, argTypes), argTypes, call.type);
    made.push({ log, field: first + c });
    const remote: RemoteCall = { ...call, fn: REMOTE, type: number, log };
    return remote;
  });
  const fields = node.fields.map((field, f) =>
    made.some((each) => each.field === f) ? { ...field, type: number } : field,
  );
  const numbered = { ...node, calls, fields };
  const pairs = pairsOf(node, context);
  const inner: Physical =
    numbered.kind === 'GroupAggregate' && pairs.suppressed ? { ...numbered, generateUpdateBefore: true } : numbered;
  return new RemoteAggregatesOperator({ inner: (own) => operatorFor(inner, own), calls: made, pairs }, context);
}

/** Flink runs aggregate functions of PyFlink in GROUP BY and group windows of streaming queries. Throws for other places. */
export function refusePython(node: Aggregating, { options }: OperatorContext): void {
  const udf = node.calls.find((call) => call.udf?.language === 'PYTHON')?.udf;
  const isBatch = options['execution.runtime-mode']?.toLowerCase() === 'batch';
  if (!udf || (!isBatch && (node.kind === 'GroupAggregate' || node.kind === 'GroupWindowAggregate'))) return;
  throw new FlinkFault(
    'UnsupportedOperationException',
    `${udf.name} is an aggregate function in Python, which Flink runs in GROUP BY of streaming queries and in group windows, not in ${isBatch ? 'batch mode' : node.kind}.`,
  );
}

/** An updating GROUP BY tells nothing of a group whose values stay the same, unless its state has a time to live (GroupAggFunction). */
function pairsOf(node: Aggregating, { options }: OperatorContext): Pairs {
  const suppressed = node.kind === 'GroupAggregate' && sideTtl(node.hints ?? [], 'ONE', options) === 0;
  return { suppressed, dropsBefore: suppressed && !node.generateUpdateBefore };
}
