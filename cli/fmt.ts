import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { format, formatNotebook } from '../flink-sql/format/index.ts';
import { readSource } from './source.ts';
import { UsageError } from './usage.ts';

/**
 * `millrace fmt FILE... [--check]`: formats SQL files and notebooks in place and names those it changed; `-` goes from
 * standard input to standard output. With `--check` nothing is written, and the exit status is 1 when something would be.
 */
export async function fmt(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) throw new UsageError('fmt takes at least one FILE; see millrace --help');
  let changed = 0;
  for (const name of positionals) {
    const { file, text, mark } = read(name);
    const formatted = mark + (name.endsWith('.flinknb') ? formatNotebook(text) : format(text));
    const same = formatted === mark + text;
    if (name === '-' && !values.check) process.stdout.write(formatted);
    else if (!same) {
      changed++;
      if (!values.check) write(file, formatted);
      process.stdout.write(`${file}\n`);
    }
  }
  return values.check && changed > 0 ? 1 : 0;
}

function read(name: string): { file: string; text: string; mark: string } {
  const { file, text, marked } = readSource(name);
  return { file, text, mark: marked ? '\uFEFF' : '' };
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
