import { GatewayClient, GatewayError, type Session } from '../../../clients/sql-gateway/index.ts';
import { typeText } from '../../../clients/sql-gateway/type-text.ts';
import type { LogicalType } from '../../../clients/sql-gateway/types.ts';
import type { Outcome } from '../run-statement.ts';

// As run-statement.ts reads places.
const RANGE = /From line (\d+), column (\d+) to line (\d+), column (\d+)/;
const POINT = /[Aa]t line (\d+), column (\d+)/;

const KINDS = ['+I', '-U', '+U', '-D'];

/** A session on a real Flink, whose answers come as those of the local runtime in `run-statement.ts`. */
export class RemoteSession {
  readonly #client: GatewayClient;
  readonly #session: Session;

  private constructor(client: GatewayClient, session: Session) {
    this.#client = client;
    this.#session = session;
  }

  static async open(url: string, properties: Readonly<Record<string, string>>): Promise<RemoteSession> {
    const client = await GatewayClient.connect({ url, timeoutMs: 120_000 });
    return new RemoteSession(client, await client.openSession({ properties }));
  }

  /** Asks again when the cluster has no slot free. */
  async run(sql: string, timeoutMs = 60_000, limit = 20_000): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#once(sql, timeoutMs, limit);
      if (attempt === 5 || !outcome.error?.startsWith('NoResourceAvailableException')) return outcome;
    }
  }

  async #once(sql: string, timeoutMs: number, limit: number): Promise<Outcome> {
    const operation = await this.#session.execute(sql);
    let columns: Outcome['columns'];
    const rows: (string | null)[][] = [];
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      for await (const page of operation.results({ format: 'PLAIN_TEXT', signal })) {
        if (page.format === 'ARROW') throw new Error('not asked for');
        columns = page.columns.map(({ name, logicalType }) => ({ name, type: recordedText(logicalType) }));
        for (const [i, cells] of page.rows.entries()) {
          const kind = KINDS[page.rowKinds[i] ?? 0] as string;
          rows.push([kind, ...cells.map((cell) => (cell === null ? null : String(cell)))]);
        }
        if (rows.length >= limit) break;
      }
      return { ...(columns ? { columns } : {}), rows };
    } catch (error) {
      if (!(error instanceof GatewayError)) {
        return { error: `Unfinished: ${error instanceof Error ? error.message : String(error)}`, rows };
      }
      const cause = error.causes[0];
      const place = RANGE.exec(error.trace ?? '') ?? POINT.exec(error.trace ?? '');
      return {
        error: cause ? `${cause.className}: ${cause.message}` : `${error.name}: ${error.message}`,
        ...(place && { at: place.slice(1).map(Number) }),
      };
    } finally {
      await operation.close();
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
    this.#client.dispose();
  }
}

/** As `recordedTypeText` writes types. */
function recordedText(type: LogicalType): string {
  if (!type.type.startsWith('INTERVAL')) return typeText(type);
  return `${type.type}(2)${type.nullable === false ? ' NOT NULL' : ''}`;
}
