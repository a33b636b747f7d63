import { arrowRowCount } from './arrow-stream.ts';
import { errorFromAnswer, GatewayError } from './errors.ts';
import { type Answer, isRecord, pause, type Transport } from './http.ts';
import {
  type Cell,
  type OperationStatus,
  type Page,
  type ResultColumn,
  ROW_KINDS,
  type RowFormat,
  type RowPage,
} from './types.ts';

export interface ResultOptions {
  /** Default JSON. ARROW falls back to PLAIN_TEXT, converted, where the server does not know it (any real Flink). */
  readonly format?: RowFormat;
  /** `now`: where another reader stopped; what it has read is not given again. Default: from the start. */
  readonly from?: 'start' | 'now';
  readonly signal?: AbortSignal | undefined;
}

/** Waiting times between two asks of a result that is not ready or empty, in milliseconds. */
const BACK_OFF = { first: 4, factor: 1.6, most: 250 };

/** States in which the session's lock may be held. */
const WAITING: ReadonlySet<OperationStatus> = new Set<OperationStatus>(['INITIALIZED', 'PENDING', 'RUNNING']);

interface Fetched {
  readonly page: Page | undefined;
  readonly ready: boolean;
  readonly rows: number;
  readonly next: number | undefined;
}

/**
 * A submitted statement. Its status FINISHED means "submitted": a SELECT still streams then, and is stopped by closing
 * the operation, not by cancelling it.
 */
export class Operation {
  readonly handle: string;
  readonly #transport: Transport;
  readonly #path: string;
  readonly #version: number;
  readonly #shared: { arrowRefused: boolean };
  #closed = false;
  #submitted = false;

  constructor(transport: Transport, version: number, path: string, handle: string, shared: { arrowRefused: boolean }) {
    this.#transport = transport;
    this.#version = version;
    this.#path = path;
    this.handle = handle;
    this.#shared = shared;
  }

  async status(signal?: AbortSignal): Promise<OperationStatus> {
    const answer = await this.#transport.json({
      method: 'GET',
      path: `${this.#path}/status`,
      idempotent: true,
      signal,
    });
    return statusOf(answer, this.#transport.server);
  }

  /** Resolves when the statement has been submitted, or has failed: the session is free for the next. */
  async submitted(signal?: AbortSignal): Promise<void> {
    let delay = BACK_OFF.first;
    while (!this.#submitted && !this.#closed) {
      try {
        if (!WAITING.has(await this.status(signal))) this.#submitted = true;
      } catch (error) {
        // Gone from the server: it holds up nobody.
        if (!(error instanceof GatewayError) || error.kind !== 'operation-lost') throw error;
        this.#submitted = true;
      }
      if (this.#submitted) return;
      await pause(delay, signal);
      delay = Math.min(delay * BACK_OFF.factor, BACK_OFF.most);
    }
  }

  /** Stops a statement that has not been submitted yet; after that Flink answers with an error (see `close`). */
  async cancel(signal?: AbortSignal): Promise<OperationStatus> {
    const answer = await this.#transport.json({
      method: 'POST',
      path: `${this.#path}/cancel`,
      body: {},
      idempotent: true,
      signal,
    });
    return statusOf(answer, this.#transport.server);
  }

  /** Frees the operation, which stops a SELECT. Closing twice, or what the server has dropped, is no error. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#transport.call({ method: 'DELETE', path: `${this.#path}/close`, idempotent: true });
    } catch (error) {
      const gone = error instanceof GatewayError && (error.kind === 'operation-lost' || error.kind === 'session-lost');
      if (!gone) throw error;
    }
  }

  /**
   * The result's pages in order, until its end: waits with back-off while the result is not ready and while pages are
   * empty (both normal). The first page that has columns is given even when it has no rows, so that a caller can show
   * the header; other empty pages are not. Tokens are asked in order, each until it answers, so a broken connection
   * loses no page. Aborting `signal` throws its reason and leaves the operation open. One reader only.
   */
  async *results(options: ResultOptions = {}): AsyncGenerator<Page, void, undefined> {
    const { format = 'JSON', from = 'start', signal } = options;
    let token = 0;
    let delay = BACK_OFF.first;
    let headerGiven = false;
    for (;;) {
      const { page, ready, rows, next } = await this.#fetch(token, format, signal).catch((error: unknown) => {
        const known = from === 'now' && token === 0 ? currentToken(error) : undefined;
        if (known === undefined || known === 0) throw error;
        return { page: undefined, ready: true, rows: 0, next: known };
      });
      if (ready) this.#submitted = true;
      if (page && (rows > 0 || !headerGiven)) {
        headerGiven = true;
        yield page;
      }
      if (ready && next === undefined) return;
      if (next !== undefined && ready) token = next;
      if (ready && rows > 0) {
        delay = BACK_OFF.first;
      } else {
        await pause(delay, signal);
        delay = Math.min(delay * BACK_OFF.factor, BACK_OFF.most);
      }
    }
  }

  async #fetch(token: number, wanted: RowFormat, signal: AbortSignal | undefined): Promise<Fetched> {
    const format = wanted === 'ARROW' && (this.#shared.arrowRefused || this.#version < 2) ? 'PLAIN_TEXT' : wanted;
    const query = this.#version < 2 ? '' : `?rowFormat=${format}`;
    let answer: Answer;
    try {
      answer = await this.#transport.call({
        method: 'GET',
        path: `${this.#path}/result/${token}${query}`,
        idempotent: true,
        signal,
      });
    } catch (error) {
      // Flink refuses an unknown row format before it looks at the operation: nothing was consumed.
      if (format === 'ARROW' && error instanceof GatewayError && error.status === 400) {
        this.#shared.arrowRefused = true;
        return this.#fetch(token, wanted, signal);
      }
      throw error;
    }
    if (String(answer.headers['content-type']).startsWith('application/vnd.apache.arrow.stream')) {
      return this.#arrow(answer, token);
    }
    const fetched = this.#rows(
      this.#transport.parse(answer),
      token,
      format === 'JSON' || this.#version < 2 ? 'JSON' : 'PLAIN_TEXT',
    );
    if (wanted !== 'ARROW' || fetched.page === undefined || fetched.page.format === 'ARROW') return fetched;
    const { toArrowPage } = await import('./arrow-page.ts');
    return { ...fetched, page: toArrowPage(fetched.page) };
  }

  #arrow(answer: Answer, token: number): Fetched {
    const header = (name: string): string | undefined => {
      const value = answer.headers[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const end = header('x-flink-result-type') === 'EOS';
    const uri = header('x-flink-next-result-uri');
    // Copied out of the pooled buffer: pages are kept, and Arrow wants its columns aligned.
    const ipc = new Uint8Array(answer.body);
    const rows = arrowRowCount(ipc);
    const page: Page = {
      format: 'ARROW',
      token,
      resultKind: header('x-flink-result-kind') === 'SUCCESS' ? 'SUCCESS' : 'SUCCESS_WITH_CONTENT',
      isQueryResult: header('x-flink-is-query-result') === 'true',
      jobId: header('x-flink-job-id'),
      ipc,
    };
    return {
      page: ipc.length === 0 ? undefined : page,
      ready: true,
      rows,
      next: end ? undefined : nextToken(uri, token),
    };
  }

  #rows(answer: unknown, token: number, format: 'JSON' | 'PLAIN_TEXT'): Fetched {
    if (!isRecord(answer)) throw this.#malformed();
    if (Array.isArray(answer.errors)) throw errorFromAnswer(500, answer.errors.map(String), this.#transport.server);
    if (answer.resultType === 'NOT_READY') return { page: undefined, ready: false, rows: 0, next: token };
    const results = isRecord(answer.results) ? answer.results : undefined;
    const columns = Array.isArray(results?.columns) ? results.columns.map((column) => this.#column(column)) : undefined;
    const data = Array.isArray(results?.data) ? results.data : [];
    const end = answer.resultType === 'EOS';
    const next = end ? undefined : nextToken(answer.nextResultUri, token);
    if (!columns) return { page: undefined, ready: true, rows: 0, next };
    const rowKinds = new Uint8Array(data.length);
    const rows: (readonly Cell[])[] = new Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const row: unknown = data[i];
      const kind = isRecord(row) ? ROW_KINDS.indexOf(row.kind as (typeof ROW_KINDS)[number]) : -1;
      if (!isRecord(row) || kind < 0 || !Array.isArray(row.fields)) throw this.#malformed();
      rowKinds[i] = kind;
      rows[i] = row.fields as readonly Cell[];
    }
    const page: RowPage = {
      format,
      token,
      resultKind: answer.resultKind === 'SUCCESS' ? 'SUCCESS' : 'SUCCESS_WITH_CONTENT',
      isQueryResult: answer.isQueryResult === true,
      jobId: typeof answer.jobID === 'string' ? answer.jobID : undefined,
      columns,
      rowKinds,
      rows,
    };
    return { page, ready: true, rows: rows.length, next };
  }

  #column(value: unknown): ResultColumn {
    if (!isRecord(value) || typeof value.name !== 'string' || !isRecord(value.logicalType)) throw this.#malformed();
    return value as unknown as ResultColumn;
  }

  #malformed(): GatewayError {
    return new GatewayError(`${this.#transport.server} answered with a result page that is not Flink's`, {
      kind: 'protocol',
    });
  }
}

/** The next token that the server gives, out of Flink's refusal of another: `Expecting token to be 5 or 4, but found 0.` */
function currentToken(error: unknown): number | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  const found = /Expecting token to be (\d+)(?: or (\d+))?/.exec(`${error.message}\n${error.trace ?? ''}`);
  return found ? Math.max(Number(found[1]), Number(found[2] ?? 0)) : undefined;
}

/** The token in `…/result/{token}?…`. Only the number is used: behind a proxy the server's path is not ours. */
function nextToken(uri: unknown, token: number): number | undefined {
  if (typeof uri !== 'string') return undefined;
  const found = /\/result\/(\d+)/.exec(uri)?.[1];
  return found === undefined ? token + 1 : Number(found);
}

function statusOf(answer: unknown, server: string): OperationStatus {
  const status = isRecord(answer) ? answer.status : undefined;
  if (typeof status === 'string') return status as OperationStatus;
  throw new GatewayError(`${server} answered without a status`, { kind: 'protocol' });
}
