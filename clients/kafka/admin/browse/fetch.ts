import type { Brokers } from '../../brokers.ts';
import { type FetchAnswer, fetchRecords } from '../../requests.ts';
import { protocolError } from '../ask.ts';
import { findOffsets } from '../offsets.ts';

const OFFSET_OUT_OF_RANGE = 1;
const LEADER_NOT_AVAILABLE = 5;

/** Bytes of a partition in an answer. */
export const MOST_BYTES = 2 << 20;
export const FEW_BYTES = 128 << 10;
/** Bytes of one round, over all partitions. */
const ROUND_BYTES = 16 << 20;

/** Of so many partitions each may bring so much, so that all of them are in one answer. */
export const shareOf = (partitions: number, most: number): number =>
  Math.max(16 << 10, Math.min(most, Math.floor(ROUND_BYTES / Math.max(1, partitions))));

/** A broker that died is taken for one after 9 s by default (broker.session.timeout.ms); then another leads its partitions. */
const ELECTION_MS = 30_000;

export interface FetchPlace {
  readonly partition: number;
  readonly offset: bigint;
  /**
   * In a request of its own: brokers send a batch that is greater than the limits for the first partition of a request only, and nothing
   * for the others. So nothing means that there is nothing when it was asked for alone.
   */
  readonly isAlone?: boolean;
}

/** Connections, and how many rounds are under way on them. */
export interface FetchSource {
  readonly readers: Brokers;
  pending: number;
}

export interface FetchPlan {
  readonly topic: string;
  readonly positions: readonly FetchPlace[];
  readonly isolation: 'read_committed' | 'read_uncommitted';
  readonly maxWaitMs: number;
  readonly partitionBytes: number;
  /** How long brokers are tried while none of them answers. Leaders are waited for as long as ELECTION_MS, too. */
  readonly patienceMs: number;
}

/** What came of one partition: batches as they lie in `bytes` from `start` to `end`. */
export interface FetchedBytes extends FetchAnswer {
  readonly bytes: Buffer;
  readonly offset: bigint;
  /** The offset asked for is not there: the first one is `logStartOffset`. */
  readonly isOutOfRange: boolean;
}

/** One round: each partition's leader is asked once, all at the same time. */
export async function fetchRound(source: FetchSource, plan: FetchPlan): Promise<FetchedBytes[]> {
  if (plan.positions.length === 0) return [];
  source.pending++;
  try {
    const began = performance.now();
    const { patienceMs } = plan;
    return await source.readers.retrying(Math.max(patienceMs, ELECTION_MS), async (attempt) => {
      let leaders: readonly number[];
      try {
        leaders = await source.readers.leaders(plan.topic, attempt > 0);
      } catch (error) {
        // Not one of the library's, which would be tried again.
        if (performance.now() - began > patienceMs) throw new Error('no broker answers', { cause: error });
        throw error;
      }
      return fetchOnce(source.readers, plan, leaders);
    });
  } finally {
    source.pending--;
  }
}

async function fetchOnce(readers: Brokers, plan: FetchPlan, leaders: readonly number[]): Promise<FetchedBytes[]> {
  const groups = Map.groupBy(
    plan.positions,
    (p) => `${leaders[p.partition] ?? -1}${p.isAlone ? `/${p.partition}` : ''}`,
  );
  const rounds = [...groups.values()].map(async (of) => {
    const first = of[0]?.partition ?? -1;
    const leader = leaders[first] ?? -1;
    if (leader < 0) throw protocolError(LEADER_NOT_AVAILABLE, `partition ${first} has no leader`);
    const response = await fetchRecords.async(await readers.node(leader), {
      maxWaitMs: plan.maxWaitMs,
      maxBytes: plan.partitionBytes * of.length,
      maxPartitionBytes: plan.partitionBytes,
      isCommittedOnly: plan.isolation === 'read_committed',
      targets: [{ topic: plan.topic, partitions: of }],
    });
    if (response.errorCode !== 0) throw protocolError(response.errorCode);
    return response.partitions.map((answer): FetchedBytes => {
      const { errorCode, partition } = answer;
      if (errorCode !== 0 && errorCode !== OFFSET_OUT_OF_RANGE) throw protocolError(errorCode);
      return {
        ...answer,
        bytes: response.bytes,
        offset: of.find((p) => p.partition === partition)?.offset ?? 0n,
        isOutOfRange: errorCode === OFFSET_OUT_OF_RANGE,
      };
    });
  });
  const answers = (await Promise.all(rounds)).flat();
  return answers.some((a) => a.isOutOfRange) ? withStarts(readers, plan.topic, leaders, answers) : answers;
}

/** Brokers do not say with the refusal of an offset where the partition begins. */
async function withStarts(
  readers: Brokers,
  name: string,
  leaders: readonly number[],
  answers: readonly FetchedBytes[],
): Promise<FetchedBytes[]> {
  const refused = answers.filter((a) => a.isOutOfRange);
  const partitions = refused.map(({ partition }) => ({ partition, leader: leaders[partition] ?? -1, errorCode: 0 }));
  const starts = await findOffsets({ brokers: readers }, { name, partitions }, 'earliest');
  return answers.map((answer) => {
    if (!answer.isOutOfRange) return answer;
    const start = starts.get(answer.partition);
    if (!start || start.error !== undefined) throw protocolError(OFFSET_OUT_OF_RANGE, start?.error ?? null);
    return { ...answer, logStartOffset: start.offset };
  });
}
