import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { QUERIES, recordedCases, runRecorded } from './recorded-queries.ts';
import { quietManager } from './run-statement.ts';

/**
 * Each recorded script that agrees at parallelism 1 runs at parallelism 2 on one thread: the rows left at the end must be the
 * recorded ones, and what failed must fail. `ONLY=text` runs some; `THREADS=true` runs them on threads of their own, which takes long.
 */
const agreeing: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(join(QUERIES, 'floor.json'), 'utf8')) as string[],
);
const manager = quietManager();
const properties = { 'parallelism.default': '2', 'millrace.worker-threads': process.env.THREADS ?? 'false' };

/** Answers that depend on the order in which rows of different subtasks meet, as they do in Flink. */
const BY_ARRIVAL: Readonly<Record<string, string>> = {
  'random/global-3': 'LISTAGG lists texts in the order in which rows of different keys come',
  'topn-dedup/of-falling-counts': 'a Top-N that takes its counts for rising keeps what came when',
  'topn-dedup/limit-of-updating': 'LIMIT without ORDER BY keeps the groups that come first',
};

afterAll(() => manager.closeAll());

describe('recorded queries at parallelism 2', () => {
  for (const [area, names] of recordedCases(process.env.ONLY)) {
    const ids = names.map((name) => `${area}/${name}`).filter((id) => agreeing.has(id));
    if (ids.length === 0) continue;
    it(area, async () => {
      const different: string[] = [];
      for (const id of ids) {
        const found = await runRecorded(manager, id, { properties, onlyFinal: true });
        if (found !== undefined && BY_ARRIVAL[id] === undefined) different.push(`${id} ${found}`);
      }
      expect(different.join('\n\n')).toBe('');
    });
  }
});
