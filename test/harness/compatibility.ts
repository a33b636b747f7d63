// The tables of docs/compatibility.md, from what the parser, the binder and the local runtime do.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localSession } from '../../cli/local-session.ts';
import type { CliSession } from '../../cli/session.ts';
import { applyCommand, bindStatement } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { builtInFunctions, type FunctionDefinition } from '../../flink-sql/functions/catalogue.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { implementedFunctions } from '../../local-runtime/functions/registry.ts';
import { functionSamples, setup, statements, types } from './compatibility-samples.ts';

const file = join(import.meta.dirname, '../../docs/compatibility.md');
const BEGIN = '<!-- generated: npm run docs:compatibility -->';
const END = '<!-- end of what is generated -->';
const TIMEOUT_MS = 10_000;

interface Found {
  readonly parsed: boolean;
  readonly bound: boolean;
  readonly run: boolean;
}

/** Tries one statement after the other in one session. */
class Trial {
  private readonly catalog = new CatalogStore();
  private readonly session: CliSession = localSession('TEXT');

  async try(sql: string): Promise<Found> {
    const { errors, statements } = parse(sql);
    const node = statements[0]?.node;
    if (errors.length > 0 || node === undefined) return { parsed: false, bound: false, run: false };
    const { value, diagnostics } = bindStatement(node, sql, { catalog: this.catalog, options: {} });
    const bound = value !== undefined && diagnostics.every(({ severity }) => severity !== 'error');
    if (value?.kind === 'catalog' || value?.kind === 'createTableAs') applyCommand(value.command, this.catalog);
    return { parsed: true, bound, run: bound && (await this.runs(sql)) };
  }

  /** Whether the statement comes to its end without a failure. */
  private async runs(sql: string): Promise<boolean> {
    const stop = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const result = await this.session.execute(sql, stop);
      for await (const _ of result.rows) if (stop.aborted) return false;
      return !stop.aborted;
    } catch {
      // A statement that fails is the finding.
      return false;
    }
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}

const mark = (is: boolean): string => (is ? 'yes' : '–');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function familyOf({ kind, family }: FunctionDefinition): string {
  return kind === 'scalar' ? family : kind === 'aggregate' && family === 'window' ? 'window' : kind;
}

/** The three tables as Markdown. */
export async function compatibilityTables(): Promise<string> {
  const trial = new Trial();
  try {
    for (const sql of setup) await trial.try(sql);
    const rows: string[][] = [];
    for (const [name, sql] of statements) {
      const { parsed, bound, run } = await trial.try(sql);
      rows.push([name, mark(parsed), mark(bound), mark(run)]);
    }
    const functions: string[][] = [];
    const evaluated = new Set(implementedFunctions());
    for (const definition of builtInFunctions) {
      const name = definition.names.find((each) => /^[A-Z]/.test(each));
      if (name === undefined) continue;
      const sample = functionSamples[name];
      const found = sample === undefined ? undefined : await trial.try(sample);
      const bound = found?.bound ?? definition.inference === 'full';
      const run = found?.run ?? (bound && evaluated.has(definition.id));
      const since = definition.since ?? '';
      functions.push([
        definition.names.filter((each) => /^[A-Z]/.test(each)).join(', '),
        familyOf(definition),
        mark(bound),
        mark(run),
        since,
      ]);
    }
    functions.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
    const values: string[][] = [];
    for (const [type, value] of types) {
      const { parsed, bound, run } = await trial.try(`SELECT ${value} AS x`);
      values.push([`\`${type}\``, mark(parsed), mark(bound), mark(run)]);
    }
    return [
      '## Statements and clauses',
      table(['statement', 'parsed', 'bound', 'runs locally'], rows),
      '## Functions',
      table(['function', 'family', 'bound', 'runs locally', 'new in Flink'], functions),
      '## Types',
      table(['type', 'parsed', 'bound', 'runs locally'], values),
    ].join('\n\n');
  } finally {
    await trial.close();
  }
}

/** The tables that the document holds now. */
export function writtenTables(): string {
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

/** Writes the tables anew; what stands around them stays. */
export async function writeTables(): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  writeFileSync(file, `${before}${BEGIN}\n\n${await compatibilityTables()}\n\n${after}`);
}
