/**
 * What Millrace needs of a Kafka client; the one implementation is platformatic-client.ts. Reading never makes or joins a consumer
 * group. Errors are KafkaError: they name the brokers and the cause, never a secret.
 */
export interface KafkaClient {
  /** Partitions of a topic with their leaders, in partition order. Throws UNKNOWN_TOPIC when it does not exist. */
  topic(name: string, signal?: AbortSignal): Promise<TopicInfo>;
  /** Names of all topics but internal ones. */
  topics(signal?: AbortSignal): Promise<string[]>;
  /** Offset a partition (index = partition): the first, the next to be written, or the first at or after a time (epoch ms; the end when there is none). */
  offsets(topic: string, at: 'earliest' | 'latest' | number, isolation: Isolation): Promise<bigint[]>;
  /** Committed offset a partition of a group; undefined where there is none. */
  committed(group: string, topic: string, partitions: readonly number[]): Promise<(bigint | undefined)[]>;
  /** One fetch round: records from `positions` on, decompressed; waits up to `maxWaitMs` when there are none. */
  fetch(request: FetchRequest): Promise<FetchedPartition[]>;
  producer(options: ProducerOptions): KafkaProducer;
  close(): Promise<void>;
}

export type Isolation = 'read_committed' | 'read_uncommitted';

export interface TopicInfo {
  readonly name: string;
  readonly id: string;
  readonly partitions: readonly { readonly leader: number; readonly leaderEpoch: number }[];
}

export interface FetchRequest {
  readonly topic: TopicInfo;
  /** Partition → next offset to read. */
  readonly positions: ReadonlyMap<number, bigint>;
  readonly isolation: Isolation;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
}

export interface FetchedPartition {
  readonly partition: number;
  /** Where to go on; beyond gaps and control records. */
  readonly nextOffset: bigint;
  /** First offset not to be read yet under the isolation asked for. */
  readonly endOffset: bigint;
  readonly records: readonly FetchedRecord[];
}

export interface FetchedRecord {
  readonly offset: bigint;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly leaderEpoch: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
}

export interface ProducerOptions {
  readonly acks?: number;
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly idempotent?: boolean;
}

export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers?: readonly (readonly [string, Uint8Array])[];
  /** Epoch ms. */
  readonly timestamp?: number;
}

export interface KafkaProducer {
  /** Resolves when the brokers have acknowledged all records. Records without partition go by key as Java's default partitioner sends them. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Where and how to connect; made from Flink's `properties.*` by kafka-properties.ts. */
export interface KafkaConnection {
  readonly bootstrap: readonly string[];
  readonly clientId: string;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
    readonly username?: string;
    readonly password?: string;
    readonly token?: string;
  };
  /** Whole time a request may take with its retries. */
  readonly timeoutMs: number;
}

/** A failure of a Kafka call: which brokers, what was asked, why. */
export class KafkaError extends Error {
  readonly code: 'UNREACHABLE' | 'UNKNOWN_TOPIC' | 'AUTHENTICATION' | 'TIMEOUT' | 'FAILED';

  constructor(code: KafkaError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KafkaError';
    this.code = code;
  }
}
