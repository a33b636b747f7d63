import type { Isolation, KafkaClient, TopicInfo } from '../../../clients/kafka/index.ts';
import { FlinkFault } from '../../errors.ts';
import type { Subtask } from '../connector.ts';
import type { Options } from '../options.ts';
import { type BoundedMode, type KafkaTableOptions, type StartupMode, specificOffsets } from './options.ts';

/** One partition being read (KafkaPartitionSplit). */
export interface Split {
  readonly topic: TopicInfo;
  readonly partition: number;
  next: bigint;
  /** First offset not read any more; undefined for ever. */
  readonly stop: bigint | undefined;
}

/** Position a partition as kept in checkpoints: `topic/partition` → next offset. */
export type Positions = Readonly<Record<string, string>>;

export const splitKey = (topic: string, partition: number) => `${topic}/${partition}`;

/** Which reader has a partition (KafkaSourceEnumerator.getSplitOwner): those of a topic in turn, from one that its name tells. */
export function splitOwner(topic: string, partition: number, readers: number): number {
  let hash = 0;
  for (let i = 0; i < topic.length; i++) hash = (Math.imul(hash, 31) + topic.charCodeAt(i)) | 0;
  return (((Math.imul(hash, 31) & 0x7fffffff) % readers) + partition) % readers;
}

/**
 * Finds the partitions that this reader is to read with their first and last offsets (OffsetsInitializer); known ones are left out.
 * `later`: it has looked before.
 */
export async function discoverSplits(
  client: KafkaClient,
  table: KafkaTableOptions,
  options: Options,
  isolation: Isolation,
  known: ReadonlySet<string>,
  later: boolean,
  subtask: Subtask,
  restored: Positions | undefined,
): Promise<Split[]> {
  const names = table.topicPattern
    ? (await client.topics()).filter((t) => table.topicPattern?.test(t)).sort()
    : table.topics;
  const out: Split[] = [];
  for (const name of names) {
    const topic = await client.topic(name);
    const partitions = topic.partitions
      .map((_, i) => i)
      .filter((p) => splitOwner(name, p, subtask.of) === subtask.index && !known.has(splitKey(name, p)));
    if (!partitions.length) continue;
    // Partitions that turn up later are read from their beginning, whatever the startup mode.
    const mode: StartupMode = later || restored ? 'earliest-offset' : table.startup;
    const starts = await startOffsets(client, table, options, mode, topic, isolation, partitions);
    const stops = await stopOffsets(client, table, options, table.bounded, topic, isolation, partitions);
    for (const [i, partition] of partitions.entries()) {
      const kept = restored?.[splitKey(name, partition)];
      out.push({ topic, partition, next: kept === undefined ? (starts[i] as bigint) : BigInt(kept), stop: stops[i] });
    }
  }
  return out;
}

async function startOffsets(
  client: KafkaClient,
  table: KafkaTableOptions,
  options: Options,
  mode: StartupMode,
  topic: TopicInfo,
  isolation: Isolation,
  partitions: readonly number[],
): Promise<bigint[]> {
  const pick = (all: readonly bigint[]) => partitions.map((p) => all[p] as bigint);
  switch (mode) {
    case 'earliest-offset':
      return pick(await client.offsets(topic.name, 'earliest', isolation));
    case 'latest-offset':
      return pick(await client.offsets(topic.name, 'latest', isolation));
    case 'timestamp':
      return pick(await client.offsets(topic.name, Number(options['scan.startup.timestamp-millis']), isolation));
    case 'specific-offsets': {
      const chosen = specificOffsets(options, 'scan.startup.specific-offsets');
      const earliest = await client.offsets(topic.name, 'earliest', isolation);
      return partitions.map((p) => chosen.get(p) ?? (earliest[p] as bigint));
    }
    case 'group-offsets':
      return committedOffsets(client, table, topic, isolation, partitions);
  }
}

async function committedOffsets(
  client: KafkaClient,
  table: KafkaTableOptions,
  topic: TopicInfo,
  isolation: Isolation,
  partitions: readonly number[],
): Promise<bigint[]> {
  const group = table.properties['group.id'];
  const reset = (table.properties['auto.offset.reset'] ?? 'none').toLowerCase();
  const committed =
    group === undefined ? partitions.map(() => undefined) : await client.committed(group, topic.name, partitions);
  const missing = partitions.filter((_, i) => committed[i] === undefined);
  if (!missing.length) return committed as bigint[];
  if (reset !== 'earliest' && reset !== 'latest') {
    throw new FlinkFault(
      'NoOffsetForPartitionException',
      `Undefined offset with no reset policy for partitions: [${missing.map((p) => `${topic.name}-${p}`).join(', ')}]`,
    );
  }
  const fallback = await client.offsets(topic.name, reset, isolation);
  return partitions.map((p, i) => committed[i] ?? (fallback[p] as bigint));
}

async function stopOffsets(
  client: KafkaClient,
  table: KafkaTableOptions,
  options: Options,
  mode: BoundedMode,
  topic: TopicInfo,
  isolation: Isolation,
  partitions: readonly number[],
): Promise<(bigint | undefined)[]> {
  switch (mode) {
    case 'unbounded':
      return partitions.map(() => undefined);
    case 'latest-offset': {
      const ends = await client.offsets(topic.name, 'latest', isolation);
      return partitions.map((p) => ends[p]);
    }
    case 'timestamp': {
      const ends = await client.offsets(topic.name, Number(options['scan.bounded.timestamp-millis']), isolation);
      return partitions.map((p) => ends[p]);
    }
    case 'specific-offsets': {
      const chosen = specificOffsets(options, 'scan.bounded.specific-offsets');
      return partitions.map((p) => chosen.get(p));
    }
    case 'group-offsets':
      return committedOffsets(client, table, topic, isolation, partitions);
  }
}
