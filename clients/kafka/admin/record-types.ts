/** Records as they lie in Kafka: columns of places in bytes, no object for each. */

export interface BrowseQuery {
  readonly topic: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  readonly from: BrowseFrom;
  /** Where to end, not included. Default: where the partitions end when the reading begins (with `newest` too: it goes back from there). */
  readonly to?: BrowsePoint;
  /** Records (those that the filter lets through) at most. */
  readonly limit?: number;
  /** Live tail: goes on when the end is reached. Not with `newest` nor `to`. */
  readonly isFollowing?: boolean;
  /** Default: read_uncommitted, which shows what is there. */
  readonly isolation?: 'read_committed' | 'read_uncommitted';
  /** Also the markers that end transactions, as records of their own (`RecordPage.kinds`). Default: no. */
  readonly withControlRecords?: boolean;
  /**
   * Sees every page that is read, in the order of reading, and gives the places (ascending indices) of the records to keep; undefined keeps
   * all. Pages are narrowed before they are handed out; `limit` counts what is kept. A good place to count for a histogram, too.
   */
  readonly filter?: PageFilter;
}

export type PageFilter = (page: RecordPage) => PageChoice | Promise<PageChoice>;
export type PageChoice = Int32Array | undefined;

export type BrowseFrom =
  /** Backwards from the end, step by step, until `limit` or the beginning. Pages themselves are in ascending order. */
  { readonly at: 'newest' } | BrowsePoint;

export type BrowsePoint =
  | { readonly at: 'oldest' }
  | { readonly at: 'end' }
  /** The same offset in every partition. */
  | { readonly at: 'offset'; readonly offset: bigint }
  /** Epoch ms: the first record at or after it, in each partition. Records after it with an earlier time are not left out. */
  | { readonly at: 'timestamp'; readonly timestamp: number }
  /** An offset for each partition: to go on where an earlier reading ended (`PartitionProgress.position`). Others begin or end at 'end'. */
  | { readonly at: 'positions'; readonly positions: ReadonlyMap<number, bigint> };

export interface BrowseStep {
  /**
   * Of one partition each; may be none. What is cut by `limit` is chosen by time over the partitions of a step, so that of each partition
   * it is the last ones (`newest`) or the first ones.
   */
  readonly pages: readonly RecordPage[];
  readonly progress: BrowseProgress;
}

export interface BrowseProgress {
  readonly partitions: readonly PartitionProgress[];
  /** Records and bytes (as they came, compressed) read so far; records kept so far. */
  readonly scanned: number;
  readonly bytes: number;
  readonly kept: number;
  /** 0 to 1, by offsets. */
  readonly done: number;
  readonly isFinished: boolean;
}

export interface PartitionProgress {
  readonly partition: number;
  /** Where reading began and where it ends; with `newest` it goes from `end` down to `start`. */
  readonly start: bigint;
  readonly end: bigint;
  /**
   * Where to go on: forwards the next offset to read; with `newest` all from here on is read, and a reading with
   * `to: {at: 'positions'}` goes on with what is older.
   */
  readonly position: bigint;
  /** First offset that was lost meanwhile by retention or purge while the reading stood, and where it went on. */
  readonly lost?: { readonly from: bigint; readonly to: bigint };
}

/**
 * Records of one partition, ascending by offset. `bytes` is shared with other pages of the step and is never written again; a record is
 * an index `i` below `count`. See records.ts for `offsetAt(page, i)`, `timestampAt`, `keyAt`, `valueAt`, `headersAt`.
 */
export interface RecordPage {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  /** Offset of record i: `baseOffset + BigInt(offsetDeltas[i])`; exact. */
  readonly baseOffset: bigint;
  readonly offsetDeltas: Float64Array;
  /** Epoch ms of record i: `baseTimestamp + BigInt(timestampDeltas[i])`; exact. */
  readonly baseTimestamp: bigint;
  readonly timestampDeltas: Float64Array;
  readonly bytes: Uint8Array;
  /** Places in `bytes` in pairs, start and end, of each record's key and value; 0 and 0 is a null (an empty one never starts at 0). */
  readonly keys: Int32Array;
  readonly values: Int32Array;
  /** Place in `bytes` where the record's headers are: their number, then pairs, as in the record format. */
  readonly headers: Int32Array;
  /** RECORD, COMMIT, ABORT, OTHER_CONTROL of records.ts. */
  readonly kinds: Uint8Array;
  /** Index into `batches` of each record. */
  readonly batchOf: Int32Array;
  readonly batches: readonly BatchInfo[];
}

export interface BatchInfo {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Records in it; fewer than its offsets where it was compacted. */
  readonly count: number;
  /** With its head, as it is on the wire. */
  readonly bytes: number;
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** -1: none. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly leaderEpoch: number;
}

export interface ProduceRecord {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  /** In order; names may repeat. */
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | null])[];
  /** Default: by the key as Java's default partitioner, without key any. */
  readonly partition?: number;
  /** Epoch ms. Default: now. */
  readonly timestamp?: bigint | number;
}

export interface ProducedRecord {
  readonly partition: number;
  readonly offset: bigint;
}

export interface CopyQuery {
  /** What to copy; `from: newest` copies in ascending order per step. Control records are never copied. */
  readonly source: BrowseQuery;
  readonly topic: string;
  /** Same partition numbers (the target must have them); otherwise by key. */
  readonly keepPartitions?: boolean;
  /** Default: yes; no: the time of writing. */
  readonly keepTimestamps?: boolean;
  /** Added to each record's own. */
  readonly addHeaders?: readonly (readonly [name: string, value: Uint8Array])[];
  /** Names of headers that are left out, such as those of a dead-letter queue. */
  readonly dropHeaders?: readonly string[];
}

export interface CopyStep {
  readonly copied: number;
  readonly progress: BrowseProgress;
}
