import { ask, protocolError, reasonOf } from './ask.ts';
import type { Cluster } from './cluster.ts';
import { EARLIEST, LATEST, listOffsetsApi, type Metadata } from './topic-requests.ts';
import type { ValueOf } from './wire.ts';

/** What to ask for: a partition's first or last offset, or the first at or after a time (epoch ms). */
export type OffsetPoint = 'earliest' | 'latest' | number;

export interface FoundOffset {
  /** -1: no record at or after the time. */
  readonly offset: bigint;
  readonly error?: string;
}

export type Isolation = 'read_committed' | 'read_uncommitted';

/** Offsets of partitions of one topic, by partition; those that cannot be had carry why: where `isPatient` also those whose leader is away. */
export async function findOffsets(
  cluster: Pick<Cluster, 'brokers'>,
  topic: {
    readonly name: string;
    readonly partitions: readonly Pick<
      Metadata['topics'][number]['partitions'][number],
      'partition' | 'leader' | 'errorCode'
    >[];
  },
  at: OffsetPoint,
  isolation: Isolation = 'read_uncommitted',
  isPatient = false,
): Promise<Map<number, FoundOffset>> {
  const timestamp = at === 'earliest' ? EARLIEST : at === 'latest' ? LATEST : BigInt(at);
  const found = new Map<number, FoundOffset>();
  const byLeader = Map.groupBy(topic.partitions, (p) => p.leader);
  await Promise.all(
    [...byLeader].map(async ([leader, partitions]) => {
      if (leader < 0) {
        for (const { partition, errorCode } of partitions)
          found.set(partition, { offset: -1n, error: reasonOf(errorCode || LEADER_NOT_AVAILABLE) });
        return;
      }
      const request = {
        replica: -1,
        isolation: isolation === 'read_committed' ? 1 : 0,
        topics: [
          {
            name: topic.name,
            partitions: partitions.map((p) => ({ partition: p.partition, leaderEpoch: -1, timestamp })),
          },
        ],
      };
      let answer: ValueOf<typeof listOffsetsApi.response>;
      try {
        answer = await ask(await cluster.brokers.node(leader), listOffsetsApi, request);
      } catch (error) {
        if (!isPatient || cluster.brokers.signal.aborted) throw error;
        for (const { partition } of partitions)
          found.set(partition, { offset: -1n, error: `its leader, broker ${leader}, does not answer` });
        return;
      }
      for (const { partition, errorCode, offset } of answer.topics.flatMap((t) => t.partitions)) {
        if (STALE.has(errorCode)) throw protocolError(errorCode);
        found.set(partition, errorCode === 0 ? { offset } : { offset: -1n, error: reasonOf(errorCode) });
      }
    }),
  );
  return found;
}

const LEADER_NOT_AVAILABLE = 5;
/** Another broker leads by now: worth to ask again with fresh metadata. */
const STALE = new Set([LEADER_NOT_AVAILABLE, 6, 74, 76]);

/** The same, with every partition there; a time after the last record is the end. Throws when one cannot be had. */
export async function exactOffsets(
  cluster: Cluster,
  topic: string,
  at: OffsetPoint,
  isolation: Isolation = 'read_uncommitted',
): Promise<Map<number, bigint>> {
  return cluster.retrying(async () => {
    const { topic: found } = await cluster.topicMetadata(topic);
    const offsets = await findOffsets(cluster, found, at, isolation);
    const isBeyond = [...offsets.values()].some((o) => o.offset < 0n && o.error === undefined);
    const ends = isBeyond ? await findOffsets(cluster, found, 'latest', isolation) : offsets;
    return new Map(
      found.partitions
        .map((p) => p.partition)
        .sort((a, b) => a - b)
        .map((partition) => {
          const own = offsets.get(partition);
          const one = own && own.offset < 0n && own.error === undefined ? ends.get(partition) : own;
          if (one === undefined || one.error !== undefined)
            throw new Error(`partition ${partition} of topic '${topic}': ${one?.error ?? 'no answer'}`);
          return [partition, one.offset];
        }),
    );
  });
}
