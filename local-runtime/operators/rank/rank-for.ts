import type { Limit, Rank } from '../../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { AppendOnlyTopN } from './append-only-top-n.ts';
import { FastTop1 } from './fast-top-1.ts';
import { RetractableTopN } from './retractable-top-n.ts';
import type { TopNSettings } from './top-n.ts';
import { UpdatableTopN } from './updatable-top-n.ts';

/** The Top-N operator that StreamExecRank chooses for a strategy. */
export function rankOperator(node: Rank, inputTypes: readonly LogicalType[], context: OperatorContext): Operator {
  const top1 = node.rankStart === 1 && node.rankEnd === 1;
  switch (node.strategy) {
    case 'Retract':
      return new RetractableTopN(node, inputTypes, context);
    case 'AppendFast':
      return top1 ? new FastTop1(node, inputTypes, context) : new AppendOnlyTopN(node, inputTypes, context);
    case 'UpdateFast':
      return top1
        ? new FastTop1(node, inputTypes, context)
        : new UpdatableTopN(node, node.input.traits.upsertKeys[0] ?? [], inputTypes, context);
  }
}

/** LIMIT is a Top-N without an order (StreamExecLimit). */
export function limitOperator(node: Limit, inputTypes: readonly LogicalType[], context: OperatorContext): Operator {
  const { changelogMode } = node.input.traits;
  const settings: TopNSettings = {
    fields: node.fields,
    partition: [],
    order: [],
    rankStart: node.offset + 1,
    rankEnd: node.fetch === undefined ? Number.MAX_SAFE_INTEGER : node.offset + node.fetch,
    outputRankNumber: false,
    generateUpdateBefore: node.traits.changelogMode.updateBefore,
  };
  const appendOnly = !changelogMode.updateBefore && !changelogMode.updateAfter && !changelogMode.delete;
  return appendOnly
    ? new AppendOnlyTopN(settings, inputTypes, context)
    : new RetractableTopN(settings, inputTypes, context);
}
