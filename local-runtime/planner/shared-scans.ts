import { plain } from '../../flink-sql/plan/optimize/physical-nodes.ts';
import type { Physical, TableSourceScan } from '../../flink-sql/plan/physical.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { inputsOf } from './operator-for.ts';

/** One source for all scans of the same table with the same options. */
export interface SharedScan {
  /** The scan whose node id, table and options stand for all. */
  readonly first: TableSourceScan;
  /** Every column that one of the scans reads, as positions in the table's columns. */
  readonly projected: number[];
  readonly fields: RowField[];
}

/**
 * Groups the scans of a plan into sources, as Flink's ScanReuser does: scans that differ only in the columns they read share one
 * source that reads the columns of all; conditions and limits that went into a scan keep it apart. A watermark pushed into the source keeps its scan apart unless all is equal.
 */
export function sharedScans(roots: readonly Physical[]): Map<TableSourceScan, SharedScan> {
  const byKey = new Map<string, SharedScan>();
  const byScan = new Map<TableSourceScan, SharedScan>();
  const seen = new Set<Physical>();
  const visit = (node: Physical): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind !== 'TableSourceScan') {
      for (const input of inputsOf(node)) visit(input);
      return;
    }
    const key = keyOf(node);
    let shared = byKey.get(key);
    if (!shared) {
      shared = { first: node, projected: [], fields: [] };
      byKey.set(key, shared);
    }
    byScan.set(node, shared);
    for (let c = 0; c < node.projected.length; c++) {
      const column = node.projected[c] as number;
      if (shared.projected.includes(column)) continue;
      shared.projected.push(column);
      shared.fields.push(node.fields[c] as RowField);
    }
  };
  for (const root of roots) visit(root);
  return byScan;
}

function keyOf({ table, options, projected, watermark, filters, partitions, limit }: TableSourceScan): string {
  const { catalog, database, name } = table.identifier;
  const apart = watermark ? [projected, watermark.timeIndex] : [];
  const pushed = [plain(filters ?? null), partitions ?? null, limit ?? null];
  return JSON.stringify([
    catalog,
    database,
    name,
    table.temporary,
    Object.entries(options).sort(),
    ...pushed,
    ...apart,
  ]);
}
