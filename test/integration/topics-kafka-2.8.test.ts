import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KafkaAdmin } from '../../clients/kafka/index.ts';
import type { Kafka } from '../harness/kafka.ts';
import { launchOldKafka } from '../harness/kafka-2.8.ts';
import { independentKafka, ourKafka, readIndependently, readOurs } from '../harness/kafka-witness.ts';
import { missingFor } from '../harness/services.ts';

describe.skipIf(missingFor('kafka'))('a broker of Kafka 2.8 with ZooKeeper', () => {
  let kafka: Kafka;
  let admin: KafkaAdmin;

  beforeAll(async () => {
    kafka = await launchOldKafka();
    admin = await ourKafka(kafka.bootstrap);
  }, 300_000);
  afterAll(async () => {
    await admin?.close();
    await kafka?.stop();
  });

  test('is described as what it is', async () => {
    expect(await admin.cluster()).toMatchObject({
      version: '2.8',
      controller: 1,
      brokers: [{ id: 1 }],
      features: { incrementalConfigs: true, consumerGroups: false, shareGroups: false, shareGroupOffsets: false },
    });
  });

  test('topics: made, filled, read, changed, purged, deleted', async () => {
    const name = 'old';
    await admin.createTopic({ name, partitions: 2, replicas: 1, configs: { 'retention.ms': '1000000' } });
    await admin.addPartitions(name, 3);
    const records = Array.from({ length: 60 }, (_, i) => ({
      key: Buffer.from(`k${i}`),
      value: i % 7 === 0 ? null : Buffer.from(`v${i}`),
      partition: i % 3,
      timestamp: Date.now() - 60_000 + i,
      headers: [['n', Buffer.from(String(i))]] as const,
    }));
    await admin.produce(name, records);
    const expected = await readIndependently(independentKafka(kafka.bootstrap), name, 60);
    for (const at of ['oldest', 'newest'] as const)
      expect((await readOurs(admin, { topic: name, from: { at } })).records).toEqual(expected);
    expect((await readOurs(admin, { topic: name, from: { at: 'newest' }, limit: 3 })).records).toHaveLength(3);

    await admin.alterConfigs(name, { 'cleanup.policy': 'compact' });
    const own = (await admin.configs(name)).filter((c) => c.source === 'topic').map((c) => `${c.name}=${c.value}`);
    expect(own).toEqual(['cleanup.policy=compact', 'retention.ms=1000000']);
    await admin.alterConfigs(name, { 'cleanup.policy': null });
    expect((await admin.topics()).find((t) => t.name === name)).toMatchObject({
      partitions: 3,
      cleanupPolicy: 'delete',
      retentionMs: 1_000_000n,
    });
    expect((await admin.topic(name)).partitions.map((p) => [p.earliest, p.latest])).toEqual([
      [0n, 20n],
      [0n, 20n],
      [0n, 20n],
    ]);
    expect(await admin.purge(name, [{ partition: 0, offset: 5n }])).toEqual([{ partition: 0, earliest: 5n }]);
    await admin.deleteTopic(name);
    await expect(admin.topic(name)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
  });

  test('groups: seen, reset, deleted', async () => {
    await admin.createTopic({ name: 'grouped', partitions: 1, replicas: 1 });
    await admin.produce(
      'grouped',
      Array.from({ length: 10 }, () => ({ key: null, value: Buffer.from('v') })),
    );
    await admin.applyReset(
      await admin.planReset('old-group', { topics: [{ topic: 'grouped' }], to: { at: 'offset', offset: 4n } }),
    );
    expect(await admin.groups()).toContainEqual(
      expect.objectContaining({ id: 'old-group', type: 'classic', state: 'Empty' }),
    );
    expect(await admin.group('old-group')).toMatchObject({
      type: 'classic',
      state: 'Empty',
      offsets: [{ topic: 'grouped', partition: 0, committed: 4n, end: 10n, lag: 6n }],
    });
    await admin.deleteOffsets('old-group', 'grouped');
    await admin.deleteGroup('old-group').catch((error: unknown) => {
      // Without offsets it may be gone already.
      expect(error).toMatchObject({ code: 'UNKNOWN_GROUP' });
    });
    expect((await admin.groups()).map((g) => g.id)).not.toContain('old-group');
  });
});
