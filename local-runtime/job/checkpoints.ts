import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asFault, FlinkFault } from '../errors.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import { CheckpointTracker } from './checkpoint-statistics.ts';
import type { JobState } from './job-api.ts';
import type { JobSnapshot, SnapshotWriter, StoredSnapshot } from './job-snapshot.ts';
import { folderWriter, memoryWriter, readSnapshot } from './snapshot-store.ts';

/** A cut someone wants. */
export interface SnapshotRequest {
  readonly kind: 'checkpoint' | 'savepoint';
  /** Folder for a savepoint; without one that of the options. */
  readonly directory: string | undefined;
  /** The job ends with the savepoint. */
  readonly stop: boolean;
  /** Event time ends before the savepoint, so that all windows fire. */
  readonly drain: boolean;
  readonly resolve: (taken: TakenSnapshot) => void;
  readonly reject: (error: unknown) => void;
}

/** What comes of a request. */
export interface TakenSnapshot {
  readonly id: number;
  /** Empty when the options name no folder. */
  readonly path: string;
}

/** A snapshot that has been begun. */
export interface PendingSnapshot {
  readonly id: number;
  /** Writes what `cut` gives and makes it valid; throws CheckpointException when that fails, takes too long or is aborted by `signal`. */
  write(cut: (writer: SnapshotWriter) => Promise<SnapshotContents>, signal?: AbortSignal): Promise<TakenSnapshot>;
  /** There is nothing to write: the job cannot go on. */
  abandon(): Promise<void>;
}

export type SnapshotContents = Omit<JobSnapshot, 'id' | 'isSavepoint' | 'job'>;

/** Decides when a job takes snapshots and where they go (CheckpointCoordinator, CheckpointFailureManager). */
export class Checkpoints {
  readonly settings: CheckpointSettings;
  readonly tracker = new CheckpointTracker();
  private readonly job: string;
  private readonly now: () => number;
  private readonly notice: (text: string) => void;
  private readonly requests: SnapshotRequest[] = [];
  /** Completed checkpoints on disk, oldest first. */
  private readonly kept: { readonly id: number; readonly path: string }[] = [];
  private newest: StoredSnapshot | undefined;
  /** Bytes of the newest snapshot and of one in the making, where they are kept in memory. */
  private keptInMemory = 0;
  private madeInMemory = 0;
  private nextId = 1;
  private nextTime: number;
  private failuresInRow = 0;
  /** A snapshot that failed while it was written is being deleted. */
  private discarding: Promise<void> | undefined;

  constructor(job: string, settings: CheckpointSettings, now: () => number, notice: (text: string) => void) {
    this.job = job;
    this.notice = notice;
    this.settings = settings;
    this.now = now;
    this.nextTime = settings.interval === undefined ? Number.POSITIVE_INFINITY : now() + settings.interval;
  }

  /** The snapshot that the options name, if any. Throws what Flink throws when it is not there or cannot be read. */
  recovery(): StoredSnapshot | undefined {
    const { recovery } = this.settings;
    if (!recovery) return undefined;
    const stored = readSnapshot(recovery.path);
    this.nextId = stored.snapshot.id + 1;
    this.newest = stored;
    if (recovery.claim === 'CLAIM') this.kept.push({ id: stored.snapshot.id, path: recovery.path });
    return stored;
  }

  /** Whether checkpoints are kept in memory, as the options name no folder. */
  get areInMemory(): boolean {
    return this.settings.directory === undefined;
  }

  /** Bytes that snapshots take in memory. */
  get bytesInMemory(): number {
    return this.keptInMemory + this.madeInMemory;
  }

  /** The part of them that is of a snapshot not yet complete. */
  get bytesInTheMaking(): number {
    return this.madeInMemory;
  }

  /** What a job that failed starts again from. */
  get latest(): StoredSnapshot | undefined {
    return this.newest;
  }

  /** A job starts from a snapshot. */
  restored({ snapshot, path }: StoredSnapshot): void {
    this.tracker.restore({ id: snapshot.id, time: this.now(), isSavepoint: snapshot.isSavepoint, path });
  }

  /** Asks for a snapshot at the next cut. */
  request(wanted: Omit<SnapshotRequest, 'resolve' | 'reject'>): Promise<TakenSnapshot> {
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
    const ignore = (): void => undefined;
    return { kind: 'checkpoint', directory: undefined, stop: false, drain: false, resolve: ignore, reject: ignore };
  }

  /** Begins a snapshot. `room`: bytes that one in memory may take. Throws CheckpointException when there is nowhere to write it. */
  async begin(
    request: Pick<SnapshotRequest, 'kind' | 'directory' | 'stop'>,
    room = (): number => Number.POSITIVE_INFINITY,
  ): Promise<PendingSnapshot> {
    const id = this.nextId++;
    const triggered = this.now();
    const isSavepoint = request.kind === 'savepoint';
    const { interval } = this.settings;
    if (!isSavepoint && interval !== undefined) this.nextTime = triggered + interval;
    this.tracker.begin(id, isSavepoint ? (request.stop ? 'SYNC_SAVEPOINT' : 'SAVEPOINT') : 'CHECKPOINT', triggered);
    const path = this.path(request, id);
    let stored: StoredSnapshot | undefined;
    let writer: SnapshotWriter;
    try {
      writer =
        path === ''
          ? memoryWriter(
              'in memory',
              (bytes) => this.take(bytes, room()),
              (done) => {
                stored = done;
              },
            )
          : await folderWriter(path);
    } catch (cause) {
      throw this.decline(
        id,
        isSavepoint,
        'An Exception occurred while triggering the checkpoint. IO-problem detected.',
        cause,
      );
    }
    return {
      id,
      abandon: async () => {
        this.tracker.fail(id, this.now(), ENDED);
        await this.discard(writer);
      },
      write: async (cut, signal) => {
        let contents: SnapshotContents;
        let bytes: number;
        try {
          [contents, bytes] = await this.inTime(writer, signal, async (guarded) => {
            const cutNow = await cut(guarded);
            return [cutNow, await guarded.finish({ ...cutNow, id, isSavepoint, job: this.job })] as const;
          });
        } catch (cause) {
          const { message } = asFault(cause);
          const isOver = message === EXPIRED || message === ENDED;
          const reason = isOver ? message : 'Failure to finalize checkpoint.';
          throw this.decline(id, isSavepoint, reason, isOver ? undefined : cause);
        }
        const operators = contents.vertices.map(({ uid, name, state }) => ({ uid, name, bytes: state?.bytes ?? 0 }));
        const ended = this.now();
        this.tracker.complete(id, ended, bytes, operators, path);
        if (!isSavepoint) {
          this.failuresInRow = 0;
          this.newest = stored ?? readable(path);
          this.keptInMemory = this.madeInMemory;
          this.madeInMemory = 0;
          if (path !== '') this.kept.push({ id, path });
          this.nextTime = Math.max(this.nextTime, ended + this.settings.minPause);
        }
        return { id, path };
      },
    };
  }

  /** Runs the writing of a snapshot with the time limit of the options; what comes too late is thrown away. */
  private async inTime<T>(
    writer: SnapshotWriter,
    signal: AbortSignal | undefined,
    write: (guarded: SnapshotWriter) => Promise<T>,
  ): Promise<T> {
    let isLate = false;
    const inTime =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        isLate ? Promise.reject(new Error(EXPIRED)) : call(...args);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const end = (reason: string): void => {
      isLate = true;
      reject(new Error(reason));
    };
    const timer = setTimeout(() => end(EXPIRED), this.settings.timeout);
    const abandon = (): void => end(ENDED);
    signal?.addEventListener('abort', abandon, { once: true });
    if (signal?.aborted) abandon();
    const writing = write({ state: inTime(writer.state), finish: inTime(writer.finish), discard: writer.discard });
    try {
      return await Promise.race([writing, late]);
    } catch (error) {
      writing.catch(() => undefined); // Why it fails now is of no interest any more.
      this.discarding = this.discard(writer);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandon);
    }
  }

  /** Throws what MemCheckpointStreamFactory throws for state that is too large to be kept in memory. */
  private take(bytes: number, room: number): void {
    const size = this.madeInMemory + bytes;
    if (bytes > room) {
      throw new FlinkFault(
        'IOException',
        `Size of the state is larger than the maximum permitted memory-backed state. Size=${size}, maxSize=${Math.max(0, this.madeInMemory + room)}. Consider using a different checkpoint storage, like the FileSystemCheckpointStorage.`,
      );
    }
    this.madeInMemory = size;
  }

  private async discard(writer: SnapshotWriter): Promise<void> {
    this.madeInMemory = 0;
    try {
      await writer.discard();
    } catch (error) {
      this.notice(`What was written of a checkpoint could not be deleted: ${asFault(error).message}`);
    }
  }

  private decline(id: number, isSavepoint: boolean, reason: string, cause: unknown): FlinkFault {
    this.tracker.fail(id, this.now(), reason);
    if (!isSavepoint) this.failuresInRow++;
    return new FlinkFault(
      'CheckpointException',
      reason,
      cause === undefined ? undefined : asFault(cause, 'IOException'),
    );
  }

  /** After a failed checkpoint: the failure of the job when it was one too many. */
  exceeded(failure: unknown): FlinkFault | undefined {
    if (this.failuresInRow <= this.settings.tolerableFailures) return undefined;
    const fault = asFault(failure);
    return new FlinkFault(
      'FlinkRuntimeException',
      `Exceeded checkpoint tolerable failure threshold. The latest checkpoint failed due to ${fault.message}, view the Checkpoint History tab or the Job Manager log to find out why continuous checkpoints failed.`,
      fault,
    );
  }

  /** Deletes checkpoints that a newer one stands for; call when its sinks have committed. */
  async subsume(): Promise<void> {
    while (this.kept.length > this.settings.retained) {
      const { id, path } = this.kept.shift() as { id: number; path: string };
      await this.remove(path);
      this.tracker.discard(id);
    }
  }

  private path({ kind, directory }: Pick<SnapshotRequest, 'kind' | 'directory'>, id: number): string {
    if (kind === 'checkpoint') {
      const root = this.settings.directory;
      return root === undefined ? '' : join(root, this.job, `chk-${id}`);
    }
    const root = directory ?? (this.settings.savepoints as string);
    return join(root, `savepoint-${this.job.slice(0, 6)}-${randomBytes(6).toString('hex')}`);
  }

  /** The job has failed and may start again: whoever waits for a snapshot waits in vain. */
  abandon(message: string): void {
    const gone = new FlinkFault('CheckpointException', message);
    for (const request of this.requests.splice(0)) request.reject(gone);
  }

  /** The job starts again: the next checkpoint is an interval away. */
  restart(): void {
    this.failuresInRow = 0;
    const { interval } = this.settings;
    if (interval !== undefined) this.nextTime = this.now() + interval;
  }

  /** The job has ended: nobody gets a snapshot any more, and checkpoints go unless they are to be retained. */
  async end(state: JobState): Promise<void> {
    this.abandon(`The job ${this.job} ended before the snapshot was taken.`);
    this.newest = undefined;
    this.keptInMemory = 0;
    const { retention, directory } = this.settings;
    const keeps =
      (state === 'CANCELED' && retention === 'RETAIN_ON_CANCELLATION') ||
      (state === 'FAILED' && retention !== 'NO_EXTERNALIZED_CHECKPOINTS');
    await this.discarding;
    if (keeps) return;
    const written = this.kept.length > 0 || this.discarding !== undefined;
    for (const { id, path } of this.kept.splice(0)) {
      await this.remove(path);
      this.tracker.discard(id);
    }
    if (directory !== undefined && written) await this.remove(join(directory, this.job));
  }

  /** Deletes a folder, which is there whole or not at all meanwhile. What cannot be deleted harms only the disk: the user is told. */
  private async remove(path: string): Promise<void> {
    const gone = join(dirname(path), `.${basename(path)}.discarded`);
    try {
      await rename(path, gone);
      await rm(gone, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.notice(`The checkpoint ${path} could not be deleted: ${asFault(error).message}`);
    }
  }
}

const EXPIRED = 'Checkpoint expired before completing.';
/** The job ended, or failed, before the checkpoint was complete. */
const ENDED = 'Checkpoint Coordinator is suspending.';

/** A snapshot on disk that is opened when it is needed. */
function readable(path: string): StoredSnapshot {
  return {
    path,
    get snapshot() {
      return readSnapshot(path).snapshot;
    },
    read: (file) => readSnapshot(path).read(file),
  };
}
