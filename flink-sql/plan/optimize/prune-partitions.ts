import { mapRelInputs } from '../../binder/query/rel-walk.ts';
import { sourceColumns } from '../../binder/query/table.ts';
import type { FilterRel, Rel, ScanRel } from '../rel.ts';
import { and, filter } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { isDeterministic, refsOf, remap } from '../rex-refs.ts';
import { toCnf } from './cnf.ts';
import type { Connectors } from './connectors.ts';

/**
 * Conditions on partition columns right above a source choose the partitions that it reads, and are gone then
 * (PushPartitionIntoTableSourceScanRule). Goes before other conditions are pushed.
 */
export function prunePartitions(rel: Rel, connectors: Connectors): Rel {
  if (rel.kind === 'Snapshot') return rel;
  if (rel.kind === 'Filter' && rel.input.kind === 'Scan') return prune(rel, rel.input, connectors);
  return mapRelInputs(rel, (input) => prunePartitions(input, connectors));
}

function prune(rel: FilterRel, scan: ScanRel, connectors: Connectors): Rel {
  const { table, options } = scan;
  if (!table.partitionKeys.length || scan.partitions) return rel;
  const columns = sourceColumns(table.columns);
  const isPartition = (index: number) =>
    table.partitionKeys.includes(table.columns[columns[index] as number]?.name as string);
  const ofPartitions: Rex[] = [];
  const rest: Rex[] = [];
  for (const part of toCnf(rel.condition)) {
    const refs = [...refsOf(part)];
    const decides = refs.length > 0 && refs.every(isPartition) && isDeterministic(part);
    (decides ? ofPartitions : rest).push(part);
  }
  if (!ofPartitions.length) return rel;
  const conditions = ofPartitions.map((part) => remap(part, columns));
  const partitions = connectors.partitions(options, table, conditions);
  if (!partitions) return rel;
  const below: ScanRel = { ...scan, partitions };
  return rest.length === 0 ? below : filter(below, and(rest));
}
