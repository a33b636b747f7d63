// One protocol, two servers: everything that connections, sessions and the catalog rest on, with the same expectations of a real
// Flink and of the local runtime; and a real Flink behind the proxies that stand before gateways in real places.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServerAccess } from '../../clients/http/index.ts';
import { GatewayClient, GatewayError, type Operation, type Session } from '../../clients/sql-gateway/index.ts';
import { type CatalogSnapshot, CatalogSource, describeCatalog } from '../../extension/catalog/catalog-source.ts';
import { type Connection, GatewayConnection } from '../../extension/connections/connection.ts';
import { describeFindings, probe } from '../../extension/connections/probe.ts';
import { ConnectionSecrets } from '../../extension/connections/secrets.ts';
import { SessionKeeper } from '../../extension/connections/session-keeper.ts';
import { sessionMemory } from '../../extension/connections/session-memory.ts';
import type { ConnectionSetting } from '../../extension/connections/settings.ts';
import { keyedStore, memoryStore } from '../extension/connections/stores.ts';
import { type Certificates, makeCertificates } from '../harness/certificates.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { startForwardProxy, startReverseProxy } from '../harness/proxies.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

interface Server {
  readonly gateway: ServerAccess;
  readonly jobManager: ServerAccess;
  stop(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const servers: readonly { name: string; missing: string | undefined; start: () => Promise<Server> }[] = [
  {
    name: 'the local runtime',
    missing: undefined,
    start: async () => {
      await buildLocalRuntime();
      const { url, token, stop } = await startLocalRuntime(tmpdir());
      const access = { url, auth: { kind: 'bearer', token } as const };
      return { gateway: access, jobManager: access, stop };
    },
  },
  {
    name: 'a real Flink',
    missing: missingFor('flink'),
    start: async () => {
      const { gatewayUrl, jobManagerUrl, stop } = await startFlink();
      return { gateway: { url: gatewayUrl }, jobManager: { url: jobManagerUrl }, stop };
    },
  },
];

async function rowsOf(operation: Operation): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of operation.results({ format: 'JSON' })) if (page.format !== 'ARROW') rows.push(...page.rows);
  await operation.close();
  return rows;
}

const failureOf = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};

describe.each(servers)('$name', ({ missing, start }) => {
  let server: Server;
  let client: GatewayClient;
  let session: Session;
  const extra: (() => unknown)[] = [];

  beforeAll(async () => {
    if (missing) return;
    server = await start();
    client = await GatewayClient.connect(server.gateway);
    session = await client.openSession({ name: 'protocol', properties: { 'execution.runtime-mode': 'streaming' } });
  });
  afterEach(async () => {
    for (const step of extra.splice(0)) await step();
  });
  afterAll(async () => {
    await session?.close();
    client?.dispose();
    await server?.stop();
  });

  const run = async (statement: string): Promise<unknown[]> => rowsOf(await session.execute(statement));
  const connection = (): Connection => ({
    id: 'gateway-x',
    label: 'x',
    description: 'x',
    canPreview: false,
    readOnly: false,
    outlivesWindow: true,
    connect: (signal) => GatewayClient.connect({ ...server.gateway, ...(signal && { signal }) }),
    jobManager: async () => server.jobManager,
    explain: () => undefined,
    warm: () => undefined,
    restart: async () => undefined,
  });

  test.skipIf(missing)('offers REST v1 to v4; a test of the connection finds versions and slots', async () => {
    expect([...client.offered].sort()).toEqual([1, 2, 3, 4]);
    expect(client.version).toBe(4);
    const { gateway, jobManager } = await probe(connection());
    expect(gateway).toMatchObject({ version: expect.stringMatching(/^2\.2\./), spoken: 4 });
    expect(jobManager).toMatchObject({
      version: expect.stringMatching(/^2\.2\./),
      taskManagers: 1,
      slots: expect.any(Number),
      freeSlots: expect.any(Number),
    });
  });

  test.skipIf(missing)('a session keeps its settings, its tables and its current database', async () => {
    await session.configure("SET 'table.exec.state.ttl' = '1 h'");
    expect(await session.properties()).toMatchObject({ 'table.exec.state.ttl': '1 h' });
    await session.configure('CREATE DATABASE shop');
    await session.configure('USE shop');
    expect(await run('SHOW CURRENT DATABASE')).toEqual([['shop']]);
    await session.configure('USE default_database');
    expect(await session.complete('SHOW TABL', 9)).toContain('TABLES');
    await session.heartbeat();
  });

  test.skipIf(missing)('numbers lose no digits', async () => {
    const statement =
      "SELECT CAST(9223372036854775807 AS BIGINT), CAST('12345678901234567890.123456789' AS DECIMAL(38, 9)), CAST(0.1 AS DECIMAL(3, 2))";
    expect(await run(statement)).toEqual([[9223372036854775807n, '12345678901234567890.123456789', 0.1]]);
  });

  test.skipIf(missing)('a refusal has its cause and its place', async () => {
    const error = await failureOf(run('SELECT 1,\n  nope FROM (VALUES (1)) AS t(a)'));
    expect(error).toMatchObject({ kind: 'sql', place: { line: 2, column: 3, endLine: 2, endColumn: 6 } });
    expect(error.message).toBe("SqlValidatorException: Column 'nope' not found in any table");
    expect(error.trace).toContain('\n\tat ');
  });

  test.skipIf(missing)('a query without an end is stopped by closing it; the session lives on', async () => {
    await run("CREATE TEMPORARY TABLE ticks (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '50')");
    const query = await session.execute('SELECT * FROM ticks');
    let rows = 0;
    for await (const page of query.results({ format: 'JSON' })) {
      if (page.format !== 'ARROW') rows += page.rows.length;
      if (rows >= 20) break;
    }
    await query.close();
    expect((await failureOf(query.status())).kind).toBe('operation-lost');
    expect(await run('SELECT 1')).toEqual([[1]]);
  });

  test.skipIf(missing)('statements that are asked for at once run one after the other', async () => {
    const asked = [1, 2, 3, 4].map((n) => run(`SELECT ${n}`));
    expect(await Promise.all(asked)).toEqual([[[1]], [[2]], [[3]], [[4]]]);
  });

  test.skipIf(missing)('another client takes up the session and reads on what runs in it', async () => {
    const other = await GatewayClient.connect(server.gateway);
    extra.push(() => other.dispose());
    await run(
      "CREATE TEMPORARY TABLE steps (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '40', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '100000')",
    );
    const query = await session.execute('SELECT * FROM steps');
    const numbers = async (operation: Operation, from: 'start' | 'now', count: number): Promise<number[]> => {
      const found: number[] = [];
      for await (const page of operation.results({ format: 'JSON', from })) {
        if (page.format !== 'ARROW') found.push(...page.rows.map(([n]) => Number(n)));
        if (found.length >= count) break;
      }
      return found;
    };
    const first = await numbers(query, 'start', 40);
    const taken = await other.attachSession(session.handle);
    const operation = taken.operation(query.handle);
    const rest = await numbers(operation, 'now', 20);
    taken.leave();
    await operation.close();
    const at = rest[0] ?? 0;
    // The last page may come again; before it nothing is lost, and nothing is left out.
    expect(at).toBeGreaterThan(1);
    expect(at).toBeLessThanOrEqual((first.at(-1) ?? 0) + 1);
    expect(rest).toEqual(rest.map((_, i) => at + i));
  });

  test.skipIf(missing)('the catalog is read as it is', async () => {
    await run(
      "CREATE TABLE shop.orders (id BIGINT NOT NULL COMMENT 'the id', price DECIMAL(10, 2), total AS price * 2, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'datagen')",
    );
    await run('CREATE VIEW shop.big AS SELECT id FROM shop.orders');
    await run("CREATE MODEL shop.sentiment INPUT (a STRING) OUTPUT (b DOUBLE) WITH ('provider' = 'x')");
    const snapshot: CatalogSnapshot = await describeCatalog(session);
    expect(snapshot.current).toEqual({ catalog: 'default_catalog', database: 'default_database' });
    const shop = snapshot.catalogs[0]?.databases.find(({ name }) => name === 'shop');
    expect(shop).toEqual({
      name: 'shop',
      tables: [
        {
          name: 'orders',
          kind: 'table',
          columns: [
            {
              name: 'id',
              type: 'BIGINT',
              nullable: false,
              key: 'PRI(id)',
              extras: undefined,
              watermark: undefined,
              comment: 'the id',
            },
            {
              name: 'price',
              type: 'DECIMAL(10, 2)',
              nullable: true,
              key: undefined,
              extras: undefined,
              watermark: undefined,
              comment: undefined,
            },
            {
              name: 'total',
              type: 'DECIMAL(21, 2)',
              nullable: true,
              key: undefined,
              extras: 'AS `price` * 2',
              watermark: undefined,
              comment: undefined,
            },
            {
              name: 'ts',
              type: 'TIMESTAMP_LTZ(3) *ROWTIME*',
              nullable: true,
              key: undefined,
              extras: undefined,
              watermark: "`ts` - INTERVAL '5' SECOND",
              comment: undefined,
            },
          ],
        },
        {
          name: 'big',
          kind: 'view',
          columns: [
            {
              name: 'id',
              type: 'BIGINT',
              nullable: false,
              key: undefined,
              extras: undefined,
              watermark: undefined,
              comment: undefined,
            },
          ],
        },
      ],
      functions: [],
      models: ['sentiment'],
    });
    const source = new CatalogSource(async () => session);
    expect(
      (await source.modelColumns(['default_catalog', 'shop', 'sentiment'])).map((one) => [
        one.name,
        one.type,
        one.input,
      ]),
    ).toEqual([
      ['a', 'STRING', true],
      ['b', 'DOUBLE', false],
    ]);
    expect(await source.showCreate('view', ['default_catalog', 'shop', 'big'])).toMatch(
      /^CREATE VIEW `default_catalog`\.`shop`\.`big` /,
    );
    await source.run('DROP VIEW `default_catalog`.`shop`.`big`');
    expect((await source.objects(['default_catalog', 'shop'])).view).toEqual([]);
  });

  test.skipIf(missing)('a session that is closed behind our back is rebuilt by what made it', async () => {
    const asked: string[][] = [];
    const memory = sessionMemory('nb', keyedStore(), memoryStore({}), () => undefined);
    const keeper = new SessionKeeper(connection(), 'nb', quiet, {
      memory,
      confirmRebuild: async (statements) => {
        asked.push([...statements]);
        return true;
      },
    });
    extra.push(() => keeper.close());
    const signal = new AbortController().signal;
    const cell = async (statement: string): Promise<void> => {
      const operation = await (await keeper.statements({ cell: 0, ordinal: 0 })).execute(statement);
      for await (const _ of operation.results({ format: 'ARROW', signal }));
      await operation.close();
    };
    const statements = [
      'CREATE DATABASE lost',
      'USE lost',
      "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1')",
    ];
    for (const statement of statements) await cell(statement);
    const { handle } = await keeper.session();
    await (await client.attachSession(handle)).close();
    await cell('SELECT * FROM t');
    expect(asked).toEqual([statements]);
    expect((await keeper.session()).handle).not.toBe(handle);
  });

  test.skipIf(missing)('a read-only connection reads, and sends no write', async () => {
    const keeper = new SessionKeeper({ ...connection(), readOnly: true, label: 'prod' }, 'nb', quiet);
    extra.push(() => keeper.close());
    const kept = await keeper.session();
    expect(await rowsOf(await kept.execute('SELECT 1'))).toEqual([[1]]);
    await expect(kept.execute("CREATE TABLE w (a INT) WITH ('connector' = 'print')")).rejects.toThrow(
      'CREATE TABLE is refused: the connection prod is read-only',
    );
    expect(await rowsOf(await kept.execute('SHOW TABLES'))).toEqual([]);
  });

  test.skipIf(missing)(
    'a connection that breaks in the middle of a result loses no row and shows none twice',
    async () => {
      const proxy = await startReverseProxy({ target: server.gateway.url });
      extra.push(() => proxy.stop());
      const through = await GatewayClient.connect({ ...server.gateway, url: proxy.url });
      extra.push(() => through.dispose());
      const broken = await through.openSession();
      await rowsOf(
        await broken.execute(
          "CREATE TABLE n (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '200', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '300')",
        ),
      );
      const query = await broken.execute('SELECT n FROM n');
      const cut = setInterval(() => proxy.cut(), 120);
      const rows = (await rowsOf(query)).map((row) => Number((row as unknown[])[0]));
      clearInterval(cut);
      await broken.close();
      expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
      expect(proxy.cuts).toBeGreaterThan(1);
    },
  );
});

describe.skipIf(missingFor('flink'))('a real Flink behind proxies', () => {
  let flink: Flink;
  let made: Certificates;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mtls-'));
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    flink = await startFlink();
    made = makeCertificates();
    const files = {
      'ca.pem': made.ca,
      'client.pem': made.client.cert,
      'client.key': made.encryptedKey,
      'client.p12': made.pfx,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const basic = `Basic ${Buffer.from('me:hunter2').toString('base64')}`;
  const secured = async (target: string) => {
    const proxy = await startReverseProxy({ target, tls: { ...made.server, ca: made.ca }, authorization: basic });
    stops.push(proxy.stop);
    return proxy;
  };
  const secrets = new ConnectionSecrets(memoryStore({}));
  const connect = (setting: ConnectionSetting): GatewayConnection =>
    new GatewayConnection(setting, { secrets, folder: () => folder });

  test('basic authentication and mTLS, for gateway and JobManager, with a key file, a key store and a forward proxy', async () => {
    const [gateway, jobManager] = [await secured(flink.gatewayUrl), await secured(flink.jobManagerUrl)];
    const forward = await startForwardProxy();
    stops.push(forward.stop);
    const setting = { name: 'prod', url: gateway.url, jobManager: jobManager.url, auth: 'basic', user: 'me' } as const;
    for (const { url } of [gateway, jobManager]) {
      await secrets.set(url, { password: 'hunter2', passphrase: made.passphrase });
    }
    const pem = { ca: 'ca.pem', cert: 'client.pem', key: 'client.key' };
    const store = { ca: 'ca.pem', keyStore: 'client.p12' };
    for (const more of [{ tls: pem }, { tls: store }, { tls: pem, proxy: { url: forward.url } }]) {
      const connection = connect({ ...setting, ...more });
      const lines = describeFindings(await probe(connection));
      expect(lines.join('\n')).toMatch(
        /SQL Gateway 2\.2\.\d[\s\S]*v4 is spoken[\s\S]*JobManager 2\.2\.\d[\s\S]*slots free/,
      );
      const client = await connection.connect();
      const session = await client.openSession();
      expect(await session.complete('SHOW TABL', 9)).toContain('TABLES');
      expect(await rowsOf(await session.execute('SELECT 1 + 1'))).toEqual([[2]]);
      await session.close();
      client.dispose();
    }
    expect(forward.seen.length).toBeGreaterThan(0);
  });

  test('each fault has one clear message', async () => {
    const gateway = await secured(flink.gatewayUrl);
    const host = new URL(gateway.url).host;
    const tls = { ca: 'ca.pem', cert: 'client.pem', key: 'client.key' };
    const setting = { name: 'prod', url: gateway.url, auth: 'basic', user: 'me', tls } as const;
    const words = async (change: Partial<ConnectionSetting>, password = 'hunter2'): Promise<string> => {
      await secrets.set(gateway.url, { password, passphrase: made.passphrase });
      return (await failureOf(probe(connect({ ...setting, ...change })))).message;
    };
    expect(await words({}, 'wrong')).toBe(`${host} refused the credentials (HTTP 401)`);
    expect(await words({ auth: 'none' })).toBe(`${host} refused the credentials (HTTP 401)`);
    expect(await words({ tls: { ca: 'ca.pem' } })).toMatch(`at ${host}: TLS: it asks for a client certificate`);
    expect(await words({ tls: { cert: tls.cert, key: tls.key } })).toMatch(
      /TLS: its certificate comes from an authority that is not trusted/,
    );
    expect(await words({ url: gateway.url.replace('https', 'http') })).toMatch(/is the address https\?$/);
    expect(await words({ url: flink.gatewayUrl.replace('http', 'https'), tls: { ca: 'ca.pem' } })).toMatch(
      /is the address http\?/,
    );
    expect(await words({ url: 'http://127.0.0.1:1' })).toBe(
      'Cannot reach the SQL Gateway at 127.0.0.1:1: connection refused',
    );
    // The JobManager's own address, taken for the gateway's.
    expect(await words({ url: flink.jobManagerUrl, auth: 'none' })).toMatch(
      /has no \/api_versions \(HTTP 404\): is it a SQL Gateway/,
    );
  });

  test('a gateway without its JobManager is told apart', async () => {
    const { jobManager, gateway } = await probe(
      connect({ name: 'a', url: flink.gatewayUrl, jobManager: 'http://127.0.0.1:1' }),
    );
    expect(gateway.spoken).toBe(4);
    expect(jobManager).toBe('Cannot reach the JobManager at 127.0.0.1:1: connection refused');
    const mixed = await probe(connect({ name: 'a', url: flink.gatewayUrl, jobManager: flink.gatewayUrl }));
    expect(mixed.jobManager).toMatch(/has no \/overview \(HTTP 404\): is it a JobManager/);
  });

  test('a gateway of version 1 is spoken with, and what it lacks is named', async () => {
    const client = await GatewayClient.connect({ url: flink.gatewayUrl, versions: [1] });
    const session = await client.openSession();
    expect(await rowsOf(await session.execute('SELECT CAST(1.10 AS DECIMAL(3, 2)), 9223372036854775807'))).toEqual([
      [1.1, 9223372036854775807n],
    ]);
    await expect(session.configure('USE default_database')).rejects.toThrow(
      /speaks REST v1, configure-session needs v2/,
    );
    await session.close();
    client.dispose();
  });
});
