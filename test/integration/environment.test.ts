import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, parseJdbcUrl } from '../../clients/database/index.ts';
import { root } from '../../scripts/paths.ts';
import { type Kafka, missingFor, type Postgres, startKafka, startPostgres } from '../harness/services.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the SQL text
/** A text as people keep it: with the addresses of their cluster, and a password that is not in it. */
const ARTICLE = `-- payments, windowed, into Kafka
CREATE TABLE payments (payment_id STRING, client_id STRING, cents BIGINT, state STRING, at_time TIMESTAMP(3),
  WATERMARK FOR at_time AS at_time - INTERVAL '30' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'payments.events', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'g',
  'scan.startup.mode' = 'latest-offset', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601');
CREATE TABLE per_minute (window_start TIMESTAMP(3), state STRING, n BIGINT, total BIGINT, PRIMARY KEY (window_start, state) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'payments.minute', 'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO per_minute SELECT TUMBLE_START(at_time, INTERVAL '1' MINUTE), state, COUNT(*), SUM(cents) FROM payments
GROUP BY TUMBLE(at_time, INTERVAL '1' MINUTE), state;
CREATE TABLE clients (client_id STRING, tier STRING, updated_at TIMESTAMP(3), PRIMARY KEY (client_id) NOT ENFORCED)
WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db:5432/postgres', 'table-name' = 'env_clients', 'username' = '\${DIM_USER:-reader}',
  'password' = '\${DIM_DB_PASSWORD}', 'lookup.cache.max-rows' = '100', 'lookup.cache.ttl' = '5 min');
SELECT * FROM clients;
SELECT p.payment_id, c.tier FROM payments AS p LEFT JOIN clients FOR SYSTEM_TIME AS OF p.at_time AS c ON p.client_id = c.client_id;
`.replaceAll('\\$', '$');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of the SQL text

/** Changes of a database into a lake that this machine has not. */
const CHANGES = `CREATE TABLE shipments (id BIGINT, client BIGINT, weight DECIMAL(10, 2), state STRING, sent_at TIMESTAMP(3),
  WATERMARK FOR sent_at AS sent_at - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'shop.public.shipments', 'properties.bootstrap.servers' = 'broker.messaging.svc:9093',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json');
CREATE TABLE lake_shipments (id BIGINT, client BIGINT, weight DECIMAL(10, 2), state STRING, sent_at TIMESTAMP(3), sent_day DATE)
PARTITIONED BY (sent_day)
WITH ('connector' = 'iceberg', 'catalog-name' = 'c', 'catalog-type' = 'rest', 'uri' = 'http://catalog.svc:8181', 'warehouse' = 's3://lake/');
INSERT INTO lake_shipments SELECT id, client, weight, state, sent_at, CAST(sent_at AS DATE) FROM shipments;
`;

/** A message as Debezium writes it without its schema. */
const change = (op: string, before: unknown, after: unknown) => ({
  value: JSON.stringify({
    before,
    after,
    source: {
      version: '3.0.8',
      connector: 'postgresql',
      name: 'shop',
      ts_ms: 1714557600000,
      snapshot: 'false',
      db: 'shop',
      schema: 'public',
      table: 'shipments',
      txId: 5,
      lsn: 9,
    },
    transaction: null,
    op,
    ts_ms: 1714557600123,
  }),
});

describe.skipIf(missingFor('kafka') ?? missingFor('postgres'))('a text of a cluster, on this machine', () => {
  let kafka: Kafka;
  let postgres: Postgres;
  let folder: string;

  beforeAll(async () => {
    [kafka, postgres] = [await startKafka(), await startPostgres()];
    folder = mkdtempSync(join(tmpdir(), 'millrace-article-'));
    writeFileSync(join(folder, 'article.sql'), ARTICLE);
    writeFileSync(join(folder, 'changes.sql'), CHANGES);
    writeFileSync(
      join(folder, 'millrace.json'),
      JSON.stringify({
        environments: {
          here: {
            hosts: {
              'kafka:9092': kafka.bootstrap,
              'broker.messaging.svc:9093': kafka.bootstrap,
              'db:5432': `${postgres.host}:${postgres.port}`,
            },
            tables: [
              {
                connector: 'kafka',
                options: { 'scan.startup.mode': 'earliest-offset', 'scan.bounded.mode': 'latest-offset' },
              },
            ],
            variables: { DIM_USER: postgres.user },
            options: { 'table.local-time-zone': 'UTC' },
          },
        },
      }),
    );
    writeFileSync(join(folder, '.env'), `DIM_DB_PASSWORD=${postgres.password}\n`);
    const address = parseJdbcUrl(`jdbc:postgresql://${postgres.host}:${postgres.port}/${postgres.database}`);
    if (!address) throw new Error('no address');
    const database = await openDatabase(address, postgres);
    await database.query(
      'CREATE TABLE IF NOT EXISTS env_clients (client_id text PRIMARY KEY, tier text, updated_at timestamp(3))',
    );
    await database.query("INSERT INTO env_clients VALUES ('c1', 'gold', '2024-05-01 00:00:00') ON CONFLICT DO NOTHING");
    await database.close();
    const client = new IndependentKafka({
      clientId: 'witness',
      brokers: [kafka.bootstrap],
      logLevel: logLevel.NOTHING,
    });
    const producer = client.producer();
    await producer.connect();
    const payment = (id: string, state: string, cents: number, time: string) => ({
      value: JSON.stringify({ payment_id: id, client_id: 'c1', cents, state, at_time: `2024-05-01T10:0${time}` }),
    });
    await producer.send({
      topic: 'payments.events',
      messages: [payment('1', 'paid', 100, '0:01'), payment('2', 'paid', 50, '0:59'), payment('3', 'open', 7, '1:05')],
    });
    const row = (id: number, state: string) => ({
      id,
      client: 7,
      weight: '12.50',
      state,
      sent_at: '2024-05-01 10:00:00.123',
    });
    await producer.send({
      topic: 'shop.public.shipments',
      messages: [
        change('r', null, row(1, 'packed')),
        change('c', null, row(2, 'packed')),
        change('u', row(1, 'packed'), row(1, 'sent')),
        change('d', row(2, 'packed'), null),
        // What a connector writes after a delete, so that the topic may forget the key.
        { key: '{"id":2}', value: null },
      ],
    });
    await producer.disconnect();
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await kafka?.stop();
    await postgres?.stop();
  });

  const run = (...args: string[]) => millrace('run', 'article.sql', '--jsonl', ...args);

  const millrace = (...args: string[]): Promise<{ status: number | null; out: string; err: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(root, 'cli/main.ts'), ...args], { cwd: folder });
      const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
      let [out, err] = ['', ''];
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        err += data.toString();
      });
      child.on('close', (status) => {
        clearTimeout(timer);
        resolve({ status, out, err });
      });
    });

  it("runs unchanged, up to Flink's error in its last query, and shows no password", async () => {
    const { status, out, err } = await run('--env', 'here');
    expect(out).toContain('"state":"FINISHED"');
    expect(out).toContain('{"client_id":"c1","tier":"gold","updated_at":"2024-05-01T00:00:00"}');
    expect(err).toMatch(
      /^article\.sql:14:1: .*Event-Time Temporal Table Join requires both primary key and row time attribute in versioned table, but no row time attribute can be found\./,
    );
    expect(status).toBe(1);
    expect(out + err).not.toContain(postgres.password);
  });

  it('can show what it would write', async () => {
    const { out } = await run('--env', 'here', '--preview');
    const rows = out.split('\n').filter((line) => line.includes('"sink":"per_minute"'));
    expect(rows.map((line) => (JSON.parse(line) as { row: { value: string } }).row.value)).toEqual([
      '{"window_start":"2024-05-01 10:00:00","state":"paid","n":2,"total":150}',
      '{"window_start":"2024-05-01 10:01:00","state":"open","n":1,"total":7}',
    ]);
  });

  it('previews changes into a lake that only a cluster has, and says so of a real run', async () => {
    const { out, err } = await millrace('run', 'changes.sql', '--jsonl', '--env', 'here', '--preview');
    expect(err).toBe('');
    const rows = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { row: { op: string; target: string; value: string } }).row);
    expect(
      rows.map(({ op, value }) => [
        op,
        (JSON.parse(value) as { id: number; state: string }).id,
        (JSON.parse(value) as { state: string }).state,
      ]),
    ).toEqual([
      ['+I', 1, 'packed'],
      ['+I', 2, 'packed'],
      ['-U', 1, 'packed'],
      ['+U', 1, 'sent'],
      ['-D', 2, 'packed'],
    ]);
    expect(new Set(rows.map(({ target }) => target))).toEqual(new Set(['sent_day=2024-05-01']));
    const real = await millrace('run', 'changes.sql', '--env', 'here');
    expect(real.status).toBe(1);
    expect(real.err).toContain("The local runtime has no connector 'iceberg': run this on a cluster that has it");
  });

  it('is reviewed before it runs', async () => {
    const { status, out } = await millrace('check', 'changes.sql', '--env', 'here', '--jsonl');
    expect(status).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { code: string }).code),
    ).toEqual(['review/cdc-without-key', 'review/sink-loses-changes', 'review/changelog-source']);
  });
});
