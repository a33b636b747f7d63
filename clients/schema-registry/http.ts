import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import { RegistryError, shownAddress } from './errors.ts';

export type RegistryAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface RegistryConnection {
  /** One address, or several of the same registry: the next is tried when one cannot be reached. */
  readonly urls: readonly string[];
  readonly auth?: RegistryAuth;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | Uint8Array;
  /** A PKCS#12 key store with the client's certificate. */
  readonly pfx?: Uint8Array;
  readonly pfxPassword?: string;
  /** Milliseconds for one request; 10 s when absent. */
  readonly timeoutMs?: number;
  /** Further attempts after a failure that may pass; 2 when absent. */
  readonly retries?: number;
  /** Headers sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

const ACCEPT = 'application/vnd.schemaregistry.v1+json, application/json';
const MAX_BYTES = 16 << 20;

/** HTTP to a registry: authorization, time limit, attempts with back-off, errors as RegistryError. */
export class RegistryHttp {
  private readonly connection: RegistryConnection;
  private readonly urls: readonly URL[];
  private readonly plain = new Agent({ keepAlive: true, maxSockets: 4 });
  private readonly secure: SecureAgent;

  constructor(connection: RegistryConnection) {
    this.connection = connection;
    this.urls = connection.urls.map(parseUrl);
    if (!this.urls.length) throw new RegistryError('INVALID', 'No address of a schema registry was given.');
    const { ca, pfx, pfxPassword } = connection;
    this.secure = new SecureAgent({
      keepAlive: true,
      maxSockets: 4,
      ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : Buffer.from(ca) }),
      ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
      ...(pfxPassword === undefined ? {} : { passphrase: pfxPassword }),
    });
  }

  /** Sends JSON and gives the answer's JSON; `path` starts with a slash. */
  async call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const attempts = 1 + (this.connection.retries ?? 2);
    let last: RegistryError | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt) await pause(Math.min(2000, 100 * 2 ** (attempt - 1)), signal);
      for (const url of this.urls) {
        signal?.throwIfAborted();
        try {
          return await this.once(url, method, path, body, signal);
        } catch (error) {
          if (!(error instanceof RegistryError) || !mayPass(error)) throw error;
          last = error;
        }
      }
    }
    throw last ?? new RegistryError('FAILED', 'No attempt was made.');
  }

  private async once(base: URL, method: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const shown = shownAddress(base.href);
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const { status, text } = await this.send(base, method, path, payload, shown, signal);
    let json: unknown;
    try {
      json = text ? JSON.parse(text) : undefined;
    } catch {
      if (status < 300)
        throw new RegistryError(
          'FAILED',
          `The schema registry at ${shown} answered ${method} ${path} with no JSON.`,
          status,
        );
    }
    if (status < 300) return json;
    throw refusal(shown, method, path, status, json);
  }

  private send(
    base: URL,
    method: string,
    path: string,
    payload: Buffer | undefined,
    shown: string,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; text: string }> {
    const secure = base.protocol === 'https:';
    const timeoutMs = this.connection.timeoutMs ?? 10_000;
    return new Promise((done, fail) => {
      const request = (secure ? httpsRequest : httpRequest)({
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (secure ? 443 : 80),
        path: base.pathname.replace(/\/$/, '') + path,
        method,
        agent: secure ? this.secure : this.plain,
        headers: {
          ...this.connection.headers,
          ...this.authorization(base),
          accept: ACCEPT,
          ...(payload
            ? { 'content-type': 'application/vnd.schemaregistry.v1+json', 'content-length': payload.length }
            : {}),
        },
        ...(signal ? { signal } : {}),
      });
      const limit = setTimeout(() => {
        request.destroy(
          new RegistryError('TIMEOUT', `The schema registry at ${shown} did not answer within ${timeoutMs} ms.`),
        );
      }, timeoutMs);
      const failed = (error: Error) => {
        clearTimeout(limit);
        if (error instanceof RegistryError || signal?.aborted) fail(error);
        else
          fail(new RegistryError('UNREACHABLE', `The schema registry at ${shown} cannot be reached: ${reason(error)}`));
      };
      request.on('error', failed);
      request.on('response', (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BYTES)
            request.destroy(
              new RegistryError('FAILED', `The schema registry at ${shown} sent more than ${MAX_BYTES} bytes.`),
            );
          else chunks.push(chunk);
        });
        response.on('error', failed);
        response.on('end', () => {
          clearTimeout(limit);
          done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.end(payload);
    });
  }

  private authorization(base: URL): Record<string, string> {
    const auth = this.connection.auth ?? { kind: 'none' };
    if (auth.kind === 'basic') return { authorization: `Basic ${encode(`${auth.user}:${auth.password}`)}` };
    if (auth.kind === 'bearer') return { authorization: `Bearer ${auth.token}` };
    if (base.username)
      return {
        authorization: `Basic ${encode(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`)}`,
      };
    return {};
  }

  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new RegistryError('INVALID', 'The address of the schema registry is no URL.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new RegistryError(
      'INVALID',
      `The address of the schema registry must begin with http:// or https://, not ${url.protocol}//`,
    );
  return url;
}

const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** Node's word for what went wrong; an attempt at several addresses of a host has several. */
function reason(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'Connection refused';
  if (error instanceof AggregateError && error.errors.length) return reason(error.errors[0] as Error);
  return error.message || code || error.name;
}

const mayPass = (error: RegistryError) =>
  error.code === 'UNREACHABLE' || error.code === 'TIMEOUT' || error.status === 429 || (error.status ?? 0) >= 500;

function refusal(shown: string, method: string, path: string, status: number, json: unknown): RegistryError {
  const answer = (typeof json === 'object' && json !== null ? json : {}) as { error_code?: unknown; message?: unknown };
  const registryCode = typeof answer.error_code === 'number' ? answer.error_code : undefined;
  const said = typeof answer.message === 'string' ? answer.message : `HTTP status ${status}`;
  const code =
    status === 404
      ? 'NOT_FOUND'
      : status === 409
        ? 'INCOMPATIBLE'
        : status === 401 || status === 403
          ? 'AUTHENTICATION'
          : status === 422 || status === 400
            ? 'INVALID'
            : 'FAILED';
  const tail = registryCode === undefined ? '' : `; error code: ${registryCode}`;
  return new RegistryError(
    code,
    `The schema registry at ${shown} refused ${method} ${path}: ${said}${tail}`,
    status,
    registryCode,
  );
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      done();
    }, ms);
    const abort = () => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
