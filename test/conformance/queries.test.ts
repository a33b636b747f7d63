import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Messages, QUERIES, recordedCases, runRecorded } from './recorded-queries.ts';
import { quietManager } from './run-statement.ts';

/**
 * Each recorded script runs in a session of its own. Every statement must give the recorded columns and rows with their kinds in
 * order, or fail as recorded; `-- @compare final`, and inserts without ORDER BY or LIMIT, are compared by the rows left at the end.
 * The floor names the scripts that must agree; it only grows: `UPDATE=1` writes it. `ONLY=text` runs some and shows why they differ.
 */
const floorFile = join(QUERIES, 'floor.json');
const only = process.env.ONLY;
const floor: ReadonlySet<string> = new Set(JSON.parse(readFileSync(floorFile, 'utf8')) as string[]);
const manager = quietManager();
const agreed = new Set<string>();
const failures: string[] = [];
const count: Messages = { errors: 0, messages: 0 };

afterAll(async () => {
  await manager.closeAll();
  if (only === undefined && process.env.UPDATE) {
    writeFileSync(floorFile, `${JSON.stringify([...new Set([...floor, ...agreed])].sort(), null, 2)}\n`);
  }
});

describe('recorded queries', () => {
  let all = 0;
  for (const [area, cases] of recordedCases(only)) {
    it(area, async () => {
      let ok = 0;
      for (const name of cases) {
        const id = `${area}/${name}`;
        all++;
        const different = await runRecorded(manager, id, { count });
        if (different === undefined) {
          agreed.add(id);
          ok++;
        } else {
          failures.push(`${id} ${different}`);
        }
      }
      process.stdout.write(`queries/${area}: ${ok}/${cases.length}\n`);
      const lost = cases.map((name) => `${area}/${name}`).filter((id) => floor.has(id) && !agreed.has(id));
      expect(lost.map((id) => failures.find((f) => f.startsWith(`${id} `)))).toEqual([]);
    });
  }

  it('in all', () => {
    process.stdout.write(`queries: ${agreed.size}/${all} agree, ${count.messages}/${count.errors} messages\n`);
    if (only !== undefined) process.stdout.write(`${failures.join('\n\n')}\n`);
    if (process.env.FAILURES) writeFileSync(process.env.FAILURES, failures.join('\n\n'));
    expect(all).toBeGreaterThan(0);
  });
});
