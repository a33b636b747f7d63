import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import { type Batch, MAX_WATERMARK } from '../batch/batch.ts';
import { sliceBatch } from '../batch/slice.ts';
import type { SourceReader } from '../connectors/connector.ts';
import { asFault } from '../errors.ts';
import type { Graph, SourceTask } from '../job/graph.ts';
import type { JobOptions } from '../job/job-api.ts';
import { ProcessingTimers } from '../job/timers.ts';
import type { Vertex } from '../job/vertex.ts';
import { buildGraph } from '../planner/build-graph.ts';
import { shownZone } from '../session/options.ts';
import { StepRecorder } from './recorder.ts';
import type { StepTrace, TraceLimits } from './trace.ts';

/** How long a source is asked to wait for a row at a time, in milliseconds. */
const LINGER_MS = 50;

interface Input {
  readonly task: SourceTask;
  readonly reader: SourceReader;
  /** What has come, and how many rows of it have been given. */
  batch: Batch | undefined;
  given: number;
  done: boolean;
}

/**
 * Runs a job's operators on this thread, one row of input at a time, and records what each does. Inputs take turns, row by row; there are
 * no checkpoints, and sinks are not touched. What the job fails with is part of what it gives. Throws what cannot be built.
 */
export async function record(
  plan: PlannedJob,
  options: JobOptions,
  limits: TraceLimits,
  signal: AbortSignal,
): Promise<Omit<StepTrace, 'statement'>> {
  const drive = new Drive(plan, options, limits, signal);
  let failure: string | undefined;
  try {
    await drive.run();
  } catch (error) {
    signal.throwIfAborted();
    failure = asFault(error).chain().at(-1)?.message ?? String(error);
  } finally {
    await drive.close();
  }
  const { operators, steps } = drive.recorder;
  if (failure !== undefined) return { operators, steps, end: 'failed', message: failure };
  return { operators, steps, end: drive.isAtEnd ? 'finished' : 'limit' };
}

class Drive {
  readonly recorder: StepRecorder;
  readonly #limits: TraceLimits;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #timers: ProcessingTimers;
  readonly #graph: Graph;
  readonly #sink: Vertex | undefined;
  #inputs: Input[] = [];
  #collected: Batch[] = [];
  #timerFailure: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(plan: PlannedJob, options: JobOptions, limits: TraceLimits, signal: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
    this.#now = options.now ?? Date.now;
    this.#timers = new ProcessingTimers(this.#now, (vertex, time) => this.#fire(vertex, time));
    const collect = (batch: Batch): void => void this.#collected.push(batch);
    this.#graph = buildGraph(plan, { ...options, collect }, this.#now, (time, vertex) =>
      this.#timers.register(time, vertex),
    );
    const env = { zone: shownZone(options.options), clock: { now: this.#now }, options: options.options };
    this.recorder = new StepRecorder(plan, this.#graph.vertices, env, limits);
    this.#sink = this.#graph.vertices.find(({ name }) => name === 'Sink: collect');
  }

  get isAtEnd(): boolean {
    return this.#inputs.every(({ done }) => done);
  }

  async run(): Promise<void> {
    for (const task of this.#graph.sources) {
      this.#inputs.push({ task, reader: await task.open(undefined), batch: undefined, given: 0, done: false });
    }
    const deadline = this.#now() + this.#limits.ms;
    while (!this.isAtEnd) {
      for (const input of this.#inputs) {
        this.#signal.throwIfAborted();
        if (this.#timerFailure) throw this.#timerFailure.error;
        if (this.recorder.steps.length >= this.#limits.steps || this.#now() >= deadline) return;
        if (!input.done) await this.#next(input);
      }
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#timers.stop();
    // What goes wrong in closing changes nothing about what was recorded.
    await Promise.allSettled(this.#inputs.map(({ reader }) => reader.close()));
    await Promise.all(this.#graph.vertices.map((vertex) => vertex.close()));
  }

  /** One row of an input, with the watermarks after it; or its end. */
  async #next(input: Input): Promise<void> {
    const { vertex } = input.task;
    input.batch ??= await this.#read(input);
    const { batch } = input;
    if (!batch) {
      if (!input.done) return;
      await this.#give(vertex, 'end', () => {
        vertex.emitWatermark(MAX_WATERMARK);
        vertex.end(0);
      });
      return;
    }
    const at = input.given++;
    if (input.given >= batch.length) {
      input.batch = undefined;
      input.given = 0;
    }
    const kind = batch.length === 0 ? 'watermark' : 'row';
    await this.#give(vertex, kind, () => {
      vertex.emit(batch.length <= 1 ? batch : sliceBatch(batch, at, at + 1, at === 0));
    });
  }

  async #read(input: Input): Promise<Batch | undefined> {
    const event = await input.reader.next(this.#limits.steps, LINGER_MS, this.#signal);
    if (event.kind === 'end') input.done = true;
    return event.kind === 'batch' ? event.batch : undefined;
  }

  async #give(vertex: Vertex, kind: 'row' | 'watermark' | 'end', work: () => void): Promise<void> {
    work();
    for (const each of this.#graph.vertices) if (each.operator?.settle) await each.settle(this.#signal);
    this.#output();
    if (kind === 'watermark' && !this.recorder.hasMore) return;
    this.recorder.step(vertex, kind);
  }

  #output(): void {
    const batches = this.#collected;
    this.#collected = [];
    for (const batch of batches) if (this.#sink) this.recorder.output(this.#sink, batch);
  }

  #fire(vertex: Vertex, time: number): void {
    if (this.#isOver) return;
    try {
      vertex.onProcessingTime(time);
    } catch (error) {
      this.#timerFailure = { error };
      return;
    }
    this.#output();
    if (this.recorder.hasMore) this.recorder.step(vertex, 'time');
  }
}
