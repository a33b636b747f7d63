import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_KIND_SHORT } from '../../local-runtime/batch/batch.ts';
import { valueAt } from '../../local-runtime/batch/column.ts';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import { CutJob } from './cut-job.ts';

export interface CutResult {
  /** Row kind, then cells as text. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** How often the job was cut, and went on from the snapshot. */
  readonly cuts: number;
}

/**
 * Runs a query in a session of its own whose job is cut after so many batches of one row, again and again, and goes on from the
 * snapshot each time. `setup`: statements before it.
 */
export async function runWithCuts(
  setup: readonly string[],
  query: string,
  after: readonly number[],
  work: string,
): Promise<CutResult> {
  const folder = mkdtempSync(join(work, 'cuts-'));
  const jobs: CutJob[] = [];
  const sessions = new SessionManager({
    workingDirectory: work,
    print: () => undefined,
    notice: () => undefined,
    now: Date.now,
    startJob: (plan, options) => {
      const job = new CutJob(plan, options, { batchRows: 1, after, folder });
      jobs.push(job);
      return job;
    },
  });
  try {
    const session = sessions.open({});
    for (const statement of setup) await session.submit(statement).outcome();
    const operation = session.submit(query);
    await operation.outcome();
    const rows: (string | null)[][] = [];
    for (let token = 0; ; ) {
      const page = await operation.fetch(token, 1000);
      if ('kind' in page) continue;
      if (page.fetched.kind === 'EOS') break;
      token = page.fetched.next;
      for (const { batch, from, to } of page.fetched.slices) {
        for (let i = from; i < to; i++) {
          const kind = ROW_KIND_SHORT[(batch.kinds?.[i] ?? 0) as 0 | 1 | 2 | 3];
          rows.push([kind, ...batch.columns.map((column) => text(valueAt(column, i)))]);
        }
      }
    }
    return { rows, cuts: jobs[0]?.cuts ?? 0 };
  } finally {
    await sessions.closeAll();
  }
}

const text = (value: unknown): string | null =>
  value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value);
