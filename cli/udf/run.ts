import { parseArgs } from 'node:util';
import { findBuiltIn } from '../../flink-sql/functions/catalogue.ts';
import { killHosts } from '../../local-runtime/udf/host-process.ts';
import { createFunction, sqlName } from '../../udf/registration.ts';
import { sampleQueries, sqlLiteral } from '../../udf/sample-rows.ts';
import { abortOnSignal } from '../interrupt.ts';
import { localSession } from '../local-session.ts';
import type { CliSession } from '../session.ts';
import { UsageError } from '../usage.ts';
import { choose } from './choose.ts';
import { search } from './find.ts';

/**
 * `millrace udf run PATH --row '[1, "a"]'`: calls a function on the local runtime with the arguments of sample rows; a line of JSON
 * for each row that it gives.
 */
export async function runFunction(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      class: { type: 'string' },
      row: { type: 'string', multiple: true, default: [] },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('udf run takes one PATH; see millrace --help');
  const chosen = choose(search(path).functions, values.class, path);
  const [fn, another] = chosen;
  if (!fn || another) {
    throw new UsageError(`--class names the function to run: ${chosen.map(({ className }) => className).join(', ')}`);
  }
  const rows = values.row.map(argumentsOf);
  if (rows.length === 0) throw new UsageError('--row \'[1, "a"]\' gives the arguments of a call, as JSON');
  const simple = sqlName(fn.className);
  // A built-in function would be called in its place.
  const name = findBuiltIn(simple) ? `${simple}_` : simple;
  const queries = sampleQueries(name, fn.kind, rows);
  if (queries.length === 0) {
    throw new UsageError(`${fn.className} is of kind ${fn.kind}, which is not run with sample rows`);
  }
  const options = Object.fromEntries(values.set.map(optionOf));
  // Flink has those of PyFlink in streaming queries only, which give the value after each row.
  const isStreamed = fn.language === 'PYTHON' && fn.kind === 'aggregate';
  const { signal, release } = abortOnSignal();
  // A function that waits for a debugger would not notice.
  signal.addEventListener('abort', killHosts, { once: true });
  const session = localSession('JSON', {
    'execution.runtime-mode': isStreamed ? 'streaming' : 'batch',
    ...(fn.language === 'PYTHON' && { 'python.files': fn.file }),
    ...options,
  });
  try {
    const { className, language, file } = fn;
    const jar = language === 'JAVA' ? file : undefined;
    const create = createFunction({ name, className, language, jar, temporary: true });
    await (await session.execute(create, signal)).close();
    for (const query of queries) await print(session, query, signal, isStreamed);
    return 0;
  } finally {
    release();
    await session.close();
  }
}

async function print(session: CliSession, query: string, signal: AbortSignal, lastOnly: boolean): Promise<void> {
  const result = await session.execute(query, signal);
  let last = '';
  for await (const slice of result.rows) {
    for (let i = 0; i < slice.length; i++) {
      // Cells are JSON already.
      const cells = result.columns.map((_, c) => slice.cell(c, i) ?? 'null');
      last = `[${cells.join(',')}]\n`;
      if (!lastOnly) process.stdout.write(last);
    }
  }
  if (lastOnly) process.stdout.write(last);
  await result.close();
}

function argumentsOf(text: string): string[] {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--row ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(row)) throw new UsageError(`--row ${text}: an array of arguments is needed`);
  return row.map((value) => {
    const literal = sqlLiteral(value);
    if (literal === undefined) throw new UsageError(`--row ${text}: SQL has no literal for ${JSON.stringify(value)}`);
    return literal;
  });
}

function optionOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--set ${text}: KEY=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}
