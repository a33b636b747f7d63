import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import type { FilterRel, Rel, ScanRel, SortRel } from '../rel.ts';
import { and, conjuncts, filter } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { isDeterministic } from '../rex-refs.ts';
import { toCnf } from './cnf.ts';
import type { Connectors } from './connectors.ts';

/**
 * Conditions right above a source go into it where its connector takes them (PushFilterIntoTableSourceScanRule). Not below
 * FOR SYSTEM_TIME AS OF: such a table is asked by key, or all its versions are needed.
 */
export function pushFiltersIntoScans(rel: Rel, connectors: Connectors): Rel {
  if (rel.kind === 'Snapshot') return rel;
  if (rel.kind === 'Filter' && rel.input.kind === 'Scan') return pushFilter(rel, rel.input, connectors);
  return mapRelInputs(rel, (input) => pushFiltersIntoScans(input, connectors));
}

function pushFilter(rel: FilterRel, scan: ScanRel, connectors: Connectors): Rel {
  const takes = connectors.source(scan.options, scan.table)?.filterPushDown;
  if (!takes || scan.filters || conjuncts(rel.condition).some((part) => !isDeterministic(part))) return rel;
  const filters: Rex[] = [];
  const rest: Rex[] = [];
  for (const part of toCnf(rel.condition)) {
    const taken = takes(part);
    if (taken !== 'no') filters.push(part);
    if (taken !== 'source') rest.push(part);
  }
  const below: ScanRel = { ...scan, filters };
  return rest.length === 0 ? below : filter(below, and(rest));
}

/** A LIMIT right above a source tells it how many rows are enough (PushLimitIntoTableSourceScanRule). The LIMIT itself stays. */
export function pushLimitsIntoScans(rel: Rel, connectors: Connectors): Rel {
  if (isLimit(rel) && rel.input.kind === 'Scan' && rel.input.limit === undefined) {
    const { input } = rel;
    if (!connectors.source(input.options, input.table)?.limitPushDown) return rel;
    return { ...rel, input: { ...input, limit: rel.offset + rel.fetch } };
  }
  return mapRelInputs(rel, (input) => pushLimitsIntoScans(input, connectors));
}

function isLimit(rel: Rel): rel is SortRel & { readonly fetch: number } {
  return rel.kind === 'Sort' && rel.keys.length === 0 && rel.fetch !== undefined;
}
