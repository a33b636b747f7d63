import { join } from 'node:path';
import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { Job, JobOptions, JobState } from '../../local-runtime/job/job-api.ts';
import { startJob } from '../../local-runtime/job/start-job.ts';

/** How a job is cut: the rows that go through it at a time, and after how many such batches each part of it ends. */
export interface Cuts {
  readonly batchRows: number;
  readonly after: readonly number[];
  /** Folder for the snapshots. */
  readonly folder: string;
}

let jobs = 0;

/**
 * A job that is cut again and again: each part ends with a snapshot on disk, and the next is a new job that starts from it. To whoever
 * uses it, it looks like one job.
 */
export class CutJob implements Job {
  readonly id: string;
  readonly name: string;
  readonly startTime: number;
  readonly done: Promise<JobState>;
  /** How often it was cut. */
  cuts = 0;
  private part: Job;
  private isCancelled = false;
  private readonly plan: PlannedJob;
  private readonly options: JobOptions;
  private readonly how: Cuts;
  private readonly number = jobs++;

  constructor(plan: PlannedJob, options: JobOptions, how: Cuts) {
    this.plan = plan;
    this.options = options;
    this.how = how;
    this.part = this.start(undefined);
    this.id = this.part.id;
    this.name = this.part.name;
    this.startTime = this.part.startTime;
    this.done = this.run();
  }

  private start(from: string | undefined): Job {
    const { batchRows, after } = this.how;
    const cutAfter = after[this.cuts];
    return startJob(this.plan, {
      ...this.options,
      options: { ...this.options.options, ...(from && { 'execution.state-recovery.path': from }) },
      testing: { batchRows, ...(cutAfter === undefined ? {} : { cutAfter, cutInto: this.into(this.cuts) }) },
    });
  }

  private into(cut: number): string {
    return join(this.how.folder, `${this.number}-${cut}`);
  }

  private async run(): Promise<JobState> {
    let state = await this.part.done;
    while (this.part.wasCut && !this.isCancelled) {
      const from = this.into(this.cuts++);
      this.part = this.start(from);
      state = await this.part.done;
    }
    return state;
  }

  async cancel(): Promise<void> {
    this.isCancelled = true;
    await this.part.cancel();
  }

  get state() {
    return this.part.wasCut && !this.isCancelled ? 'RUNNING' : this.part.state;
  }

  get endTime() {
    return this.part.endTime;
  }

  get failure() {
    return this.part.failure;
  }

  get failures() {
    return this.part.failures;
  }

  get checkpoints() {
    return this.part.checkpoints;
  }

  get wasCut() {
    return false;
  }

  checkpoint() {
    return this.part.checkpoint();
  }

  savepoint(directory: string | undefined) {
    return this.part.savepoint(directory);
  }

  stop(directory: string | undefined, drain: boolean) {
    return this.part.stop(directory, drain);
  }

  metrics() {
    return this.part.metrics();
  }
}
