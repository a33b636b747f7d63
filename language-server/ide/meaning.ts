import {
  applyCommand,
  type BindContext,
  type BindResult,
  type BoundStatement,
  bindStatement,
  type CatalogCommand,
  type PlannedJob,
  planInserts,
  planQuery,
} from '../../flink-sql/binder/index.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { checkedTraits, documentedTraits } from '../../flink-sql/connectors/traits.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Statement } from '../../flink-sql/syntax/ast.ts';
import { type Insight, insightOf } from './insight.ts';
import { optionPlace } from './option-place.ts';
import { checkUtility } from './utility-checks.ts';

/** A statement as parsed, with its place in `source`. */
export interface ParsedStatement {
  readonly node: Statement;
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** What a statement means, whatever the session has beside what the statement uses. Offsets count from the statement's start. */
export interface Meaning {
  readonly kind: BoundStatement['kind'] | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What the plan tells; absent for what does not run as a job, or has a fault. */
  readonly insight?: Insight;
  /** What it does to the session. */
  readonly effect?: Effect;
}

export type Effect =
  | { readonly kind: 'catalog'; readonly command: CatalogCommand }
  | { readonly kind: 'set'; readonly key: string; readonly value: string }
  | { readonly kind: 'reset'; readonly key: string | undefined }
  | { readonly kind: 'jar'; readonly path: string };

/** Binds and plans a statement. Faults are data; what it throws is a fault of ours. */
export function meaningOf({ node, source, start, end }: ParsedStatement, before: BindContext): Meaning {
  const found: Diagnostic[] = [];
  const result = bindStatement(node, source, before);
  found.push(...result.diagnostics);
  const bound = result.value;
  let job: BindResult<PlannedJob> | undefined;
  if (bound) {
    // Some faults show only in the plan.
    job = planned(bound, { ...before, connectors: checkedTraits });
    for (const d of job?.diagnostics ?? []) {
      const place = d.code === 'connector' ? optionPlace(node, before.catalog) : node;
      found.push(d.placed || d.end > d.start ? d : { ...d, start: place.start, end: place.end });
    }
    // What the plan tells is told all the same: options may be mended by the environment that the statement runs in.
    if (job?.diagnostics.some((d) => d.code === 'connector'))
      job = planned(bound, { ...before, connectors: documentedTraits });
    if (bound.kind === 'utility') found.push(...checkUtility(bound.statement, source, before));
  }
  // A plan may place its fault outside: in a view's text. It is told at the statement then.
  const diagnostics = found
    .map(softened)
    .map((d) =>
      d.start < start || d.end > end
        ? { ...d, start: 0, end: end - start }
        : { ...d, start: d.start - start, end: d.end - start },
    );
  if (!bound) return { kind: undefined, diagnostics };
  const insight = job?.value && insightOf(job.value);
  const effect = effectOf(bound);
  return { kind: bound.kind, diagnostics, ...(insight ? { insight } : {}), ...(effect ? { effect } : {}) };
}

/** A cluster may have classes that no statement names: that one is not found is no mistake of the text. */
function softened(d: Diagnostic): Diagnostic {
  if (d.exception !== 'ClassNotFoundException')
    return d.code === 'user-function' ? { ...d, severity: 'information' } : d;
  const message = `The class ${d.message} is in no jar that a statement adds: it runs where the cluster has it, else Flink fails with ClassNotFoundException.`;
  return { ...d, severity: 'warning', message };
}

/** The plan of a statement that would run as a job, with what connectors can do by their documentation. */
function planned(bound: BoundStatement, context: BindContext): BindResult<PlannedJob> | undefined {
  switch (bound.kind) {
    case 'query':
      return planQuery(bound.query, context);
    case 'insert':
    case 'createTableAs':
      return planInserts([bound.insert], context);
    case 'statementSet':
      return planInserts(bound.inserts, context);
    case 'explain':
      return planned(bound.statement, context);
    default:
      return undefined;
  }
}

function effectOf(bound: BoundStatement): Effect | undefined {
  if (bound.kind === 'catalog' || bound.kind === 'createTableAs') return { kind: 'catalog', command: bound.command };
  if (bound.kind !== 'utility') return undefined;
  const { statement } = bound;
  if (statement.kind === 'Set' && statement.key && statement.value)
    return { kind: 'set', key: statement.key.value, value: statement.value.value };
  if (statement.kind === 'Reset') return { kind: 'reset', key: statement.key?.value };
  if (statement.kind === 'AddJar') return { kind: 'jar', path: statement.path.value };
  return undefined;
}

/** The session after an effect: the same one where nothing has changed. Faults of DDL are put into `out`, over the statement's length. */
export function contextAfter(
  effect: Effect | undefined,
  before: BindContext,
  length: number,
  out: Diagnostic[],
): BindContext {
  if (!effect) return before;
  if (effect.kind === 'catalog') {
    const catalog = changed(effect.command, before.catalog, length, out);
    return catalog === before.catalog ? before : { ...before, catalog };
  }
  if (effect.kind === 'jar') return { ...before, jars: [...(before.jars ?? []), effect.path] };
  if (effect.kind === 'set') return { ...before, options: { ...before.options, [effect.key]: effect.value } };
  if (effect.key === undefined) return { ...before, options: {} };
  const { [effect.key]: _, ...options } = before.options;
  return { ...before, options };
}

function changed(command: CatalogCommand, before: CatalogStore, length: number, out: Diagnostic[]): CatalogStore {
  const catalog = before.clone();
  for (const d of applyCommand(command, catalog).diagnostics) {
    // Running a cell again is normal in a notebook: that its table is there already is no fault of the text.
    const again = /already exists/i.test(d.message);
    out.push({ ...d, severity: again ? 'information' : d.severity, start: 0, end: length });
  }
  return catalog.sameAs(before) ? before : catalog;
}
