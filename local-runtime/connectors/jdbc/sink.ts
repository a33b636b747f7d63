import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DatabaseClient,
  type DatabaseParameter,
  isDatabaseError,
  openDatabase,
} from '../../../clients/database/index.ts';
import { type Batch, DELETE, UPDATE_BEFORE } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { SinkRequest, SinkWriter } from '../connector.ts';
import { deleteStatement, insertStatement } from './dialect.ts';
import { driverFault } from './fault.ts';
import { type JdbcTable, jdbcOptions } from './options.ts';
import { isValid } from './validity.ts';
import { parameterWriter } from './values.ts';

type Row = readonly DatabaseParameter[];

/**
 * Writes rows in batches with retries (JdbcOutputFormat). With a primary key the last change of each key within a batch is an upsert
 * or a delete (TableBufferReducedStatementExecutor); without one every row is inserted.
 */
export class JdbcWriter implements SinkWriter {
  private readonly table: JdbcTable;
  private client: DatabaseClient;
  private readonly writers: readonly ReturnType<typeof parameterWriter>[];
  private appended: Row[] = [];
  /** By key: the row to be written, or undefined with the key to be deleted. */
  private readonly reduced = new Map<string, { readonly row: Row; readonly remove: boolean }>();
  /** Records since the last flush, replaced ones too. */
  private buffered = 0;
  private readonly timer: ReturnType<typeof setInterval> | undefined;
  /** Flushes run one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private failure: unknown;
  private failed = false;
  private closed = false;

  private constructor(table: JdbcTable, client: DatabaseClient) {
    this.table = table;
    this.client = client;
    this.writers = table.physical.map((field) => lazyWriter(table, field.type));
    if (table.batchInterval > 0 && table.batchRows !== 1) {
      this.timer = setInterval(() => {
        if (this.buffered > 0) this.flush().catch((error: unknown) => this.fail(error));
      }, table.batchInterval);
      this.timer.unref();
    }
  }

  static async open(request: SinkRequest): Promise<JdbcWriter> {
    const table = jdbcOptions(request.options, request.table, 'sink');
    try {
      return new JdbcWriter(table, await openDatabase(table.address, table.login));
    } catch (error) {
      const cause = driverFault(error, table.dialect);
      if (!(cause instanceof FlinkFault)) throw cause;
      throw new FlinkFault('IOException', 'unable to open JDBC writer', cause);
    }
  }

  /** A failure of a flush that the timer began comes with the next call. */
  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.failure = error;
  }

  private check(): void {
    if (this.failed) throw this.failure;
  }

  async write(batch: Batch): Promise<void> {
    this.check();
    const { batchRows, key } = this.table;
    for (let i = 0; i < batch.length; i++) {
      const kind = batch.kinds?.[i] ?? 0;
      const row = this.writers.map((write, c) => write(valueAt(batch.columns[c] as Column, i)));
      if (key.length === 0) this.appended.push(row);
      else {
        const id = JSON.stringify(key.map((k) => keyText(row[k] ?? null)));
        this.reduced.set(id, { row, remove: kind === DELETE || kind === UPDATE_BEFORE });
      }
      this.buffered++;
      if (batchRows > 0 && this.buffered >= batchRows) await this.flush();
    }
  }

  flush(): Promise<void> {
    const next = this.turn.then(() => this.flushNow());
    this.turn = next.catch(() => undefined); // The caller of this flush gets its failure.
    return next;
  }

  private async flushNow(): Promise<void> {
    this.check();
    if (this.buffered === 0) return;
    const changes = [...this.reduced.values()];
    const upserts = changes.filter((change) => !change.remove).map((change) => change.row);
    const keys = changes
      .filter((change) => change.remove)
      .map((change) => this.table.key.map((k) => change.row[k] as DatabaseParameter));
    const inserts = this.table.key.length === 0 ? this.appended : upserts;
    this.appended = [];
    this.reduced.clear();
    this.buffered = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.execute(inserts, keys);
        return;
      } catch (error) {
        if (attempt >= this.table.sinkRetries || this.closed || !isDatabaseError(error)) {
          const fault = this.writingFault(error);
          this.fail(fault);
          throw fault;
        }
        await sleep(1000 * attempt);
        if (!(await isValid(this.client, this.table.retryTimeoutMs))) await this.reconnect();
      }
    }
  }

  private async reconnect(): Promise<void> {
    try {
      this.client = await openDatabase(this.table.address, this.table.login);
    } catch (error) {
      const cause = driverFault(error, this.table.dialect);
      throw new FlinkFault(
        'IOException',
        'Reestablish JDBC connection failed',
        cause instanceof FlinkFault ? cause : undefined,
      );
    }
  }

  /** Upserts, then deletes, as one batch: the tables see all of it or nothing. */
  private async execute(inserts: readonly Row[], keys: readonly Row[]): Promise<void> {
    const { dialect, tableName, physical, key } = this.table;
    const names = key.map((k) => physical[k]?.name ?? '');
    const statements: [string, DatabaseParameter[]][] = [];
    for (const part of parts(inserts, Math.floor(dialect.maxParameters / physical.length)))
      statements.push([insertStatement(dialect, tableName, physical, names, part.length), part.flat()]);
    const keyFields = key.map((k) => physical[k] as (typeof physical)[number]);
    for (const part of parts(keys, Math.floor(dialect.maxParameters / Math.max(1, keyFields.length))))
      statements.push([deleteStatement(dialect, tableName, keyFields, part.length), part.flat()]);
    const single = statements.length === 1;
    if (!single) await this.client.query('BEGIN');
    try {
      for (const [text, parameters] of statements) await this.client.query(text, parameters);
      if (!single) await this.client.query('COMMIT');
    } catch (error) {
      if (!single && this.client.usable) await this.client.query('ROLLBACK');
      throw error;
    }
  }

  private writingFault(error: unknown): unknown {
    const cause = driverFault(error, this.table.dialect);
    if (!(cause instanceof FlinkFault)) return cause;
    return new FlinkFault('RuntimeException', 'Writing records to JDBC failed.', cause);
  }

  async commit(): Promise<void> {
    await this.flush();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.client.close();
  }
}

/** Fails with the first value that cannot be written, not before: a NULL of any type can. */
function lazyWriter(table: JdbcTable, type: JdbcTable['physical'][number]['type']): ReturnType<typeof parameterWriter> {
  let write: ReturnType<typeof parameterWriter> | undefined;
  return (value) => {
    if (value === null) return null;
    write ??= parameterWriter(table.dialect, type);
    return write(value);
  };
}

function keyText(value: DatabaseParameter): string | number | boolean | null {
  if (typeof value === 'bigint') return `${value}`;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

function* parts<T>(rows: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
