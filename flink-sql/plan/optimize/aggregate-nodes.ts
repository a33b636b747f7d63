import { type LogicalType, type RowField, types } from '../../types/logical-type.ts';
import type { GroupAggregate, Physical } from '../physical.ts';
import type { AggregateRel } from '../rel.ts';
import { inputRef } from '../rel-builder.ts';
import type { AggregateCall } from '../rex.ts';
import { calc, draft, exchange, notYet, tableError } from './physical-nodes.ts';
import type { Planner } from './planner.ts';
import { checkGroupWindowCalls } from './window-agg-checks.ts';
import { windowAggregate } from './window-aggregate-nodes.ts';
import { isWindowGroup, windowColumns } from './window-properties.ts';

export function makeAggregate(planner: Planner, rel: AggregateRel): Physical {
  if (rel.groupingSets.length !== 1) {
    throw notYet('GROUPING SETS');
  }
  checkCalls(rel.calls);
  if (rel.window) {
    const { window } = rel;
    checkGroupWindowCalls(rel.calls, window.type);
    const input = exchange(planner.build(rel.input), rel.group);
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
    const fields = [...keys, ...properties.map(({ property, name }) => ({ name, type: propertyType(time, property) }))];
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
    const picked = window.properties.map(({ property }) => keys.length + (all as readonly string[]).indexOf(property));
    const exprs = [...keys.map((_, i) => i), ...picked].map((index) => inputRef(fields, index));
    return calc(node, exprs, [], rel.fields);
  }
  const window = windowColumns(rel.input);
  const windowed = window && isWindowGroup(rel.group, window) ? windowAggregate(planner, rel, window) : undefined;
  if (windowed) {
    return windowed;
  }
  const input = exchange(planner.build(rel.input), rel.group);
  const node: GroupAggregate = {
    ...draft,
    kind: 'GroupAggregate',
    fields: rel.fields,
    input,
    group: rel.group,
    calls: rel.calls,
    retracting: false,
    generateUpdateBefore: true,
    ...(planner.isBatch && rel.group.length === 0 ? { alwaysOneRow: true } : {}),
    ...(rel.hints ? { hints: rel.hints } : {}),
  };
  return node;
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
