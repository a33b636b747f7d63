import { calciteDigest } from '../../types/calcite-digest.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { Physical } from '../physical.ts';
import { and, conjuncts } from '../rel-builder.ts';
import { type RexStyle, rexText } from '../rex-text.ts';
import { attachedText, type Item, type NodeText, names, ttlItems } from './texts.ts';

const JOIN_NAMES = {
  INNER: 'InnerJoin',
  LEFT: 'LeftOuterJoin',
  RIGHT: 'RightOuterJoin',
  FULL: 'FullOuterJoin',
  SEMI: 'LeftSemiJoin',
  ANTI: 'LeftAntiJoin',
} as const;

/** Equalities and the rest of a join's condition. */
function joinWhere(
  node: Extract<Physical, { kind: 'Join' | 'WindowJoin' | 'IntervalJoin' | 'TemporalJoin' }>,
  style: RexStyle,
  more: readonly string[] = [],
): string {
  const fields = [...node.left.fields, ...node.right.fields];
  const isSemi = node.joinType === 'SEMI' || node.joinType === 'ANTI';
  const all = names(isSemi ? uniquePair(fields) : node.fields);
  const equals = node.leftKeys.map((left, i) => {
    const right = node.left.fields.length + (node.rightKeys[i] as number);
    const [a, b] = [all[left], all[right]];
    if (!node.filterNulls[i]) {
      return style === 'prefix' ? `IS NOT DISTINCT FROM(${a}, ${b})` : `${a} IS NOT DISTINCT FROM ${b}`;
    }
    return style === 'prefix' ? `=(${a}, ${b})` : `(${a} = ${b})`;
  });
  const rest = (node.condition ? conjuncts(node.condition) : []).map((part) => rexText(part, all, style));
  const parts = [...equals, ...rest, ...more];
  if (parts.length <= 1) {
    return parts[0] ?? 'true';
  }
  return style === 'prefix' ? `AND(${parts.join(', ')})` : `(${parts.join(' AND ')})`;
}

/** The condition that stands for the join's time and keys. */
function temporalText(node: Extract<Physical, { kind: 'TemporalJoin' }>): string {
  const all = names(node.fields);
  const width = node.left.fields.length;
  const left = node.leftKeys.map((key) => all[key]).join(', ');
  const right = node.rightKeys.map((key) => all[width + key]).join(', ');
  const parts = [
    all[node.leftTimeIndex],
    all[width + node.rightTimeIndex],
    `__TEMPORAL_JOIN_CONDITION_PRIMARY_KEY(${right})`,
    `__TEMPORAL_JOIN_LEFT_KEY(${left})`,
    `__TEMPORAL_JOIN_RIGHT_KEY(${right})`,
  ];
  return `__TEMPORAL_JOIN_CONDITION(${parts.join(', ')})`;
}

function uniquePair(fields: readonly RowField[]): RowField[] {
  const used = new Set<string>();
  return fields.map((field) => {
    let name = field.name;
    for (let i = 0; used.has(name); i++) {
      name = `${field.name}${i}`;
    }
    used.add(name);
    return { ...field, name };
  });
}

type Node = Extract<
  Physical,
  { kind: 'Join' | 'WindowJoin' | 'IntervalJoin' | 'TemporalJoin' | 'LookupJoin' | 'Correlate' }
>;

/** Joins of all kinds. */
export function joinItems(node: Node, style: RexStyle): NodeText {
  switch (node.kind) {
    case 'Join': {
      const side = (spec: typeof node.leftUnique) =>
        ({ JOIN_KEY_UNIQUE: 'JoinKeyContainsUniqueKey', HAS_UNIQUE_KEY: 'HasUniqueKey', NONE: 'NoUniqueKey' })[
          spec.kind
        ];
      return {
        type: 'Join',
        items: [
          ['joinType', JOIN_NAMES[node.joinType]],
          ['where', joinWhere(node, style)],
          ['select', names(node.fields).join(', ')],
          ['leftInputSpec', side(node.leftUnique)],
          ['rightInputSpec', side(node.rightUnique)],
          ...(node.miniBatch ? ([['miniBatch', 'true']] as const) : []),
          ...ttlItems(node.hints, style),
        ],
      };
    }
    case 'WindowJoin':
      return {
        type: 'WindowJoin',
        items: [
          ['leftWindow', attachedText(node.leftWindow, node.leftAttached, node.leftKeys, node.left.fields)],
          ['rightWindow', attachedText(node.rightWindow, node.rightAttached, node.rightKeys, node.right.fields)],
          ['joinType', JOIN_NAMES[node.joinType]],
          ['where', joinWhere(node, style)],
          ['select', names(node.fields).join(', ')],
        ],
      };
    case 'IntervalJoin': {
      const { rowtime, lower, upper, leftTimeIndex, rightTimeIndex } = node;
      const rest = node.condition ? [node.condition] : [];
      const bounds = [
        `isRowTime=${rowtime}`,
        `leftLowerBound=${lower}`,
        `leftUpperBound=${upper}`,
        `leftTimeIndex=${leftTimeIndex}`,
        `rightTimeIndex=${rightTimeIndex}`,
      ];
      return {
        type: 'IntervalJoin',
        items: [
          ['joinType', JOIN_NAMES[node.joinType]],
          ['windowBounds', bounds.join(', ')],
          ['where', joinWhere({ ...node, condition: and([...node.times, ...rest]) }, style)],
          ['select', names(node.fields).join(', ')],
        ],
      };
    }
    case 'TemporalJoin':
      return {
        type: 'TemporalJoin',
        items: [
          ['joinType', JOIN_NAMES[node.joinType]],
          ['where', joinWhere(node, style, [temporalText(node)])],
          ['select', names(node.fields).join(', ')],
        ],
      };
    case 'LookupJoin': {
      const { catalog, database, name } = node.table.identifier;
      const width = node.input.fields.length;
      const all = names(node.fields);
      const columns = names(node.columns);
      const lookup = node.tableKeys.map((key, i) => `${columns[key]}=${all[node.inputKeys[i] as number]}`);
      const parts = node.exprs?.map((expr) => rexText(expr, columns, style)) ?? columns;
      const select = all.map((field, i) =>
        i < width || parts[i - width] === field ? field : `${parts[i - width]} AS ${field}`,
      );
      const items: Item[] = [
        ['table', `${catalog}.${database}.${name}`],
        ['joinType', JOIN_NAMES[node.joinType]],
        ['lookup', lookup.join(', ')],
      ];
      if (node.condition) {
        items.push(['joinCondition', rexText(node.condition, all, style)]);
      }
      items.push(['select', select.join(', ')]);
      if (node.hint?.retriesMisses) {
        items.push(['retry', `lookup_miss, FIXED_DELAY, ${node.hint.delay ?? 0}ms, ${node.hint.maxAttempts ?? ''}`]);
      }
      return { type: 'LookupJoin', items };
    }
    case 'Correlate': {
      const width = node.input.fields.length;
      const fn = node.udf?.name ?? node.fn;
      const isReplicate = node.fn === '$REPLICATE_ROWS$1';
      const args = node.args.map((arg) => {
        const text = rexText(arg, names(node.input.fields), 'prefix');
        return arg.kind === 'InputRef' && !isReplicate ? `$cor0.${text}` : text;
      });
      const made = node.fields.slice(width).map((field) => field.name);
      const row = node.fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');
      const shown = isReplicate ? node.args.map((_, i) => `$${i}`).join(', ') : args.join(', ');
      const items: Item[] = [
        ['invocation', `${fn}(${shown})`],
        ['correlate', `table(${fn}(${args.join(isReplicate ? ',' : ', ')}))`],
        ['select', [...names(node.input.fields), ...made].join(',')],
        ['rowType', `RecordType(${row})`],
        ['joinType', node.joinType],
      ];
      return {
        type: 'Correlate',
        items: node.condition
          ? [...items, ['condition', rexText(node.condition, names(node.fields), 'prefix')]]
          : items,
      };
    }
  }
}
