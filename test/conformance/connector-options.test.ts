import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { optionCases } from './option-cases.ts';
import { quietManager, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/**
 * Table options, right and wrong, as a real Flink judged them: both accept, or both refuse with the same exception and message. What
 * differs is named with its reason in accepted.json, and nothing there may agree. Formats that only one side has do not count in lists.
 */
interface Recording {
  readonly sql: string;
  readonly error?: string;
}

const folder = join(import.meta.dirname, 'connector-options');
const accepted: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(folder, 'accepted.json'), 'utf8'));
const areas = readdirSync(folder).filter((name) => name.endsWith('.sql'));
const manager = quietManager();

const OURS = /\n(?:faker|nexmark|parquet|protobuf|json-registry|millrace\.dead-letter)(?=\n|$)/g;
const THEIRS = /\n(?:dynamic-kafka|legacy-csv)(?=\n|$)/g;
const compared = (error: string | undefined) => error?.replaceAll(OURS, '').replaceAll(THEIRS, '').trim();

afterAll(() => manager.closeAll());

describe.each(areas)('%s', (area) => {
  const recorded = readFileSync(join(folder, area.replace(/\.sql$/, '.jsonl')), 'utf8')
    .trim()
    .split('\n');
  const recordings = new Map(recorded.map((line) => JSON.parse(line) as Recording).map((each) => [each.sql, each]));
  test.each(optionCases(readFileSync(join(folder, area), 'utf8')))('$sql', async ({ sql, statements }) => {
    const session = manager.open(RECORDED_PROPERTIES);
    try {
      let error: string | undefined;
      for (const statement of statements) error ??= (await runStatement(session, statement, 3000)).error;
      const want = recordings.get(sql);
      if (!want) throw new Error('not recorded');
      const got = compared(error);
      // A parser's message goes on with all that it expected.
      const wanted = got?.includes('\n')
        ? compared(want.error)
        : compared(want.error)?.replace(/^(ParseException: .*)\n[\s\S]*/, '$1');
      if (accepted[sql]) expect(got).not.toBe(wanted);
      else expect(got).toBe(wanted);
    } finally {
      await manager.close(session.handle);
    }
  });
});
