import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SinkWriter } from '../connectors/connector.ts';
import type { TestClock } from '../connectors/test-rows/timeline.ts';
import { BetweenBatches } from './between-batches.ts';
import type { Checkpoints, SnapshotContents, SnapshotRequest } from './checkpoints.ts';
import type { Graph, SinkTask } from './graph.ts';
import type { JobMetrics, JobOptions } from './job-api.ts';
import type { SnapshotWriter, StoredSnapshot } from './job-snapshot.ts';
import { operatorMetrics } from './operator-metrics.ts';
import { operatorUids } from './operator-uids.ts';
import { captureVertices, parallelismOf, restoreVertices, writeVertices } from './restore.ts';
import { folderWriter } from './snapshot-store.ts';
import { SourceDriver } from './source-driver.ts';
import { Staging } from './staging.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { ProcessingTimers } from './timers.ts';
import type { Vertex } from './vertex.ts';
import { collectYoungBuffers } from './young-buffers.ts';

/** Rows asked of a source at a time. */
const MAX_ROWS = 4096;
/** How long a source may wait for a first row before it answers `idle`, ms. */
const LINGER = 100;
/** Work between turns of the event loop, ms: what a REST request waits at most. */
const SLICE = 8;
/** Room made for a cut, by what the last one took: state grows. */
const SPARE = 1.1;
/** Longest time between two checkpoints, ms, over which memory for cuts is kept. */
const KEPT = 60_000;
/** How long ready sources wait for the others before they go first, ms. */
const GRACE = 2;

/** What the executions of a job share. */
export interface ExecutionHost {
  readonly now: () => number;
  readonly checkpoints: Checkpoints;
  readonly testing: NonNullable<JobOptions['testing']>;
  /** Moves processing time, in a SQL test. */
  readonly testClock?: TestClock | undefined;
  /** Bytes that the state of the job, and copies of it, may take. */
  readonly memoryLimit: number;
  build(register: (time: number, vertex: Vertex) => void): Graph;
  /** A snapshot holds all that came until now. */
  onCut(): void;
  /** A checkpoint is complete and its sinks have committed. */
  onCheckpoint(): void;
}

/** One attempt to run a job, wherever its operators are. */
export interface Attempt {
  /** Runs to the end of all sources, to a snapshot that ends the job, or until `cancel`. Rejects with what went wrong. */
  run(): Promise<void>;
  /** Stops at the next occasion. */
  cancel(): void;
  close(): Promise<void>;
  metrics(): JobMetrics['operators'];
  /** Whether `testing.cutAfter` came to be. */
  readonly wasCut?: boolean;
  /** To be called before `run`; throws when the snapshot does not fit. */
  restore(stored: StoredSnapshot, ignoreUnclaimed: boolean): void;
}

/**
 * One attempt to run a job's graph on this thread, from a snapshot or from the beginning: pulls sources in turn, pushes rows through, waits for sinks,
 * takes snapshots between two batches, yields to the event loop.
 */
export class Execution implements Attempt {
  readonly graph: Graph;
  /** Whether `testing.cutAfter` came to be. */
  wasCut = false;
  private readonly host: ExecutionHost;
  private readonly abort = new AbortController();
  private readonly aborted: Promise<void>;
  private readonly timers: ProcessingTimers;
  private readonly uids: ReadonlyMap<Vertex, string>;
  private readonly writers = new Map<SinkTask, SinkWriter>();
  private readonly sources: readonly SourceDriver[];
  /** Vertices whose operators wait for something outside; inputs come before those that read them. */
  private readonly waiting: readonly Vertex[];
  private restored: StoredSnapshot | undefined;
  /** The source whose turn it is. */
  private turn = 0;
  /** Batches that went through the job. */
  private batches = 0;
  private stopped = false;
  /** When the event loop last had its turn. */
  private turnStart = performance.now();
  private timerFailure: { readonly error: unknown } | undefined;
  private readonly between = new BetweenBatches();
  /** A snapshot that is taken while rows flow; resolves when it has been taken, or has failed. */
  private underWay: Promise<void> | undefined;
  private snapshotFailure: { readonly error: unknown } | undefined;
  private readonly staging = new Staging();
  /** Bytes that the snapshot that is being taken will need for its copy of the state, and that it will keep in memory. */
  private planned = { copy: 0, kept: 0 };
  /** Bytes that the last snapshot copied, by a byte of state as operators tell of it. */
  private copied = 1;

  /** Throws what cannot run. */
  constructor(host: ExecutionHost) {
    this.host = host;
    this.aborted = new Promise((resolve) => {
      this.abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.timers = new ProcessingTimers(host.now, (vertex, time) => this.fire(vertex, time));
    this.graph = host.build((time, vertex) => this.timers.register(time, vertex));
    this.uids = operatorUids(this.graph.vertices);
    this.waiting = this.graph.vertices.filter((vertex) => vertex.operator?.settle !== undefined);
    this.sources = this.graph.sources.map((task) => new SourceDriver(task, host.now));
  }

  /** To be called before `run`; throws when the snapshot does not fit. */
  restore(stored: StoredSnapshot, ignoreUnclaimed: boolean): void {
    restoreVertices(this.uids, stored, ignoreUnclaimed);
    this.restored = stored;
    this.host.checkpoints.restored(stored);
  }

  /** Stops at the next occasion. */
  cancel(): void {
    this.abort.abort();
  }

  /** Runs to the end of all sources, to a snapshot that ends the job, or until `cancel`. Rejects with what went wrong. */
  async run(): Promise<void> {
    const forget = this.host.testClock?.onAdvance(() => this.timers.wake());
    try {
      await this.work();
    } catch (error) {
      throw this.timerFailure ? this.timerFailure.error : error;
    } finally {
      forget?.();
      this.timers.stop();
      // A snapshot that is being written fails.
      this.abort.abort();
      this.between.close(new Error('the job has ended'));
      await this.underWay;
    }
    if (this.timerFailure) throw this.timerFailure.error;
  }

  metrics(): JobMetrics['operators'] {
    return operatorMetrics(this.graph.vertices, (vertex) => ({
      stateBytes: vertex.stateBytes(),
      figures: vertex.figures,
    }));
  }

  async close(): Promise<void> {
    this.timers.stop();
    const closing = [...this.sources, ...this.writers.values()].map((c) => c.close());
    // What went wrong in closing comes after the job's own end and changes nothing about it.
    await Promise.allSettled(closing);
    await Promise.all(this.graph.vertices.map((vertex) => vertex.close()));
  }

  private fire(vertex: Vertex, now: number): void {
    if (this.abort.signal.aborted) return;
    try {
      vertex.onProcessingTime(now);
    } catch (error) {
      this.timerFailure = { error };
      this.abort.abort();
    }
  }

  private async work(): Promise<void> {
    if (this.abort.signal.aborted || !(await this.open())) return;
    await this.pump();
    await this.snapshotOver();
    this.checkSnapshot();
    if (!this.goesOn) return;
    // With the end of all sources on record, a crash between the sinks' commits loses and repeats nothing.
    const { interval } = this.host.checkpoints.settings;
    if (interval !== undefined) {
      await this.checkpoint({ kind: 'checkpoint', directory: undefined, stop: true, drain: false });
    }
    if (this.stopped) return;
    await this.prepared();
    for (const writer of this.writers.values()) await writer.commit();
  }

  /** Opens sinks, which commit what the snapshot says, then sources. False when the job is cancelled meanwhile. */
  private async open(): Promise<boolean> {
    const snapshot = this.restored?.snapshot;
    const prepared = new Map(snapshot?.sinks);
    const progress = new Map(snapshot?.sources);
    for (const sink of this.graph.sinks) {
      const writer = await this.opened(sink.open(prepared.get(this.uid(sink.vertex))));
      if (writer === undefined) return false;
      this.writers.set(sink, writer);
    }
    for (const source of this.sources) {
      const kept = progress.get(this.uid(source.task.vertex));
      if (kept?.done) continue;
      const reader = await this.opened(source.task.open(kept?.position));
      if (reader === undefined) return false;
      source.start(reader, kept);
    }
    const byUid = new Map([...this.uids].map(([vertex, uid]) => [uid, vertex]));
    for (const [uid, time] of snapshot?.timers ?? []) {
      const vertex = byUid.get(uid);
      if (vertex) this.timers.register(time, vertex);
    }
    this.turn = snapshot?.turn ?? 0;
    this.restored = undefined;
    return true;
  }

  private uid(vertex: Vertex): string {
    return this.uids.get(vertex) as string;
  }

  /** Undefined when the job is cancelled first: a server that does not answer holds up nobody; what opens then is closed. */
  private async opened<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T | undefined> {
    const first = await Promise.race([opening, this.aborted]);
    if (!this.abort.signal.aborted) return first as T;
    // Nobody waits for it any more, nor for why it failed.
    opening.then((late) => late.close()).catch(() => undefined);
    return undefined;
  }

  /** Asks every source, then takes what is ready in the order of the sources, so that bounded inputs come in the same order each time. */
  private async pump(): Promise<void> {
    const { sources } = this;
    const rows = this.host.testing.batchRows ?? Number.POSITIVE_INFINITY;
    while (sources.some((source) => !source.done) && this.goesOn) {
      for (const source of sources) source.ask(MAX_ROWS, LINGER, this.abort.signal);
      await this.ready(sources);
      for (const source of sources) {
        if (!source.takeUnused()) continue;
        source.finish();
        await this.settle(this.turn);
      }
      for (let i = this.turn; i < sources.length; i++) {
        if (!this.goesOn) return;
        const source = sources[i] as SourceDriver;
        const event = source.take();
        if (event === undefined) continue;
        if (event.kind === 'batch') {
          for (const { batch, last } of source.pieces(event.batch, rows)) {
            source.task.vertex.emit(batch);
            await this.settle(last ? i + 1 : i);
            if (!this.goesOn) return;
          }
          continue;
        }
        if (event.kind === 'end') source.finish();
        await this.settle(i + 1);
      }
      this.turn = 0;
    }
  }

  private get goesOn(): boolean {
    return !this.abort.signal.aborted && !this.stopped;
  }

  /** Between two batches: sinks take their rows, and a snapshot is taken when one is due. `turn`: the source that comes next. */
  private async settle(turn: number): Promise<void> {
    await this.drain();
    collectYoungBuffers();
    this.turn = turn;
    this.batches++;
    const { cutAfter, cutInto } = this.host.testing;
    if (cutAfter === this.batches && cutInto !== undefined) {
      await this.cutForTest(cutInto);
      return;
    }
    await this.between.run();
    this.checkSnapshot();
    if (this.room < 0) await this.makeRoom();
    while (this.underWay === undefined && this.goesOn) {
      const request = this.host.checkpoints.due();
      if (request === undefined) break;
      if (request.stop || !this.hasRoomFor(request)) {
        this.staging.release();
        await this.checkpoint(request);
      } else {
        this.begin(request);
      }
    }
    if (performance.now() - this.turnStart < SLICE) return;
    await nextTurn();
    this.turnStart = performance.now();
  }

  private async cutForTest(path: string): Promise<void> {
    this.stopped = true;
    this.wasCut = true;
    await this.standStill();
    const writer = await folderWriter(path);
    const contents = await this.captured(await this.prepared(), undefined)(writer);
    await writer.finish({ ...contents, id: 1, isSavepoint: true, job: '' });
  }

  /** Takes a snapshot while nothing else happens. */
  private async checkpoint(
    request: Omit<SnapshotRequest, 'resolve' | 'reject'> & Partial<SnapshotRequest>,
  ): Promise<void> {
    const isTaken = await takeSnapshot(this.host.checkpoints, request, {
      cut: async (drain) => {
        if (drain) for (const source of this.sources) source.finishEarly();
        await this.standStill();
        return this.captured(await this.prepared(), undefined);
      },
      commit: () => this.commit(request.kind),
      release: () => this.timers.release(),
      room: () => this.roomNow,
    });
    if (isTaken && request.stop) this.stopped = true;
  }

  /** Takes a snapshot while rows flow on: only the cut, for which state is copied, and the commits are between two batches. */
  private begin(request: SnapshotRequest): void {
    const { signal } = this.abort;
    this.planned = this.needs(request);
    const taken = takeSnapshot(this.host.checkpoints, request, {
      cut: async () => {
        await this.staging.reserve(this.planned.copy, () => !signal.aborted);
        return await this.between.call(() => this.cut());
      },
      commit: () => this.between.call(() => this.commit(request.kind)),
      release: () => undefined,
      room: () => this.roomNow,
      signal,
    });
    this.underWay = taken.then(
      () => this.snapshotEnds(),
      (error: unknown) => {
        this.snapshotFailure = { error };
        this.snapshotEnds();
      },
    );
  }

  private snapshotEnds(): void {
    this.underWay = undefined;
    this.planned = { copy: 0, kept: 0 };
    // Memory that the system gives slowly is kept for the next one if that comes soon.
    const { interval } = this.host.checkpoints.settings;
    if (interval === undefined || interval > KEPT) this.staging.release();
  }

  /** Throws when a snapshot failed in a way that ends the job. */
  private checkSnapshot(): void {
    if (this.snapshotFailure) throw this.snapshotFailure.error;
  }

  private get stateBytes(): number {
    return this.graph.vertices.reduce((sum, vertex) => sum + vertex.stateBytes(), 0);
  }

  /** Bytes that are left beside the state and what checkpoints hold of it; less than none when it is too much. */
  private get roomNow(): number {
    return this.graph.memory.roomFor(this.staging.size + this.host.checkpoints.bytesInMemory);
  }

  /** The same, as if the snapshot that is being taken had all that it needs. */
  private get room(): number {
    const { copy, kept } = this.planned;
    const still = Math.max(0, copy - this.staging.size) + Math.max(0, kept - this.host.checkpoints.bytesInTheMaking);
    return this.roomNow - still;
  }

  /** What a snapshot of now that is written while rows flow on takes of memory. */
  private needs({ kind }: SnapshotRequest): { readonly copy: number; readonly kept: number } {
    const state = this.stateBytes;
    const copy = Math.max(this.staging.size, Staging.sizeFor(state * this.copied * SPARE));
    return { copy, kept: kind === 'checkpoint' && this.host.checkpoints.areInMemory ? state : 0 };
  }

  private hasRoomFor(request: SnapshotRequest): boolean {
    const { copy, kept } = this.needs(request);
    return this.stateBytes + copy + kept + this.host.checkpoints.bytesInMemory <= this.host.memoryLimit;
  }

  /** State has grown while checkpoints hold memory: the rows wait for the one that is being written, and its copy of the state goes. */
  private async makeRoom(): Promise<void> {
    await this.snapshotOver();
    this.checkSnapshot();
    this.staging.release();
    if (this.goesOn && this.room < 0) throw this.graph.memory.crowded(this.host.checkpoints.bytesInMemory);
  }

  /** Until no snapshot is being written; what it has to do between two batches is done meanwhile. */
  private async snapshotOver(): Promise<void> {
    while (this.underWay !== undefined && this.goesOn) {
      await Promise.race([this.underWay, this.between.waiting(), this.aborted]);
      await this.between.run();
    }
  }

  private async cut(): Promise<(writer: SnapshotWriter) => Promise<SnapshotContents>> {
    try {
      await this.standStill();
      const prepared = await this.prepared();
      this.staging.clear();
      const write = this.captured(prepared, this.staging);
      this.copied = this.staging.used / Math.max(1, this.stateBytes);
      return write;
    } finally {
      this.timers.release();
    }
  }

  private async commit(kind: SnapshotRequest['kind']): Promise<void> {
    for (const writer of this.writers.values()) await this.unlessCancelled(writer.commit());
    if (kind !== 'checkpoint') return;
    for (const source of this.sources) source.checkpointed();
    this.host.onCheckpoint();
  }

  /** No timer fires from here on: rows that it made would stand after the cut in one place and before it in another. */
  private async standStill(): Promise<void> {
    this.timers.hold();
    // What timers made since rows came last.
    await this.drain();
    if (this.abort.signal.aborted) throw new Error('the job was cancelled');
  }

  /** First half of the sinks' commits: what each will do, in the order of the sinks. */
  private async prepared(): Promise<unknown[]> {
    const out: unknown[] = [];
    for (const { vertex } of this.graph.sinks) {
      const writer = this.writerOf(vertex);
      await this.unlessCancelled(writer.flush());
      out.push(await this.unlessCancelled(Promise.resolve(writer.prepare?.())));
    }
    return out;
  }

  private writerOf(vertex: Vertex): SinkWriter {
    const sink = this.graph.sinks.find((each) => each.vertex === vertex) as SinkTask;
    return this.writers.get(sink) as SinkWriter;
  }

  /** What writes the state between two batches; large arrays are copied into `staging`, if there is one. */
  private captured(
    prepared: readonly unknown[],
    staging: Staging | undefined,
  ): (writer: SnapshotWriter) => Promise<SnapshotContents> {
    const { vertices, sinks } = this.graph;
    const timers = [...this.timers.waiting()].map(([vertex, time]) => [this.uid(vertex), time] as const);
    const head = structuredClone({
      parallelism: parallelismOf(vertices),
      sources: this.sources.map((source) => [this.uid(source.task.vertex), source.progress()] as const),
      turn: this.turn % Math.max(1, this.sources.length),
      sinks: sinks.map(({ vertex }, i) => [this.uid(vertex), prepared[i]] as const),
      timers,
    });
    const states = captureVertices(vertices, this.uids, staging);
    this.host.onCut();
    return async (writer) => ({ ...head, vertices: await writeVertices(states, writer) });
  }

  private async ready(sources: readonly SourceDriver[]): Promise<void> {
    const waiting = sources.flatMap((s) => (s.outstanding ? [s.outstanding] : []));
    let isReady = false;
    const first = Promise.race(waiting).then(() => {
      isReady = true;
    });
    while (!isReady) {
      await Promise.race([first, this.between.waiting()]);
      await this.between.run();
    }
    if (waiting.length === 1) return;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE);
    });
    await Promise.race([Promise.all(waiting), grace]);
    clearTimeout(timer);
  }

  /** Lets the operators that wait for something outside go on, first those nearer to the sources. */
  private async lookUp(): Promise<void> {
    for (const vertex of this.waiting) {
      await Promise.race([vertex.settle(this.abort.signal), this.aborted]);
      if (this.abort.signal.aborted) return;
    }
  }

  /** Rejects when the job is cancelled first: a sink whose server is away holds up nobody. */
  private async unlessCancelled<T>(work: Promise<T>): Promise<T> {
    const first = await Promise.race([work, this.aborted]);
    if (!this.abort.signal.aborted) return first as T;
    // Closing the sink ends it; nobody asks how.
    work.catch(() => undefined);
    throw new Error('the job was cancelled');
  }

  /** Gives sinks what came for them and waits until they take more. */
  private async drain(): Promise<void> {
    await this.lookUp();
    const pressure = this.graph.pressure;
    if (pressure.length > 0) await Promise.race([Promise.all(pressure.splice(0)), this.aborted]);
    // A timer may bring more rows while a sink writes.
    while (this.graph.sinks.some((sink) => sink.pending.length > 0)) {
      for (const sink of this.graph.sinks) {
        const batches = sink.pending.splice(0);
        for (const batch of batches) {
          await this.unlessCancelled((this.writers.get(sink) as SinkWriter).write(batch));
        }
      }
    }
  }
}
