import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { JobOptions } from '../job/job-api.ts';
import { SessionError } from '../session/errors.ts';
import { SessionManager } from '../session/manager.ts';
import { record } from './drive.ts';
import type { StepTrace, TraceLimits } from './trace.ts';

/** A statement, with those before it that make its tables. */
export interface StepTask {
  readonly setup: readonly string[];
  /** Session options. */
  readonly options: Readonly<Record<string, string>>;
  readonly statement: string;
  /** What the trace calls the statement; `statement` may hold values that nobody is to see. */
  readonly shown: string;
  readonly workingDirectory: string;
  readonly limits: TraceLimits;
}

/** In place of a job: its plan is wanted, not its rows. */
class Caught extends Error {
  override readonly name = 'Caught';
}

/**
 * Runs a statement row by row and gives all that its operators did. INSERTs touch no sink. Rejects with an Error in Flink's words when a
 * statement fails before there is a job.
 */
export async function replay(task: StepTask, signal: AbortSignal): Promise<StepTrace> {
  const caught: { readonly plan: PlannedJob; readonly options: JobOptions }[] = [];
  const sessions = new SessionManager({
    workingDirectory: task.workingDirectory,
    print: () => undefined,
    notice: () => undefined,
    now: Date.now,
    startJob: (plan, options) => {
      caught.push({ plan, options });
      throw new Caught('the job is not run');
    },
  });
  try {
    const session = sessions.open(task.options);
    for (const statement of task.setup) {
      await session
        .submit(statement, { 'millrace.preview.sinks': 'true' })
        .outcome()
        // CREATE TABLE … AS makes its table, and its job is not wanted.
        .catch((error: unknown) => (caught.length > 0 ? undefined : refuse(error, statement)));
      caught.length = 0;
    }
    // A SET above may ask for more subtasks, each of which would see but a part of the rows.
    const config = { 'millrace.preview.sinks': 'true', 'parallelism.default': '1' };
    await session
      .submit(task.statement, config)
      .outcome()
      .catch((error: unknown) => (caught.length > 0 ? undefined : refuse(error)));
    const [job] = caught;
    if (!job) throw new Error('There is nothing to step through: the statement is neither a query nor an INSERT');
    return { statement: task.shown, ...(await record(job.plan, job.options, task.limits, signal)) };
  } finally {
    await sessions.closeAll();
  }
}

function refuse(error: unknown, statement?: string): never {
  if (!(error instanceof SessionError)) throw error;
  const message = error.chain.at(-1)?.message ?? error.message;
  const title = statement?.trim().split('\n', 1)[0];
  throw new Error(title === undefined ? message : `${title}: ${message}`, { cause: error });
}
