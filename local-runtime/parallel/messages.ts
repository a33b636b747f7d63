import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { SourceProgress } from '../job/source-driver.ts';
import type { TaskFigures } from '../job/task-metrics.ts';
import type { Vertex } from '../job/vertex.ts';
import type { PackedBatch } from './batch-transfer.ts';

/** One way of an exchange: from a subtask on one thread to one on another. `to` is COLLECTOR for the rows of a SELECT. */
export interface Address {
  readonly exchange: number;
  readonly from: number;
  readonly to: number;
}

/** The place of the rows of a SELECT, on the job's own thread. */
export const COLLECTOR = -1;

/** What goes through a channel, and the credit that comes back for a batch that was taken. */
export type ChannelMessage = Address &
  (
    | { readonly kind: 'batch'; readonly batch: PackedBatch }
    | { readonly kind: 'idle'; readonly idle: boolean }
    | { readonly kind: 'end' }
    | { readonly kind: 'credit' }
  );

/** What a thread is started with. */
export interface SlotTask {
  readonly plan: PlannedJob;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** This thread carries the subtasks whose number is `slot` modulo `slots`. */
  readonly slot: number;
  readonly slots: number;
  /** What this thread's part of the job starts from. */
  readonly restored: RestoredSlot | undefined;
}

/** The part of a snapshot that one thread keeps. Vertices go by their keys. */
export interface SlotSnapshot {
  readonly vertices: readonly VertexState[];
  readonly sources: readonly (readonly [key: string, progress: SourceProgress])[];
  readonly sinks: readonly (readonly [key: string, prepared: unknown])[];
  readonly timers: readonly (readonly [key: string, time: number])[];
}

export interface RestoredSlot extends SlotSnapshot {
  /** Inputs of vertices that had ended. */
  readonly ended: readonly (readonly [key: string, input: number])[];
}

export interface VertexState {
  readonly key: string;
  readonly progress: ReturnType<Vertex['progress']>;
  /** As `encodeState` gives it; undefined when the operator keeps nothing. */
  readonly state: readonly Uint8Array[] | undefined;
}

/** Counters of one vertex. */
export interface VertexCounters {
  readonly key: string;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly watermark: number | undefined;
  readonly stateBytes: number;
  readonly figures: TaskFigures;
}

/** From the job to a thread. */
export type Command =
  | { readonly kind: 'start' }
  /**
   * Sources give nothing more, timers do not fire; `drain`: sources end. The thread answers when nothing is left to do, and again each
   * time it is asked.
   */
  | { readonly kind: 'pause'; readonly drain: boolean }
  | { readonly kind: 'snapshot' }
  /** First half of the sinks' commits, without a snapshot. */
  | { readonly kind: 'prepare' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'resume' }
  /** Nothing more is wanted of the thread: it closes. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'cancel' }
  | ChannelMessage;

export interface Cause {
  readonly exception: string;
  readonly message: string;
}

/** From a thread to the job. */
export type Report =
  | { readonly kind: 'print'; readonly line: string }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'counters'; readonly vertices: readonly VertexCounters[] }
  /** Sinks and sources are open, and those without anything to read have ended. */
  | { readonly kind: 'open' }
  /** All inputs have ended and all sinks are flushed. */
  | { readonly kind: 'complete' }
  /** Messages that this thread sent to other threads and took from them so far. */
  | { readonly kind: 'paused'; readonly sent: number; readonly taken: number }
  | { readonly kind: 'snapshot'; readonly snapshot: SlotSnapshot }
  | { readonly kind: 'prepared' }
  | { readonly kind: 'committed' }
  /** Causes outermost first. */
  | { readonly kind: 'failed'; readonly causes: readonly Cause[] }
  /** Everything is closed: the thread may end. */
  | { readonly kind: 'closed' }
  | ChannelMessage;
