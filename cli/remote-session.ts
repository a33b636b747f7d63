import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Cell,
  GatewayClient,
  GatewayError,
  type LogicalType,
  type Operation,
  type Page,
  type RowPage,
  type Session,
} from '../clients/sql-gateway/index.ts';
import { typeText } from '../clients/sql-gateway/type-text.ts';
import { offsetOf } from './places.ts';
import { type CliRows, type CliSession, type JobEnd, StatementError } from './session.ts';

const POLL_MS = 200;
const ENDED = new Set(['FINISHED', 'FAILED', 'CANCELED', 'SUSPENDED']);

/** A session on a SQL Gateway: a real Flink, or a local runtime that serves. */
export async function remoteSession(
  url: string,
  token: string | undefined,
  format: 'JSON' | 'TEXT',
  options: Readonly<Record<string, string>> = {},
): Promise<CliSession> {
  const client = await GatewayClient.connect({ url, token });
  const session = await client.openSession({ name: 'millrace', properties: options });
  return {
    keepsJobs: true,
    async execute(statement, signal, name) {
      return orError(statement, async () => {
        const executionConfig: Record<string, string> = name === undefined ? {} : { 'pipeline.name': name };
        const operation = await session.execute(statement, { signal, executionConfig });
        const pages = operation.results({ format: format === 'JSON' ? 'JSON' : 'PLAIN_TEXT', signal });
        const first = await pages.next();
        const page = first.done ? undefined : rowPage(first.value);
        return {
          columns: (page?.columns ?? []).map(({ name, logicalType }) => ({ name, type: typeText(logicalType) })),
          isQuery: page?.isQueryResult ?? false,
          hasContent: page?.resultKind === 'SUCCESS_WITH_CONTENT',
          jobId: page?.jobId,
          rows: rowsOf(statement, page, pages, format),
          close: () => close(operation),
        };
      });
    },
    waitForJob: (id, signal) => waitForJob(session, id, signal),
    async close() {
      await session.close();
      client.dispose();
    },
  };
}

async function close(operation: Operation): Promise<void> {
  await operation.close();
}

async function* rowsOf(
  statement: string,
  first: RowPage | undefined,
  pages: AsyncGenerator<Page, void, undefined>,
  format: 'JSON' | 'TEXT',
): AsyncGenerator<CliRows> {
  if (first) yield view(first, format);
  for (;;) {
    const next = await orError(statement, () => pages.next());
    if (next.done) return;
    yield view(rowPage(next.value), format);
  }
}

function rowPage(page: Page): RowPage {
  if (page.format === 'ARROW') throw new Error('an Arrow page where rows were asked for');
  return page;
}

function view({ rows, rowKinds, columns }: RowPage, format: 'JSON' | 'TEXT'): CliRows {
  return {
    length: rows.length,
    kinds: rowKinds,
    cell(column, row) {
      const value = rows[row]?.[column] ?? null;
      if (format === 'JSON') return jsonText(value, (columns[column] as RowPage['columns'][number]).logicalType);
      return value === null ? null : String(value);
    },
  };
}

/** JSON of a cell; numbers that no double holds are `bigint`, or text in a column of numbers. */
function jsonText(value: Cell, type: LogicalType): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return type.type === 'DECIMAL' ? value : JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: Cell) => jsonText(item, type.elementType ?? { type: 'NULL' })).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as { readonly [key: string]: Cell }).map(([key, each]) => {
      const field = type.fields?.find(({ name }) => name === key);
      return `${JSON.stringify(key)}:${jsonText(each, field?.fieldType ?? type.valueType ?? { type: 'NULL' })}`;
    });
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Asks the gateway itself: the JobManager's address is not known here. */
async function waitForJob(session: Session, id: string, signal: AbortSignal): Promise<JobEnd> {
  for (;;) {
    const state = await jobState(session, id);
    if (ENDED.has(state) || signal.aborted) return { state };
    // Aborted: the loop looks a last time.
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function jobState(session: Session, id: string): Promise<string> {
  const statement = `DESCRIBE JOB '${id}'`;
  return orError(statement, async () => {
    const operation = await session.execute(statement);
    try {
      for await (const page of operation.results({ format: 'PLAIN_TEXT' })) {
        const state = rowPage(page).rows[0]?.[2];
        if (typeof state === 'string') return state;
      }
    } finally {
      await operation.close();
    }
    throw new StatementError(`the gateway does not tell the state of job ${id}`);
  });
}

async function orError<T>(statement: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const text = error.message;
    const place = error.place;
    if (!place) throw new StatementError(text);
    const start = offsetOf(statement, place.line, place.column);
    throw new StatementError(text, { start, end: offsetOf(statement, place.endLine, place.endColumn) + 1 });
  }
}
