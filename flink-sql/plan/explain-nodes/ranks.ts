import type { RowField } from '../../types/logical-type.ts';
import { rankOf } from '../optimize/physical-nodes.ts';
import type { Physical } from '../physical.ts';
import { timeAttribute } from '../rel-builder.ts';
import { orderText, type RexStyle } from '../rex-text.ts';
import { attachedText, type Item, type NodeText, names, pick } from './texts.ts';

/** How a Top-N works; of updates by key with the key's fields. */
function strategyText(node: Extract<Physical, { kind: 'Rank' }>): string {
  const key = node.strategy === 'UpdateFast' ? `[${node.input.traits.upsertKeys[0]?.join(',') ?? ''}]` : '';
  return `${node.strategy}Strategy${key}`;
}

/** `ROWTIME ts ASC`: a Rank names the kind of a time attribute. */
function timedOrderText(key: Parameters<typeof orderText>[0][number], fields: readonly RowField[]): string {
  const type = fields[key.index]?.type;
  const attribute = type && timeAttribute(type);
  return `${attribute ? `${attribute} ` : ''}${orderText([key], fields)}`;
}

type Node = Extract<
  Physical,
  { kind: 'Limit' | 'Rank' | 'Deduplicate' | 'Collapse' | 'TemporalSort' | 'WindowRank' | 'WindowDeduplicate' }
>;

/** Nodes that keep rows by their order. */
export function rankItems(node: Node, style: RexStyle): NodeText {
  switch (node.kind) {
    case 'Limit':
      return {
        type: 'Limit',
        items: [
          ['offset', String(node.offset)],
          ['fetch', String(node.fetch)],
        ],
      };
    case 'Rank': {
      const order = orderText(node.order, node.fields);
      if (node.sortLimit) {
        const sorted: Item[] = [
          ['orderBy', order],
          ['offset', String(node.rankStart - 1)],
          ['fetch', String(node.rankEnd - node.rankStart + 1)],
          ['strategy', strategyText(node)],
        ];
        return { type: 'SortLimit', items: sorted };
      }
      const select = names(node.input.fields);
      if (node.outputRankNumber) {
        select.push(node.fields.at(-1)?.name ?? '');
      }
      return {
        type: 'Rank',
        items: [
          ['strategy', node.id === 0 ? 'UndefinedStrategy' : strategyText(node)],
          ['rankType', 'ROW_NUMBER'],
          ['rankRange', `rankStart=${node.rankStart}, rankEnd=${node.rankEnd}`],
          ['partitionBy', pick(node.fields, node.partition)],
          ['orderBy', node.order.map((key) => timedOrderText(key, node.input.fields)).join(', ')],
          ['select', select.join(', ')],
        ],
      };
    }
    case 'Deduplicate':
      if (style === 'prefix') return rankItems(rankOf(node), style);
      return {
        type: 'Deduplicate',
        items: [
          ['keep', node.keepLast ? 'LastRow' : 'FirstRow'],
          ['key', pick(node.fields, node.keys)],
          ['order', node.rowtime ? 'ROWTIME' : 'PROCTIME'],
          ['outputInsertOnly', String(!node.traits.changelogMode.updateAfter)],
        ],
      };
    case 'Collapse': {
      const items: Item[] = [['orderBy', orderText(node.order, node.fields)]];
      if (node.fetch === undefined) return { type: 'Sort', items };
      if (node.order.length === 0) items.length = 0;
      items.push(['offset', String(node.offset)], ['fetch', String(node.fetch)], ['global', 'true']);
      return { type: node.order.length ? 'SortLimit' : 'Limit', items };
    }
    case 'TemporalSort':
      return { type: 'TemporalSort', items: [['orderBy', orderText(node.order, node.fields)]] };
    case 'WindowRank': {
      const select = names(node.fields);
      return {
        type: 'WindowRank',
        items: [
          ['window', attachedText(node.window, node.attached, node.partition, node.fields)],
          ['rankType', 'ROW_NUMBER'],
          ['rankRange', `rankStart=${node.rankStart}, rankEnd=${node.rankEnd}`],
          ['partitionBy', pick(node.fields, node.partition)],
          ['orderBy', orderText(node.order, node.fields)],
          ['select', select.join(', ')],
        ],
      };
    }
    case 'WindowDeduplicate':
      return {
        type: 'WindowDeduplicate',
        items: [
          ['window', attachedText(node.window, node.attached, node.keys, node.fields)],
          ['keep', node.keepLast ? 'LastRow' : 'FirstRow'],
          ['partitionKeys', pick(node.fields, node.keys)],
          ['orderKey', node.fields[node.timeIndex]?.name ?? ''],
          ['order', 'ROWTIME'],
        ],
      };
  }
}
