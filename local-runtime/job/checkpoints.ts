import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FlinkFault } from '../errors.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import type { JobState } from './job-api.ts';
import type { JobSnapshot } from './job-snapshot.ts';
import { writeSnapshot } from './snapshot-store.ts';

/** A cut someone wants. */
export interface SnapshotRequest {
  readonly kind: 'checkpoint' | 'savepoint';
  /** Folder for a savepoint; without one that of the options. */
  readonly directory: string | undefined;
  /** The job ends with the savepoint. */
  readonly stop: boolean;
  /** Event time ends before the savepoint, so that all windows fire. */
  readonly drain: boolean;
  readonly resolve: (path: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A completed snapshot, as the JobManager's REST API tells of it. */
export interface CompletedSnapshot {
  readonly id: number;
  readonly isSavepoint: boolean;
  readonly triggered: number;
  readonly finished: number;
  readonly bytes: number;
  readonly path: string;
}

/** Finished snapshots that are remembered (`web.checkpoints.history`). */
const HISTORY = 10;

/** Decides when a job takes snapshots and where they go (CheckpointCoordinator). */
export class Checkpoints {
  readonly settings: CheckpointSettings;
  readonly history: CompletedSnapshot[] = [];
  completed = 0;
  failed = 0;
  private readonly job: string;
  private readonly now: () => number;
  private readonly requests: SnapshotRequest[] = [];
  private readonly kept: string[] = [];
  private nextId = 1;
  private nextTime: number;

  constructor(job: string, settings: CheckpointSettings, now: () => number) {
    this.job = job;
    this.settings = settings;
    this.now = now;
    this.nextTime = settings.interval === undefined ? Number.POSITIVE_INFINITY : now() + settings.interval;
  }

  /** Asks for a snapshot at the next cut; gives its path. */
  request(wanted: Omit<SnapshotRequest, 'resolve' | 'reject'>): Promise<string> {
    if (wanted.kind === 'savepoint' && (wanted.directory ?? this.settings.savepoints) === undefined) {
      return Promise.reject(
        new FlinkFault(
          'IllegalStateException',
          "No savepoint directory configured. You can either specify a directory while cancelling via -s :targetDirectory or configure a cluster-wide default via key 'execution.checkpointing.savepoint-dir'.",
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.requests.push({ ...wanted, resolve, reject });
    });
  }

  /** The snapshot to take now, if any. */
  due(): SnapshotRequest | undefined {
    const asked = this.requests.shift();
    if (asked) return asked;
    if (this.now() < this.nextTime) return undefined;
    this.nextTime = this.now() + (this.settings.interval as number);
    const ignore = (): void => undefined;
    return { kind: 'checkpoint', directory: undefined, stop: false, drain: false, resolve: ignore, reject: ignore };
  }

  /** Puts a snapshot on disk; older checkpoints go when it is there. */
  async store(request: Pick<SnapshotRequest, 'kind' | 'directory'>, snapshot: JobSnapshot): Promise<string> {
    const id = this.nextId++;
    const triggered = this.now();
    const path = this.path(request, id);
    let bytes = 0;
    try {
      if (path !== '') bytes = await writeSnapshot(path, snapshot);
    } catch (error) {
      this.failed++;
      throw error;
    }
    this.completed++;
    const isSavepoint = request.kind === 'savepoint';
    this.history.push({ id, isSavepoint, triggered, finished: this.now(), bytes, path });
    if (this.history.length > HISTORY) this.history.shift();
    if (!isSavepoint && path !== '') this.kept.push(path);
    return path;
  }

  /** Forgets checkpoints that a newer one stands for; call when its sinks have committed. */
  async subsume(): Promise<void> {
    while (this.kept.length > this.settings.retained) await rm(this.kept.shift() as string, { recursive: true });
  }

  private path({ kind, directory }: Pick<SnapshotRequest, 'kind' | 'directory'>, id: number): string {
    if (kind === 'checkpoint') {
      const root = this.settings.directory;
      return root === undefined ? '' : join(root, this.job, `chk-${id}`);
    }
    const root = directory ?? (this.settings.savepoints as string);
    return join(root, `savepoint-${this.job.slice(0, 6)}-${randomBytes(6).toString('hex')}`);
  }

  /** The job has ended: nobody gets a snapshot any more, and checkpoints go unless they are to be retained. */
  async end(state: JobState): Promise<void> {
    const gone = new FlinkFault('CheckpointException', `The job ${this.job} ended before the snapshot was taken.`);
    for (const request of this.requests.splice(0)) request.reject(gone);
    const { retention, directory } = this.settings;
    const keeps =
      (state === 'CANCELED' && retention === 'RETAIN_ON_CANCELLATION') ||
      (state === 'FAILED' && retention !== 'NO_EXTERNALIZED_CHECKPOINTS');
    if (keeps || directory === undefined || this.kept.length === 0) return;
    await rm(join(directory, this.job), { recursive: true, force: true });
  }
}
