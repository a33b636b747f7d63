import type { BindContext, BoundStatement } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import { type ParseResult, parse } from '../../flink-sql/syntax/index.ts';
import type { FlinkVersion } from '../../flink-sql/syntax/versions.ts';
import { CatalogReads } from './catalog-reads.ts';
import type { Insight } from './insight.ts';
import { contextAfter, type Meaning, meaningOf, type ParsedStatement } from './meaning.ts';

export type { ParsedStatement } from './meaning.ts';

/** What a statement means in a session, and the session after it. */
export interface Understanding {
  readonly kind: BoundStatement['kind'] | undefined;
  /** Offsets count from the start of the statement. */
  readonly diagnostics: readonly Diagnostic[];
  readonly after: BindContext;
  readonly insight?: Insight;
}

interface Remembered {
  readonly before: BindContext;
  readonly meaning: Meaning;
  readonly reads: CatalogReads;
  readonly understanding: Understanding;
}

/** Told of what went wrong inside the analysis of a statement; the statement's text is for the log. */
export type InternalErrorListener = (error: unknown, statement: string) => void;

/**
 * What the statements of one program were understood to mean. A statement's meaning follows from its text, from the session's options
 * and from what it reads of the catalog: so after a key press only the statement that changed is bound and planned again, and those
 * that use what it makes. What the next analysis has not among its texts is forgotten.
 */
export class AnalysisMemory {
  readonly #onInternalError: InternalErrorListener;
  /** The session before the first statement. */
  readonly #initial: BindContext = { catalog: new CatalogStore(), options: {} };
  #known = new Map<string, Remembered[]>();
  #texts = new Map<
    string,
    { readonly text: string; readonly target: FlinkVersion | undefined; readonly parsed: ParseResult }
  >();

  constructor(onInternalError: InternalErrorListener) {
    this.#onInternalError = onInternalError;
  }

  /** The session before the first statement. */
  get initial(): BindContext {
    return this.#initial;
  }

  /** A text's tree; that of the analysis before where the text is the same. */
  parse(id: string, text: string, target: FlinkVersion | undefined): ParseResult {
    const known = this.#texts.get(id);
    if (known?.text === text && known.target === target) return known.parsed;
    const parsed = parse(text, target ? { target } : {});
    this.#texts.set(id, { text, target, parsed });
    return parsed;
  }

  /** Forgets all but these statements and the texts with these names: called when an analysis begins. */
  keep(statements: Iterable<string>, ids: ReadonlySet<string>): void {
    const kept = new Map<string, Remembered[]>();
    for (const text of statements) {
      const known = this.#known.get(text);
      if (known) kept.set(text, known);
    }
    this.#known = kept;
    for (const id of this.#texts.keys()) if (!ids.has(id)) this.#texts.delete(id);
  }

  understand(statement: ParsedStatement, before: BindContext): Understanding {
    const text = statement.source.slice(statement.start, statement.end);
    const known = this.#known.get(text) ?? [];
    const alike = known.filter((r) => r.before.options === before.options && r.before.jars === before.jars);
    const same = alike.find((r) => r.before.catalog.sameAs(before.catalog));
    if (same) return same.understanding;
    const used = alike.find((r) => r.reads.sameIn(before.catalog));
    const remembered = used
      ? { ...used, before, understanding: inSession(used.meaning, before, text.length) }
      : this.#understand(statement, text, before);
    // One text stands in few sessions at a time: a newer one takes the oldest one's place.
    this.#known.set(text, [remembered, ...known.filter((r) => r !== used)].slice(0, SESSIONS));
    return remembered.understanding;
  }

  /** A fault of ours in one statement must not hide what is known about the others. */
  #understand(statement: ParsedStatement, text: string, before: BindContext): Remembered {
    const reads = new CatalogReads();
    try {
      const meaning = meaningOf(statement, { ...before, catalog: reads.watch(before.catalog) });
      return { before, meaning, reads, understanding: inSession(meaning, before, text.length) };
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
      const meaning: Meaning = { kind: undefined, diagnostics: [diagnostic] };
      return { before, meaning, reads, understanding: inSession(meaning, before, text.length) };
    }
  }
}

/** How many sessions a text's meaning is remembered for: the same statement may stand in a program more than once. */
const SESSIONS = 8;

function inSession(
  { kind, diagnostics, insight, effect }: Meaning,
  before: BindContext,
  length: number,
): Understanding {
  const faults: Diagnostic[] = [];
  const after = contextAfter(effect, before, length, faults);
  return {
    kind,
    diagnostics: faults.length > 0 ? [...diagnostics, ...faults] : diagnostics,
    after,
    ...(insight ? { insight } : {}),
  };
}
