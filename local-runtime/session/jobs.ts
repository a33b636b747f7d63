import type { Job, JobState } from '../job/job-api.ts';
import { jobFailureChain, type Throwable, traceText } from './errors.ts';

/** A job of this runtime with what the JobManager's REST API tells about it. */
export interface JobEntry {
  readonly job: Job;
  /** Handle of the session that submitted it. */
  readonly session: string;
  /** A SELECT's job ends with its operation; an INSERT's with its session. */
  readonly isQuery: boolean;
}

/** Finished jobs that are remembered (Flink's `jobstore.max-capacity` serves the same end). */
const REMEMBERED = 500;

const JOB_ID = /^[0-9a-fA-F]{32}$/;

/** All jobs of the runtime, newest last: what a JobManager's dispatcher holds. */
export class JobRegistry {
  private readonly entries = new Map<string, JobEntry>();

  add(entry: JobEntry): void {
    this.entries.set(entry.job.id, entry);
    if (this.entries.size <= REMEMBERED) return;
    for (const [id, { job }] of this.entries) {
      if (!isTerminal(job.state)) continue;
      this.entries.delete(id);
      if (this.entries.size <= REMEMBERED) return;
    }
  }

  get(id: string): JobEntry | undefined {
    return this.entries.get(id.toLowerCase());
  }

  /** Newest first, as Flink lists them. */
  list(): JobEntry[] {
    return [...this.entries.values()].reverse();
  }

  /** Cancels what a session left running. */
  async cancelOf(session: string): Promise<void> {
    const running = [...this.entries.values()].filter(
      (entry) => entry.session === session && !isTerminal(entry.job.state),
    );
    await Promise.all(running.map(({ job }) => job.cancel()));
  }

  async cancelAll(): Promise<void> {
    const running = [...this.entries.values()].filter((entry) => !isTerminal(entry.job.state));
    await Promise.all(running.map(({ job }) => job.cancel()));
  }
}

/** Has the job ended for good? */
export function isTerminal(state: JobState): boolean {
  return state === 'FINISHED' || state === 'FAILED' || state === 'CANCELED';
}

/** The exceptions that Flink throws for a text that is no JobID. */
export function badJobId(text: string): Throwable[] | undefined {
  if (JOB_ID.test(text)) return undefined;
  const format = `Cannot parse JobID from "${text}". The expected format is [0-9a-fA-F]{32}, e.g. fd72014d4c864993a2e5a9287b4a9c5d.`;
  return [
    { exception: 'IllegalArgumentException', message: format },
    { exception: 'IllegalArgumentException', message: 'Argument bytes must by an array of 16 bytes' },
  ];
}

/** The trace of a failed job, as the JobManager's exception history holds it. */
export function failureTrace(job: Job): string | undefined {
  return job.failure ? traceText(jobFailureChain(job.failure)) : undefined;
}
