import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineColumn, parse } from '../../../flink-sql/syntax/index.ts';

/** A statement as a real Flink 2.2.1 took it: refused by its parser (`error`), or by something after it (`later`). */
interface Probe {
  readonly sql: string;
  readonly error?: string;
  readonly at?: readonly number[];
  readonly later?: string;
}

const probes: Probe[] = readFileSync(join(import.meta.dirname, 'recorded/probes.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Probe);

/** Where this parser differs, with the reason. */
const differences: Readonly<Record<string, string>> = {
  'EXPLAIN SELECT * FROM a, t TABLESAMPLE BERNOULLI (101)':
    'Flink tells the unknown table before it, the parser knows no tables',
  'EXPLAIN SELECT a.*(1) FROM t': 'a call of a star has no meaning; told at once',
  'CREATE TABLE IF NOT t1 (a INT)': 'the same place, but one word quoted instead of two',
};

/** What Flink would have said, undefined when the outcome is the same. */
function difference({ sql, error, at, later }: Probe): string | undefined {
  const [found] = parse(sql).errors;
  const got = found && `${found.exception}: ${found.message}`;
  if (got !== error && (error !== undefined || got !== later)) return `want ${error ?? 'no error'}, got ${got}`;
  // Flink puts the end of the text on its last character, and a lexical error on the character that does not fit.
  if (!found || !error || !at || found.code === 'lexical' || error.includes('<EOF>')) return undefined;
  const { line, column } = lineColumn(sql, 0, found.start);
  return line === at[0] && column === at[1] ? undefined : `want it at ${at}, got ${line}, ${column}`;
}

describe('statements over every production, as Flink 2.2.1 takes them', () => {
  test('most of both kinds', () => {
    expect(probes.filter(({ error }) => error === undefined).length).toBeGreaterThan(1300);
    expect(probes.filter(({ error }) => error !== undefined).length).toBeGreaterThan(800);
  });

  test('accepted and refused alike, in the same words and at the same place', () => {
    const wrong = probes
      .filter(({ sql }) => !(sql in differences))
      .flatMap((probe) => {
        const what = difference(probe);
        return what === undefined ? [] : [`${JSON.stringify(probe.sql)}: ${what}`];
      });
    expect(wrong).toEqual([]);
  });

  test('listed differences are still there', () => {
    const listed = probes.filter(({ sql }) => sql in differences);
    expect(listed.filter((probe) => difference(probe) === undefined)).toEqual([]);
    expect(listed.length).toBe(Object.keys(differences).length);
  });
});
