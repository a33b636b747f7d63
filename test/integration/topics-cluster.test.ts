import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as IndependentKafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BrowseStep,
  connectionFromProperties,
  type KafkaAdmin,
  openKafkaAdmin,
  type PartitionDetail,
  valueAt,
} from '../../clients/kafka/index.ts';
import { type KafkaCluster, launchKafkaCluster } from '../harness/kafka-cluster.ts';
import { runLocally } from '../harness/local-sql.ts';
import { missingFor } from '../harness/services.ts';

const PARTITIONS = 6;
const RECORDS = 60_000;

// Brokers die in these tests, which build on each other: the first kills one in the middle of a reading, the next another at the tail.
describe.skipIf(missingFor('kafka'))('a cluster of several brokers', () => {
  let cluster: KafkaCluster;
  let ours: KafkaAdmin;
  let witness: IndependentKafka;

  beforeAll(async () => {
    cluster = await launchKafkaCluster();
    witness = new IndependentKafka({ brokers: cluster.bootstrap.split(','), logLevel: logLevel.NOTHING });
    const admin = witness.admin();
    await admin.connect();
    await until(async () => (await admin.describeCluster()).brokers.length === 3);
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: 'spread', numPartitions: PARTITIONS, replicationFactor: 3 },
        {
          topic: 'alone',
          replicaAssignment: [
            { partition: 0, replicas: [1] },
            { partition: 1, replicas: [3] },
          ],
        },
        { topic: 'tail', numPartitions: PARTITIONS, replicationFactor: 3 },
      ],
    });
    await admin.disconnect();
    // What a connection of the editor has, see extension/topics/properties.ts.
    const properties = {
      'bootstrap.servers': cluster.bootstrap,
      'request.timeout.ms': '10000',
      'default.api.timeout.ms': '10000',
      'delivery.timeout.ms': '60000',
    };
    ours = await openKafkaAdmin({ connection: connectionFromProperties(properties, 'test') });
  }, 240_000);
  afterAll(async () => {
    await ours?.close();
    await cluster?.stop();
  });

  const value = (i: number): string => `${i} ${'x'.repeat(100)}`;

  /** The numbers in the values of steps, ascending. */
  async function numbersOf(
    steps: AsyncIterable<BrowseStep>,
    first: (count: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<number[]> {
    const out: number[] = [];
    let isFirst = true;
    for await (const { pages } of steps) {
      for (const page of pages)
        for (let i = 0; i < page.count; i++)
          out.push(Number.parseInt(Buffer.from(valueAt(page, i) ?? []).toString(), 10));
      if (isFirst) await first(out.length);
      isFirst = false;
    }
    return out.sort((a, b) => a - b);
  }

  async function partitionsOf(topic: string): Promise<readonly PartitionDetail[]> {
    return (await ours.topic(topic)).partitions;
  }

  test('its brokers, leaders and in-sync replicas are told as kafkajs tells them', async () => {
    const info = await ours.cluster();
    expect(info.brokers.map(({ id, host, port }) => [id, `${host}:${port}`])).toEqual(
      cluster.bootstrap.split(',').map((at, i) => [i + 1, at]),
    );
    const admin = witness.admin();
    await admin.connect();
    const told = await admin.fetchTopicMetadata({ topics: ['spread'] });
    await admin.disconnect();
    const theirs = (told.topics[0]?.partitions ?? []).toSorted((a, b) => a.partitionId - b.partitionId);
    const partitions = await partitionsOf('spread');
    expect(partitions.map(({ partition, leader, replicas }) => ({ partition, leader, replicas }))).toEqual(
      theirs.map(({ partitionId, leader, replicas }) => ({ partition: partitionId, leader, replicas })),
    );
    expect(new Set(partitions.map(({ leader }) => leader))).toEqual(new Set(cluster.brokers));
    // A copy may still be on its way into the set on a slow machine.
    await until(async () => (await partitionsOf('spread')).every(({ inSync }) => inSync.length === 3));
    const summary = (await ours.topics()).find(({ name }) => name === 'spread');
    expect(summary).toMatchObject({ partitions: PARTITIONS, replicas: 3, underReplicated: 0 });
    // For the end, when its coordinator may be gone.
    await ours.applyReset(await ours.planReset('readers', { topics: [{ topic: 'spread' }], to: { at: 'earliest' } }));
  });

  test('a broker that dies in the middle of readings: they go on with the new leaders, and nothing is lost or comes twice', async () => {
    const producer = witness.producer();
    await producer.connect();
    for (let at = 0; at < RECORDS; at += 10_000)
      await producer.send({
        topic: 'spread',
        messages: Array.from({ length: 10_000 }, (_, i) => ({
          partition: (at + i) % PARTITIONS,
          value: value(at + i),
        })),
      });
    await producer.send({
      topic: 'alone',
      messages: [
        { partition: 0, value: value(0) },
        { partition: 1, value: value(1) },
      ],
    });
    await producer.disconnect();
    // Both have begun when the broker dies, and have most of the topic before them.
    const begun: number[] = [];
    const first = async (count: number): Promise<void> => {
      if (begun.push(count) === 2) cluster.kill(3);
      else await until(async () => begun.length === 2);
    };
    const all = Array.from({ length: RECORDS }, (_, i) => i);
    const [forward, backward] = await Promise.all([
      numbersOf(ours.browse({ topic: 'spread', from: { at: 'oldest' }, limit: 2 * RECORDS }), first),
      numbersOf(ours.browse({ topic: 'spread', from: { at: 'newest' } }), first),
    ]);
    expect(begun).toHaveLength(2);
    expect(Math.max(...begun)).toBeLessThan(RECORDS);
    expect(forward).toEqual(all);
    expect(backward).toEqual(all);
  }, 120_000);

  test('what is without a leader is told, and the rest is read', async () => {
    await until(async () => (await partitionsOf('alone'))[1]?.leader === -1);
    const [there, gone] = await partitionsOf('alone');
    expect(there).toMatchObject({ leader: 1, inSync: [1], latest: 1n });
    expect(gone).toMatchObject({ leader: -1, replicas: [3], offline: [3] });
    expect(gone?.latest).toBeUndefined();
    expect(gone?.error).toMatch(/leader/i);
    await expect(numbersOf(ours.browse({ topic: 'alone', from: { at: 'oldest' } }))).rejects.toThrow(
      /reading from topic 'alone': partition 1 .*leader/i,
    );
    expect(await numbersOf(ours.browse({ topic: 'alone', partitions: [0], from: { at: 'oldest' } }))).toEqual([0]);

    await until(async () => (await partitionsOf('spread')).every(({ inSync }) => !inSync.includes(3)));
    for (const one of await partitionsOf('spread')) {
      expect([1, 2]).toContain(one.leader);
      expect(one).toMatchObject({ offline: [3], latest: BigInt(RECORDS / PARTITIONS) });
    }
    const listed = await ours.topics();
    expect(listed.find(({ name }) => name === 'spread')).toMatchObject({ underReplicated: PARTITIONS });
    expect(listed.find(({ name }) => name === 'alone')).toMatchObject({ partitions: 2, underReplicated: 1 });
  }, 120_000);

  test('a broker that dies while a live reading and a job wait: both get what is written then', async () => {
    const stop = new AbortController();
    const live: number[] = [];
    let failure: unknown;
    const tail = (async () => {
      for await (const { pages } of ours.browse(
        { topic: 'tail', from: { at: 'oldest' }, isFollowing: true },
        stop.signal,
      ))
        for (const page of pages)
          for (let i = 0; i < page.count; i++)
            live.push(Number(/\d+/.exec(Buffer.from(valueAt(page, i) ?? []).toString())?.[0]));
    })().catch((error: unknown) => {
      if (!stop.signal.aborted) failure = error;
    });
    const job = runLocally(
      `CREATE TABLE t (id INT) WITH ('connector' = 'kafka', 'topic' = 'tail', 'format' = 'json',
        'properties.bootstrap.servers' = '${cluster.bootstrap}', 'scan.startup.mode' = 'earliest-offset'); SELECT id FROM t;`,
      4 * PARTITIONS,
    );
    const row = (i: number) => ({ key: null, value: Buffer.from(`{"id":${i}}`), partition: i % PARTITIONS });
    const write = (from: number, to: number) =>
      ours.produce(
        'tail',
        Array.from({ length: to - from }, (_, i) => row(from + i)),
      );
    const numbers = (to: number): number[] => Array.from({ length: to }, (_, i) => i);
    const sorted = (): number[] => live.toSorted((a, b) => a - b);
    await write(0, 2 * PARTITIONS);
    await until(async () => live.length >= 2 * PARTITIONS || failure !== undefined);
    expect(sorted()).toEqual(numbers(2 * PARTITIONS));
    const before = await partitionsOf('tail');
    expect(before.some(({ leader }) => leader === 2)).toBe(true);

    cluster.kill(2);
    await write(2 * PARTITIONS, 4 * PARTITIONS);
    await until(async () => live.length >= 4 * PARTITIONS || failure !== undefined);
    expect(failure).toBeUndefined();
    expect(sorted()).toEqual(numbers(4 * PARTITIONS));
    const rows = (await job).at(-1);
    expect(rows?.error).toBeUndefined();
    expect(rows?.rows.map(([, id]) => Number(id)).sort((a, b) => a - b)).toEqual(numbers(4 * PARTITIONS));
    expect((await partitionsOf('tail')).map(({ leader }) => leader)).toEqual(Array(PARTITIONS).fill(1));
    stop.abort();
    await tail;
  }, 120_000);

  test('what a group has kept is there when two of three brokers are gone', async () => {
    const { offsets } = await ours.group('readers');
    expect(offsets.map(({ partition, lag }) => [partition, lag])).toEqual(
      Array.from({ length: PARTITIONS }, (_, partition) => [partition, BigInt(RECORDS / PARTITIONS)]),
    );
  }, 60_000);
});

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await sleep(100))
    if (Date.now() > end) throw new Error('it has not come to that within 60 s');
}
