import type { RowField } from '../../types/logical-type.ts';
import type { Physical } from '../physical.ts';
import type { Rel, SortRel } from '../rel.ts';
import { timeAttribute } from '../rel-builder.ts';
import { draft, exchange, notYet, tableError } from './physical-nodes.ts';
import type { Planner } from './planner.ts';
import { windowRank } from './window-nodes.ts';

type Order = readonly { index: number; descending: boolean; nullsFirst: boolean }[];

export function makeSort(planner: Planner, rel: SortRel): Physical {
  const input = planner.build(rel.input);
  const order = rel.keys
    .filter((key) => key.expr.kind !== 'Literal')
    .map((key) => {
      if (key.expr.kind !== 'InputRef') {
        throw notYet('ORDER BY an expression');
      }
      return { index: key.expr.index, descending: key.descending, nullsFirst: key.nullsFirst };
    });
  if (planner.isBatch) {
    return batchSort(rel, input, order);
  }
  if (rel.fetch === undefined) {
    return fullSort(rel, input, order);
  }
  const single = exchange(input, []);
  if (order.length === 0) {
    return { ...draft, kind: 'Limit', fields: input.fields, input: single, offset: rel.offset, fetch: rel.fetch };
  }
  return {
    ...draft,
    kind: 'Rank',
    sortLimit: true,
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
function batchSort(rel: SortRel, input: Physical, order: Order): Physical {
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

function fullSort(rel: SortRel, input: Physical, order: Order): Physical {
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

export function makeRank(planner: Planner, rel: Extract<Rel, { kind: 'Rank' }>): Physical {
  const windowed = windowRank(rel, (input) => planner.build(input));
  if (windowed) {
    return windowed;
  }
  const input = exchange(planner.build(rel.input), rel.partition);
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
    sortLimit: false,
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
