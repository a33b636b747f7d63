import { KafkaError } from '../../kafka-client.ts';
import type { Cluster } from '../cluster.ts';
import { type FoundOffset, findOffsets } from '../offsets.ts';
import type { BrowsePoint, BrowseQuery } from '../record-types.ts';
import type { Metadata } from '../topic-requests.ts';

/** What is to be read of a partition: from `start` up to `end`, not included. */
export interface Range {
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** Where a reading begins and ends, within what there is. Throws where a partition does not exist or has no leader. */
export async function rangesOf(cluster: Cluster, query: BrowseQuery): Promise<Range[]> {
  return cluster.retrying(async () => {
    const { topic } = await cluster.topicMetadata(query.topic);
    const isolation = query.isolation ?? 'read_uncommitted';
    const chosen = choose(topic, query.partitions);
    const find = (at: 'earliest' | 'latest' | number) => findOffsets(cluster, chosen, at, isolation);
    const points = [query.from, query.to].map((p) => (p?.at === 'timestamp' ? find(p.timestamp) : undefined));
    const [earliest, latest, from, to] = await Promise.all([find('earliest'), find('latest'), ...points]);
    return chosen.partitions.map(({ partition }) => {
      const first = known(query.topic, partition, earliest);
      const last = known(query.topic, partition, latest);
      const at = (point: BrowsePoint, times: Map<number, FoundOffset> | undefined) =>
        clip(place(point, partition, first, last, times), first, last);
      const end = query.to ? at(query.to, to) : last;
      const start = query.from.at === 'newest' ? first : at(query.from, from);
      return { partition, start: start < end || query.isFollowing ? start : end, end };
    });
  });
}

function choose(topic: Metadata['topics'][number], wanted: readonly number[] | undefined): Metadata['topics'][number] {
  const all = [...topic.partitions].sort((a, b) => a.partition - b.partition);
  if (!wanted) return { ...topic, partitions: all };
  const absent = wanted.find((w) => !all.some((p) => p.partition === w));
  if (absent !== undefined) throw new KafkaError('INVALID', `Topic '${topic.name}' has no partition ${absent}.`);
  return { ...topic, partitions: all.filter((p) => wanted.includes(p.partition)) };
}

function known(topic: string, partition: number, offsets: ReadonlyMap<number, FoundOffset>): bigint {
  const found = offsets.get(partition);
  if (found && found.error === undefined) return found.offset;
  throw new Error(`partition ${partition} of topic '${topic}': ${found?.error ?? 'no answer'}`);
}

function place(
  point: BrowsePoint,
  partition: number,
  first: bigint,
  last: bigint,
  times: ReadonlyMap<number, FoundOffset> | undefined,
): bigint {
  if (point.at === 'oldest') return first;
  if (point.at === 'offset') return point.offset;
  if (point.at === 'positions') return point.positions.get(partition) ?? last;
  const found = times?.get(partition)?.offset ?? -1n;
  return point.at === 'timestamp' && found >= 0n ? found : last;
}

const clip = (offset: bigint, first: bigint, last: bigint) => (offset < first ? first : offset > last ? last : offset);
