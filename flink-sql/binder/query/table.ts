import type { ResolvedColumn, ResolvedTable } from '../../catalog/model.ts';
import type { PlanHint, Rel } from '../../plan/rel.ts';
import { inputRef, project, scan, watermark } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { RowField } from '../../types/logical-type.ts';
import { rewriteRex } from '../expressions/rex-util.ts';

/** Columns that a source gives: physical ones, then metadata ones (positions in `columns`). */
export function sourceColumns(columns: readonly ResolvedColumn[]): number[] {
  const physical: number[] = [];
  const metadata: number[] = [];
  columns.forEach(({ kind }, i) => {
    if (kind === 'physical') physical.push(i);
    else if (kind === 'metadata') metadata.push(i);
  });
  return metadata.length === 0 ? physical : [...physical, ...metadata];
}

/**
 * A table as a query sees it (CatalogSourceTable): the scan gives physical and metadata columns, a projection adds computed
 * columns in declared order, the watermark makes its column a rowtime.
 */
export function catalogTableRel(
  table: ResolvedTable,
  options: Readonly<Record<string, string>>,
  hints: readonly PlanHint[],
): Rel {
  const source = sourceColumns(table.columns);
  const fields: RowField[] = source.map((i) => {
    const { name, type } = table.columns[i] as ResolvedColumn;
    return { name, type };
  });
  const base = scan(table, fields, options, hints);
  if (table.columns.every((column) => column.kind === 'physical')) return withWatermark(base, table);
  // Expressions of the table refer to declared positions; over the scan a computed column is its own expression.
  const position = new Map(source.map((column, i) => [column, i]));
  const overScan = (rex: Rex): Rex =>
    rewriteRex(rex, (node) => {
      if (node.kind !== 'InputRef') {
        return node;
      }
      const index = position.get(node.index);
      if (index !== undefined) {
        return { ...node, index };
      }
      const column = table.columns[node.index];
      return column?.kind === 'computed' ? overScan(column.expr) : node;
    });
  const exprs = table.columns.map((column, i) =>
    column.kind === 'computed' ? overScan(column.expr) : inputRef(fields, position.get(i) as number),
  );
  const names = table.columns.map((column) => column.name);
  return withWatermark(project(base, exprs, names), table);
}

const withWatermark = (rel: Rel, table: ResolvedTable): Rel =>
  table.watermark ? watermark(rel, table.watermark.column, table.watermark.expr) : rel;
