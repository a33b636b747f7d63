import { buildGraph } from '../planner/build-graph.ts';
import type { StartJob } from './job-api.ts';
import { StreamJob } from './stream-job.ts';

/** See StartJob: builds the operators (throwing what cannot run), then runs them from the next turn of the event loop on. */
export const startJob: StartJob = (plan, options) => {
  const now = options.now ?? Date.now;
  return new StreamJob(options.name, now, (registerTimer) => buildGraph(plan, options, now, registerTimer));
};
