import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedColumn, ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { types } from '../../flink-sql/types/logical-type.ts';
import { DELETE, ROW_KIND_SHORT, UPDATE_AFTER } from '../../local-runtime/batch/batch.ts';
import { BatchBuilder } from '../../local-runtime/batch/builder.ts';
import { valueAt } from '../../local-runtime/batch/column.ts';
import type { ConnectorEnvironment } from '../../local-runtime/connectors/connector.ts';
import { connectorFor } from '../../local-runtime/connectors/registry.ts';
import { type Kafka, missingFor, startKafka } from '../harness/services.ts';

const missing = missingFor('kafka');
const env: ConnectorEnvironment = {
  workingDirectory: '/',
  zone: 'UTC',
  options: {},
  now: Date.now,
  print: () => undefined,
  notice: () => undefined,
};

// Without Java or Maven there is no broker: missingFor says which of them is not here, and `npm test` prints it.
describe.skipIf(missing)('kafka connector', () => {
  let kafka: Kafka;
  let witness: IndependentKafka;
  beforeAll(async () => {
    kafka = await startKafka();
    witness = new IndependentKafka({ clientId: 'witness', brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  });
  afterAll(() => kafka?.stop());

  function table(
    connector: string,
    topic: string,
    more: Record<string, string>,
    extra: ResolvedColumn[] = [],
  ): ResolvedTable {
    return {
      kind: 'table',
      identifier: { catalog: 'c', database: 'd', name: 't' },
      temporary: false,
      columns: [
        { kind: 'physical', name: 'id', type: types.int(false) },
        { kind: 'physical', name: 'v', type: types.string() },
        ...extra,
      ],
      ...(connector === 'upsert-kafka' ? { primaryKey: { name: 'pk', columns: ['id'] } } : {}),
      partitionKeys: [],
      options: { connector, topic, 'properties.bootstrap.servers': kafka.bootstrap, ...more },
    };
  }

  async function read(t: ResolvedTable): Promise<unknown[][]> {
    const projected = t.columns.map((_, i) => i);
    const fields = t.columns.map((c) => ({ name: c.name, type: c.type }));
    const source = await connectorFor(t.options).openSource?.({ table: t, options: t.options, projected, fields, env });
    if (!source) throw new Error('no source');
    const rows: unknown[][] = [];
    for (;;) {
      const event = await source.next(8192, 200, AbortSignal.timeout(30_000));
      if (event.kind === 'end') break;
      if (event.kind === 'batch')
        for (let i = 0; i < event.batch.length; i++)
          rows.push([ROW_KIND_SHORT[event.batch.kinds?.[i] ?? 0], ...event.batch.columns.map((c) => valueAt(c, i))]);
    }
    await source.close();
    return rows;
  }

  async function write(t: ResolvedTable, rows: (readonly [number, number, string | null])[]): Promise<void> {
    const fields = t.columns.map((c) => ({ name: c.name, type: c.type }));
    const sink = await connectorFor(t.options).openSink?.({
      table: t,
      options: t.options,
      fields,
      staticPartitions: {},
      overwrite: false,
      env,
    });
    const out = new BatchBuilder(fields.map((f) => f.type));
    for (const [kind, ...row] of rows) out.values(row, kind);
    await sink?.write(out.take());
    await sink?.commit();
    await sink?.close();
  }

  async function topic(name: string, partitions: number): Promise<void> {
    const admin = witness.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: name, numPartitions: partitions }] });
    await admin.disconnect();
  }

  it('reads what an independent producer wrote, with metadata, from the beginning to the end', async () => {
    await topic('in', 3);
    const producer = witness.producer();
    await producer.connect();
    for (let p = 0; p < 3; p++) {
      await producer.send({
        topic: 'in',
        messages: Array.from({ length: 500 }, (_, i) => ({
          partition: p,
          value: `{"id":${p * 500 + i},"v":"row ${i}"}`,
          headers: { h: 'x' },
        })),
      });
    }
    await producer.disconnect();
    const metadata: ResolvedColumn[] = [
      { kind: 'metadata', name: 'partition', type: types.int(false), virtual: true },
      { kind: 'metadata', name: 'offset', type: types.bigint(false), virtual: true },
      {
        kind: 'metadata',
        name: 'headers',
        type: types.map(types.string(false), types.bytes(false), false),
        virtual: true,
      },
    ];
    const rows = await read(
      table(
        'kafka',
        'in',
        { format: 'json', 'scan.startup.mode': 'earliest-offset', 'scan.bounded.mode': 'latest-offset' },
        metadata,
      ),
    );
    expect(rows.length).toBe(1500);
    expect(new Set(rows.map((r) => r[1])).size).toBe(1500);
    for (const [kind, id, v, partition, offset, headers] of rows) {
      expect([kind, v, BigInt(id as number) - BigInt(partition as number) * 500n]).toEqual([
        '+I',
        `row ${offset}`,
        offset,
      ]);
      expect(new TextDecoder().decode((headers as { values: Uint8Array[] }).values[0])).toBe('x');
    }
  });

  it('sends upserts to the partitions of their keys and tombstones for deletes', async () => {
    await topic('up', 4);
    const t = table('upsert-kafka', 'up', {
      'key.format': 'json',
      'value.format': 'json',
      'scan.bounded.mode': 'latest-offset',
    });
    await write(t, [
      [0, 1, 'a'],
      [0, 2, 'b'],
      [UPDATE_AFTER, 1, 'c'],
      [DELETE, 2, 'b'],
    ]);
    const seen: unknown[][] = [];
    const consumer = witness.consumer({ groupId: 'witness' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'up', fromBeginning: true });
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`only ${seen.length} messages`)), 30_000);
      void consumer.run({
        eachMessage: async ({ message, partition }) => {
          seen.push([partition, message.key?.toString(), message.value?.toString() ?? null]);
          if (seen.length === 4) {
            clearTimeout(timer);
            done();
          }
        },
      });
    });
    await consumer.disconnect();
    const of = (id: number) => seen.filter((m) => m[1] === `{"id":${id}}`);
    expect(of(1).map((m) => m[2])).toEqual(['{"id":1,"v":"a"}', '{"id":1,"v":"c"}']);
    expect(of(2).map((m) => m[2])).toEqual(['{"id":2,"v":"b"}', null]);
    // The independent producer puts the same keys where ours did.
    const producer = witness.producer();
    await producer.connect();
    const sent = await producer.send({ topic: 'up', messages: [{ key: '{"id":1}', value: '{"id":1,"v":"z"}' }] });
    await producer.disconnect();
    expect(sent[0]?.partition).toBe(of(1)[0]?.[0]);
    const rows = await read(t);
    expect(rows.filter((r) => r[1] === 1)).toEqual([
      ['+U', 1, 'a'],
      ['+U', 1, 'c'],
      ['+U', 1, 'z'],
    ]);
    expect(rows.filter((r) => r[1] === 2)).toEqual([
      ['+U', 2, 'b'],
      ['-D', 2, null],
    ]);
  });

  it('makes no consumer group', async () => {
    const admin = witness.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    // Those of the independent readers, of other files too that share the broker.
    expect(groups.map((g) => g.groupId).filter((g) => g !== 'witness' && !g.startsWith('reader-of-'))).toEqual([]);
  });

  it('fails once, in time and by name, when there is no broker or topic', async () => {
    const options = { format: 'json', 'scan.startup.mode': 'earliest-offset' };
    await expect(read(table('kafka', 'nowhere', options))).rejects.toThrow(/nowhere.*does not exist|does not exist/);
    const started = Date.now();
    await expect(
      read(table('kafka', 'in', { ...options, 'properties.bootstrap.servers': '127.0.0.1:1' })),
    ).rejects.toThrow(/Kafka at 127\.0\.0\.1:1 cannot be reached/);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});
