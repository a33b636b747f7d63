import type { LogicalType } from '../../flink-sql/types/logical-type.ts';

/** What expressions see of the job they run in. */
export interface ExprEnv {
  /** Session time zone (`table.local-time-zone`), an IANA name or an offset such as `UTC+05:45`. */
  readonly zone: string;
  /** Processing time, epoch milliseconds. */
  readonly clock: { now(): number };
  /** Session options, for those that change expressions (`table.exec.legacy-cast-behaviour`). */
  readonly options: Readonly<Record<string, string>>;
  /** Batch queries see one CURRENT_TIMESTAMP, the query's start; undefined in streaming, where each record asks the clock. */
  readonly queryStart?: number;
  /** Current event-time watermark of the operator, for CURRENT_WATERMARK; undefined before the first one. */
  watermark?(): number | undefined;
  /** Set while constants are folded. */
  readonly folding?: boolean;
  /** Seed of RAND and its kin without a seed of their own; absent: unpredictable. */
  readonly seed?: number;
  /** Names that CURRENT_DATABASE and CURRENT_CATALOG answer. */
  readonly database?: string;
}

/** An environment for one-off evaluation: real clock, no watermark. */
export function defaultEnv(zone = 'UTC', options: Readonly<Record<string, string>> = {}): ExprEnv {
  return { zone, clock: Date, options };
}

export type Types = readonly LogicalType[];

/** The internal option by which all operators of a batch job, on whatever thread, take the same time for that of their query. */
export const QUERY_START = '__table.query-start.epoch-time__';

/** The options of a job that starts at `now` (epoch ms): in batch mode with the start of the query (PlannerBase.beforeTranslation). */
export function withQueryStart(options: ExprEnv['options'], now: number): ExprEnv['options'] {
  const isBatch = options['execution.runtime-mode']?.toLowerCase() === 'batch';
  return isBatch ? { ...options, [QUERY_START]: String(now) } : options;
}
