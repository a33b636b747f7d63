import type { PartitionSpec } from '../catalog/model.ts';
import { summaryName } from '../catalog/store.ts';
import { calciteDigest } from '../types/calcite-digest.ts';
import type { RowField } from '../types/logical-type.ts';
import { matchItems } from './match-text.ts';
import { rankOf } from './optimize/physical-nodes.ts';
import type { AttachedWindow, Physical } from './physical.ts';
import type { GroupWindow, PlanHint, WindowSpec } from './rel.ts';
import { and, conjuncts, timeAttribute } from './rel-builder.ts';
import type { AggregateCall, Rex } from './rex.ts';
import { frameText, orderText, type RexStyle, rexText, valueText } from './rex-text.ts';
import { conditionText } from './search-text.ts';

const names = (fields: readonly { readonly name: string }[]): string[] => fields.map((field) => field.name);
const pick = (fields: readonly RowField[], indexes: readonly number[]): string =>
  indexes.map((index) => fields[index]?.name).join(', ');

const JOIN_NAMES = {
  INNER: 'InnerJoin',
  LEFT: 'LeftOuterJoin',
  RIGHT: 'RightOuterJoin',
  FULL: 'FullOuterJoin',
  SEMI: 'LeftSemiJoin',
  ANTI: 'LeftAntiJoin',
} as const;

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
];

/** `1 min`, `1500 ms`: the largest unit that divides (TimeUtils.formatWithHighestUnit). */
export function durationText(ms: number): string {
  const [size, unit] = UNITS.find(([units]) => ms !== 0 && ms % units === 0) ?? [1, 'ms'];
  return `${ms / size} ${unit}`;
}

export function windowText(window: WindowSpec, time: string, fields: readonly RowField[]): string {
  const parts = [time];
  if (window.type === 'SESSION') {
    parts.push(`gap=[${durationText(window.size)}]`);
    if (window.partition.length > 0) {
      parts.push(`partition keys=[${pick(fields, window.partition)}]`);
    }
  } else {
    const size = window.type === 'CUMULATE' ? 'max_size' : 'size';
    parts.push(`${size}=[${durationText(window.size)}]`);
    if (window.step !== undefined) {
      parts.push(`${window.type === 'HOP' ? 'slide' : 'step'}=[${durationText(window.step)}]`);
    }
    if (window.offset !== 0) {
      parts.push(`offset=[${durationText(window.offset)}]`);
    }
  }
  return `${window.type}(${parts.join(', ')})`;
}

function groupWindowText(window: GroupWindow, fields: readonly RowField[]): string {
  const time = fields[window.timeIndex]?.name;
  switch (window.type) {
    case 'TUMBLE':
      return `TumblingGroupWindow('w$, ${time}, ${window.size})`;
    case 'HOP':
      return `SlidingGroupWindow('w$, ${time}, ${window.size}, ${window.slide})`;
    case 'SESSION':
      return `SessionGroupWindow('w$, ${time}, ${window.size})`;
  }
}

/** `COUNT(DISTINCT x) FILTER $f2 AS d` over the input's names. */
function callText(
  call: AggregateCall,
  fields: readonly RowField[],
  retracting: boolean,
  style: RexStyle,
  name: string,
): string {
  const fn = retracting && !call.monotone && RETRACTABLE.has(call.fn) ? `${call.fn}_RETRACT` : call.fn;
  const args = call.args.length > 0 ? call.args.map((arg) => rexText(arg, names(fields), style)).join(', ') : '*';
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const filter = call.filter ? ` FILTER ${rexText(call.filter, names(fields), style)}` : '';
  return `${fn}(${distinct}${args})${filter} AS ${name}`;
}

const RETRACTABLE = new Set(['COUNT', 'SUM', 'MAX', 'MIN', 'AVG', 'FIRST_VALUE', 'LAST_VALUE', 'LISTAGG', 'SUM0']);

/** Conditions that went into a source: joined two by two by the function `and`, as Flink's expressions are. */
function pushedText(filters: readonly Rex[], columns: readonly string[]): string {
  const [first, ...others] = filters.map((condition) => rexText(condition, columns, 'prefix'));
  return others.reduce((all, next) => `and(${all}, ${next})`, first ?? '');
}

/** As Java shows a map. */
const partitionText = (spec: PartitionSpec): string =>
  `{${Object.entries(spec)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`;

const emitStrategy = (options: Readonly<Record<string, string>>): string =>
  (options['scan.watermark.emit.strategy'] ?? 'on-periodic').toLowerCase();

/** `key=[value]` of a node. */
export type Item = readonly [key: string, value: string];

/** Type name and items of a node as EXPLAIN prints them. */
export function nodeItems(node: Physical, style: RexStyle): { readonly type: string; readonly items: readonly Item[] } {
  const condition = (rex: Rex, fields: readonly RowField[]) =>
    conditionText(rex, style, (part) => rexText(part, names(fields), style));
  switch (node.kind) {
    case 'TableSourceScan': {
      const { identifier } = node.table;
      const path = [identifier.catalog, identifier.database, identifier.name];
      const pushed = [...path];
      const physical = node.table.columns.flatMap((column, i) => (column.kind === 'physical' ? [i] : []));
      const metadata = node.table.columns.flatMap((column, i) => (column.kind === 'metadata' ? [i] : []));
      const all = [...physical, ...metadata];
      const isProjected = node.projected.length < all.length;
      const columnName = (i: number) => node.table.columns[i]?.name ?? '';
      if (node.partitions) pushed.push(`partitions=[${node.partitions.map(partitionText).join(', ')}]`);
      if (node.filters) {
        pushed.push(`filter=[${pushedText(node.filters, names(node.table.columns))}]`);
      }
      if (isProjected || metadata.length > 0) {
        const read = node.projected.filter((i) => physical.includes(i)).map(columnName);
        const meta = node.projected
          .filter((i) => metadata.includes(i))
          .map((i) => {
            const column = node.table.columns[i];
            return column?.kind === 'metadata' ? (column.key ?? column.name) : '';
          });
        if (isProjected) {
          pushed.push(`project=[${read.join(', ')}]`);
          if (!node.withoutMetadata) pushed.push(`metadata=[${meta.join(', ')}]`);
        } else {
          pushed.push(`metadata=[${meta.join(', ')}]`);
        }
      }
      if (node.watermark) {
        const text = rexText(node.watermark.expr, names(node.fields), 'prefix');
        pushed.push(`watermark=[${text}]`, `watermarkEmitStrategy=[${emitStrategy(node.options)}]`);
      }
      if (node.limit !== undefined) pushed.push(`limit=[${node.limit}]`);
      return {
        type: 'TableSourceScan',
        items: [
          ['table', `[${pushed.join(', ')}]`],
          ['fields', names(node.fields).join(', ')],
        ],
      };
    }
    case 'Values': {
      const rows = node.rows.map(
        (row) => `{ ${row.map((value, i) => valueText(value, node.fields[i]?.type)).join(', ')} }`,
      );
      const tuples: Item = ['tuples', `[${rows.join(', ')}]`];
      const type = node.fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');
      return { type: 'Values', items: style === 'prefix' ? [['type', `RecordType(${type})`], tuples] : [tuples] };
    }
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
        items: node.condition ? [...items, ['where', condition(node.condition, node.input.fields)]] : items,
      };
    }
    case 'WatermarkAssigner':
      return {
        type: 'WatermarkAssigner',
        items: [
          ['rowtime', node.fields[node.timeIndex]?.name ?? ''],
          ['watermark', condition(node.expr, node.fields)],
        ],
      };
    case 'ChangelogNormalize':
      return {
        type: 'ChangelogNormalize',
        items: [
          ['key', pick(node.fields, node.keys)],
          ...(node.condition ? [['condition', condition(node.condition, node.fields)] as const] : []),
        ],
      };
    case 'DropUpdateBefore':
      return { type: 'DropUpdateBefore', items: [] };
    case 'Exchange': {
      const keys = node.keys.length > 0 ? `[${pick(node.fields, node.keys)}]` : '';
      return { type: 'Exchange', items: [['distribution', `${node.distribution}${keys}`]] };
    }
    case 'GroupAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const select: Item = ['select', [...keys, ...calls].join(', ')];
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')], select] : [select];
      return { type: 'GroupAggregate', items: [...items, ...ttlItems(node.hints ?? [], style)] };
    }
    case 'GroupWindowAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const { properties } = node.window;
      const shown = properties.map(({ property, name }) => `${property}('w$) AS ${name}`);
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
      items.push(['window', groupWindowText(node.window, fields)]);
      if (properties.length > 0) {
        items.push(['properties', properties.map(({ name }) => name).join(', ')]);
      }
      items.push(['select', [...keys, ...calls, ...shown].join(', ')]);
      return { type: 'GroupWindowAggregate', items };
    }
    case 'WindowTableFunction': {
      const time = `time_col=[${node.input.fields[node.window.timeIndex]?.name}]`;
      return { type: 'WindowTableFunction', items: [['window', windowText(node.window, time, node.input.fields)]] };
    }
    case 'WindowAggregate': {
      const fields = node.input.fields;
      const keys = node.group.map((index) => fields[index]?.name ?? '');
      const calls = node.calls.map((call, i) =>
        callText(call, fields, node.retracting, style, node.fields[keys.length + i]?.name ?? ''),
      );
      const from = keys.length + node.calls.length;
      const shown = node.properties.map(({ property }, i) => `${property}('w$) AS ${node.fields[from + i]?.name}`);
      const attached = node.windowAttached;
      const time = attached
        ? [
            ...(attached.start === undefined ? [] : [`win_start=[${fields[attached.start]?.name}]`]),
            `win_end=[${fields[attached.end]?.name}]`,
          ].join(', ')
        : `time_col=[${fields[node.window.timeIndex]?.name}]`;
      const items: Item[] = keys.length > 0 ? [['groupBy', keys.join(', ')]] : [];
      items.push(
        ['window', windowText(node.window, time, fields)],
        ['select', [...keys, ...calls, ...shown].join(', ')],
      );
      return { type: 'WindowAggregate', items };
    }
    case 'Expand': {
      const input = names(node.input.fields);
      const projects = node.projects.map((row) => {
        const texts = row.map((expr, i) => {
          // ExpandUtil prints the values of literals alone.
          const text = expr.kind === 'Literal' ? valueText(expr.value, expr.type) : rexText(expr, input, style);
          const name = node.fields[i]?.name ?? '';
          return text === name ? text : `${text} AS ${name}`;
        });
        return `{${texts.join(', ')}}`;
      });
      return { type: 'Expand', items: [['projects', projects.join(', ')]] };
    }
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
    case 'Union':
      return {
        type: 'Union',
        items: [
          ['all', 'true'],
          ['union', names(node.fields).join(', ')],
        ],
      };
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
      if (style === 'prefix') return nodeItems(rankOf(node), style);
      return {
        type: 'Deduplicate',
        items: [
          ['keep', node.keepLast ? 'LastRow' : 'FirstRow'],
          ['key', pick(node.fields, node.keys)],
          ['order', node.rowtime ? 'ROWTIME' : 'PROCTIME'],
          ['outputInsertOnly', String(!node.traits.changelogMode.updateAfter)],
        ],
      };
    case 'OverAggregate': {
      const fields = node.input.fields;
      const calls = node.calls.map((call) => callText(call, fields, false, style, call.name));
      const items: Item[] = node.partition.length > 0 ? [['partitionBy', pick(fields, node.partition)]] : [];
      items.push(
        ['orderBy', orderText(node.order, fields)],
        ['window', frameText(node.rows, node.lower, node.upper)],
        ['select', [...names(fields), ...calls].join(', ')],
      );
      return { type: 'OverAggregate', items };
    }
    case 'Match':
      return { type: 'Match', items: matchItems(node.spec, names(node.input.fields)) };
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
    case 'MiniBatchAssigner':
      return {
        type: 'MiniBatchAssigner',
        items: [
          ['interval', `${node.interval}ms`],
          ['mode', node.mode],
        ],
      };
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

/** STATE_TTL hints; the execution plan, which is in infix style, does not tell them. */
function ttlItems(hints: readonly PlanHint[], style: RexStyle): Item[] {
  const hint = hints.find(({ name }) => name === 'STATE_TTL');
  if (!hint || style !== 'prefix') {
    return [];
  }
  const { ONE, ...sides } = hint.options;
  const named = Object.entries(sides).map(([side, ttl]) => `${side}=${ttl}`);
  const text = ONE === undefined ? `{${named.join(', ')}}` : `[${ONE}]`;
  return [['stateTtlHints', `[[STATE_TTL options:${text}]]`]];
}

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

/** A window whose columns the rows carry; `keys` are those that a SESSION window is partitioned by. */
function attachedText(
  window: WindowSpec,
  { start, end }: AttachedWindow,
  keys: readonly number[],
  fields: readonly RowField[],
): string {
  const columns = `win_start=[${fields[start]?.name}], win_end=[${fields[end]?.name}]`;
  return windowText({ ...window, partition: keys }, columns, fields);
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
