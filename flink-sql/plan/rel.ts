import type { PartitionSpec, ResolvedTable } from '../catalog/model.ts';
import type { UserFunctionCall } from '../functions/user-functions.ts';
import type { RowField } from '../types/logical-type.ts';
import type { MatchSpec } from './match.ts';
import type { Origin } from './origin.ts';
import type { AggregateCall, Rex, SortKey, Value } from './rex.ts';

/**
 * Logical plan as the binder makes it (Calcite's LogicalXxx nodes before optimisation). `fields` is the output row type;
 * time attributes are marked on the timestamp types. Node constructors live in rel-builder.ts.
 */
export type Rel =
  | ScanRel
  | ValuesRel
  | ProjectRel
  | FilterRel
  | AggregateRel
  | JoinRel
  | CorrelateRel
  | SetOpRel
  | SortRel
  | WindowTableFunctionRel
  | TableFunctionRel
  | SnapshotRel
  | WatermarkRel
  | MatchRel
  | OverRel
  | RankRel
  | ExpandRel;

interface Node {
  readonly fields: readonly RowField[];
  /** Of conditions, joins, windows and whole views, where origins are asked for. */
  readonly origin?: Origin;
}

/** A catalog table; `fields` are its physical and metadata columns as the source gives them; computed columns and the watermark are nodes above. */
export interface ScanRel extends Node {
  readonly kind: 'Scan';
  readonly table: ResolvedTable;
  /** Dynamic options of a `/*+ OPTIONS(…) *​/` hint, merged over the table's. */
  readonly options: Readonly<Record<string, string>>;
  readonly hints: readonly PlanHint[];
  /** Source columns (physical, then metadata) that are read, in output order; absent for all of them. Set by the optimizer. */
  readonly projected?: readonly number[];
  /** Conditions that the source was offered and took, over all source columns; empty when it took none. Set by the optimizer. */
  readonly filters?: readonly Rex[];
  /** The partitions to read; absent for all of them. Set by the optimizer. */
  readonly partitions?: readonly PartitionSpec[];
  /** Rows that are enough. Set by the optimizer. */
  readonly limit?: number;
}

export interface PlanHint {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

export interface ValuesRel extends Node {
  readonly kind: 'Values';
  readonly rows: readonly (readonly Value[])[];
}

export interface ProjectRel extends Node {
  readonly kind: 'Project';
  readonly input: Rel;
  /** One expression an output field; may hold RexOver and RexSubquery. */
  readonly exprs: readonly Rex[];
}

export interface FilterRel extends Node {
  readonly kind: 'Filter';
  readonly input: Rel;
  readonly condition: Rex;
}

/** GROUP BY: output fields are the group fields (in the order of `group`), then one a call. */
export interface AggregateRel extends Node {
  readonly kind: 'Aggregate';
  readonly input: Rel;
  /** Input field indexes of the keys. */
  readonly group: readonly number[];
  /** Grouping sets as lists of input field indexes; one set equal to `group` for a plain GROUP BY. */
  readonly groupingSets: readonly (readonly number[])[];
  /** Arguments and filters are InputRefs (a Project below computes them). */
  readonly calls: readonly AggregateCall[];
  /** A legacy group window among the keys: TUMBLE(ts, …) in GROUP BY. Its properties come after the calls, in this order. */
  readonly window?: GroupWindow;
  /** STATE_TTL for the aggregate's state, under the side ONE. */
  readonly hints?: readonly PlanHint[];
}

/** Legacy group window (LogicalWindowAggregate); sizes in milliseconds. */
export interface GroupWindow {
  readonly type: 'TUMBLE' | 'HOP' | 'SESSION';
  readonly timeIndex: number;
  readonly rowtime: boolean;
  readonly size: number;
  readonly slide?: number;
  readonly offset?: number;
  /** Which of window start, end, rowtime, proctime are asked for, in output order. */
  readonly properties: readonly {
    readonly property: 'start' | 'end' | 'rowtime' | 'proctime';
    readonly name: string;
  }[];
}

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI';

export interface JoinRel extends Node {
  readonly kind: 'Join';
  readonly left: Rel;
  readonly right: Rel;
  readonly joinType: JoinType;
  readonly condition: Rex;
  readonly hints: readonly PlanHint[];
}

/** For each row of `left`, the rows of `right`, which refers to it by RexCorrelation with `id`. */
export interface CorrelateRel extends Node {
  readonly kind: 'Correlate';
  readonly left: Rel;
  readonly right: Rel;
  readonly joinType: 'INNER' | 'LEFT' | 'SEMI' | 'ANTI';
  readonly id: number;
}

export interface SetOpRel extends Node {
  readonly kind: 'SetOp';
  readonly op: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly inputs: readonly Rel[];
}

export interface SortRel extends Node {
  readonly kind: 'Sort';
  readonly input: Rel;
  readonly keys: readonly SortKey[];
  readonly offset: number;
  /** Rows kept; absent for no limit. */
  readonly fetch?: number;
}

/** TUMBLE, HOP, CUMULATE, SESSION as table functions: input fields, then window_start, window_end, window_time. */
export interface WindowTableFunctionRel extends Node {
  readonly kind: 'WindowTableFunction';
  readonly input: Rel;
  readonly window: WindowSpec;
}

/** Window table function (WindowSpec classes); sizes in milliseconds. For SESSION `size` is the gap. */
export interface WindowSpec {
  readonly type: 'TUMBLE' | 'HOP' | 'CUMULATE' | 'SESSION';
  readonly timeIndex: number;
  readonly rowtime: boolean;
  readonly size: number;
  /** HOP: slide; CUMULATE: step. */
  readonly step?: number;
  readonly offset: number;
  /** SESSION: PARTITION BY field indexes. */
  readonly partition: readonly number[];
  /** The time column is TIMESTAMP_LTZ: windows are aligned in the session zone. */
  readonly ltz: boolean;
  /** Units that step, size and offset were written in (`MINUTE`), for EXPLAIN. */
  readonly units?: readonly string[];
}

/** The table functions that Flink's planner makes of UNNEST, and that which repeats rows for INTERSECT ALL and EXCEPT ALL. */
export type TableFunctionName =
  | '$UNNEST_ROWS$1'
  | '$UNNEST_ROWS_WITH_ORDINALITY$1'
  | '$REPLICATE_ROWS$1'
  /** Bound like Flink's, planned by none: what they need (model providers, vector stores) is no part of this runtime. */
  | 'ML_PREDICT'
  | 'ML_EVALUATE'
  | 'VECTOR_SEARCH'
  /** A function of a user's own. */
  | '$USER_FUNCTION';

/** A table function over literal or correlated arguments: UNNEST. */
export interface TableFunctionRel extends Node {
  readonly kind: 'TableFunction';
  readonly fn: TableFunctionName;
  /** Of a user's function, what it is. */
  readonly udf?: UserFunctionCall;
  readonly args: readonly Rex[];
  readonly inputs: readonly Rel[];
}

/** FOR SYSTEM_TIME AS OF `period` (which refers to the left side by RexCorrelation or is a literal). */
export interface SnapshotRel extends Node {
  readonly kind: 'Snapshot';
  readonly input: Rel;
  readonly period: Rex;
}

export interface WatermarkRel extends Node {
  readonly kind: 'Watermark';
  readonly input: Rel;
  readonly timeIndex: number;
  readonly expr: Rex;
}

/** MATCH_RECOGNIZE: PARTITION BY fields, then MEASURES. */
export interface MatchRel extends Node {
  readonly kind: 'Match';
  readonly input: Rel;
  readonly spec: MatchSpec;
}

/** OVER calls taken out of a projection (made by the optimizer): input fields, then one a call. All calls share one window. */
export interface OverRel extends Node {
  readonly kind: 'Over';
  readonly input: Rel;
  readonly calls: readonly AggregateCall[];
  readonly partition: readonly number[];
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly rows: boolean;
  readonly lower: import('./rex.ts').FrameBound;
  readonly upper: import('./rex.ts').FrameBound;
  /** A projection of what is used goes below; else all calls of an aggregate below take part. */
  readonly splits?: 'level' | 'condition' | undefined;
}

/** Top-N (made by the optimizer from ROW_NUMBER() and a filter on it): input fields, then the rank number if it is asked for. */
export interface RankRel extends Node {
  readonly kind: 'Rank';
  readonly input: Rel;
  readonly partition: readonly number[];
  readonly order: readonly { readonly index: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly rankStart: number;
  readonly rankEnd: number;
  readonly outputRankNumber: boolean;
  /** As in an OverRel. */
  readonly splits?: 'level' | 'condition' | undefined;
}

/** Grouping sets (made by the optimizer): each input row once a projection. */
export interface ExpandRel extends Node {
  readonly kind: 'Expand';
  readonly input: Rel;
  readonly projects: readonly (readonly Rex[])[];
}
