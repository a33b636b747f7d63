import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import { typeText } from '../../clients/sql-gateway/type-text.ts';
import type { ArrowPage } from '../../clients/sql-gateway/types.ts';
import type { Arrangement, ColumnProfile, ErrorState, Phase, ResultState, View } from '../../webviews/messages.ts';
import { readWindow } from '../../webviews/results/row-window.ts';
import { type ArrangedRow, Arranger, isArranged } from './arrange.ts';
import { type ArrowCell, type ResultSchema, readPage, writeRows } from './arrow-rows.ts';
import { ChangeLog } from './change-log.ts';
import { ChangelogTable } from './changelog-table.ts';
import { profileColumn } from './profile.ts';
import type { RowFilters } from './row-filters.ts';

export interface ResultStoreOptions {
  readonly id: string;
  /** The statement's first line. */
  readonly title: string;
  /** Most rows of the table and most changes of the changelog that are kept. */
  readonly limit: number;
  /** Clock in milliseconds. */
  readonly now?: () => number;
  /** Tests rows against conditions. */
  readonly filters?: RowFilters;
  /** What stands behind `-- chart:` in front of the statement. */
  readonly chart?: string | undefined;
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
  readonly #filters: RowFilters | undefined;
  readonly #chart: string | undefined;
  readonly #arrangers = new Map<View, Arranger>();
  #goOn: (() => void) | undefined;
  #resumed: Promise<void> | undefined;
  readonly #pageListeners = new Set<(ipc: Uint8Array) => void>();

  constructor(options: ResultStoreOptions) {
    this.id = options.id;
    this.#title = options.title;
    this.#limit = Math.max(1, options.limit);
    this.#now = options.now ?? (() => performance.now());
    this.#started = this.#now();
    this.#samples.push({ at: this.#started, received: 0 });
    this.#log = new ChangeLog(this.#limit, MAX_BYTES);
    this.#filters = options.filters;
    this.#chart = options.chart;
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

  get paused(): boolean {
    return this.#resumed !== undefined;
  }

  /** Reads no further pages, or goes on. The server holds back what it cannot hand over. */
  pause(paused: boolean): void {
    if (paused === this.paused || this.#ended !== undefined) return;
    if (paused) {
      this.#resumed = new Promise((resolve) => {
        this.#goOn = resolve;
      });
    } else {
      this.#goOn?.();
      this.#resumed = undefined;
    }
    this.#changed();
  }

  /** Resolves when the next page may be read; rejects with the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    const resumed = this.#resumed;
    if (!resumed) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      void resumed.then(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  /** Hears of every page of rows that comes from now on, until the returned function is called. */
  onPage(listener: (ipc: Uint8Array) => void): () => void {
    this.#pageListeners.add(listener);
    return () => this.#pageListeners.delete(listener);
  }

  get schema(): ResultSchema | undefined {
    return this.#schema;
  }

  /** Ends the result; later calls change nothing. */
  end(phase: 'finished' | 'failed' | 'stopped', error?: ErrorState): void {
    if (this.#ended !== undefined) return;
    this.#ended = this.#now();
    this.#phase = phase;
    this.#error = error;
    this.#goOn?.();
    this.#resumed = undefined;
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
      paused: this.paused,
      instants: (this.#schema?.clocks ?? []).flatMap((clock, i) => (clock ? [i] : [])),
      version: this.#version,
      ...(this.#chart !== undefined && { chart: this.#chart }),
      ...(this.#jobId !== undefined && { jobId: this.#jobId }),
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /**
   * Rows of a view as one Arrow stream; fewer than asked where the view ends. A negative `from` counts from the end.
   * Undefined before any column is known.
   */
  rows(view: View, from: number, count: number, zone?: string): RowsAnswer | undefined {
    if (!this.#schema) return undefined;
    const table = view === 'table' ? this.#table : undefined;
    const total = table ? table.size : this.#log.size;
    const first = from < 0 ? Math.max(0, total + from) : from;
    const found: ArrangedRow[] = [];
    for (let i = first; i < first + count; i++) {
      const row = this.#row(view, i);
      if (!row) break;
      found.push(row);
    }
    return this.#answer(found, { first, total, version: this.#version, dropped: this.#dropped(view), zone });
  }

  /** As `rows`, of a view that is sorted and filtered. Rejects with FilterProblem when the condition is wrong. */
  async arranged(view: View, from: number, count: number, arrange: Arrangement): Promise<RowsAnswer | undefined> {
    if (!this.#schema || !isArranged(arrange)) return this.rows(view, from, count, arrange.zone);
    const { rows, version } = await this.#arrangerOf(view).rows(arrange);
    const first = from < 0 ? Math.max(0, rows.length + from) : from;
    const found = rows.slice(first, first + count);
    return this.#answer(found, { first, total: rows.length, version, dropped: 0, zone: arrange.zone });
  }

  /** All rows of a view as they are now, sorted and filtered. */
  async all(view: View, arrange: Arrangement): Promise<readonly ArrangedRow[]> {
    return isArranged(arrange) ? (await this.#arrangerOf(view).rows(arrange)).rows : this.#snapshot(view);
  }

  /** What there is to say of a column of the rows that a view has now. */
  async profile(view: View, column: number, arrange: Arrangement): Promise<ColumnProfile> {
    const clock = this.#schema?.clocks[column];
    const field = this.#schema?.fields[column];
    const type = this.#schema?.types[column];
    const print = (cell: ArrowCell): string => {
      if (!field || !type) return String(cell);
      const one = { fields: [field], types: [type], clocks: [clock] };
      const ipc = writeRows(
        one,
        1,
        () => 0,
        () => cell,
        arrange.zone,
      );
      return readWindow(0, ipc).cells[0]?.(0) ?? '';
    };
    return profileColumn(await this.all(view, arrange), column, type, print);
  }

  #arrangerOf(view: View): Arranger {
    let arranger = this.#arrangers.get(view);
    if (!arranger) {
      arranger = new Arranger({
        snapshot: () => ({ rows: this.#snapshot(view), version: this.#version }),
        version: () => this.#version,
        live: () => this.#ended === undefined,
        schema: () => this.#schema,
        filters: this.#filters,
      });
      this.#arrangers.set(view, arranger);
    }
    return arranger;
  }

  #snapshot(view: View): ArrangedRow[] {
    const rows: ArrangedRow[] = [];
    if (view === 'changelog' || !this.#table) return [...this.#log.rows()];
    for (let i = 0; i < this.#table.size; i++) {
      const row = this.#row(view, i);
      if (row) rows.push(row);
    }
    return rows;
  }

  #row(view: View, i: number): ArrangedRow | undefined {
    const found = view === 'table' && this.#table ? this.#table.row(i) : undefined;
    if (view === 'table' && this.#table) return found && { kind: 0, cell: (column) => found[column] ?? null };
    const change = this.#log.at(i);
    return change && (view === 'table' ? { ...change, kind: 0 } : change);
  }

  #dropped(view: View): number {
    const table = view === 'table' ? this.#table : undefined;
    return table ? table.dropped + this.#tableBase : this.#log.dropped;
  }

  #answer(
    found: readonly ArrangedRow[],
    at: {
      readonly first: number;
      readonly total: number;
      readonly version: number;
      readonly dropped: number;
      readonly zone: string | undefined;
    },
  ): RowsAnswer {
    const { first: from, total, version, dropped, zone } = at;
    return { ipc: this.write(found, zone), version, from, total, dropped };
  }

  /** Rows of this result as one Arrow stream. */
  write(rows: readonly ArrangedRow[], zone?: string): Uint8Array {
    const schema = this.#schema ?? { fields: [], types: [], clocks: [] };
    return writeRows(
      schema,
      rows.length,
      (i) => rows[i]?.kind ?? 0,
      (column, i) => rows[i]?.cell(column) ?? null,
      zone,
    );
  }

  #take(ipc: Uint8Array): void {
    const { schema, batches } = readPage(ipc);
    this.#schema ??= schema;
    for (const listener of this.#pageListeners) listener(ipc);
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
