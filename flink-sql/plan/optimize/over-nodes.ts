import { catalogError } from '../../catalog/errors.ts';
import type { Collapse, Physical } from '../physical.ts';
import type { OverRel } from '../rel.ts';
import { draft, exchange } from './physical-nodes.ts';
import type { Planner } from './planner.ts';

/** The node of OVER calls. In batch mode its input is sorted first, by partition and order (BatchPhysicalOverAggregateRule). */
export function makeOver(planner: Planner, rel: OverRel): Physical {
  const { calls, partition, order, rows, lower, upper, fields } = rel;
  const input = exchange(planner.build(rel.input), partition);
  const node = { ...draft, kind: 'OverAggregate', fields, input, calls, partition, order, rows, lower, upper } as const;
  if (!planner.isBatch) {
    return node;
  }
  checkRange(rel);
  const keys = partition.map((index) => ({ index, descending: false, nullsFirst: true }));
  const sorted: Collapse = {
    ...draft,
    kind: 'Collapse',
    fields: input.fields,
    input,
    order: [...keys, ...order.filter(({ index }) => !partition.includes(index))],
    offset: 0,
  };
  return { ...node, input: sorted, sorted: true };
}

/** A RANGE frame with an offset: generated code of Flink 2.2 cannot compare timestamps with one, and takes one sort key. */
function checkRange({ rows, lower, upper, order, input }: OverRel): void {
  if (rows || !('offset' in lower || 'offset' in upper)) {
    return;
  }
  const key = order[0] && input.fields[order[0].index]?.type.root;
  if (order.length !== 1 || key === undefined || key.startsWith('TIMESTAMP')) {
    throw catalogError(
      'TableException',
      'A RANGE frame with an offset takes one sort key that is no TIMESTAMP in batch mode.',
      'over-range',
    );
  }
}
