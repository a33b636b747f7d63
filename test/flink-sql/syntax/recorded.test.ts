import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineColumn, parse } from '../../../flink-sql/syntax/index.ts';

interface Recorded {
  readonly sql: string;
  readonly error?: string;
  readonly at?: readonly number[];
}

const folder = join(import.meta.dirname, '../../conformance/statements');
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

const read = (file: string): Recorded[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Recorded);

/** Errors that Flink's parser raises; all others come from its validator or later, so the statement parses. */
const parserErrors =
  /^(ParseException|TokenMgrError)|encountered in illegal context|no terminating AND|Expecting alias|not allowed under|Binary literal string|String literal continued/;

const words = (error: string): string =>
  (error.replace(/^[\w$]+(?:Exception|Error): ?/, '').split('\n')[0] as string).trim();

describe.each(files)('%s', (file) => {
  const recorded = read(file);
  test('has cases', () => expect(recorded.length).toBeGreaterThan(10));
  test.each(recorded.map((r) => [r.sql, r] as const))('%s', (sql, { error, at }) => {
    const { errors } = parse(sql);
    if (error === undefined || !parserErrors.test(error)) {
      expect(errors.map((e) => e.message)).toEqual([]);
      return;
    }
    expect(errors.map((e) => e.message)).toEqual([words(error)]);
    const found = errors[0];
    // Flink puts the end of the text on its last character, and a lexical error on the character that does not fit.
    if (at === undefined || found === undefined || found.start >= sql.length || found.code === 'lexical') return;
    const { line, column } = lineColumn(sql, 0, found.start);
    expect([line, column]).toEqual(at.slice(0, 2));
  });
});
