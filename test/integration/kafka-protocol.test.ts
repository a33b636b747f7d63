import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onPath } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { type Kafka, kafkaTool, launchSecureKafka } from '../harness/kafka.ts';
import type { ListenerProperties } from '../harness/kafka-security.ts';
import { runLocally } from '../harness/local-sql.ts';
import { missingFor } from '../harness/services.ts';

// kafkajs and Kafka's own console tools stand on the other side; only one side is ever ours.
describe.skipIf(missingFor('kafka'))('the protocol of a real broker', () => {
  let kafka: Kafka;
  let client: IndependentKafka;

  beforeAll(async () => {
    kafka = await launchSecureKafka();
    client = new IndependentKafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  }, 120_000);
  afterAll(() => kafka?.stop());

  function table(
    name: string,
    topic: string,
    more: Readonly<Record<string, string>> = {},
    columns = 'id INT, v STRING',
  ) {
    const options: Record<string, string> = {
      connector: 'kafka',
      ...(more['topic-pattern'] === undefined ? { topic } : {}),
      'properties.bootstrap.servers': kafka.bootstrap,
      format: 'json',
      'scan.startup.mode': 'earliest-offset',
      'scan.bounded.mode': 'latest-offset',
      ...more,
    };
    const list = Object.entries(options)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => `'${key}' = '${value.replaceAll("'", "''")}'`);
    return `CREATE TABLE ${name} (${columns}) WITH (${list.join(', ')});`;
  }

  const listener = (properties: ListenerProperties) =>
    Object.fromEntries(Object.entries(properties).map(([key, value]) => [`properties.${key}`, value]));

  /** The rows of the last statement, without kinds, or its error. */
  async function last(sql: string, limit?: number): Promise<unknown> {
    const results = await runLocally(sql, limit);
    const failed = results.find((r) => r.error !== undefined);
    return (
      failed?.error ??
      results
        .at(-1)
        ?.rows.map(([, ...cells]) => cells.join(' '))
        .sort()
    );
  }

  async function topic(name: string, numPartitions = 1): Promise<void> {
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: name, numPartitions }] });
    await admin.disconnect();
  }

  const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

  test.each(codecs)('%s: reads what the console producer wrote', { timeout: 60_000 }, async (codec) => {
    await topic(`in-${codec}`);
    const rows = Array.from({ length: 300 }, (_, i) => `{"id":${i},"v":"value ${i} of ${codec}"}`);
    const args = [
      '--bootstrap-server',
      kafka.bootstrap,
      '--topic',
      `in-${codec}`,
      '--command-property',
      `compression.type=${codec}`,
    ];
    await kafkaTool('org.apache.kafka.tools.ConsoleProducer', args, `${rows.join('\n')}\n`);
    const sql = `${table('t', `in-${codec}`)} SELECT COUNT(*), SUM(id), MAX(CHAR_LENGTH(v)) FROM t;`;
    const counted = (await runLocally(`SET 'execution.runtime-mode' = 'batch'; ${sql}`)).at(-1);
    expect(counted).toEqual({ rows: [['+I', '300', '44850', `${`value 299 of ${codec}`.length}`]] });
  });

  test('the console consumer reads what was written in every compression, tombstones and headers too', async () => {
    await topic('out');
    const columns = "id INT, v STRING, h MAP<STRING, BYTES> METADATA FROM 'headers'";
    const inserts = codecs.map(
      (codec, i) => `${table(`w${i}`, 'out', { 'properties.compression.type': codec }, columns)}
        INSERT INTO w${i} VALUES (${i}, '${codec}', MAP['h', x'6162']), (${i + 10}, REPEAT('x', 5000), MAP['h', x'63']);`,
    );
    expect(await last(inserts.join('\n'))).toHaveLength(1);
    const args = ['--bootstrap-server', kafka.bootstrap, '--topic', 'out', '--from-beginning', '--max-messages', '10'];
    const printed = await kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
      ...args,
      ...['--timeout-ms', '20000', '--formatter-property', 'print.headers=true'],
    ]);
    const lines = printed.trim().split('\n');
    expect(lines.filter((line) => line.length < 100)).toEqual(
      codecs.map((codec, i) => `h:ab\t{"id":${i},"v":"${codec}"}`),
    );
    expect(lines.filter((line) => line.startsWith('h:c\t')).map((line) => line.length)).toEqual(Array(5).fill(5020));
  }, 90_000);

  test.each(['plain', 'scram256', 'scram512', 'oauth', 'tls'] as const)('writes and reads through %s', async (name) => {
    const through = listener(kafka.secure?.[name] ?? {});
    const sql = `${table('t', `secure-${name}`, through)} INSERT INTO t VALUES (1, 'a'), (2, 'b'); SELECT * FROM t;`;
    expect(await last(sql)).toEqual(['1 a', '2 b']);
  });

  test.skipIf(!onPath('keytool')).each(['JKS', 'PKCS12'])(
    'writes and reads through TLS with a store of type %s',
    async (type) => {
      const { 'ssl.truststore.location': ca = '', ...rest } = kafka.secure?.tls ?? {};
      const folder = mkdtempSync(join(tmpdir(), 'millrace-stores-'));
      try {
        const store = join(folder, 'trusted');
        const args = ['-importcert', '-noprompt', '-alias', 'ca', '-file', ca, '-keystore', store];
        await run('keytool', [...args, '-storetype', type, '-storepass', 'only for tests']);
        const through = listener({
          ...rest,
          'ssl.truststore.type': type,
          'ssl.truststore.location': store,
          'ssl.truststore.password': 'only for tests',
        });
        const t = table('t', `secure-${type.toLowerCase()}`, through);
        expect(await last(`${t} INSERT INTO t VALUES (1, 'a'), (2, 'b'); SELECT * FROM t;`)).toEqual(['1 a', '2 b']);
        const wrong = { ...through, 'properties.ssl.truststore.password': 'hush-hush' };
        const refused = await last(`${table('t', 'secure-tls', wrong)} SELECT * FROM t;`);
        expect(refused).toContain('ssl.truststore.location');
        expect(refused).not.toContain('hush');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test('a wrong password and an unknown authority are named, and no secret is', async () => {
    const wrong = listener({
      ...kafka.secure?.scram256,
      'sasl.jaas.config': 'x required username="alice" password="hush-hush";',
    });
    const refused = await last(`${table('t', 'secure-plain', wrong)} SELECT * FROM t;`);
    expect(refused).toMatch(/Kafka at 127\.0\.0\.1:\d+ refused the login/);
    expect(refused).not.toContain('hush');
    const { 'ssl.truststore.location': _location, 'ssl.truststore.type': _type, ...unknown } = kafka.secure?.tls ?? {};
    const unsure = await last(`${table('t', 'secure-tls', listener(unknown))} SELECT * FROM t;`);
    expect(unsure).toMatch(/Kafka at 127\.0\.0\.1:\d+ cannot be reached by TLS .*certificate/);
    const nowhere = listener({ ...unknown, 'ssl.truststore.location': '/x.jks' });
    expect(await last(`${table('t', 'secure-tls', nowhere)} SELECT * FROM t;`)).toMatch(
      /ssl\.truststore\.location cannot be read: ENOENT/,
    );
  });

  test('records of aborted and of open transactions are not read as committed', async () => {
    await topic('tx', 2);
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: 'witness-tx' });
    await producer.connect();
    const send = async (id: number, end: 'commit' | 'abort' | undefined) => {
      const transaction = await producer.transaction();
      const messages = [0, 1].map((partition) => ({
        partition,
        value: `{"id":${id + partition},"v":"${end ?? 'open'}"}`,
      }));
      await transaction.send({ topic: 'tx', messages });
      if (end) await transaction[end]();
      return transaction;
    };
    await send(10, 'commit');
    await send(20, 'abort');
    await send(30, 'commit');
    await send(40, 'abort');
    const open = await send(50, undefined);
    const committed = table('c', 'tx', { 'properties.isolation.level': 'read_committed' });
    expect(await last(`${committed} SELECT * FROM c;`)).toEqual(['10 commit', '11 commit', '30 commit', '31 commit']);
    expect(await last(`${table('u', 'tx')} SELECT id FROM u;`)).toEqual([
      '10',
      '11',
      '20',
      '21',
      '30',
      '31',
      '40',
      '41',
      '50',
      '51',
    ]);
    await open.commit();
    await producer.disconnect();
    expect(await last(`${committed} SELECT id FROM c WHERE id > 40;`)).toEqual(['50', '51']);
  });

  test('a sink that writes exactly once: nothing is seen before its checkpoint; a time-out that brokers refuse is told', async () => {
    await topic('once');
    const sink = {
      'sink.delivery-guarantee': 'exactly-once',
      'sink.transactional-id-prefix': 'once',
      'properties.transaction.timeout.ms': '60000',
    };
    const generated = `CREATE TABLE g (id INT, v STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '500', 'fields.id.kind' = 'sequence',
      'fields.id.start' = '1', 'fields.id.end' = '500', 'rows-per-second' = '1000');`;
    const read = table('r', 'once', { 'properties.isolation.level': 'read_committed' });
    const sql = `SET 'execution.checkpointing.interval' = '100 ms'; ${generated} ${table('w', 'once', sink)} INSERT INTO w SELECT * FROM g;`;
    expect(
      await last(`${sql} ${read} SET 'execution.runtime-mode' = 'batch'; SELECT COUNT(*), SUM(id) FROM r;`),
    ).toEqual(['500 125250']);
    const tooLong = { ...sink, 'properties.transaction.timeout.ms': '' };
    expect(await last(`${table('w', 'once', tooLong)} INSERT INTO w VALUES (1, 'x');`)).toMatch(
      /transaction timeout is larger than the maximum value allowed by the broker/,
    );
  });

  test('a pattern takes in topics and partitions that come later', async () => {
    await topic('pat-a');
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'pat-a', messages: [{ value: '{"id":1,"v":"a"}' }] });
    const options = {
      'topic-pattern': 'pat-.*',
      'scan.bounded.mode': '',
      'scan.topic-partition-discovery.interval': '300 ms',
    };
    const rows = last(
      `${table('p', '', options, 'id INT, `topic` STRING METADATA, `partition` INT METADATA')} SELECT * FROM p;`,
      3,
    );
    await sleep(1500);
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'pat-b', numPartitions: 1 }] });
    await admin.createPartitions({ topicPartitions: [{ topic: 'pat-a', count: 2 }] });
    await admin.disconnect();
    await producer.send({ topic: 'pat-b', messages: [{ value: '{"id":2,"v":"b"}' }] });
    await sleep(500);
    await producer.disconnect();
    const fresh = client.producer();
    await fresh.connect();
    await fresh.send({ topic: 'pat-a', messages: [{ partition: 1, value: '{"id":3,"v":"c"}' }] });
    await fresh.disconnect();
    expect(await rows).toEqual(['1 pat-a 0', '2 pat-b 0', '3 pat-a 1']);
  }, 60_000);

  test('a group is told of offsets by checkpoints, and reading goes on there', async () => {
    await topic('grouped');
    const producer = client.producer();
    await producer.connect();
    const send = (from: number) =>
      producer.send({ topic: 'grouped', messages: [0, 1, 2].map((i) => ({ value: `{"id":${from + i},"v":"x"}` })) });
    await send(1);
    const group = { 'properties.group.id': 'told' };
    const sink = `CREATE TABLE b (id INT, v STRING) WITH ('connector' = 'blackhole');`;
    expect(
      await last(
        `SET 'execution.checkpointing.interval' = '50 ms'; ${table('t', 'grouped', group)} ${sink} INSERT INTO b SELECT * FROM t;`,
      ),
    ).toHaveLength(1);
    const admin = client.admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId: 'told', topics: ['grouped'] });
    await admin.disconnect();
    expect(offsets?.partitions).toMatchObject([{ partition: 0, offset: '3' }]);
    await send(4);
    await producer.disconnect();
    const goesOn = table('t', 'grouped', { ...group, 'scan.startup.mode': 'group-offsets' });
    expect(await last(`${goesOn} SELECT id FROM t;`)).toEqual(['4', '5', '6']);
  });

  test('an upsert sink reduces by key before it writes', async () => {
    await topic('reduced');
    const upsert = `CREATE TABLE u (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'reduced',
      'properties.bootstrap.servers' = '${kafka.bootstrap}', 'key.format' = 'json', 'value.format' = 'json', 'scan.bounded.mode' = 'latest-offset',
      'sink.buffer-flush.max-rows' = '100', 'sink.buffer-flush.interval' = '10 s');
      INSERT INTO u SELECT MOD(id, 2), COUNT(*) FROM (VALUES (1), (2), (3), (4), (5)) AS v (id) GROUP BY MOD(id, 2);`;
    const raw = table('raw_reduced', 'reduced', { format: 'raw' }, 'message STRING');
    expect(await last(`${upsert} ${raw} SELECT * FROM raw_reduced;`)).toEqual(['{"id":0,"n":2}', '{"id":1,"n":3}']);
  });
});
