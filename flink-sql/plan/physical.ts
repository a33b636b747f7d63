import type { PartitionSpec, ResolvedTable } from '../catalog/model.ts';
import type { UserFunctionCall } from '../functions/user-functions.ts';
import type { LogicalType, RowField } from '../types/logical-type.ts';
import type { MatchSpec } from './match.ts';
import type { GroupWindow, JoinType, PlanHint, TableFunctionName, WindowSpec } from './rel.ts';
import type { AggregateCall, FrameBound, Rex, Value } from './rex.ts';

/**
 * Streaming physical plan: one node for each StreamPhysicalXxx that Flink's planner would make, with the traits it infers.
 * `EXPLAIN` prints it, the editor shows its traits, the runtime executes it.
 */
export type Physical =
  | TableSourceScan
  | ValuesNode
  | Calc
  | WatermarkAssigner
  | MiniBatchAssigner
  | ChangelogNormalize
  | DropUpdateBefore
  | Exchange
  | GroupAggregate
  | GroupWindowAggregate
  | WindowTableFunction
  | WindowAggregate
  | Expand
  | Join
  | Union
  | Limit
  | Rank
  | Deduplicate
  | OverAggregate
  | TemporalSort
  | Collapse
  | Match
  | WindowRank
  | WindowDeduplicate
  | WindowJoin
  | Correlate
  | IntervalJoin
  | TemporalJoin
  | LookupJoin
  | Sink;

/** Which kinds of change a node emits (ModifyKindSet and UpdateKind traits). */
export interface ChangelogMode {
  readonly insert: boolean;
  readonly updateBefore: boolean;
  readonly updateAfter: boolean;
  readonly delete: boolean;
}

/** What an operator keeps between rows and for how long. */
export interface StateInfo {
  readonly what: string;
  readonly bound: 'none' | 'watermark' | 'ttl' | 'unbounded';
}

export interface Traits {
  readonly changelogMode: ChangelogMode;
  /** Sets of output field indexes that identify a row in the changelog (FlinkRelMdUpsertKeys). */
  readonly upsertKeys: readonly (readonly number[])[];
  readonly state?: StateInfo;
}

interface Node {
  /** Unique in the plan, stable for the same plan: names operators, metrics and state. */
  readonly id: number;
  readonly fields: readonly RowField[];
  readonly traits: Traits;
}

export interface TableSourceScan extends Node {
  readonly kind: 'TableSourceScan';
  readonly table: ResolvedTable;
  /** The table's options with dynamic ones merged over them. */
  readonly options: Readonly<Record<string, string>>;
  /** Physical columns to read, then metadata columns: positions in `table.columns` in output order (projection pushed down). */
  readonly projected: readonly number[];
  /** Conditions that the source carries out or knows, over `table.columns`; empty when it took none of those it was offered. */
  readonly filters?: readonly Rex[];
  /** The partitions to read; absent for all of them. */
  readonly partitions?: readonly PartitionSpec[];
  /** Rows that are enough for a LIMIT above. */
  readonly limit?: number;
  /** The source cannot read metadata, so EXPLAIN does not list what it reads of it. */
  readonly withoutMetadata?: true;
  /** A watermark pushed into the source (kafka): per partition, over the projected fields; no `timeIndex` where a Calc above has the rowtime. */
  readonly watermark?: { readonly timeIndex?: number; readonly expr: Rex };
}

export interface ValuesNode extends Node {
  readonly kind: 'Values';
  readonly rows: readonly (readonly Value[])[];
}

/** Filter and projection in one (StreamExecCalc). */
export interface Calc extends Node {
  readonly kind: 'Calc';
  readonly input: Physical;
  readonly exprs: readonly Rex[];
  readonly condition: Rex | null;
}

export interface WatermarkAssigner extends Node {
  readonly kind: 'WatermarkAssigner';
  readonly input: Physical;
  readonly timeIndex: number;
  readonly expr: Rex;
}

/** Marks that end the bundles downstream, every `interval` ms of processing or event time. */
export interface MiniBatchAssigner extends Node {
  readonly kind: 'MiniBatchAssigner';
  readonly input: Physical;
  readonly interval: number;
  readonly mode: 'ProcTime' | 'RowTime';
}

/** The node bundles its input: `size` rows at most. */
export interface MiniBatch {
  readonly size: number;
}

export interface ChangelogNormalize extends Node {
  readonly kind: 'ChangelogNormalize';
  readonly input: Physical;
  readonly keys: readonly number[];
  /** Rows that do not pass are as if their key were deleted. */
  readonly condition?: Rex;
  readonly miniBatch?: MiniBatch;
}

export interface DropUpdateBefore extends Node {
  readonly kind: 'DropUpdateBefore';
  readonly input: Physical;
}

export interface Exchange extends Node {
  readonly kind: 'Exchange';
  readonly input: Physical;
  readonly distribution: 'hash' | 'single' | 'forward' | 'broadcast';
  readonly keys: readonly number[];
}

/** Updating GROUP BY: keys, then one field a call. Arguments and filters of the calls are InputRefs. */
export interface GroupAggregate extends Node {
  readonly kind: 'GroupAggregate';
  /** Batch mode, without keys: an empty input has one row of results. */
  readonly alwaysOneRow?: true;
  readonly input: Physical;
  readonly group: readonly number[];
  readonly calls: readonly AggregateCall[];
  /** The input has -U or -D, so accumulators retract and rows are counted. */
  readonly retracting: boolean;
  /** The consumer needs -U before +U. */
  readonly generateUpdateBefore: boolean;
  /** STATE_TTL under the side ONE. */
  readonly hints?: readonly PlanHint[];
  /** `twoPhase`: LocalGroupAggregate and GlobalGroupAggregate. */
  readonly miniBatch?: MiniBatch & { readonly twoPhase: boolean };
}

/** Legacy group window aggregate: keys, calls, then window properties. */
export interface GroupWindowAggregate extends Node {
  readonly kind: 'GroupWindowAggregate';
  readonly input: Physical;
  readonly group: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly window: GroupWindow;
  readonly retracting: boolean;
}

/** A window TVF that is not merged into an aggregate: input fields, window_start, window_end, window_time. */
export interface WindowTableFunction extends Node {
  readonly kind: 'WindowTableFunction';
  readonly input: Physical;
  readonly window: WindowSpec;
}

/** Aggregate over window TVF windows (slicing or session): keys, calls, then window properties. */
export interface WindowAggregate extends Node {
  readonly kind: 'WindowAggregate';
  readonly input: Physical;
  readonly group: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly window: WindowSpec;
  /** When the input already carries window columns (cascading): their field indexes; then `window.timeIndex` is not used. */
  readonly windowAttached?: { readonly start?: number; readonly end: number };
  readonly properties: readonly {
    readonly property: 'start' | 'end' | 'rowtime' | 'proctime';
    readonly name: string;
  }[];
  readonly retracting: boolean;
}

/** Grouping sets: each row once a projection. */
export interface Expand extends Node {
  readonly kind: 'Expand';
  readonly input: Physical;
  readonly projects: readonly (readonly Rex[])[];
}

/** Regular join, state on both sides (StreamingJoinOperator, StreamingSemiAntiJoinOperator). */
export interface Join extends Node {
  readonly kind: 'Join';
  readonly left: Physical;
  readonly right: Physical;
  readonly joinType: JoinType;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** For each key pair: null = null does not match (true for `=`, false for IS NOT DISTINCT FROM). */
  readonly filterNulls: readonly boolean[];
  /** What remains beside the equalities, over left then right fields. */
  readonly condition: Rex | null;
  /** Unique keys of each input: 'JOIN_KEY_UNIQUE' state when the join key holds one, 'HAS_UNIQUE_KEY', else 'NONE' (JoinInputSideSpec). */
  readonly leftUnique: JoinSide;
  readonly rightUnique: JoinSide;
  readonly hints: readonly PlanHint[];
  readonly miniBatch?: MiniBatch;
}

export type JoinSide =
  | { readonly kind: 'JOIN_KEY_UNIQUE' }
  | { readonly kind: 'HAS_UNIQUE_KEY'; readonly key: readonly number[] }
  | { readonly kind: 'NONE' };

export interface Union extends Node {
  readonly kind: 'Union';
  readonly inputs: readonly Physical[];
}

/** LIMIT without ORDER BY. */
export interface Limit extends Node {
  readonly kind: 'Limit';
  readonly input: Physical;
  readonly offset: number;
  readonly fetch?: number;
}

/** Top-N and ORDER BY … LIMIT. */
export interface Rank extends Node {
  readonly kind: 'Rank';
  /** ORDER BY … LIMIT (SortLimit): no partition and no rank number. */
  readonly sortLimit: boolean;
  readonly input: Physical;
  readonly strategy: 'AppendFast' | 'UpdateFast' | 'Retract';
  readonly partition: readonly number[];
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly rankStart: number;
  readonly rankEnd: number;
  readonly outputRankNumber: boolean;
  readonly generateUpdateBefore: boolean;
}

export interface Deduplicate extends Node {
  readonly kind: 'Deduplicate';
  readonly input: Physical;
  readonly keys: readonly number[];
  readonly timeIndex: number;
  readonly rowtime: boolean;
  readonly keepLast: boolean;
  readonly generateUpdateBefore: boolean;
  readonly miniBatch?: MiniBatch;
}

/** OVER window aggregate on a time attribute: input fields, then one a call. Arguments are InputRefs. */
export interface OverAggregate extends Node {
  readonly kind: 'OverAggregate';
  /** Batch mode: the input is sorted by partition and order; any order, frame and window function. */
  readonly sorted?: true;
  readonly input: Physical;
  readonly calls: readonly AggregateCall[];
  readonly partition: readonly number[];
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  /** ROWS, else RANGE. */
  readonly rows: boolean;
  readonly lower: FrameBound;
  readonly upper: FrameBound;
}

/** ORDER BY an ascending time attribute: rows in time order as the watermark (or the clock) passes. */
export interface TemporalSort extends Node {
  readonly kind: 'TemporalSort';
  readonly input: Physical;
  readonly timeIndex: number;
  readonly rowtime: boolean;
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
}

/** Batch mode: the rows left when the input has ended, sorted and cut, as inserts. */
export interface Collapse extends Node {
  readonly kind: 'Collapse';
  readonly input: Physical;
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly offset: number;
  readonly fetch?: number;
}

/** Window columns that a row carries (WindowAttachedWindowingStrategy): field indexes. */
export interface AttachedWindow {
  readonly start: number;
  readonly end: number;
}

/** Top-N within each window: insert-only, rows come when the watermark passes the window's end. */
export interface WindowRank extends Node {
  readonly kind: 'WindowRank';
  readonly input: Physical;
  readonly window: WindowSpec;
  readonly attached: AttachedWindow;
  /** Partition keys beside the window columns. */
  readonly partition: readonly number[];
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly rankStart: number;
  readonly rankEnd: number;
  readonly outputRankNumber: boolean;
}

/** First or last row by event time of each key within each window: insert-only. */
export interface WindowDeduplicate extends Node {
  readonly kind: 'WindowDeduplicate';
  readonly input: Physical;
  readonly window: WindowSpec;
  readonly attached: AttachedWindow;
  /** Partition keys beside the window columns. */
  readonly keys: readonly number[];
  readonly timeIndex: number;
  readonly keepLast: boolean;
}

/** Join of rows of the same window: insert-only, both sides' rows are kept until the watermark passes the window's end. */
export interface WindowJoin extends Node {
  readonly kind: 'WindowJoin';
  readonly left: Physical;
  readonly right: Physical;
  readonly joinType: JoinType;
  readonly leftWindow: WindowSpec;
  readonly rightWindow: WindowSpec;
  readonly leftAttached: AttachedWindow;
  readonly rightAttached: AttachedWindow;
  /** Key pairs beside those of the window columns. */
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly filterNulls: readonly boolean[];
  /** What remains beside the equalities, over left then right fields. */
  readonly condition: Rex | null;
}

/** Each row with the rows that a table function gives for it (StreamExecCorrelate): input fields, then the function's. */
export interface Correlate extends Node {
  readonly kind: 'Correlate';
  readonly input: Physical;
  readonly fn: TableFunctionName;
  /** Of a user's function, what it is. */
  readonly udf?: UserFunctionCall;
  /** Over the input's row. */
  readonly args: readonly Rex[];
  /** LEFT: a row for which nothing comes gets NULLs. */
  readonly joinType: 'INNER' | 'LEFT';
  /** Rows of the function that count, over the node's row. */
  readonly condition: Rex | null;
}

/** What joins on keys have in common. */
interface KeyedJoin extends Node {
  readonly left: Physical;
  readonly right: Physical;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly filterNulls: readonly boolean[];
  /** What remains beside the keys (and the times), over left then right fields. */
  readonly condition: Rex | null;
}

/** Join of rows whose times lie near each other: left time between right time + `lower` and right time + `upper` (ms, inclusive). */
export interface IntervalJoin extends KeyedJoin {
  readonly kind: 'IntervalJoin';
  readonly joinType: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  readonly rowtime: boolean;
  readonly leftTimeIndex: number;
  readonly rightTimeIndex: number;
  readonly lower: number;
  readonly upper: number;
  /** The comparisons of times that gave the bounds; EXPLAIN shows them. */
  readonly times: readonly Rex[];
}

/** Event-time temporal join: each left row with the version of the right side that was valid at its time. */
export interface TemporalJoin extends KeyedJoin {
  readonly kind: 'TemporalJoin';
  readonly joinType: 'INNER' | 'LEFT';
  readonly leftTimeIndex: number;
  readonly rightTimeIndex: number;
}

/** Processing-time join with a table that is asked by key for each row. */
export interface LookupJoin extends Node {
  readonly kind: 'LookupJoin';
  readonly input: Physical;
  readonly joinType: 'INNER' | 'LEFT';
  readonly table: ResolvedTable;
  readonly options: Readonly<Record<string, string>>;
  /** Columns of `table.columns` that are read, in output order. */
  readonly projected: readonly number[];
  /** These columns with their types. */
  readonly columns: readonly RowField[];
  /** The table's part of the row, over `columns` (computed columns); absent where it is the columns. */
  readonly exprs?: readonly Rex[];
  /** Input fields, and the columns (positions in `columns`, ascending) that they must equal. */
  readonly inputKeys: readonly number[];
  readonly tableKeys: readonly number[];
  /** What remains, over input fields then the table's part of the row. */
  readonly condition: Rex | null;
  readonly hint?: LookupHint;
}

/** The hint LOOKUP (LookupJoinHintOptions). */
export interface LookupHint {
  /** Keys without rows are looked up again, after `delay` ms, `maxAttempts` times in all. */
  readonly retriesMisses: boolean;
  readonly delay?: number;
  readonly maxAttempts?: number;
  readonly async?: boolean;
}

/** MATCH_RECOGNIZE (StreamPhysicalMatch): partition fields, then measures. */
export interface Match extends Node {
  readonly kind: 'Match';
  readonly input: Physical;
  readonly spec: MatchSpec;
}

/** INSERT INTO a table, or the collect sink of a SELECT (`table` absent). */
export interface Sink extends Node {
  readonly kind: 'Sink';
  readonly input: Physical;
  readonly table?: ResolvedTable;
  readonly options: Readonly<Record<string, string>>;
  /** Target columns in table order with their types; the input is already cast to them. */
  readonly columnTypes: readonly LogicalType[];
  /** Rows of other keys upstream are sorted out by the sink's primary key first (SinkUpsertMaterializer). */
  readonly upsertMaterialize: boolean;
  /** The input's smallest upsert key, for `upsertMaterialize`. */
  readonly upsertKey?: readonly number[];
  readonly staticPartitions: Readonly<Record<string, string>>;
  readonly overwrite: boolean;
}
