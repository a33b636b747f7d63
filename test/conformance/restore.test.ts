import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CutJob } from '../harness/cut-job.ts';
import { seededRandom } from '../harness/random.ts';
import { QUERIES, recordedCases, runRecorded } from './recorded-queries.ts';
import { quietManager } from './run-statement.ts';

/**
 * Each recorded script that agrees runs with several batch sizes, and its jobs are cut at three random places: a snapshot is written to
 * disk, the job ends, and a new one starts from the snapshot. The answers must be the recorded ones, change by change. `SEED=n` picks
 * other places, `ONLY=text` runs some.
 */
const only = process.env.ONLY;
const seed = Number(process.env.SEED ?? 1);
const agreeing: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(join(QUERIES, 'floor.json'), 'utf8')) as string[],
);
// In memory where that is possible: the test waits for no disk.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'millrace-restore-'));

/** Batch sizes, and how many batches at most a part of a job takes. */
const SIZES = [
  [1, 12],
  [7, 4],
  [4096, 2],
] as const;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function random(text: string): () => number {
  let state = seed;
  for (const c of text) state = (Math.imul(state, 31) + c.charCodeAt(0)) | 0;
  return seededRandom(state);
}

for (const [batchRows, most] of SIZES) {
  describe(`recorded queries, cut and restored, ${batchRows} rows a batch`, () => {
    for (const [area, names] of recordedCases(only)) {
      const ids = names.map((name) => `${area}/${name}`).filter((id) => agreeing.has(id));
      if (ids.length === 0) continue;
      it(area, async () => {
        const different: string[] = [];
        let cuts = 0;
        for (const id of ids) {
          const next = random(`${id} ${batchRows}`);
          const jobs: CutJob[] = [];
          const manager = quietManager((plan, options) => {
            const after = [1, 2, 3].map(() => 1 + Math.floor(next() * most));
            const job = new CutJob(plan, options, { batchRows, after, folder });
            jobs.push(job);
            return job;
          });
          const found = await runRecorded(manager, id);
          await manager.closeAll();
          for (const job of jobs) cuts += job.cuts;
          if (found !== undefined) different.push(`${id} ${found}`);
        }
        expect(different.join('\n\n')).toBe('');
        if (only === undefined) expect(cuts).toBeGreaterThan(ids.length / 2);
      });
    }
  });
}
