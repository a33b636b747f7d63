import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties, type KafkaAdmin, openKafkaAdmin } from '../../clients/kafka/index.ts';
import { SchemaRegistryAdmin, SchemaRegistryClient } from '../../clients/schema-registry/index.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import { schemasOf } from '../../topics/decode/known-schemas.ts';
import { MessageFilters } from '../../topics/filter/filters.ts';
import { HistogramCounter } from '../../topics/filter/histogram.ts';
import { inferTable } from '../../topics/infer/table.ts';
import { typeMessages } from '../../topics/infer/typing.ts';
import { parseJson } from '../../topics/json.ts';
import { messagesOf } from '../../topics/messages.ts';
import { messageWriter } from '../../topics/produce/encode.ts';
import { runLocally } from '../harness/local-sql.ts';
import { type Kafka, missingFor, type Registry, startKafka, startRegistry } from '../harness/services.ts';

const missing = missingFor('registry');
const utf8 = (text: string) => new TextEncoder().encode(text);

describe.skipIf(missing)(`from topic to SQL${missing ? `: skipped, ${missing}` : ''}`, () => {
  let kafka: Kafka;
  let registry: Registry;
  let admin: KafkaAdmin;
  let schemas: SchemaRegistryClient;
  let registering: SchemaRegistryAdmin;
  const filters = new MessageFilters(new URL('../../topics/filter-thread/worker.ts', import.meta.url));
  beforeAll(async () => {
    [kafka, registry] = await Promise.all([startKafka(), startRegistry()]);
    admin = await openKafkaAdmin({
      connection: connectionFromProperties({ 'bootstrap.servers': kafka.bootstrap }, 'topics-sql'),
    });
    schemas = new SchemaRegistryClient({ urls: [registry.url] });
    registering = new SchemaRegistryAdmin({ connection: { urls: [registry.url] } });
  }, 180_000);
  afterAll(async () => {
    filters.dispose();
    schemas?.close();
    registering?.close();
    await admin?.close();
    await registry?.stop();
    await kafka?.stop();
  });

  async function topicOf(
    records: readonly {
      readonly key: string | null;
      readonly value: Uint8Array | null;
      readonly headers?: [string, Uint8Array][];
      readonly timestamp?: number;
    }[],
    configs: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const topic = `topics-sql-${randomUUID()}`;
    // Kept however old they are: a broker looks for what is past its retention half a minute after its start.
    await admin.createTopic({ name: topic, partitions: 1, replicas: 1, configs: { 'retention.ms': '-1', ...configs } });
    await admin.produce(
      topic,
      records.map(({ key, ...rest }) => ({ key: key === null ? null : utf8(key), ...rest })),
    );
    return topic;
  }

  async function sampled(topic: string) {
    const decoder = messageDecoder(schemas);
    const samples = [];
    for await (const { pages } of admin.browse({ topic, from: { at: 'oldest' } }))
      for (const page of pages)
        samples.push(...(await decoder.decode(messagesOf(page), { key: 'auto', value: 'auto' })));
    return { samples, schemas: await schemasOf(samples, schemas) };
  }

  async function rowsOf(topic: string, columns: string, isCompacted = false) {
    const table = inferTable({
      topic,
      bootstrap: kafka.bootstrap,
      registryUrl: registry.url,
      isCompacted,
      tableName: 'inferred',
      ...(await sampled(topic)),
    });
    const bounded = `/*+ OPTIONS('scan.bounded.mode'='latest-offset') */`;
    const [created, selected] = await runLocally(
      `${table.ddl}\nSELECT ${columns} FROM inferred ${isCompacted ? '' : bounded};`,
      isCompacted ? 4 : 1000,
    );
    expect(created?.error).toBeUndefined();
    expect(selected?.error).toBeUndefined();
    return { table, rows: selected?.rows };
  }

  test('JSON', async () => {
    const value = (id: number, at: string) =>
      utf8(
        `{"id":${id},"name":"n${id}","price":${id}.5,"at":"2026-01-31T12:00:${at}Z","tags":["a","b"],"by":{"who":"x"}}`,
      );
    const topic = await topicOf([
      { key: '1', value: value(1, '00.000') },
      { key: '2', value: value(2, '05.000') },
      { key: '3', value: value(3, '01.500') },
    ]);
    const { table, rows } = await rowsOf(topic, 'id, name, price, `at`, tags[2], `by`.who');
    expect(table.watermark).toMatchObject({ column: 'at', delayMs: 5000 });
    expect(rows?.map((row) => row.slice(0, 4))).toEqual([
      ['+I', '1', 'n1', '1.5'],
      ['+I', '2', 'n2', '2.5'],
      ['+I', '3', 'n3', '3.5'],
    ]);
    expect(rows?.[0]?.slice(5)).toEqual(['b', 'x']);
  });

  test('Avro of the registry, with an enum', async () => {
    const schema =
      '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"},{"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},{"name":"note","type":["null","string"],"default":null},{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}}]}';
    const id = await registering.register(`topics-sql-${randomUUID()}-value`, { type: 'AVRO', schema });
    const writer = await messageWriter('avro', { id, type: 'AVRO', text: schema });
    const write = (text: string) => writer.write(parseJson(text));
    const topic = await topicOf([
      { key: null, value: write('{"id":9007199254740993,"state":"PAID","note":"é","price":12.30}') },
      { key: null, value: write('{"id":2,"state":"NEW","price":-1}') },
    ]);
    const { table, rows } = await rowsOf(topic, 'id, state, note, price');
    expect(table.format).toBe('avro-confluent');
    expect(rows).toEqual([
      ['+I', '9007199254740993', 'PAID', 'é', '12.30'],
      ['+I', '2', 'NEW', null, '-1.00'],
    ]);
  });

  test('change events of Debezium', async () => {
    const event = (op: string, before: unknown, after: unknown) =>
      utf8(JSON.stringify({ op, before, after, source: {}, ts_ms: 1 }));
    const topic = await topicOf([
      { key: '{"id":1}', value: event('c', null, { id: 1, name: 'a' }) },
      { key: '{"id":1}', value: event('u', { id: 1, name: 'a' }, { id: 1, name: 'b' }) },
      { key: '{"id":1}', value: event('d', { id: 1, name: 'b' }, null) },
    ]);
    const { table, rows } = await rowsOf(topic, 'id, name');
    expect([table.format, table.primaryKey]).toEqual(['debezium-json', ['id']]);
    expect(rows).toEqual([
      ['+I', '1', 'a'],
      ['-U', '1', 'a'],
      ['+U', '1', 'b'],
      ['-D', '1', 'b'],
    ]);
  });

  test('a compacted topic is an upsert table', async () => {
    const records = [
      { key: '1', value: utf8('{"id":1,"name":"a"}') },
      { key: '1', value: utf8('{"id":1,"name":"b"}') },
      { key: '2', value: utf8('{"id":2,"name":"c"}') },
    ];
    const topic = await topicOf(records, { 'cleanup.policy': 'compact' });
    const { table, rows } = await rowsOf(topic, 'id, name', true);
    expect([table.connector, table.primaryKey]).toEqual(['upsert-kafka', ['id']]);
    expect(rows).toEqual([
      ['+I', '1', 'a'],
      ['-U', '1', 'a'],
      ['+U', '1', 'b'],
      ['+I', '2', 'c'],
    ]);
  });

  test('a condition over a topic, with counts by time', async () => {
    const topic = await topicOf(
      Array.from({ length: 2000 }, (_, i) => ({
        key: `k${i % 7}`,
        value: utf8(`{"id":${i},"amount":${i % 100}}`),
        headers: [['parity', utf8(i % 2 === 0 ? 'even' : 'odd')]] as [string, Uint8Array][],
        timestamp: 1_769_860_800_000 + i * 10,
      })),
    );
    const filter = await filters.open({
      condition: `value.amount >= 98 AND headers['parity'] = 'odd' AND key <> 'k1'`,
      typing: await typeMessages(await sampled(topic)),
      zone: 'UTC',
    });
    const histogram = new HistogramCounter(20);
    const found: bigint[] = [];
    const query = {
      topic,
      from: { at: 'oldest' },
      filter: async (page) => {
        const chosen = await filter.test(page);
        histogram.add(page, chosen);
        return chosen;
      },
    } satisfies Parameters<KafkaAdmin['browse']>[0];
    for await (const { pages } of admin.browse(query))
      for (const page of pages) for (const { offset } of messagesOf(page)) found.push(offset);
    const expected = Array.from({ length: 2000 }, (_, i) => i).filter(
      (i) => i % 100 >= 98 && i % 2 === 1 && i % 7 !== 1,
    );
    expect(found.map(Number)).toEqual(expected);
    const counts = histogram.take();
    expect(counts?.all.reduce((a, b) => a + b, 0)).toBe(2000);
    expect(counts?.matching.reduce((a, b) => a + b, 0)).toBe(expected.length);
  });
});
