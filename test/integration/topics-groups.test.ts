import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GroupDetail, KafkaAdmin } from '../../clients/kafka/index.ts';
import { type Kafka, kafkaTool, launchKafka, startKafkaTool } from '../harness/kafka.ts';
import { independentKafka, ourKafka } from '../harness/kafka-witness.ts';
import type { ServerProcess } from '../harness/processes.ts';
import { missingFor } from '../harness/services.ts';

const CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
const SHARE_CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleShareConsumer';

// Members are Kafka's console consumers and kafkajs; kafka-consumer-groups and kafka-share-groups say what is so.
describe.skipIf(missingFor('kafka'))('groups of a real broker', () => {
  let kafka: Kafka;
  let admin: KafkaAdmin;
  const running: ServerProcess[] = [];

  beforeAll(async () => {
    kafka = await launchKafka();
    admin = await ourKafka(kafka.bootstrap);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(running.map((p) => p.stop(2000)));
    await admin?.close();
    await kafka?.stop();
  });

  const groupsTool = (...args: string[]) =>
    kafkaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
      '--bootstrap-server',
      kafka.bootstrap,
      ...args,
    ]);
  const shareTool = (...args: string[]) =>
    kafkaTool('org.apache.kafka.tools.consumer.group.ShareGroupCommand', [
      '--bootstrap-server',
      kafka.bootstrap,
      ...args,
    ]);

  async function start(main: string, topic: string, group: string, ...more: string[]): Promise<ServerProcess> {
    const args = ['--bootstrap-server', kafka.bootstrap, '--topic', topic, '--group', group, ...more];
    const member = await startKafkaTool(main, args);
    running.push(member);
    return member;
  }

  async function filled(topic: string, perPartition: number, partitions = 2): Promise<void> {
    // Kept however old they are: a broker looks for what is past its retention half a minute after its start.
    await admin.createTopic({ name: topic, partitions, replicas: 1, configs: { 'retention.ms': '-1' } });
    const records = Array.from({ length: perPartition * partitions }, (_, i) => ({
      key: null,
      value: Buffer.from(`v${i}`),
      partition: i % partitions,
      timestamp: 1_790_000_000_000 + i * 1000,
    }));
    await admin.produce(topic, records);
  }

  /** The group once it is as wanted. */
  async function until(id: string, isSo: (group: GroupDetail) => boolean | Promise<boolean>): Promise<GroupDetail> {
    const end = Date.now() + 60_000;
    for (;;) {
      try {
        const group = await admin.group(id);
        if (await isSo(group)) return group;
        if (Date.now() > end)
          throw new Error(`not so in time: ${JSON.stringify(group, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}`);
      } catch (error) {
        if (Date.now() > end || !(error instanceof Error && 'code' in error && error.code === 'UNKNOWN_GROUP'))
          throw error;
      }
      await sleep(200);
    }
  }

  const places = (group: GroupDetail) => group.offsets.map((o) => [o.partition, o.committed, o.end, o.lag]);
  const json = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));

  test.each([
    ['classic', []],
    ['consumer', ['--command-property', 'group.protocol=consumer']],
  ] as const)('a %s group: members, lag, resets, and its end', { timeout: 240_000 }, async (type, properties) => {
    const [topic, id] = [`of-${type}`, `group-${type}`];
    await filled(topic, 10);
    const member = await start(CONSUMER, topic, id, '--from-beginning', ...properties);
    const live = await until(
      id,
      (g) => g.state === 'Stable' && g.offsets.length === 2 && g.offsets.every((o) => o.lag === 0n),
    );
    expect(live).toMatchObject({ type, members: [{ assignment: [{ topic, partitions: [0, 1] }] }] });
    const [one] = live.members;
    expect(one?.host).toMatch(/127\.0\.0\.1/);
    expect(one?.clientId).not.toBe('');
    expect(live.offsets.every((o) => o.member === one?.id)).toBe(true);
    expect(places(live)).toEqual([
      [0, 10n, 10n, 0n],
      [1, 10n, 10n, 0n],
    ]);
    expect(await admin.groups()).toContainEqual(expect.objectContaining({ id, type, state: 'Stable' }));

    // A group that lives is left alone, and says why.
    const plan = await admin.planReset(id, { to: { at: 'earliest' } });
    expect(plan.refusal).toMatch(/cannot be reset while a member is alive/);
    const refusal = { code: 'GROUP_IN_USE', message: expect.stringContaining(one?.clientId ?? '?') };
    await expect(admin.applyReset(plan)).rejects.toMatchObject(refusal);
    await expect(admin.deleteGroup(id)).rejects.toMatchObject(refusal);
    await expect(admin.deleteOffsets(id, topic)).rejects.toMatchObject({ code: 'GROUP_IN_USE' });
    expect(places(await admin.group(id))).toEqual(places(live));

    await member.stop(3000);
    await until(id, (g) => g.members.length === 0 && g.state === 'Empty');
    await admin.applyReset(await admin.planReset(id, { to: { at: 'earliest' } }));
    expect(places(await admin.group(id))).toEqual([
      [0, 0n, 10n, 10n],
      [1, 0n, 10n, 10n],
    ]);
    expect(await groupsTool('--describe', '--group', id)).toMatch(new RegExp(`${topic}\\s+0\\s+0\\s+10\\s+10`));

    await admin.deleteOffsets(id, topic, [1]);
    expect(places(await admin.group(id))).toEqual([[0, 0n, 10n, 10n]]);
    await admin.deleteGroup(id);
    expect(await groupsTool('--list')).not.toContain(id);
    await expect(admin.group(id)).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });
  });

  test('plans: what they would do, clipped to what exists, and nothing done', async () => {
    const topic = 'planned';
    await filled(topic, 10);
    await admin.purge(topic, [{ partition: 0, offset: 3n }]);
    const plan = async (to: Parameters<KafkaAdmin['planReset']>[1]['to'], partitions?: number[]) =>
      (await admin.planReset('planner', { topics: [{ topic, ...(partitions && { partitions }) }], to })).partitions.map(
        ({ partition, from, to: target, clipped, error }) => [partition, from, target, clipped ?? error],
      );
    expect(await plan({ at: 'earliest' })).toEqual([
      [0, undefined, 3n, undefined],
      [1, undefined, 0n, undefined],
    ]);
    expect(await plan({ at: 'latest' }, [1])).toEqual([[1, undefined, 10n, undefined]]);
    expect(await plan({ at: 'offset', offset: 1n })).toEqual([
      [0, undefined, 3n, '1 is before the first offset 3'],
      [1, undefined, 1n, undefined],
    ]);
    expect(await plan({ at: 'offset', offset: 99n }, [0])).toEqual([[0, undefined, 10n, '99 is after the end 10']]);
    // Record i is of second i: partition 0 has the even ones.
    expect(await plan({ at: 'timestamp', timestamp: 1_790_000_011_000 })).toEqual([
      [0, undefined, 6n, undefined],
      [1, undefined, 5n, undefined],
    ]);
    expect(await plan({ at: 'timestamp', timestamp: 1_799_000_000_000 }, [0])).toEqual([
      [0, undefined, 10n, 'no record at or after this time: the end'],
    ]);
    expect(await plan({ at: 'shift', by: 2n }, [1])).toEqual([
      [1, undefined, 0n, 'the group has no offset here to shift from'],
    ]);
    await expect(admin.group('planner')).rejects.toMatchObject({ code: 'UNKNOWN_GROUP' });

    await admin.applyReset(
      await admin.planReset('planner', { topics: [{ topic, partitions: [1] }], to: { at: 'offset', offset: 5n } }),
    );
    const shift = await admin.planReset('planner', { to: { at: 'shift', by: -2n } });
    expect(json(shift.partitions)).toBe(json([{ topic, partition: 1, from: 5n, to: 3n }]));
    await admin.applyReset(shift);
    expect(await groupsTool('--describe', '--group', 'planner')).toMatch(new RegExp(`${topic}\\s+1\\s+3\\s+10\\s+7`));
    await expect(
      admin.planReset('planner', { topics: [{ topic, partitions: [9] }], to: { at: 'earliest' } }),
    ).rejects.toMatchObject({ code: 'INVALID' });
    await expect(
      admin.planReset('planner', { topics: [{ topic: 'absent' }], to: { at: 'earliest' } }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
  });

  test('a kafkajs group: its assignment is read, and what it commits is seen', { timeout: 120_000 }, async () => {
    await filled('of-kafkajs', 5, 3);
    const consumer = independentKafka(kafka.bootstrap).consumer({ groupId: 'group-kafkajs' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'of-kafkajs', fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    try {
      const group = await until('group-kafkajs', (g) => g.members[0]?.assignment.length === 1);
      expect(group.members[0]?.assignment).toEqual([{ topic: 'of-kafkajs', partitions: [0, 1, 2] }]);
      // Nothing committed: the lag is not known.
      expect(places(group)).toEqual([0, 1, 2].map((p) => [p, undefined, 5n, undefined]));
      await consumer.commitOffsets([{ topic: 'of-kafkajs', partition: 1, offset: '4' }]);
      expect(places(await admin.group('group-kafkajs'))[1]).toEqual([1, 4n, 5n, 1n]);
    } finally {
      await consumer.disconnect();
    }
  });

  test('a share group: members, start offsets and lag, reset and deleted', { timeout: 240_000 }, async () => {
    const [topic, id] = ['of-share', 'group-share'];
    await filled(topic, 10);
    const member = await start(SHARE_CONSUMER, topic, id);
    await until(id, (g) => g.members[0]?.assignment[0]?.partitions.length === 2);
    // A new share group begins at the end, as soon as its member has asked: what comes then is read and acknowledged.
    const write = () =>
      admin.produce(
        topic,
        [0, 1].map((partition) => ({ key: null, value: Buffer.from('new'), partition })),
      );
    let written = 0;
    const isRead = (g: GroupDetail) => g.offsets.every((o) => o.committed !== undefined && o.lag === 0n);
    const live = await until(id, async (g) => {
      if (isRead(g)) return true;
      if (g.offsets.some((o) => o.committed === undefined)) written += (await write()).length / 2;
      return false;
    });
    const end = 10n + BigInt(written);
    // The start offset itself is moved lazily: the lag is not the distance from it to the end.
    expect(live.offsets.map((o) => [o.partition, o.end, o.lag])).toEqual([0, 1].map((p) => [p, end, 0n]));
    expect(live).toMatchObject({
      type: 'share',
      state: 'Stable',
      members: [{ assignment: [{ topic, partitions: [0, 1] }] }],
    });
    expect(await admin.groups()).toContainEqual(expect.objectContaining({ id, type: 'share' }));
    const plan = await admin.planReset(id, { to: { at: 'earliest' } });
    expect(plan).toMatchObject({ type: 'share', refusal: expect.stringContaining('alive') });
    await expect(admin.applyReset(plan)).rejects.toMatchObject({ code: 'GROUP_IN_USE' });
    await expect(admin.deleteGroup(id)).rejects.toMatchObject({ code: 'GROUP_IN_USE' });

    await member.stop(3000);
    await until(id, (g) => g.members.length === 0);
    await expect(admin.planReset(id, { to: { at: 'shift', by: 1n } })).rejects.toMatchObject({ code: 'INVALID' });
    await admin.applyReset(await admin.planReset(id, { topics: [{ topic }], to: { at: 'offset', offset: 4n } }));
    const reset = await until(id, (g) => g.offsets.every((o) => o.committed === 4n));
    expect(reset.lag).toBe(2n * (end - 4n));
    expect(await shareTool('--describe', '--group', id)).toMatch(new RegExp(`${topic}\\s+0\\s+4\\s+${end - 4n}`));
    await admin.deleteOffsets(id, topic);
    expect((await admin.group(id)).offsets).toEqual([]);
    await admin.deleteGroup(id);
    expect(await shareTool('--list')).not.toContain(id);
  });
});
