import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import pg from 'pg';
import {
  connectionFailure,
  type DatabaseAddress,
  type DatabaseCell,
  type DatabaseClient,
  type DatabaseColumn,
  type DatabaseCursor,
  DatabaseError,
  type DatabaseLogin,
  type DatabaseParameter,
  type DatabaseResult,
  type DatabaseRow,
} from './database-client.ts';
import { CONNECT_TIMEOUT_MS, connectToFirst } from './hosts.ts';
import { postgresColumn } from './postgres-types.ts';

/** Cells stay the text that the server sends; the caller knows what it wants to make of them. */
const asText = { getTypeParser: () => (value: string | Buffer) => value };

/** Connects to the first of the hosts that answers, with the settings that the JDBC driver makes for its sessions. */
export function connectPostgres(address: DatabaseAddress, login: DatabaseLogin): Promise<DatabaseClient> {
  return connectToFirst(address, async (host, port) => {
    let failure: unknown;
    for (const ssl of sslChoices(address.properties)) {
      try {
        return await connect(address, login, host, port, ssl);
      } catch (error) {
        failure = error;
        // sslmode=prefer goes on without TLS only where the server has none.
        if (!(error instanceof Error && error.message.includes('does not support SSL'))) break;
      }
    }
    throw failure;
  });
}

type Ssl = false | { readonly rejectUnauthorized: boolean };

function sslChoices(properties: Readonly<Record<string, string>>): readonly Ssl[] {
  const mode = properties.sslmode ?? (properties.ssl === 'true' || properties.ssl === '' ? 'verify-full' : 'prefer');
  switch (mode) {
    case 'disable':
    case 'allow':
      return [false];
    case 'require':
      return [{ rejectUnauthorized: false }];
    case 'verify-ca':
    case 'verify-full':
      return [{ rejectUnauthorized: true }];
    default:
      return [{ rejectUnauthorized: false }, false];
  }
}

async function connect(
  { database, properties }: DatabaseAddress,
  login: DatabaseLogin,
  host: string,
  port: number,
  ssl: Ssl,
): Promise<DatabaseClient> {
  const server = `${host}:${port}`;
  const user = login.user ?? properties.user ?? userInfo().username;
  const password = login.password ?? properties.password;
  const seconds = Number(properties.connectTimeout ?? properties.loginTimeout ?? 0);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const settings = [
    `-c TimeZone=${zone}`,
    '-c DateStyle=ISO',
    '-c extra_float_digits=3',
    ...(properties.currentSchema ? [`-c search_path=${properties.currentSchema.replace(/ /g, '\\ ')}`] : []),
    ...(properties.options ? [properties.options] : []),
  ];
  const client = new pg.Client({
    host,
    port,
    user,
    ...(password === undefined ? {} : { password }),
    database: database ?? user,
    ssl,
    application_name: properties.ApplicationName ?? 'millrace',
    connectionTimeoutMillis: seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS,
    options: settings.join(' '),
    types: asText,
    // A question goes out before the last one is answered: lookups of many keys wait for one round trip.
    pipeline: true,
  });
  const made = new PostgresClient(client, server);
  try {
    await client.connect();
  } catch (error) {
    await made.close();
    if (error instanceof Error && error.message.includes('does not support SSL')) throw error;
    throw failureOf(error, server);
  }
  return made;
}

class PostgresClient implements DatabaseClient {
  private readonly client: pg.Client;
  private readonly server: string;
  private lost = false;
  private cursors = 0;
  private running = 0;

  constructor(client: pg.Client, server: string) {
    this.client = client;
    this.server = server;
    // A lost connection also fails the statement under way, which reports it.
    client.on('error', () => {
      this.lost = true;
    });
    client.on('end', () => {
      this.lost = true;
    });
  }

  get usable(): boolean {
    return !this.lost;
  }

  /** `offset` characters of the text are ours: positions in errors do not count them. */
  async query(text: string, parameters: readonly DatabaseParameter[] = [], offset = 0): Promise<DatabaseResult> {
    this.running++;
    try {
      const values = parameters.map(parameterText);
      const result = await this.client.query<DatabaseCell[]>({ text, values, rowMode: 'array' } as pg.QueryArrayConfig);
      const columns = result.fields?.map(postgresColumn) ?? [];
      return { columns, rows: withBytes(columns, result.rows ?? []) };
    } catch (error) {
      throw failureOf(error, this.server, offset);
    } finally {
      this.running--;
    }
  }

  async cursor(text: string, parameters: readonly DatabaseParameter[] = []): Promise<DatabaseCursor> {
    const name = `millrace_${++this.cursors}`;
    await this.query('BEGIN READ ONLY');
    const declare = `DECLARE ${name} NO SCROLL CURSOR FOR `;
    await this.query(declare + text, parameters, declare.length);
    let columns: readonly DatabaseColumn[] = [];
    return {
      get columns() {
        return columns;
      },
      read: async (max) => {
        const result = await this.query(`FETCH FORWARD ${max} FROM ${name}`);
        columns = result.columns;
        return result.rows;
      },
      close: async () => {
        if (this.usable) await this.query('ROLLBACK');
      },
    };
  }

  async close(): Promise<void> {
    this.lost = true;
    try {
      // `end` would wait for the answers, and the server goes on with a statement whose client has gone.
      if (this.running > 0) {
        await cancelStatement(this.client);
        destroySocket(this.client);
      }
      await this.client.end();
    } catch {
      // Gone already.
    }
  }
}

/** Asks the server to end the statement under way (CancelRequest, on a connection of its own). Waits a second at most. */
function cancelStatement(client: pg.Client): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as {
    host: string;
    port: number;
    processID: number | null;
    secretKey: number | null;
  };
  if (!processID || secretKey === null) return Promise.resolve();
  const message = Buffer.alloc(16);
  for (const [i, word] of [16, 80_877_102, processID, secretKey].entries()) message.writeInt32BE(word, 4 * i);
  return new Promise((resolve) => {
    const socket = createConnection({ host, port }, () => socket.end(message));
    socket.setTimeout(1000, () => socket.destroy());
    // A server that cannot be reached any more has nothing to cancel.
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

function destroySocket(client: pg.Client): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}

function parameterText(value: DatabaseParameter): string | Buffer | null {
  if (value === null || typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value) : String(value);
}

/** bytea comes as `\x` and hex digits. */
function withBytes(columns: readonly DatabaseColumn[], rows: DatabaseCell[][]): readonly DatabaseRow[] {
  for (const [c, column] of columns.entries()) {
    if (column.type !== 'bytea') continue;
    for (const row of rows) {
      const cell = row[c];
      if (typeof cell === 'string') row[c] = new Uint8Array(Buffer.from(cell.slice(2), 'hex'));
    }
  }
  return rows;
}

/** The server's words as its JDBC driver shows them. */
function failureOf(error: unknown, server: string, offset = 0): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (error instanceof pg.DatabaseError) {
    const { severity, message, detail, hint, position, where, code } = error;
    const more = [
      ...(detail ? [`Detail: ${detail}`] : []),
      ...(hint ? [`Hint: ${hint}`] : []),
      ...(position ? [`Position: ${Number(position) - offset}`] : []),
      ...(where ? [`Where: ${where}`] : []),
    ];
    return new DatabaseError(
      'server',
      server,
      [`${severity ?? 'ERROR'}: ${message}`, ...more.map((line) => `\n  ${line}`)].join(''),
      code,
    );
  }
  if (error instanceof Error && /Connection terminated|not queryable|connection error/.test(error.message))
    return new DatabaseError('lost', server, `The connection to ${server} was lost: ${error.message}`);
  return connectionFailure(error, server);
}
