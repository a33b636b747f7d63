import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties, type KafkaAdmin, openKafkaAdmin } from '../../clients/kafka/index.ts';
import { type Kafka, kafkaTool, launchSecureKafka } from '../harness/kafka.ts';
import { independentKafka, ourKafka, readIndependently, readOurs } from '../harness/kafka-witness.ts';
import { missingFor } from '../harness/services.ts';

// Kafka's own tools and kafkajs say what is so.
describe.skipIf(missingFor('kafka'))('topics of a real broker', () => {
  let kafka: Kafka;
  let admin: KafkaAdmin;

  beforeAll(async () => {
    kafka = await launchSecureKafka();
    admin = await ourKafka(kafka.bootstrap);
  }, 120_000);
  afterAll(async () => {
    await admin?.close();
    await kafka?.stop();
  });

  const topicsTool = (...args: string[]) =>
    kafkaTool('org.apache.kafka.tools.TopicCommand', ['--bootstrap-server', kafka.bootstrap, ...args]);
  const configsTool = (...args: string[]) =>
    kafkaTool('kafka.admin.ConfigCommand', ['--bootstrap-server', kafka.bootstrap, ...args]);

  test('the cluster: brokers, release, what it can do', async () => {
    const cluster = await admin.cluster();
    const [host, port] = kafka.bootstrap.split(':');
    expect(cluster).toMatchObject({
      version: '4.3',
      brokers: [{ id: 1, host, port: Number(port), rack: null }],
      features: { incrementalConfigs: true, consumerGroups: true, shareGroups: true, shareGroupOffsets: true },
    });
    expect(cluster.id).not.toBe('');
    const configs = await admin.brokerConfigs(1);
    expect(configs.find((c) => c.name === 'num.partitions')).toMatchObject({
      value: '1',
      source: 'static-broker',
      isReadOnly: true,
      type: 'int',
    });
    // What a broker keeps to itself stays with it.
    expect(configs.filter((c) => c.isSensitive && c.value !== null)).toEqual([]);
  });

  test('a topic from its making to its end, as kafka-topics sees it', async () => {
    const name = 'life';
    await admin.createTopic({ name, partitions: 2, replicas: 1, configs: { 'retention.ms': '1000000' } });
    expect(await topicsTool('--describe', '--topic', name)).toMatch(/PartitionCount: 2\s+ReplicationFactor: 1/);
    await admin.addPartitions(name, 3);
    expect(await topicsTool('--describe', '--topic', name)).toMatch(/PartitionCount: 3\s/);
    await admin.produce(name, [{ key: null, value: Buffer.from('x'.repeat(100)), partition: 2 }]);
    const detail = await admin.topic(name);
    expect(detail.partitions).toHaveLength(3);
    expect(detail.partitions[2]).toMatchObject({
      partition: 2,
      leader: 1,
      replicas: [1],
      inSync: [1],
      offline: [],
      earliest: 0n,
      latest: 1n,
    });
    expect(detail.partitions[2]?.bytes).toBeGreaterThan(100n);
    const listed = (await admin.topics()).find((t) => t.name === name);
    expect(listed).toMatchObject({
      isInternal: false,
      partitions: 3,
      replicas: 1,
      underReplicated: 0,
      bytes: detail.partitions.reduce((sum, p) => sum + (p.bytes ?? 0n), 0n),
      cleanupPolicy: 'delete',
      retentionMs: 1_000_000n,
      retentionBytes: -1n,
    });
    await admin.deleteTopic(name);
    await expect(admin.topic(name)).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
    expect((await topicsTool('--list')).split('\n')).not.toContain(name);
  });

  test('a config is changed without any other being reset', async () => {
    const name = 'configs';
    await admin.createTopic({ name, partitions: 1, replicas: 1, configs: { 'retention.ms': '1234567' } });
    await configsTool('--alter', '--topic', name, '--add-config', 'max.message.bytes=54321');
    await admin.alterConfigs(name, { 'cleanup.policy': 'compact' });
    const dynamic = await configsTool('--describe', '--topic', name);
    for (const setting of ['retention.ms=1234567', 'max.message.bytes=54321', 'cleanup.policy=compact'])
      expect(dynamic).toContain(setting);
    const configs = await admin.configs(name);
    const own = configs.filter((c) => c.source === 'topic').map((c) => `${c.name}=${c.value}`);
    expect(own).toEqual(['cleanup.policy=compact', 'max.message.bytes=54321', 'retention.ms=1234567']);
    expect(configs.find((c) => c.name === 'cleanup.policy')).toMatchObject({
      defaultValue: 'delete',
      type: 'list',
      isReadOnly: false,
      isSensitive: false,
    });
    expect(configs.find((c) => c.name === 'cleanup.policy')?.documentation).toContain('compaction');
    await admin.alterConfigs(name, { 'retention.ms': null });
    const after = await configsTool('--describe', '--topic', name);
    expect(after).not.toContain('retention.ms=');
    expect(after).toContain('max.message.bytes=54321');
    await expect(admin.alterConfigs(name, { 'retention.ms': 'soon' })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('retention.ms'),
    });
  });

  test('a purge deletes what is before its offsets and nothing else', async () => {
    const name = 'purged';
    await admin.createTopic({ name, partitions: 2, replicas: 1 });
    const records = Array.from({ length: 20 }, (_, i) => ({
      key: null,
      value: Buffer.from(`v${i}`),
      partition: i % 2,
    }));
    await admin.produce(name, records);
    expect(await admin.purge(name, [{ partition: 1, offset: 4n }])).toEqual([{ partition: 1, earliest: 4n }]);
    const left = await readIndependently(independentKafka(kafka.bootstrap), name, 16);
    expect(left.map((r) => r.at)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `0@${i}`),
      ...Array.from({ length: 6 }, (_, i) => `1@${i + 4}`),
    ]);
    expect(await admin.purge(name, 'latest')).toEqual([
      { partition: 0, earliest: 10n },
      { partition: 1, earliest: 10n },
    ]);
    expect(await admin.offsetsAt(name, 'earliest')).toEqual([10n, 10n]);
    await expect(admin.purge(name, [{ partition: 0, offset: 99n }])).rejects.toMatchObject({ code: 'INVALID' });
  });

  test('what is produced arrives as it was given', async () => {
    const name = 'produced';
    await admin.createTopic({ name, partitions: 3, replicas: 1 });
    const time = Date.now() - 5000;
    const places = await admin.produce(name, [
      { key: Buffer.from('a'), value: Buffer.from('one'), partition: 1, timestamp: time },
      { key: Buffer.from('b'), value: null, partition: 1, timestamp: BigInt(time + 1) },
      { key: null, value: Buffer.from(''), partition: 2, timestamp: time + 2 },
      {
        key: Buffer.from(''),
        value: Buffer.from('four'),
        partition: 1,
        timestamp: time + 3,
        headers: [
          ['h', Buffer.from('x')],
          ['h', Buffer.from('y')],
          ['other', Buffer.from('')],
        ],
      },
    ]);
    expect(places).toEqual([
      { partition: 1, offset: 0n },
      { partition: 1, offset: 1n },
      { partition: 2, offset: 0n },
      { partition: 1, offset: 2n },
    ]);
    expect(await readIndependently(independentKafka(kafka.bootstrap), name, 4)).toEqual([
      { at: '1@0', timestamp: String(time), key: 'a', value: 'one', headers: '' },
      { at: '1@1', timestamp: String(time + 1), key: 'b', value: null, headers: '' },
      { at: '1@2', timestamp: String(time + 3), key: '', value: 'four', headers: 'h=x,h=y,other=' },
      { at: '2@0', timestamp: String(time + 2), key: null, value: '', headers: '' },
    ]);
    // By the key as Java does it, which kafkajs's Java-compatible partitioner does too.
    const keys = Array.from({ length: 30 }, (_, i) => `key-${i}`);
    const ours = await admin.produce(
      name,
      keys.map((key) => ({ key: Buffer.from(key), value: null })),
    );
    const producer = independentKafka(kafka.bootstrap).producer();
    await producer.connect();
    for (const [i, key] of keys.entries()) {
      const [sent] = await producer.send({ topic: name, messages: [{ key, value: null }] });
      expect([key, ours[i]?.partition]).toEqual([key, sent?.partition]);
    }
    await producer.disconnect();
    await expect(admin.produce('absent', [{ key: null, value: null }])).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
    });
    await expect(admin.produce(name, [{ key: null, value: null, partition: 3 }])).rejects.toMatchObject({
      code: 'INVALID',
    });
  });

  test('copies keep what they are told to keep, also to another cluster', async () => {
    const other = await ourKafka(kafka.bootstrap);
    try {
      await admin.createTopic({ name: 'dead', partitions: 2, replicas: 1 });
      await admin.createTopic({ name: 'origin', partitions: 4, replicas: 1 });
      const time = Date.now() - 100_000;
      await admin.produce(
        'dead',
        Array.from({ length: 50 }, (_, i) => ({
          key: Buffer.from(`k${i}`),
          value: i % 10 === 0 ? null : Buffer.from(`v${i}`),
          partition: i % 2,
          timestamp: time + i,
          headers: [
            ['error', Buffer.from('broken')],
            ['id', Buffer.from(String(i))],
          ] as const,
        })),
      );
      let copied = 0;
      for await (const step of admin.copy(
        {
          source: { topic: 'dead', from: { at: 'oldest' }, to: { at: 'offset', offset: 20n } },
          topic: 'origin',
          keepPartitions: true,
          dropHeaders: ['error'],
          addHeaders: [['redriven', Buffer.from('yes')]],
        },
        other,
      ))
        copied = step.copied;
      expect(copied).toBe(40);
      const [from, to] = [
        await readOurs(admin, { topic: 'dead', from: { at: 'oldest' }, to: { at: 'offset', offset: 20n } }),
        await readIndependently(independentKafka(kafka.bootstrap), 'origin', 40),
      ];
      expect(to).toEqual(
        from.records.map((r) => ({ ...r, headers: `${r.headers.replace('error=broken,', '')},redriven=yes` })),
      );
      const loose = {
        source: { topic: 'dead', from: { at: 'newest' }, limit: 5 },
        topic: 'dead',
        keepTimestamps: false,
      } as const;
      const before = Date.now();
      for await (const step of admin.copy(loose, admin)) copied = step.copied;
      expect(copied).toBe(5);
      const newest = await readOurs(admin, { topic: 'dead', from: { at: 'newest' }, limit: 5 });
      for (const { timestamp } of newest.records) expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
      const narrow = {
        source: { topic: 'origin', from: { at: 'oldest' } },
        topic: 'dead',
        keepPartitions: true,
      } as const;
      await expect(admin.copy(narrow, admin)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INVALID' });
    } finally {
      await other.close();
    }
  });

  test('read-only: everything that writes is refused in the same words, and nothing is changed', async () => {
    const readOnly = await ourKafka(kafka.bootstrap, { isReadOnly: true });
    try {
      await admin.createTopic({ name: 'kept', partitions: 1, replicas: 1 });
      await admin.produce('kept', [{ key: null, value: Buffer.from('v') }]);
      const plan = await readOnly.planReset('nobody', { topics: [{ topic: 'kept' }], to: { at: 'earliest' } });
      const source = { topic: 'kept', from: { at: 'oldest' } } as const;
      const verbs: readonly (() => Promise<unknown>)[] = [
        () => readOnly.createTopic({ name: 'new', partitions: 1, replicas: 1 }),
        () => readOnly.deleteTopic('kept'),
        () => readOnly.addPartitions('kept', 2),
        () => readOnly.alterConfigs('kept', { 'retention.ms': '1' }),
        () => readOnly.purge('kept', 'latest'),
        () => readOnly.produce('kept', [{ key: null, value: null }]),
        () => admin.copy({ source, topic: 'kept' }, readOnly)[Symbol.asyncIterator]().next(),
        () => readOnly.applyReset(plan),
        () => readOnly.deleteGroup('nobody'),
        () => readOnly.deleteOffsets('nobody', 'kept'),
      ];
      for (const verb of verbs)
        await expect(verb()).rejects.toMatchObject({
          code: 'READ_ONLY',
          message: expect.stringMatching(/^This connection to Kafka is read-only: .+ is refused\.$/),
        });
      expect(await admin.topic('kept')).toMatchObject({ partitions: [{ earliest: 0n, latest: 1n }] });
      expect((await readOurs(readOnly, source)).records).toHaveLength(1);
    } finally {
      await readOnly.close();
    }
  });

  test.each(['plain', 'scram256', 'scram512', 'tls', 'oauth'] as const)(
    'over the listener for %s, with names for hosts',
    async (kind) => {
      const client = kafka.secure?.[kind];
      if (!client) throw new Error(`no listener for ${kind}`);
      const properties = { ...client };
      const [host, port] = (properties['bootstrap.servers'] ?? '').split(':');
      // The brokers go by another name here: it is found by the mapping alone.
      properties['bootstrap.servers'] = `broker.invalid:${port}`;
      const mapped = await openKafkaAdmin({
        connection: connectionFromProperties(properties, 'secure'),
        hosts: { 'broker.invalid': host ?? '' },
      });
      try {
        expect((await mapped.topics()).length).toBeGreaterThan(0);
        expect((await mapped.cluster()).version).toBe('4.3');
      } finally {
        await mapped.close();
      }
    },
  );

  test('errors name the server and the cause, and end soon', async () => {
    const nobody = await ourKafka('127.0.0.1:1');
    const began = Date.now();
    await expect(nobody.topics()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    expect(Date.now() - began).toBeLessThan(30_000);
    await nobody.close();
    await expect(admin.createTopic({ name: 'a b', partitions: 1, replicas: 1 })).rejects.toMatchObject({
      code: 'INVALID',
    });
    await expect(admin.createTopic({ name: 'many', partitions: 1, replicas: 3 })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining(kafka.bootstrap),
    });
  });
});
