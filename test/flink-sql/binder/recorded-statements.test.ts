import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlanningSession } from './planning-session.ts';

const RECORDED = join(import.meta.dirname, '../../conformance/statements');
const FLOORS = join(import.meta.dirname, 'recorded-statements.floors.json');
const floors = JSON.parse(readFileSync(FLOORS, 'utf8')) as Record<string, number>;

interface Recorded {
  readonly sql: string;
  readonly error?: string;
}

const filled = (text: string): string => text.replace(/\$\{[A-Z]+\}/g, '/tmp/recorded');

/** The exception and the first line of its message: what Flink says first decides. */
const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

/** Errors of parsing and of connectors and formats are compared elsewhere. */
const isBinding = ({ error }: Recorded): boolean =>
  !error || !/^(ParseException|NumberFormat|IllegalArgument)/.test(error);

function score(area: string): { right: number; total: number; wrong: string[] } {
  const script = readFileSync(join(RECORDED, `${area}.sql`), 'utf8');
  const setup = filled(script.slice(script.indexOf('-- @setup') + 9, script.indexOf('\n;;')));
  const cases = readFileSync(join(RECORDED, `${area}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(isBinding);
  const wrong: string[] = [];
  for (const recorded of cases) {
    const session = new PlanningSession();
    const prepared = session.run(setup);
    expect(prepared.fault).toBeUndefined();
    const { fault } = session.run(filled(recorded.sql));
    const got = fault ? firstLine(`${fault.exception}: ${fault.message}`) : 'ok';
    const want = recorded.error ? firstLine(recorded.error) : 'ok';
    if (got !== want) {
      wrong.push(`${recorded.sql}\n  want ${want}\n  got  ${got}`);
    }
  }
  return { right: cases.length - wrong.length, total: cases.length, wrong };
}

describe('recorded statements bind as in Flink', () => {
  for (const [area, floor] of Object.entries(floors)) {
    it(area, () => {
      const { right, total, wrong } = score(area);
      if (process.env.UPDATE && right > floor) {
        floors[area] = right;
        writeFileSync(FLOORS, `${JSON.stringify(floors, null, 2)}\n`);
      }
      expect(right, `${right} of ${total}; wrong:\n${wrong.join('\n')}`).toBeGreaterThanOrEqual(floor);
    });
  }
});
