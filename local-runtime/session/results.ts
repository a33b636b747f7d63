import type { Value } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, type RowField, types } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import { BatchBuilder } from '../batch/builder.ts';
import { SessionError } from './errors.ts';

/** A column of a result as the gateway names it. */
export interface ResultColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly comment?: string;
}

/** A run of rows of a batch. */
export interface RowSlice {
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
}

/** What a fetch answers: rows (maybe none) with the token to ask for next, or the end. */
export type Fetched =
  | { readonly kind: 'PAYLOAD'; readonly slices: readonly RowSlice[]; readonly next: number }
  | { readonly kind: 'EOS' };

/** Rows that a job may leave unread before it is slowed down (ResultStore's buffer). */
export const RESULT_BUFFER_ROWS = 5000;

/**
 * The rows of one operation between the job that makes them and the client that fetches them
 * (org.apache.flink.table.gateway.service.result.ResultFetcher and ResultStore). Only the current token and the one before it can
 * be asked for: asking again for the previous one gives the same page, so a lost answer can be fetched again.
 */
export class ResultFetcher {
  readonly columns: readonly ResultColumn[];
  private waiting: RowSlice[] = [];
  private waitingRows = 0;
  private previous: readonly RowSlice[] = [];
  private token = 0;
  private ended = false;
  private failure: SessionError | undefined;
  private room: (() => void)[] = [];
  private arrivals: (() => void)[] = [];

  constructor(columns: readonly ResultColumn[]) {
    this.columns = columns;
  }

  /** A finished result of single values. */
  static ofRows(columns: readonly ResultColumn[], rows: readonly (readonly Value[])[]): ResultFetcher {
    const fetcher = new ResultFetcher(columns);
    if (rows.length > 0) {
      const builder = new BatchBuilder(columns.map((column) => column.type));
      for (const row of rows) builder.values(row);
      fetcher.push(builder.take());
    }
    fetcher.end();
    return fetcher;
  }

  /** Adds rows; the promise, if any, resolves when there is room for more. */
  push(batch: Batch): void | Promise<void> {
    if (batch.length === 0 || this.ended) return;
    this.waiting.push({ batch, from: 0, to: batch.length });
    this.waitingRows += batch.length;
    this.wake();
    if (this.waitingRows < RESULT_BUFFER_ROWS) return;
    return new Promise((resolve) => this.room.push(resolve));
  }

  /** No more rows come; with a failure, the client learns it after the rows. */
  end(failure?: SessionError): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure;
    this.wake();
  }

  /** Drops what nobody will fetch and lets the job go on. */
  close(): void {
    this.waiting = [];
    this.waitingRows = 0;
    this.previous = [];
    this.end();
    this.makeRoom();
  }

  /** Resolves when there are rows or the end, or after `ms`. */
  async arrival(ms: number): Promise<void> {
    if (this.waiting.length > 0 || this.ended) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.arrivals.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Would a fetch of this token wait for rows that are not there yet? */
  isCurrent(token: number): boolean {
    return token === this.token;
  }

  /** The page of a token. Throws what Flink throws for a token that is not at hand, and the job's failure. */
  fetch(token: number): Fetched {
    if (token === this.token) {
      if (this.waiting.length === 0 && this.ended) {
        if (this.failure) throw this.failure;
        return { kind: 'EOS' };
      }
      this.previous = this.takePage();
      this.token++;
      return { kind: 'PAYLOAD', slices: this.previous, next: this.token };
    }
    if (token === this.token - 1 && token >= 0) return { kind: 'PAYLOAD', slices: this.previous, next: this.token };
    const expected = this.token === 0 ? '0' : `${this.token} or ${this.token - 1}`;
    const message = `Expecting token to be ${expected}, but found ${token}.`;
    throw new SessionError([{ exception: 'SqlExecutionException', message }]);
  }

  private takePage(): RowSlice[] {
    const page: RowSlice[] = [];
    let rows = 0;
    while (this.waiting.length > 0 && rows < RESULT_BUFFER_ROWS) {
      const slice = this.waiting[0] as RowSlice;
      const take = Math.min(slice.to - slice.from, RESULT_BUFFER_ROWS - rows);
      page.push({ batch: slice.batch, from: slice.from, to: slice.from + take });
      rows += take;
      if (slice.from + take === slice.to) this.waiting.shift();
      else this.waiting[0] = { batch: slice.batch, from: slice.from + take, to: slice.to };
    }
    this.waitingRows -= rows;
    if (this.waitingRows < RESULT_BUFFER_ROWS) this.makeRoom();
    return page;
  }

  private makeRoom(): void {
    const waiters = this.room;
    this.room = [];
    for (const resolve of waiters) resolve();
  }

  private wake(): void {
    const waiters = this.arrivals;
    this.arrivals = [];
    for (const resolve of waiters) resolve();
  }
}

/** What a statement gave, once it is submitted. */
export interface StatementResult {
  readonly isQuery: boolean;
  readonly resultKind: 'SUCCESS' | 'SUCCESS_WITH_CONTENT';
  readonly jobId?: string;
  readonly rows: ResultFetcher;
}

const string = (name: string): ResultColumn => ({ name, type: types.string() });

/** The columns of STRING type with these names. */
export const stringColumns = (...names: readonly string[]): ResultColumn[] => names.map(string);

/** `result` with one row `OK` (TableResultInternal.TABLE_RESULT_OK). */
export function okResult(): StatementResult {
  return { isQuery: false, resultKind: 'SUCCESS', rows: ResultFetcher.ofRows(stringColumns('result'), [['OK']]) };
}

/** A finished table of rows (SHOW, DESCRIBE, EXPLAIN …). */
export function tableResult(columns: readonly ResultColumn[], rows: readonly (readonly Value[])[]): StatementResult {
  return { isQuery: false, resultKind: 'SUCCESS_WITH_CONTENT', rows: ResultFetcher.ofRows(columns, rows) };
}

/** The one row that an INSERT answers. */
export function jobResult(jobId: string): StatementResult {
  const rows = ResultFetcher.ofRows(stringColumns('job id'), [[jobId]]);
  return { isQuery: false, resultKind: 'SUCCESS_WITH_CONTENT', jobId, rows };
}

/** The columns of a query's fields. */
export function fieldColumns(fields: readonly RowField[]): ResultColumn[] {
  return fields.map(({ name, type }) => ({ name, type }));
}
