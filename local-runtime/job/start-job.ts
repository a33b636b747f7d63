import { FlinkFault } from '../errors.ts';
import { ThreadedExecution } from '../parallel/threaded-execution.ts';
import { threadsFor } from '../parallel/use-threads.ts';
import { buildGraph } from '../planner/build-graph.ts';
import type { StartJob } from './job-api.ts';
import { StreamJob } from './stream-job.ts';

/** What Flink's JobMaster reports about a snapshot that it cannot start from, and about options that it reads. */
const OF_JOB_MASTER = new Set([
  'FileNotFoundException',
  'IOException',
  'IllegalStateException',
  'IllegalArgumentException',
]);

/** Builds the operators of a plan and starts them. */
export const startJob: StartJob = (plan, options) => {
  const now = options.now ?? Date.now;
  try {
    return new StreamJob(
      options,
      now,
      (given, register) => buildGraph(plan, given, now, register),
      (graph, given, host) => {
        const threads = threadsFor(graph, given);
        return threads > 1 ? new ThreadedExecution(plan, given, graph.vertices, threads, host) : undefined;
      },
    );
  } catch (error) {
    if (!(error instanceof FlinkFault) || !OF_JOB_MASTER.has(error.exception)) throw error;
    const started = new FlinkFault('JobInitializationException', 'Could not start the JobMaster.', error);
    throw new FlinkFault(
      'TableException',
      'Failed to execute sql',
      new FlinkFault('FlinkException', `Failed to execute job '${options.name}'.`, started),
    );
  }
};
