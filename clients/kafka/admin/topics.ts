import { KafkaError } from '../kafka-client.ts';
import { ask, protocolError, reasonOf } from './ask.ts';
import type { Cluster } from './cluster.ts';
import { configsOf } from './configs.ts';
import { exactOffsets, findOffsets } from './offsets.ts';
import {
  createPartitionsApi,
  createTopicsApi,
  deleteRecordsApi,
  deleteTopicsApi,
  describeLogDirsApi,
  type Metadata,
} from './topic-requests.ts';
import type { NewTopic, PartitionDetail, PurgePoint, TopicDetail, TopicSummary } from './types.ts';

const TIMEOUT_MS = 30_000;
const LISTED_CONFIGS = ['cleanup.policy', 'retention.ms', 'retention.bytes'];
/** Topics in one request for configs. */
const PORTION = 500;

/** Bytes on disk by broker, topic and partition. A broker that does not tell is left out. */
async function sizes(cluster: Cluster, topics: Parameters<typeof logDirs>[1]): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  try {
    const { answers } = await logDirs(cluster, topics);
    for (const { broker, answer } of answers)
      for (const { name, partitions } of answer.results.flatMap((r) => r.topics))
        for (const p of partitions) if (!p.isFuture) found.set(`${broker}/${name}/${p.partition}`, p.bytes);
  } catch (error) {
    // Sizes are more than one asked for: where the brokers do not allow them the rest is listed all the same.
    if (cluster.brokers.signal.aborted) throw error;
  }
  return found;
}

const logDirs = (cluster: Cluster, topics: readonly { name: string; partitions: readonly number[] }[] | null) =>
  cluster.everyone(describeLogDirsApi, { topics });

const partitionsOf = (topic: Metadata['topics'][number]) =>
  [...topic.partitions].sort((a, b) => a.partition - b.partition);

export async function listTopics(cluster: Cluster): Promise<TopicSummary[]> {
  const { topics } = await cluster.metadata(null);
  const readable = topics.filter((t) => t.errorCode === 0).map((t) => t.name);
  const portions = Array.from({ length: Math.ceil(readable.length / PORTION) }, (_, i) =>
    readable.slice(i * PORTION, (i + 1) * PORTION),
  );
  const [bytes, ...configs] = await Promise.all([
    sizes(cluster, null),
    ...portions.map((names) => configsOf(cluster, names, LISTED_CONFIGS)),
  ]);
  const settings = new Map(configs.flatMap((portion) => [...portion]));
  return topics
    .map((topic) => summary(topic, bytes, settings.get(topic.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Settings = Awaited<ReturnType<typeof configsOf>> extends Map<string, infer S> ? S : never;

function summary(
  topic: Metadata['topics'][number],
  bytes: ReadonlyMap<string, bigint>,
  settings: Settings | undefined,
): TopicSummary {
  const { name, isInternal, partitions } = topic;
  const known = partitions.map((p) => bytes.get(`${p.leader}/${name}/${p.partition}`));
  const value = (config: string) => settings?.configs.find((c) => c.name === config)?.value ?? undefined;
  const [policy, ms, retained] = LISTED_CONFIGS.map(value);
  const error = topic.errorCode === 0 ? settings?.error : reasonOf(topic.errorCode);
  return {
    name,
    isInternal,
    partitions: partitions.length,
    replicas: Math.max(0, ...partitions.map((p) => p.replicas.length)),
    underReplicated: partitions.filter((p) => p.inSync.length < p.replicas.length).length,
    ...(known.some((b) => b !== undefined) && { bytes: known.reduce<bigint>((sum, b) => sum + (b ?? 0n), 0n) }),
    ...(policy !== undefined && { cleanupPolicy: policy }),
    ...(ms !== undefined && { retentionMs: BigInt(ms) }),
    ...(retained !== undefined && { retentionBytes: BigInt(retained) }),
    ...(error !== undefined && { error }),
  };
}

export async function describeTopic(cluster: Cluster, name: string): Promise<TopicDetail> {
  return cluster.retrying(async () => {
    const { topic } = await cluster.topicMetadata(name);
    const wanted = [{ name, partitions: topic.partitions.map((p) => p.partition) }];
    const [earliest, latest, bytes] = await Promise.all([
      findOffsets(cluster, topic, 'earliest', 'read_uncommitted', true),
      findOffsets(cluster, topic, 'latest', 'read_uncommitted', true),
      sizes(cluster, wanted),
    ]);
    const partitions = partitionsOf(topic).map((p): PartitionDetail => {
      const { partition, leader, leaderEpoch, replicas, inSync, offline } = p;
      const [first, end] = [earliest.get(partition), latest.get(partition)];
      const size = bytes.get(`${leader}/${name}/${partition}`);
      const error = p.errorCode === 0 ? (first?.error ?? end?.error) : reasonOf(p.errorCode);
      return {
        ...{ partition, leader, leaderEpoch, replicas, inSync, offline },
        ...(first && first.error === undefined && { earliest: first.offset }),
        ...(end && end.error === undefined && { latest: end.offset }),
        ...(size !== undefined && { bytes: size }),
        ...(error !== undefined && { error }),
      };
    });
    return { name, id: topic.id, isInternal: topic.isInternal, partitions };
  });
}

/** Throws the first error of an answer. */
function checked(results: readonly { readonly errorCode: number; readonly errorMessage?: string | null }[]): void {
  for (const { errorCode, errorMessage } of results)
    if (errorCode !== 0) throw protocolError(errorCode, errorMessage ?? null);
}

export async function createTopic(
  cluster: Cluster,
  { name, partitions, replicas, configs = {} }: NewTopic,
): Promise<void> {
  const topic = {
    ...{ name, partitions, replicas },
    assignments: [],
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  };
  const { topics } = await cluster.controller(createTopicsApi, {
    topics: [topic],
    timeoutMs: TIMEOUT_MS,
    isDryRun: false,
  });
  checked(topics);
  // The brokers hear of it a little later than the controller.
  await cluster.retrying(async () => {
    const metadata = await cluster.metadata([name]);
    const found = metadata.topics.find((t) => t.name === name);
    if (!found) throw protocolError(LEADER_NOT_AVAILABLE);
    if (found.errorCode !== 0) throw protocolError(found.errorCode);
    if (found.partitions.some((p) => p.leader < 0)) throw protocolError(LEADER_NOT_AVAILABLE);
  });
}

const LEADER_NOT_AVAILABLE = 5;

export async function deleteTopic(cluster: Cluster, name: string): Promise<void> {
  const { topics } = await cluster.controller(deleteTopicsApi, { names: [name], timeoutMs: TIMEOUT_MS });
  checked(topics);
  // As with new ones: who lists topics now must not find it any more.
  await cluster.retrying(async () => {
    const metadata = await cluster.metadata([name]);
    if (metadata.topics.some((t) => t.name === name && t.errorCode === 0)) throw protocolError(LEADER_NOT_AVAILABLE);
  });
}

export async function addPartitions(cluster: Cluster, topic: string, total: number): Promise<void> {
  const request = { topics: [{ name: topic, total, assignments: null }], timeoutMs: TIMEOUT_MS, isDryRun: false };
  const { topics } = await cluster.controller(createPartitionsApi, request);
  checked(topics);
  await cluster.retrying(async () => {
    const { topic: found } = await cluster.topicMetadata(topic);
    if (found.partitions.length < total || found.partitions.some((p) => p.leader < 0))
      throw protocolError(LEADER_NOT_AVAILABLE);
  });
}

export async function purge(
  cluster: Cluster,
  topic: string,
  before: readonly PurgePoint[] | 'latest',
): Promise<{ partition: number; earliest: bigint }[]> {
  const points =
    before === 'latest'
      ? [...(await exactOffsets(cluster, topic, 'latest'))].map(([partition, offset]) => ({ partition, offset }))
      : before;
  const { topic: found } = await cluster.topicMetadata(topic);
  const leaders = new Map(found.partitions.map((p) => [p.partition, p.leader]));
  for (const { partition } of points)
    if (!leaders.has(partition)) throw new KafkaError('INVALID', `Topic '${topic}' has no partition ${partition}.`);
  const done: { partition: number; earliest: bigint }[] = [];
  for (const [leader, of] of Map.groupBy(points, (p) => leaders.get(p.partition) as number)) {
    const partitions = of.map(({ partition, offset }) => ({ partition, offset }));
    const request = { topics: [{ name: topic, partitions }], timeoutMs: TIMEOUT_MS };
    const answer = await ask(await cluster.brokers.node(leader), deleteRecordsApi, request);
    for (const result of answer.topics.flatMap((t) => t.partitions)) {
      checked([result]);
      done.push({ partition: result.partition, earliest: result.earliest });
    }
  }
  return done.sort((a, b) => a.partition - b.partition);
}
