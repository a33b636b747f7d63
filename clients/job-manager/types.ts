import type { Cause } from '../sql-gateway/errors.ts';

/** Times are milliseconds since the epoch, durations milliseconds, sizes bytes; undefined is unknown or not yet. */

export type JobState =
  | 'INITIALIZING'
  | 'CREATED'
  | 'RUNNING'
  | 'RESTARTING'
  | 'FAILING'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELED'
  | 'FINISHED'
  | 'SUSPENDED'
  | 'RECONCILING';

export interface ClusterOverview {
  readonly flinkVersion: string;
  readonly taskManagers: number;
  readonly slotsTotal: number;
  readonly slotsAvailable: number;
  readonly jobsRunning: number;
  readonly jobsFinished: number;
  readonly jobsCancelled: number;
  readonly jobsFailed: number;
}

export interface ClusterConfig {
  readonly flinkVersion: string;
  readonly refreshInterval: number;
  readonly timeZone: string;
  readonly canCancel: boolean;
}

export interface JobSummary {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly duration: number;
  readonly lastModification: number;
  /** Tasks by state in lower case, and `total`. */
  readonly tasks: Readonly<Record<string, number>>;
}

export interface VertexSummary {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly status: string;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly duration: number;
  readonly tasks: Readonly<Record<string, number>>;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface PlanNode {
  readonly id: string;
  readonly parallelism: number;
  /** The operators, one a line. */
  readonly description: string;
  readonly inputs: readonly { readonly id: string; readonly strategy: string }[];
}

export interface JobDetail {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly duration: number;
  /** The server's clock at the answer. */
  readonly now: number;
  /** When each state began; those never reached are missing. */
  readonly timestamps: Readonly<Record<string, number>>;
  readonly vertices: readonly VertexSummary[];
  readonly plan: readonly PlanNode[];
}

/** Where a job's source stands in a partition. */
export interface KafkaPosition {
  /** As the REST API has it: with `_` for dots. */
  readonly topic: string;
  readonly partition: number;
  /** Of the record that was read last; -1 before the first. */
  readonly offset: number;
}

/** Figures of one vertex over its subtasks. */
export interface VertexFigures {
  readonly recordsIn: number | undefined;
  readonly recordsOut: number | undefined;
  /** What its sources have read and its sinks have written: the vertex's own figures count only what goes between vertices. */
  readonly sourceRecords: number | undefined;
  readonly sinkRecords: number | undefined;
  readonly recordsInPerSecond: number | undefined;
  readonly recordsOutPerSecond: number | undefined;
  readonly sourceRecordsPerSecond: number | undefined;
  readonly sinkRecordsPerSecond: number | undefined;
  /** Shares of the time, 0 to 1, of the busiest subtask. */
  readonly busy: number | undefined;
  readonly backPressured: number | undefined;
  readonly idle: number | undefined;
  /** The least event time that may still come: of the inputs, or what a source gives. Infinity when the input has ended. */
  readonly watermark: number | undefined;
  /** Rows that came too late and were dropped, of operators that count them. */
  readonly lateRecords: number | undefined;
  /** What its state takes now; only the local runtime measures it. */
  readonly stateBytes: number | undefined;
}

export interface Backpressure {
  /** `ok`, `low`, `high`; undefined while the first sample is taken. */
  readonly level: string | undefined;
  readonly subtasks: readonly {
    readonly subtask: number;
    readonly level: string;
    readonly backPressured: number | undefined;
    readonly idle: number | undefined;
    readonly busy: number | undefined;
  }[];
}

export interface Checkpoint {
  readonly id: number;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** `CHECKPOINT`, `SAVEPOINT`, … */
  readonly type: string;
  readonly isSavepoint: boolean;
  readonly triggered: number;
  readonly duration: number | undefined;
  readonly stateSize: number;
  readonly checkpointedSize: number;
  readonly acknowledged: number;
  readonly subtasks: number;
  readonly path: string | undefined;
  readonly discarded: boolean;
  readonly failure: string | undefined;
  /** What each vertex wrote; only in the details of one checkpoint. */
  readonly vertices: readonly { readonly id: string; readonly stateSize: number; readonly duration: number }[];
}

export interface Checkpoints {
  readonly counts: Readonly<Record<'restored' | 'total' | 'inProgress' | 'completed' | 'failed', number>>;
  readonly latest: {
    readonly completed: Checkpoint | undefined;
    readonly savepoint: Checkpoint | undefined;
    readonly failed: Checkpoint | undefined;
    readonly restored: { readonly id: number; readonly time: number; readonly path: string } | undefined;
  };
  /** Newest first. */
  readonly history: readonly Checkpoint[];
}

export interface CheckpointConfig {
  readonly mode: string;
  /** Undefined: no periodic checkpoints. */
  readonly interval: number | undefined;
  readonly timeout: number;
  readonly minPause: number;
  readonly maxConcurrent: number;
  readonly retained: boolean;
  readonly stateBackend: string;
  readonly storage: string;
  readonly unaligned: boolean;
  readonly tolerableFailures: number;
}

export interface JobException {
  readonly time: number;
  /** The innermost cause in one line. */
  readonly message: string;
  /** Innermost first. */
  readonly causes: readonly Cause[];
  readonly trace: string;
  readonly task: string | undefined;
  readonly taskManager: string | undefined;
}

export interface JobConfig {
  readonly restartStrategy: string;
  readonly parallelism: number;
  readonly objectReuse: boolean;
  readonly user: Readonly<Record<string, string>>;
}

export interface TaskManager {
  readonly id: string;
  readonly address: string;
  readonly slots: number;
  readonly freeSlots: number;
  readonly lastHeartbeat: number | undefined;
  readonly cpuCores: number;
  readonly processMemory: number;
  readonly managedMemory: number;
  /** Only in the details of one. */
  readonly heapUsed: number | undefined;
  readonly heapMax: number | undefined;
}

export interface LogFile {
  readonly name: string;
  readonly size: number;
  readonly modified: number | undefined;
}

export type SavepointFormat = 'CANONICAL' | 'NATIVE';

/** Has the job ended for good? */
export function isEnded(state: JobState): boolean {
  return state === 'FINISHED' || state === 'FAILED' || state === 'CANCELED';
}
