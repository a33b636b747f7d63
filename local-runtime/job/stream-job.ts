import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SinkWriter } from '../connectors/connector.ts';
import { asFault, FlinkFault } from '../errors.ts';
import { checkpointSettings } from './checkpoint-settings.ts';
import { Checkpoints, type SnapshotRequest } from './checkpoints.ts';
import type { Graph, SinkTask } from './graph.ts';
import type { CheckpointStatistics, Job, JobFailure, JobMetrics, JobOptions, JobState } from './job-api.ts';
import { decodeSnapshot, encodeSnapshot, type JobSnapshot, restoreVertices, snapshotVertices } from './job-snapshot.ts';
import { readSnapshot } from './snapshot-store.ts';
import { SourceDriver } from './source-driver.ts';
import { ProcessingTimers } from './timers.ts';
import type { Vertex } from './vertex.ts';

/** Rows asked of a source at a time. */
const MAX_ROWS = 4096;
/** How long a source may wait for a first row before it answers `idle`, ms. */
const LINGER = 100;
/** Work between turns of the event loop, ms: what a REST request waits at most. */
const SLICE = 8;
/** How long ready sources wait for the others before they go first, ms. */
const GRACE = 2;

/** Runs a graph: pulls sources in turn, pushes rows through, waits for sinks, yields to the event loop. */
export class StreamJob implements Job {
  readonly id = randomBytes(16).toString('hex');
  readonly name: string;
  readonly startTime: number;
  endTime: number | undefined;
  state: JobState = 'CREATED';
  failure: JobFailure | undefined;
  readonly done: Promise<JobState>;
  private readonly graph: Graph;
  private readonly abort = new AbortController();
  private readonly timers: ProcessingTimers;
  private readonly now: () => number;
  private readonly writers = new Map<SinkTask, SinkWriter>();
  private readonly sources: readonly SourceDriver[];
  /** Vertices whose operators wait for something outside; inputs come before those that read them. */
  private readonly waiting: readonly Vertex[];
  private readonly coordinator: Checkpoints;
  private readonly restored: JobSnapshot | undefined;
  private readonly testing: NonNullable<JobOptions['testing']>;
  cut: Uint8Array | undefined;
  /** The source whose turn it is. */
  private turn = 0;
  /** Batches that went through the job. */
  private batches = 0;
  private stopped = false;
  /** When the event loop last had its turn. */
  private turnStart = performance.now();
  private timerFailure: unknown;
  private readonly aborted: Promise<void>;

  /** Throws what cannot run, and when the snapshot to start from does not fit. */
  constructor(
    options: JobOptions,
    now: () => number,
    build: (register: (time: number, vertex: Vertex) => void) => Graph,
  ) {
    this.name = options.name;
    this.now = now;
    this.startTime = now();
    this.testing = options.testing ?? {};
    this.aborted = new Promise((resolve) => {
      this.abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.timers = new ProcessingTimers(now, (vertex, time) => this.fire(vertex, time));
    this.graph = build((time, vertex) => this.timers.register(time, vertex));
    this.waiting = this.graph.vertices.filter((vertex) => vertex.operator?.settle !== undefined);
    this.sources = this.graph.sources.map((task) => new SourceDriver(task, now));
    const settings = checkpointSettings(options.options, options.workingDirectory);
    this.coordinator = new Checkpoints(this.id, settings, now);
    this.restored = this.recover(settings.recovery);
    this.done = this.run();
  }

  private recover(path: string | undefined): JobSnapshot | undefined {
    const { restore } = this.testing;
    if (restore === undefined && path === undefined) return undefined;
    const snapshot = restore ? decodeSnapshot(restore, 'of a test') : readSnapshot(path as string);
    restoreVertices(this.graph.vertices, snapshot.vertices, path ?? 'of a test');
    return snapshot;
  }

  async cancel(): Promise<void> {
    if (this.state === 'CREATED' || this.state === 'RUNNING') {
      this.state = 'CANCELLING';
      this.abort.abort();
    }
    await this.done;
  }

  checkpoint(): Promise<string> {
    return this.ask({ kind: 'checkpoint', directory: undefined, stop: false, drain: false });
  }

  savepoint(directory: string | undefined): Promise<string> {
    return this.ask({ kind: 'savepoint', directory, stop: false, drain: false });
  }

  stop(directory: string | undefined, drain: boolean): Promise<string> {
    return this.ask({ kind: 'savepoint', directory, stop: true, drain });
  }

  private ask(request: Omit<SnapshotRequest, 'resolve' | 'reject'>): Promise<string> {
    if (this.endTime !== undefined) {
      return Promise.reject(new FlinkFault('CheckpointException', `The job ${this.id} has ended.`));
    }
    return this.coordinator.request(request);
  }

  get checkpoints(): CheckpointStatistics {
    const { completed, failed, history, settings } = this.coordinator;
    return { completed, failed, history, interval: settings.interval, restoredFrom: settings.recovery };
  }

  metrics(): JobMetrics {
    return {
      operators: this.graph.vertices.map((v) => ({
        id: v.id,
        name: v.name,
        recordsIn: v.recordsIn,
        recordsOut: v.recordsOut,
        watermark: v.watermark,
        stateBytes: v.operator?.stateBytes?.() ?? 0,
      })),
    };
  }

  private fire(vertex: Vertex, now: number): void {
    if (this.abort.signal.aborted) return;
    try {
      vertex.onProcessingTime(now);
    } catch (error) {
      this.timerFailure = error;
      this.abort.abort();
    }
  }

  private async run(): Promise<JobState> {
    // Whoever started the job gets to hold it before it does anything.
    await nextTurn();
    let failure: unknown;
    let failed = false;
    try {
      await this.work();
    } catch (error) {
      failure = error;
      failed = true;
    }
    this.timers.stop();
    if (this.timerFailure !== undefined) {
      failure = this.timerFailure;
      failed = true;
    } else if (this.state === 'CANCELLING') {
      failed = false;
    }
    if (failed) {
      this.state = 'FAILING';
      this.failure = { causes: asFault(failure).chain().reverse() };
    }
    await this.close();
    this.endTime = this.now();
    const state = failed ? 'FAILED' : this.state === 'CANCELLING' ? 'CANCELED' : 'FINISHED';
    await this.coordinator.end(state);
    this.state = state;
    return state;
  }

  private async work(): Promise<void> {
    if (this.abort.signal.aborted) return;
    this.state = 'RUNNING';
    const { restored } = this;
    for (const [i, sink] of this.graph.sinks.entries()) {
      const writer = await this.opened(sink.open(restored?.sinks[i]));
      if (writer === undefined) return;
      this.writers.set(sink, writer);
    }
    for (const [i, source] of this.sources.entries()) {
      const kept = restored?.sources[i];
      if (kept?.done) continue;
      const reader = await this.opened(source.task.open(kept?.position));
      if (reader === undefined) return;
      source.start(reader, kept);
    }
    for (const [vertex, time] of restored?.timers ?? []) {
      this.timers.register(time, this.graph.vertices[vertex] as Vertex);
    }
    this.turn = restored?.turn ?? 0;
    await this.pump();
    if (!this.goesOn) return;
    // With the end of all sources on record, a crash between the sinks' commits loses and repeats nothing.
    if (this.coordinator.settings.interval !== undefined) {
      await this.store({ kind: 'checkpoint', directory: undefined, stop: false, drain: false });
      return;
    }
    for (const writer of this.writers.values()) await writer.flush();
    for (const writer of this.writers.values()) await writer.commit();
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
    const rows = this.testing.batchRows ?? Number.POSITIVE_INFINITY;
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
    this.turn = turn;
    this.batches++;
    if (this.testing.cutAfter === this.batches) {
      this.cut = encodeSnapshot(this.snapshot());
      this.stopped = true;
      return;
    }
    for (let request = this.coordinator.due(); request && this.goesOn; request = this.coordinator.due()) {
      try {
        request.resolve(await this.store(request));
      } catch (error) {
        request.reject(error);
        // A savepoint that cannot be written is its caller's failure; a checkpoint that cannot be written is the job's.
        if (request.kind === 'checkpoint') throw error;
      }
    }
    if (performance.now() - this.turnStart < SLICE) return;
    await nextTurn();
    this.turnStart = performance.now();
  }

  /** Takes a snapshot, keeps it, then lets the sinks commit what it says they will. */
  private async store(request: Omit<SnapshotRequest, 'resolve' | 'reject'>): Promise<string> {
    if (request.drain) {
      for (const source of this.sources) if (!source.done) source.finish();
    }
    await this.drain();
    // A timer may fire while sinks write: rows from after the cut wait in `pending`.
    const cut = this.snapshot();
    const sinks: unknown[] = [];
    for (const writer of this.writers.values()) {
      await writer.flush();
      sinks.push(await writer.prepare?.());
    }
    const path = await this.coordinator.store(request, { ...cut, sinks });
    for (const writer of this.writers.values()) await writer.commit();
    await this.coordinator.subsume();
    if (request.stop) this.stopped = true;
    return path;
  }

  /** The state between two batches, of one moment. */
  private snapshot(): JobSnapshot {
    const { vertices } = this.graph;
    return {
      vertices: snapshotVertices(vertices),
      sources: this.sources.map((source) => source.progress()),
      turn: this.turn % Math.max(1, this.sources.length),
      sinks: [],
      timers: [...this.timers.waiting()].map(([vertex, time]) => [vertices.indexOf(vertex), time] as const),
    };
  }

  private async ready(sources: readonly SourceDriver[]): Promise<void> {
    const waiting = sources.flatMap((s) => (s.outstanding ? [s.outstanding] : []));
    if (waiting.length === 1) {
      await waiting[0];
      return;
    }
    const all = Promise.all(waiting);
    await Promise.race(waiting);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE);
    });
    await Promise.race([all, grace]);
    clearTimeout(timer);
  }

  /** Lets the operators that wait for something outside go on, first those nearer to the sources. */
  private async lookUp(): Promise<void> {
    for (const vertex of this.waiting) {
      await Promise.race([vertex.settle(this.abort.signal), this.aborted]);
      if (this.abort.signal.aborted) return;
    }
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
        for (const batch of batches) await (this.writers.get(sink) as SinkWriter).write(batch);
      }
    }
  }

  private async close(): Promise<void> {
    const closing = [...this.sources, ...this.writers.values()].map((c) => c.close());
    // What went wrong in closing comes after the job's own end and changes nothing about it.
    await Promise.allSettled(closing);
    await Promise.all(this.graph.vertices.map((vertex) => vertex.close()));
  }
}
