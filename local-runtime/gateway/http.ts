import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RestError } from './rest-error.ts';

/** Largest request body in bytes: a script, not data. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** An answer: JSON text, or bytes of another type. */
export interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });
export const jsonText = (body: string): Answer => ({ status: 200, body });

export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    'content-length': bytes.byteLength,
  });
  response.end(bytes);
}

export function sendError(response: ServerResponse, error: RestError): void {
  send(response, json({ errors: error.errors }, error.status));
}

/** The body as text, within the limit. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new RestError(413, [`The request is larger than ${BODY_LIMIT} bytes.`]);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Keeps web pages out: a name that resolves to this machine (DNS rebinding) is not one of ours, and programs, unlike browsers,
 * send no Origin.
 */
export function checkCaller(request: IncomingMessage): void {
  if (!LOOPBACK.test(request.headers.host ?? ''))
    throw new RestError(403, ['The Host of the request is not this machine.']);
  if (request.headers.origin !== undefined) throw new RestError(403, ['Requests from web pages are refused.']);
}

/** Checks `Authorization: Bearer …` in constant time. */
export function checkToken(request: IncomingMessage, token: string | undefined): void {
  if (token === undefined) return;
  const given = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  throw new RestError(401, ['Unauthorized: this gateway wants its bearer token.']);
}
