/** A cell as the database's text gives it, or bytes; null is NULL. */
export type DatabaseCell = string | Uint8Array | null;

/** A value for a placeholder (`$1` in Postgres, `?` in MySQL). Decimals, dates and times come as text. */
export type DatabaseParameter = string | number | bigint | boolean | Uint8Array | null;

export interface DatabaseColumn {
  readonly name: string;
  /** The database's own name of the type: `int4`, `_text`, `timestamptz` (Postgres); `BIGINT UNSIGNED`, `TINYINT(1)` (MySQL). */
  readonly type: string;
  /** As the type was declared, where it was. */
  readonly precision?: number;
  readonly scale?: number;
}

export type DatabaseRow = readonly DatabaseCell[];

export interface DatabaseResult {
  readonly columns: readonly DatabaseColumn[];
  readonly rows: readonly DatabaseRow[];
}

/** Rows of one SELECT, taken in portions. */
export interface DatabaseCursor {
  /** Known after the first `read`. */
  readonly columns: readonly DatabaseColumn[];
  /** The next rows, at most `max`; none at the end. */
  read(max: number): Promise<readonly DatabaseRow[]>;
  close(): Promise<void>;
}

/** One connection to a database. Statements run one after the other; failures are DatabaseErrors. */
export interface DatabaseClient {
  query(text: string, parameters?: readonly DatabaseParameter[]): Promise<DatabaseResult>;
  cursor(text: string, parameters?: readonly DatabaseParameter[]): Promise<DatabaseCursor>;
  /** False once the connection is lost. */
  readonly usable: boolean;
  /** Ends the connection, a running statement too. */
  close(): Promise<void>;
}

export type DatabaseKind = 'postgresql' | 'mysql';

/** What to connect to, from a `jdbc:` URL and the options beside it. */
export interface DatabaseAddress {
  readonly kind: DatabaseKind;
  /** Tried in order. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly database: string | undefined;
  /** The parameters behind `?`, as the JDBC drivers name them. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface DatabaseLogin {
  readonly user?: string;
  readonly password?: string;
}

/** A failure with the server that it came from. Never holds a password. */
export class DatabaseError extends Error {
  /** `refused`, `unreachable` and `lost` are of the connection; `server` is the server's own answer. */
  readonly code: 'refused' | 'unreachable' | 'lost' | 'server';
  /** `host:port`. */
  readonly server: string;
  /** Five characters of SQL:2003, where the server gave them. */
  readonly sqlState: string | undefined;

  constructor(code: DatabaseError['code'], server: string, message: string, sqlState?: string) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
    this.server = server;
    this.sqlState = sqlState;
  }
}

/** The same class may be in several bundles, so that `instanceof` would not know it. */
export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && error.name === 'DatabaseError' && 'server' in error;
}

/** What a socket's or resolver's failure means. */
export function connectionFailure(error: unknown, server: string): DatabaseError {
  const code = (error as { code?: unknown }).code;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ECONNREFUSED') return new DatabaseError('refused', server, `Connection to ${server} refused`);
  return new DatabaseError('unreachable', server, `No connection to ${server}: ${message}`);
}
