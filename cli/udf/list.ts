import { parseArgs } from 'node:util';
import { UsageError } from '../usage.ts';
import { type Found, search } from './find.ts';

/** `millrace udf list PATH...`: the functions in jars, folders and Python modules, with their signatures. */
export function list(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) throw new UsageError('udf list takes jars or folders; see millrace --help');
  const found = positionals.map(search);
  const functions = found.flatMap(({ functions }) => functions);
  const unread = found.flatMap(({ unread }) => unread);
  for (const each of unread) process.stderr.write(`${each}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(functions)}\n`);
  else if (functions.length === 0) process.stdout.write('No functions there.\n');
  else process.stdout.write(functions.map(text).join(''));
  return unread.length > 0 ? 1 : 0;
}

function text({ className, kind, language, signatures, obstacle, file }: Found): string {
  const lines = signatures.map(({ parameters, result }) => `  (${parameters.join(', ')}) -> ${result}\n`);
  const why = obstacle === undefined ? '' : `  cannot be registered: ${obstacle}\n`;
  return `${className}  ${kind} (${language === 'JAVA' ? 'Java' : 'Python'}), ${file}\n${lines.join('')}${why}`;
}
