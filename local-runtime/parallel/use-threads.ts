import { availableParallelism } from 'node:os';
import type { Graph } from '../job/graph.ts';
import type { JobOptions } from '../job/job-api.ts';

/** Option that keeps all subtasks on one thread: `false`. */
export const WORKER_THREADS = 'millrace.worker-threads';

/**
 * How many threads carry a job: as many as its widest operator has subtasks, at most one a processor, when there is a source that
 * they can share; else 1. Jobs of tests with a clock or knobs of their own stay on one.
 */
export function threadsFor(graph: Graph, { options, now, testing }: JobOptions): number {
  if (options[WORKER_THREADS]?.toLowerCase() === 'false') return 1;
  if (testing !== undefined || (now !== undefined && now !== Date.now)) return 1;
  if (!graph.sources.some(({ vertex }) => vertex.parallelism > 1)) return 1;
  const widest = Math.max(...graph.vertices.map(({ parallelism }) => parallelism));
  return Math.min(widest, availableParallelism());
}
