import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DatabaseClient,
  type DatabaseResult,
  isDatabaseError,
  openDatabase,
} from '../../../clients/database/index.ts';
import { columnBuilder } from '../../batch/builder.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { LookupReader, LookupRequest, LookupRows } from '../connector.ts';
import { selectStatement } from './dialect.ts';
import { driverFault, openFault } from './fault.ts';
import { type JdbcTable, jdbcOptions } from './options.ts';
import { isValid } from './validity.ts';
import { cellReader, parameterWriter } from './values.ts';

/** Asks for the rows of keys with one prepared SELECT a key, and again after failures (JdbcRowDataLookupFunction). */
export class JdbcLookup implements LookupReader {
  private readonly request: LookupRequest;
  private readonly table: JdbcTable;
  private client: DatabaseClient;
  private readonly text: string;
  private readonly writers: readonly ReturnType<typeof parameterWriter>[];
  private readers: readonly ReturnType<typeof cellReader>[] | undefined;

  private constructor(request: LookupRequest, table: JdbcTable, client: DatabaseClient) {
    this.request = request;
    this.table = table;
    this.client = client;
    const { dialect } = table;
    const names = request.fields.map((_, i) => request.table.columns[request.projected[i] as number]?.name ?? '');
    const types = request.keys.map((k) => (request.fields[k] as (typeof request.fields)[number]).type);
    const conditions = request.keys.map(
      (k, i) =>
        `${dialect.quote(names[k] as string)} = ${dialect.placeholder(i + 1, types[i] as (typeof types)[number])}`,
    );
    this.text = selectStatement(dialect, table.tableName, names, conditions);
    this.writers = types.map((type) => parameterWriter(dialect, type));
  }

  static async open(request: LookupRequest): Promise<JdbcLookup> {
    const table = jdbcOptions(request.options, request.table, 'source');
    try {
      return new JdbcLookup(request, table, await openDatabase(table.address, table.login));
    } catch (error) {
      throw openFault(error, table.dialect);
    }
  }

  async lookup(keys: readonly Column[], length: number, signal: AbortSignal): Promise<LookupRows> {
    const stop = (): void => void this.client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const builders = this.request.fields.map((field) => columnBuilder(field.type));
      const owners: number[] = [];
      // The client sends the next question before the answer to the last is here: one round trip's wait for all.
      const answers = Array.from({ length }, (_, i) => this.ask(keys, i, signal));
      for (const [i, result] of (await Promise.all(answers)).entries()) {
        this.readers ??= result.columns.length
          ? this.request.fields.map((field, c) =>
              cellReader(this.table.dialect, result.columns[c] as DatabaseResult['columns'][number], field.type),
            )
          : undefined;
        for (const row of result.rows) {
          for (const [c, builder] of builders.entries()) builder.append(this.readers?.[c]?.(row[c] ?? null) ?? null);
          owners.push(i);
        }
      }
      return {
        columns: builders.map((builder) => builder.take(owners.length)),
        length: owners.length,
        keyOf: Int32Array.from(owners),
      };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private async ask(keys: readonly Column[], i: number, signal: AbortSignal): Promise<DatabaseResult> {
    const parameters = this.writers.map((write, k) => write(valueAt(keys[k] as Column, i)));
    for (let retry = 0; ; retry++) {
      try {
        return await this.client.query(this.text, parameters);
      } catch (error) {
        signal.throwIfAborted();
        if (!isDatabaseError(error) || retry >= this.table.lookupRetries) throw failed(error, this.table);
        await this.mend();
        await sleep(1000 * retry, undefined, { signal });
      }
    }
  }

  private mending: Promise<void> | undefined;

  /** A new connection where the old one does not answer; once for all the questions that it had. */
  private mend(): Promise<void> {
    this.mending ??= (async () => {
      try {
        if (await isValid(this.client, this.table.retryTimeoutMs)) return;
        this.client = await openDatabase(this.table.address, this.table.login);
      } catch (error) {
        const cause = driverFault(error, this.table.dialect);
        throw new FlinkFault(
          'RuntimeException',
          'Reestablish JDBC connection failed',
          cause instanceof FlinkFault ? cause : undefined,
        );
      } finally {
        this.mending = undefined;
      }
    })();
    return this.mending;
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

function failed(error: unknown, table: JdbcTable): unknown {
  const cause = driverFault(error, table.dialect);
  if (!(cause instanceof FlinkFault)) return cause;
  return new FlinkFault('RuntimeException', 'Execution of JDBC statement failed.', cause);
}
