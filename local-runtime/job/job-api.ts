import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { Batch } from '../batch/batch.ts';
import type { CompletedSnapshot } from './checkpoints.ts';

export type JobState = 'CREATED' | 'RUNNING' | 'FINISHED' | 'FAILING' | 'FAILED' | 'CANCELLING' | 'CANCELED';

export interface JobFailure {
  /** Flink's exception class and message, innermost cause first. */
  readonly causes: readonly { readonly exception: string; readonly message: string }[];
}

/** Takes a SELECT's changes. Returning a promise slows the job down until it resolves (back pressure to the source). */
export type Collect = (batch: Batch) => void | Promise<void>;

export interface JobOptions {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Changes of the collect sink; absent for INSERT jobs. */
  readonly collect?: Collect;
  readonly print: (line: string) => void;
  readonly notice: (text: string) => void;
  readonly now?: () => number;
  /** Knobs for tests: rows that go through the job at a time, and after how many such batches it is cut. */
  readonly testing?: { readonly batchRows?: number; readonly cutAfter?: number; readonly restore?: Uint8Array };
}

export interface JobMetrics {
  readonly operators: readonly {
    readonly id: number;
    readonly name: string;
    readonly recordsIn: number;
    readonly recordsOut: number;
    readonly watermark: number | undefined;
    readonly stateBytes: number;
  }[];
}

/** What the JobManager's REST API tells about checkpoints. */
export interface CheckpointStatistics {
  readonly completed: number;
  readonly failed: number;
  readonly interval: number | undefined;
  /** The snapshot that the job started from. */
  readonly restoredFrom: string | undefined;
  /** The latest, oldest first. */
  readonly history: readonly CompletedSnapshot[];
}

/** A running job (StreamGraph of one PlannedJob), single-threaded, cooperative: yields to the event loop between batches. */
export interface Job {
  /** 32 hex digits, as Flink's JobID. */
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly failure: JobFailure | undefined;
  /** Resolves when the state is FINISHED, FAILED or CANCELED. Never rejects. */
  readonly done: Promise<JobState>;
  cancel(): Promise<void>;
  /** Takes a checkpoint; gives its path, empty when the options name no folder. */
  checkpoint(): Promise<string>;
  /** Takes a savepoint in `directory` (or that of the options) while the job goes on; gives its path. */
  savepoint(directory: string | undefined): Promise<string>;
  /** Ends the job with a savepoint; `drain` lets event time end before, so that all windows fire. Gives the savepoint's path. */
  stop(directory: string | undefined, drain: boolean): Promise<string>;
  readonly checkpoints: CheckpointStatistics;
  /** The snapshot that `testing.cutAfter` asked for. */
  readonly cut: Uint8Array | undefined;
  metrics(): JobMetrics;
}

/** Builds operators for the plan and starts it; throws (before any row) what Flink throws when it compiles the job. */
export type StartJob = (plan: PlannedJob, options: JobOptions) => Job;
