import { type Connection, createConnection, type FieldPacket, type QueryOptions } from 'mysql2';
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
import { mySqlColumn } from './mysql-types.ts';

/** Connects to the first of the hosts that answers. */
export function connectMySql(address: DatabaseAddress, login: DatabaseLogin): Promise<DatabaseClient> {
  return connectToFirst(address, (host, port) => connect(address, login, host, port));
}

async function connect(
  { database, properties }: DatabaseAddress,
  login: DatabaseLogin,
  host: string,
  port: number,
): Promise<DatabaseClient> {
  const server = `${host}:${port}`;
  const tls = tlsOf(properties);
  const connection = createConnection({
    host,
    port,
    user: login.user ?? properties.user ?? '',
    password: login.password ?? properties.password ?? '',
    ...(database === undefined ? {} : { database }),
    ...(tls ? { ssl: tls } : {}),
    connectTimeout: Number(properties.connectTimeout ?? 0) || CONNECT_TIMEOUT_MS,
    rowsAsArray: true,
    // Cells stay the text that the server sends; columns of bytes (and BIT) stay bytes.
    typeCast: (field) => (isBytes(field.type) ? bytesOrText(field) : field.string()),
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(failureOf(error, server)) : resolve()));
  });
  return new MySqlClient(connection, server);
}

function tlsOf(properties: Readonly<Record<string, string>>): { rejectUnauthorized: boolean } | undefined {
  const mode = properties.sslMode?.toUpperCase() ?? (properties.useSSL === 'true' ? 'REQUIRED' : 'DISABLED');
  if (mode === 'REQUIRED') return { rejectUnauthorized: false };
  if (mode === 'VERIFY_CA' || mode === 'VERIFY_IDENTITY') return { rejectUnauthorized: true };
  return undefined;
}

interface CastField {
  readonly type: string;
  string(): string | null;
  buffer(): Buffer | null;
}

const isBytes = (type: string): boolean => /BLOB|^(VAR_)?STRING$|^VARCHAR$|^BIT$/.test(type);

/** Text columns and byte columns share their types on the wire; the column's own charset tells them apart, see `withText`. */
function bytesOrText(field: CastField): Uint8Array | null {
  return field.buffer();
}

const utf8 = new TextDecoder();

function withText(columns: readonly DatabaseColumn[], row: DatabaseCell[]): DatabaseRow {
  for (let c = 0; c < columns.length; c++) {
    const cell = row[c];
    if (!(cell instanceof Uint8Array)) continue;
    if ((columns[c] as DatabaseColumn).type.endsWith('CHAR')) row[c] = utf8.decode(cell);
    else if ((columns[c] as DatabaseColumn).type === 'BIT(1)') row[c] = cell[0] === 1 ? '1' : '0';
    else row[c] = new Uint8Array(cell);
  }
  return row;
}

class MySqlClient implements DatabaseClient {
  private readonly connection: Connection;
  private readonly server: string;
  private lost = false;

  constructor(connection: Connection, server: string) {
    this.connection = connection;
    this.server = server;
    // A lost connection also fails the statement under way, which reports it.
    connection.on('error', () => {
      this.lost = true;
    });
    connection.on('end', () => {
      this.lost = true;
    });
  }

  get usable(): boolean {
    return !this.lost;
  }

  query(text: string, parameters: readonly DatabaseParameter[] = []): Promise<DatabaseResult> {
    return new Promise((resolve, reject) => {
      this.connection.query(options(text, parameters), (error, rows, fields) => {
        if (error) return reject(failureOf(error, this.server));
        if (!Array.isArray(rows)) return resolve({ columns: [], rows: [] });
        const columns = (fields ?? []).map(mySqlColumn);
        resolve({ columns, rows: (rows as unknown as DatabaseCell[][]).map((row) => withText(columns, row)) });
      });
    });
  }

  async cursor(text: string, parameters: readonly DatabaseParameter[] = []): Promise<DatabaseCursor> {
    const query = this.connection.query(options(text, parameters));
    let columns: readonly DatabaseColumn[] = [];
    query.on('fields', (fields: FieldPacket[]) => {
      columns = fields.map(mySqlColumn);
    });
    const stream = query.stream({ highWaterMark: 1024 });
    const rows = stream[Symbol.asyncIterator]() as AsyncIterator<DatabaseCell[]>;
    return {
      get columns() {
        return columns;
      },
      read: async (max) => {
        const taken: DatabaseRow[] = [];
        try {
          while (taken.length < max) {
            const { done, value } = await rows.next();
            if (done) break;
            taken.push(withText(columns, value));
          }
        } catch (error) {
          throw failureOf(error, this.server);
        }
        return taken;
      },
      close: async () => {
        stream.destroy();
      },
    };
  }

  async close(): Promise<void> {
    this.lost = true;
    this.connection.destroy();
  }
}

function options(sql: string, parameters: readonly DatabaseParameter[]): QueryOptions {
  const values = parameters.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
  return { sql, values };
}

function failureOf(error: unknown, server: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { sqlState, sqlMessage, code, message } = error as {
    sqlState?: string;
    sqlMessage?: string;
    code?: string;
    message?: string;
  };
  if (sqlState && sqlMessage) return new DatabaseError('server', server, sqlMessage, sqlState);
  if (code === 'PROTOCOL_CONNECTION_LOST' || code === 'ECONNRESET' || /closed state/.test(message ?? ''))
    return new DatabaseError('lost', server, `The connection to ${server} was lost: ${message}`);
  return connectionFailure(error, server);
}
