import { Kafka as Client, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { buildLocalRuntime, type LocalRuntimeServer, startLocalRuntime } from '../harness/local-runtime.ts';
import { runScript } from '../harness/run-script.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';

// An independent client writes and reads; only the middle is ours.
describe.skipIf(missingFor('kafka'))('the local runtime and a real Kafka broker', () => {
  let kafka: Kafka;
  let runtime: LocalRuntimeServer;
  let client: Client;
  let producer: Producer;

  beforeAll(async () => {
    await buildLocalRuntime();
    kafka = await startKafka();
    runtime = await startLocalRuntime(root);
    client = new Client({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
    producer = client.producer();
    await producer.connect();
  });

  afterAll(async () => {
    await producer?.disconnect();
    await runtime?.stop();
    await kafka?.stop();
  });

  /** Every message of a topic from its beginning, as the broker keeps them, key and value as text. */
  async function contents(topic: string, count: number): Promise<[key: string, value: string | null][]> {
    const consumer = client.consumer({ groupId: `reader-of-${topic}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const messages: [string, string | null][] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`only ${messages.length} of ${count} messages`)), 30_000);
        consumer
          .run({
            eachMessage: async ({ message }) => {
              messages.push([message.key?.toString() ?? '', message.value?.toString() ?? null]);
              if (messages.length < count) return;
              clearTimeout(late);
              resolve();
            },
          })
          .catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
    return messages;
  }

  test('windowed aggregates go from a JSON topic to an upsert topic', async () => {
    const events: [time: string, product: string, amount: number][] = [
      ['10:00:01', 'tea', 2],
      ['10:00:30', 'tea', 3],
      ['10:00:59', 'bun', 1],
      ['10:01:10', 'tea', 5],
      ['10:00:40', 'bun', 4], // out of order, but within the watermark's patience
      ['10:02:30', 'bun', 7],
      ['10:09:00', 'end', 0], // moves the watermark past all windows before it
    ];
    await producer.send({
      topic: 'round-trip-in',
      messages: events.map(([time, product, amount]) => ({
        value: JSON.stringify({ product, amount, at: `2026-03-02 ${time}` }),
      })),
    });
    const bootstrap = `'properties.bootstrap.servers' = '${kafka.bootstrap}'`;
    const results = await runScript(
      `
      CREATE TABLE sales_in (
        product STRING, amount INT, \`at\` TIMESTAMP(3), WATERMARK FOR \`at\` AS \`at\` - INTERVAL '30' SECOND
      ) WITH ('connector' = 'kafka', 'topic' = 'round-trip-in', ${bootstrap},
        'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'json');
      CREATE TABLE sales_out (
        product STRING, window_end TIMESTAMP(3), total INT, PRIMARY KEY (product, window_end) NOT ENFORCED
      ) WITH ('connector' = 'upsert-kafka', 'topic' = 'round-trip-out', ${bootstrap},
        'key.format' = 'json', 'value.format' = 'json');
      INSERT INTO sales_out
      SELECT product, window_end, SUM(amount)
      FROM TABLE(TUMBLE(TABLE sales_in, DESCRIPTOR(\`at\`), INTERVAL '1' MINUTE))
      GROUP BY product, window_start, window_end;
      `,
      runtime,
    );
    expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
    const messages = await contents('round-trip-out', 5);
    const rows = messages.map(([key, value]) => [JSON.parse(key), JSON.parse(value ?? 'null')]);
    const key = (product: string, time: string) => ({ product, window_end: `2026-03-02 ${time}` });
    const row = (product: string, time: string, total: number) => [
      key(product, time),
      { ...key(product, time), total },
    ];
    const expected = [
      row('bun', '10:01:00', 5),
      row('tea', '10:01:00', 5),
      row('tea', '10:02:00', 5),
      row('bun', '10:03:00', 7),
      row('end', '10:10:00', 0),
    ];
    const sorted = (list: unknown[]) => list.map((one) => JSON.stringify(one)).sort();
    expect(sorted(rows)).toEqual(sorted(expected));
  });

  test('an updating aggregate upserts by key, and a reader of the topic sees the last state', async () => {
    await producer.send({
      topic: 'counts-in',
      messages: ['a', 'b', 'a', 'c', 'a'].map((name) => ({ value: JSON.stringify({ name }) })),
    });
    const bootstrap = `'properties.bootstrap.servers' = '${kafka.bootstrap}'`;
    const results = await runScript(
      `
      CREATE TABLE names (name STRING) WITH ('connector' = 'kafka', 'topic' = 'counts-in', ${bootstrap},
        'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'json');
      CREATE TABLE counts (name STRING, n BIGINT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'upsert-kafka',
        'topic' = 'counts-out', ${bootstrap}, 'scan.bounded.mode' = 'latest-offset',
        'key.format' = 'json', 'value.format' = 'json');
      INSERT INTO counts SELECT name, COUNT(*) FROM names GROUP BY name;
      SELECT * FROM counts;
      `,
      runtime,
    );
    expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
    const messages = await contents('counts-out', 5);
    expect(messages.filter(([key]) => key === '{"name":"a"}').map(([, value]) => value)).toEqual([
      '{"name":"a","n":1}',
      '{"name":"a","n":2}',
      '{"name":"a","n":3}',
    ]);
    expect(results.at(-1)?.changes.length).toBeGreaterThan(3);
    expect(
      results
        .at(-1)
        ?.changes.filter(([, name]) => name === 'a')
        .at(-1),
    ).toEqual(['+U', 'a', '3']);
  });

  test('malformed JSON ends the job with one clear error', async () => {
    await producer.send({ topic: 'broken-in', messages: [{ value: '{"name": "a"}' }, { value: 'not json' }] });
    const results = await runScript(
      `
      CREATE TABLE broken (name STRING) WITH ('connector' = 'kafka', 'topic' = 'broken-in',
        'properties.bootstrap.servers' = '${kafka.bootstrap}', 'scan.startup.mode' = 'earliest-offset',
        'scan.bounded.mode' = 'latest-offset', 'format' = 'json');
      SELECT * FROM broken;
      `,
      runtime,
    );
    expect(results.at(-1)?.error).toMatch(/Unrecognized token 'not'|Failed to deserialize JSON 'not json'/);
  });

  test('a broker that is not there is said within the time limit', async () => {
    const began = performance.now();
    const results = await runScript(
      `
      CREATE TABLE nowhere (name STRING) WITH ('connector' = 'kafka', 'topic' = 't',
        'properties.bootstrap.servers' = '127.0.0.1:1', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
      SELECT * FROM nowhere;
      `,
      runtime,
    );
    expect(results.at(-1)?.error).toContain('127.0.0.1:1');
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
