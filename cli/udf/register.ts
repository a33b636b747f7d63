import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createFunction, sqlName } from '../../udf/registration.ts';
import { abortOnSignal } from '../interrupt.ts';
import { remoteSession } from '../remote-session.ts';
import { UsageError } from '../usage.ts';
import { choose } from './choose.ts';
import { search } from './find.ts';

/** `millrace udf register PATH`: prints CREATE FUNCTION for the functions there, or runs it on a gateway. */
export async function register(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      class: { type: 'string' },
      name: { type: 'string' },
      temporary: { type: 'boolean', default: false },
      in: { type: 'string' },
      url: { type: 'string' },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('udf register takes one PATH; see millrace --help');
  if (values.url !== undefined && values.temporary) {
    throw new UsageError('--temporary functions live as long as a session: print the statement and run it in yours');
  }
  const chosen = choose(search(path).functions, values.class, path);
  if (values.name !== undefined && chosen.length > 1)
    throw new UsageError('--name goes with one function: choose it by --class');
  const statements = chosen.map(({ className, language, file }) => {
    const jar = language === 'JAVA' ? resolve(file) : undefined;
    const simple = values.name ?? sqlName(className);
    const name = values.in === undefined ? simple : `${values.in}.${simple}`;
    return createFunction({ name, className, language, jar, temporary: values.temporary });
  });
  if (values.url === undefined) {
    process.stdout.write(statements.map((one) => `${one};\n`).join(''));
    return 0;
  }
  if (values.in === undefined && !values.name?.includes('.')) {
    const hint =
      "the session's own catalog forgets functions with the session; --in CATALOG.DATABASE names one that keeps them";
    process.stderr.write(`${hint}\n`);
  }
  const { signal, release } = abortOnSignal();
  const session = await remoteSession(values.url, process.env.MILLRACE_TOKEN, 'TEXT');
  try {
    for (const statement of statements) {
      await (await session.execute(statement, signal)).close();
      process.stdout.write(`${statement};\n`);
    }
    return 0;
  } finally {
    release();
    await session.close();
  }
}
