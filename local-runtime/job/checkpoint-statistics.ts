/** A snapshot's part of one operator. */
export interface OperatorSnapshot {
  readonly uid: string;
  readonly name: string;
  readonly bytes: number;
}

/** A snapshot as the JobManager's REST API tells of it (AbstractCheckpointStats). Times are epoch ms. */
export interface SnapshotStatistics {
  readonly id: number;
  readonly kind: 'CHECKPOINT' | 'SAVEPOINT' | 'SYNC_SAVEPOINT';
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly triggered: number;
  /** When it was whole, or had failed; undefined while it is under way. */
  readonly ended: number | undefined;
  readonly bytes: number;
  readonly operators: readonly OperatorSnapshot[];
  /** Of a completed one. */
  readonly path: string;
  /** A newer one stands for it, and it is gone. */
  readonly discarded: boolean;
  /** Why it failed. */
  readonly failure: string | undefined;
}

/** The snapshot that a job started from. */
export interface RestoredSnapshot {
  readonly id: number;
  readonly time: number;
  readonly isSavepoint: boolean;
  readonly path: string;
}

/** Snapshots that are remembered (`web.checkpoints.history`). */
const HISTORY = 10;
/** Sizes and durations that the summary is made of (as Flink's). */
const SUMMARY = 10_000;

/** What became of a job's snapshots (CheckpointStatsTracker). */
export class CheckpointTracker {
  /** Newest first. */
  readonly history: SnapshotStatistics[] = [];
  readonly latest: {
    completed?: SnapshotStatistics;
    savepoint?: SnapshotStatistics;
    failed?: SnapshotStatistics;
    restored?: RestoredSnapshot;
  } = {};
  completed = 0;
  failed = 0;
  restored = 0;
  /** Bytes and milliseconds of completed snapshots, oldest first. */
  readonly sizes: number[] = [];
  readonly durations: number[] = [];

  begin(id: number, kind: SnapshotStatistics['kind'], triggered: number): void {
    this.history.unshift({
      id,
      kind,
      status: 'IN_PROGRESS',
      triggered,
      ended: undefined,
      bytes: 0,
      operators: [],
      path: '',
      discarded: false,
      failure: undefined,
    });
    if (this.history.length > HISTORY) this.history.pop();
  }

  complete(id: number, ended: number, bytes: number, operators: readonly OperatorSnapshot[], path: string): void {
    const done = this.change(id, { status: 'COMPLETED', ended, bytes, operators, path });
    if (!done) return;
    this.completed++;
    if (done.kind === 'CHECKPOINT') this.latest.completed = done;
    else this.latest.savepoint = done;
    this.sizes.push(bytes);
    this.durations.push(ended - done.triggered);
    if (this.sizes.length > SUMMARY) {
      this.sizes.shift();
      this.durations.shift();
    }
  }

  fail(id: number, ended: number, failure: string): void {
    const done = this.change(id, { status: 'FAILED', ended, failure });
    if (!done) return;
    this.failed++;
    this.latest.failed = done;
  }

  discard(id: number): void {
    this.change(id, { discarded: true });
  }

  restore(snapshot: RestoredSnapshot): void {
    this.latest.restored = snapshot;
    this.restored++;
  }

  private change(id: number, what: Partial<SnapshotStatistics>): SnapshotStatistics | undefined {
    const at = this.history.findIndex((entry) => entry.id === id);
    const old = this.history[at];
    if (!old) return undefined;
    const changed = { ...old, ...what };
    this.history[at] = changed;
    for (const which of ['completed', 'savepoint', 'failed'] as const) {
      if (this.latest[which] === old) this.latest[which] = changed;
    }
    return changed;
  }
}
