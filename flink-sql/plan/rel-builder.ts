import type { ResolvedTable } from '../catalog/model.ts';
import { type LogicalType, type RowField, types, withNullability } from '../types/logical-type.ts';
import type {
  AggregateRel,
  CorrelateRel,
  FilterRel,
  GroupWindow,
  JoinRel,
  JoinType,
  PlanHint,
  ProjectRel,
  Rel,
  ScanRel,
  SetOpRel,
  SortRel,
  ValuesRel,
  WatermarkRel,
  WindowSpec,
  WindowTableFunctionRel,
} from './rel.ts';
import type { AggregateCall, Rex, RexInputRef, RexLiteral, SortKey, Value } from './rex.ts';

/** Reference to field `index` of a row. */
export function inputRef(fields: readonly RowField[], index: number): RexInputRef {
  const field = fields[index];
  if (!field) {
    throw new RangeError(`no field ${index} in a row of ${fields.length}`);
  }
  return { kind: 'InputRef', index, type: field.type };
}

export const TRUE: RexLiteral = { kind: 'Literal', value: true, type: types.boolean(false) };
export const FALSE: RexLiteral = { kind: 'Literal', value: false, type: types.boolean(false) };

export function isTrue(rex: Rex): boolean {
  return rex.kind === 'Literal' && rex.value === true;
}

export function call(fn: string, operands: readonly Rex[], type: LogicalType): Rex {
  return { kind: 'Call', fn, operands, type };
}

/** Conjunction of conditions; TRUE for none. */
export function and(conditions: readonly Rex[]): Rex {
  const kept = conditions.filter((condition) => !isTrue(condition));
  if (kept.length === 0) {
    return TRUE;
  }
  if (kept.length === 1) {
    return kept[0] as Rex;
  }
  return call('AND', kept, types.boolean(kept.some((condition) => condition.type.nullable)));
}

/** The parts of a conjunction. */
export function conjuncts(rex: Rex): Rex[] {
  if (rex.kind === 'Call' && rex.fn === 'AND') {
    return rex.operands.flatMap(conjuncts);
  }
  return isTrue(rex) ? [] : [rex];
}

/** Stands in a join's condition for FOR SYSTEM_TIME AS OF: the left row's time and, where it has one, the right row's rowtime. */
const TEMPORAL_CONDITION = '__INITIAL_TEMPORAL_JOIN_CONDITION';

export function temporalCondition(times: readonly Rex[]): Rex {
  return call(TEMPORAL_CONDITION, times, types.boolean(false));
}

export function isTemporalCondition(rex: Rex): boolean {
  return rex.kind === 'Call' && rex.fn === TEMPORAL_CONDITION;
}

/** Names made unique as Calcite does for the columns of a query: `id`, `id0`, `id1`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  if (names.length < 32 && names.every((name, i) => names.indexOf(name) === i)) return names;
  const used = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let i = 0; used.has(unique); i++) {
      unique = `${name}${i}`;
    }
    used.add(unique);
    return unique;
  });
}

/** Row of a join: left then right, a right name that is taken gets a number. */
export function joinFields(left: readonly RowField[], right: readonly RowField[], joinType: JoinType): RowField[] {
  if (joinType === 'SEMI' || joinType === 'ANTI') {
    return [...left];
  }
  const leftNull = joinType === 'RIGHT' || joinType === 'FULL';
  const rightNull = joinType === 'LEFT' || joinType === 'FULL';
  const widen = (field: RowField, nullable: boolean): RowField =>
    nullable ? { ...field, type: withNullability(field.type, true) } : field;
  const all = [...left.map((f) => widen(f, leftNull)), ...right.map((f) => widen(f, rightNull))];
  const names = uniqueNames(all.map((field) => field.name));
  return all.map((field, i) => ({ ...field, name: names[i] as string }));
}

export function scan(
  table: ResolvedTable,
  fields: readonly RowField[],
  options: Readonly<Record<string, string>>,
  hints: readonly PlanHint[],
): ScanRel {
  return { kind: 'Scan', fields, table, options, hints };
}

export function values(fields: readonly RowField[], rows: readonly (readonly Value[])[]): ValuesRel {
  return { kind: 'Values', fields, rows };
}

/** Projection; names are used as given. */
export function project(input: Rel, exprs: readonly Rex[], names: readonly string[]): ProjectRel {
  const fields = exprs.map((expr, i) => ({ name: names[i] as string, type: expr.type }));
  return { kind: 'Project', fields, input, exprs };
}

export function filter(input: Rel, condition: Rex): FilterRel {
  return { kind: 'Filter', fields: input.fields, input, condition };
}

export function join(
  left: Rel,
  right: Rel,
  joinType: JoinType,
  condition: Rex,
  hints: readonly PlanHint[] = [],
): JoinRel {
  return {
    kind: 'Join',
    fields: joinFields(left.fields, right.fields, joinType),
    left,
    right,
    joinType,
    condition,
    hints,
  };
}

export function correlate(left: Rel, right: Rel, joinType: CorrelateRel['joinType'], id: number): CorrelateRel {
  return { kind: 'Correlate', fields: joinFields(left.fields, right.fields, joinType), left, right, joinType, id };
}

export function sort(input: Rel, keys: readonly SortKey[], offset: number, fetch?: number): SortRel {
  const base = { kind: 'Sort', fields: input.fields, input, keys, offset } as const;
  return fetch === undefined ? base : { ...base, fetch };
}

export function setOp(op: SetOpRel['op'], all: boolean, inputs: readonly Rel[], fields: readonly RowField[]): SetOpRel {
  return { kind: 'SetOp', fields, op, all, inputs };
}

export function watermark(input: Rel, timeIndex: number, expr: Rex): WatermarkRel {
  const fields = input.fields.map((field, i) =>
    i === timeIndex ? { ...field, type: withRowtime(field.type) } : field,
  );
  return { kind: 'Watermark', fields, input, timeIndex, expr };
}

/** Window time function: the input's fields, then window_start, window_end and window_time. */
export function windowTableFunction(input: Rel, window: WindowSpec): WindowTableFunctionRel {
  return {
    kind: 'WindowTableFunction',
    fields: [...input.fields, ...windowFields(input.fields, window)],
    input,
    window,
  };
}

/** window_start and window_end are TIMESTAMP(3), window_time is a time attribute of the time column's type. */
export function windowFields(input: readonly RowField[], window: WindowSpec): RowField[] {
  const time = (input[window.timeIndex] as RowField).type;
  const ltz = time.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
  const attribute = window.rowtime ? 'ROWTIME' : 'PROCTIME';
  return [
    { name: 'window_start', type: types.timestamp(3, false) },
    { name: 'window_end', type: types.timestamp(3, false) },
    {
      name: 'window_time',
      type: ltz ? types.timestampLtz(3, false, attribute) : types.timestamp(3, false, attribute),
    },
  ];
}

/**
 * Aggregation. A key that some grouping set leaves out becomes nullable; a key that is a time attribute becomes an ordinary
 * timestamp unless it comes from a window (`keepTime`).
 */
export function aggregate(
  input: Rel,
  group: readonly number[],
  groupingSets: readonly (readonly number[])[],
  calls: readonly AggregateCall[],
  window?: GroupWindow,
  windowTimes?: ReadonlySet<number>,
): AggregateRel {
  const keys = group.map((index) => {
    const field = input.fields[index] as RowField;
    const missing = groupingSets.some((set) => !set.includes(index));
    const isWindowTime = windowTimes ? windowTimes.has(index) : field.name === 'window_time';
    const type = isWindowTime ? field.type : withoutTimeAttribute(field.type);
    return { ...field, type: missing ? withNullability(type, true) : type };
  });
  const properties = (window?.properties ?? []).map(({ property, name }) => {
    const time = (input.fields[(window as GroupWindow).timeIndex] as RowField).type;
    return { name, type: windowPropertyType(time, property) };
  });
  const fields = [...keys, ...calls.map(({ name, type }) => ({ name, type })), ...properties];
  const names = uniqueNames(fields.map((field) => field.name));
  const base = {
    kind: 'Aggregate',
    fields: fields.map((field, i) => ({ ...field, name: names[i] as string })),
    input,
    group,
    groupingSets,
    calls,
  } as const;
  return window ? { ...base, window } : base;
}

/** Type of TUMBLE_START and its kin (PlannerWindowStart: TIMESTAMP(3) NOT NULL; rowtime and proctime are attributes). */
export function windowPropertyType(time: LogicalType, property: 'start' | 'end' | 'rowtime' | 'proctime'): LogicalType {
  switch (property) {
    case 'start':
    case 'end':
      return types.timestamp(3, false);
    case 'rowtime':
      return time.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE'
        ? types.timestampLtz(3, true, 'ROWTIME')
        : types.timestamp(3, true, 'ROWTIME');
    case 'proctime':
      return types.timestampLtz(3, false, 'PROCTIME');
  }
}

export function isTimestamp(
  type: LogicalType,
): type is Extract<LogicalType, { root: 'TIMESTAMP_WITHOUT_TIME_ZONE' | 'TIMESTAMP_WITH_LOCAL_TIME_ZONE' }> {
  return type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
}

/** Which time attribute a column is, if any. */
export function timeAttribute(type: LogicalType): 'ROWTIME' | 'PROCTIME' | undefined {
  return isTimestamp(type) ? type.attribute : undefined;
}

export function withoutTimeAttribute<T extends LogicalType>(type: T): T {
  if (isTimestamp(type) && type.attribute) {
    const { attribute: _, ...plain } = type;
    return plain as T;
  }
  return type;
}

function withRowtime(type: LogicalType): LogicalType {
  return isTimestamp(type) ? { ...type, attribute: 'ROWTIME' } : type;
}
