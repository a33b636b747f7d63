import type { ResultState, ToHost, ToRenderer } from '../messages.ts';

/** What the views of topics and groups and the extension tell each other. Offsets are texts: JSON has no 64 bits. */

export const TOPIC_TABS = ['messages', 'partitions', 'configuration', 'consumers', 'sql'] as const;
export type TopicTab = (typeof TOPIC_TABS)[number];

export interface TopicState {
  readonly name: string;
  readonly connection: string;
  readonly readOnly: boolean;
  readonly isInternal: boolean;
  readonly hasRegistry: boolean;
  readonly cleanupPolicy: string;
  readonly partitions: readonly PartitionState[];
  /** Offsets from first to last of all partitions; of a compacted topic more than there are messages. */
  readonly offsets: string;
  readonly bytes: string | null;
  /** Messages a second that came since the last look; null at first. */
  readonly rate: number | null;
}

export interface PartitionState {
  readonly partition: number;
  /** -1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly bytes: string | null;
  readonly rate: number | null;
  readonly error: string | null;
}

export const FORMATS = [
  'auto',
  'json',
  'avro',
  'protobuf',
  'json-schema',
  'msgpack',
  'cbor',
  'string',
  'int8',
  'int16',
  'int32',
  'int64',
  'hex',
] as const;
export type Format = (typeof FORMATS)[number];

export type ReadFrom = 'newest' | 'live' | 'oldest' | 'offset' | 'timestamp';

/** Which messages are read. */
export interface ReadQuery {
  readonly from: ReadFrom;
  /** Of `offset`. */
  readonly offset: string;
  /** Epoch ms, of `timestamp`. */
  readonly time: number | null;
  /** Epoch ms where to end, not included. */
  readonly toTime: number | null;
  /** Empty: all. */
  readonly partitions: readonly number[];
  readonly limit: number;
  /** A Flink SQL condition; empty: none. */
  readonly filter: string;
  readonly key: Format;
  readonly value: Format;
  /** Shows the markers of transactions. */
  readonly control: boolean;
  /** Leaves out messages of transactions that are open or were aborted. */
  readonly committed: boolean;
  /** A column for each field of a structured value. */
  readonly fields: boolean;
}

export interface HistogramState {
  /** Epoch ms of the first bar, and ms of a bar. */
  readonly start: number;
  readonly width: number;
  readonly all: readonly number[];
  /** Null without a filter. */
  readonly matching: readonly number[] | null;
}

/** One reading of messages; its rows are those of a result. */
export interface ReadingState {
  readonly result: ResultState;
  readonly phase: 'reading' | 'following' | 'paused' | 'done' | 'stopped' | 'failed';
  readonly scanned: number;
  readonly kept: number;
  readonly bytes: number;
  /** 0 to 1. */
  readonly done: number;
  readonly query: ReadQuery;
  /** What is wrong with the filter, with its place in it. */
  readonly filterProblem: { readonly message: string; readonly start: number; readonly end: number } | null;
  readonly problem: string | null;
  /** What a reader should know: offsets that were lost meanwhile. */
  readonly notes: readonly string[];
  /** What key and value are to the filter, e.g. `ROW<id BIGINT>`. */
  readonly types: { readonly key: string; readonly value: string } | null;
}

export interface PartView {
  readonly format: string;
  /** Laid out where it is structured. */
  readonly text: string;
  /** The first bytes, as hex and text. */
  readonly hex: string;
  readonly size: number;
  readonly isNull: boolean;
  readonly schema: string | null;
  readonly problem: string | null;
  readonly whyNot: readonly { readonly format: string; readonly reason: string }[];
}

export interface MessageView {
  readonly partition: number;
  readonly offset: string;
  readonly time: number;
  readonly timestampType: string;
  readonly key: PartView;
  readonly value: PartView;
  readonly headers: readonly { readonly name: string; readonly text: string; readonly hex: string }[];
  readonly headerBytes: number;
  readonly isTombstone: boolean;
  readonly control: string | null;
  /** `zstd, of a transaction`. */
  readonly batch: string;
}

export interface ConfigView {
  readonly name: string;
  readonly value: string | null;
  readonly defaultValue: string | null;
  /** `topic` where it is set for this topic. */
  readonly source: string;
  readonly isSensitive: boolean;
  readonly isReadOnly: boolean;
  readonly documentation: string;
}

export interface ConsumerView {
  readonly group: string;
  readonly type: string;
  readonly state: string;
  readonly members: number;
  /** Of this topic; null where it is not known. */
  readonly lag: string | null;
  readonly problem: string | null;
}

/** A job that reads the topic, by what its sources measure. */
export interface JobLagView {
  readonly id: string;
  readonly name: string;
  /** Null where it is not known. */
  readonly lag: string | null;
  readonly partitions: readonly {
    readonly partition: number;
    /** Offset that it reads next. */
    readonly next: string | null;
    readonly end: string | null;
    readonly lag: string | null;
  }[];
}

export interface TableView {
  readonly name: string;
  readonly ddl: string;
  readonly notes: readonly string[];
}

export interface UsageView {
  /** Tables of the workspace's SQL that read or write the topic, with their places. */
  readonly tables: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly uri: string;
  }[];
  readonly jobs: readonly { readonly id: string; readonly name: string; readonly state: string }[];
}

/** A message by its place. */
export interface MessagePlace {
  readonly partition: number;
  readonly offset: string;
}

export type TopicAction = 'produce' | 'delete' | 'addPartitions' | 'purge' | 'createTable' | 'copyAll';

export type TopicRequest =
  | ToHost
  | { readonly type: 'ready' }
  | { readonly type: 'tab'; readonly tab: TopicTab }
  | { readonly type: 'read'; readonly query: ReadQuery }
  | { readonly type: 'pauseReading'; readonly paused: boolean }
  | { readonly type: 'stopReading' }
  | { readonly type: 'message'; readonly place: MessagePlace }
  | { readonly type: 'act'; readonly action: TopicAction }
  /** Copies or sends again the messages at these places, or opens them to be edited. */
  | { readonly type: 'messages'; readonly verb: 'copy' | 'redrive' | 'edit'; readonly places: readonly MessagePlace[] }
  | { readonly type: 'setConfig'; readonly changes: Readonly<Record<string, string | null>> }
  | { readonly type: 'openGroup'; readonly group: string }
  | { readonly type: 'openTable'; readonly uri: string; readonly line: number }
  | { readonly type: 'showJob'; readonly job: string }
  | { readonly type: 'copyText'; readonly text: string };

export type TopicMessage =
  | ToRenderer
  /** `tab`: which part is in front at first. */
  | { readonly type: 'topic'; readonly state: TopicState; readonly tab?: TopicTab }
  | { readonly type: 'offline'; readonly message: string }
  | { readonly type: 'busy'; readonly what: string | null }
  | { readonly type: 'reading'; readonly reading: ReadingState }
  | { readonly type: 'histogram'; readonly histogram: HistogramState | null }
  | { readonly type: 'message'; readonly place: MessagePlace; readonly message: MessageView | string }
  | { readonly type: 'configs'; readonly configs: readonly ConfigView[] | string }
  | { readonly type: 'consumers'; readonly consumers: readonly ConsumerView[] | string }
  | { readonly type: 'jobs'; readonly jobs: readonly JobLagView[] }
  | { readonly type: 'table'; readonly table: TableView | string }
  | { readonly type: 'usage'; readonly usage: UsageView }
  /** Shows a part of the topic. */
  | { readonly type: 'show'; readonly tab: TopicTab };

export interface GroupState {
  readonly id: string;
  readonly connection: string;
  readonly readOnly: boolean;
  /** `classic`, `consumer` or `share`. */
  readonly kind: string;
  readonly state: string;
  readonly assignor: string;
  readonly coordinator: number;
  readonly members: readonly {
    readonly id: string;
    readonly clientId: string;
    readonly host: string;
    readonly assignment: string;
  }[];
  readonly offsets: readonly GroupOffsetView[];
  readonly lag: string;
  readonly problem: string | null;
  /** Lag over time, by topic and partition, and of all. */
  readonly course: {
    readonly times: readonly number[];
    readonly lags: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  };
}

export interface GroupOffsetView {
  readonly topic: string;
  readonly partition: number;
  readonly committed: string | null;
  readonly end: string | null;
  readonly lag: string | null;
  readonly member: string;
  readonly error: string | null;
}

export interface ResetRequest {
  readonly to: 'earliest' | 'latest' | 'timestamp' | 'offset' | 'shift';
  /** Offset, or how far: a whole number. */
  readonly value: string;
  readonly time: number | null;
  /** Empty: all. */
  readonly topic: string;
}

export interface ResetPlanView {
  readonly refusal: string | null;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly from: string | null;
    readonly to: string;
    readonly note: string | null;
  }[];
}

export type GroupRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'planReset'; readonly reset: ResetRequest }
  | { readonly type: 'applyReset' }
  | { readonly type: 'deleteGroup' }
  /** Shows what the group has not read of a topic's partition. */
  | { readonly type: 'unread'; readonly topic: string; readonly partition: number; readonly offset: string };

export type GroupMessage =
  | { readonly type: 'group'; readonly state: GroupState }
  | { readonly type: 'offline'; readonly message: string }
  | { readonly type: 'busy'; readonly what: string | null }
  | { readonly type: 'plan'; readonly plan: ResetPlanView | string | null };
