import { tableFromIPC } from 'apache-arrow';
import { afterEach, describe, expect, test } from 'vitest';
import { toArrowPage } from '../../../clients/sql-gateway/arrow-page.ts';
import { arrowRowCount } from '../../../clients/sql-gateway/arrow-stream.ts';
import { GatewayClient, GatewayError, type Page, type Session } from '../../../clients/sql-gateway/index.ts';
import { fakeGateway, type Handler, NOT_READY, OPERATION, opening, page, type Reply, SESSION } from './fake-gateway.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
});

async function serve(handler: Handler) {
  const server = await fakeGateway(handler);
  open.push(server.stop);
  return server;
}

async function sessionOf(
  handler: Handler,
  options: { timeoutMs?: number } = {},
): Promise<{ session: Session; server: Awaited<ReturnType<typeof serve>> }> {
  const server = await serve((seen, count) => opening(seen) ?? handler(seen, count));
  const client = await GatewayClient.connect({ url: server.url, ...options });
  open.push(async () => client.dispose());
  const session = await client.openSession({ name: 'nb' });
  return { session, server };
}

async function collect(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const one of pages) all.push(one);
  return all;
}

const failure = async (promise: Promise<unknown>): Promise<GatewayError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};

const BIGINT = { type: 'BIGINT', nullable: true };

describe('versions', () => {
  test('takes the newest common version and always names it in the path', async () => {
    const server = await serve((seen) =>
      seen.url === '/v1/api_versions'
        ? { json: { versions: ['V1', 'V2', 'V9'] } }
        : { json: { productName: 'Apache Flink', version: '1.17.1' } },
    );
    const client = await GatewayClient.connect({ url: server.url });
    expect(client.version).toBe(2);
    expect(await client.info()).toEqual({ productName: 'Apache Flink', version: '1.17.1' });
    expect(server.seen.map((s) => s.url)).toEqual(['/v1/api_versions', '/v2/info']);
  });

  test('falls back on the unversioned path, refuses a server without a common version', async () => {
    const server = await serve((seen) =>
      seen.url === '/api_versions'
        ? { json: { versions: ['V7'] } }
        : { status: 404, json: { errors: ['Not found: /v1/api_versions'] } },
    );
    const error = await failure(GatewayClient.connect({ url: server.url }));
    expect(error.kind).toBe('protocol');
    expect(error.message).toMatch(/v1 to v4.*v7/);
  });

  test('keeps a path prefix, sends the token and headers', async () => {
    const server = await serve(() => ({ json: { versions: ['V4'] } }));
    await GatewayClient.connect({ url: `${server.url}/flink/`, token: 'secret', headers: { 'X-Team': 'a' } });
    expect(server.seen[0]).toMatchObject({
      url: '/flink/v1/api_versions',
      headers: { authorization: 'Bearer secret', 'x-team': 'a' },
    });
  });
});

describe('failures', () => {
  test('no server: names the address, not the secret', async () => {
    const server = await fakeGateway(() => ({}));
    await server.stop();
    const url = server.url.replace('http://', 'http://user:hunter2@');
    const error = await failure(GatewayClient.connect({ url, token: 'secret' }));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toBe(`Cannot reach the SQL Gateway at ${new URL(server.url).host}: connection refused`);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2|secret/);
  });

  test('a server that never answers ends at the time limit', async () => {
    const server = await serve(() => ({ hang: true }));
    const error = await failure(GatewayClient.connect({ url: server.url, timeoutMs: 60 }));
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(error.message).toMatch(/did not answer within 60 ms/);
  });

  test('a proxy page and a web page are told as what they are', async () => {
    const server = await serve((_seen, count) =>
      count === 1 ? { status: 418, text: '<html><b>teapot</b></html>' } : { text: '<html>' },
    );
    expect((await failure(GatewayClient.connect({ url: server.url }))).message).toMatch(/answered HTTP 418: teapot/);
    expect((await failure(GatewayClient.connect({ url: server.url }))).message).toMatch(/is it a Flink SQL Gateway/);
  });

  test('401 is unauthorized and shows no body', async () => {
    const server = await serve(() => ({ status: 401, json: { errors: ['bad token abc'] } }));
    const error = await failure(GatewayClient.connect({ url: server.url }));
    expect(error).toMatchObject({ kind: 'unauthorized', status: 401 });
  });

  test('reading is tried again when the connection breaks or the server is busy; executing is not', async () => {
    let results = 0;
    const { session, server } = await sessionOf((seen) => {
      if (seen.url.includes('/result/')) {
        results++;
        if (results === 1) return { destroy: true };
        if (results === 2) return { status: 503, text: 'busy' };
        return page(BIGINT, '[{"kind":"INSERT","fields":[1]}]', undefined);
      }
      return {};
    });
    const pages = await collect((await session.execute('SELECT 1')).results());
    expect(pages).toHaveLength(1);
    expect(results).toBe(3);
    server.seen.length = 0;
    const broken = await sessionOf(() => ({}));
    const server2 = await serve((seen) =>
      seen.url.endsWith('/statements') ? { destroy: true } : (opening(seen) ?? {}),
    );
    const client = await GatewayClient.connect({ url: server2.url });
    const other = await client.openSession();
    expect(await failure(other.execute('INSERT INTO t VALUES (1)'))).toMatchObject({ kind: 'unreachable' });
    expect(server2.seen.filter((s) => s.url.endsWith('/statements'))).toHaveLength(1);
    await broken.session.close();
  });
});

describe('results', () => {
  test('asks tokens in order, waits while not ready, passes over empty pages, ends at EOS', async () => {
    const script: Reply[] = [
      NOT_READY(0),
      NOT_READY(0),
      page(BIGINT, '[]', 1),
      page(BIGINT, '[]', 2),
      page(BIGINT, '[{"kind":"INSERT","fields":[9007199254740993]},{"kind":"UPDATE_BEFORE","fields":[1]}]', 3),
      page(BIGINT, '[]', 4),
      page(BIGINT, '[{"kind":"UPDATE_AFTER","fields":[-9223372036854775808]},{"kind":"DELETE","fields":[null]}]', 5),
      page(BIGINT, '[]', undefined),
    ];
    const { session, server } = await sessionOf((seen) => (seen.url.includes('/result/') ? script.shift()! : {}));
    const pages = await collect((await session.execute('SELECT n FROM t')).results());
    expect(pages.map((p) => (p.format === 'ARROW' ? [] : p.rows))).toEqual([
      [],
      [[9007199254740993n], [1]],
      [[-9223372036854775808n], [null]],
    ]);
    expect(pages.map((p) => (p.format === 'ARROW' ? [] : [...p.rowKinds]))).toEqual([[], [0, 1], [2, 3]]);
    expect(pages[0]).toMatchObject({
      isQueryResult: true,
      jobId: '0123456789abcdef0123456789abcdef',
      resultKind: 'SUCCESS_WITH_CONTENT',
    });
    const asked = server.seen.filter((s) => s.url.includes('/result/')).map((s) => s.url.slice(OPERATION.length));
    expect(asked).toEqual([0, 0, 0, 1, 2, 3, 4, 5].map((t) => `/result/${t}?rowFormat=JSON`));
  });

  test('decimals keep their digits', async () => {
    const text =
      '[{"kind":"INSERT","fields":[123456789012345678.123456789]},{"kind":"INSERT","fields":[0.1]},{"kind":"INSERT","fields":["1234567890123456789"]}]';
    const { session } = await sessionOf((seen) =>
      seen.url.includes('/result/') ? page({ type: 'DECIMAL', precision: 38, scale: 9 }, text, undefined) : {},
    );
    const [only] = await collect((await session.execute('SELECT d')).results());
    expect(only?.format === 'JSON' && only.rows).toEqual([
      ['123456789012345678.123456789'],
      [0.1],
      ['1234567890123456789'],
    ]);
  });

  test('the back-off grows while nothing comes', async () => {
    const times: number[] = [];
    const { session } = await sessionOf((seen) => {
      if (!seen.url.includes('/result/')) return {};
      times.push(performance.now());
      return times.length < 9 ? NOT_READY(0) : page(BIGINT, '[]', undefined);
    });
    await collect((await session.execute('SELECT 1')).results());
    const gaps = times.slice(1).map((t, i) => t - times[i]!);
    expect(gaps.at(-1)!).toBeGreaterThan(Math.min(...gaps) * 3);
    expect(times.at(-1)! - times[0]!).toBeLessThan(10_000);
  });

  test('abort stops reading at once with its reason; close stops the SELECT; closing twice asks once', async () => {
    const { session, server } = await sessionOf((seen) => (seen.url.includes('/result/') ? page(BIGINT, '[]', 1) : {}));
    const operation = await session.execute('SELECT * FROM unbounded');
    const stop = new AbortController();
    const reading = collect(operation.results({ signal: stop.signal }));
    setTimeout(() => stop.abort(new Error('stopped')), 40);
    await expect(reading).rejects.toThrow('stopped');
    await operation.close();
    await operation.close();
    expect(server.seen.filter((s) => s.method === 'DELETE').map((s) => s.url)).toEqual([`${OPERATION}/close`]);
    expect(server.seen.some((s) => s.url.endsWith('/cancel'))).toBe(false);
  });

  test('closing what the server has dropped is no error', async () => {
    const { session } = await sessionOf((seen) =>
      seen.method === 'DELETE'
        ? {
            status: 500,
            json: {
              errors: [
                'Internal server error.',
                '<Exception on server side:\norg.apache.flink.table.gateway.api.utils.SqlGatewayException: Can not find the submitted operation in the OperationManager with the o-1.\n\tat x.Y.z(Y.java:1)\n',
              ],
            },
          }
        : {},
    );
    await (await session.execute('SELECT 1')).close();
  });
});

describe('arrow', () => {
  const rows = {
    format: 'PLAIN_TEXT',
    token: 0,
    resultKind: 'SUCCESS_WITH_CONTENT',
    isQueryResult: true,
    jobId: undefined,
    rowKinds: Uint8Array.of(0, 1),
    columns: [
      { name: 'b', logicalType: { type: 'BIGINT' } },
      { name: 's', logicalType: { type: 'VARCHAR', length: 2147483647 } },
      { name: 'd', logicalType: { type: 'DATE' } },
      { name: 't', logicalType: { type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 3 } },
      { name: 'u', logicalType: { type: 'TIMESTAMP_WITHOUT_TIME_ZONE', precision: 6 } },
      { name: 'x', logicalType: { type: 'VARBINARY', length: 9 } },
      { name: 'm', logicalType: { type: 'MAP', keyType: { type: 'INTEGER' }, valueType: { type: 'INTEGER' } } },
      { name: 'o', logicalType: { type: 'BOOLEAN' } },
      { name: 'f', logicalType: { type: 'DOUBLE' } },
      { name: 'h', logicalType: { type: 'TIME_WITHOUT_TIME_ZONE', precision: 0 } },
    ],
    rows: [
      [
        '9007199254740993',
        '',
        '1969-12-31',
        '2020-01-02 03:04:05.678',
        '9999-12-31 23:59:59.123456',
        "x'0aff'",
        '{1=2}',
        'TRUE',
        'NaN',
        '12:34:56',
      ],
      [null, null, null, null, null, null, null, null, null, null],
    ],
  } as const;

  test('a text page becomes typed columns, null apart from the empty string', () => {
    const converted = toArrowPage(rows);
    expect(arrowRowCount(converted.ipc)).toBe(2);
    const table = tableFromIPC(converted.ipc);
    expect(table.schema.fields.map((f) => `${f.name} ${f.type}`)).toEqual([
      '__row_kind Uint8',
      'b Int64',
      's Utf8',
      'd Date32<DAY>',
      't Timestamp<MILLISECOND>',
      'u Timestamp<MICROSECOND>',
      'x Binary',
      'm Utf8',
      'o Bool',
      'f Float64',
      'h Time32<MILLISECOND>',
    ]);
    expect(table.schema.fields[1]?.metadata.get('flink.type')).toBe('{"type":"BIGINT"}');
    const raw = (name: string) => table.getChild(name)!.data[0]!.values[0];
    expect([raw('b'), raw('d'), raw('t'), raw('u'), raw('h')]).toEqual([
      9007199254740993n,
      -1,
      1577934245678n,
      253402300799123456n,
      45296000,
    ]);
    expect(table.getChild('s')?.toArray()).toEqual(['', null]);
    expect([...table.getChild('x')!.get(0)]).toEqual([0x0a, 0xff]);
    expect(table.getChild('m')?.get(0)).toBe('{1=2}');
    expect(table.getChild('o')?.get(0)).toBe(true);
    expect(table.getChild('f')?.get(0)).toBeNaN();
    expect(table.schema.fields.slice(1).every((f) => table.getChild(f.name)?.get(1) === null)).toBe(true);
  });

  test('an Arrow answer is taken as it is, its paging from the headers', async () => {
    const { ipc } = toArrowPage(rows);
    const head = {
      'Content-Type': 'application/vnd.apache.arrow.stream',
      'x-flink-is-query-result': 'true',
      'x-flink-result-kind': 'SUCCESS_WITH_CONTENT',
      'x-flink-job-id': 'ab',
    };
    const script: Reply[] = [
      NOT_READY(0),
      {
        bytes: ipc,
        headers: {
          ...head,
          'x-flink-result-type': 'PAYLOAD',
          'x-flink-next-result-uri': `${OPERATION}/result/1?rowFormat=ARROW`,
        },
      },
      { bytes: ipc, headers: { ...head, 'x-flink-result-type': 'EOS' } },
    ];
    const { session, server } = await sessionOf((seen) => (seen.url.includes('/result/') ? script.shift()! : {}));
    const pages = await collect((await session.execute('SELECT')).results({ format: 'ARROW' }));
    expect(pages.map((p) => p.format === 'ARROW' && tableFromIPC(p.ipc).numRows)).toEqual([2, 2]);
    expect(pages[0]).toMatchObject({ format: 'ARROW', isQueryResult: true, jobId: 'ab' });
    expect(server.seen.at(-1)?.url).toBe(`${OPERATION}/result/1?rowFormat=ARROW`);
  });

  test('where the server knows no Arrow, text is asked for once and for all and converted', async () => {
    const { session, server } = await sessionOf((seen) => {
      if (!seen.url.includes('/result/')) return {};
      if (seen.url.includes('ARROW')) return { status: 400, json: { errors: ['Cannot resolve parameter'] } };
      return page({ type: 'DECIMAL', precision: 5, scale: 2 }, '[{"kind":"INSERT","fields":["1.10"]}]', undefined);
    });
    for (let i = 0; i < 2; i++) {
      const [only] = await collect((await session.execute('SELECT')).results({ format: 'ARROW' }));
      expect(only?.format === 'ARROW' && tableFromIPC(only.ipc).getChild('n')?.get(0)).toBe('1.10');
    }
    expect(server.seen.filter((s) => s.url.includes('/result/')).map((s) => s.url.slice(-10))).toEqual([
      'rmat=ARROW',
      'PLAIN_TEXT',
      'PLAIN_TEXT',
    ]);
  });
});

describe('sessions', () => {
  test('heartbeats go out until it is closed; a lost session is told once', async () => {
    let beats = 0;
    const server = await serve((seen) => {
      const first = opening(seen);
      if (first) return first;
      if (seen.url === `${SESSION}/heartbeat` && ++beats >= 3) {
        return {
          status: 500,
          json: {
            errors: [
              'Internal server error.',
              "<Exception on server side:\norg.apache.flink.table.gateway.api.utils.SqlGatewayException: Session 's-1' does not exist.\n\tat a.B.c(B.java:1)\n",
            ],
          },
        };
      }
      return {};
    });
    const client = await GatewayClient.connect({ url: server.url });
    const lost: GatewayError[] = [];
    const session = await client.openSession({ heartbeatMs: 10, onLost: (error) => lost.push(error) });
    await expect.poll(() => lost.length).toBe(1);
    await new Promise((r) => setTimeout(r, 50));
    expect(beats).toBe(3);
    expect(lost[0]?.kind).toBe('session-lost');
    expect(session.closed).toBe(true);
  });

  test('completion is a GET with a body; configure and properties', async () => {
    const { session, server } = await sessionOf((seen) =>
      seen.url.endsWith('/complete-statement')
        ? { json: { candidates: ['SELECT'] } }
        : { json: { properties: { a: 'b' } } },
    );
    expect(await session.complete('SEL', 3)).toEqual(['SELECT']);
    expect(server.seen.at(-1)).toMatchObject({ method: 'GET', body: '{"statement":"SEL","position":3}' });
    await session.configure('USE CATALOG c');
    expect(server.seen.at(-1)).toMatchObject({ method: 'POST', url: `${SESSION}/configure-session` });
    expect(await session.properties()).toEqual({ a: 'b' });
    await session.close();
    await session.close();
    expect(server.seen.filter((s) => s.method === 'DELETE')).toHaveLength(1);
  });
});
