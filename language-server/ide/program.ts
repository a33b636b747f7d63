import type { BindContext, BoundStatement } from '../../flink-sql/binder/index.ts';
import { isExternal } from '../../flink-sql/catalog/external.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Statement } from '../../flink-sql/syntax/ast.ts';
import type { StatementEntry } from '../../flink-sql/syntax/index.ts';
import { findVariables, withPlaceholders } from '../../flink-sql/syntax/variables.ts';
import type { FlinkVersion } from '../../flink-sql/syntax/versions.ts';
import type { Insight } from './insight.ts';
import { AnalysisMemory, type Understanding } from './memory.ts';

/** One text of a program: a file, or a cell of a notebook. */
export interface SourceText {
  readonly id: string;
  readonly text: string;
}

/** A statement as understood, with the session as it was before it ran. What is asked of it is found out when it is asked first. */
export interface AnalyzedStatement {
  readonly start: number;
  readonly end: number;
  readonly node: Statement | undefined;
  /** Has a mistake of syntax. */
  readonly broken: boolean;
  /** What the statement was bound to; undefined when it has a fault. */
  readonly kind: BoundStatement['kind'] | undefined;
  /** Catalog and options that the statement sees. */
  readonly context: BindContext;
  /** What its plan tells: changelog mode, state, findings of the review. */
  readonly insight?: Insight | undefined;
  /** Stands for what the statement means: the same object as long as its text and what it uses are the same. */
  readonly meaning: object | undefined;
  /** Faults beside those of the syntax; offsets into the text. */
  readonly faults: readonly Diagnostic[];
}

export interface AnalyzedText {
  readonly source: SourceText;
  readonly statements: readonly AnalyzedStatement[];
  readonly diagnostics: readonly Diagnostic[];
  /** The session after the last statement: what is written at the end of the text sees this. */
  readonly contextAtEnd: BindContext;
}

/** How a program is understood. */
export interface AnalysisSettings {
  /** Flink's version whose syntax is taken; the newest where it is left out. */
  readonly target?: FlinkVersion | undefined;
  /** An environment may change the options of tables: what is wrong with them is a warning. */
  readonly environment?: boolean;
}

/** Statements that may change the session: the ones behind them see what they do. */
const CHANGES = /^(Create|Drop|Alter|Use|Set$|Reset|AddJar)/;

/**
 * Understands texts that share one session, in order: tables made in one are known in the next, as cells of a notebook or statements
 * of a file. DDL is carried out on a catalog of its own; nothing else runs. Only what changes the session is understood at once;
 * queries are bound and planned when their diagnostics or plans are asked for. With the memory of the analysis before, only what has
 * changed is understood anew.
 */
export function analyzeProgram(
  sources: readonly SourceText[],
  memory: AnalysisMemory = new AnalysisMemory((error) => {
    throw error;
  }),
  { target, environment = false }: AnalysisSettings = {},
): AnalyzedText[] {
  const parsed = sources.map((source) => {
    const text = withPlaceholders(source.text);
    const { statements, errors } = memory.parse(source.id, text, target);
    return { source, text, statements, errors };
  });
  memory.keep(
    parsed.flatMap(({ text, statements }) => statements.map(({ start, end }) => text.slice(start, end))),
    new Set(sources.map(({ id }) => id)),
  );
  let context = memory.initial;
  return parsed.map(({ source, text, statements, errors }) => {
    const understood = statements.map((entry): LazyStatement => {
      const statement = new LazyStatement(entry, text, context, memory, environment);
      if (entry.node && CHANGES.test(entry.node.kind)) context = statement.after;
      return statement;
    });
    return new LazyText(source, understood, errors.map(asDiagnostic), context);
  });
}

class LazyStatement implements AnalyzedStatement {
  readonly broken: boolean;
  readonly start: number;
  readonly end: number;
  readonly node: Statement | undefined;
  readonly context: BindContext;
  readonly #source: string;
  readonly #memory: AnalysisMemory;
  readonly #environment: boolean;
  #known: Understanding | undefined;
  #faults: readonly Diagnostic[] | undefined;

  constructor(
    { start, end, node, errors }: StatementEntry,
    source: string,
    context: BindContext,
    memory: AnalysisMemory,
    environment: boolean,
  ) {
    this.#environment = environment;
    this.start = start;
    this.end = end;
    this.node = node;
    this.context = context;
    this.#source = source;
    this.#memory = memory;
    this.broken = errors.length > 0;
  }

  get #understanding(): Understanding | undefined {
    const { node, start, end } = this;
    if (!node || this.broken) return undefined;
    this.#known ??= this.#memory.understand({ node, source: this.#source, start, end }, this.context);
    return this.#known;
  }

  get kind(): BoundStatement['kind'] | undefined {
    return this.#understanding?.kind;
  }

  get insight(): Insight | undefined {
    return this.#understanding?.insight;
  }

  get meaning(): object | undefined {
    return this.#understanding;
  }

  get after(): BindContext {
    return this.#understanding?.after ?? this.context;
  }

  get faults(): readonly Diagnostic[] {
    this.#faults ??= this.#placed();
    return this.#faults;
  }

  #placed(): readonly Diagnostic[] {
    const { start, end } = this;
    const found = this.#understanding?.diagnostics ?? [];
    // No server is asked here: what its tables are is not known.
    if (found.length === 0 || reachesServer(this.context.catalog, this.#source.slice(start, end))) return [];
    return found.map((d) => ({
      ...d,
      start: d.start + start,
      end: d.end + start,
      severity: this.#environment && d.code === 'connector' ? 'warning' : d.severity,
    }));
  }
}

class LazyText implements AnalyzedText {
  readonly source: SourceText;
  readonly statements: readonly AnalyzedStatement[];
  readonly contextAtEnd: BindContext;
  readonly #syntax: readonly Diagnostic[];
  #diagnostics: readonly Diagnostic[] | undefined;

  constructor(
    source: SourceText,
    statements: readonly AnalyzedStatement[],
    syntax: readonly Diagnostic[],
    contextAtEnd: BindContext,
  ) {
    this.source = source;
    this.statements = statements;
    this.#syntax = syntax;
    this.contextAtEnd = contextAtEnd;
  }

  get diagnostics(): readonly Diagnostic[] {
    this.#diagnostics ??= withoutVariables(this.source.text, this.statements, [
      ...this.#syntax,
      ...this.statements.flatMap((s) => s.faults),
    ]);
    return this.#diagnostics;
  }
}

/** What is wrong where a variable's value will stand, or in the plan of a statement with one, is not known before it has its value. */
function withoutVariables(
  text: string,
  statements: readonly AnalyzedStatement[],
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const uses = findVariables(text).filter(({ within }) => within === 'text');
  if (uses.length === 0) return diagnostics;
  return diagnostics.filter(
    (d) =>
      !uses.some((use) => {
        const statement = statements.find(({ start, end }) => start <= use.start && use.end <= end);
        const whole = statement !== undefined && d.start <= statement.start && d.end >= statement.end;
        return whole || (d.start < use.end && d.end > use.start);
      }),
  );
}

/** Whether a statement may see tables of a catalog that a database server has. */
function reachesServer(catalog: CatalogStore, statement: string): boolean {
  return catalog
    .catalogNames()
    .some(
      (name) =>
        isExternal(catalog.catalog(name)) &&
        (name === catalog.currentCatalog || new RegExp(`\\b${escaped(name)}\\b`).test(statement)),
    );
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function asDiagnostic(error: {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly code: string;
}): Diagnostic {
  return {
    severity: 'error',
    code: error.code,
    message: error.message,
    exception: 'SqlParserException',
    start: error.start,
    end: error.end,
    placed: true,
  };
}
