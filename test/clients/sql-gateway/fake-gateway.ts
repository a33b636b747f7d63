import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake server answers: a JSON value with status 200, or a full answer. */
export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Record<string, string>;
  /** Breaks the connection instead of answering. */
  readonly destroy?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export type Handler = (seen: Seen, count: number) => Reply;

/** An HTTP server on a free loopback port that answers what a test says and remembers what it was asked. */
export async function fakeGateway(handler: Handler): Promise<{ url: string; seen: Seen[]; stop: () => Promise<void> }> {
  const seen: Seen[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const one: Seen = { method: request.method ?? '', url: request.url ?? '', body, headers: request.headers };
      seen.push(one);
      const reply = handler(one, seen.length);
      if (reply.hang) return;
      if (reply.destroy) {
        request.socket.destroy();
        return;
      }
      response.writeHead(reply.status ?? 200, { 'Content-Type': 'application/json', ...reply.headers });
      response.end(reply.bytes ?? reply.text ?? JSON.stringify(reply.json ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const SESSION = '/v4/sessions/s-1';
export const OPERATION = `${SESSION}/operations/o-1`;

/** The answers to what comes before a result: versions, a session, a statement. Undefined for everything else. */
export function opening(seen: Seen): Reply | undefined {
  if (seen.url === '/v1/api_versions') return { json: { versions: ['V1', 'V2', 'V3', 'V4'] } };
  if (seen.url === '/v4/sessions') return { json: { sessionHandle: 's-1' } };
  if (seen.url === `${SESSION}/statements`) return { json: { operationHandle: 'o-1' } };
  return undefined;
}

export const NOT_READY = (token: number) => ({
  json: { resultType: 'NOT_READY', nextResultUri: `${OPERATION}/result/${token}?rowFormat=JSON` },
});

/** A page of the given rows of one column `n`; `next` undefined makes it the end. `raw` is JSON text of the rows. */
export function page(logicalType: object, raw: string, next: number | undefined): Reply {
  const type = next === undefined ? 'EOS' : 'PAYLOAD';
  const uri = next === undefined ? '' : `,"nextResultUri":"${OPERATION}/result/${next}?rowFormat=JSON"`;
  return {
    text: `{"resultType":"${type}","isQueryResult":true,"jobID":"0123456789abcdef0123456789abcdef","resultKind":"SUCCESS_WITH_CONTENT","results":{"columns":[{"name":"n","logicalType":${JSON.stringify(logicalType)},"comment":null}],"rowFormat":"JSON","data":${raw}}${uri}}`,
  };
}
