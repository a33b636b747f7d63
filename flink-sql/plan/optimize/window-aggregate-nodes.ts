import { rewriteRex } from '../../binder/expressions/rex-util.ts';
import { validationError } from '../../catalog/errors.ts';
import { type RowField, withNullability } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { Physical } from '../physical.ts';
import type { AggregateRel, Rel } from '../rel.ts';
import { inputRef, uniqueNames, withoutTimeAttribute } from '../rel-builder.ts';
import type { AggregateCall, Rex } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { calc, draft, exchange, plain, tableError } from './physical-nodes.ts';
import type { Planner } from './planner.ts';
import { keepsTimeAttribute } from './time-attributes.ts';
import { checkSlicedCalls } from './window-agg-checks.ts';
import { sameSessionKeys, type WindowSource, windowSource } from './window-nodes.ts';
import type { WindowColumns } from './window-properties.ts';

/** Keys hold window_start and window_end: an aggregate over windows, which takes the window function in where it can. */
export function windowAggregate(planner: Planner, rel: AggregateRel, window: WindowColumns): Physical | undefined {
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
  const merged = source && mergeWindow(planner, source, rel, keys);
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
    if (!planner.isBatch) checkSlicedCalls(rel.calls, spec.type);
    const group = keys.map((index) => map(index));
    node = { ...base, input: exchange(input, group), group, calls: moveCalls(rel.calls, map), window: spec };
  } else {
    const below = planner.build(rel.input);
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
function mergeWindow(
  planner: Planner,
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
  const input = planner.build(tvf.input);
  return {
    input: calc(input, columns, conditions, fields),
    map: (index) => at.get(index) as number,
    spec: { ...tvf.window, timeIndex, partition: partitionIndexes },
  };
}

/** The time column of a window function has to be a time attribute still. */
export function checkWindowTime(rel: Extract<Rel, { kind: 'WindowTableFunction' }>): void {
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

function moveCalls(calls: readonly AggregateCall[], map: (index: number) => number): AggregateCall[] {
  const move = (rex: Rex): Rex =>
    rewriteRex(rex, (node) => (node.kind === 'InputRef' ? { ...node, index: map(node.index) } : node));
  return calls.map((call) => ({ ...call, args: call.args.map(move), filter: call.filter && move(call.filter) }));
}
