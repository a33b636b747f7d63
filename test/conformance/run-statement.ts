import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { cellsOf } from '../../local-runtime/gateway/cells.ts';
import type { StartJob } from '../../local-runtime/job/job-api.ts';
import { SessionError, traceText } from '../../local-runtime/session/errors.ts';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import type { RowSlice } from '../../local-runtime/session/results.ts';
import type { Session } from '../../local-runtime/session/session.ts';
import { recordedTypeText } from './recorded-type.ts';

/** What a statement gave, as the recordings hold it: rows start with their kind, cells are Flink's text. */
export interface Outcome {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly rows?: (readonly (string | null)[])[];
  readonly job?: string;
  readonly error?: string;
  readonly at?: readonly number[];
}

const KINDS = ['+I', '-U', '+U', '-D'] as const;

/** Settings of every recorded session. */
export const RECORDED_PROPERTIES = {
  'table.local-time-zone': 'UTC',
  'pipeline.auto-watermark-interval': '1 ms',
  'parallelism.default': '1',
  'sql-gateway.session.idle-timeout': '10 min',
};

export function quietManager(startJob?: StartJob): SessionManager {
  return new SessionManager({
    ...(startJob && { startJob }),
    workingDirectory: process.cwd(),
    print: () => undefined,
    notice: () => undefined,
    now: Date.now,
  });
}

/** Runs one statement to its end, to `limit` rows or to the time limit. */
export async function runStatement(session: Session, sql: string, timeoutMs: number, limit = 2000): Promise<Outcome> {
  const operation = session.submit(sql);
  try {
    const result = await within(operation.outcome(), timeoutMs);
    const columns = result.rows.columns.map(({ name, type }) => ({ name, type: wireTypeText(type) }));
    if (result.jobId !== undefined && !result.isQuery) return { columns, rows: [], job: result.jobId };
    const rows: (string | null)[][] = [];
    const deadline = performance.now() + timeoutMs;
    for (let token = 0; rows.length < limit && performance.now() < deadline; ) {
      const page = await operation.fetch(token, 20);
      if ('kind' in page) continue;
      if (page.fetched.kind === 'EOS') break;
      token = page.fetched.next;
      for (const slice of page.fetched.slices) rows.push(...texts(session, slice, result.rows.columns));
    }
    return { columns, rows: rows.slice(0, limit) };
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return failure(error);
  } finally {
    await session.closeOperation(operation.handle);
  }
}

/** The wire does not tell time attributes. */
function wireTypeText(type: LogicalType): string {
  return recordedTypeText(type).replace(/ \*(?:ROW|PROC)TIME\*/g, '');
}

function texts(session: Session, slice: RowSlice, columns: Parameters<ReturnType<typeof cellsOf>['json']>[1]) {
  const { textOf } = cellsOf(session.properties());
  const { batch, from, to } = slice;
  const cells = columns.map(({ type }, c) => textOf(batch.columns[c]!, type));
  const out: (string | null)[][] = [];
  for (let i = from; i < to; i++)
    out.push([KINDS[(batch.kinds?.[i] ?? 0) as 0 | 1 | 2 | 3], ...cells.map((cell) => cell(i))]);
  return out;
}

function failure(error: SessionError): Outcome {
  const root = error.chain[error.chain.length - 1] ?? { exception: 'RuntimeException', message: '' };
  const name = root.exception.replace(/^(?:[a-z]\w*\.)+/, '');
  const trace = traceText(error.chain);
  const range = /From line (\d+), column (\d+) to line (\d+), column (\d+)/.exec(trace);
  const place = range ?? /[Aa]t line (\d+), column (\d+)/.exec(trace);
  return {
    error: root.message === '' ? name : `${name}: ${root.message}`.trim(),
    ...(place && { at: place.slice(1).map(Number) }),
  };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not submitted within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The message without its exception class, as the comparison with the recordings takes it. */
export function messageOf(error: string): string {
  return error.replace(/^[\w$]+(?:Exception|Error|Throwable):? ?/, '').trim();
}
