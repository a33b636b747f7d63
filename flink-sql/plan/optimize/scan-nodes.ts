import { sourceColumns } from '../../binder/query/table.ts';
import { validationError } from '../../catalog/errors.ts';
import { summaryName } from '../../catalog/store.ts';
import { castSupport } from '../../types/casts.ts';
import type { RowField } from '../../types/logical-type.ts';
import { asSummaryString } from '../../types/print.ts';
import type { Physical, TableSourceScan } from '../physical.ts';
import type { ScanRel, WatermarkRel } from '../rel.ts';
import type { Rex } from '../rex.ts';
import { inline, remap } from '../rex-refs.ts';
import type { Connectors } from './connectors.ts';
import { draft, exchange, plain } from './physical-nodes.ts';
import type { Planner } from './planner.ts';

export function makeScan(planner: Planner, rel: ScanRel): Physical {
  const columns = sourceColumns(rel.table.columns);
  const projected = rel.projected ? rel.projected.map((index) => columns[index] as number) : columns;
  const { filters, partitions, limit } = rel;
  const key = JSON.stringify([
    rel.table.identifier,
    projected,
    rel.options,
    plain(filters ?? null),
    partitions ?? null,
    limit,
  ]);
  // The same table read the same way twice is one source (sub-plan reuse).
  const known = planner.scans.get(key);
  if (known) {
    return known;
  }
  const traits = planner.connectors.source(rel.options, rel.table);
  const scan: Physical = {
    ...draft,
    kind: 'TableSourceScan',
    fields: rel.fields,
    table: rel.table,
    options: rel.options,
    projected,
    ...(filters ? { filters: filters.map((condition) => remap(condition, columns)) } : {}),
    ...(partitions ? { partitions } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(traits?.readsMetadata === false ? { withoutMetadata: true } : {}),
  };
  let node: Physical = scan;
  checkMetadata(rel, planner.connectors);
  planner.connectors.translate(rel.options, rel.table);
  const keys = normalizedKeys(rel, planner.connectors, planner.duplicates);
  if (keys) {
    node = { ...draft, kind: 'ChangelogNormalize', fields: scan.fields, input: exchange(scan, keys), keys };
  }
  planner.scans.set(key, node);
  return node;
}

export function makeWatermark(planner: Planner, rel: WatermarkRel): Physical {
  const { timeIndex, fields } = rel;
  const input = planner.build(rel.input);
  if (planner.isBatch) {
    // The end of the input is the only watermark, so that no row is late.
    return { ...input, fields };
  }
  const source = rel.input.kind === 'Scan' ? rel.input : undefined;
  if (
    source &&
    input.kind === 'TableSourceScan' &&
    planner.connectors.source(source.options, source.table)?.watermarkPushDown
  ) {
    return watermarked(planner, input, fields, { timeIndex, expr: rel.expr });
  }
  const across = acrossCalc(planner, rel, input);
  if (across) return across;
  // Behind a ChangelogNormalize the watermark stays below it, at the source.
  if (input.kind === 'ChangelogNormalize' && input.input.kind === 'Exchange') {
    const scan = input.input.input;
    const below: Physical =
      source &&
      scan.kind === 'TableSourceScan' &&
      planner.connectors.source(source.options, source.table)?.watermarkPushDown
        ? { ...scan, fields, watermark: { timeIndex, expr: rel.expr } }
        : { ...draft, kind: 'WatermarkAssigner', fields, input: scan, timeIndex, expr: rel.expr };
    return { ...input, fields, input: { ...input.input, fields, input: below } };
  }
  return { ...draft, kind: 'WatermarkAssigner', fields, input, timeIndex, expr: rel.expr };
}

/** The scan with the watermark in it. Equal reads of a table are one source, watermark included. */
function watermarked(
  planner: Planner,
  scan: TableSourceScan,
  fields: readonly RowField[],
  watermark: NonNullable<TableSourceScan['watermark']>,
): Physical {
  const { table, projected, options, filters, limit } = scan;
  const { expr, timeIndex } = watermark;
  const key = JSON.stringify([
    table.identifier,
    projected,
    options,
    plain(expr),
    plain(filters ?? null),
    limit,
    // Its row has a time attribute or not.
    timeIndex !== undefined,
  ]);
  const known = planner.scans.get(key);
  if (known) return known;
  const node: Physical = { ...scan, fields, watermark };
  planner.scans.set(key, node);
  return node;
}

/**
 * A watermark above computed columns goes through them into the source, as an expression over what the source reads; the rowtime
 * is marked by a Reinterpret in the Calc that computes it (PushWatermarkIntoTableSourceScanAcrossCalcRule).
 */
function acrossCalc(planner: Planner, rel: WatermarkRel, input: Physical): Physical | undefined {
  const source = rel.input.kind === 'Project' ? rel.input.input : undefined;
  if (
    source?.kind !== 'Scan' ||
    input.kind !== 'Calc' ||
    !planner.connectors.source(source.options, source.table)?.watermarkPushDown
  ) {
    return undefined;
  }
  const watermark = { expr: inline(rel.expr, input.exprs) };
  const type = rel.fields[rel.timeIndex]?.type as Rex['type'];
  const exprs = input.exprs.map(
    (expr, i): Rex => (i === rel.timeIndex ? { kind: 'Call', fn: 'REINTERPRET', operands: [expr], type } : expr),
  );
  const below = input.input;
  if (below.kind === 'TableSourceScan') {
    return { ...input, fields: rel.fields, exprs, input: watermarked(planner, below, below.fields, watermark) };
  }
  // Behind a ChangelogNormalize the watermark stays below it, at the source.
  if (below.kind === 'ChangelogNormalize' && below.input.kind === 'Exchange') {
    const scan = below.input.input;
    if (scan.kind !== 'TableSourceScan') return undefined;
    const marked = watermarked(planner, scan, scan.fields, watermark);
    return {
      ...input,
      fields: rel.fields,
      exprs,
      input: { ...below, input: { ...below.input, input: marked } },
    };
  }
  return undefined;
}

/** The primary key's fields where Flink puts a ChangelogNormalize on the source: upsert sources, and CDC that may repeat. */
export function normalizedKeys(rel: ScanRel, connectors: Connectors, duplicates: boolean): number[] | undefined {
  const changelog = connectors.source(rel.options, rel.table)?.changelog;
  const normalizes = changelog === 'upsert' || (changelog === 'all' && duplicates);
  if (!normalizes || !rel.table.primaryKey) {
    return undefined;
  }
  return rel.table.primaryKey.columns.map((name) => rel.fields.findIndex((field) => field.name === name));
}

/** DynamicSourceUtils.validateAndApplyMetadata. */
function checkMetadata({ table, options }: ScanRel, connectors: Connectors): void {
  const traits = connectors.source(options, table);
  for (const column of table.columns) {
    if (column.kind !== 'metadata' || !traits) {
      continue;
    }
    const key = column.key ?? column.name;
    const keys = Object.keys(traits.metadata);
    const name = summaryName(table.identifier);
    if (keys.length === 0) {
      throw validationError(
        `Table '${traits.sourceSummary ?? name}' declares metadata columns, but the underlying DynamicTableSource doesn't implement the SupportsReadingMetadata interface. Therefore, metadata cannot be read from the given source.`,
        'metadata',
      );
    }
    if (!keys.includes(key)) {
      throw validationError(
        `Invalid metadata key '${key}' in column '${column.name}' of table '${name}'. The DynamicTableSource class '${traits.sourceClass ?? ''}' supports the following metadata keys for reading:\n${keys.join('\n')}`,
        'metadata',
      );
    }
    const type = traits.metadata[key];
    if (type && castSupport(type, column.type, asSummaryString).kind !== 'ok') {
      // Flink has the two types the wrong way round.
      throw validationError(
        `Invalid data type for metadata column '${column.name}' with metadata key '${key}' of table '${name}'. The column cannot be declared as '${asSummaryString(type)}' because the type must be castable from metadata type '${asSummaryString(column.type)}'.`,
        'metadata',
      );
    }
  }
}
