import type { SinkTraits, SourceTraits } from '../../flink-sql/binder/api.ts';
import type { PartitionSpec, ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { Rex } from '../../flink-sql/plan/rex.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import type { TestTables } from './test-rows/index.ts';

/** What a source has for the job: rows (maybe with watermark marks), nothing for now, or the end. */
export type SourceEvent =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end' };

/** A running source of one table (all its splits). Pull: the job asks when downstream has room, so back pressure is natural. */
export interface SourceReader {
  /**
   * The next rows, at most about `maxRows`. Waits for data up to `lingerMs`, then answers `idle`; rejects with one clear error
   * that names the connector and the cause. Aborted by `signal`.
   */
  next(maxRows: number, lingerMs: number, signal: AbortSignal): Promise<SourceEvent>;
  /** Position after the last batch given, as JSON, for checkpoints. */
  position(): unknown;
  /** Records so far that could not be read, and were passed over or kept as dead letters. */
  readonly badRecords?: number;
  /** What else it measures, by the names that Flink's connector has; asked for when somebody looks. */
  gauges?(): Readonly<Record<string, number>>;
  /** The checkpoint that has this position is complete (CheckpointListener). Never rejects: nothing depends on it. */
  checkpointed?(position: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A running sink of one table. */
export interface SinkWriter {
  /** Takes a batch (row kinds matter); resolves when there is room for more. */
  write(batch: Batch): Promise<void>;
  /** Flushes all that was written; at the end of the job and at checkpoints. */
  flush(): Promise<void>;
  /**
   * First half of a commit: makes what was written durable, and gives, as structured-cloneable data, what `commit` will do, so that a
   * job that starts from the checkpoint can do it when this one cannot. All that is not committed yet: when a checkpoint fails, what it
   * had prepared is part of the next one. Always called before `commit`; sinks without it have nothing to commit.
   */
  prepare?(): Promise<unknown>;
  /** Does what `prepare` gave (files become visible, transactions end), once a checkpoint is complete or the job has ended well. */
  commit(): Promise<void>;
  /** Gives up without committing what is not committed. */
  close(): Promise<void>;
}

export interface SourceRequest {
  readonly table: ResolvedTable;
  /** Table options with dynamic ones merged. */
  readonly options: Readonly<Record<string, string>>;
  /** Positions in `table.columns` to produce, in order: physical and metadata columns. */
  readonly projected: readonly number[];
  readonly fields: readonly RowField[];
  /** Conditions over `table.columns` to which `filterPushDown` answered `source` (they must be carried out here) or `both`. */
  readonly filters?: readonly Rex[];
  /** The partitions to read, of those that the planner was told of; absent: all. */
  readonly partitions?: readonly PartitionSpec[];
  /** Rows that are enough; more do no harm. */
  readonly limit?: number;
  /** Watermark to be made in the source, per partition: `expr` is over `fields`; no `timeIndex` where the rowtime is computed above. */
  readonly watermark?: { readonly timeIndex?: number; readonly expr: Rex };
  /** Where to go on, from `SourceReader.position`. */
  readonly position?: unknown;
  /** Which of the readers of this table this one is: each reads its share of the splits. Absent: there is one. */
  readonly subtask?: Subtask;
  readonly env: ConnectorEnvironment;
}

/** What a lookup join asks of a connector before its first key (LookupTableSource.LookupContext). */
export interface LookupRequest {
  readonly table: ResolvedTable;
  /** Table options with dynamic ones merged. */
  readonly options: Readonly<Record<string, string>>;
  /** Positions in `table.columns` to produce, in order. */
  readonly projected: readonly number[];
  readonly fields: readonly RowField[];
  /** The fields that are looked up by: positions in `fields`, ascending. */
  readonly keys: readonly number[];
  readonly env: ConnectorEnvironment;
}

/** Rows that were found: row `i` belongs to key `keyOf[i]`; the rows of one key in the order in which the store gives them. */
export interface LookupRows {
  readonly columns: readonly Column[];
  readonly length: number;
  readonly keyOf: Int32Array;
}

/** A running lookup on one table (LookupFunction, AsyncLookupFunction). The runtime caches and retries misses; the reader need not. */
export interface LookupReader {
  /**
   * The rows of `length` keys, all different and without NULLs; `keys` are columns of the types of the key fields, in the order of
   * `LookupRequest.keys`. One request for all or one for each, as the store likes. Rejects with one clear error that names the
   * connector and the cause (after the retries that its options ask for). Aborted by `signal`.
   */
  lookup(keys: readonly Column[], length: number, signal: AbortSignal): Promise<LookupRows>;
  close(): Promise<void>;
}

export interface SinkRequest {
  readonly table: ResolvedTable;
  readonly options: Readonly<Record<string, string>>;
  /** Physical columns, then writable metadata columns, in table order. */
  readonly fields: readonly RowField[];
  readonly staticPartitions: Readonly<Record<string, string>>;
  readonly overwrite: boolean;
  /** What `prepare` gave to the snapshot that the job starts from: to be committed when the writer opens, unless it has been. */
  readonly restored?: unknown;
  /** Which of the writers of this table this one is. Absent: there is one. */
  readonly subtask?: Subtask;
  readonly env: ConnectorEnvironment;
}

/** One of several readers or writers of a table. */
export interface Subtask {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** Surroundings of a job that connectors need. */
export interface ConnectorEnvironment {
  /** Folder that relative paths start from. */
  readonly workingDirectory: string;
  readonly zone: string;
  /** Session options. */
  readonly options: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Where the `print` connector writes lines. */
  readonly print: (line: string) => void;
  /** Opens another table to write to; present where sources run. */
  readonly openSink?: (table: ResolvedTable, fields: readonly RowField[]) => Promise<SinkWriter>;
  /** A notice for the user (an option ignored, an idle partition, …), shown once. */
  readonly notice: (text: string) => void;
  /** The tables of a SQL test, when the job is run by one. */
  readonly tests?: TestTables | undefined;
}

/** A table factory (DynamicTableSourceFactory / DynamicTableSinkFactory), found by its `connector` option. */
export interface Connector {
  readonly identifier: string;
  /** Planner-visible traits; throws FactoryError with Flink's words on missing, unknown or wrong options. */
  sourceTraits?(options: Readonly<Record<string, string>>, table: ResolvedTable): SourceTraits;
  sinkTraits?(options: Readonly<Record<string, string>>, table: ResolvedTable): SinkTraits;
  /** Can several readers share the table, each with the splits of its `SourceRequest.subtask`? Else there is one reader. */
  partsSource?(options: Readonly<Record<string, string>>): boolean;
  /**
   * Must one writer have all rows of the table, because it tells when something of it is complete? Else there are as many as the job
   * has. Such a writer gets all watermarks, also those that come without rows.
   */
  oneWriter?(options: Readonly<Record<string, string>>): boolean;
  openSource?(request: SourceRequest): Promise<SourceReader>;
  openSink?(request: SinkRequest): Promise<SinkWriter>;
  /** Present where `sourceTraits` may say `lookup`. With `'lookup.cache' = 'FULL'` the runtime reads the whole table by `openSource`. */
  openLookup?(request: LookupRequest): Promise<LookupReader>;
}
