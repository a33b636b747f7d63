import {
  type Cell,
  GatewayClient,
  GatewayError,
  type ResultColumn,
  type RowPage,
} from '../../clients/sql-gateway/index.ts';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';

export interface ScriptOptions {
  readonly url: string;
  readonly token?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Rows after which a query is stopped: for those that never end. */
  readonly limit?: number;
  /** For one statement, in milliseconds. Default: one minute. */
  readonly timeoutMs?: number;
}

/** What one statement gave. */
export interface StatementResult {
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Row kind (`+I`, `-U`, `+U`, `-D`), then the cells as Flink's cast to string. */
  readonly changes: readonly (readonly (string | null)[])[];
  readonly isQuery: boolean;
  readonly error?: string;
}

const kinds = ['+I', '-U', '+U', '-D'];

/**
 * Runs every statement of a script or notebook file in one session of a gateway, each to its end (an INSERT, too).
 * Goes on after an error.
 */
export async function runScript(source: string, options: ScriptOptions): Promise<StatementResult[]> {
  const { url, token, properties = {}, limit = Number.POSITIVE_INFINITY, timeoutMs = 60_000 } = options;
  const client = await GatewayClient.connect({ url, token });
  const session = await client.openSession({
    properties: { 'table.dml-sync': 'true', 'table.local-time-zone': 'UTC', ...properties },
  });
  try {
    const results: StatementResult[] = [];
    for (const { start, end } of splitStatements(source)) {
      const sql = source.slice(start, end);
      let columns: readonly ResultColumn[] = [];
      let isQuery = false;
      const changes: (string | null)[][] = [];
      const done = (error?: string): StatementResult => ({
        sql,
        columns: columns.map(({ name, logicalType }) => ({ name, type: JSON.stringify(logicalType) })),
        changes,
        isQuery,
        ...(error !== undefined && { error }),
      });
      try {
        const operation = await session.execute(sql);
        try {
          for await (const page of operation.results({
            format: 'PLAIN_TEXT',
            signal: AbortSignal.timeout(timeoutMs),
          })) {
            const { rows, rowKinds, ...head } = page as RowPage;
            columns = head.columns;
            isQuery = head.isQueryResult;
            for (const [i, row] of rows.entries()) changes.push([kinds[rowKinds[i] ?? 0] ?? '', ...row.map(textOf)]);
            if (changes.length >= limit) break;
          }
        } finally {
          await operation.close();
        }
        results.push(done());
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        results.push(done(error.message));
      }
    }
    return results;
  } finally {
    await session.close();
    client.dispose();
  }
}

function textOf(cell: Cell): string | null {
  return cell === null ? null : typeof cell === 'string' ? cell : JSON.stringify(cell);
}

/** The rows that are left when all changes are applied, sorted by their text. */
export function finalRows({ changes }: Pick<StatementResult, 'changes'>): (string | null)[][] {
  const counts = new Map<string, number>();
  for (const [kind, ...cells] of changes) {
    const key = JSON.stringify(cells);
    counts.set(key, (counts.get(key) ?? 0) + (kind === '+I' || kind === '+U' ? 1 : -1));
  }
  const left: string[] = [];
  for (const [key, count] of counts) {
    if (count < 0) throw new Error(`a row was withdrawn that was not there: ${key}`);
    for (let i = 0; i < count; i++) left.push(key);
  }
  return left.sort().map((key) => JSON.parse(key) as (string | null)[]);
}
