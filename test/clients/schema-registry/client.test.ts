import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RegistryError, SchemaRegistryClient } from '../../../clients/schema-registry/index.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

let server: Server | undefined;
let client: SchemaRegistryClient | undefined;

async function serve(answer: (seen: Seen, n: number) => { status?: number; json?: unknown; hang?: boolean }) {
  const seen: Seen[] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      body,
    };
    seen.push(one);
    const { status = 200, json, hang } = answer(one, seen.length);
    if (hang) return;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` };
}

afterEach(() => {
  client?.close();
  server?.closeAllConnections();
  server?.close();
});

describe('schema registry client', () => {
  test('asks for a schema once and keeps it', async () => {
    const { seen, url } = await serve(() => ({ json: { schema: '"string"' } }));
    client = new SchemaRegistryClient({ urls: [url] });
    const [a, b] = await Promise.all([client.schema(7), client.schema(7)]);
    expect(a).toEqual({ schema: '"string"', type: 'AVRO', references: [] });
    expect(b).toBe(a);
    expect(seen.map((s) => s.url)).toEqual(['/api/schemas/ids/7']);
  });

  test('registers with type and subject, once', async () => {
    const { seen, url } = await serve(() => ({ json: { id: 12 } }));
    client = new SchemaRegistryClient({ urls: [url], auth: { kind: 'bearer', token: 'geheim' } });
    expect(await client.register('a/b-value', '{"type":"object"}', 'JSON')).toBe(12);
    expect(await client.register('a/b-value', '{"type":"object"}', 'JSON')).toBe(12);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/subjects/a%2Fb-value/versions',
      authorization: 'Bearer geheim',
      body: '{"schema":"{\\"type\\":\\"object\\"}","schemaType":"JSON"}',
    });
  });

  test('basic authorization, also from the address, and no secret in errors', async () => {
    const { seen, url } = await serve(() => ({ status: 401, json: { error_code: 401, message: 'Unauthorized' } }));
    client = new SchemaRegistryClient({ urls: [url.replace('http://', 'http://me:s3cret@')] });
    const error = await client.subjects().catch((e: unknown) => e as RegistryError);
    expect(error).toMatchObject({ code: 'AUTHENTICATION', status: 401, registryCode: 401 });
    expect((error as RegistryError).message).toBe(
      `The schema registry at ${url} refused GET /subjects: Unauthorized; error code: 401`,
    );
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`);
    expect(seen).toHaveLength(1);
  });

  test('a failure that may pass is tried again, others are not', async () => {
    const { seen, url } = await serve((_, n) =>
      n < 3 ? { status: 503, json: { message: 'starting' } } : { json: ['s'] },
    );
    client = new SchemaRegistryClient({ urls: [url] });
    expect(await client.subjects()).toEqual(['s']);
    expect(seen).toHaveLength(3);
  });

  test('the next address serves when one cannot be reached', async () => {
    const { url } = await serve(() => ({ json: [1, 2] }));
    client = new SchemaRegistryClient({ urls: ['http://127.0.0.1:1', url], retries: 0 });
    expect(await client.versions('x')).toEqual([1, 2]);
  });

  test('refused connection and silence are named', async () => {
    client = new SchemaRegistryClient({ urls: ['http://127.0.0.1:1/apis'], retries: 0 });
    await expect(client.subjects()).rejects.toThrow(
      'The schema registry at http://127.0.0.1:1/apis cannot be reached: Connection refused',
    );
    client.close();
    const { url } = await serve(() => ({ hang: true }));
    client = new SchemaRegistryClient({ urls: [url], retries: 0, timeoutMs: 60 });
    await expect(client.subjects()).rejects.toThrow(`The schema registry at ${url} did not answer within 60 ms.`);
  });

  test('compatibility, configuration and deletion', async () => {
    const { seen, url } = await serve(({ url: path }) =>
      path.startsWith('/api/compatibility')
        ? { json: { is_compatible: false } }
        : path.startsWith('/api/config/')
          ? { status: 404, json: { error_code: 40401, message: 'Subject not found' } }
          : path.startsWith('/api/config')
            ? { json: { compatibilityLevel: 'BACKWARD' } }
            : { json: [1] },
    );
    client = new SchemaRegistryClient({ urls: [url] });
    expect(await client.compatible('s', '"int"')).toBe(false);
    expect(await client.compatibility('s')).toBe('BACKWARD');
    expect(await client.deleteSubject('s', true)).toEqual([1]);
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', url: '/api/subjects/s?permanent=true' });
    expect(() => new SchemaRegistryClient({ urls: ['ftp://x'] })).toThrow(RegistryError);
  });
});
