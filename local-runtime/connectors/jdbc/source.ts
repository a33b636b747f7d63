import {
  type DatabaseClient,
  type DatabaseCursor,
  type DatabaseParameter,
  openDatabase,
} from '../../../clients/database/index.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { BatchBuilder } from '../../batch/builder.ts';
import type { SourceEvent, SourceReader, SourceRequest } from '../connector.ts';
import { conditionTexts } from './conditions.ts';
import { selectStatement } from './dialect.ts';
import { driverFault, openFault } from './fault.ts';
import { type JdbcTable, jdbcOptions } from './options.ts';
import { cellReader } from './values.ts';

/** Rows of a round trip where `scan.fetch-size` does not say. */
const FETCH_ROWS = 4096;

interface Position {
  readonly split: number;
  readonly rows: number;
}

/** Reads a table once, split after split (JdbcSource over JdbcNumericBetweenParametersProvider). Goes on from (split, rows read of it). */
export class JdbcReader implements SourceReader {
  private readonly table: JdbcTable;
  private readonly client: DatabaseClient;
  private readonly out: BatchBuilder;
  private readonly types: readonly LogicalType[];
  private readonly names: readonly string[];
  private readonly request: SourceRequest;
  private readonly splits: readonly (readonly [bigint, bigint] | undefined)[];
  /** Every which split is ours. */
  private readonly step: number;
  private split: number;
  private rows = 0;
  private skip: number;
  private cursor: DatabaseCursor | undefined;
  private readers: readonly ReturnType<typeof cellReader>[] | undefined;
  private pending: Promise<readonly (readonly (string | Uint8Array | null)[])[]> | undefined;

  private constructor(request: SourceRequest, table: JdbcTable, client: DatabaseClient) {
    this.table = table;
    this.client = client;
    this.request = request;
    this.types = request.fields.map((field) => field.type);
    this.names = request.projected.map((p) => request.table.columns[p]?.name ?? '');
    this.out = new BatchBuilder(this.types);
    this.splits = table.partition ? splitsOf(table.partition) : [undefined];
    const position = request.position as Position | undefined;
    this.step = request.subtask?.of ?? 1;
    this.split = position?.split ?? request.subtask?.index ?? 0;
    this.skip = position?.rows ?? 0;
  }

  static async open(request: SourceRequest): Promise<JdbcReader> {
    const table = jdbcOptions(request.options, request.table, 'source');
    let client: DatabaseClient | undefined;
    try {
      client = await openDatabase(table.address, table.login);
      const reader = new JdbcReader(request, table, client);
      await reader.openSplit();
      return reader;
    } catch (error) {
      await client?.close();
      throw openFault(error, table.dialect);
    }
  }

  private async openSplit(): Promise<void> {
    this.rows = 0;
    this.readers = undefined;
    const bounds = this.splits[this.split];
    if (this.split >= this.splits.length) return;
    const { dialect, partition, tableName } = this.table;
    const conditions: string[] = [];
    const parameters: DatabaseParameter[] = [];
    if (partition && bounds) {
      const bigint = { root: 'BIGINT', nullable: false } as const;
      conditions.push(
        `${dialect.quote(partition.column)} BETWEEN ${dialect.placeholder(1, bigint)} AND ${dialect.placeholder(2, bigint)}`,
      );
      parameters.push(...bounds);
    }
    const { filters = [], limit, table } = this.request;
    conditions.push(...conditionTexts(filters, table.columns, dialect, parameters));
    this.cursor = await this.client.cursor(
      selectStatement(dialect, tableName, this.names, conditions, limit),
      parameters,
    );
  }

  async next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent> {
    const stop = (): void => void this.client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.take(maxRows, lingerMs);
    } catch (error) {
      signal.throwIfAborted();
      throw driverFault(error, this.table.dialect);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private async take(maxRows: number, lingerMs: number): Promise<SourceEvent> {
    for (;;) {
      const { cursor } = this;
      if (!cursor || this.split >= this.splits.length) return { kind: 'end' };
      const size = this.table.fetchSize || FETCH_ROWS;
      this.pending ??= cursor.read(Math.min(size, maxRows));
      const rows = await within(this.pending, lingerMs);
      if (rows === undefined) return { kind: 'idle' };
      this.pending = undefined;
      if (rows.length === 0) {
        await cursor.close();
        this.split += this.step;
        this.skip = 0;
        await this.openSplit();
        continue;
      }
      this.rows += rows.length;
      const skipped = Math.min(this.skip, rows.length);
      this.skip -= skipped;
      if (skipped < rows.length) return { kind: 'batch', batch: this.batch(skipped ? rows.slice(skipped) : rows) };
    }
  }

  private batch(rows: readonly (readonly (string | Uint8Array | null)[])[]): ReturnType<BatchBuilder['take']> {
    const columns = this.cursor?.columns ?? [];
    this.readers ??= this.types.map((type, i) => {
      const column = columns[i];
      if (!column) throw new Error('the database gave fewer columns than were asked for');
      return cellReader(this.table.dialect, column, type);
    });
    const { readers, out } = this;
    for (const row of rows) {
      for (let c = 0; c < readers.length; c++)
        out.columns[c]?.append((readers[c] as (typeof readers)[number])(row[c] ?? null));
      out.row();
    }
    return out.take();
  }

  position(): Position {
    return { split: this.split, rows: this.rows };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** Inclusive ranges whose sizes differ by one at most (JdbcNumericBetweenParametersProvider.ofBatchNum). */
export function splitsOf({ lower, upper, count }: NonNullable<JdbcTable['partition']>): [bigint, bigint][] {
  const total = upper - lower + 1n;
  const n = BigInt(count) > total ? total : BigInt(count);
  const size = (total + n - 1n) / n;
  const large = total - (size - 1n) * n;
  const splits: [bigint, bigint][] = [];
  let start = lower;
  for (let i = 0n; i < n - 1n; i++) {
    const end = start + size - 1n - (i >= large ? 1n : 0n);
    splits.push([start, end]);
    start = end + 1n;
  }
  splits.push([start, upper]);
  return splits;
}

/** The value, or undefined when it is not there within the time. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
