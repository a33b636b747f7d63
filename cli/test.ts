import { existsSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { valuesOf } from '../environments/parameter-values.ts';
import { readParameters } from '../environments/parameters.ts';
import type { Place } from '../testing/model.ts';
import { isTestCell, NOTEBOOK_SUFFIX } from '../testing/notebook.ts';
import { junit, problemText, type TestResult, withRows } from '../testing/results.ts';
import { surroundings } from './environment.ts';
import { lineColumn } from './places.ts';
import { openGateway, type ServerValues, serverOptions, serversOf } from './servers.ts';
import { unableOnGateway } from './testing/gateway-rows.ts';
import { type FileRun, type RunTest, runFile } from './testing/run-file.ts';
import { type CoverageSettings, coverageOf, tellCoverage } from './testing/sql-coverage/settings.ts';
import { UsageError } from './usage.ts';

const SUFFIX = '.test.sql';
/** Editors write a file in several steps. */
const SETTLE_MS = 100;

interface Settings {
  readonly paths: readonly string[];
  readonly filter: RegExp | undefined;
  /** The only tests to be run. */
  readonly names: ReadonlySet<string> | undefined;
  readonly shard: { readonly index: number; readonly of: number } | undefined;
  readonly update: boolean;
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly env: string | undefined;
  /** Where the tests run; undefined is the local runtime. */
  readonly cluster: Cluster | undefined;
  readonly coverage: CoverageSettings | undefined;
  /** The text of the one file, as an editor has it. */
  readonly text: string | undefined;
}

interface Cluster {
  readonly run: RunTest;
  readonly unable: typeof unableOnGateway;
  close(): void;
}

/** `millrace test [PATH...]`: runs the tests in `*.test.sql` files; exit status 1 when one fails. */
export async function test(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      update: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
      junit: { type: 'string' },
      filter: { type: 'string' },
      name: { type: 'string', multiple: true },
      shard: { type: 'string' },
      env: { type: 'string' },
      gateway: serverOptions.gateway,
      connection: serverOptions.connection,
      'rows-dir': { type: 'string' },
      stdin: { type: 'boolean', default: false },
      coverage: { type: 'boolean', default: false },
      'coverage-json': { type: 'string' },
      'coverage-lcov': { type: 'string' },
    },
  });
  const coverage = coverageOf(values);
  const cluster = await clusterOf(values, values['rows-dir']);
  const settings: Settings = {
    paths: positionals.length > 0 ? positionals : ['.'],
    filter: values.filter === undefined ? undefined : pattern(values.filter),
    names: values.name && new Set(values.name),
    shard: values.shard === undefined ? undefined : shardOf(values.shard),
    update: values.update,
    json: values.json,
    junit: values.junit,
    env: values.env,
    cluster,
    coverage,
    text: values.stdin ? standardInput(positionals, values.update) : undefined,
  };
  try {
    return values.watch ? await watching(settings) : await runAll(settings);
  } finally {
    cluster?.close();
  }
}

async function clusterOf(values: ServerValues, rowsDir: string | undefined): Promise<Cluster | undefined> {
  if (values.gateway === undefined && values.connection === undefined) {
    if (rowsDir !== undefined) throw new UsageError('--rows-dir goes with --gateway or --connection');
    return undefined;
  }
  const { runOnGateway } = await import('./testing/gateway-run.ts');
  const client = await openGateway(serversOf(values));
  return { run: runOnGateway(client, rowsDir), unable: unableOnGateway, close: () => client.dispose() };
}

/** An editor's text of a file that it has not saved. */
function standardInput(paths: readonly string[], update: boolean): string {
  if (paths.length !== 1 || update) throw new UsageError('--stdin is the text of one file, and goes without --update');
  return readFileSync(0, 'utf8');
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new UsageError(`--filter: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function shardOf(text: string): { index: number; of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > of) throw new UsageError('--shard is written as 1/4, the first of four parts');
  return { index, of };
}

async function runAll(settings: Settings): Promise<number> {
  const around = surroundings(settings.env);
  const { environment } = around;
  const coverage = settings.coverage && new (await import('./testing/sql-coverage/coverage.ts')).Coverage();
  const files = settings.paths.flatMap(testFiles);
  if (files.length === 0)
    throw new UsageError(`no ${SUFFIX} files or notebooks with test cells in ${settings.paths.join(', ')}`);
  const results: TestResult[] = [];
  let seen = 0;
  const began = performance.now();
  for (const path of files) {
    const parameters = readParameters(settings.text ?? readFileSync(path, 'utf8')).parameters;
    const run = await runFile(path, {
      options: environment.options,
      // What a text says of its own parameters counts before what the file of the tests says.
      expand: (text) =>
        around.withParameters(valuesOf([...parameters, ...readParameters(text).parameters])).expand(text).text,
      coverage,
      text: settings.text,
      ...(settings.cluster && { run: settings.cluster.run, unable: settings.cluster.unable }),
      isWanted: ({ name }) => {
        const { filter, names, shard } = settings;
        if (names && !names.has(name)) return false;
        if (filter && !filter.test(name)) return false;
        return !shard || seen++ % shard.of === shard.index - 1;
      },
    });
    if (settings.update) rewrite(path, run);
    results.push(...run.results);
    for (const result of run.results) tell(result, run.file.text, settings);
  }
  if (settings.junit !== undefined) {
    const texts = new Map<string, string>();
    writeFileSync(
      settings.junit,
      junit(results, (file, place) => {
        const text = texts.get(file) ?? readFileSync(file, 'utf8');
        texts.set(file, text);
        return where(file, text, place);
      }),
    );
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (!settings.json) {
    const skipped = results.filter(({ isSkipped }) => isSkipped).length;
    const counts = `${results.length - failed - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    process.stdout.write(`${counts}, in ${seconds} s\n`);
  }
  if (settings.coverage && coverage) tellCoverage(coverage.results(), settings.coverage, settings.json);
  return failed > 0 && !settings.update ? 1 : 0;
}

/** The test files at a path, sorted; folders that hold no sources are left out. */
function testFiles(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`${path}: no such file`);
  if (found.isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return testFiles(inside);
      if (!entry.isFile()) return [];
      const isNotebook = entry.name.endsWith(NOTEBOOK_SUFFIX) && isTestCell(readFileSync(inside, 'utf8'));
      return isNotebook || entry.name.endsWith(SUFFIX) ? [inside] : [];
    });
}

function rewrite(path: string, { file, updates }: FileRun): void {
  const text = withRows(file.text, updates);
  if (text !== file.text) writeFileSync(path, text);
}

const where = (file: string, text: string, place: Place): string => {
  const { line, column } = lineColumn(text, place.start);
  return `${file}:${line}:${column}`;
};

function tell(result: TestResult, text: string, { json, update }: Settings): void {
  const { file, name, failures, milliseconds, place, skipped } = result;
  if (json) {
    const shown = failures.map((each) => ({
      ...each,
      text: problemText(each),
      at: lineColumn(text, each.place.start),
    }));
    const at = lineColumn(text, place.start);
    process.stdout.write(
      `${JSON.stringify({ file, name, at, passed: failures.length === 0, milliseconds, failures: shown, skipped })}\n`,
    );
    return;
  }
  for (const reason of skipped ?? []) {
    process.stdout.write(`${result.isSkipped ? 'SKIPPED' : 'SKIPPED in part'} ${name}: ${reason}\n`);
  }
  for (const each of failures) {
    if (update && each.difference) continue;
    const body = problemText(each).replaceAll('\n', '\n    ');
    process.stdout.write(`FAILED ${name}\n  ${where(file, text, each.place)}\n    ${body}\n\n`);
  }
}

/** Runs the tests, and again whenever a SQL file, a notebook or a file of rows below the paths changes; until Ctrl-C. */
function watching(settings: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let running = Promise.resolve();
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running
          .then(() => runAll(settings))
          .then(
            () => undefined,
            (error: unknown) => void process.stderr.write(`millrace: ${String(error)}\n`),
          );
      }, SETTLE_MS);
    };
    // Before the first run: what changes while it runs is seen, too.
    const watchers = settings.paths.filter(existsSync).map((path) =>
      watch(path, { recursive: true }, (_, name) => {
        if (name === null || /\.(?:sql|flinknb|jsonl?|csv)$/.test(name)) again();
      }),
    );
    const end = (): void => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    };
    process.once('SIGINT', () => {
      end();
      void running.then(() => resolve(0));
    });
    running = runAll(settings).then(
      () => undefined,
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
