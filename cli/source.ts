import { readFileSync } from 'node:fs';
import { splitStatements } from '../flink-sql/syntax/splitter.ts';
import { UsageError } from './usage.ts';

/** A SQL file or notebook (`-- %%` lines are comments to Flink) and where its statements lie. */
export interface SqlSource {
  /** Name for messages. */
  readonly file: string;
  readonly text: string;
  /** Whether the file begins with a byte order mark, which `text` has not. */
  readonly marked: boolean;
  readonly statements: readonly { readonly start: number; readonly end: number }[];
}

/** Reads a file, or standard input for `-`; throws UsageError when it cannot be read. */
export function readSource(file: string): SqlSource {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a directory' : String(error);
    throw new UsageError(`${file}: ${why}`);
  }
  const marked = text.charCodeAt(0) === 0xfeff;
  if (marked) text = text.slice(1);
  return { file: file === '-' ? '<stdin>' : file, text, marked, statements: splitStatements(text) };
}
