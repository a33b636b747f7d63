import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { Batch } from '../batch/batch.ts';
import type { TestTables } from '../connectors/test-rows/index.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import type { CheckpointTracker } from './checkpoint-statistics.ts';
import type { TakenSnapshot } from './checkpoints.ts';
import type { TaskFigures } from './task-metrics.ts';

export type JobState =
  | 'CREATED'
  | 'RUNNING'
  | 'RESTARTING'
  | 'FINISHED'
  | 'FAILING'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELED';

export interface JobFailure {
  /** Flink's exception class and message, innermost cause first. */
  readonly causes: readonly { readonly exception: string; readonly message: string }[];
  /** Epoch ms. */
  readonly time: number;
  /** Why the job did not start again after it: Flink's name of the restart strategy. */
  readonly strategy: string;
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
  /** The tables of the SQL test that runs the job. */
  readonly tests?: TestTables;
  /** Knobs for tests: rows that go through the job at a time; after how many such batches it ends with a snapshot, and its folder. */
  readonly testing?: { readonly batchRows?: number; readonly cutAfter?: number; readonly cutInto?: string };
}

export interface JobMetrics {
  readonly operators: readonly {
    readonly id: number;
    readonly name: string;
    /** The operators that feed it. */
    readonly inputs: readonly { readonly id: number; readonly name: string }[];
    /** How many subtasks it has; the figures are of all. */
    readonly parallelism: number;
    /** The figures of each subtask. */
    readonly subtasks: readonly SubtaskMetrics[];
    readonly recordsIn: number;
    readonly recordsOut: number;
    readonly watermark: number | undefined;
    readonly stateBytes: number;
    readonly figures: TaskFigures;
  }[];
}

export interface SubtaskMetrics {
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly watermark: number | undefined;
  readonly stateBytes: number;
  readonly figures: TaskFigures;
}

/** A job's checkpoints: what the options say and what became of them. */
export interface JobCheckpoints {
  readonly settings: CheckpointSettings;
  readonly statistics: CheckpointTracker;
}

/** A running job (StreamGraph of one PlannedJob), cooperative: yields to the event loop between batches. */
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
  /** The latest failures, oldest first: those that the job started again after, and the one that ended it. */
  readonly failures: readonly JobFailure[];
  /** Takes a checkpoint. All three throw CheckpointException, and what Flink throws when the job has ended. */
  checkpoint(): Promise<TakenSnapshot>;
  /** Takes a savepoint in `directory` (or that of the options) while the job goes on. */
  savepoint(directory: string | undefined): Promise<TakenSnapshot>;
  /** Ends the job with a savepoint; `drain` lets event time end before, so that all windows fire. */
  stop(directory: string | undefined, drain: boolean): Promise<TakenSnapshot>;
  readonly checkpoints: JobCheckpoints;
  /** Whether `testing.cutAfter` came to be. */
  readonly wasCut: boolean;
  metrics(): JobMetrics;
}

/** Builds operators for the plan and starts it; throws (before any row) what Flink throws when it compiles the job. */
export type StartJob = (plan: PlannedJob, options: JobOptions) => Job;
