import { createHash } from 'node:crypto';
import type { Job, JobMetrics, SubtaskMetrics } from '../job/job-api.ts';
import { jobFailureChain, qualifiedName, traceText } from '../session/errors.ts';
import { badJobId, isTerminal, type JobEntry, type JobRegistry } from '../session/jobs.ts';
import { checkpointRoutes } from './checkpoint-routes.ts';
import { json } from './http.ts';
import { planJson } from './plan-json.ts';
import { badParameter, RestError } from './rest-error.ts';
import type { Request, Route } from './router.ts';

/** The part of the JobManager's REST API that clients of this runtime use. */
export function jobRoutes(jobs: JobRegistry): Route[] {
  return [
    {
      method: 'GET',
      path: '/jobs',
      run: () => json({ jobs: jobs.list().map(({ job }) => ({ id: job.id, status: job.state })) }),
    },
    { method: 'GET', path: '/jobs/overview', run: () => json({ jobs: jobs.list().map(summary) }) },
    { method: 'GET', path: '/jobs/:jobid', run: (request) => json(details(findJob(jobs, request))) },
    {
      method: 'GET',
      path: '/jobs/:jobid/vertices/:vertexid',
      run: (request) => json(vertexDetails(findJob(jobs, request), request.parameters.vertexid ?? '')),
    },
    {
      method: 'GET',
      path: '/jobs/:jobid/status',
      run: (request) => json({ status: findJob(jobs, request).job.state }),
    },
    { method: 'GET', path: '/jobs/:jobid/exceptions', run: (request) => json(exceptions(findJob(jobs, request))) },
    {
      method: 'GET',
      path: '/jobs/:jobid/plan',
      run: (request) => json({ plan: planJson(findJob(jobs, request).job, vertexId) }),
    },
    ...checkpointRoutes(jobs, findJob),
    { method: 'GET', path: '/jobs/:jobid/config', run: (request) => json(jobConfig(findJob(jobs, request))) },
    {
      method: 'PATCH',
      path: '/jobs/:jobid',
      run: async (request) => {
        const mode = request.query.get('mode') ?? 'cancel';
        if (!/^cancel$/i.test(mode)) throw badParameter('query', 'mode', mode);
        const { job } = findJob(jobs, request, 'Job could not be found.');
        if (job.state === 'FINISHED' || job.state === 'FAILED') {
          const message = `Job cancellation failed because the job has already reached another terminal state (${job.state}).`;
          throw new RestError(409, [
            traceText([{ exception: 'org.apache.flink.runtime.rest.handler.RestHandlerException', message }]),
          ]);
        }
        await job.cancel();
        return json({}, 202);
      },
    },
  ];
}

/** The job that the path names; the JobManager's errors for an id that is none, and for one that is not there. */
export function findJob(jobs: JobRegistry, request: Request, message?: string): JobEntry {
  const id = request.parameters.jobid ?? '';
  if (badJobId(id)) throw badParameter('path', 'jobid', id);
  const entry = jobs.get(id);
  if (entry) return entry;
  const outer = message
    ? { exception: 'org.apache.flink.runtime.rest.handler.RestHandlerException', message }
    : { exception: 'org.apache.flink.runtime.rest.NotFoundException', message: `Job ${id} not found` };
  const cause = { exception: 'FlinkJobNotFoundException', message: `Could not find Flink job (${id})` };
  throw new RestError(404, [traceText([outer, cause])]);
}

const TASK_STATES = [
  'created',
  'scheduled',
  'deploying',
  'initializing',
  'running',
  'finished',
  'canceling',
  'canceled',
  'failed',
  'reconciling',
] as const;

type TaskState = (typeof TASK_STATES)[number];

function taskState({ job }: JobEntry): TaskState {
  switch (job.state) {
    case 'CREATED':
    case 'RESTARTING':
      return 'created';
    case 'RUNNING':
      return 'running';
    case 'FINISHED':
      return 'finished';
    case 'CANCELLING':
      return 'canceling';
    case 'CANCELED':
      return 'canceled';
    case 'FAILING':
    case 'FAILED':
      return 'failed';
  }
}

function counts(entry: JobEntry, total: number): Record<string, number> {
  const state = taskState(entry);
  return Object.fromEntries(TASK_STATES.map((each) => [each, each === state ? total : 0]));
}

const upper = (record: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toUpperCase(), value]));

function duration({ job }: JobEntry): number {
  return (job.endTime ?? Date.now()) - job.startTime;
}

function summary(entry: JobEntry): object {
  const { job } = entry;
  const total = tasksOf(job.metrics());
  return {
    jid: job.id,
    name: job.name,
    'start-time': job.startTime,
    'end-time': job.endTime ?? -1,
    duration: duration(entry),
    state: job.state,
    'last-modification': job.endTime ?? job.startTime,
    tasks: { ...counts(entry, total), total },
    'pending-operators': 0,
  };
}

function details(entry: JobEntry): object {
  const { job } = entry;
  const { operators } = job.metrics();
  const status = taskState(entry).toUpperCase();
  return {
    jid: job.id,
    name: job.name,
    isStoppable: false,
    state: job.state,
    'job-type': 'STREAMING',
    'start-time': job.startTime,
    'end-time': job.endTime ?? -1,
    duration: duration(entry),
    maxParallelism: -1,
    now: Date.now(),
    timestamps: {
      CREATED: job.startTime,
      RUNNING: job.startTime,
      ...(job.endTime !== undefined && { [job.state]: job.endTime }),
    },
    vertices: operators.map((operator) => ({
      id: vertexId(operator),
      name: operator.name,
      maxParallelism: maxParallelism(operator.parallelism),
      parallelism: operator.parallelism,
      status,
      'start-time': job.startTime,
      'end-time': job.endTime ?? -1,
      duration: duration(entry),
      tasks: upper(counts(entry, operator.parallelism)),
      metrics: ioMetrics(entry, operator),
    })),
    'status-counts': upper(counts(entry, operators.length)),
    plan: planJson(job, vertexId),
    'pending-operators': 0,
  };
}

type Operator = JobMetrics['operators'][number];

/** A vertex's id is a hash of its place in the plan; what a sink consists of has one plan node and several names. */
function vertexId({ id, name }: Pick<Operator, 'id' | 'name'>): string {
  return createHash('md5').update(`${id} ${name}`).digest('hex');
}

const tasksOf = ({ operators }: JobMetrics): number => operators.reduce((sum, { parallelism }) => sum + parallelism, 0);

/** What Flink chooses where nothing is set (KeyGroupRangeAssignment.computeDefaultMaxParallelism). */
function maxParallelism(parallelism: number): number {
  if (parallelism === 1) return 1;
  return Math.min(32768, Math.max(128, 2 ** Math.ceil(Math.log2(parallelism + Math.floor(parallelism / 2)))));
}

type IoFigures = Pick<SubtaskMetrics, 'recordsIn' | 'recordsOut' | 'figures'>;

function ioMetrics({ job }: JobEntry, { recordsIn, recordsOut, figures }: IoFigures): object {
  const isOver = isTerminal(job.state);
  const time = (job.endTime ?? Date.now()) - job.startTime;
  return {
    'read-bytes': Math.round(figures.bytesIn),
    'read-bytes-complete': isOver,
    'write-bytes': Math.round(figures.bytesOut),
    'write-bytes-complete': isOver,
    'read-records': recordsIn,
    'read-records-complete': isOver,
    'write-records': recordsOut,
    'write-records-complete': isOver,
    'accumulated-backpressured-time': 0,
    'accumulated-idle-time': Math.max(0, Math.round(time - figures.busy)),
    'accumulated-busy-time': Math.round(figures.busy),
  };
}

function operatorOf(job: Job, id: string): Operator {
  const operator = job.metrics().operators.find((each) => vertexId(each) === id.toLowerCase());
  if (!operator) {
    const message = `JobVertex ${id} not found`;
    throw new RestError(404, [traceText([{ exception: 'org.apache.flink.runtime.rest.NotFoundException', message }])]);
  }
  return operator;
}

/** The operator that the path names. */
export function findOperator(job: Job, request: Request): Operator {
  const id = request.parameters.vertexid ?? '';
  if (!/^[0-9a-fA-F]{32}$/.test(id)) throw badParameter('path', 'vertexid', id);
  return operatorOf(job, id);
}

/** One operator with its subtasks (JobVertexDetailsHandler). */
function vertexDetails(entry: JobEntry, id: string): object {
  const { job } = entry;
  const operator = operatorOf(job, id);
  const status = taskState(entry).toUpperCase();
  return {
    id,
    name: operator.name,
    parallelism: operator.parallelism,
    maxParallelism: maxParallelism(operator.parallelism),
    now: Date.now(),
    subtasks: operator.subtasks.map((subtask, index) => ({
      subtask: index,
      status,
      attempt: 0,
      endpoint: 'localhost',
      'start-time': job.startTime,
      'end-time': job.endTime ?? -1,
      duration: duration(entry),
      metrics: ioMetrics(entry, subtask),
      'taskmanager-id': 'localhost',
      start_time: job.startTime,
    })),
  };
}

/** Newest first: the failure that ended the job, then those that it started again after. */
function exceptions({ job }: JobEntry): object {
  const entries = job.failures.map((failure) => ({
    exceptionName: qualifiedName(failure.causes[0]?.exception ?? 'RuntimeException'),
    stacktrace: traceText(
      failure === job.failure ? jobFailureChain(failure) : jobFailureChain(failure).slice(RESTARTED),
    ),
    timestamp: failure.time,
    taskName: null,
    endpoint: null,
    taskManagerId: null,
    failureLabels: {},
    concurrentExceptions: [],
  }));
  return { exceptionHistory: { entries: entries.reverse(), truncated: false } };
}

/** Exceptions that only stand around the failure of a job that does not start again. */
const RESTARTED = 2;

function jobConfig({ job }: JobEntry): object {
  const parallelism = Math.max(1, ...job.metrics().operators.map((operator) => operator.parallelism));
  const config = {
    'restart-strategy': 'none',
    'job-parallelism': parallelism,
    'object-reuse-mode': true,
    'user-config': {},
  };
  return { jid: job.id, name: job.name, 'execution-config': config };
}
