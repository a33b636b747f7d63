import { describeCauses } from '../clients/sql-gateway/errors.ts';
import { asSummaryString } from '../flink-sql/types/print.ts';
import { cellsOf } from '../local-runtime/gateway/cells.ts';
import { SessionError } from '../local-runtime/session/errors.ts';
import { SessionManager } from '../local-runtime/session/manager.ts';
import type { Operation } from '../local-runtime/session/operation.ts';
import type { RowSlice, StatementResult } from '../local-runtime/session/results.ts';
import type { Session } from '../local-runtime/session/session.ts';
import { type CliResult, type CliRows, type CliSession, type JobEnd, StatementError } from './session.ts';

const FETCH_WAIT_MS = 1000;

/** The local runtime in this process. */
export function localSession(format: 'JSON' | 'TEXT', options: Readonly<Record<string, string>> = {}): CliSession {
  const sessions = new SessionManager({
    workingDirectory: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    notice: (text) => process.stderr.write(`millrace: ${text}\n`),
    now: Date.now,
  });
  const session = sessions.open(options);
  return {
    keepsJobs: false,
    async execute(statement, signal, name) {
      const operation = session.submit(statement, name === undefined ? {} : { 'pipeline.name': name });
      const result = await orError(() => operation.outcome());
      return {
        columns: result.rows.columns.map(({ name, type }) => ({ name, type: asSummaryString(type) })),
        isQuery: result.isQuery,
        hasContent: result.resultKind === 'SUCCESS_WITH_CONTENT',
        jobId: result.jobId,
        rows: fetchAll(session, operation, result, format, signal),
        close: () => session.closeOperation(operation.handle),
      } satisfies CliResult;
    },
    async waitForJob(id, signal): Promise<JobEnd> {
      const job = sessions.jobs.get(id)?.job;
      if (!job) throw new StatementError(`Job ${id} is not known`);
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([job.done, stopped]);
      if (signal.aborted) await job.cancel();
      const message = job.failure && wordsOf(job.failure.causes);
      return { state: job.state, ...(message && { message }) };
    },
    close: () => sessions.closeAll(),
  };
}

async function* fetchAll(
  session: Session,
  operation: Operation,
  { rows }: StatementResult,
  format: 'JSON' | 'TEXT',
  signal: AbortSignal,
): AsyncGenerator<CliRows> {
  let token = 0;
  while (!signal.aborted) {
    const page = await orError(() => operation.fetch(token, FETCH_WAIT_MS));
    if ('kind' in page) continue;
    if (page.fetched.kind === 'EOS') return;
    token = page.fetched.next;
    for (const slice of page.fetched.slices) yield view(session, slice, rows.columns, format);
  }
}

function view(
  session: Session,
  slice: RowSlice,
  columns: StatementResult['rows']['columns'],
  format: 'JSON' | 'TEXT',
): CliRows {
  const { json, textOf } = cellsOf(session.properties());
  const { batch, from, to } = slice;
  const cells =
    format === 'JSON'
      ? json(slice, columns)
      : columns.map(({ type }, c) => textOf(batch.columns[c] as (typeof batch.columns)[number], type));
  return {
    length: to - from,
    kinds: batch.kinds?.subarray(from, to),
    cell: (column, row) => (cells[column] as (i: number) => string | null)(from + row),
  };
}

async function orError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    const { diagnostic } = error;
    throw new StatementError(
      wordsOf(error.chain.toReversed()) ?? error.message,
      diagnostic && { start: diagnostic.start, end: diagnostic.end },
    );
  }
}

/** The words of a chain of exceptions, innermost first. */
function wordsOf(chain: readonly { readonly exception: string; readonly message: string }[]): string | undefined {
  return describeCauses(
    chain.map(({ exception, message }) => ({ className: exception.slice(exception.lastIndexOf('.') + 1), message })),
  );
}
