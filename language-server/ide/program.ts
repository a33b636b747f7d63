import {
  applyCommand,
  type BindContext,
  type BoundStatement,
  bindStatement,
  planInserts,
  planQuery,
} from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Statement } from '../../flink-sql/syntax/ast.ts';
import { parse, type StatementEntry } from '../../flink-sql/syntax/index.ts';
import { findVariables, withPlaceholders } from '../../flink-sql/syntax/variables.ts';

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
  readonly bound: BoundStatement | undefined;
  /** Catalog and options that the statement sees. */
  readonly context: BindContext;
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
 * of a file. DDL is carried out on a catalog of its own; nothing else runs.
 */
export function analyzeProgram(sources: readonly SourceText[]): AnalyzedText[] {
  const catalog = new CatalogStore();
  let options: Readonly<Record<string, string>> = {};
  return sources.map((source) => {
    const text = withPlaceholders(source.text);
    const parsed = parse(text);
    const diagnostics: Diagnostic[] = parsed.errors.map(asDiagnostic);
    const statements = parsed.statements.map((entry): AnalyzedStatement => {
      const context: BindContext = { catalog: catalog.clone(), options };
      const bound = entry.node && !entry.errors.length ? understand(entry.node, text, context, diagnostics) : undefined;
      if (bound) {
        change(bound, entry, catalog, diagnostics);
        options = optionsAfter(bound, options);
      }
      return { start: entry.start, end: entry.end, node: entry.node, bound, context };
    });
    return {
      source,
      statements,
      diagnostics: withoutVariables(source.text, statements, diagnostics),
      contextAtEnd: { catalog: catalog.clone(), options },
    };
  });
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

/** Binds a statement and, for what would run as a job, plans it: some faults show only in the plan. */
function understand(
  node: Statement,
  text: string,
  context: BindContext,
  out: Diagnostic[],
): BoundStatement | undefined {
  const result = bindStatement(node, text, context);
  out.push(...result.diagnostics);
  const bound = result.value;
  if (!bound) return undefined;
  const plan =
    bound.kind === 'query'
      ? planQuery(bound.query, context)
      : bound.kind === 'insert'
        ? planInserts([bound.insert], context)
        : bound.kind === 'statementSet'
          ? planInserts(bound.inserts, context)
          : undefined;
  for (const d of plan?.diagnostics ?? [])
    out.push(d.placed || d.end > d.start ? d : { ...d, start: node.start, end: node.end });
  return bound;
}

function change(bound: BoundStatement, entry: StatementEntry, catalog: CatalogStore, out: Diagnostic[]): void {
  if (bound.kind !== 'catalog' && bound.kind !== 'createTableAs') return;
  for (const d of applyCommand(bound.command, catalog).diagnostics) {
    // Running a cell again is normal in a notebook: that its table is there already is no fault of the text.
    const again = /already exists/i.test(d.message);
    out.push({ ...d, severity: again ? 'information' : d.severity, start: entry.start, end: entry.end });
  }
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
