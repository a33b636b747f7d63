import { parseArgs } from 'node:util';
import { maskOptions } from '../environments/secret-options.ts';
import { PREVIEW_OPTION } from '../local-runtime/connectors/preview/preview-options.ts';
import { cellsOf, NOTEBOOK_SUFFIX } from '../testing/notebook.ts';
import { firstUnresolved, inEnvironment, type Surroundings, surroundings } from './environment.ts';
import { givenParameters, parametersOf, paramOption } from './parameters.ts';
import { placedMessage } from './places.ts';
import { type CliResult, type CliSession, OPS, StatementError } from './session.ts';
import { readSource, type SqlSource } from './source.ts';
import { LiveTable } from './table.ts';
import { UsageError } from './usage.ts';

interface Output {
  readonly jsonl: boolean;
  readonly write: (text: string) => void;
}

/** Exit status after Ctrl-C, as shells have it. */
const INTERRUPTED = 130;

/** `millrace run FILE`: statements in order, results as they come. Stops at the first failure. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      jsonl: { type: 'boolean', default: false },
      url: { type: 'string' },
      env: { type: 'string' },
      preview: { type: 'boolean', default: false },
      ...paramOption,
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('run takes one FILE; see millrace --help');
  const source = withoutTests(readSource(file));
  const around = aroundText(source, values.env, givenParameters(values.param));
  if (around === undefined) return 1;
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of our pipe (`head`) has enough.
    if (error.code === 'EPIPE') abort.abort();
    else throw error;
  });
  const output: Output = { jsonl: values.jsonl, write: (text) => process.stdout.write(text) };
  const url = values.url ?? urlOf(around);
  if (values.preview && url !== undefined) throw new UsageError('--preview works on the local runtime alone');
  const opened = await openSession(url, values.jsonl ? 'JSON' : 'TEXT', around, values.preview);
  const session = inEnvironment(opened, around);
  try {
    await begin(session, around, abort.signal);
    return await runAll(source, session, output, abort.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await session.close();
  }
}

/** What the text is run in; undefined where a parameter or a variable of it cannot be filled in, which is told. */
function aroundText(
  source: SqlSource,
  env: string | undefined,
  given: Readonly<Record<string, string>>,
): Surroundings | undefined {
  try {
    const around = surroundings(env).withParameters(parametersOf(source, given));
    const missing = firstUnresolved(source, around);
    if (!missing) return around;
    throw missing;
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    tell(source, error.range ?? { start: 0, end: 1 }, error.message);
    return undefined;
  }
}

async function openSession(
  url: string | undefined,
  format: 'JSON' | 'TEXT',
  { environment }: Surroundings,
  preview: boolean,
): Promise<CliSession> {
  if (url === undefined) {
    const options = { ...environment.options, ...(preview ? { [PREVIEW_OPTION]: 'true' } : {}) };
    return (await import('./local-session.ts')).localSession(format, options);
  }
  const { remoteSession } = await import('./remote-session.ts');
  return remoteSession(url, process.env.MILLRACE_TOKEN, format, environment.options);
}

/** The gateway that the environment names; the names of connections are the editor's. */
function urlOf({ environment: { connection, name } }: Surroundings): string | undefined {
  if (connection === undefined || connection === 'local') return undefined;
  if (/^https?:/.test(connection)) return connection;
  throw new UsageError(`environment '${name}' has the connection '${connection}': give its address with --url`);
}

async function begin(session: CliSession, { environment }: Surroundings, signal: AbortSignal): Promise<void> {
  const { catalog, database } = environment;
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  const first = [
    ...(catalog === undefined ? [] : [`USE CATALOG ${quoted(catalog)}`]),
    ...(database === undefined ? [] : [`USE ${quoted(database)}`]),
  ];
  for (const statement of first) await (await session.execute(statement, signal)).close();
}

/** The test cells of a notebook are for `millrace test`. */
function withoutTests(source: SqlSource): SqlSource {
  if (!source.file.endsWith(NOTEBOOK_SUFFIX)) return source;
  const tests = cellsOf(source.text).filter(({ isTest }) => isTest);
  const isOfTest = (at: number): boolean => tests.some(({ start, end }) => at >= start && at < end);
  return { ...source, statements: source.statements.filter(({ start }) => !isOfTest(start)) };
}

function tell(source: SqlSource, range: { readonly start: number; readonly end: number }, message: string): void {
  process.stderr.write(`${placedMessage(source.file, source.text, range, message)}\n`);
}

async function runAll(source: SqlSource, session: CliSession, output: Output, signal: AbortSignal): Promise<number> {
  for (const { start, end } of source.statements) {
    const statement = source.text.slice(start, end);
    try {
      await runStatement(statement, session, output, signal);
    } catch (error) {
      if (signal.aborted) return INTERRUPTED;
      if (!(error instanceof StatementError)) throw error;
      const range = error.range ?? { start: 0, end: statement.search(/\r?\n|$/) };
      const placed = { start: start + range.start, end: start + Math.max(range.end, range.start + 1) };
      tell(source, placed, error.message);
      return 1;
    }
    if (signal.aborted) return INTERRUPTED;
  }
  return 0;
}

async function runStatement(
  statement: string,
  session: CliSession,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  if (!output.jsonl) output.write(`${prompt(statement)}\n`);
  const result = await session.execute(statement, signal);
  try {
    if (result.jobId !== undefined && !result.isQuery) await followJob(result.jobId, session, output, signal);
    else if (!result.hasContent) {
      if (!output.jsonl) output.write('[INFO] Execute statement succeeded.\n\n');
    } else if (output.jsonl) await printJson(result, output, signal);
    else await printTable(result, output, signal);
  } finally {
    await result.close();
  }
}

/** The statement as a prompt would show it. */
function prompt(statement: string): string {
  return `Flink SQL> ${maskOptions(statement).replaceAll('\n', '\n         > ')};`;
}

async function printTable(result: CliResult, output: Output, signal: AbortSignal): Promise<void> {
  let table: LiveTable | undefined;
  const open = (first?: Parameters<LiveTable['rows']>[0]): LiveTable => {
    const made = new LiveTable(result.columns, result.isQuery, output.write, first);
    made.header();
    return made;
  };
  if (result.isQuery) table = open();
  for await (const rows of result.rows) {
    if (signal.aborted) break;
    if (rows.length === 0) continue;
    table ??= open(rows);
    table.rows(rows);
  }
  if (!table) {
    output.write('Empty set\n\n');
    return;
  }
  table.footer();
  const rows = table.count === 1 ? 'row' : 'rows';
  output.write(result.isQuery ? `Received a total of ${table.count} ${rows}\n\n` : `${table.count} ${rows} in set\n\n`);
}

async function printJson(result: CliResult, output: Output, signal: AbortSignal): Promise<void> {
  const names = result.columns.map(({ name }) => JSON.stringify(name));
  for await (const rows of result.rows) {
    if (signal.aborted) return;
    let text = '';
    for (let i = 0; i < rows.length; i++) {
      const cells = names.map((name, c) => `${name}:${rows.cell(c, i) ?? 'null'}`);
      text += `{"kind":"${OPS[(rows.kinds?.[i] ?? 0) as 0 | 1 | 2 | 3]}","row":{${cells.join(',')}}}\n`;
    }
    if (text !== '') output.write(text);
  }
}

async function followJob(id: string, session: CliSession, output: Output, signal: AbortSignal): Promise<void> {
  if (!output.jsonl) output.write(`[INFO] Job ${id} is submitted; waiting for its end (Ctrl-C to stop).\n`);
  const { state, message } = await session.waitForJob(id, signal);
  if (state === 'FAILED') throw new StatementError(message ?? `Job ${id} failed`);
  const still = signal.aborted && session.keepsJobs && state === 'RUNNING';
  if (output.jsonl) output.write(`${JSON.stringify({ job: id, state })}\n`);
  else output.write(still ? `[INFO] Job ${id} goes on running.\n\n` : `[INFO] Job ${id}: ${state}.\n\n`);
}
