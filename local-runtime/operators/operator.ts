import type { Batch } from '../batch/batch.ts';
import type { StateTable } from './state-table.ts';

/**
 * A push operator. The job calls `process` with batches in order (rows and watermarks between them), one input at a time, never
 * re-entrantly; everything it emits goes to `Output` synchronously and in Flink's order. Operators own what they keep; batches are
 * immutable and may be kept.
 */
export interface Operator {
  /** Rows and watermarks of input `input` (0 is left or only). */
  process(batch: Batch, input: number): void;
  /** Input `input` has ended; a MAX_WATERMARK came before where event time is used. Called once an input. */
  end(input: number): void;
  /** Input `input` sends nothing for now and must not hold watermarks back (WatermarkStatus.IDLE), or does so again. */
  onIdle?(input: number, idle: boolean): void;
  /** Processing time reached a timer this operator registered with its context. */
  onProcessingTime?(now: number): void;
  /**
   * For an operator that waits for something outside the job: `process` and `onIdle` only keep what came, and this deals with all of
   * it, in order. The job calls it between batches, never twice at a time, and takes no snapshot before it is done; the outputs end
   * after it. Aborted by `signal`.
   */
  settle?(signal: AbortSignal): Promise<void>;
  /** Everything kept, as structured-cloneable data (typed arrays welcome); called between batches. */
  snapshot?(): unknown;
  /** Takes back what `snapshot` gave, before the first batch. */
  restore?(state: unknown): void;
  /** Rough bytes of state kept, for metrics and the memory limit. */
  stateBytes?(): number;
  /** Everything kept, to be read by people; called between batches, and only when somebody looks. */
  describeState?(): readonly StateTable[];
  close?(): void | Promise<void>;
}

export interface Output {
  emit(batch: Batch): void;
}

/** What an operator may ask of the job it runs in. */
export interface OperatorContext {
  readonly output: Output;
  /** Session zone (`table.local-time-zone`). */
  readonly zone: string;
  /** All session options of the job. */
  readonly options: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Asks for `onProcessingTime` at `time` (epoch ms) or after. */
  registerProcessingTimer(time: number): void;
  /** Sends a watermark by itself, between batches. */
  emitWatermark(watermark: number): void;
  /** Tells downstream that this operator's output is idle or active again. */
  setIdle(idle: boolean): void;
  /** Counts late rows dropped, and other operator counters by name. */
  count(metric: string, by: number): void;
}

/** Processing time; tests drive it by hand. */
export interface Clock {
  now(): number;
}
