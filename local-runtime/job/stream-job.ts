import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asFault, FlinkFault } from '../errors.ts';
import { checkpointSettings } from './checkpoint-settings.ts';
import { Checkpoints, type SnapshotRequest, type TakenSnapshot } from './checkpoints.ts';
import { endedAttempt } from './ended-attempt.ts';
import { type Attempt, Execution, type ExecutionHost } from './execution.ts';
import type { Graph } from './graph.ts';
import type { Job, JobCheckpoints, JobFailure, JobMetrics, JobOptions, JobState } from './job-api.ts';
import type { StoredSnapshot } from './job-snapshot.ts';
import { memoryLimit } from './memory-budget.ts';
import { type RestartStrategy, restartStrategy } from './restart-strategy.ts';
import type { Vertex } from './vertex.ts';
import { collectEndedState } from './young-buffers.ts';

/** Failures that are remembered (`web.exception-history-size`). */
const REMEMBERED = 16;

/** A job from its start to its end, over as many executions as its restart strategy allows (JobMaster). */
export class StreamJob implements Job {
  readonly id = randomBytes(16).toString('hex');
  readonly name: string;
  readonly startTime: number;
  endTime: number | undefined;
  state: JobState = 'CREATED';
  failure: JobFailure | undefined;
  readonly failures: JobFailure[] = [];
  readonly done: Promise<JobState>;
  private readonly now: () => number;
  private readonly notice: (text: string) => void;
  private readonly host: ExecutionHost;
  private readonly strategy: RestartStrategy;
  private readonly ignoreUnclaimed: boolean;
  /** A SELECT has shown rows that the newest checkpoint does not know of: to start again would show them twice. */
  private hasShown = false;
  /** The same of the checkpoint that is being written. */
  private hasShownSinceCut = false;
  private execution: Attempt;
  private isCancelled = false;
  private readonly spread: (graph: Graph) => Attempt | undefined;
  /** Ends the wait for a restart. */
  private wake: () => void = () => undefined;

  /** Throws what cannot run, and when the snapshot to start from is not there or does not fit. */
  constructor(
    options: JobOptions,
    now: () => number,
    build: (options: JobOptions, register: (time: number, vertex: Vertex) => void) => Graph,
    spread: (graph: Graph, options: JobOptions, host: ExecutionHost) => Attempt | undefined = () => undefined,
  ) {
    this.name = options.name;
    this.now = now;
    this.notice = options.notice;
    this.startTime = now();
    const settings = checkpointSettings(options.options, options.workingDirectory, options.notice);
    this.strategy = restartStrategy(options.options, settings.interval !== undefined);
    this.ignoreUnclaimed = settings.recovery?.ignoreUnclaimed ?? false;
    const checkpoints = new Checkpoints(this.id, settings, now, options.notice);
    const watched = this.watched(options);
    this.host = {
      now,
      checkpoints,
      testing: options.testing ?? {},
      testClock: options.tests?.timeline.clock,
      build: (register) => build(watched, register),
      memoryLimit: memoryLimit(options.options),
      onCut: () => {
        this.hasShownSinceCut = false;
      },
      onCheckpoint: () => {
        this.hasShown = this.hasShownSinceCut;
      },
    };
    this.spread = (graph) => spread(graph, watched, this.host);
    this.execution = this.prepare(checkpoints.recovery());
    this.done = this.run();
  }

  private watched(options: JobOptions): JobOptions {
    const { collect } = options;
    if (!collect) return options;
    return {
      ...options,
      collect: (batch) => {
        this.hasShown = true;
        this.hasShownSinceCut = true;
        return collect(batch);
      },
    };
  }

  private prepare(stored: StoredSnapshot | undefined): Attempt {
    const execution = new Execution(this.host);
    const attempt = this.spread(execution.graph) ?? execution;
    if (stored) attempt.restore(stored, this.ignoreUnclaimed);
    return attempt;
  }

  async cancel(): Promise<void> {
    if (this.endTime === undefined && !this.isCancelled) {
      this.isCancelled = true;
      if (this.state !== 'FAILING') this.state = 'CANCELLING';
      this.execution.cancel();
      this.wake();
    }
    await this.done;
  }

  checkpoint(): Promise<TakenSnapshot> {
    return this.ask({ kind: 'checkpoint', directory: undefined, stop: false, drain: false });
  }

  savepoint(directory: string | undefined): Promise<TakenSnapshot> {
    return this.ask({ kind: 'savepoint', directory, stop: false, drain: false });
  }

  async stop(directory: string | undefined, drain: boolean): Promise<TakenSnapshot> {
    const taken = await this.ask({ kind: 'savepoint', directory, stop: true, drain });
    await this.done;
    return taken;
  }

  private ask(request: Omit<SnapshotRequest, 'resolve' | 'reject'>): Promise<TakenSnapshot> {
    if (this.endTime !== undefined || this.isCancelled) {
      return Promise.reject(new FlinkFault('FlinkJobNotFoundException', `Could not find Flink job (${this.id})`));
    }
    return this.host.checkpoints.request(request);
  }

  get checkpoints(): JobCheckpoints {
    const { settings, tracker } = this.host.checkpoints;
    return { settings, statistics: tracker };
  }

  get wasCut(): boolean {
    return this.execution.wasCut === true;
  }

  metrics(): JobMetrics {
    return { operators: this.execution.metrics() };
  }

  private async run(): Promise<JobState> {
    // Whoever started the job gets to hold it before it does anything.
    await nextTurn();
    let isFailed = await this.attempt();
    while (isFailed && (await this.restarts())) isFailed = !this.isCancelled && (await this.attempt());
    this.endTime = this.now();
    const state = isFailed ? 'FAILED' : this.isCancelled ? 'CANCELED' : 'FINISHED';
    if (state === 'CANCELED') this.failure = undefined;
    await this.host.checkpoints.end(state);
    // A job stays listed when it has ended; what it kept does not stay with it.
    this.execution = endedAttempt(this.execution);
    collectEndedState();
    this.state = state;
    return state;
  }

  /** Runs the graph once; true when it failed. */
  private async attempt(): Promise<boolean> {
    if (!this.isCancelled) this.state = 'RUNNING';
    let isFailed = false;
    try {
      await this.execution.run();
    } catch (error) {
      // What goes wrong because the job is being cancelled is no failure.
      if (!this.isCancelled) {
        isFailed = true;
        this.state = 'FAILING';
        this.record(error);
      }
    }
    await this.execution.close();
    return isFailed;
  }

  private record(error: unknown): void {
    const causes = asFault(error).chain().reverse();
    this.failure = { causes, time: this.now(), strategy: this.strategy.name };
    this.failures.push(this.failure);
    if (this.failures.length > REMEMBERED) this.failures.shift();
  }

  /** After a failure: waits as long as the strategy says and makes the next execution unless cancelled; false: it fails for good. */
  private async restarts(): Promise<boolean> {
    const { checkpoints } = this.host;
    checkpoints.abandon(`The job ${this.id} failed before the snapshot was taken.`);
    const delay = this.hasShown ? undefined : this.strategy.next(this.now());
    if (delay === undefined) return false;
    if (this.isCancelled) return true;
    this.state = 'RESTARTING';
    const [cause] = this.failure?.causes ?? [];
    this.notice(`Job ${this.name} failed and starts again in ${delay} ms: ${cause?.message}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (this.isCancelled) return true;
    try {
      this.execution = this.prepare(checkpoints.latest);
    } catch (error) {
      this.state = 'FAILING';
      this.record(error);
      return false;
    }
    this.failure = undefined;
    checkpoints.restart();
    return true;
  }
}
