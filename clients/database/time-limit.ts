import {
  type DatabaseAddress,
  type DatabaseClient,
  type DatabaseCursor,
  DatabaseError,
  type DatabaseParameter,
  type DatabaseResult,
} from './database-client.ts';

/** `socketTimeout` of the URL in milliseconds; 0: for ever. Postgres' driver counts in seconds, MySQL's in milliseconds. */
export function socketTimeoutMs({ kind, properties }: DatabaseAddress): number {
  const limit = Number(properties.socketTimeout ?? 0);
  if (!(limit > 0)) return 0;
  return kind === 'postgresql' ? limit * 1000 : limit;
}

/** A connection that is lost when the server does not answer in time, as the JDBC drivers do it. */
export class TimeLimitedClient implements DatabaseClient {
  private readonly client: DatabaseClient;
  private readonly server: string;
  private readonly limitMs: number;

  constructor(client: DatabaseClient, server: string, limitMs: number) {
    this.client = client;
    this.server = server;
    this.limitMs = limitMs;
  }

  get usable(): boolean {
    return this.client.usable;
  }

  query(text: string, parameters?: readonly DatabaseParameter[]): Promise<DatabaseResult> {
    return this.inTime(this.client.query(text, parameters));
  }

  async cursor(text: string, parameters?: readonly DatabaseParameter[]): Promise<DatabaseCursor> {
    const cursor = await this.inTime(this.client.cursor(text, parameters));
    return {
      get columns() {
        return cursor.columns;
      },
      read: (max) => this.inTime(cursor.read(max)),
      close: () => cursor.close(),
    };
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const words = `${this.server} did not answer within ${this.limitMs} ms (socketTimeout)`;
        reject(new DatabaseError('lost', this.server, `The connection to ${this.server} was lost: ${words}`));
        void this.client.close();
      }, this.limitMs);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
