import type { Page } from '../../clients/sql-gateway/types.ts';
import type { Expansion } from '../../environments/expand.ts';
import { maskOptions } from '../../environments/secret-options.ts';
import { splitStatements } from '../../flink-sql/syntax/splitter.ts';
import type { ErrorState } from '../../webviews/messages.ts';
import { readWindow } from '../../webviews/results/row-window.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { Surroundings } from '../environments/active-environment.ts';
import { chartBefore } from '../results/chart-comment.ts';
import { errorState, ResultStore } from '../results/result-store.ts';
import type { RowFilters } from '../results/row-filters.ts';

/** A session as a cell needs it; the gateway client's Session fits. */
export interface StatementSession {
  execute(
    statement: string,
    options?: { readonly executionConfig?: Readonly<Record<string, string>> },
  ): Promise<StatementOperation>;
}

export interface StatementOperation {
  results(options: { format: 'ARROW'; signal: AbortSignal }): AsyncIterable<Page>;
  close(): Promise<void>;
}

export interface CellRun {
  readonly source: string;
  /** Opens the session when the first statement needs it. */
  readonly session: (signal: AbortSignal) => Promise<StatementSession>;
  /** The same session, for what the cell does not say itself; absent: `session`. */
  readonly aside?: (signal: AbortSignal) => Promise<StatementSession>;
  /** The environment the cell runs in. */
  readonly surroundings?: Surroundings;
  /** Session options for these statements alone. */
  readonly config?: Readonly<Record<string, string>>;
  /** Most rows kept of a result. */
  readonly limit: number;
  /** Moves a place of an error where `source` is not quite what the user sees. */
  readonly adjust?: (place: NonNullable<ErrorState['place']>) => NonNullable<ErrorState['place']>;
  /** Tests rows of results against conditions. */
  readonly filters?: RowFilters;
  /** Stops the cell: the running statement ends and no other is begun. */
  readonly signal: AbortSignal;
  readonly newId: () => string;
  readonly listener: CellRunListener;
  /** Told of every failure; gives the words to show where there are better ones than the error's own. */
  readonly judge: (error: unknown) => string | undefined;
  /** Told when an operation could not be closed: it may still run in the server. */
  readonly warn: (message: string) => void;
}

/** A statement on its way. */
export interface StartedStatement {
  readonly text: string;
  /** Ends it alone. */
  readonly stop: () => void;
  /** What EXPLAIN says of it, with the changes that each operator gives. Rejects with why it says nothing. */
  readonly explain: (signal: AbortSignal) => Promise<string>;
}

export interface CellRunListener {
  /** A statement is being sent. */
  started(store: ResultStore, statement: StartedStatement): void | Promise<void>;
  /** The last statement's result flows; it may never end. */
  streaming(): void;
  ended(store: ResultStore): void | Promise<void>;
}

/** `stopped`: by the cell's signal. A statement that was stopped alone counts as done. */
export type Outcome = 'finished' | 'failed' | 'stopped';

/** Runs a cell's statements in order; the first that fails ends it. */
export async function runCell(run: CellRun): Promise<Outcome> {
  const statements = splitStatements(run.source);
  for (const [i, { start, end }] of statements.entries()) {
    if (run.signal.aborted) return 'stopped';
    const outcome = await runStatement(run, start, end, i === statements.length - 1);
    if (outcome !== 'finished') return outcome;
  }
  return 'finished';
}

async function runStatement(run: CellRun, start: number, end: number, last: boolean): Promise<Outcome> {
  const statement = run.source.slice(start, end);
  const title = statement.split('\n', 1)[0]?.trim() ?? '';
  const store = new ResultStore({
    id: run.newId(),
    title,
    limit: run.limit,
    chart: chartBefore(run.source, start),
    ...(run.filters && { filters: run.filters }),
  });
  const alone = new AbortController();
  const signal = AbortSignal.any([run.signal, alone.signal]);
  let operation: StatementOperation | undefined;
  let outcome: Outcome = 'finished';
  const sent = run.surroundings?.expand(statement);
  await run.listener.started(store, {
    text: statement,
    stop: () => alone.abort(new Error('stopped')),
    explain: (wanted) => explain(run, sent?.text ?? statement, wanted),
  });
  try {
    const [missing] = sent?.unresolved ?? [];
    if (missing && run.surroundings) throw new MissingVariable(run.surroundings.missing(missing.name), missing);
    const session = await run.session(signal);
    operation = await submit(run, session, statement, sent, signal);
    for await (const page of operation.results({ format: 'ARROW', signal })) {
      if (page.format !== 'ARROW') throw new TypeError(t('a page that was asked for as Arrow is not'));
      store.add(run.surroundings ? { ...page, ipc: maskedPage(page, run.surroundings.masker) } : page);
      if (last && page.isQueryResult) run.listener.streaming();
      if (store.paused) await store.ready(signal);
    }
    store.end('finished');
  } catch (error) {
    if (signal.aborted) {
      store.end('stopped');
      outcome = run.signal.aborted ? 'stopped' : 'finished';
    } else {
      const better = run.judge(error);
      const state =
        error instanceof MissingVariable
          ? {
              message: error.message,
              causes: [],
              place: placeInCell(run.source, start, placeOf(statement, error.range)),
            }
          : errorState(error, (place) =>
              placeInCell(run.source, start, sent ? placeBefore(statement, sent, place) : place),
            );
      const placed = state.place && run.adjust ? { ...state, place: run.adjust(state.place) } : state;
      const shown = better === undefined ? placed : { ...placed, message: better };
      store.end('failed', run.surroundings ? masked(shown, run.surroundings.masker) : shown);
      outcome = 'failed';
    }
  }
  // Closing is what stops a SELECT; the cell need not wait for a finished one's.
  const closed = operation?.close().catch((error: unknown) => run.warn(String(error)));
  if (store.phase === 'stopped') await closed;
  await run.listener.ended(store);
  return outcome;
}

async function explain(run: CellRun, statement: string, signal: AbortSignal): Promise<string> {
  const session = await (run.aside ?? run.session)(signal);
  const words = statement.replace(/^\s*EXECUTE\s+(?=STATEMENT\s+SET\b|INSERT\b|SELECT\b)/i, '');
  const operation = await session.execute(`EXPLAIN CHANGELOG_MODE ${words}`);
  try {
    let text = '';
    for await (const page of operation.results({ format: 'ARROW', signal })) {
      if (page.format !== 'ARROW') throw new TypeError(t('a page that was asked for as Arrow is not'));
      text += readWindow(0, page.ipc).cells[0]?.(0) ?? '';
    }
    return run.surroundings ? run.surroundings.masker.message(text) : text;
  } finally {
    operation.close().catch((error: unknown) => run.warn(String(error)));
  }
}

/** A statement with a variable that has no value is not sent. */
class MissingVariable extends Error {
  readonly range: { readonly start: number; readonly end: number };

  constructor(message: string, range: { readonly start: number; readonly end: number }) {
    super(message);
    this.name = 'MissingVariable';
    this.range = range;
  }
}

/** The place in the statement as it was written of a place in what was sent. */
function placeBefore(statement: string, sent: Expansion, place: Place): Place {
  if (!sent.changed) return place;
  const start = sent.original(offsetOf(sent.text, place.line, place.column));
  const end = sent.original(offsetOf(sent.text, place.endLine, place.endColumn) + 1);
  return placeOf(statement, { start, end: Math.max(end, start + 1) });
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((length, each) => length + each.length + 1, 0) + column - 1;
}

function placeOf(text: string, { start, end }: { readonly start: number; readonly end: number }): Place {
  const at = (offset: number): { line: number; column: number } => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
  const [from, to] = [at(start), at(Math.max(start, end - 1))];
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Rows of a query are data; other answers (SHOW CREATE, EXPLAIN) tell options. */
function maskedPage(page: Page & { readonly format: 'ARROW' }, masker: Surroundings['masker']): Uint8Array {
  return page.isQueryResult ? masker.bytes(page.ipc) : masker.messageBytes(page.ipc);
}

function masked(state: ErrorState, masker: Surroundings['masker']): ErrorState {
  return {
    ...state,
    message: masker.message(state.message),
    causes: state.causes.map((cause) => ({ ...cause, message: masker.message(cause.message) })),
    ...(state.trace === undefined ? {} : { trace: masker.message(state.trace) }),
  };
}

/**
 * Submits a statement. When `signal` is aborted meanwhile it throws at once, but the request is not broken off: the
 * server may have begun a query, which has to be closed when its name is known.
 */
function submit(
  run: CellRun,
  session: StatementSession,
  statement: string,
  sent: Expansion | undefined,
  signal: AbortSignal,
): Promise<StatementOperation> {
  signal.throwIfAborted();
  // The job is called as it is written, not with the values.
  const written = statement.trim();
  const shown = maskOptions(written);
  const isChanged = sent?.changed || shown !== written;
  const executionConfig = { ...run.config, ...(isChanged ? { 'pipeline.name': shown } : {}) };
  const submitted = session.execute(sent?.text ?? statement, { executionConfig });
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason);
      submitted.then((operation) => operation.close()).catch((error: unknown) => run.warn(String(error)));
    };
    signal.addEventListener('abort', stop, { once: true });
    submitted.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

type Place = NonNullable<ErrorState['place']>;

/** Moves a place within the statement that starts at `start` to the place within the cell. */
export function placeInCell(source: string, start: number, place: Place): Place {
  const before = source.slice(0, start).split(/\r\n|\r|\n/);
  const lines = before.length - 1;
  const columns = before.at(-1)?.length ?? 0;
  return {
    line: place.line + lines,
    column: place.line === 1 ? place.column + columns : place.column,
    endLine: place.endLine + lines,
    endColumn: place.endLine === 1 ? place.endColumn + columns : place.endColumn,
  };
}
