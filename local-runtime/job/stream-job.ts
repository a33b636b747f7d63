import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asFault, FlinkFault } from '../errors.ts';
import { checkpointSettings } from './checkpoint-settings.ts';
import { Checkpoints, type SnapshotRequest, type TakenSnapshot } from './checkpoints.ts';
import { Execution, type ExecutionHost } from './execution.ts';
import type { Graph } from './graph.ts';
import type { Job, JobCheckpoints, JobFailure, JobMetrics, JobOptions, JobState } from './job-api.ts';
import type { StoredSnapshot } from './job-snapshot.ts';
import { type RestartStrategy, restartStrategy } from './restart-strategy.ts';
import type { Vertex } from './vertex.ts';

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
  private readonly host: ExecutionHost;
  private readonly strategy: RestartStrategy;
  private readonly ignoreUnclaimed: boolean;
  /** A SELECT has shown rows that the newest checkpoint does not know of: to start again would show them twice. */
  private hasShown = false;
  private execution: Execution;
  /** Ends the wait for a restart. */
  private wake: () => void = () => undefined;

  /** Throws what cannot run, and when the snapshot to start from is not there or does not fit. */
  constructor(
    options: JobOptions,
    now: () => number,
    build: (options: JobOptions, register: (time: number, vertex: Vertex) => void) => Graph,
  ) {
    this.name = options.name;
    this.now = now;
    this.startTime = now();
    const settings = checkpointSettings(options.options, options.workingDirectory, options.notice);
    this.strategy = restartStrategy(options.options, settings.interval !== undefined);
    this.ignoreUnclaimed = settings.recovery?.ignoreUnclaimed ?? false;
    const checkpoints = new Checkpoints(this.id, settings, now);
    const watched = this.watched(options);
    this.host = {
      now,
      checkpoints,
      testing: options.testing ?? {},
      build: (register) => build(watched, register),
      onCheckpoint: () => {
        this.hasShown = false;
      },
    };
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
        return collect(batch);
      },
    };
  }

  private prepare(stored: StoredSnapshot | undefined): Execution {
    const execution = new Execution(this.host);
    if (stored) execution.restore(stored, this.ignoreUnclaimed);
    return execution;
  }

  async cancel(): Promise<void> {
    if (this.state === 'CREATED' || this.state === 'RUNNING' || this.state === 'RESTARTING') {
      this.state = 'CANCELLING';
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
    if (this.endTime !== undefined || this.state === 'CANCELLING' || this.state === 'FAILING') {
      return Promise.reject(new FlinkFault('FlinkJobNotFoundException', `Could not find Flink job (${this.id})`));
    }
    return this.host.checkpoints.request(request);
  }

  get checkpoints(): JobCheckpoints {
    const { settings, tracker } = this.host.checkpoints;
    return { settings, statistics: tracker };
  }

  get wasCut(): boolean {
    return this.execution.wasCut;
  }

  metrics(): JobMetrics {
    return {
      operators: this.execution.graph.vertices.map((v) => ({
        id: v.id,
        name: v.name,
        recordsIn: v.recordsIn,
        recordsOut: v.recordsOut,
        watermark: v.watermark,
        stateBytes: v.operator?.stateBytes?.() ?? 0,
      })),
    };
  }

  private async run(): Promise<JobState> {
    // Whoever started the job gets to hold it before it does anything.
    await nextTurn();
    let isFailed = await this.attempt();
    while (isFailed && (await this.restarts())) isFailed = await this.attempt();
    this.endTime = this.now();
    const state = isFailed ? 'FAILED' : this.state === 'CANCELLING' ? 'CANCELED' : 'FINISHED';
    await this.host.checkpoints.end(state);
    this.state = state;
    return state;
  }

  /** Runs the graph once; true when it failed. */
  private async attempt(): Promise<boolean> {
    if (this.state !== 'CANCELLING') this.state = 'RUNNING';
    let isFailed = false;
    try {
      await this.execution.run();
    } catch (error) {
      // What goes wrong because the job is being cancelled is no failure.
      if (this.state !== 'CANCELLING') {
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
  }

  /** After a failure: waits as long as the strategy says and makes the next execution; false when the job fails for good. */
  private async restarts(): Promise<boolean> {
    const { checkpoints } = this.host;
    checkpoints.abandon(`The job ${this.id} failed before the snapshot was taken.`);
    if (this.hasShown) return false;
    const delay = this.strategy.next(this.now());
    if (delay === undefined) return false;
    this.state = 'RESTARTING';
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (this.isCancelled()) return true;
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

  /** The state changes while the job waits. */
  private isCancelled(): boolean {
    return this.state === 'CANCELLING';
  }
}
