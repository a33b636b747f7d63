import type { BindContext, BoundStatement } from '../../flink-sql/binder/index.ts';
import { isExternal } from '../../flink-sql/catalog/external.ts';
import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Statement } from '../../flink-sql/syntax/ast.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { findVariables, withPlaceholders } from '../../flink-sql/syntax/variables.ts';
import type { Insight } from './insight.ts';
import { AnalysisMemory } from './memory.ts';

/** One text of a program: a file, or a cell of a notebook. */
export interface SourceText {
  readonly id: string;
  readonly text: string;
}

/** A statement as understood, with the session as it was before it ran. */
export interface AnalyzedStatement {
  readonly start: number;
  readonly end: number;
  readonly node: Statement | undefined;
  /** What the statement was bound to; undefined when it has a fault. */
  readonly kind: BoundStatement['kind'] | undefined;
  /** Catalog and options that the statement sees. */
  readonly context: BindContext;
  /** What its plan tells: changelog mode, state, findings of the review. */
  readonly insight?: Insight | undefined;
}

export interface AnalyzedText {
  readonly source: SourceText;
  readonly statements: readonly AnalyzedStatement[];
  readonly diagnostics: readonly Diagnostic[];
  /** The session after the last statement: what is written at the end of the text sees this. */
  readonly contextAtEnd: BindContext;
}

/**
 * Understands texts that share one session, in order: tables made in one are known in the next, as cells of a notebook or statements
 * of a file. DDL is carried out on a catalog of its own; nothing else runs. With the memory of the analysis before, only what has
 * changed is understood anew.
 */
export function analyzeProgram(
  sources: readonly SourceText[],
  memory: AnalysisMemory = new AnalysisMemory((error) => {
    throw error;
  }),
): AnalyzedText[] {
  let context = memory.begin();
  const analyzed = sources.map((source) => {
    const text = withPlaceholders(source.text);
    const parsed = parse(text);
    const diagnostics: Diagnostic[] = parsed.errors.map(asDiagnostic);
    const statements = parsed.statements.map(({ node, errors, start, end }): AnalyzedStatement => {
      const before = context;
      if (!node || errors.length > 0) return { start, end, node, kind: undefined, context: before };
      const found = memory.understand({ node, source: text, start, end }, before);
      // No server is asked here: what its tables are is not known.
      if (!reachesServer(before.catalog, text.slice(start, end)))
        for (const d of found.diagnostics) diagnostics.push({ ...d, start: d.start + start, end: d.end + start });
      context = found.after;
      return { start, end, node, kind: found.kind, context: before, insight: found.insight };
    });
    return {
      source,
      statements,
      diagnostics: withoutVariables(source.text, statements, diagnostics),
      contextAtEnd: context,
    };
  });
  memory.end();
  return analyzed;
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
