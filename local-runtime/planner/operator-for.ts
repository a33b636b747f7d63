import type { ChangelogNormalize, Deduplicate, Join, Physical } from '../../flink-sql/plan/physical.ts';
import { isTimeOrdered } from '../../flink-sql/plan/traits.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../errors.ts';
import { AppendJoinOperator } from '../operators/append-join.ts';
import { BatchOverAggregateOperator } from '../operators/batch-over-aggregate.ts';
import { BundledOperator } from '../operators/bundle/bundled-operator.ts';
import { MiniBatchGroupAggregateOperator } from '../operators/bundle/mini-batch-group-aggregate.ts';
import { MiniBatchJoinOperator } from '../operators/bundle/mini-batch-join.ts';
import { ChangelogNormalizeOperator } from '../operators/changelog-normalize.ts';
import { CollapseOperator } from '../operators/collapse.ts';
import { CorrelateOperator } from '../operators/correlate.ts';
import { DeduplicateOperator } from '../operators/deduplicate.ts';
import { DropUpdateBeforeOperator } from '../operators/drop-update-before.ts';
import { ExpandOperator } from '../operators/expand.ts';
import { GroupAggregateOperator } from '../operators/group-aggregate.ts';
import { GroupWindowAggregateOperator } from '../operators/group-window-aggregate.ts';
import { IntervalJoinOperator } from '../operators/interval-join.ts';
import { JoinOperator } from '../operators/join.ts';
import { MatchRecognizeOperator } from '../operators/match-recognize.ts';
import { MiniBatchAssignerOperator } from '../operators/mini-batch-assigner.ts';
import { NonTimeOverOperator } from '../operators/non-time-over.ts';
import type { Operator, OperatorContext } from '../operators/operator.ts';
import { OverAggregateOperator } from '../operators/over-aggregate.ts';
import { limitOperator, rankOperator } from '../operators/rank/rank-for.ts';
import { SessionWindowAggregateOperator } from '../operators/session-window-aggregate.ts';
import { SessionWindowRowsOperator } from '../operators/session-window-rows.ts';
import { tableFunction } from '../operators/table-functions.ts';
import { TemporalJoinOperator } from '../operators/temporal-join.ts';
import { TemporalSortOperator } from '../operators/temporal-sort.ts';
import { UnionOperator } from '../operators/union.ts';
import { WatermarkAssignerOperator } from '../operators/watermark-assigner.ts';
import { WindowAggregateOperator } from '../operators/window-aggregate.ts';
import { WindowDeduplicateOperator } from '../operators/window-deduplicate.ts';
import { WindowJoinOperator } from '../operators/window-join.ts';
import { WindowRankOperator } from '../operators/window-rank.ts';
import { WindowTableFunctionOperator } from '../operators/window-table-function.ts';
import { legacySettings, sessionSettings } from '../operators/windows/settings.ts';
import { sideTtl } from '../state/state-ttl.ts';
import { calcOperator, calcProgram, joinCondition, scalarProgram } from './expressions.ts';

/** The nodes whose output a node reads, left first. */
export function inputsOf(node: Physical): readonly Physical[] {
  switch (node.kind) {
    case 'TableSourceScan':
    case 'Values':
      return [];
    case 'Join':
    case 'WindowJoin':
    case 'IntervalJoin':
    case 'TemporalJoin':
      return [node.left, node.right];
    case 'Union':
      return node.inputs;
    default:
      return [node.input];
  }
}

/** The operator that carries out a node (the ExecNode's translateToPlanInternal). */
export function operatorFor(node: Physical, context: OperatorContext): Operator {
  const inputTypes = inputsOf(node).map((input) => input.fields.map((f) => f.type));
  const types = inputTypes[0] ?? [];
  switch (node.kind) {
    case 'Calc':
      return calcOperator(node.exprs, node.condition, types, context);
    case 'WatermarkAssigner':
      return new WatermarkAssignerOperator(node.timeIndex, scalarProgram(node.expr, types, context), context);
    case 'MiniBatchAssigner':
      return new MiniBatchAssignerOperator(node, types, context);
    case 'GroupAggregate':
      return node.miniBatch
        ? new MiniBatchGroupAggregateOperator(node, node.miniBatch, types, context)
        : new GroupAggregateOperator(node, types, context);
    case 'WindowAggregate':
      return node.window.type === 'SESSION'
        ? new SessionWindowAggregateOperator(sessionSettings(node), types, context)
        : new WindowAggregateOperator(node, types, context);
    case 'GroupWindowAggregate': {
      const settings = legacySettings(node, types);
      return settings.type === 'SESSION'
        ? new SessionWindowAggregateOperator(settings, types, context)
        : new GroupWindowAggregateOperator(settings, types, context);
    }
    case 'WindowTableFunction':
      return node.window.type === 'SESSION'
        ? new SessionWindowRowsOperator(node, types, context)
        : new WindowTableFunctionOperator(node, types, context);
    case 'DropUpdateBefore':
      return new DropUpdateBeforeOperator(types, context);
    case 'ChangelogNormalize':
      return normalizeOperator(node, types, context);
    case 'Expand':
      return new ExpandOperator(
        node.projects.map((exprs) => calcProgram(exprs, null, types, context)),
        node.fields.map((f) => f.type),
        context,
      );
    case 'Join': {
      const right = inputTypes[1] ?? [];
      const condition = node.condition ? joinCondition(node.condition, types, right, context) : undefined;
      if (appendsOnly(node, context)) return new AppendJoinOperator(node, [types, right], condition, context);
      const join = new JoinOperator(node, [types, right], condition, context);
      return node.miniBatch ? new MiniBatchJoinOperator(node, node.miniBatch.size, [types, right], join) : join;
    }
    case 'WindowJoin': {
      const right = inputTypes[1] ?? [];
      const condition = node.condition ? joinCondition(node.condition, types, right, context) : undefined;
      return new WindowJoinOperator(node, [types, right], condition, context);
    }
    case 'WindowRank':
      return new WindowRankOperator(node, types, context);
    case 'WindowDeduplicate':
      return new WindowDeduplicateOperator(node, types, context);
    case 'Correlate': {
      const made = node.fields.slice(types.length).map((f) => f.type);
      const condition = node.condition ? joinCondition(node.condition, types, made, context) : undefined;
      const fn = tableFunction(
        node.fn,
        node.args.map((arg) => arg.type),
      );
      return new CorrelateOperator(node, calcProgram(node.args, null, types, context), fn, condition, context);
    }
    case 'IntervalJoin': {
      const right = inputTypes[1] ?? [];
      const condition = node.condition ? joinCondition(node.condition, types, right, context) : undefined;
      return new IntervalJoinOperator(node, [types, right], condition, context);
    }
    case 'TemporalJoin': {
      const right = inputTypes[1] ?? [];
      const condition = node.condition ? joinCondition(node.condition, types, right, context) : undefined;
      return new TemporalJoinOperator(node, [types, right], condition, context);
    }
    case 'OverAggregate':
      if (node.sorted) return new BatchOverAggregateOperator(node, types, context);
      return isTimeOrdered(node)
        ? new OverAggregateOperator(node, types, context)
        : new NonTimeOverOperator(node, types, context);
    case 'Match':
      return new MatchRecognizeOperator(node, types, context);
    case 'Collapse':
      return new CollapseOperator(node, types, context);
    case 'TemporalSort':
      return new TemporalSortOperator(node, types, context);
    case 'Deduplicate':
      return deduplicateOperator(node, types, context);
    case 'Rank':
      return rankOperator(node, types, context);
    case 'Limit':
      return limitOperator(node, types, context);
    case 'Union':
      return new UnionOperator(node.inputs.length, context);
    default:
      throw new FlinkFault('TableException', `The local runtime cannot run ${node.kind} yet.`);
  }
}

/** A join whose rows never go, for which a simpler operator will do. */
function appendsOnly(node: Join, { options }: OperatorContext): boolean {
  if (node.miniBatch) return false;
  if (sideTtl(node.hints, 'LEFT', options) > 0 || sideTtl(node.hints, 'RIGHT', options) > 0) return false;
  return [node.left, node.right].every(({ traits: { changelogMode } }) => {
    return !changelogMode.updateBefore && !changelogMode.updateAfter && !changelogMode.delete;
  });
}

function deduplicateOperator(node: Deduplicate, types: readonly LogicalType[], context: OperatorContext): Operator {
  const inner = new DeduplicateOperator(node, types, context);
  if (!node.miniBatch) return inner;
  const keeps = node.rowtime ? 'all' : node.keepLast ? 'last' : 'first';
  return new BundledOperator(inner, node.keys, keeps, node.miniBatch.size, node.input.fields);
}

function normalizeOperator(
  node: ChangelogNormalize,
  types: readonly LogicalType[],
  context: OperatorContext,
): Operator {
  const filter = node.condition ? calcProgram([node.condition], null, types, context) : undefined;
  const inner = new ChangelogNormalizeOperator(node, types, context, filter);
  return node.miniBatch ? new BundledOperator(inner, node.keys, 'last', node.miniBatch.size, node.input.fields) : inner;
}
