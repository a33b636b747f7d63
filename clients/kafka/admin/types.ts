/**
 * Kafka for people who look: topics, messages, consumer groups. Made by `openKafkaAdmin` of clients/kafka/index.ts; reading never makes
 * or joins a consumer group. Errors are KafkaError: they name the brokers and the cause, never a secret.
 */
import type { KafkaConnection } from '../kafka-client.ts';
import type { GroupVerbs } from './group-types.ts';
import type { BrowseQuery, BrowseStep, CopyQuery, CopyStep, ProducedRecord, ProduceRecord } from './record-types.ts';

export type * from './group-types.ts';
export type * from './record-types.ts';

export interface KafkaAdminOptions {
  /** From `connectionFromProperties`: the same record of Java client properties as the connector's. */
  readonly connection: KafkaConnection;
  /** What brokers call themselves → where they are reached: `host:port` or a host alone, to `host:port` or a host. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Every writing verb fails with READ_ONLY. */
  readonly isReadOnly?: boolean;
}

export interface KafkaAdmin extends GroupVerbs {
  readonly isReadOnly: boolean;
  /** Brokers, controller, version as far as the brokers' API versions tell it. */
  cluster(signal?: AbortSignal): Promise<ClusterInfo>;
  /** All topics, internal ones too, by name; what may not be described is listed with its `error`. */
  topics(signal?: AbortSignal): Promise<TopicSummary[]>;
  /** Where all topics end, cheap enough to be asked for again and again. What cannot be told now is left out. */
  topicEnds(signal?: AbortSignal): Promise<TopicEnd[]>;
  /** Throws UNKNOWN_TOPIC when it does not exist. */
  topic(name: string, signal?: AbortSignal): Promise<TopicDetail>;
  /** Configs of a topic, by name. */
  configs(topic: string, signal?: AbortSignal): Promise<TopicConfig[]>;
  /** Configs of topics that are to be created have these defaults: of the broker, by name. */
  brokerConfigs(broker: number, signal?: AbortSignal): Promise<TopicConfig[]>;
  /** Changes these configs and leaves all others as they are; null sets one back to its default. Brokers before 2.3 cannot: refused. */
  alterConfigs(topic: string, changes: Readonly<Record<string, string | null>>): Promise<void>;
  /** Resolves when the topic is there with leaders. */
  createTopic(topic: NewTopic): Promise<void>;
  deleteTopic(name: string): Promise<void>;
  /** `total`: how many there are to be afterwards; Kafka cannot take partitions away. */
  addPartitions(topic: string, total: number): Promise<void>;
  /** Deletes the records before an offset of each partition (`latest`: all that are there now); gives the new first offsets. */
  purge(topic: string, before: readonly PurgePoint[] | 'latest'): Promise<{ partition: number; earliest: bigint }[]>;

  /**
   * Records in steps, as they are read. Pull-based: who does not ask for the next step pauses the reading, a live tail too. Breaking the
   * loop or aborting ends it within 200 ms (the loop then throws CLOSED where it was aborted).
   */
  browse(query: BrowseQuery, signal?: AbortSignal): AsyncIterable<BrowseStep>;
  /** Where each partition's first record at or after a time (epoch ms) is; the end where there is none. By partition. */
  offsetsAt(topic: string, at: 'earliest' | 'latest' | number, signal?: AbortSignal): Promise<bigint[]>;

  /** Resolves when all in-sync replicas have the records; gives where each of them is, in the order given. */
  produce(topic: string, records: readonly ProduceRecord[]): Promise<ProducedRecord[]>;
  /** Reads from this cluster and writes to `target` (this or another cluster's admin, whose read-only flag counts). */
  copy(query: CopyQuery, target: KafkaAdmin, signal?: AbortSignal): AsyncIterable<CopyStep>;

  /** Ends at once, whatever is under way. */
  close(): Promise<void>;
}

export interface ClusterInfo {
  readonly id: string;
  /** -1: not known. */
  readonly controller: number;
  readonly brokers: readonly BrokerInfo[];
  /** The least Kafka release that offers these brokers' API versions, such as `4.3`; by these, not by what it calls itself. */
  readonly version: string;
  /** What the brokers can do. */
  readonly features: {
    readonly incrementalConfigs: boolean;
    readonly consumerGroups: boolean;
    readonly shareGroups: boolean;
    readonly shareGroupOffsets: boolean;
  };
}

export interface BrokerInfo {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

export interface TopicSummary {
  readonly name: string;
  readonly isInternal: boolean;
  readonly partitions: number;
  readonly replicas: number;
  /** Partitions with fewer in-sync replicas than replicas. */
  readonly underReplicated: number;
  /** Bytes on disk of one copy: of each partition's leader. Undefined where the brokers do not tell. */
  readonly bytes?: bigint;
  /** `cleanup.policy`: `delete`, `compact` or `compact,delete`. */
  readonly cleanupPolicy?: string;
  /** `retention.ms`, -1: for ever; `retention.bytes` of a partition, -1: without limit. */
  readonly retentionMs?: bigint;
  readonly retentionBytes?: bigint;
  /** Why it could not be described (such as: not authorised). The other fields are then as far as known. */
  readonly error?: string;
}

export interface TopicEnd {
  readonly name: string;
  /** The next offsets of its partitions, together: from one look to the next it grows by what was written. */
  readonly end: bigint;
}

export interface TopicDetail {
  readonly name: string;
  readonly id: string;
  readonly isInternal: boolean;
  readonly partitions: readonly PartitionDetail[];
}

export interface PartitionDetail {
  readonly partition: number;
  /** -1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  readonly offline: readonly number[];
  /** First offset and the next to be written; undefined while there is no leader. */
  readonly earliest?: bigint;
  readonly latest?: bigint;
  /** Bytes on the leader's disk. */
  readonly bytes?: bigint;
  readonly error?: string;
}

export type ConfigSource = 'topic' | 'broker' | 'default-broker' | 'static-broker' | 'default' | 'other';

export interface TopicConfig {
  readonly name: string;
  /** null: not set, or not told (sensitive). */
  readonly value: string | null;
  /** What it would be without the topic's own setting; undefined where the brokers do not tell. */
  readonly defaultValue?: string | null;
  readonly source: ConfigSource;
  readonly isSensitive: boolean;
  readonly isReadOnly: boolean;
  readonly type: 'boolean' | 'string' | 'int' | 'short' | 'long' | 'double' | 'list' | 'class' | 'password' | 'unknown';
  /** Kafka's own text; HTML tags as Kafka writes them. */
  readonly documentation?: string;
}

export interface NewTopic {
  readonly name: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  readonly replicas: number;
  readonly configs?: Readonly<Record<string, string>>;
}

export interface PurgePoint {
  readonly partition: number;
  readonly offset: bigint;
}
