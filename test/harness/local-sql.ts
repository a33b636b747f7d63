import { localSession } from '../../cli/local-session.ts';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

export interface LocalResult {
  /** Row kind, then cells as text. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly error?: string;
}

const KINDS = ['+I', '-U', '+U', '-D'];

/** Runs a script in a session of the runtime in this process; goes on after errors. INSERTs are waited for. */
export async function runLocally(text: string, limit = 1000): Promise<LocalResult[]> {
  const session = localSession('TEXT');
  const results: LocalResult[] = [];
  try {
    for (const { start, end } of splitStatements(text)) {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(new Error('too slow')), 60_000);
      const rows: (string | null)[][] = [];
      try {
        const result = await session.execute(text.slice(start, end), stop.signal);
        for await (const slice of result.rows) {
          for (let i = 0; i < slice.length; i++)
            rows.push([KINDS[slice.kinds?.[i] ?? 0] as string, ...result.columns.map((_, c) => slice.cell(c, i))]);
          if (rows.length >= limit) break;
        }
        if (result.jobId && !result.isQuery) {
          const { state, message } = await session.waitForJob(result.jobId, stop.signal);
          if (state !== 'FINISHED') throw new Error(message ?? state);
        }
        await result.close();
        results.push({ rows });
      } catch (error) {
        results.push({ rows, error: error instanceof Error ? error.message : String(error) });
      } finally {
        clearTimeout(timer);
      }
    }
    return results;
  } finally {
    await session.close();
  }
}
