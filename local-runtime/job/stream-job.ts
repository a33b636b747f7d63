import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_WATERMARK } from '../batch/batch.ts';
import type { SinkWriter, SourceEvent, SourceReader } from '../connectors/connector.ts';
import { asFault } from '../errors.ts';
import type { Graph, SinkTask, SourceTask } from './graph.ts';
import type { Job, JobFailure, JobMetrics, JobState } from './job-api.ts';
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

interface OpenSource {
  readonly task: SourceTask;
  readonly reader: SourceReader;
  outstanding: Promise<void> | undefined;
  event: SourceEvent | undefined;
  failure: unknown;
  failed: boolean;
  done: boolean;
  /** When the last rows came. */
  lastRows: number;
}

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
  private readonly readers: SourceReader[] = [];
  private timerFailure: unknown;
  private readonly aborted: Promise<void>;

  constructor(name: string, now: () => number, build: (register: (time: number, vertex: Vertex) => void) => Graph) {
    this.name = name;
    this.now = now;
    this.startTime = now();
    this.aborted = new Promise((resolve) => {
      this.abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.timers = new ProcessingTimers(now, (vertex, time) => this.fire(vertex, time));
    this.graph = build((time, vertex) => this.timers.register(time, vertex));
    this.done = this.run();
  }

  async cancel(): Promise<void> {
    if (this.state === 'CREATED' || this.state === 'RUNNING') {
      this.state = 'CANCELLING';
      this.abort.abort();
    }
    await this.done;
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
    this.state = failed ? 'FAILED' : this.state === 'CANCELLING' ? 'CANCELED' : 'FINISHED';
    return this.state;
  }

  private async work(): Promise<void> {
    if (this.abort.signal.aborted) return;
    this.state = 'RUNNING';
    for (const sink of this.graph.sinks) {
      const writer = await this.opened(sink.open());
      if (writer === undefined) return;
      this.writers.set(sink, writer);
    }
    const sources: OpenSource[] = [];
    for (const task of this.graph.sources) {
      const reader = await this.opened(task.open());
      if (reader === undefined) return;
      this.readers.push(reader);
      sources.push({
        task,
        reader,
        outstanding: undefined,
        event: undefined,
        failure: undefined,
        failed: false,
        done: false,
        lastRows: this.now(),
      });
    }
    await this.pump(sources);
    if (this.abort.signal.aborted) return;
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
  private async pump(sources: readonly OpenSource[]): Promise<void> {
    let active = sources.length;
    let turnStart = performance.now();
    while (active > 0 && !this.abort.signal.aborted) {
      for (const source of sources) if (!source.done && source.outstanding === undefined) this.ask(source);
      await this.ready(sources);
      for (const source of sources) {
        if (this.abort.signal.aborted) return;
        if (source.failed) throw source.failure;
        const event = source.event;
        if (event === undefined) continue;
        source.event = undefined;
        source.outstanding = undefined;
        this.watchIdleness(source, event.kind);
        if (event.kind === 'batch') {
          source.task.vertex.emit(event.batch);
        } else if (event.kind === 'end') {
          source.done = true;
          active--;
          source.task.vertex.emitWatermark(MAX_WATERMARK);
          source.task.vertex.end(0);
        }
        await this.drain();
        if (performance.now() - turnStart >= SLICE) {
          await nextTurn();
          turnStart = performance.now();
        }
      }
    }
  }

  private watchIdleness(source: OpenSource, kind: SourceEvent['kind']): void {
    const { idleTimeout, vertex } = source.task;
    if (idleTimeout === 0) return;
    const now = this.now();
    if (kind === 'idle') {
      if (now - source.lastRows >= idleTimeout) vertex.setIdle(true);
      return;
    }
    source.lastRows = now;
    vertex.setIdle(false);
  }

  private ask(source: OpenSource): void {
    source.outstanding = source.reader.next(MAX_ROWS, LINGER, this.abort.signal).then(
      (event) => {
        source.event = event;
      },
      (error: unknown) => {
        source.failure = error;
        source.failed = true;
      },
    );
  }

  private async ready(sources: readonly OpenSource[]): Promise<void> {
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

  /** Gives sinks what came for them and waits until they take more. */
  private async drain(): Promise<void> {
    const pressure = this.graph.pressure;
    if (pressure.length > 0) await Promise.race([Promise.all(pressure.splice(0)), this.aborted]);
    for (const sink of this.graph.sinks) {
      const batches = sink.pending.splice(0);
      for (const batch of batches) await (this.writers.get(sink) as SinkWriter).write(batch);
    }
  }

  private async close(): Promise<void> {
    const closing = [...this.readers, ...this.writers.values()].map((c) => c.close());
    // What went wrong in closing comes after the job's own end and changes nothing about it.
    await Promise.allSettled(closing);
    for (const vertex of this.graph.vertices) vertex.close();
  }
}
