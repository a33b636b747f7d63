import type { BindContext, BoundQuery, PlannedJob } from '../../binder/api.ts';
import type { BoundInsert } from '../../binder/bound.ts';
import { catalogError } from '../../catalog/errors.ts';
import { summaryName } from '../../catalog/store.ts';
import { describeNode } from '../explain-physical.ts';
import type { Physical, Sink } from '../physical.ts';
import type { Rel } from '../rel.ts';
import { type ModifyKinds, TraitInference, type UpdateKind } from '../traits.ts';
import { checkBatchSources, prepareBatch } from './batch-checks.ts';
import { Connectors } from './connectors.ts';
import { foldConstants } from './fold.ts';
import { lowerGroupingSets } from './grouping-sets.ts';
import { MiniBatchPlan } from './mini-batch.ts';
import { extractOver } from './over-to-rank.ts';
import { draft } from './physical-nodes.ts';
import { pruneColumns } from './prune.ts';
import { pruneEmpty } from './prune-empty.ts';
import { prunePartitions } from './prune-partitions.ts';
import { pushFilters } from './push-filters.ts';
import { pushIntoNormalize } from './push-into-normalize.ts';
import { pushFiltersIntoScans, pushLimitsIntoScans } from './push-into-scans.ts';
import { refuseUnplannable } from './refuse-calls.ts';
import { normalizedKeys } from './scan-nodes.ts';
import { lowerSetAll } from './set-all.ts';
import { simplifySelfComparisons } from './simplify.ts';
import { checkOverwrite, checkWritableMetadata, isBatch } from './sink-checks.ts';
import { removeSubqueries } from './subqueries.ts';
import { PhysicalBuilder } from './to-physical.ts';

/** A query or INSERTs to be planned together. */
export type Plannable =
  | { readonly kind: 'query'; readonly query: BoundQuery }
  | { readonly kind: 'inserts'; readonly inserts: readonly BoundInsert[] };

/** Logical optimisation: subqueries to joins, filters down, OVER out, unused columns away. */
export function optimizeLogical(rel: Rel, ctx: BindContext, connectors: Connectors): Rel {
  refuseUnplannable(rel);
  if (isBatch(ctx)) checkBatchSources(rel, connectors);
  const joined = lowerSetAll(removeSubqueries(simplifySelfComparisons(rel)));
  const prepared = isBatch(ctx) ? prepareBatch(joined) : joined;
  const folded = pruneEmpty(foldConstants(prepared, ctx.folder));
  const ranked = extractOver(folded, isBatch(ctx));
  const filtered = pushFiltersIntoScans(prunePartitions(pushFilters(ranked), connectors), connectors);
  const expanded = lowerGroupingSets(filtered);
  const pruned = pruneColumns(expanded, {
    canProject: (scan) => connectors.source(scan.options, scan.table)?.projectionPushDown ?? false,
    keys: (scan) => normalizedKeys(scan, connectors, mayDuplicate(ctx)) ?? [],
    upsertKeys: (input) => (isBatch(ctx) ? [] : upsertKeyFields(input, ctx, connectors)),
    isBatch: isBatch(ctx),
  });
  return pushLimitsIntoScans(pruned, connectors);
}

function mayDuplicate(ctx: BindContext): boolean {
  return ctx.options['table.exec.source.cdc-events-duplicate']?.toLowerCase() === 'true';
}

/** Fields of all upsert keys of a relation. */
function upsertKeyFields(rel: Rel, ctx: BindContext, connectors: Connectors): readonly number[] {
  const draft = new PhysicalBuilder(connectors, mayDuplicate(ctx)).build(rel);
  return inference(ctx, connectors).keys(draft).flat();
}

function inference(ctx: BindContext, connectors: Connectors): TraitInference {
  return new TraitInference({
    connectors,
    describe: describeNode,
    mayDuplicate: mayDuplicate(ctx),
    miniBatch: MiniBatchPlan.isEnabled(ctx.options),
    hasStateTtl: !/^0*\s*(ms)?$/.test(ctx.options['table.exec.state.ttl'] ?? ''),
  });
}

/** Plans for execution: a SELECT goes into the collect sink, which takes every kind of change. */
export function planJob(what: Plannable, ctx: BindContext): PlannedJob {
  const connectors = new Connectors(ctx);
  const builder = new PhysicalBuilder(connectors, mayDuplicate(ctx), isBatch(ctx));
  const infer = inference(ctx, connectors);
  if (what.kind === 'query') {
    const { query } = what;
    const root = settled(pushIntoNormalize(builder.build(optimizeLogical(query.logical, ctx, connectors))), infer, ctx);
    const input = satisfied(infer, root, ['BOTH']);
    const columnTypes = query.fields.map((field) => field.type);
    const sink: Sink = {
      ...draft,
      kind: 'Sink',
      fields: query.fields,
      input,
      options: {},
      columnTypes,
      upsertMaterialize: false,
      staticPartitions: {},
      overwrite: false,
    };
    return { sinks: bundled([infer.sink(sink, input)], infer, ctx), fields: query.fields };
  }
  const sinks = what.inserts.map((insert) => planInsert(insert, builder, infer, ctx, connectors));
  return { sinks: bundled(sinks, infer, ctx), fields: [] };
}

/** The plan that EXPLAIN shows for a SELECT: its root may leave out before images. */
export function explainQueryRoot(query: BoundQuery, ctx: BindContext): Physical {
  const connectors = new Connectors(ctx);
  const builder = new PhysicalBuilder(connectors, mayDuplicate(ctx), isBatch(ctx));
  const root = pushIntoNormalize(builder.build(optimizeLogical(query.logical, ctx, connectors)));
  const infer = inference(ctx, connectors);
  const [shown] = bundled([satisfied(infer, root, ['AFTER', 'BOTH'])], infer, ctx);
  return shown as Physical;
}

/** The plans with mini-batch, where the options ask for it. */
function bundled<T extends Physical>(roots: readonly T[], infer: TraitInference, ctx: BindContext): readonly T[] {
  const miniBatch = MiniBatchPlan.of(ctx.options, infer.nextId);
  return miniBatch ? roots.map((root) => miniBatch.apply(root)) : roots;
}

/** In batch mode nothing leaves a job but final rows. */
function settled(root: Physical, infer: TraitInference, ctx: BindContext): Physical {
  const kinds = infer.kinds(root);
  if (!isBatch(ctx) || !(kinds.update || kinds.delete)) {
    return root;
  }
  return { ...draft, kind: 'Collapse', fields: root.fields, input: root, order: [], offset: 0 };
}

function satisfied(infer: TraitInference, root: Physical, alternatives: readonly UpdateKind[]): Physical {
  for (const required of alternatives) {
    const found = infer.satisfy(root, required);
    if (found) {
      return found;
    }
  }
  throw catalogError('TableException', 'Cannot generate a valid execution plan for the given query.', 'changelog');
}

function planInsert(
  insert: BoundInsert,
  builder: PhysicalBuilder,
  infer: TraitInference,
  ctx: BindContext,
  connectors: Connectors,
): Sink {
  const { table } = insert;
  const name = summaryName(table.identifier);
  if (insert.overwrite) checkOverwrite(insert.options, table, ctx);
  const root = settled(pushIntoNormalize(builder.build(optimizeLogical(insert.source, ctx, connectors))), infer, ctx);
  const kinds = infer.kinds(root);
  const traits = connectors.sink(insert.options, table);
  checkWritableMetadata(table, traits);
  const accepts = traits?.accepts ?? 'all';
  if (traits?.updatesNeedKey && !table.primaryKey && (kinds.update || kinds.delete)) {
    throw catalogError(
      'IllegalStateException',
      'please declare primary key for sink table when query contains update/delete record.',
      'primary-key',
    );
  }
  if (accepts === 'insert-only' && (kinds.update || kinds.delete)) {
    throw infer.notSupported(`Table sink '${name}'`, root, kinds);
  }
  const keys = (table.primaryKey?.columns ?? []).map((column) =>
    insert.columns.findIndex((field) => field.name === column),
  );
  const upsertKeys = infer.keys(root);
  const matched = keys.length > 0 && upsertKeys.some((key) => sameSet(key, keys));
  const within = upsertKeys.some((key) => key.every((index) => keys.includes(index)));
  const mode = ctx.options['table.exec.sink.upsert-materialize'] ?? 'AUTO';
  const upsertMaterialize = materialize(mode.toUpperCase(), accepts, kinds, keys.length > 0, within);
  const upsertKey = [...upsertKeys].sort(smaller)[0];
  const needsBefore = accepts === 'upsert' && keys.length > 0 && !matched;
  const alternatives: UpdateKind[] = accepts === 'upsert' && !needsBefore ? ['AFTER', 'BOTH'] : ['BOTH'];
  const input = satisfied(infer, root, alternatives);
  connectors.translateSink(traits, isBatch(ctx));
  const sink: Sink = {
    ...draft,
    kind: 'Sink',
    fields: insert.columns,
    input,
    table,
    options: insert.options,
    columnTypes: insert.columns.map((column) => column.type),
    upsertMaterialize,
    ...(upsertMaterialize && upsertKey ? { upsertKey: [...upsertKey].sort((a, b) => a - b) } : {}),
    staticPartitions: insert.staticPartitions,
    overwrite: insert.overwrite,
  };
  return infer.sink(sink, input);
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((index) => b.includes(index));
}

/** Order of upsert keys: fewest fields, then the first ones (UpsertKeyUtil.smallestKey). */
function smaller(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) {
    return a.length - b.length;
  }
  const different = a.findIndex((index, i) => index !== b[i]);
  return different < 0 ? 0 : (a[different] as number) - (b[different] as number);
}

/**
 * Rows of different keys upstream that meet in one key of the sink must be sorted out there (analyzeUpsertMaterializeStrategy).
 * `within`: an upsert key of the input lies within the sink's key.
 */
function materialize(mode: string, accepts: string, kinds: ModifyKinds, hasKey: boolean, within: boolean): boolean {
  if (!hasKey || mode === 'NONE') {
    return false;
  }
  if (mode === 'FORCE') {
    return true;
  }
  return accepts !== 'insert-only' && (kinds.update || kinds.delete) && !within;
}
