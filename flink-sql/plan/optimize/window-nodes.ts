import type { RowField } from '../../types/logical-type.ts';
import type { Physical, WindowJoin } from '../physical.ts';
import type { JoinRel, RankRel, Rel, WindowSpec } from '../rel.ts';
import { and, conjuncts, isTrue, joinFields, timeAttribute } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { inline } from '../rex-refs.ts';
import type { EquiKeys } from './join-nodes.ts';
import { restCondition } from './join-nodes.ts';
import { draft, exchange, refs, tableError } from './physical-nodes.ts';
import { attachedIn, type WindowJoinSides, windowColumns, windowJoin } from './window-properties.ts';

/** A window function with the projections and filters above it, over its row. */
export interface WindowSource {
  readonly tvf: Extract<Rel, { kind: 'WindowTableFunction' }>;
  readonly exprs: readonly Rex[];
  readonly conditions: readonly Rex[];
}

/** The window function that a plan projects and filters, if it does nothing else. */
export function windowSource(rel: Rel): WindowSource | undefined {
  switch (rel.kind) {
    case 'WindowTableFunction':
      return { tvf: rel, exprs: refs(rel.fields), conditions: [] };
    case 'Project': {
      const below = windowSource(rel.input);
      return below && { ...below, exprs: rel.exprs.map((expr) => inline(expr, below.exprs)) };
    }
    case 'Filter': {
      const below = windowSource(rel.input);
      const conditions = conjuncts(rel.condition).map((condition) => inline(condition, below?.exprs ?? []));
      return below && { ...below, conditions: [...below.conditions, ...conditions] };
    }
    default:
      return undefined;
  }
}

/** Are `keys` exactly the PARTITION BY keys of the SESSION function below? Above an aggregate they have been compared already. */
export function sameSessionKeys(input: Rel, keys: readonly number[], window: WindowSpec): boolean {
  const source = windowSource(input);
  if (!source) {
    return input.kind === 'Aggregate';
  }
  const grouped = keys.map((index) => source.exprs[index]);
  return (
    grouped.length === window.partition.length &&
    grouped.every((expr) => expr?.kind === 'InputRef' && window.partition.includes(expr.index))
  );
}

/**
 * Top-N whose partition keys hold window_start and window_end: a WindowRank, or a WindowDeduplicate for the first row by a time
 * attribute; undefined where it is an ordinary one (StreamPhysicalWindowRankRule, StreamPhysicalWindowDeduplicateRule).
 */
export function windowRank(rel: RankRel, build: (rel: Rel) => Physical): Physical | undefined {
  const columns = windowColumns(rel.input);
  const attached = columns && attachedIn(rel.partition, columns);
  if (!attached) {
    return undefined;
  }
  const { starts, ends, times, spec } = columns;
  const partition = rel.partition.filter((index) => !starts.has(index) && !ends.has(index) && !times.has(index));
  if (spec.type === 'SESSION' && !sameSessionKeys(rel.input, partition, spec)) {
    return undefined;
  }
  const [first, ...more] = rel.order;
  const attribute = first && timeAttribute((rel.input.fields[first.index] as RowField).type);
  const isFirst = rel.rankStart === 1 && rel.rankEnd === 1 && !rel.outputRankNumber;
  const deduplicates = isFirst && attribute !== undefined && more.length === 0;
  if (!spec.rowtime) {
    const what = deduplicates ? 'Deduplication' : 'TopN';
    throw tableError(`Processing time Window ${what} is not supported yet.`, 'window-time');
  }
  const base = { ...draft, fields: rel.fields, input: exchange(build(rel.input), partition), window: spec, attached };
  if (first && deduplicates) {
    return { ...base, kind: 'WindowDeduplicate', keys: partition, timeIndex: first.index, keepLast: first.descending };
  }
  const { order, rankStart, rankEnd, outputRankNumber } = rel;
  return { ...base, kind: 'WindowRank', partition, order, rankStart, rankEnd, outputRankNumber };
}

/** The window join that a join is, if it is one: keys without the window columns. */
export function windowJoinOf(
  rel: JoinRel,
  keys: EquiKeys,
): (WindowJoinSides & { readonly keys: EquiKeys }) | undefined {
  const sides = windowJoin(rel);
  if (!sides) {
    return undefined;
  }
  const isWindowPair = (i: number) => {
    const [left, right] = [keys.leftKeys[i] as number, keys.rightKeys[i] as number];
    return (
      (sides.left.starts.has(left) && sides.right.starts.has(right)) ||
      (sides.left.ends.has(left) && sides.right.ends.has(right))
    );
  };
  const kept = keys.leftKeys.flatMap((_, i) => (isWindowPair(i) ? [] : [i]));
  const pick = <T>(list: readonly T[]) => kept.map((i) => list[i] as T);
  const own: EquiKeys = {
    ...keys,
    leftKeys: pick(keys.leftKeys),
    rightKeys: pick(keys.rightKeys),
    filterNulls: pick(keys.filterNulls),
  };
  const { left, right } = sides;
  if (
    left.spec.type === 'SESSION' &&
    !(sameSessionKeys(rel.left, own.leftKeys, left.spec) && sameSessionKeys(rel.right, own.rightKeys, right.spec))
  ) {
    return undefined;
  }
  if (!left.spec.rowtime) {
    throw tableError('Processing time Window Join is not supported yet.', 'window-time');
  }
  return { ...sides, keys: own };
}

/** The window join node over both sides; time attributes stay what they are. */
export function makeWindowJoin(
  rel: JoinRel,
  left: Physical,
  right: Physical,
  sides: WindowJoinSides & { readonly keys: EquiKeys },
): WindowJoin {
  const { keys } = sides;
  const condition = and(restCondition(keys, rel, left));
  return {
    ...draft,
    kind: 'WindowJoin',
    fields: joinFields(left.fields, right.fields, rel.joinType),
    left: exchange(left, keys.leftKeys),
    right: exchange(right, keys.rightKeys),
    joinType: rel.joinType,
    leftWindow: sides.left.spec,
    rightWindow: sides.right.spec,
    leftAttached: sides.leftAttached,
    rightAttached: sides.rightAttached,
    leftKeys: keys.leftKeys,
    rightKeys: keys.rightKeys,
    filterNulls: keys.filterNulls,
    condition: isTrue(condition) ? null : condition,
  };
}
