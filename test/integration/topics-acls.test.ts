import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFromProperties, type KafkaAdmin, openKafkaAdmin } from '../../clients/kafka/index.ts';
import { type Kafka, kafkaTool, launchSecureKafka } from '../harness/kafka.ts';
import { KAFKA_USER } from '../harness/kafka-security.ts';
import { ourKafka, readOurs } from '../harness/kafka-witness.ts';
import { missingFor } from '../harness/services.ts';

// Somebody who may see little: what may be seen is shown, and what may not be is told.
describe.skipIf(missingFor('kafka'))('a broker that does not allow everything', () => {
  let kafka: Kafka;
  let boss: KafkaAdmin;
  let alice: KafkaAdmin;

  beforeAll(async () => {
    kafka = await launchSecureKafka({
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'allow.everyone.if.no.acl.found': 'false',
    });
    boss = await ourKafka(kafka.bootstrap);
    for (const name of ['open', 'closed', 'described']) {
      await boss.createTopic({ name, partitions: 1, replicas: 1 });
      await boss.produce(name, [{ key: null, value: Buffer.from('v') }]);
    }
    const acl = (...args: string[]) =>
      kafkaTool('org.apache.kafka.tools.AclCommand', [
        ...['--bootstrap-server', kafka.bootstrap, '--add', '--allow-principal', `User:${KAFKA_USER.username}`],
        ...args,
      ]);
    await acl('--operation', 'Read', '--operation', 'DescribeConfigs', '--topic', 'open');
    await acl('--operation', 'Describe', '--topic', 'described');
    for (const group of ['seen', 'hidden'])
      await boss.applyReset(await boss.planReset(group, { topics: [{ topic: 'open' }], to: { at: 'earliest' } }));
    await acl('--operation', 'Describe', '--group', 'seen');
    alice = await openKafkaAdmin({
      connection: connectionFromProperties(kafka.secure?.plain ?? {}, 'alice'),
    });
  }, 180_000);
  afterAll(async () => {
    await alice?.close();
    await boss?.close();
    await kafka?.stop();
  });

  test('topics: what may be seen, and of each what may be', async () => {
    const topics = await alice.topics();
    expect(topics.map((t) => t.name)).toEqual(['described', 'open']);
    const [described, opened] = topics;
    expect(opened).toMatchObject({ partitions: 1, cleanupPolicy: 'delete' });
    expect(opened?.error).toBeUndefined();
    // Sizes are the cluster's affair, and configs of this one are not allowed.
    expect(opened?.bytes).toBeUndefined();
    expect(described).toMatchObject({ partitions: 1, error: expect.stringMatching(/authorization/i) });
    expect(await alice.topic('described')).toMatchObject({ partitions: [{ earliest: 0n, latest: 1n }] });
    expect((await readOurs(alice, { topic: 'open', from: { at: 'newest' }, limit: 5 })).records).toHaveLength(1);
  });

  test('groups: the one that may be seen', async () => {
    expect((await alice.groups()).map((g) => g.id)).toEqual(['seen']);
    expect(await alice.group('seen')).toMatchObject({ offsets: [{ topic: 'open', committed: 0n, lag: 1n }] });
  });

  test('what is not allowed is refused with the server and the reason, and without the password', async () => {
    const point = { at: 'earliest' } as const;
    const refused: readonly (() => Promise<unknown>)[] = [
      () => alice.topic('closed'),
      () => readOurs(alice, { topic: 'closed', from: { at: 'oldest' } }),
      () => readOurs(alice, { topic: 'described', from: { at: 'oldest' } }),
      () => alice.configs('described'),
      () => alice.brokerConfigs(1),
      () => alice.createTopic({ name: 'new', partitions: 1, replicas: 1 }),
      () => alice.deleteTopic('open'),
      () => alice.addPartitions('open', 2),
      () => alice.alterConfigs('open', { 'retention.ms': '1' }),
      () => alice.purge('open', 'latest'),
      () => alice.produce('open', [{ key: null, value: null }]),
      () => alice.group('hidden'),
      () => alice.deleteGroup('seen'),
      async () => alice.applyReset(await alice.planReset('seen', { to: point })),
    ];
    for (const verb of refused) {
      const error = await verb().then(
        () => 'not refused',
        (e: unknown) => e,
      );
      expect([String(verb), error]).toEqual([String(verb), expect.objectContaining({ code: 'DENIED' })]);
      expect(String(error)).toMatch(/127\.0\.0\.1:\d+ does not allow .+authorization failed/i);
      expect(String(error)).not.toContain(KAFKA_USER.password);
    }
    expect(await boss.topic('open')).toMatchObject({ partitions: [{ earliest: 0n, latest: 1n }] });
  });
});
