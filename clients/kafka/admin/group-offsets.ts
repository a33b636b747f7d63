import { protocolError, reasonOf } from './ask.ts';
import type { Cluster } from './cluster.ts';
import { describeShareOffsetsApi, offsetFetchApi } from './group-requests.ts';
import type { GroupOffset } from './group-types.ts';
import type { DescribedGroup } from './groups.ts';
import { type FoundOffset, findOffsets } from './offsets.ts';
import type { Metadata } from './topic-requests.ts';

/** What a group has kept of a partition. */
export interface KeptOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: bigint;
  readonly lag?: bigint;
  readonly metadata?: string;
  readonly error?: string;
}

/** Offsets of a group where it has some. Of a share group: where it starts, and its lag where the brokers tell. */
export async function keptOffsets(cluster: Cluster, id: string, type: DescribedGroup['type']): Promise<KeptOffset[]> {
  if (type === 'share') return shareOffsets(cluster, id);
  const { topics, errorCode } = await cluster.coordinator(id, offsetFetchApi, { group: id, topics: null });
  if (errorCode !== 0) throw protocolError(errorCode);
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, offset, metadata, errorCode: code }) => ({
      topic: name,
      partition,
      ...(code === 0 && offset >= 0n && { offset }),
      ...(metadata && { metadata }),
      ...(code !== 0 && { error: reasonOf(code) }),
    })),
  );
}

async function shareOffsets(cluster: Cluster, id: string): Promise<KeptOffset[]> {
  const { groups } = await cluster.coordinator(id, describeShareOffsetsApi, { groups: [{ id, topics: null }] });
  const [group] = groups;
  if (!group) return [];
  if (group.errorCode !== 0) throw protocolError(group.errorCode, group.errorMessage);
  return group.topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, start, lag, errorCode, errorMessage }) => ({
      topic,
      partition,
      ...(errorCode === 0 && start >= 0n && { offset: start }),
      ...(errorCode === 0 && lag >= 0n && { lag }),
      ...(errorCode !== 0 && { error: reasonOf(errorCode, errorMessage) }),
    })),
  );
}

/** First and last offsets of topics, by topic and partition; a topic that cannot be described carries why. */
export async function endsOf(
  cluster: Cluster,
  topics: readonly string[],
): Promise<
  Map<string, { topic: Metadata['topics'][number]; earliest: Map<number, FoundOffset>; end: Map<number, FoundOffset> }>
> {
  if (topics.length === 0) return new Map();
  const metadata = await cluster.metadata(topics);
  const found = await Promise.all(
    metadata.topics.map(async (topic) => {
      const readable = topic.errorCode === 0 ? topic : { ...topic, partitions: [] };
      const [earliest, end] = await Promise.all([
        findOffsets(cluster, readable, 'earliest'),
        findOffsets(cluster, readable, 'latest'),
      ]);
      return [topic.name, { topic, earliest, end }] as const;
    }),
  );
  return new Map(found);
}

/** Kept offsets and assigned partitions together, with ends and lags. Offsets that cannot be had are told, not thrown. */
export async function groupOffsets(
  cluster: Cluster,
  id: string,
  group: DescribedGroup,
): Promise<{ offsets: GroupOffset[]; error?: string }> {
  let kept: KeptOffset[] = [];
  let error: string | undefined;
  try {
    kept = await keptOffsets(cluster, id, group.type);
  } catch (failure) {
    if (cluster.brokers.signal.aborted) throw failure;
    error = failure instanceof Error ? failure.message : String(failure);
  }
  const owner = new Map<string, string>();
  const all = new Map<string, KeptOffset>();
  for (const { id: member, assignment } of group.members)
    for (const { topic, partitions } of assignment)
      for (const partition of partitions) {
        const key = `${topic}/${partition}`;
        if (!owner.has(key)) owner.set(key, member);
        all.set(key, { topic, partition });
      }
  for (const one of kept) all.set(`${one.topic}/${one.partition}`, one);
  const ends = await endsOf(cluster, [...new Set([...all.values()].map((o) => o.topic))]);
  const offsets = [...all]
    .map(([key, one]) => withEnds(one, owner.get(key), ends.get(one.topic), group.type === 'share'))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  return { offsets, ...(error !== undefined && { error }) };
}

type Ends = Awaited<ReturnType<typeof endsOf>> extends Map<string, infer E> ? E : never;

function withEnds(kept: KeptOffset, member: string | undefined, ends: Ends | undefined, isShare: boolean): GroupOffset {
  const { topic, partition, offset, metadata } = kept;
  const [first, end] = [ends?.earliest.get(partition), ends?.end.get(partition)];
  const isKnown = (o: FoundOffset | undefined): o is FoundOffset => o !== undefined && o.error === undefined;
  // Records in flight or acknowledged out of order lie after a share group's start: only its coordinator can count.
  const counted = !isShare && offset !== undefined && isKnown(end) ? max(0n, end.offset - offset) : undefined;
  const lag = kept.lag ?? counted;
  const topicError = ends && ends.topic.errorCode !== 0 ? reasonOf(ends.topic.errorCode) : undefined;
  const error = kept.error ?? topicError ?? end?.error;
  return {
    topic,
    partition,
    ...(offset !== undefined && { committed: offset }),
    ...(metadata !== undefined && { metadata }),
    ...(isKnown(first) && { earliest: first.offset }),
    ...(isKnown(end) && { end: end.offset }),
    ...(lag !== undefined && { lag }),
    ...(member !== undefined && { member }),
    ...(error !== undefined && { error }),
  };
}

const max = (a: bigint, b: bigint) => (a > b ? a : b);
