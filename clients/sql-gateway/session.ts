import { GatewayError } from './errors.ts';
import { isRecord, type Transport } from './http.ts';
import { Operation } from './operation.ts';

export interface SessionOptions {
  readonly name?: string;
  /** Session configuration, e.g. `execution.runtime-mode`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Milliseconds between heartbeats; Flink drops a session that was idle for 10 minutes. Default one minute, as Flink's SQL client. */
  readonly heartbeatMs?: number;
  /** Told once, when a heartbeat finds that the server no longer knows the session. */
  readonly onLost?: (error: GatewayError) => void;
  /** Asked before a statement is sent; what it throws is thrown instead. */
  readonly guard?: ((statement: string) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal;
}

const HEARTBEAT_MS = 60_000;
/** When the session is asked how long it may be idle; soon, but not in the way of the first statement. */
const TUNE_AFTER_MS = 3000;
const IDLE_TIMEOUT = 'sql-gateway.session.idle-timeout';

/**
 * A session: its statements share catalogs, tables and options. The server submits one at a time, and so a statement is sent when the
 * one before it has been submitted.
 */
export class Session {
  readonly handle: string;
  readonly #transport: Transport;
  readonly #path: string;
  readonly #version: number;
  readonly #onLost: ((error: GatewayError) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tuning: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #guard: SessionOptions['guard'];
  readonly #shared = { arrowRefused: false };
  /** Settles when the statement before has been sent. */
  #turn: Promise<unknown> = Promise.resolve();
  #last: Operation | undefined;

  private constructor(transport: Transport, version: number, handle: string, options: SessionOptions) {
    this.#transport = transport;
    this.#version = version;
    this.handle = handle;
    this.#path = `/v${version}/sessions/${encodeURIComponent(handle)}`;
    this.#onLost = options.onLost;
    this.#guard = options.guard;
    const everyMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#beatEvery(everyMs);
    if (everyMs > TUNE_AFTER_MS) {
      this.#tuning = setTimeout(() => void this.#tune(everyMs), TUNE_AFTER_MS);
      this.#tuning.unref();
    }
  }

  /** See GatewayClient.openSession. */
  static async open(transport: Transport, version: number, options: SessionOptions): Promise<Session> {
    const { name, properties = {}, signal } = options;
    const body = name === undefined ? { properties } : { sessionName: name, properties };
    const answer = await transport.json({ method: 'POST', path: `/v${version}/sessions`, body, signal });
    return new Session(transport, version, handleOf(answer, 'sessionHandle', transport.server), options);
  }

  /** Takes up a session that is open in the server. Throws GatewayError of kind session-lost when it is not there any more. */
  static async attach(
    transport: Transport,
    version: number,
    handle: string,
    options: SessionOptions,
  ): Promise<Session> {
    const session = new Session(transport, version, handle, options);
    try {
      await session.heartbeat(options.signal);
      return session;
    } catch (error) {
      session.#stop();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Keeps the session alive; throws when the server no longer knows it. */
  async heartbeat(signal?: AbortSignal): Promise<void> {
    await this.#transport.json({ method: 'POST', path: `${this.#path}/heartbeat`, body: {}, idempotent: true, signal });
  }

  /** Submits one statement (or one STATEMENT SET block). It is never sent twice. `executionConfig` holds for it alone. */
  async execute(
    statement: string,
    options: { executionConfig?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
  ): Promise<Operation> {
    await this.#guard?.(statement);
    const before = this.#turn;
    const sent = before.then(() => this.#submit(statement, options));
    // A statement that fails does not hold up the next.
    this.#turn = sent.catch(() => undefined);
    return sent;
  }

  async #submit(
    statement: string,
    { executionConfig = {}, signal }: { executionConfig?: Readonly<Record<string, string>>; signal?: AbortSignal },
  ): Promise<Operation> {
    await this.#last?.submitted(signal);
    const body = { statement, executionConfig };
    const answer = await this.#transport.json({ method: 'POST', path: `${this.#path}/statements`, body, signal });
    const operation = this.operation(handleOf(answer, 'operationHandle', this.#transport.server));
    this.#last = operation;
    return operation;
  }

  /** An operation of this session by its handle: one just submitted, or one that another client left running. */
  operation(handle: string): Operation {
    return new Operation(this.#transport, this.#version, `${this.#path}/operations/${handle}`, handle, this.#shared);
  }

  /** Runs a statement that only configures the session (SET, USE, CREATE …, ADD JAR); v2 and newer. */
  async configure(statement: string, signal?: AbortSignal): Promise<void> {
    this.#need(2, 'configure-session');
    await this.#guard?.(statement);
    await this.#transport.json({
      method: 'POST',
      path: `${this.#path}/configure-session`,
      body: { statement },
      signal,
    });
  }

  /** Completion candidates of the server at a UTF-16 offset; v2 and newer. The endpoint is a GET with a body. */
  async complete(statement: string, position: number, signal?: AbortSignal): Promise<string[]> {
    this.#need(2, 'complete-statement');
    const answer = await this.#transport.json({
      method: 'GET',
      path: `${this.#path}/complete-statement`,
      body: { statement, position },
      idempotent: true,
      signal,
    });
    const candidates = isRecord(answer) ? answer.candidates : undefined;
    return Array.isArray(candidates) ? candidates.map(String) : [];
  }

  /** The session's effective configuration. */
  async properties(signal?: AbortSignal): Promise<Record<string, string>> {
    const answer = await this.#transport.json({ method: 'GET', path: this.#path, idempotent: true, signal });
    const found = isRecord(answer) ? answer.properties : undefined;
    return isRecord(found) ? Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)])) : {};
  }

  /** Ends heartbeats and leaves the session open in the server, to be attached again. */
  leave(): void {
    this.#stop();
  }

  /** Closes the session and its operations. A session that the server lost already counts as closed. */
  async close(timeoutMs?: number): Promise<void> {
    if (this.#closed) return;
    this.#stop();
    try {
      await this.#transport.call({
        method: 'DELETE',
        path: this.#path,
        idempotent: true,
        ...(timeoutMs && { timeoutMs }),
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.kind !== 'session-lost') throw error;
    }
  }

  #stop(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#tuning);
    this.#timer = undefined;
  }

  #beatEvery(ms: number): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#beat(), ms);
    this.#timer.unref();
  }

  /** A server may drop idle sessions sooner than after Flink's ten minutes: then heartbeats come three times in that time. */
  async #tune(everyMs: number): Promise<void> {
    try {
      const idleMs = durationMs((await this.properties())[IDLE_TIMEOUT] ?? '');
      if (!this.#closed && idleMs > 0 && idleMs / 3 < everyMs) this.#beatEvery(Math.max(1000, idleMs / 3));
    } catch (error) {
      // The interval stays; what is wrong with the session the next heartbeat tells.
      if (!(error instanceof GatewayError)) throw error;
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.heartbeat();
    } catch (error) {
      // A server that is away for a moment may still have the session; only its own "does not exist" ends it.
      if (!(error instanceof GatewayError) || error.kind !== 'session-lost' || this.#closed) return;
      this.#stop();
      this.#onLost?.(error);
    }
  }

  #need(version: number, what: string): void {
    if (this.#version >= version) return;
    const message = `${this.#transport.server} speaks REST v${this.#version}, ${what} needs v${version}`;
    throw new GatewayError(message, { kind: 'protocol' });
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as Flink writes it, in milliseconds; 0 for anything else. */
function durationMs(text: string): number {
  const [, count = '', unit = 'ms'] = /^\s*(\d+)\s*(ms|s|min|m|h|d)?/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}

function handleOf(answer: unknown, field: string, server: string): string {
  const handle = isRecord(answer) ? answer[field] : undefined;
  if (typeof handle === 'string' && handle !== '') return handle;
  throw new GatewayError(`${server} answered without ${field}`, { kind: 'protocol' });
}
