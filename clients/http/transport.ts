import http from 'node:http';
import https from 'node:https';
import type { ServerAccess } from './access.ts';
import { agentFor, tlsOptions } from './agents.ts';
import { connectionReason, errorCode, HttpError, tlsReason } from './errors.ts';
import { parseExactJson } from './exact-json.ts';
import { pause } from './pause.ts';
import { connectionTo, type ProxyServer, proxyFailure, proxyFor, proxyHeaders } from './proxy.ts';

export interface TransportOptions extends ServerAccess {
  /** What errors call the server, e.g. `SQL Gateway` or `JobManager`. */
  readonly what: string;
  /** Time limit of one request in milliseconds; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Time limit for the connection alone; default 10 s. */
  readonly connectTimeoutMs?: number | undefined;
}

export interface CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query, beginning with a slash. */
  readonly path: string;
  /** Sent as JSON; a GET may have one. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: { readonly contentType: string; readonly data: Uint8Array } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether asking twice does no harm: such a request is tried again with back-off when the connection fails. */
  readonly idempotent?: boolean;
  readonly timeoutMs?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const ATTEMPTS = 3;
const FIRST_RETRY_MS = 50;
const TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const MOST_BYTES = 512 * 2 ** 20;
/** The server cannot have seen the request when the connection was never made. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const BUSY = new Set([429, 502, 503, 504]);

/**
 * HTTP to one server: credentials, TLS, proxies, time limits, cancellation, retries with back-off, JSON without loss of digits. Every
 * failure is an HttpError that names server and cause, or the signal's reason.
 */
export class HttpTransport {
  /** `host:port`, the only part of the address that errors name: a URL may hold credentials. */
  readonly server: string;
  /** Whether the server's certificate is not checked; to be shown wherever the connection is. */
  readonly insecure: boolean;
  readonly #what: string;
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #hasCredentials: boolean;
  readonly #timeoutMs: number;
  readonly #connectTimeoutMs: number;
  readonly #proxy: ProxyServer | undefined;
  /** Whether the settings say how to go, and not the environment. */
  readonly #isOwnWay: boolean;
  readonly #tls: https.AgentOptions;
  /** Keeps connections; a kept one may have died unseen, so a request that must not be repeated gets its own. */
  readonly #kept: http.Agent;
  readonly #fresh: http.Agent;
  #answered = false;

  /** Throws HttpError where the settings cannot be used; nothing is sent yet. */
  constructor(options: TransportOptions) {
    this.#what = options.what;
    this.#base = parseUrl(options.url, options.what);
    this.server = this.#base.host;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#connectTimeoutMs = Math.min(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, this.#timeoutMs);
    const secure = this.#base.protocol === 'https:';
    this.insecure = secure && options.tls?.acceptAnyCertificate === true;
    const authorization = authorizationOf(this.#base, options);
    this.#headers = { Accept: 'application/json', ...options.headers };
    if (authorization !== undefined) this.#headers.Authorization = authorization;
    this.#hasCredentials = Object.keys(this.#headers).length > 1 || options.tls?.cert !== undefined;
    for (const [name, value] of Object.entries(this.#headers)) {
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
      throw new HttpError(`The header '${name}' for ${this.server} has characters that HTTP does not allow`, {
        kind: 'invalid',
      });
    }
    this.#proxy = proxyFor(this.#base, options.proxy);
    this.#isOwnWay = options.proxy !== undefined;
    this.#tls = secure ? tlsOptions(this.#base, options.tls ?? {}) : {};
    const agent = (keepAlive: boolean): http.Agent =>
      agentFor(this.#base, this.#tls, this.#proxy, keepAlive, this.#connectTimeoutMs);
    this.#kept = agent(true);
    this.#fresh = agent(false);
  }

  /** Closes idle connections. */
  dispose(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
  }

  /** The parsed JSON answer (`{}` for an empty body). */
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
      const message = `${this.server} did not answer with JSON: is it a Flink ${this.#what}?`;
      throw new HttpError(message, { kind: 'content', status: answer.status, cause });
    }
  }

  /** One request; an answer ≥ 300 is thrown as HttpError. */
  async call(options: CallOptions): Promise<Answer> {
    const { signal, idempotent } = options;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const again = attempt < ATTEMPTS;
      let failure: HttpError;
      try {
        const answer = await this.#send(options);
        this.#answered = true;
        if (answer.status < 300) return answer;
        failure = this.#refusal(answer, options.path);
        if (!again || !idempotent || !BUSY.has(answer.status)) throw failure;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (error instanceof HttpError) throw error;
        failure = this.#failure(error);
        const mayPass = idempotent || NEVER_SENT.has(errorCode(error));
        if (!again || failure.kind !== 'unreachable' || !mayPass) throw failure;
      }
      await pause(FIRST_RETRY_MS * 4 ** (attempt - 1), signal);
    }
  }

  #refusal(answer: Answer, path: string): HttpError {
    const { status } = answer;
    const text = answer.body.toString('utf8');
    const errors = errorsIn(text);
    const fail = (kind: HttpError['kind'], message: string): HttpError =>
      new HttpError(message, { kind, status, errors });
    if (status === 401) {
      const words = this.#hasCredentials ? 'refused the credentials' : 'asks for credentials';
      return fail('unauthorized', `${this.server} ${words} (HTTP 401)`);
    }
    if (status === 403) return fail('unauthorized', `${this.server} refused the credentials (HTTP 403)`);
    if (status === 407) {
      const proxy = this.#proxy?.url.host ?? 'before it';
      return fail('unauthorized', `The proxy ${proxy} refused the credentials (HTTP 407)`);
    }
    if (status < 400) {
      const where = origin(answer.headers.location, this.#base);
      return fail('status', `${this.server} sends on to ${where} (HTTP ${status}): is there a login before it?`);
    }
    // The words of gateway and JobManager for an unknown path; of an unknown job or session they say something else.
    const unknownPath =
      errors === undefined || errors.some((one) => /^(Not found: |Unable to load requested file )/.test(one));
    if (status === 404 && unknownPath) {
      const endpoint = path.replace(/\?.*$/s, '');
      return fail(
        'no-endpoint',
        `${this.server} has no ${endpoint} (HTTP 404): is it a ${this.#what} of that version?`,
      );
    }
    if (errors) {
      const told = errors.at(-1)?.trim().split('\n', 1)[0] ?? '';
      return fail('status', `${this.server} answered HTTP ${status}${told ? `: ${told}` : ''}`);
    }
    const line = text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 200);
    return fail('status', `${this.server} answered HTTP ${status}${line ? `: ${line}` : ''}`);
  }

  #failure(error: unknown): HttpError {
    const secure = tlsReason(error);
    if (this.#proxy && this.#base.protocol === 'http:') return proxyFailure(this.#proxy, error);
    const closed = secure === undefined && errorCode(error) === 'ECONNRESET' && !this.#answered;
    const other =
      this.#base.protocol === 'http:' ? 'is the address https?' : 'does it want another client certificate?';
    const hint = closed ? ` without an answer; ${other}` : '';
    const words = secure ?? `${connectionReason(error)}${hint}`;
    const message = `Cannot reach the ${this.#what} at ${this.server}: ${words}`;
    return new HttpError(message, { kind: secure === undefined ? 'unreachable' : 'tls', cause: error });
  }

  #send(options: CallOptions): Promise<Answer> {
    const { method, path, signal, timeoutMs = this.#timeoutMs } = options;
    const json = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
    const data = options.raw?.data ?? json;
    const headers: http.OutgoingHttpHeaders = { ...this.#headers };
    if (data) {
      headers['Content-Type'] = options.raw?.contentType ?? 'application/json';
      headers['Content-Length'] = data.length;
    }
    const secure = this.#base.protocol === 'https:';
    const agent = options.idempotent ? this.#kept : this.#fresh;
    const full = this.#base.pathname.replace(/\/$/, '') + path;
    const direct: http.RequestOptions = {
      protocol: this.#base.protocol,
      host: this.#base.hostname.replace(/^\[|\]$/g, ''),
      port: this.#base.port || (secure ? 443 : 80),
      path: full,
      agent,
      // Beside the agent too: an editor may put its own in the place of ours, to go through its proxy.
      ...this.#tls,
    };
    // A plain request goes to the proxy as a whole address; TLS goes through a tunnel, which the agent opens.
    const proxied: http.RequestOptions | undefined =
      this.#proxy && !secure
        ? { ...connectionTo(this.#proxy), path: `http://${this.#base.host}${full}`, agent }
        : undefined;
    if (proxied && this.#proxy) Object.assign(headers, { Host: this.#base.host }, proxyHeaders(this.#proxy));
    const module = secure ? https : http;
    const { request } = this.#isOwnWay ? unpatched(module) : module;
    return new Promise<Answer>((resolve, reject) => {
      const failed = (error: unknown): void => {
        clearTimeout(timer);
        clearTimeout(connectTimer);
        reject(error);
      };
      const outgoing = request({ ...(proxied ?? direct), method, headers, ...(signal && { signal }) }, (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size <= MOST_BYTES) return;
          late(`${this.server} answered with more than ${MOST_BYTES / 2 ** 20} MiB`, 'content');
        });
        incoming.on('error', failed);
        incoming.on('end', () => {
          clearTimeout(timer);
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      const late = (message: string, kind: 'timeout' | 'content' = 'timeout'): void => {
        failed(new HttpError(message, { kind }));
        outgoing.destroy();
      };
      const timer = setTimeout(() => late(`${this.server} did not answer within ${timeoutMs} ms`), timeoutMs);
      const connectMs = Math.min(this.#connectTimeoutMs, timeoutMs);
      let connectTimer: NodeJS.Timeout | undefined;
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        connectTimer = setTimeout(() => {
          late(`Cannot reach the ${this.#what} at ${this.server}: no connection within ${connectMs} ms`);
        }, connectMs);
        socket.once('connect', () => clearTimeout(connectTimer));
      });
      outgoing.on('error', failed);
      outgoing.end(data);
    });
  }
}

/** Node's module as it was before VS Code made it go through the proxy of the editor's settings. */
function unpatched<M extends typeof http | typeof https>(module: M): M {
  return (module as M & { readonly __vscodeOriginal?: M }).__vscodeOriginal ?? module;
}

/** Whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorsIn(text: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed) && Array.isArray(parsed.errors)) return parsed.errors.map(String);
  } catch {
    // Not JSON: a proxy's page, told by its text.
  }
  return undefined;
}

function authorizationOf(base: URL, { auth }: ServerAccess): string | undefined {
  if (auth?.kind === 'none') return undefined;
  if (auth?.kind === 'bearer') return auth.token === '' ? undefined : `Bearer ${auth.token}`;
  const user = auth?.user ?? decodeURIComponent(base.username);
  const password = auth?.password ?? decodeURIComponent(base.password);
  if (user === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function origin(location: string | undefined, base: URL): string {
  return location !== undefined && URL.canParse(location, base.href)
    ? new URL(location, base.href).origin
    : 'elsewhere';
}

function parseUrl(text: string, what: string): URL {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  // Without the text: it may hold credentials.
  throw new HttpError(`The address of a ${what} must be an http or https URL`, { kind: 'invalid' });
}
