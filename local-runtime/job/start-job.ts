import { validation } from '../errors.ts';
import { buildGraph } from '../planner/build-graph.ts';
import type { JobOptions, StartJob } from './job-api.ts';
import { StreamJob } from './stream-job.ts';

/** Options that start a job from a snapshot. */
const RECOVERY = ['execution.state-recovery.path', 'execution.savepoint.path'];
const INTERVAL = 'execution.checkpointing.interval';
/** Where and how snapshots are kept: a folder may be one that only a cluster reaches. */
const CHECKPOINTS = /^(execution\.checkpointing|state\.(checkpoints|savepoints))\./;

/** Builds the operators of a plan and starts them. */
export const startJob: StartJob = (plan, given) => {
  const options = withoutCheckpoints(given);
  const now = options.now ?? Date.now;
  return new StreamJob(options, now, (registerTimer) => buildGraph(plan, options, now, registerTimer));
};

/** Not every source and sink can take up a snapshot yet, so jobs take none, and starting from one is refused by name. */
function withoutCheckpoints(given: JobOptions): JobOptions {
  const path = RECOVERY.find((key) => given.options[key] !== undefined);
  if (path) {
    throw validation(`The local runtime does not support '${path}' yet. Reset the option or run on a Flink cluster.`);
  }
  if (given.options[INTERVAL] !== undefined) {
    given.notice(`'${INTERVAL}' is set, but the local runtime takes no checkpoints yet.`);
  }
  const used = Object.entries(given.options).filter(([key]) => !CHECKPOINTS.test(key));
  return { ...given, options: Object.fromEntries(used) };
}
