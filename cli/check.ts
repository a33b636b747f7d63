import { parseArgs } from 'node:util';
import { unresolvedMessage } from '../environments/load.ts';
import { valuesOf } from '../environments/parameter-values.ts';
import { parameterFault, readParameters } from '../environments/parameters.ts';
import {
  applyCommand,
  type BoundInsert,
  type BoundStatement,
  bindStatement,
  planInserts,
  planQuery,
} from '../flink-sql/binder/index.ts';
import { CatalogStore } from '../flink-sql/catalog/store.ts';
import type { Diagnostic } from '../flink-sql/diagnostics.ts';
import { placeFault, reviewInserts, reviewTable } from '../flink-sql/review/index.ts';
import type { Statement } from '../flink-sql/syntax/ast.ts';
import { parse } from '../flink-sql/syntax/index.ts';
import { withPlaceholders } from '../flink-sql/syntax/variables.ts';
import { PREVIEW_OPTION } from '../local-runtime/connectors/preview/preview-options.ts';
import { asFault } from '../local-runtime/errors.ts';
import { bindContext, type RuntimeEnvironment } from '../local-runtime/session/engine.ts';
import { SessionError } from '../local-runtime/session/errors.ts';
import { syntaxDiagnostic } from '../local-runtime/session/parse.ts';
import { type Surroundings, surroundings } from './environment.ts';
import { givenParameters, paramOption } from './parameters.ts';
import { lineColumn, placedMessage } from './places.ts';
import { readSource, type SqlSource } from './source.ts';
import { UsageError } from './usage.ts';

const ENVIRONMENT: RuntimeEnvironment = {
  workingDirectory: process.cwd(),
  print: () => undefined,
  notice: () => undefined,
  now: Date.now,
};

/** `millrace check FILE...`: parses, validates and plans every statement; tables of earlier statements are known to later ones. */
export async function check(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { jsonl: { type: 'boolean', default: false }, env: { type: 'string' }, ...paramOption },
  });
  if (positionals.length === 0) throw new UsageError('check takes at least one FILE; see millrace --help');
  const around = surroundings(values.env);
  const given = givenParameters(values.param);
  const sources = positionals.map(readSource);
  const known = new Set(sources.flatMap(({ text }) => readParameters(text).parameters.map(({ name }) => name)));
  const stray = Object.keys(given).find((name) => !known.has(name));
  if (stray !== undefined) throw new UsageError(`--param ${stray}: no FILE has such a parameter`);
  let errors = 0;
  for (const source of sources) {
    for (const diagnostic of diagnoseIn(source.text, around, given)) {
      if (diagnostic.severity === 'error') errors++;
      process.stdout.write(values.jsonl ? jsonLine(source, diagnostic) : textLine(source, diagnostic));
    }
  }
  return errors > 0 ? 1 : 0;
}

function textLine({ file, text }: SqlSource, diagnostic: Diagnostic): string {
  const message = `${diagnostic.severity}: ${diagnostic.message}`;
  return `${placedMessage(file, text, diagnostic, message)}\n`;
}

function jsonLine({ file, text }: SqlSource, diagnostic: Diagnostic): string {
  const { severity, code, exception, message, start, end } = diagnostic;
  const from = lineColumn(text, start);
  const to = lineColumn(text, Math.max(start, end));
  const range = { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  return `${JSON.stringify({ file, ...range, severity, code, exception, message })}\n`;
}

/**
 * The mistakes of a script in an environment: those of its expanded text, in their places; where a variable has no value, or a parameter
 * none that it can have, that. `given`: values of parameters, of other texts too.
 */
export function diagnoseIn(
  text: string,
  outside: Surroundings,
  given: Readonly<Record<string, string>> = {},
): Diagnostic[] {
  const { parameters, problems } = readParameters(text);
  const wrong = parameters.flatMap((parameter) => {
    const value = given[parameter.name];
    const fault = value === undefined ? undefined : parameterFault(parameter, value);
    return fault === undefined ? [] : [{ message: fault, start: parameter.start, end: parameter.end }];
  });
  const faults = [...problems, ...wrong].map(
    (problem): Diagnostic => ({
      severity: 'error',
      code: 'parameter',
      exception: 'ValidationException',
      ...problem,
      placed: true,
    }),
  );
  const around = outside.withParameters(valuesOf(parameters, given));
  return [...faults, ...expandedMistakes(text, around)].sort((a, b) => a.start - b.start);
}

function expandedMistakes(text: string, around: Surroundings): Diagnostic[] {
  const { text: expanded, unresolved, original } = around.expand(text);
  const missing = unresolved.map(
    ({ name, start, end }): Diagnostic => ({
      severity: 'error',
      code: 'variable',
      exception: 'ValidationException',
      message: unresolvedMessage(name, around.environment),
      start,
      end,
      placed: true,
    }),
  );
  // Without values the text is checked with stand-ins of the same length.
  if (missing.length > 0) return [...diagnose(withPlaceholders(text)), ...missing].sort((a, b) => a.start - b.start);
  return diagnose(expanded).map((each) => ({
    ...each,
    message: around.masker.message(each.message),
    start: original(each.start),
    end: original(each.end),
  }));
}

/** The mistakes of a script, in order. */
export function diagnose(text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  const catalog = new CatalogStore();
  // Sinks that only a cluster has are no mistake of the text; what is known of their options is checked.
  const options: Record<string, string> = { [PREVIEW_OPTION]: 'true' };
  const { statements, errors } = parse(text);
  found.push(...errors.map(syntaxDiagnostic));
  for (const statement of statements) {
    const { node } = statement;
    if (!node || errors.some((error) => error.start >= statement.start && error.start <= statement.end)) continue;
    if (node.kind === 'Set' && node.key) options[node.key.value] = node.value?.value ?? '';
    try {
      const context = bindContext(catalog, options, ENVIRONMENT);
      const { value, diagnostics } = bindStatement(node, text, context);
      found.push(...diagnostics.map(softened));
      if (!value) continue;
      found.push(...carryOut(value, catalog, context, node).map((each) => placeFault(each, node, text)));
    } catch (error) {
      found.push(unplaced(error, statement));
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** What a user's function takes and gives is known where it runs; a check runs nothing. */
const softened = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.code === 'user-function' && diagnostic.exception === 'UnsupportedOperationException'
    ? { ...diagnostic, severity: 'information' }
    : diagnostic;

type Context = ReturnType<typeof bindContext>;

/** Applies what changes the catalog, plans and reviews what would run. */
function carryOut(
  bound: BoundStatement,
  catalog: CatalogStore,
  context: Context,
  node: Statement,
): readonly Diagnostic[] {
  switch (bound.kind) {
    case 'query':
      return planQuery(bound.query, context).diagnostics;
    case 'insert':
      return inserts([bound.insert], context, node);
    case 'statementSet':
      return inserts(bound.inserts, context, node);
    case 'createTableAs': {
      const planned = inserts([bound.insert], context, node);
      return [...applyCommand(bound.command, catalog).diagnostics, ...planned];
    }
    case 'catalog': {
      const { command } = bound;
      const review =
        command.kind === 'CreateTable' && node.kind === 'CreateTable' && context.connectors
          ? reviewTable(command.table, context.connectors, node.name)
          : [];
      return [...applyCommand(command, catalog).diagnostics, ...review];
    }
    case 'explain':
      return bound.statement.kind === 'query' ? planQuery(bound.statement.query, context).diagnostics : [];
    case 'utility':
      return [];
  }
}

function inserts(bound: readonly BoundInsert[], context: Context, node: Statement): readonly Diagnostic[] {
  const { value, diagnostics } = planInserts(bound, context);
  return value ? [...diagnostics, ...reviewInserts(value, node)] : diagnostics;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a connector says about a table's options. */
function unplaced(error: unknown, { start, end }: Range): Diagnostic {
  const chain = error instanceof SessionError ? error.chain : asFault(error).chain();
  const root = chain[chain.length - 1] ?? { exception: 'RuntimeException', message: String(error) };
  return { severity: 'error', code: 'connector', ...root, start, end, placed: false };
}
