import { randomBytes } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { localPath } from '../connectors/filesystem/files.ts';
import { asFault, FlinkFault } from '../errors.ts';
import type { TakenSnapshot } from '../job/checkpoints.ts';
import { qualifiedName, type Throwable, traceText } from '../session/errors.ts';
import type { JobEntry, JobRegistry } from '../session/jobs.ts';
import { checkpointConfigJson, checkpointJson, checkpointsJson } from './checkpoint-json.ts';
import { json } from './http.ts';
import { badBody, badParameter, RestError } from './rest-error.ts';
import type { Request, Route } from './router.ts';

type Find = (jobs: JobRegistry, request: Request) => JobEntry;

/** A snapshot that a client asked for and comes back to (CompletedOperationCache). */
interface Trigger {
  readonly job: string;
  readonly kind: 'savepoint' | 'checkpoint';
  result: { readonly taken: TakenSnapshot } | { readonly error: unknown } | undefined;
}

/** Triggers that are remembered. */
const REMEMBERED = 200;
const REST_HANDLER = 'org.apache.flink.runtime.rest.handler.RestHandlerException';
const TRIGGER_ID = /^[0-9a-fA-F]{32}$/;

/** The JobManager's REST API of checkpoints and savepoints. `find` gives a request's job, or Flink's error. */
export function checkpointRoutes(jobs: JobRegistry, find: Find): Route[] {
  const triggers = new Map<string, Trigger>();

  const trigger = (kind: Trigger['kind'], job: string, work: Promise<TakenSnapshot>) => {
    const id = randomBytes(16).toString('hex');
    const entry: Trigger = { job, kind, result: undefined };
    triggers.set(id, entry);
    if (triggers.size > REMEMBERED) triggers.delete(triggers.keys().next().value as string);
    work.then(
      (taken) => {
        entry.result = { taken };
      },
      (error: unknown) => {
        entry.result = { error };
      },
    );
    return json({ 'request-id': id }, 202);
  };

  /** A trigger for a job that is not there is taken, and fails afterwards. */
  const onJob = async (request: Request, work: (entry: JobEntry) => Promise<TakenSnapshot>): Promise<TakenSnapshot> => {
    const id = idOf(request);
    const entry = jobs.get(id);
    if (!entry) throw new FlinkFault('FlinkJobNotFoundException', `Could not find Flink job (${id})`);
    return work(entry);
  };

  const status = (kind: Trigger['kind'], request: Request) => {
    const job = idOf(request);
    const id = request.parameters.triggerid ?? '';
    if (!TRIGGER_ID.test(id)) throw badParameter('path', 'triggerid', id);
    const found = triggers.get(id.toLowerCase());
    if (!found || found.job !== job || found.kind !== kind) {
      const message = `There is no ${kind} operation with triggerId=${id} for job ${job}.`;
      throw new RestError(404, [traceText([{ exception: REST_HANDLER, message }])]);
    }
    return json(statusJson(found));
  };

  return [
    {
      method: 'GET',
      path: '/jobs/:jobid/checkpoints',
      run: (request) => {
        const { job } = find(jobs, request);
        return json(checkpointsJson(job.checkpoints, job.metrics().operators.length));
      },
    },
    {
      method: 'GET',
      path: '/jobs/:jobid/checkpoints/config',
      run: (request) => json(checkpointConfigJson(find(jobs, request).job.checkpoints)),
    },
    {
      method: 'GET',
      path: '/jobs/:jobid/checkpoints/details/:checkpointid',
      run: (request) => {
        const { job } = find(jobs, request);
        const text = request.parameters.checkpointid ?? '';
        if (!/^-?\d+$/.test(text)) throw badParameter('path', 'checkpointid', text);
        const found = job.checkpoints.statistics.history.find(({ id }) => id === Number(text));
        if (found) return json(checkpointJson(found, job.metrics().operators.length, true));
        const message = `Could not find checkpointing statistics for checkpoint ${text}.`;
        throw new RestError(404, [traceText([{ exception: REST_HANDLER, message }])]);
      },
    },
    {
      method: 'POST',
      path: '/jobs/:jobid/checkpoints',
      run: (request) => {
        body(request);
        return trigger(
          'checkpoint',
          idOf(request),
          onJob(request, ({ job }) => job.checkpoint()),
        );
      },
    },
    {
      method: 'GET',
      path: '/jobs/:jobid/checkpoints/:triggerid',
      run: (request) => status('checkpoint', request),
    },
    {
      method: 'POST',
      path: '/jobs/:jobid/savepoints',
      run: (request) => {
        const given = body(request);
        const directory = folder(given['target-directory']);
        const work = onJob(request, ({ job }) =>
          given['cancel-job'] === true ? job.stop(directory, false) : job.savepoint(directory),
        );
        return trigger('savepoint', idOf(request), work);
      },
    },
    {
      method: 'POST',
      path: '/jobs/:jobid/stop',
      run: (request) => {
        const given = body(request);
        const directory = folder(given.targetDirectory);
        const work = onJob(request, ({ job }) => job.stop(directory, given.drain === true));
        return trigger('savepoint', idOf(request), work);
      },
    },
    {
      method: 'GET',
      path: '/jobs/:jobid/savepoints/:triggerid',
      run: (request) => status('savepoint', request),
    },
  ];
}

function idOf(request: Request): string {
  const id = request.parameters.jobid ?? '';
  if (!TRIGGER_ID.test(id)) throw badParameter('path', 'jobid', id);
  return id.toLowerCase();
}

function body(request: Request): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(request.body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The answer below says what was expected.
  }
  throw badBody('SavepointTriggerRequestBody');
}

function folder(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badBody('SavepointTriggerRequestBody');
  const path = localPath(value, process.cwd());
  return isAbsolute(path) ? path : resolve(path);
}

function statusJson({ kind, result }: Trigger): object {
  if (!result) return { status: { id: 'IN_PROGRESS' }, operation: null };
  const status = { id: 'COMPLETED' };
  if ('taken' in result) {
    const { id, path } = result.taken;
    return { status, operation: kind === 'savepoint' ? { location: `file:${path}` } : { checkpointId: id } };
  }
  const causes = asFault(result.error).chain();
  const [first] = causes as [Throwable];
  const outer = {
    exception: 'java.util.concurrent.CompletionException',
    message: `${qualifiedName(first.exception)}: ${first.message}`,
  };
  const failure = { class: outer.exception, 'stack-trace': traceText([outer, ...causes]) };
  return { status, operation: kind === 'savepoint' ? { 'failure-cause': failure } : { failureCause: failure } };
}
