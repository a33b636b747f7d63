import { describe, expect, test } from 'vitest';
import { bindStatement } from '../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { messageDecoder } from '../../topics/decode/decoder.ts';
import { framed } from '../../topics/decode/framing.ts';
import { schemasOf } from '../../topics/decode/known-schemas.ts';
import type { SchemaSource } from '../../topics/decode/schemas.ts';
import { parseAvro } from '../../topics/formats/avro-schema.ts';
import { writeAvro } from '../../topics/formats/avro-write.ts';
import { inferTable } from '../../topics/infer/table.ts';
import { typeMessages } from '../../topics/infer/typing.ts';
import { parseJson } from '../../topics/json.ts';
import type { InferRequest, RawMessage } from '../../topics/types.ts';

interface Given {
  readonly key?: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  readonly partition?: number;
  readonly timestamp?: number;
}
const utf8 = (given: string | Uint8Array | null | undefined) =>
  typeof given === 'string' ? new TextEncoder().encode(given) : (given ?? null);

async function requestOf(given: readonly Given[], more: Partial<InferRequest> = {}, registry?: SchemaSource) {
  const messages = given.map(
    ({ key, value, partition = 0, timestamp = 1_769_860_800_000 }, i): RawMessage => ({
      topic: 'shop.orders',
      partition,
      offset: BigInt(i),
      timestamp,
      timestampType: 'CreateTime',
      key: utf8(key),
      value: utf8(value),
      headers: [],
    }),
  );
  const samples = await messageDecoder(registry).decode(messages, { key: 'auto', value: 'auto' });
  return {
    topic: 'shop.orders',
    bootstrap: 'localhost:9092',
    registryUrl: 'http://localhost:8081',
    samples,
    ...(registry ? { schemas: await schemasOf(samples, registry) } : {}),
    ...more,
  };
}

const infer = async (given: readonly Given[], more: Partial<InferRequest> = {}, registry?: SchemaSource) => {
  const table = inferTable(await requestOf(given, more, registry));
  const { statements, errors } = parse(table.ddl);
  expect(errors).toEqual([]);
  const connectors = { source: () => undefined, sink: () => undefined };
  const bound = bindStatement(statements[0]?.node as never, table.ddl, {
    catalog: new CatalogStore(),
    options: {},
    connectors,
  });
  expect(bound.diagnostics).toEqual([]);
  return table;
};

const registryOf = (schemas: Readonly<Record<number, string>>): SchemaSource => ({
  schema: async (id) => ({ type: 'AVRO', schema: schemas[id] as string, references: [] }),
  version: async () => {
    throw new Error('nothing is referred to');
  },
});
const avro = (schema: string, value: string) => framed(1, writeAvro(parseAvro(schema), parseJson(value)));

describe('a table for a topic', () => {
  test('JSON: types, event time with its disorder, the key that is a column', async () => {
    const { ddl, primaryKey, watermark } = await infer([
      {
        key: 'a',
        value:
          '{"id":"a","n":1,"price":1.5,"big":12345678901234567890,"ok":true,"tags":["x"],"at":"2026-01-31T12:00:00.000Z","order":{"no":1}}',
      },
      {
        key: 'b',
        value:
          '{"id":"b","n":2,"price":2,"big":1,"ok":null,"tags":[],"at":"2026-01-31T12:00:05.000Z","order":{"no":2,"by":"me"}}',
      },
      {
        key: 'c',
        value:
          '{"id":"c","n":3,"price":2,"big":1,"tags":[],"at":"2026-01-31T12:00:01.200Z","order":{"no":2,"by":"me"},"mixed":1}',
      },
      {
        key: 'd',
        value:
          '{"id":"d","n":3,"price":2,"big":1,"tags":[],"at":"2026-01-31T12:00:07.000Z","order":{"no":2,"by":"me"},"mixed":"x"}',
        partition: 1,
      },
    ]);
    expect(ddl).toMatchInlineSnapshot(`
      "-- Topic shop.orders: 4 messages sampled.
      -- More that columns can have of each message:
      --   \`partition\` INT METADATA VIRTUAL, \`offset\` BIGINT METADATA VIRTUAL,
      --   record_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', headers MAP<STRING, BYTES> METADATA
      CREATE TABLE shop_orders (
        id STRING,
        n BIGINT,
        price DOUBLE,
        big DECIMAL(20, 0),
        -- missing in 2 of 4 messages
        ok BOOLEAN,
        tags ARRAY<STRING>,
        \`at\` TIMESTAMP_LTZ(3),
        \`order\` ROW<\`no\` BIGINT, \`by\` STRING>,
        -- values of several kinds were seen: numbers, texts
        mixed STRING,
        -- Event time: of 4 messages of 2 partitions 1 came behind a later one, at most 3.8 s.
        WATERMARK FOR \`at\` AS \`at\` - INTERVAL '5' SECOND
      ) WITH (
        'connector' = 'kafka',
        'topic' = 'shop.orders',
        'properties.bootstrap.servers' = 'localhost:9092',
        'scan.startup.mode' = 'earliest-offset',
        'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601'
      );
      "
    `);
    expect(primaryKey).toEqual([]);
    expect(watermark).toMatchObject({ column: 'at', delayMs: 5000 });
  });

  test('a compacted topic is a table of the newest values by key', async () => {
    const rows = [
      { key: '1', value: '{"id":1,"name":"x"}' },
      { key: '2', value: '{"id":2,"name":"y"}' },
      { key: '1', value: null },
    ];
    const { ddl, connector, primaryKey } = await infer(rows, { isCompacted: true });
    expect([connector, primaryKey]).toEqual(['upsert-kafka', ['id']]);
    expect(ddl).toMatchInlineSnapshot(`
      "-- Topic shop.orders: 3 messages sampled.
      -- More that columns can have of each message:
      --   \`partition\` INT METADATA VIRTUAL, \`offset\` BIGINT METADATA VIRTUAL,
      --   headers MAP<STRING, BYTES> METADATA
      CREATE TABLE shop_orders (
        id BIGINT NOT NULL,
        name STRING,
        -- no column tells the time: the records' own
        event_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
        -- Event time: of 2 messages of 1 partition none came behind a later one.
        WATERMARK FOR event_time AS event_time - INTERVAL '0.001' SECOND,
        -- The key is the column id in all of 2 sampled messages.
        PRIMARY KEY (id) NOT ENFORCED
      ) WITH (
        'connector' = 'upsert-kafka',
        'topic' = 'shop.orders',
        'properties.bootstrap.servers' = 'localhost:9092',
        'key.format' = 'csv',
        'value.format' = 'json'
      );
      "
    `);
    const own = await infer([{ key: 'k1', value: '{"name":"x"}' }], { isCompacted: true });
    expect(own.primaryKey).toEqual(['message_key']);
    expect(own.ddl).toContain(`'value.fields-include' = 'EXCEPT_KEY'`);
    const json = await infer([{ key: '{"id":1,"part":"p"}', value: '{"name":"x","id":1,"part":"p"}' }], {
      isCompacted: true,
    });
    expect(json.primaryKey).toEqual(['id', 'part']);
    expect(json.ddl).toContain(`'key.format' = 'json'`);
  });

  test('change events of Debezium', async () => {
    const event = (op: string, before: unknown, after: unknown) => ({ op, before, after, source: {}, ts_ms: 1 });
    const plain = await infer([
      { key: '{"id":1}', value: JSON.stringify(event('c', null, { id: 1, name: 'x' })) },
      { key: '{"id":1}', value: JSON.stringify(event('d', { id: 1, name: 'x' }, null)) },
      { key: '{"id":1}', value: null },
    ]);
    expect([plain.format, plain.primaryKey, plain.columns.map(({ name }) => name)]).toEqual([
      'debezium-json',
      ['id'],
      ['id', 'name'],
    ]);
    expect(plain.ddl).not.toContain('schema-include');
    const wrapped = await infer([{ value: JSON.stringify({ schema: {}, payload: event('r', null, { id: 1 }) }) }]);
    expect(wrapped.ddl).toContain(`'debezium-json.schema-include' = 'true'`);
  });

  test('Avro of a registry: its types, not those of samples', async () => {
    const schema = JSON.stringify({
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'long' },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        {
          name: 'price',
          type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }],
          default: null,
        },
        { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW'] }, doc: 'how far it is' },
        {
          name: 'items',
          type: { type: 'array', items: { type: 'record', name: 'I', fields: [{ name: 'n', type: 'int' }] } },
        },
      ],
    });
    const value = avro(schema, '{"id":1,"at":"2026-01-31T12:00:00Z","price":1,"state":"NEW","items":[]}');
    const { ddl, format } = await infer([{ value }], {}, registryOf({ 1: schema }));
    expect(format).toBe('avro-confluent');
    expect(ddl).toMatchInlineSnapshot(`
      "-- Topic shop.orders: 1 message sampled, schema 1.
      -- More that columns can have of each message:
      --   \`partition\` INT METADATA VIRTUAL, \`offset\` BIGINT METADATA VIRTUAL,
      --   record_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', headers MAP<STRING, BYTES> METADATA
      CREATE TABLE shop_orders (
        id BIGINT NOT NULL,
        \`at\` TIMESTAMP(3) NOT NULL,
        price DECIMAL(10, 2),
        -- how far it is
        state STRING NOT NULL,
        items ARRAY<ROW<n INT NOT NULL> NOT NULL> NOT NULL,
        -- Event time: of 1 message of 1 partition none came behind a later one.
        WATERMARK FOR \`at\` AS \`at\` - INTERVAL '0.001' SECOND
      ) WITH (
        'connector' = 'kafka',
        'topic' = 'shop.orders',
        'properties.bootstrap.servers' = 'localhost:9092',
        'scan.startup.mode' = 'earliest-offset',
        'format' = 'avro-confluent',
        'avro-confluent.url' = 'http://localhost:8081',
        'avro-confluent.schema' = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}],"default":null},{"name":"state","type":{"type":"enum","name":"State","symbols":["NEW"]},"doc":"how far it is"},{"name":"items","type":{"type":"array","items":{"type":"record","name":"I","fields":[{"name":"n","type":"int"}]}}}]}'
      );
      "
    `);
  });

  test('what no SQL type fits is left out, and said', async () => {
    const schema =
      '{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"u","type":["int","string"]},{"name":"r","type":["null","R"],"default":null}]}';
    const { columns, notes } = await infer(
      [{ value: avro(schema, '{"id":1,"u":"x"}') }],
      {},
      registryOf({ 1: schema }),
    );
    expect(columns.map(({ name }) => name)).toEqual(['id', 'event_time']);
    expect(notes).toEqual([
      'the field u is left out: a union of several types has no SQL type',
      'the field r is left out: a record that contains itself has no SQL type',
    ]);
  });

  test('an envelope in Avro', async () => {
    const schema = JSON.stringify({
      type: 'record',
      name: 'Envelope',
      namespace: 'db',
      fields: [
        {
          name: 'before',
          type: ['null', { type: 'record', name: 'Value', fields: [{ name: 'id', type: 'int' }] }],
          default: null,
        },
        { name: 'after', type: ['null', 'Value'], default: null },
        { name: 'source', type: { type: 'record', name: 'Source', fields: [] } },
        { name: 'op', type: 'string' },
      ],
    });
    const value = avro(schema, '{"after":{"id":1},"source":{},"op":"c"}');
    const { ddl, format } = await infer([{ value }], {}, registryOf({ 1: schema }));
    expect(format).toBe('debezium-avro-confluent');
    expect(ddl).toContain(`'debezium-avro-confluent.url' = 'http://localhost:8081'`);
    expect(ddl).toContain('id INT NOT NULL');
  });

  test('numbers that are times, names that are no identifiers, records without a time', async () => {
    const ms = await infer([{ value: '{"ts":1769860800000,"order":1,"a b":2}' }], { topic: '1-shop orders' });
    expect(ms.name).toBe('topic_1_shop_orders');
    expect(ms.ddl).toContain('event_time AS TO_TIMESTAMP_LTZ(ts, 3)');
    expect(ms.ddl).toContain('`order` BIGINT');
    expect(ms.ddl).toContain('`a b` BIGINT');
    const seconds = await infer([{ value: '{"created_at":1769860800}' }]);
    expect(seconds.ddl).toContain('TO_TIMESTAMP_LTZ(created_at, 0)');
    const none = await infer([{ value: '{"amount":1769860800000}' }]);
    expect(none.ddl).toContain(`event_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'`);
  });

  test.each([
    ['texts', [{ value: 'hello' }], 'message STRING', 'raw'],
    ['numbers in bytes', [{ value: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) }], 'message BIGINT', 'raw'],
    ['bytes', [{ value: Uint8Array.of(0xff, 0, 0xfe) }], 'message BYTES', 'raw'],
    ['nothing', [], 'message STRING', 'raw'],
    ['tombstones', [{ key: 'a', value: null }], 'message STRING', 'raw'],
    [
      'many keys',
      [
        { value: JSON.stringify({ m: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i])) }) },
        { value: '{"m":{}}' },
        { value: '{"m":{}}' },
        { value: '{"m":{}}' },
      ],
      'm MAP<STRING, BIGINT>',
      'json',
    ],
    ['times of SQL', [{ value: '{"a":"2026-01-31 12:00:00","b":"2026-01-31"}' }], 'a TIMESTAMP(3)', 'json'],
  ] as const)('%s', async (_, given, column, format) => {
    const table = await infer(given);
    expect(table.format).toBe(format);
    expect(table.ddl).toContain(column);
  });
});

test('types for conditions: fields of samples, of schemas, scalars', async () => {
  const schema =
    '{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]}';
  expect(await typeMessages(await requestOf([{ key: '1', value: '{"a":{"b":1.5}}' }]))).toEqual({
    key: { format: 'string', type: 'STRING', from: '1 sampled message' },
    value: {
      format: 'json',
      type: 'ROW<a ROW<b DOUBLE>>',
      options: { 'timestamp-format.standard': 'ISO-8601' },
      from: '1 sampled message',
    },
  });
  const value = avro(schema, '{"id":1,"at":"2026-01-31T12:00:00Z"}');
  expect((await typeMessages(await requestOf([{ value }], {}, registryOf({ 1: schema })))).value).toEqual({
    format: 'avro',
    type: 'ROW<id BIGINT, `at` TIMESTAMP(3)>',
    schemaId: 1,
    from: 'schema 1',
  });
});
