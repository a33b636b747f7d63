import http from 'node:http';
import https from 'node:https';
import { errorFromAnswer, GatewayError } from './errors.ts';
import { parseExactJson } from './exact-json.ts';

export interface TransportOptions {
  /** Base address; a path is kept as prefix (a reverse proxy). */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** Time limit of one request in milliseconds. */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Whether asking twice does no harm: such a request is tried again with back-off when the connection fails. */
  readonly idempotent?: boolean;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const ATTEMPTS = 3;
const FIRST_RETRY_MS = 50;
const DEFAULT_TIMEOUT_MS = 30_000;
/** The server cannot have seen the request when the connection was never made. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'unknown host',
  ETIMEDOUT: 'the connection timed out',
};
const BUSY = new Set([502, 503, 504]);

/** HTTP to one server: time limits, cancellation, retries with back-off, errors that name the server and the cause. */
export class Transport {
  /** `host:port`, the only part of the address that errors name: a URL may hold credentials. */
  readonly server: string;
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #agent: http.Agent;

  constructor(options: TransportOptions) {
    this.#base = parseUrl(options.url);
    this.server = this.#base.host;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#headers = { Accept: 'application/json', ...options.headers };
    const { username, password } = this.#base;
    if (options.token !== undefined && options.token !== '') {
      this.#headers.Authorization = `Bearer ${options.token}`;
    } else if (username !== '') {
      const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      this.#headers.Authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    }
    const { Agent } = this.#base.protocol === 'https:' ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16 });
  }

  /** Closes idle connections. */
  dispose(): void {
    this.#agent.destroy();
  }

  /** The parsed JSON answer (`{}` for an empty body). Throws GatewayError, or the signal's reason. */
  async json(options: CallOptions): Promise<unknown> {
    return this.parse(await this.call(options));
  }

  /** Parses a successful answer's JSON without losing digits. */
  parse(answer: Answer): unknown {
    const text = answer.body.toString('utf8');
    if (text.trim() === '') return {};
    try {
      return parseExactJson(text);
    } catch (cause) {
      const message = `${this.server} did not answer with JSON: is it a Flink SQL Gateway?`;
      throw new GatewayError(message, { kind: 'protocol', status: answer.status, cause });
    }
  }

  /** One request; an answer ≥ 400 is thrown as GatewayError. */
  async call(options: CallOptions): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      options.signal?.throwIfAborted();
      const last = attempt === ATTEMPTS;
      try {
        const answer = await this.#send(options);
        if (answer.status < 400) return answer;
        if (!last && options.idempotent && BUSY.has(answer.status)) {
          await pause(FIRST_RETRY_MS * 2 ** (attempt - 1), options.signal);
          continue;
        }
        throw this.#refusal(answer);
      } catch (error) {
        if (error instanceof GatewayError || options.signal?.aborted) throw error;
        const code = errorCode(error);
        if (!last && code !== 'LATE' && (options.idempotent || NEVER_SENT.has(code))) {
          await pause(FIRST_RETRY_MS * 2 ** (attempt - 1), options.signal);
          continue;
        }
        throw this.#failure(error, code);
      }
    }
  }

  #refusal(answer: Answer): GatewayError {
    const text = answer.body.toString('utf8');
    let errors: string[] | undefined;
    try {
      const parsed: unknown = JSON.parse(text);
      if (isRecord(parsed) && Array.isArray(parsed.errors)) errors = parsed.errors.map(String);
    } catch {
      // Not JSON: a proxy's page, told below.
    }
    if (errors || answer.status === 401 || answer.status === 403) {
      return errorFromAnswer(answer.status, errors ?? [], this.server);
    }
    const line = text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 200);
    return new GatewayError(`${this.server} answered HTTP ${answer.status}${line ? `: ${line}` : ''}`, {
      kind: 'protocol',
      status: answer.status,
    });
  }

  #failure(error: unknown, code: string): GatewayError {
    const words = REASONS[code] ?? (error instanceof Error && error.message !== '' ? error.message : code);
    if (code === 'LATE') return new GatewayError(words, { kind: 'timeout' });
    const message = `Cannot reach the SQL Gateway at ${this.server}: ${words}`;
    return new GatewayError(message, { kind: 'unreachable', cause: error });
  }

  #send(options: CallOptions): Promise<Answer> {
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const headers: http.OutgoingHttpHeaders = { ...this.#headers };
    if (body) {
      headers['Content-Type'] = 'application/json';
      headers['Content-Length'] = body.length;
    }
    const { request } = this.#base.protocol === 'https:' ? https : http;
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = request(
        {
          method: options.method,
          protocol: this.#base.protocol,
          hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
          port: this.#base.port,
          path: this.#base.pathname.replace(/\/$/, '') + options.path,
          headers,
          // A kept connection may have died unseen; where the request must not be repeated it gets its own.
          agent: options.idempotent ? this.#agent : false,
          signal: options.signal,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            clearTimeout(timer);
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
          });
        },
      );
      const timer = setTimeout(() => {
        const late = new Error(`${this.server} did not answer within ${timeoutMs} ms`);
        reject(Object.assign(late, { code: 'LATE' }));
        outgoing.destroy();
      }, timeoutMs);
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        reject(options.signal?.aborted ? options.signal.reason : error);
      });
      outgoing.end(body);
    });
  }
}

/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // Node tries ::1 and 127.0.0.1 together and then reports both failures as one.
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  return 'code' in error ? String(error.code) : '';
}

function parseUrl(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    // Told below, without the text: it may hold credentials.
  }
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new GatewayError('The address of a SQL Gateway must be an http or https URL', { kind: 'protocol' });
  }
  return url;
}
