import {
  applyCommand,
  type BindContext,
  type BindResult,
  type BoundStatement,
  bindStatement,
  type PlannedJob,
  planInserts,
  planQuery,
} from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
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

/** What a statement means in a session, and the session after it. */
export interface Understanding {
  readonly kind: BoundStatement['kind'] | undefined;
  /** Offsets count from the start of the statement. */
  readonly diagnostics: readonly Diagnostic[];
  readonly after: BindContext;
  /** What the plan tells; absent for what does not run as a job, or has a fault. */
  readonly insight?: Insight;
}

interface Remembered {
  readonly before: BindContext;
  readonly understanding: Understanding;
}

/** Told of what went wrong inside the analysis of a statement; the statement's text is for the log. */
export type InternalErrorListener = (error: unknown, statement: string) => void;

/**
 * What the statements of one program were understood to mean. A statement's meaning follows from its text and from the session
 * before it, both of which are compared by identity where they are not text: so after a key press only the statement that changed is
 * bound and planned again, and those behind it when it changed the session. What one analysis did not use is forgotten.
 */
export class AnalysisMemory {
  readonly #onInternalError: InternalErrorListener;
  /** The session before the first statement. */
  readonly #initial: BindContext = { catalog: new CatalogStore(), options: {} };
  #known = new Map<string, Remembered[]>();
  #used = new Map<string, Remembered[]>();

  constructor(onInternalError: InternalErrorListener) {
    this.#onInternalError = onInternalError;
  }

  /** Begins an analysis; gives the session before the first statement. */
  begin(): BindContext {
    return this.#initial;
  }

  /** Ends an analysis: forgets what it has not used. */
  end(): void {
    this.#known = this.#used;
    this.#used = new Map();
  }

  understand(statement: ParsedStatement, before: BindContext): Understanding {
    const text = statement.source.slice(statement.start, statement.end);
    const same = (r: Remembered): boolean =>
      r.before.options === before.options && r.before.catalog.sameAs(before.catalog);
    const known = this.#used.get(text)?.find(same) ?? this.#known.get(text)?.find(same);
    const remembered = known ?? { before, understanding: this.#understand(statement, text, before) };
    const used = this.#used.get(text);
    if (!used) this.#used.set(text, [remembered]);
    else if (!used.includes(remembered)) used.push(remembered);
    return remembered.understanding;
  }

  /** A fault of ours in one statement must not hide what is known about the others. */
  #understand(statement: ParsedStatement, text: string, before: BindContext): Understanding {
    try {
      return understand(statement, before);
    } catch (error) {
      this.#onInternalError(error, text);
      const message =
        'This statement could not be checked: an internal error, which the log of the language server tells.';
      const place = { start: 0, end: statement.end - statement.start, placed: true };
      const diagnostic: Diagnostic = {
        severity: 'warning',
        code: 'internal-error',
        message,
        exception: 'InternalError',
        ...place,
      };
      return { kind: undefined, diagnostics: [diagnostic], after: before };
    }
  }
}

function understand({ node, source, start, end }: ParsedStatement, before: BindContext): Understanding {
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
  const diagnostics = found.map((d) => ({ ...d, start: d.start - start, end: d.end - start }));
  if (!bound) return { kind: undefined, diagnostics, after: before };
  const catalog = changed(bound, before.catalog, end - start, diagnostics);
  const options = optionsAfter(bound, before.options);
  const same = catalog === before.catalog && options === before.options;
  const insight = job?.value && insightOf(job.value);
  return {
    kind: bound.kind,
    diagnostics,
    after: same ? before : { catalog, options },
    ...(insight ? { insight } : {}),
  };
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

/** The catalog after DDL: a store of its own, or the same one where nothing was changed. */
function changed(bound: BoundStatement, before: CatalogStore, length: number, out: Diagnostic[]): CatalogStore {
  if (bound.kind !== 'catalog' && bound.kind !== 'createTableAs') return before;
  const catalog = before.clone();
  for (const d of applyCommand(bound.command, catalog).diagnostics) {
    // Running a cell again is normal in a notebook: that its table is there already is no fault of the text.
    const again = /already exists/i.test(d.message);
    out.push({ ...d, severity: again ? 'information' : d.severity, start: 0, end: length });
  }
  return catalog.sameAs(before) ? before : catalog;
}

function optionsAfter(
  bound: BoundStatement,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (bound.kind !== 'utility') return options;
  const { statement } = bound;
  if (statement.kind === 'Set' && statement.key && statement.value)
    return { ...options, [statement.key.value]: statement.value.value };
  if (statement.kind === 'Reset') {
    if (!statement.key) return {};
    const { [statement.key.value]: _, ...rest } = options;
    return rest;
  }
  return options;
}
