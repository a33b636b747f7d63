import { summaryName } from '../catalog/store.ts';
import { aggregateItems } from './explain-nodes/aggregates.ts';
import { joinItems } from './explain-nodes/joins.ts';
import { rankItems } from './explain-nodes/ranks.ts';
import { sourceItems } from './explain-nodes/scans.ts';
import { conditionOver, type Item, type NodeText, names, pick } from './explain-nodes/texts.ts';
import { matchItems } from './match-text.ts';
import type { Physical } from './physical.ts';
import { type RexStyle, rexText } from './rex-text.ts';

/** Type name and items of a node as EXPLAIN prints them. */
export function nodeItems(node: Physical, style: RexStyle): NodeText {
  switch (node.kind) {
    case 'TableSourceScan':
    case 'Values':
      return sourceItems(node, style);
    case 'GroupAggregate':
    case 'GroupWindowAggregate':
    case 'WindowTableFunction':
    case 'WindowAggregate':
    case 'Expand':
    case 'OverAggregate':
      return aggregateItems(node, style);
    case 'Join':
    case 'WindowJoin':
    case 'IntervalJoin':
    case 'TemporalJoin':
    case 'LookupJoin':
    case 'Correlate':
      return joinItems(node, style);
    case 'Limit':
    case 'Rank':
    case 'Deduplicate':
    case 'Collapse':
    case 'TemporalSort':
    case 'WindowRank':
    case 'WindowDeduplicate':
      return rankItems(node, style);
    case 'Calc': {
      const input = names(node.input.fields);
      const select = node.exprs.map((expr, i) => {
        const text = rexText(expr, input, style);
        const name = node.fields[i]?.name ?? '';
        return text === name ? text : `${text} AS ${name}`;
      });
      const items: Item[] = [['select', select.join(', ')]];
      return {
        type: 'Calc',
        items: node.condition ? [...items, ['where', conditionOver(node.condition, node.input.fields, style)]] : items,
      };
    }
    case 'WatermarkAssigner':
      return {
        type: 'WatermarkAssigner',
        items: [
          ['rowtime', node.fields[node.timeIndex]?.name ?? ''],
          ['watermark', conditionOver(node.expr, node.fields, style)],
        ],
      };
    case 'ChangelogNormalize':
      return {
        type: 'ChangelogNormalize',
        items: [
          ['key', pick(node.fields, node.keys)],
          ...(node.condition ? [['condition', conditionOver(node.condition, node.fields, style)] as const] : []),
        ],
      };
    case 'DropUpdateBefore':
      return { type: 'DropUpdateBefore', items: [] };
    case 'Exchange': {
      const keys = node.keys.length > 0 ? `[${pick(node.fields, node.keys)}]` : '';
      return { type: 'Exchange', items: [['distribution', `${node.distribution}${keys}`]] };
    }
    case 'Union':
      return {
        type: 'Union',
        items: [
          ['all', 'true'],
          ['union', names(node.fields).join(', ')],
        ],
      };
    case 'Match':
      return { type: 'Match', items: matchItems(node.spec, names(node.input.fields)) };
    case 'MiniBatchAssigner':
      return {
        type: 'MiniBatchAssigner',
        items: [
          ['interval', `${node.interval}ms`],
          ['mode', node.mode],
        ],
      };
    case 'Sink': {
      const name = node.table ? summaryName(node.table.identifier) : '*anonymous_collect$1*';
      const items: Item[] = [
        ['table', name],
        ['fields', names(node.input.fields).join(', ')],
      ];
      return { type: 'Sink', items: node.upsertMaterialize ? [...items, ['upsertMaterialize', 'true']] : items };
    }
  }
}

/** `GroupAggregate(groupBy=[x], select=[…])`, with more items added if there are any. */
export function nodeLine(node: Physical, style: RexStyle, extra: readonly Item[] = []): string {
  const { type, items } = nodeItems(node, style);
  const all = [...items, ...extra];
  return all.length === 0 ? type : `${type}(${all.map(([key, value]) => `${key}=[${value}]`).join(', ')})`;
}

/** A node in the words of an error message. */
export function describeNode(node: Physical): string {
  return nodeLine(node, node.kind === 'Join' ? 'infix' : 'prefix');
}
