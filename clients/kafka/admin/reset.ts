import { KafkaError } from '../kafka-client.ts';
import { protocolError } from './ask.ts';
import type { Cluster } from './cluster.ts';
import { endsOf, keptOffsets } from './group-offsets.ts';
import { alterShareOffsetsApi, deleteShareOffsetsApi, offsetCommitApi, offsetDeleteApi } from './group-requests.ts';
import type { PlannedOffset, ResetPlan, ResetSpec } from './group-types.ts';
import { type DescribedGroup, describeMembers, inUse, NON_EMPTY, whyInUse } from './groups.ts';
import { findOffsets } from './offsets.ts';

/** A group that is not there yet may be given offsets: it starts there. */
async function describedOrNew(cluster: Cluster, group: string): Promise<DescribedGroup> {
  try {
    return await describeMembers(cluster, group);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== 'UNKNOWN_GROUP') throw error;
    return { type: 'classic', state: 'Empty', assignor: '', members: [] };
  }
}

/** What a reset would do. Nothing is changed. */
export async function planReset(cluster: Cluster, group: string, spec: ResetSpec): Promise<ResetPlan> {
  return cluster.retrying(async () => {
    const described = await describedOrNew(cluster, group);
    const { type, state, members } = described;
    if (type === 'share' && spec.to.at === 'shift')
      throw new KafkaError('INVALID', `The share group '${group}' has no one position that could be shifted.`);
    const kept = await keptOffsets(cluster, group, type);
    const from = new Map(kept.map((k) => [`${k.topic}/${k.partition}`, k.offset]));
    const topics =
      spec.topics ??
      [...Map.groupBy(kept, (k) => k.topic)].map(([topic, of]) => ({ topic, partitions: of.map((k) => k.partition) }));
    const ends = await endsOf(
      cluster,
      topics.map((t) => t.topic),
    );
    const partitions: PlannedOffset[] = [];
    for (const { topic, partitions: chosen } of topics) {
      const found = ends.get(topic);
      // Not the library's error, which would be tried again: nobody makes the topic meanwhile.
      if (!found || found.topic.errorCode === UNKNOWN_TOPIC)
        throw new KafkaError('UNKNOWN_TOPIC', `Topic '${topic}' does not exist on ${cluster.where}.`);
      if (found.topic.errorCode !== 0) throw protocolError(found.topic.errorCode);
      const times = spec.to.at === 'timestamp' ? await findOffsets(cluster, found.topic, spec.to.timestamp) : undefined;
      for (const partition of chosen ?? found.topic.partitions.map((p) => p.partition).sort((a, b) => a - b)) {
        const [first, end] = [found.earliest.get(partition), found.end.get(partition)];
        if (!first || !end) throw new KafkaError('INVALID', `Topic '${topic}' has no partition ${partition}.`);
        const before = from.get(`${topic}/${partition}`);
        const place = { topic, partition, ...(before !== undefined && { from: before }) };
        const error = first.error ?? end.error;
        if (error !== undefined) partitions.push({ ...place, to: before ?? 0n, error });
        else {
          const at = times?.get(partition)?.offset;
          partitions.push({ ...place, ...target(spec, before, first.offset, end.offset, at) });
        }
      }
    }
    return {
      group,
      type,
      partitions,
      ...(members.length > 0 && { refusal: inUse(group, state, members, 'reset') }),
    };
  });
}

const UNKNOWN_TOPIC = 3;

/** Where a partition would go: what was asked for, or the nearest that there is. */
export function target(
  { to }: Pick<ResetSpec, 'to'>,
  from: bigint | undefined,
  earliest: bigint,
  end: bigint,
  atTime: bigint | undefined,
): Pick<PlannedOffset, 'to' | 'clipped' | 'error'> {
  if (to.at === 'timestamp') {
    if (atTime !== undefined && atTime >= 0n) return { to: atTime };
    return { to: end, clipped: 'no record at or after this time: the end' };
  }
  if (to.at !== 'offset' && to.at !== 'shift') return { to: to.at === 'latest' ? end : earliest };
  const wanted = to.at === 'offset' ? to.offset : from === undefined ? undefined : from + to.by;
  if (wanted === undefined) return { to: earliest, error: 'the group has no offset here to shift from' };
  if (wanted < earliest) return { to: earliest, clipped: `${wanted} is before the first offset ${earliest}` };
  if (wanted > end) return { to: end, clipped: `${wanted} is after the end ${end}` };
  return { to: wanted };
}

/** Sets what was planned. Refused while the group is alive, also where that was not so when it was planned. */
export async function applyReset(cluster: Cluster, plan: ResetPlan): Promise<void> {
  const { group } = plan;
  const partitions = plan.partitions.filter((p) => p.error === undefined);
  if (partitions.length === 0) return;
  const byTopic = [...Map.groupBy(partitions, (p) => p.topic)];
  await cluster.retrying(async () => {
    const { type, state, members } = await describedOrNew(cluster, group);
    if (members.length > 0) throw new KafkaError('GROUP_IN_USE', inUse(group, state, members, 'reset'));
    if (type === 'share') await resetShare(cluster, group, byTopic);
    else await commit(cluster, group, byTopic);
  });
}

type ByTopic = readonly (readonly [string, readonly PlannedOffset[]])[];

async function commit(cluster: Cluster, group: string, byTopic: ByTopic): Promise<void> {
  const topics = byTopic.map(([name, of]) => ({
    name,
    partitions: of.map((p) => ({ partition: p.partition, offset: p.to, leaderEpoch: -1, metadata: '' })),
  }));
  // As somebody who is not a member: brokers take that of an empty group only.
  const request = { group, generation: -1, member: '', instanceId: null, topics };
  const answer = await cluster.coordinator(group, offsetCommitApi, request);
  for (const { errorCode } of answer.topics.flatMap((t) => t.partitions)) await check(cluster, group, errorCode);
}

async function resetShare(cluster: Cluster, group: string, byTopic: ByTopic): Promise<void> {
  const topics = byTopic.map(([topic, of]) => ({
    topic,
    partitions: of.map((p) => ({ partition: p.partition, start: p.to })),
  }));
  const answer = await cluster.coordinator(group, alterShareOffsetsApi, { group, topics });
  await check(cluster, group, answer.errorCode, answer.errorMessage);
  for (const { errorCode, errorMessage } of answer.topics.flatMap((t) => t.partitions))
    await check(cluster, group, errorCode, errorMessage);
}

/** What brokers answer when somebody joined meanwhile. */
const ALIVE = new Set([NON_EMPTY, 22, 25, 113]);

async function check(cluster: Cluster, group: string, code: number, words: string | null = null): Promise<void> {
  if (code === 0) return;
  if (ALIVE.has(code)) throw new KafkaError('GROUP_IN_USE', await whyInUse(cluster, group, 'reset'));
  throw protocolError(code, words);
}

export async function deleteOffsets(
  cluster: Cluster,
  group: string,
  topic: string,
  partitions: readonly number[] | undefined,
): Promise<void> {
  await cluster.retrying(async () => {
    const { type } = await describeMembers(cluster, group);
    if (type === 'share') {
      if (partitions)
        throw new KafkaError('INVALID', `The share group '${group}' can only forget all partitions of a topic.`);
      const answer = await cluster.coordinator(group, deleteShareOffsetsApi, { group, topics: [{ topic }] });
      await check(cluster, group, answer.errorCode, answer.errorMessage);
      for (const { errorCode, errorMessage } of answer.topics) await check(cluster, group, errorCode, errorMessage);
      return;
    }
    const kept = await keptOffsets(cluster, group, type);
    const chosen = partitions ?? kept.filter((k) => k.topic === topic).map((k) => k.partition);
    if (chosen.length === 0) return;
    const request = { group, topics: [{ name: topic, partitions: chosen }] };
    const answer = await cluster.coordinator(group, offsetDeleteApi, request);
    await check(cluster, group, answer.errorCode);
    for (const { errorCode } of answer.topics.flatMap((t) => t.partitions)) {
      if (errorCode === SUBSCRIBED)
        throw new KafkaError(
          'GROUP_IN_USE',
          `The group '${group}' is subscribed to topic '${topic}': its offsets cannot be deleted while it is alive.`,
        );
      if (errorCode !== 0) throw protocolError(errorCode);
    }
  });
}

/** GROUP_SUBSCRIBED_TO_TOPIC. */
const SUBSCRIBED = 86;
