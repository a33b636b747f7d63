import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import { typeText } from '../../clients/sql-gateway/type-text.ts';
import type { ArrowPage } from '../../clients/sql-gateway/types.ts';
import type { ErrorState, Phase, ResultState, View } from '../../webviews/messages.ts';
import { type ArrowCell, type ResultSchema, readPage, writeRows } from './arrow-rows.ts';
import { ChangeLog } from './change-log.ts';
import { ChangelogTable } from './changelog-table.ts';

export interface ResultStoreOptions {
  readonly id: string;
  /** The statement's first line. */
  readonly title: string;
  /** Most rows of the table and most changes of the changelog that are kept. */
  readonly limit: number;
  /** Clock in milliseconds. */
  readonly now?: () => number;
}

export interface RowsAnswer {
  readonly ipc: Uint8Array;
  readonly version: number;
  /** Position of the first row. */
  readonly from: number;
  /** Rows of the whole view. */
  readonly total: number;
  /** Rows that have gone from its top. */
  readonly dropped: number;
}

const MAX_BYTES = 128 * 1024 * 1024;
/** How far back the rate looks, in milliseconds. */
const RATE_WINDOW_MS = 2000;

/**
 * The result of one statement as the editor keeps it: everything is counted, the last changes and the table they
 * describe are held within a limit. While only inserts have come, the changelog is the table and nothing is copied;
 * the first other change builds the table.
 */
export class ResultStore {
  readonly id: string;
  readonly #title: string;
  readonly #limit: number;
  readonly #now: () => number;
  readonly #started: number;
  readonly #log: ChangeLog;
  #schema: ResultSchema | undefined;
  #table: ChangelogTable | undefined;
  #tableBase = 0;
  #kind: ResultState['kind'] = 'grid';
  #phase: Phase = 'starting';
  #query = true;
  #received = 0;
  #version = 0;
  #ended: number | undefined;
  #jobId: string | undefined;
  #error: ErrorState | undefined;
  /** Times and counts of the last moments, for the rate. */
  readonly #samples: { at: number; received: number }[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(options: ResultStoreOptions) {
    this.id = options.id;
    this.#title = options.title;
    this.#limit = Math.max(1, options.limit);
    this.#now = options.now ?? (() => performance.now());
    this.#started = this.#now();
    this.#samples.push({ at: this.#started, received: 0 });
    this.#log = new ChangeLog(this.#limit, MAX_BYTES);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Calls `listener` after every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(page: ArrowPage): void {
    this.#phase = 'running';
    this.#query = page.isQueryResult;
    this.#jobId = page.jobId ?? this.#jobId;
    this.#kind = page.resultKind === 'SUCCESS' ? 'ok' : page.jobId && !page.isQueryResult ? 'job' : 'grid';
    if (this.#kind === 'grid') this.#take(page.ipc);
    this.#changed();
  }

  /** Ends the result; later calls change nothing. */
  end(phase: 'finished' | 'failed' | 'stopped', error?: ErrorState): void {
    if (this.#ended !== undefined) return;
    this.#ended = this.#now();
    this.#phase = phase;
    this.#error = error;
    this.#changed();
  }

  state(): ResultState {
    const table = this.#table;
    return {
      id: this.id,
      kind: this.#kind,
      phase: this.#phase,
      query: this.#query,
      title: this.#title,
      elapsedMs: Math.round((this.#ended ?? this.#now()) - this.#started),
      columns: (this.#schema?.fields ?? []).map((field, i) => {
        const type = this.#schema?.types[i];
        return { name: field.name, type: type ? typeText(type) : '' };
      }),
      received: this.#received,
      tableRows: table ? table.size : this.#log.size,
      logRows: this.#log.size,
      dropped: table ? table.dropped + this.#tableBase : this.#log.dropped,
      rate: this.#rate(),
      updating: table !== undefined,
      limit: this.#limit,
      version: this.#version,
      ...(this.#jobId !== undefined && { jobId: this.#jobId }),
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /**
   * Rows of a view as one Arrow stream; fewer than asked where the view ends. A negative `from` counts from the end.
   * Undefined before any column is known.
   */
  rows(view: View, from: number, count: number): RowsAnswer | undefined {
    const schema = this.#schema;
    if (!schema) return undefined;
    const table = view === 'table' ? this.#table : undefined;
    const total = table ? table.size : this.#log.size;
    const first = from < 0 ? Math.max(0, total + from) : from;
    const found: { kind: number; cell: (column: number) => ArrowCell }[] = [];
    for (let i = first; i < first + count; i++) {
      const row = table ? this.#tableRow(table, i) : this.#log.at(i);
      if (!row) break;
      found.push(row);
    }
    const ipc = writeRows(
      schema,
      found.length,
      (i) => (view === 'table' ? 0 : (found[i]?.kind ?? 0)),
      (column, i) => found[i]?.cell(column) ?? null,
    );
    return {
      ipc,
      version: this.#version,
      from: first,
      total,
      dropped: table ? table.dropped + this.#tableBase : this.#log.dropped,
    };
  }

  #tableRow(table: ChangelogTable, i: number): { kind: number; cell: (column: number) => ArrowCell } | undefined {
    const row = table.row(i);
    return row && { kind: 0, cell: (column) => row[column] ?? null };
  }

  #take(ipc: Uint8Array): void {
    const { schema, batches } = readPage(ipc);
    this.#schema ??= schema;
    for (const rows of batches) {
      if (rows.length === 0) continue;
      this.#received += rows.length;
      if (!this.#table && rows.kinds.some((kind) => kind !== 0)) {
        this.#table = new ChangelogTable(schema.fields.length, this.#limit);
        this.#tableBase = this.#log.dropped;
        for (const earlier of this.#log.batches()) this.#table.apply(earlier);
      }
      this.#table?.apply(rows);
      this.#log.add(rows, ipc.byteLength / batches.length);
    }
  }

  #rate(): number {
    if (this.#ended !== undefined) return 0;
    const now = this.#now();
    this.#forget(now);
    const first = this.#samples[0];
    if (!first || now <= first.at) return 0;
    return Math.round(((this.#received - first.received) * 1000) / (now - first.at));
  }

  /** Keeps the samples of the window and the last one before it. */
  #forget(now: number): void {
    let old = 0;
    while (old + 1 < this.#samples.length && (this.#samples[old + 1]?.at ?? now) <= now - RATE_WINDOW_MS) old++;
    if (old > 0) this.#samples.splice(0, old);
  }

  #changed(): void {
    this.#version++;
    const now = this.#now();
    this.#forget(now);
    this.#samples.push({ at: now, received: this.#received });
    for (const listener of this.#listeners) listener();
  }
}

/** What a failure says to the user: Flink's words, its place moved into the cell. */
export function errorState(
  error: unknown,
  moved: (place: NonNullable<ErrorState['place']>) => ErrorState['place'],
): ErrorState {
  if (!(error instanceof GatewayError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { message, causes: [], ...(error instanceof Error && error.stack && { trace: error.stack }) };
  }
  const place = error.place && moved(error.place);
  return {
    message: error.message,
    causes: error.causes.map(({ className, message }) => ({ className, message })),
    ...(place && { place }),
    ...(error.trace !== undefined && { trace: error.trace }),
  };
}
