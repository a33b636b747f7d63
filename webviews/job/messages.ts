/** What the view of one job and the extension tell each other. Plain data: it goes through JSON. */

export type JobViewMessage =
  | { readonly type: 'state'; readonly state: JobViewState }
  /** The server does not answer; what was shown stays, and is asked for again. */
  | { readonly type: 'offline'; readonly message: string }
  | { readonly type: 'log'; readonly server: string; readonly name: string; readonly text: string }
  /** What was asked for runs, or has ended. */
  | { readonly type: 'busy'; readonly what: string | null };

export type JobViewRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'action'; readonly action: JobAction }
  /** Which part is in front: what only it shows is asked for only then. */
  | { readonly type: 'tab'; readonly tab: JobTab }
  | { readonly type: 'log'; readonly server: string; readonly name: string }
  | { readonly type: 'trace'; readonly time: number }
  | { readonly type: 'topic'; readonly topic: string }
  | { readonly type: 'copy'; readonly text: string };

export type JobAction = 'cancel' | 'savepoint' | 'stop' | 'openUi';

export const JOB_TABS = ['overview', 'checkpoints', 'exceptions', 'configuration', 'servers'] as const;
export type JobTab = (typeof JOB_TABS)[number];

export interface JobViewState {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly startTime: number;
  readonly endTime: number | null;
  /** The server's clock. */
  readonly now: number;
  /** `host:port`, and the connection's name. */
  readonly server: string;
  readonly connection: string;
  readonly ended: boolean;
  /** What may be done. */
  readonly actions: readonly JobAction[];
  readonly vertices: readonly VertexState[];
  /** Topics of Kafka that its sources read, as its metrics name them. */
  readonly topics: readonly string[];
  readonly checkpoints: CheckpointsState;
  readonly exceptions: readonly ExceptionState[];
  readonly settings: readonly SettingState[];
  readonly servers: readonly ServerState[] | null;
  readonly course: CourseState;
}

export interface VertexState {
  readonly id: string;
  readonly name: string;
  /** Operators, one a line. */
  readonly description: string;
  readonly parallelism: number;
  readonly status: string;
  readonly inputs: readonly { readonly id: string; readonly strategy: string }[];
  readonly recordsIn: number | null;
  readonly recordsOut: number | null;
  readonly inRate: number | null;
  readonly outRate: number | null;
  /** Shares of the time, 0 to 1. */
  readonly busy: number | null;
  readonly backPressured: number | null;
  /** `end`: all has come. */
  readonly watermark: number | 'end' | null;
  /** How far the watermark is behind the clock, in milliseconds. */
  readonly lag: number | null;
  /** Rows that came too late and were dropped. */
  readonly lateRecords: number | null;
  /** What its state takes now, where the server measures it. */
  readonly stateBytes: number | null;
}

export interface CheckpointsState {
  readonly interval: number | null;
  readonly mode: string;
  readonly storage: string;
  readonly completed: number;
  readonly failed: number;
  readonly inProgress: number;
  readonly restoredFrom: string | null;
  /** Newest first. */
  readonly history: readonly CheckpointState[];
}

export interface CheckpointState {
  readonly id: number;
  readonly status: string;
  readonly kind: string;
  readonly triggered: number;
  readonly duration: number | null;
  readonly size: number;
  readonly path: string | null;
  readonly failure: string | null;
}

export interface ExceptionState {
  readonly time: number;
  readonly message: string;
  /** Innermost first. */
  readonly causes: readonly { readonly className: string; readonly message: string }[];
  readonly trace: string;
  readonly task: string | null;
}

export interface SettingState {
  readonly key: string;
  readonly value: string;
}

export interface ServerState {
  /** Empty: the JobManager. */
  readonly id: string;
  readonly name: string;
  readonly slots: number | null;
  readonly freeSlots: number | null;
  readonly memory: number | null;
  readonly heapUsed: number | null;
  readonly heapMax: number | null;
  readonly logs: readonly { readonly name: string; readonly size: number }[];
}

/** The figures of the charts over time. */
export interface CourseState {
  readonly times: readonly number[];
  /** Records a second that sources read, and sinks take. */
  readonly read: readonly (number | null)[];
  readonly written: readonly (number | null)[];
  /** Of the watermark that is farthest behind, in milliseconds. */
  readonly lag: readonly (number | null)[];
}
