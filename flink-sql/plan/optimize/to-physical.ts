import { rewriteRex } from '../../binder/expressions/rex-util.ts';
import { sourceColumns } from '../../binder/query/table.ts';
import { validationError } from '../../catalog/errors.ts';
import { summaryName } from '../../catalog/store.ts';
import { type LogicalType, type RowField, types, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { GroupAggregate, Physical } from '../physical.ts';
import type { AggregateRel, JoinRel, Rel, ScanRel, SetOpRel, SortRel } from '../rel.ts';
import { and, conjuncts, inputRef, timeAttribute, uniqueNames, withoutTimeAttribute } from '../rel-builder.ts';
import type { AggregateCall, Rex } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import type { Connectors } from './connectors.ts';
import { correlateNode, functionAlone } from './correlate-nodes.ts';
import { intervalBounds, makeIntervalJoin } from './interval-join.ts';
import { equiKeys, makeJoin, withExtra } from './join-nodes.ts';
import { checkMatchOutput } from './match-checks.ts';
import { calc, distinct, draft, exchange, notYet, plain, refs, tableError } from './physical-nodes.ts';
import { isLookup, makeLookupJoin, makeTemporalJoin, temporalTimes } from './temporal-join.ts';
import { keepsTimeAttribute } from './time-attributes.ts';
import {
  makeWindowJoin,
  sameSessionKeys,
  type WindowSource,
  windowJoinOf,
  windowRank,
  windowSource,
} from './window-nodes.ts';
import { isWindowGroup, type WindowColumns, windowColumns, windowJoin } from './window-properties.ts';

/** Logical nodes to the physical stream nodes that Flink makes of them, without traits and ids. */
export class PhysicalBuilder {
  readonly #connectors: Connectors;
  readonly #duplicates: boolean;
  readonly #isBatch: boolean;
  readonly #scans = new Map<string, Physical>();

  /** `duplicates`: a CDC source may tell an event twice (table.exec.source.cdc-events-duplicate). `isBatch`: execution.runtime-mode. */
  constructor(connectors: Connectors, duplicates = false, isBatch = false) {
    this.#isBatch = isBatch;
    this.#connectors = connectors;
    this.#duplicates = duplicates;
  }

  build(rel: Rel): Physical {
    switch (rel.kind) {
      case 'Scan':
        return this.#scan(rel);
      case 'Values':
        return { ...draft, kind: 'Values', fields: rel.fields, rows: rel.rows };
      case 'Project':
        return calc(this.build(rel.input), rel.exprs, [], rel.fields);
      case 'Filter': {
        const input = this.build(rel.input);
        return calc(input, refs(input.fields), conjuncts(rel.condition), input.fields);
      }
      case 'Watermark':
        return this.#watermark(rel);
      case 'Aggregate':
        return this.#aggregate(rel);
      case 'Join':
        return this.#join(rel);
      case 'SetOp':
        return this.#setOp(rel);
      case 'Sort':
        return this.#sort(rel);
      case 'WindowTableFunction': {
        checkWindowTime(rel);
        const input = this.build(rel.input);
        const exchanged = rel.window.type === 'SESSION' ? exchange(input, rel.window.partition) : input;
        return { ...draft, kind: 'WindowTableFunction', fields: rel.fields, input: exchanged, window: rel.window };
      }
      case 'Expand':
        return { ...draft, kind: 'Expand', fields: rel.fields, input: this.build(rel.input), projects: rel.projects };
      case 'Over': {
        const input = exchange(this.build(rel.input), rel.partition);
        const { calls, partition, order, rows, lower, upper } = rel;
        return {
          ...draft,
          kind: 'OverAggregate',
          fields: rel.fields,
          input,
          calls,
          partition,
          order,
          rows,
          lower,
          upper,
        };
      }
      case 'Rank':
        return this.#rank(rel);
      case 'Correlate':
        return correlateNode(this.build(rel.left), rel);
      case 'TableFunction':
        return functionAlone(rel);
      case 'Snapshot':
        throw notYet('FOR SYSTEM_TIME AS OF');
      case 'Match':
        return this.#match(rel);
    }
  }

  #scan(rel: ScanRel): Physical {
    const columns = sourceColumns(rel.table.columns);
    const projected = rel.projected ? rel.projected.map((index) => columns[index] as number) : columns;
    const key = JSON.stringify([rel.table.identifier, projected, rel.options]);
    // The same table read the same way twice is one source (sub-plan reuse).
    const known = this.#scans.get(key);
    if (known) {
      return known;
    }
    const scan: Physical = {
      ...draft,
      kind: 'TableSourceScan',
      fields: rel.fields,
      table: rel.table,
      options: rel.options,
      projected,
    };
    let node: Physical = scan;
    checkMetadata(rel, this.#connectors);
    if (this.#isBatch && this.#connectors.source(rel.options, rel.table)?.bounded === false) {
      throw validationError(
        `Querying an unbounded table '${summaryName(rel.table.identifier)}' in batch mode is not allowed. The table source is unbounded.`,
        'unbounded',
      );
    }
    const keys = normalizedKeys(rel, this.#connectors, this.#duplicates);
    if (keys) {
      node = { ...draft, kind: 'ChangelogNormalize', fields: scan.fields, input: exchange(scan, keys), keys };
    }
    this.#scans.set(key, node);
    return node;
  }

  #watermark(rel: Extract<Rel, { kind: 'Watermark' }>): Physical {
    const { timeIndex, fields } = rel;
    const input = this.build(rel.input);
    const source = rel.input.kind === 'Scan' ? rel.input : undefined;
    if (
      source &&
      input.kind === 'TableSourceScan' &&
      this.#connectors.source(source.options, source.table)?.watermarkPushDown
    ) {
      // Equal reads of a table are one source, watermark included.
      const key = JSON.stringify([source.table.identifier, input.projected, source.options, plain(rel.expr)]);
      const known = this.#scans.get(key);
      const scan: Physical = known ?? { ...input, fields, watermark: { timeIndex, expr: rel.expr } };
      this.#scans.set(key, scan);
      return scan;
    }
    // Behind a ChangelogNormalize the watermark stays below it, at the source.
    if (input.kind === 'ChangelogNormalize' && input.input.kind === 'Exchange') {
      const scan = input.input.input;
      const below: Physical =
        source &&
        scan.kind === 'TableSourceScan' &&
        this.#connectors.source(source.options, source.table)?.watermarkPushDown
          ? { ...scan, fields, watermark: { timeIndex, expr: rel.expr } }
          : { ...draft, kind: 'WatermarkAssigner', fields, input: scan, timeIndex, expr: rel.expr };
      return { ...input, fields, input: { ...input.input, fields, input: below } };
    }
    return { ...draft, kind: 'WatermarkAssigner', fields, input, timeIndex, expr: rel.expr };
  }

  #aggregate(rel: AggregateRel): Physical {
    if (rel.groupingSets.length !== 1) {
      throw notYet('GROUPING SETS');
    }
    checkCalls(rel.calls);
    if (rel.window) {
      const { window } = rel;
      const input = exchange(this.build(rel.input), rel.group);
      // Flink always asks for all properties of the time kind once any is asked for.
      const all = window.rowtime
        ? (['start', 'end', 'rowtime', 'proctime'] as const)
        : (['start', 'end', 'proctime'] as const);
      const keys = rel.fields.slice(0, rel.group.length + rel.calls.length);
      if (window.properties.length === 0) {
        return {
          ...draft,
          kind: 'GroupWindowAggregate',
          fields: keys,
          input,
          group: rel.group,
          calls: rel.calls,
          window,
          retracting: false,
        };
      }
      const time = (input.fields[window.timeIndex] as RowField).type;
      const properties = all.map((property) => ({ property, name: `w$${property}` }));
      const fields = [
        ...keys,
        ...properties.map(({ property, name }) => ({ name, type: propertyType(time, property) })),
      ];
      const node: Physical = {
        ...draft,
        kind: 'GroupWindowAggregate',
        fields,
        input,
        group: rel.group,
        calls: rel.calls,
        window: { ...window, properties },
        retracting: false,
      };
      const picked = window.properties.map(
        ({ property }) => keys.length + (all as readonly string[]).indexOf(property),
      );
      const exprs = [...keys.map((_, i) => i), ...picked].map((index) => inputRef(fields, index));
      return calc(node, exprs, [], rel.fields);
    }
    const window = windowColumns(rel.input);
    const windowed = window && isWindowGroup(rel.group, window) ? this.#windowAggregate(rel, window) : undefined;
    if (windowed) {
      return windowed;
    }
    const input = exchange(this.build(rel.input), rel.group);
    const node: GroupAggregate = {
      ...draft,
      kind: 'GroupAggregate',
      fields: rel.fields,
      input,
      group: rel.group,
      calls: rel.calls,
      retracting: false,
      generateUpdateBefore: true,
    };
    return node;
  }

  /** Keys hold window_start and window_end: an aggregate over windows, which takes the window function in where it can. */
  #windowAggregate(rel: AggregateRel, window: WindowColumns): Physical | undefined {
    const isWindowColumn = (index: number) =>
      window.starts.has(index) || window.ends.has(index) || window.times.has(index);
    const { type, size, step } = window.spec;
    if (type === 'HOP' && step !== undefined && size % step !== 0) {
      throw tableError(
        `HOP table function based aggregate requires size must be an integral multiple of slide, but got size ${size} ms and slide ${step} ms`,
        'window-size',
      );
    }
    const keys = rel.group.filter((index) => !isWindowColumn(index));
    const source = windowSource(rel.input);
    if (window.spec.type === 'SESSION' && !sameSessionKeys(rel.input, keys, window.spec)) {
      return undefined;
    }
    const merged = source && this.#mergeWindow(source, rel, keys);
    const properties: { property: 'start' | 'end' | 'rowtime' | 'proctime'; name: string }[] = [
      { property: 'start', name: 'window_start' },
      { property: 'end', name: 'window_end' },
    ];
    if (rel.group.some((index) => window.times.has(index))) {
      properties.push({ property: window.spec.rowtime ? 'rowtime' : 'proctime', name: 'window_time' });
    }
    const keyFields = keys.map((index) => rel.fields[rel.group.indexOf(index)] as RowField);
    const callFields = rel.fields.slice(rel.group.length);
    const propertyFields = properties.map(({ property, name }): RowField => {
      const set = property === 'start' ? window.starts : property === 'end' ? window.ends : window.times;
      const at = rel.group.findIndex((index) => set.has(index));
      const type = (rel.fields[at] as RowField).type;
      return { name, type };
    });
    const names = uniqueNames([...keyFields, ...callFields, ...propertyFields].map((field) => field.name));
    const fields = [...keyFields, ...callFields, ...propertyFields].map((field, i) => ({
      ...field,
      name: names[i] as string,
    }));
    const base = { ...draft, kind: 'WindowAggregate', fields, properties, retracting: false } as const;
    let node: Physical;
    if (merged) {
      const { input, map, spec } = merged;
      const group = keys.map((index) => map(index));
      node = { ...base, input: exchange(input, group), group, calls: moveCalls(rel.calls, map), window: spec };
    } else {
      const below = this.build(rel.input);
      const start = [...window.starts].find((index) => rel.group.includes(index));
      const end = [...window.ends].find((index) => rel.group.includes(index)) as number;
      const windowAttached = start === undefined ? { end } : { start, end };
      node = {
        ...base,
        input: exchange(below, keys),
        group: keys,
        calls: rel.calls,
        window: window.spec,
        windowAttached,
      };
    }
    const width = keys.length + rel.calls.length;
    const output = [...rel.group.keys(), ...rel.calls.map((_, i) => rel.group.length + i)].map((i) => {
      const index = rel.group[i];
      if (index === undefined) {
        return keys.length + i - rel.group.length;
      }
      if (window.starts.has(index)) {
        return width;
      }
      if (window.ends.has(index)) {
        return width + 1;
      }
      return window.times.has(index) ? width + 2 : keys.indexOf(index);
    });
    return calc(
      node,
      output.map((index) => inputRef(fields, index)),
      [],
      rel.fields,
    );
  }

  /** The aggregate's input below the window function, when nothing between them looks at the window columns. */
  #mergeWindow(
    source: WindowSource,
    rel: AggregateRel,
    keys: readonly number[],
  ): { input: Physical; map: (index: number) => number; spec: WindowColumns['spec'] } | undefined {
    const { tvf, exprs, conditions } = source;
    const width = tvf.input.fields.length;
    const used = new Set<number>(keys);
    for (const call of rel.calls) {
      for (const rex of [...call.args, ...(call.filter ? [call.filter] : [])]) {
        refsOf(rex, used);
      }
    }
    const below = [...used].map((index) => exprs[index] as Rex);
    const readsWindow = [...below, ...conditions].some((rex) => [...refsOf(rex)].some((index) => index >= width));
    if (readsWindow) {
      return undefined;
    }
    checkWindowTime(tvf);
    const time = inputRef(tvf.input.fields, tvf.window.timeIndex);
    const partition = tvf.window.partition.map((index) => inputRef(tvf.input.fields, index));
    const columns: Rex[] = [];
    const indexOf = (rex: Rex): number => {
      const found = columns.findIndex((column) => JSON.stringify(plain(column)) === JSON.stringify(plain(rex)));
      return found >= 0 ? found : columns.push(rex) - 1;
    };
    const order = [...used].sort((a, b) => a - b);
    const at = new Map(order.map((index) => [index, indexOf(exprs[index] as Rex)]));
    const timeIndex = indexOf(time);
    const partitionIndexes = partition.map(indexOf);
    const names = uniqueNames(
      columns.map((column, i) =>
        column.kind === 'InputRef' ? (tvf.input.fields[column.index] as RowField).name : `$f${i}`,
      ),
    );
    const fields = columns.map((column, i) => ({ name: names[i] as string, type: column.type }));
    const input = this.build(tvf.input);
    return {
      input: calc(input, columns, conditions, fields),
      map: (index) => at.get(index) as number,
      spec: { ...tvf.window, timeIndex, partition: partitionIndexes },
    };
  }

  #join(rel: JoinRel): Physical {
    const width = rel.left.fields.length;
    const times = temporalTimes(rel);
    // Equal times within equal windows are a window join still.
    const bounds = times || windowJoin(rel) ? undefined : intervalBounds(rel);
    const kept = times ?? bounds;
    const keys = equiKeys(kept ? { ...rel, condition: and(kept.rest) } : rel, width);
    const left = this.build(withExtra(rel.left, keys.leftExtra));
    const right = this.build(withExtra(rel.right, keys.rightExtra));
    const { joinType } = rel;
    const windowed = kept ? undefined : windowJoinOf(rel, keys);
    let node: Physical;
    if (times) {
      const looksUp = right.kind === 'TableSourceScan' && isLookup(rel, times, this.#connectors);
      node = looksUp ? makeLookupJoin(rel, left, right, keys) : makeTemporalJoin(rel, left, right, keys, times);
    } else if (bounds) {
      node = makeIntervalJoin(rel, left, right, keys, bounds);
    } else {
      node = windowed ? makeWindowJoin(rel, left, right, windowed) : makeJoin(left, right, joinType, keys, rel);
    }
    const shown = joinType === 'SEMI' || joinType === 'ANTI' ? width : width + rel.right.fields.length;
    if (keys.leftExtra.length + keys.rightExtra.length === 0) {
      return node;
    }
    const newWidth = left.fields.length;
    const picked = Array.from({ length: shown }, (_, i) => (i < width ? i : newWidth + i - width));
    return calc(
      node,
      picked.map((index) => inputRef(node.fields, index)),
      [],
      rel.fields,
    );
  }

  #setOp(rel: SetOpRel): Physical {
    if (rel.op === 'UNION') {
      const inputs = rel.inputs.map((input) => this.build(input));
      const union: Physical = { ...draft, kind: 'Union', fields: rel.fields, inputs };
      return rel.all ? union : distinct(union);
    }
    const [first, ...others] = rel.inputs as [Rel, ...Rel[]];
    let node = this.build(first);
    for (const other of others) {
      const right = this.build(other);
      const all = node.fields.map((_, i) => i);
      const joinType = rel.op === 'INTERSECT' ? 'SEMI' : 'ANTI';
      node = {
        ...draft,
        kind: 'Join',
        fields: node.fields,
        left: exchange(node, all),
        right: exchange(right, all),
        joinType,
        leftKeys: all,
        rightKeys: all,
        filterNulls: all.map(() => false),
        condition: null,
        leftUnique: { kind: 'NONE' },
        rightUnique: { kind: 'NONE' },
        hints: [],
      };
    }
    return distinct({ ...node, fields: rel.fields });
  }

  #match({ input, spec, fields }: Extract<Rel, { kind: 'Match' }>): Physical {
    checkMatchOutput(spec, fields);
    return { ...draft, kind: 'Match', fields, input: exchange(this.build(input), spec.partition), spec };
  }

  #sort(rel: SortRel): Physical {
    const input = this.build(rel.input);
    const order = rel.keys
      .filter((key) => key.expr.kind !== 'Literal')
      .map((key) => {
        if (key.expr.kind !== 'InputRef') {
          throw notYet('ORDER BY an expression');
        }
        return { index: key.expr.index, descending: key.descending, nullsFirst: key.nullsFirst };
      });
    if (this.#isBatch) {
      return this.#batchSort(rel, input, order);
    }
    if (rel.fetch === undefined) {
      return this.#fullSort(rel, input, order);
    }
    const single = exchange(input, []);
    if (order.length === 0) {
      return { ...draft, kind: 'Limit', fields: input.fields, input: single, offset: rel.offset, fetch: rel.fetch };
    }
    return {
      ...draft,
      kind: 'Rank',
      fields: input.fields,
      input: single,
      strategy: 'Retract',
      partition: [],
      order,
      rankStart: rel.offset + 1,
      rankEnd: rel.offset + rel.fetch,
      outputRankNumber: false,
      generateUpdateBefore: true,
    };
  }

  /** Batch mode sorts anything, at the end. */
  #batchSort(
    rel: SortRel,
    input: Physical,
    order: readonly { index: number; descending: boolean; nullsFirst: boolean }[],
  ): Physical {
    if (rel.offset > 0 && rel.fetch === undefined && order.length > 0) {
      throw tableError('Not support limitEnd is max value now!', 'fetch');
    }
    const fetch = rel.fetch === undefined ? {} : { fetch: rel.fetch };
    return {
      ...draft,
      kind: 'Collapse',
      fields: input.fields,
      input: exchange(input, []),
      order,
      offset: rel.offset,
      ...fetch,
    };
  }

  #fullSort(
    rel: SortRel,
    input: Physical,
    order: readonly { index: number; descending: boolean; nullsFirst: boolean }[],
  ): Physical {
    if (rel.offset > 0) {
      throw tableError('FETCH is missed, which on streaming table is not supported currently.', 'fetch');
    }
    const first = order[0];
    if (!first) {
      return input;
    }
    const attribute = timeAttribute((input.fields[first.index] as RowField).type);
    if (attribute === undefined || first.descending) {
      throw tableError('Sort on a non-time-attribute field is not supported.', 'sort');
    }
    return {
      ...draft,
      kind: 'TemporalSort',
      fields: input.fields,
      input: exchange(input, []),
      timeIndex: first.index,
      rowtime: attribute === 'ROWTIME',
      order,
    };
  }

  #rank(rel: Extract<Rel, { kind: 'Rank' }>): Physical {
    const windowed = windowRank(rel, (input) => this.build(input));
    if (windowed) {
      return windowed;
    }
    const input = exchange(this.build(rel.input), rel.partition);
    const [first, ...more] = rel.order;
    const attribute = first && timeAttribute((input.fields[first.index] as RowField).type);
    const isFirst = rel.rankStart === 1 && rel.rankEnd === 1 && !rel.outputRankNumber;
    if (isFirst && first && more.length === 0 && attribute !== undefined) {
      return {
        ...draft,
        kind: 'Deduplicate',
        fields: rel.fields,
        input,
        keys: rel.partition,
        timeIndex: first.index,
        rowtime: attribute === 'ROWTIME',
        keepLast: first.descending,
        generateUpdateBefore: true,
      };
    }
    return {
      ...draft,
      kind: 'Rank',
      fields: rel.fields,
      input,
      strategy: 'Retract',
      partition: rel.partition,
      order: rel.order,
      rankStart: rel.rankStart,
      rankEnd: rel.rankEnd,
      outputRankNumber: rel.outputRankNumber,
      generateUpdateBefore: true,
    };
  }
}

/** The primary key's fields where Flink puts a ChangelogNormalize on the source: upsert sources, and CDC that may repeat. */
export function normalizedKeys(rel: ScanRel, connectors: Connectors, duplicates: boolean): number[] | undefined {
  const changelog = connectors.source(rel.options, rel.table)?.changelog;
  const normalizes = changelog === 'upsert' || (changelog === 'all' && duplicates);
  if (!normalizes || !rel.table.primaryKey) {
    return undefined;
  }
  return rel.table.primaryKey.columns.map((name) => rel.fields.findIndex((field) => field.name === name));
}

/** DynamicSourceUtils.validateAndApplyMetadata. */
function checkMetadata({ table, options }: ScanRel, connectors: Connectors): void {
  const traits = connectors.source(options, table);
  for (const column of table.columns) {
    if (column.kind !== 'metadata' || !traits) {
      continue;
    }
    const key = column.key ?? column.name;
    const keys = Object.keys(traits.metadata);
    const name = summaryName(table.identifier);
    if (keys.length === 0) {
      throw validationError(
        `Table '${name}' declares metadata columns, but the underlying DynamicTableSource doesn't implement the SupportsReadingMetadata interface. Therefore, metadata cannot be read from the given source.`,
        'metadata',
      );
    }
    if (!keys.includes(key)) {
      throw validationError(
        `Invalid metadata key '${key}' in column '${column.name}' of table '${name}'. The DynamicTableSource class '${traits.sourceClass ?? ''}' supports the following metadata keys for reading:\n${keys.join('\n')}`,
        'metadata',
      );
    }
  }
}

function checkWindowTime(rel: Extract<Rel, { kind: 'WindowTableFunction' }>): void {
  if (keepsTimeAttribute(rel.input, rel.window.timeIndex)) {
    return;
  }
  const { type } = rel.input.fields[rel.window.timeIndex] as RowField;
  const shown = asSummaryString(withNullability(withoutTimeAttribute(type), true));
  throw validationError(
    `The window function requires the timecol is a time attribute type, but is ${shown}.`,
    'time-attribute',
  );
}

function propertyType(time: LogicalType, property: 'start' | 'end' | 'rowtime' | 'proctime'): LogicalType {
  if (property === 'start' || property === 'end') {
    return types.timestamp(3, false);
  }
  if (property === 'rowtime' && time.root === 'TIMESTAMP_WITHOUT_TIME_ZONE') {
    return types.timestamp(3, true, 'ROWTIME');
  }
  return property === 'rowtime' ? types.timestampLtz(3, true, 'ROWTIME') : types.timestampLtz(3, false, 'PROCTIME');
}

function moveCalls(calls: readonly AggregateCall[], map: (index: number) => number): AggregateCall[] {
  const move = (rex: Rex): Rex =>
    rewriteRex(rex, (node) => (node.kind === 'InputRef' ? { ...node, index: map(node.index) } : node));
  return calls.map((call) => ({ ...call, args: call.args.map(move), filter: call.filter && move(call.filter) }));
}

function checkCalls(calls: readonly AggregateCall[]): void {
  for (const { fn, args, distinct: isDistinct } of calls) {
    const distinctRoot = args[0]?.type.root;
    if (isDistinct && distinctRoot === 'ROW') {
      throw tableError(
        `Distinct aggregate function does not support type: ${distinctRoot}.\nPlease re-check the data type.`,
        'aggregate',
      );
    }
    if (fn === 'APPROX_COUNT_DISTINCT') {
      throw tableError(`${fn} aggregate function does not support yet for streaming.`, 'aggregate');
    }
    if (fn === 'COUNT' && args.length > 1) {
      throw tableError('We now only support the count of one field.', 'aggregate');
    }
    const root = args[0]?.type.root;
    if ((fn === 'MAX' || fn === 'MIN') && root && ['ARRAY', 'MAP', 'ROW', 'MULTISET'].includes(root)) {
      const name = fn === 'MAX' ? 'Max' : 'Min';
      throw tableError(
        `${name} aggregate function does not support type: ''${root}''.\nPlease re-check the data type.`,
        'aggregate',
      );
    }
  }
}
