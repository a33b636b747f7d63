import type { PartitionSpec, ResolvedTable } from '../catalog/model.ts';
import type { CatalogStore } from '../catalog/store.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { UserFunctions } from '../functions/user-functions.ts';
import type { Physical, Sink } from '../plan/physical.ts';
import type { Rel } from '../plan/rel.ts';
import type { Rex, Value } from '../plan/rex.ts';
import type { Statement } from '../syntax/ast.ts';
import type { RowField } from '../types/logical-type.ts';

/** Evaluates a constant expression as Flink's planner folds it; absent in the editor, given by the runtime. */
export interface ConstantFolder {
  /** The folded value, or undefined where Flink leaves the expression for run time. Throws the error Flink throws while folding. */
  fold(rex: Rex): { readonly value: Value } | undefined;
}

/** What the binder needs to know about the session. */
export interface BindContext {
  readonly catalog: CatalogStore;
  /** Session options (`SET`), e.g. `table.local-time-zone`, `execution.runtime-mode`. */
  readonly options: Readonly<Record<string, string>>;
  readonly folder?: ConstantFolder;
  /** Files that ADD JAR made known: classes in them cannot be told from classes that are missing. */
  readonly jars?: readonly string[];
  /** What a connector's source and sink can do, for changelog modes and metadata columns; absent for an unknown connector. */
  readonly connectors?: ConnectorTraits;
  readonly partitions?: PartitionPruner;
  /** Signatures of users' functions; absent in the editor, where nobody is asked. */
  readonly functions?: UserFunctions;
  /** Nodes of the logical plan keep where they were written (plan/origin.ts), for the coverage of tests. */
  readonly origins?: true;
}

/**
 * The partitions of a source that conditions over its partition columns leave (positions as in `table.columns`); undefined where the
 * connector lists none (SupportsPartitionPushDown.listPartitions). Absent in the editor: listing is for who can reach the data.
 */
export type PartitionPruner = (
  options: Readonly<Record<string, string>>,
  table: ResolvedTable,
  conditions: readonly Rex[],
) => readonly PartitionSpec[] | undefined;

/** Planner-visible abilities of connectors and formats (ScanTableSource.getChangelogMode, SupportsWatermarkPushDown, …). */
export interface ConnectorTraits {
  /** Throws an Error whose `name` is Flink's exception class when the options are wrong; its innermost `cause` says what Flink says. */
  source(options: Readonly<Record<string, string>>, table: ResolvedTable): SourceTraits | undefined;
  sink(options: Readonly<Record<string, string>>, table: ResolvedTable): SinkTraits | undefined;
}

export interface SourceTraits {
  /** Row kinds the source emits: `I`, `I,UA,D` (upsert), `I,UB,UA,D`. */
  readonly changelog: 'insert-only' | 'upsert' | 'all';
  readonly bounded: boolean;
  readonly watermarkPushDown: boolean;
  readonly projectionPushDown: boolean;
  /**
   * Present where the source takes conditions (SupportsFilterPushDown), over all its columns in table order: `source` carries the
   * condition out, `both` only wants to know it, `no` does nothing with it.
   */
  readonly filterPushDown?: (condition: Rex) => 'source' | 'both' | 'no';
  /** The source may stop after the rows that a LIMIT needs (SupportsLimitPushDown). */
  readonly limitPushDown?: boolean;
  /** Metadata keys with their types. */
  readonly metadata: Readonly<Record<string, import('../types/logical-type.ts').LogicalType>>;
  /** False where the source has no metadata to read at all (no SupportsReadingMetadata), so that EXPLAIN lists none. */
  readonly readsMetadata?: false;
  /** Rows can be asked for by key while a query runs (LookupTableSource). */
  readonly lookup?: boolean;
  /** Flink's class of the table source, which its messages name. */
  readonly sourceClass?: string;
  /** How the source calls itself (DynamicTableSource.asSummaryString). */
  readonly sourceSummary?: string;
  /** Throws what Flink's source throws when the job is built of the plan, after all checks of the planner. */
  translate?(): void;
}

export interface SinkTraits {
  readonly accepts: 'insert-only' | 'upsert' | 'all';
  readonly metadata: Readonly<Record<string, import('../types/logical-type.ts').LogicalType>>;
  /** Updates and deletes are refused for a table without a primary key, in the words of the jdbc sink. */
  readonly updatesNeedKey?: boolean;
  /** Flink's class of the table sink, which its messages name. */
  readonly sinkClass?: string;
  /** Throws what Flink's sink throws when the job is built of the plan. */
  translate?(batch: boolean): void;
}

/** A query with its types and plan. */
export interface BoundQuery {
  readonly fields: readonly RowField[];
  readonly logical: Rel;
}

/** Result of binding one statement: never throws; errors are diagnostics placed in the statement's source. */
export interface BindResult<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** A query or INSERT ready to run. One Sink a statement; several share sources in a statement set. */
export interface PlannedJob {
  readonly sinks: readonly Sink[];
  readonly fields: readonly RowField[];
}

export type { Physical, Statement };
