import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import { asFault, type FlinkFault } from '../errors.ts';
import type { SnapshotRequest } from '../job/checkpoints.ts';
import type { Attempt, ExecutionHost } from '../job/execution.ts';
import type { JobMetrics, JobOptions } from '../job/job-api.ts';
import type { StoredSnapshot, VertexRecord } from '../job/job-snapshot.ts';
import { operatorMetrics } from '../job/operator-metrics.ts';
import { operatorUids } from '../job/operator-uids.ts';
import { recordsFor } from '../job/restore.ts';
import { takeSnapshot } from '../job/take-snapshot.ts';
import type { Vertex } from '../job/vertex.ts';
import { unpackBatch } from './batch-transfer.ts';
import {
  type ChannelMessage,
  COLLECTOR,
  type Command,
  type RestoredSlot,
  type SlotTask,
  type VertexCounters,
} from './messages.ts';
import { joinSnapshots, partOfSnapshot } from './slot-snapshots.ts';
import { Thread } from './thread.ts';
import { vertexKeys } from './vertex-keys.ts';

/** How long threads have to close what they opened before they are ended, ms. */
const CLOSING = 5000;
/** How often it is seen whether a snapshot is due, ms. */
const POLL = 10;

/**
 * One attempt to run a job on several threads: each carries some subtasks of every operator (a slot of a TaskManager) and talks to the
 * others directly; here the job starts them, takes the rows of a SELECT, has all of them stand still for a snapshot, and lets all sinks
 * commit when all threads are done. The first failure ends all.
 */
export class ThreadedExecution implements Attempt {
  private readonly plan: PlannedJob;
  private readonly options: JobOptions;
  private readonly slots: number;
  private readonly host: ExecutionHost;
  /** All vertices of the job by name, with their last counters; their operators do not run here. */
  private readonly keys: ReadonlyMap<Vertex, string>;
  private readonly uids: ReadonlyMap<Vertex, string>;
  private readonly byKey: ReadonlyMap<string, Vertex>;
  private readonly told = new Map<Vertex, Pick<VertexCounters, 'stateBytes' | 'figures'>>();
  private restored: { stored: StoredSnapshot; records: readonly (readonly [Vertex, VertexRecord])[] } | undefined;
  private threads: readonly Thread[] = [];
  /** Resolves when the job fails or is cancelled. */
  private readonly ended = Promise.withResolvers<void>();
  private readonly complete = Promise.withResolvers<void>();
  private failure: FlinkFault | undefined;
  private isEnded = false;
  private readonly abort = new AbortController();

  constructor(plan: PlannedJob, options: JobOptions, vertices: readonly Vertex[], slots: number, host: ExecutionHost) {
    this.plan = plan;
    this.options = options;
    this.slots = slots;
    this.host = host;
    this.keys = vertexKeys(vertices);
    this.uids = operatorUids(vertices);
    this.byKey = new Map([...this.keys].map(([vertex, key]) => [key, vertex]));
  }

  restore(stored: StoredSnapshot, ignoreUnclaimed: boolean): void {
    this.restored = { stored, records: recordsFor(this.uids, stored, ignoreUnclaimed) };
    this.host.checkpoints.restored(stored);
  }

  /** As the threads last told. */
  metrics(): JobMetrics['operators'] {
    return operatorMetrics(
      [...this.keys.keys()],
      (vertex) => this.told.get(vertex) ?? { stateBytes: 0, figures: vertex.figures },
    );
  }

  async run(): Promise<void> {
    if (this.isEnded) return;
    this.threads = this.startThreads();
    this.restored = undefined;
    await Promise.race([this.work(), this.ended.promise]);
    if (this.failure) throw this.failure;
  }

  cancel(): void {
    this.stop();
  }

  async close(): Promise<void> {
    for (const thread of this.threads) thread.send({ kind: this.isEnded ? 'cancel' : 'finish' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSING);
    });
    await Promise.race([Promise.all(this.threads.map(({ closed }) => closed)), late]);
    clearTimeout(timer);
    await Promise.all(this.threads.map((thread) => thread.terminate(this.failure !== undefined)));
  }

  private startThreads(): Thread[] {
    const { slots } = this;
    const ports = Array.from({ length: slots }, () => new Array<MessagePort | undefined>(slots).fill(undefined));
    for (let a = 0; a < slots; a++) {
      for (let b = a + 1; b < slots; b++) {
        const { port1, port2 } = new MessageChannel();
        (ports[a] as (MessagePort | undefined)[])[b] = port1;
        (ports[b] as (MessagePort | undefined)[])[a] = port2;
      }
    }
    const { name, options, workingDirectory } = this.options;
    return ports.map((own, slot) => {
      const restored = this.restoredPart(slot);
      const task: SlotTask = { plan: this.plan, name, options, workingDirectory, slot, slots, restored };
      return new Thread(task, own, {
        onReport: (_thread, report) => {
          if (report.kind === 'print') this.options.print(report.line);
          else if (report.kind === 'notice') this.options.notice(report.text);
          else if (report.kind === 'counters') for (const counters of report.vertices) this.count(counters);
          else if (this.threads.every(({ isComplete }) => isComplete)) this.complete.resolve();
        },
        onRows: (thread, message) => this.collect(thread, message),
        onFailure: (failure) => this.fail(failure),
      });
    });
  }

  private restoredPart(slot: number): RestoredSlot | undefined {
    if (!this.restored) return undefined;
    const { stored, records } = this.restored;
    return partOfSnapshot(stored, records, this.keys, this.uids, ({ subtask }) => subtask % this.slots === slot);
  }

  private async work(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.answer('open')));
    this.all({ kind: 'start' });
    const { checkpoints } = this.host;
    while (!this.threads.every(({ isComplete }) => isComplete)) {
      await this.pause();
      for (let request = checkpoints.due(); request && !this.isEnded; request = checkpoints.due()) {
        if ((await this.checkpoint(request)) && request.stop) return;
      }
      if (this.isEnded) return;
    }
    // With the end of all sources on record, a crash between the sinks' commits loses and repeats nothing.
    if (checkpoints.settings.interval !== undefined) {
      const last = { kind: 'checkpoint', directory: undefined, stop: true, drain: false } as const;
      if (await this.checkpoint(last)) return;
    }
    await Promise.all(this.threads.map((thread) => thread.answer('prepared', { kind: 'prepare' })));
    await this.commit();
  }

  /** Until all threads are complete, or for a while. */
  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, POLL);
    });
    await Promise.race([over, this.complete.promise]);
    clearTimeout(timer);
  }

  private async checkpoint(
    request: Omit<SnapshotRequest, 'resolve' | 'reject'> & Partial<SnapshotRequest>,
  ): Promise<boolean> {
    const { checkpoints, onCheckpoint, onCut } = this.host;
    let isHeld = true;
    const release = (): void => {
      if (isHeld && !request.stop) this.all({ kind: 'resume' });
      isHeld = false;
    };
    const isTaken = await takeSnapshot(checkpoints, request, {
      cut: async (drain) => {
        await this.standStill(drain);
        const answers = await Promise.all(this.threads.map((each) => each.answer('snapshot', { kind: 'snapshot' })));
        onCut();
        // What came from the threads is a copy: rows flow on while it is written.
        release();
        return (writer) =>
          joinSnapshots(
            answers.map(({ snapshot }) => snapshot),
            this.keys,
            this.uids,
            writer,
          );
      },
      commit: () => this.commit(),
      release,
      signal: this.abort.signal,
    });
    if (isTaken && request.kind === 'checkpoint') onCheckpoint();
    return isTaken;
  }

  /**
   * Stops all sources and waits until nothing is under way between threads: as many messages were taken as sent, and it is still so
   * when all are asked once more.
   */
  private async standStill(drain: boolean): Promise<void> {
    let before = '';
    for (;;) {
      const told = await Promise.all(this.threads.map((each) => each.answer('paused', { kind: 'pause', drain })));
      const now = JSON.stringify(told);
      const open = told.reduce((sum, { sent, taken }) => sum + sent - taken, 0);
      if (open === 0 && now === before) return;
      before = now;
    }
  }

  private async commit(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.answer('committed', { kind: 'commit' })));
  }

  private all(command: Command): void {
    for (const thread of this.threads) thread.send(command);
  }

  private count({ key, recordsIn, recordsOut, watermark, stateBytes, figures }: VertexCounters): void {
    const vertex = this.byKey.get(key);
    if (!vertex) return;
    vertex.recordsIn = recordsIn;
    vertex.recordsOut = recordsOut;
    vertex.watermark = watermark;
    this.told.set(vertex, { stateBytes, figures });
  }

  /** Rows of the SELECT; the thread gets its credit when they are taken. */
  private collect(thread: Thread, message: ChannelMessage): void {
    if (message.kind !== 'batch' || this.isEnded) return;
    const { exchange, from } = message;
    const credit: Command = { kind: 'credit', exchange, from, to: COLLECTOR };
    try {
      const batch = unpackBatch(message.batch);
      const slow = batch.length > 0 ? this.options.collect?.(batch) : undefined;
      if (slow) void slow.then(() => thread.send(credit));
      else thread.send(credit);
    } catch (error) {
      this.fail(asFault(error));
    }
  }

  private fail(failure: FlinkFault): void {
    if (this.isEnded) return;
    this.failure = failure;
    this.stop();
  }

  private stop(): void {
    this.isEnded = true;
    this.abort.abort();
    this.all({ kind: 'cancel' });
    this.ended.resolve();
  }
}
