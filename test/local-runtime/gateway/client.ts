import { request } from 'node:http';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local-runtime/gateway/server.ts';

/** A gateway in this process on a free port, quiet. */
export function testGateway(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return startGateway({
    port: 0,
    environment: {
      workingDirectory: process.cwd(),
      print: () => undefined,
      notice: () => undefined,
      now: Date.now,
    },
    ...options,
  });
}

/** What the routes under test answer with; which of it is there depends on the route, and a test that expects a field reads it. */
export interface AnswerBody {
  readonly errors: readonly string[];
  readonly exceptionHistory: { readonly entries: readonly Record<string, unknown>[] };
  readonly jobID: string;
  readonly jobs: readonly Record<string, unknown>[];
  readonly candidates: readonly string[];
  readonly nextResultUri: string;
  readonly operationHandle: string;
  readonly productName: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly resultKind: string;
  readonly resultType: string;
  readonly results: {
    readonly columns: readonly { readonly name: string; readonly logicalType: Record<string, unknown> }[];
    readonly data: readonly { readonly kind: string; readonly fields: readonly unknown[] }[];
  };
  readonly sessionHandle: string;
  readonly state: string;
  readonly version: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
  /** Undefined in fact where the answer is not JSON. */
  readonly body: AnswerBody;
}

/** A plain HTTP call: also a GET with a body, which `fetch` refuses. */
export function call(
  gateway: Gateway,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(
      `${gateway.url}${path}`,
      { method, headers: { 'content-length': Buffer.byteLength(text), ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const answered = bytes.toString('utf8');
          const isJson = String(response.headers['content-type']).includes('json');
          const status = response.statusCode ?? 0;
          resolve({
            status,
            headers: response.headers,
            text: answered,
            bytes,
            body: isJson ? JSON.parse(answered) : undefined,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

export async function openSession(gateway: Gateway, properties: Record<string, string> = {}): Promise<string> {
  const { body } = await call(gateway, 'POST', '/v2/sessions', { properties });
  return `/v2/sessions/${body.sessionHandle}`;
}

export interface Ran {
  readonly path: string;
  readonly pages: readonly Answer[];
  readonly rows: readonly { kind: string; fields: readonly unknown[] }[];
  readonly last: Answer;
}

/** Runs a statement and reads its pages until the end, an error or `limit` rows. */
export async function runStatement(
  gateway: Gateway,
  session: string,
  statement: string,
  { format = 'JSON', limit = Number.POSITIVE_INFINITY }: { format?: string; limit?: number } = {},
): Promise<Ran> {
  const submitted = await call(gateway, 'POST', `${session}/statements`, { statement });
  const path = `${session}/operations/${submitted.body.operationHandle}`;
  let uri: string | undefined = `${path}/result/0?rowFormat=${format}`;
  const pages: Answer[] = [];
  const rows: { kind: string; fields: readonly unknown[] }[] = [];
  const deadline = Date.now() + 25_000;
  while (uri !== undefined && rows.length < limit) {
    if (Date.now() > deadline) throw new Error(`no end of ${statement}`);
    const page: Answer = await call(gateway, 'GET', uri);
    if (page.body?.resultType === 'NOT_READY') continue;
    pages.push(page);
    rows.push(...(page.body?.results?.data ?? []));
    uri = page.status === 200 ? (page.body?.nextResultUri ?? page.headers['x-flink-next-result-uri']) : undefined;
  }
  return { path, pages, rows, last: pages[pages.length - 1] as Answer };
}
