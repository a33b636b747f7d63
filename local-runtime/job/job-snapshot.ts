import type { SourceProgress } from './source-driver.ts';
import type { Vertex } from './vertex.ts';

/** What a vertex is and where its state is. Definition and columns tell at restore whether the state fits the operator. */
export interface VertexRecord {
  /** Place in the graph, from `operatorUids`. */
  readonly uid: string;
  readonly name: string;
  /** Types of the columns of all inputs and of the output. */
  readonly columns: string;
  /** The settings of the operator that shape its state. */
  readonly definition: string;
  readonly progress: ReturnType<Vertex['progress']>;
  /** The file of the operator's state; undefined when it keeps nothing. */
  readonly state: StateFile | undefined;
}

/** A file of a snapshot. */
export interface StateFile {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
}

/** A consistent cut through a job between two batches: all of it but the operators' state, which is in files of its own. */
export interface JobSnapshot {
  /** Number of the checkpoint in its job; the job that starts from it counts on. */
  readonly id: number;
  readonly isSavepoint: boolean;
  readonly job: string;
  /** Most subtasks of an operator. */
  readonly parallelism: number;
  readonly vertices: readonly VertexRecord[];
  /** Where each source stands, by the uid of its vertex. */
  readonly sources: readonly (readonly [uid: string, progress: SourceProgress])[];
  /** The source whose turn it is. */
  readonly turn: number;
  /** What each sink has to commit, by the uid of its vertex. */
  readonly sinks: readonly (readonly [uid: string, prepared: unknown])[];
  /** Processing-time wake-ups, by the uid of the vertex. */
  readonly timers: readonly (readonly [uid: string, time: number])[];
}

/** A snapshot with access to its files. */
export interface StoredSnapshot {
  readonly snapshot: JobSnapshot;
  /** Where it is, for messages. */
  readonly path: string;
  /** The bytes of a state file; throws when they are not what was written. */
  readonly read: (file: StateFile) => Uint8Array;
}

/** A snapshot in the making. */
export interface SnapshotWriter {
  /** Takes the state of one operator; it is on its way to disk when the promise resolves. */
  state(chunks: readonly Uint8Array[]): Promise<StateFile>;
  /** Makes the snapshot valid; gives its size in bytes, all files together. */
  finish(snapshot: JobSnapshot): Promise<number>;
  /** Ends what is being written, and leaves nothing behind. */
  discard(): Promise<void>;
}
