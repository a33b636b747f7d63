import type { Physical } from './physical.ts';
import { physicalInputs } from './traits.ts';

type Options = Readonly<Record<string, string>>;

const LOCAL_GLOBAL =
  "You might want to enable local-global two-phase optimization by configuring ('table.exec.mini-batch.enabled' to 'true', 'table.exec.mini-batch.allow-latency' to a positive long value, 'table.exec.mini-batch.size' to a positive long value).";

/** Aggregate functions without a merge method. */
const NOT_MERGEABLE = new Set(['FIRST_VALUE', 'LAST_VALUE', 'JSON_OBJECTAGG', 'JSON_ARRAYAGG', 'ARRAY_AGG']);

/** Nodes that an advice is about, with its number (GroupAggregationAnalyzer): aggregates that could work in two phases. */
export function adviceOf(roots: readonly Physical[], options: Options): Map<Physical, number> {
  const found = new Map<Physical, number>();
  const phase = options['table.optimizer.agg-phase-strategy']?.toUpperCase();
  if (options['table.exec.mini-batch.enabled']?.toLowerCase() === 'true' || phase === 'ONE_PHASE') {
    return found;
  }
  const walk = (node: Physical): void => {
    if (
      node.kind === 'GroupAggregate' &&
      node.calls.length > 0 &&
      node.calls.every(({ fn }) => !NOT_MERGEABLE.has(fn))
    ) {
      found.set(node, 1);
    }
    physicalInputs(node).forEach(walk);
  };
  roots.forEach(walk);
  return found;
}

export function adviceText(advised: ReadonlyMap<Physical, number>): string {
  return advised.size === 0 ? 'No available advice...' : `advice[1]: [ADVICE] ${LOCAL_GLOBAL}`;
}
