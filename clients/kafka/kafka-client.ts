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
  /**
   * One fetch of one leader's partitions: records from `positions` on; waits up to `maxWaitMs` when there are none. A leader that has
   * moved or is away is looked for again, with back-off, for as long as the connection's `retryMs` says.
   */
  fetch(request: FetchRequest): Promise<FetchedPartition[]>;
  /** Keeps the offsets of a group that nobody needs to have joined. */
  commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void>;
  producer(options: ProducerOptions): KafkaProducer;
  /** Begins a transaction; what an earlier producer with this id left open is aborted by that. */
  beginTransaction(id: string, timeoutMs: number, options: ProducerOptions): Promise<KafkaTransaction>;
  /**
   * Ends a transaction, also one that another process began. To do it twice does no harm. Throws FENCED when the brokers have ended it
   * in another way, or another producer has taken its id.
   */
  endTransaction(transaction: OpenTransaction, outcome: 'commit' | 'abort'): Promise<void>;
  /** Ids of transactions that are open and begin with a prefix. */
  openTransactions(prefix: string): Promise<string[]>;
  /** Aborts whatever a producer with this id left open. */
  abortTransactions(id: string): Promise<void>;
  /** Ends at once, whatever is under way. */
  close(): Promise<void>;
}

export type Isolation = 'read_committed' | 'read_uncommitted';

export interface TopicInfo {
  readonly name: string;
  readonly id: string;
  readonly partitions: readonly { readonly leader: number; readonly leaderEpoch: number }[];
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to read. */
  readonly offset: bigint;
}

export interface FetchPosition {
  readonly topic: TopicInfo;
  readonly partition: number;
  /** Next offset to read. */
  readonly offset: bigint;
}

export interface FetchRequest {
  /** Partitions, of any topics, in the order in which they are to be served. */
  readonly positions: readonly FetchPosition[];
  readonly isolation: Isolation;
  readonly maxWaitMs: number;
  /** Of one answer; of one partition in it. */
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Where to go on; beyond gaps, control records and aborted transactions. */
  readonly nextOffset: bigint;
  /** First offset not to be read yet under the isolation asked for. */
  readonly endOffset: bigint;
  /** The offset asked for is not there (any more); the broker's first one is `startOffset`. */
  readonly isOutOfRange: boolean;
  readonly startOffset: bigint;
  /** The answer that it came with. */
  readonly buffer: Uint8Array;
  readonly records: RecordCursor;
}

/**
 * Walks records without making an object for each: what it shows is valid until the next `advance`. `bytes` is the buffer that keys and
 * values lie in, mostly one for a whole fetch; an end of -1 is a null.
 */
export interface RecordCursor extends FetchedRecord {
  /** To the next record; false at the end. */
  advance(): boolean;
  /** Before the first record again. */
  rewind(): void;
  /**
   * Takes the places of the next records' values, at most `limit` of them, before offset `stop` and in the same `bytes`; gives how many,
   * 0 at the end. The cursor stands at the last of them.
   */
  run(limit: number, stop: number): number;
  /** Of the last run: where values begin and end, in pairs; 0 and 0 for a null. */
  readonly places: Int32Array;
  /** Goes to record `i` of the last run. */
  goTo(i: number): void;
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
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
  /** -1 (the default): all replicas; 1: the leader; 0: nobody. */
  readonly acks?: number;
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Do the brokers keep repeated batches out? Default: with acks of all. */
  readonly idempotent?: boolean;
  /** Bytes of a batch and of a request, not compressed. */
  readonly maxRequestBytes?: number;
}

/** A transaction that is open, as data: another process can end it. */
export interface OpenTransaction {
  readonly id: string;
  readonly producerId: string;
  readonly epoch: number;
}

export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers?: readonly (readonly [string, Uint8Array | null])[];
  /** Epoch ms; a bigint where a number is not exact. */
  readonly timestamp?: number | bigint;
}

export interface KafkaProducer {
  /** Resolves when the brokers have acknowledged all records. Records without partition go by key as Java's default partitioner sends them. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
}

/** Writes to a transaction; `KafkaClient.endTransaction` ends it. */
export interface KafkaTransaction extends KafkaProducer {
  readonly transaction: OpenTransaction;
}

/** Where and how to connect; made from Flink's `properties.*` by kafka-properties.ts. */
export interface KafkaConnection {
  readonly bootstrap: readonly string[];
  readonly clientId: string;
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    /** Must the certificate name the host? Default: yes. */
    readonly checkHost?: boolean;
  };
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
    readonly username?: string;
    readonly password?: string;
    /** A bearer token, or what fetches one. */
    readonly token?: string | (() => Promise<string>);
  };
  /** Time that one request may take. */
  readonly timeoutMs: number;
  /** How long reading is tried again while the brokers are away, and how long writing. */
  readonly retryMs: number;
  readonly deliveryMs: number;
}

/** A failure of a Kafka call: which brokers, what was asked, why. */
export class KafkaError extends Error {
  readonly code:
    | 'UNREACHABLE'
    | 'UNKNOWN_TOPIC'
    | 'UNKNOWN_GROUP'
    | 'AUTHENTICATION'
    /** Logged in, but not allowed to do this. */
    | 'DENIED'
    | 'TIMEOUT'
    | 'FENCED'
    | 'CLOSED'
    /** The connection is read-only by our own settings. */
    | 'READ_ONLY'
    | 'GROUP_IN_USE'
    /** The brokers are too old for it. */
    | 'UNSUPPORTED'
    /** What was asked for makes no sense to the brokers. */
    | 'INVALID'
    | 'FAILED';

  constructor(code: KafkaError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KafkaError';
    this.code = code;
  }
}
