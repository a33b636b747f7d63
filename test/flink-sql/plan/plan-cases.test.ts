import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../flink-sql/syntax/index.ts';
import { PlanningSession } from '../binder/planning-session.ts';

const CASES = join(import.meta.dirname, 'cases');

/** Every statement of a case file with what planning it gives: the plan, the row type, or the error. */
function transcript(sql: string): string {
  const session = new PlanningSession();
  const parts: string[] = [];
  for (const { start, end } of parse(sql).statements) {
    const text = sql.slice(start, end);
    const { lines, fault } = session.run(text);
    const answer = fault ? `${fault.exception}: ${fault.message}` : (lines ?? []).join('\n').trimEnd();
    parts.push(`-- ${text.replaceAll('\n', '\n-- ')}\n${answer}\n`);
  }
  return parts.join('\n');
}

describe('plans', () => {
  for (const file of readdirSync(CASES).filter((name) => name.endsWith('.sql'))) {
    it(file, () => {
      const expected = join(CASES, file.replace(/\.sql$/, '.plan'));
      const actual = transcript(readFileSync(join(CASES, file), 'utf8'));
      if (process.env.UPDATE) {
        writeFileSync(expected, actual);
      }
      expect(actual).toBe(readFileSync(expected, 'utf8'));
    });
  }
});
