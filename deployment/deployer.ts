import { pause } from '../clients/http/index.ts';
import { type Checkpoints, isEnded, type JobDetail, type JobManagerClient } from '../clients/job-manager/index.ts';
import type { GatewayClient } from '../clients/sql-gateway/client.ts';
import { GatewayError } from '../clients/sql-gateway/errors.ts';
import type { Session } from '../clients/sql-gateway/session.ts';
import { DeployError, messageOf, type Phase } from './deploy-error.ts';
import { flinkConfig, type JobOptions } from './options.ts';
import type { DeploymentPlan, PlannedStatement } from './plan.ts';

/** Where to deploy. Both clients stay the caller's to dispose. */
export interface Target {
  readonly gateway: GatewayClient;
  readonly jobManager: JobManagerClient;
}

export interface DeployRequest {
  readonly plan: DeploymentPlan;
  readonly options: JobOptions;
  /** Properties of the session, and statements run before those of the plan (an environment's). */
  readonly properties?: Readonly<Record<string, string>>;
  readonly begin?: readonly string[];
  /** The old version of the same job, which is stopped with a savepoint to start from. */
  readonly replaces?: Replaced | undefined;
  /** How long the job may take until it runs and has a checkpoint, in milliseconds. */
  readonly timeoutMs?: number;
}

export interface Replaced {
  readonly jobId: string;
  readonly savepointDirectory?: string | undefined;
}

export interface Deployed {
  readonly jobId: string;
  readonly flinkVersion: string;
  /** Where it started from. */
  readonly startedFrom: string | undefined;
  /** Its first checkpoint; undefined where it takes none, or has ended already. */
  readonly checkpoint: number | undefined;
  /** `FINISHED` for a job over bounded tables that was quick. */
  readonly state: 'RUNNING' | 'FINISHED';
}

/** What happens, as it happens. */
export type Progress = (phase: Phase, text: string) => void;

const POLL_MS = 300;
const TIMEOUT_MS = 180_000;
/** Running for so long without a failure counts as running where there are no checkpoints to wait for. */
const STEADY_MS = 2000;

/**
 * Deploys a plan: DDL and SETs in a session of their own, the statement explained (so that what is wrong is known before anything is
 * stopped), the old job stopped with a savepoint where one is replaced, the INSERTs submitted, the job followed until it runs and has its
 * first checkpoint. Failures are DeployErrors; a job that was submitted and does not get that far is cancelled. Aborting does the same.
 */
export async function deploy(
  { gateway, jobManager }: Target,
  request: DeployRequest,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Deployed> {
  const { plan, options, replaces, timeoutMs = TIMEOUT_MS } = request;
  const at = { phase: 'connect' as Phase, savepoint: undefined as string | undefined };
  const enter = (phase: Phase, text: string): void => {
    at.phase = phase;
    progress(phase, text);
    signal?.throwIfAborted();
  };
  let session: Session | undefined;
  let jobId: string | undefined;
  try {
    enter('connect', `connecting to ${gateway.server}`);
    const { flinkVersion } = await jobManager.overview(signal);
    const properties = { ...request.properties, 'millrace.keep-jobs': 'true' };
    session = await gateway.openSession({ name: options.name, properties, ...(signal && { signal }) });
    for (const statement of request.begin ?? []) await run(session, { text: statement }, {}, signal);
    enter('prepare', `running ${count(plan.setup.length, 'statement')} before the job`);
    for (const statement of plan.setup) await run(session, statement, {}, signal);
    const first = flinkConfig(options, flinkVersion);
    enter('validate', 'asking the cluster to plan the job');
    await run(session, placed(plan, `EXPLAIN ${plan.submit.replace(/^EXECUTE\s+/i, '')}`), first, signal);
    let startFrom = options.startFrom;
    if (replaces) {
      startFrom = await stopOld(jobManager, replaces, enter, signal);
      at.savepoint = startFrom;
    }
    enter('submit', startFrom === undefined ? 'submitting' : `submitting, from ${startFrom}`);
    const config = flinkConfig({ ...options, startFrom }, flinkVersion);
    // Not with the signal: what is on its way must not be lost sight of.
    jobId = await run(session, placed(plan, plan.submit), config, undefined);
    if (jobId === undefined) throw new DeployError('The statement submitted no job', { ...at });
    enter('follow', `job ${jobId} is submitted; waiting until it runs`);
    const followed = await follow(jobManager, jobId, timeoutMs, enter, signal);
    return { jobId, flinkVersion, startedFrom: startFrom, ...followed };
  } catch (error) {
    const ended = jobId === undefined ? undefined : await endQuietly(jobManager, jobId);
    if (error instanceof DeployError) throw error.with({ ...at, jobId, ended });
    throw new DeployError(signal?.aborted ? 'Cancelled' : messageOf(error), {
      ...at,
      jobId,
      ended,
      cancelled: signal?.aborted === true,
      cause: error,
    });
  } finally {
    // The job goes on without it; that it is closed matters to nobody who waits here.
    session?.close(3000).catch((error: unknown) => progress(at.phase, `closing the session: ${messageOf(error)}`));
  }
}

async function stopOld(
  jobManager: JobManagerClient,
  { jobId, savepointDirectory: directory }: Replaced,
  enter: Progress,
  signal: AbortSignal | undefined,
): Promise<string> {
  enter('stop', `stopping job ${jobId} with a savepoint`);
  const savepoint = await jobManager.stop(jobId, { directory });
  enter('stop', `stopped; the savepoint is ${savepoint}`);
  for (;;) {
    const { state } = await jobManager.job(jobId, signal);
    if (isEnded(state)) return savepoint;
    await pause(POLL_MS, signal);
  }
}

/** Waits until all tasks run and the first checkpoint is complete. */
async function follow(
  jobManager: JobManagerClient,
  jobId: string,
  timeoutMs: number,
  enter: Progress,
  signal: AbortSignal | undefined,
): Promise<Pick<Deployed, 'checkpoint' | 'state'>> {
  const end = Date.now() + timeoutMs;
  let told = '';
  let runs: number | undefined;
  for (;;) {
    const job = await jobManager.job(jobId, signal);
    if (job.state === 'FINISHED') return { state: 'FINISHED', checkpoint: undefined };
    // Its own restarts are not waited for: a job that fails at its start does so again.
    const [failure] = await jobManager.exceptions(jobId, 1, signal);
    if (failure) throw new DeployError(failure.message, { phase: 'follow', trace: failure.trace });
    if (isEnded(job.state)) throw new DeployError(`The job ended as ${job.state}`, { phase: 'follow' });
    const steady = job.state === 'RUNNING' && allRun(job);
    const words = steady ? 'running' : describeTasks(job);
    if (!told.startsWith(words)) {
      told = words;
      enter('follow', told);
    }
    if (steady) {
      runs ??= Date.now();
      const config = await jobManager.checkpointConfig(jobId, signal);
      const taken = config?.interval === undefined ? undefined : await jobManager.checkpoints(jobId, signal);
      if (taken === undefined && Date.now() - runs >= STEADY_MS) return { state: 'RUNNING', checkpoint: undefined };
      const first = taken && firstCompleted(taken);
      if (first !== undefined) return { state: 'RUNNING', checkpoint: first };
      if (taken && told === 'running') {
        told = 'running; waiting for its first checkpoint';
        enter('follow', told);
      }
      if (taken?.latest.failed?.failure) {
        throw new DeployError(`Its first checkpoint failed: ${taken.latest.failed.failure}`, { phase: 'follow' });
      }
    } else runs = undefined;
    if (Date.now() > end) throw new DeployError(late(job, timeoutMs), { phase: 'follow' });
    await pause(POLL_MS, signal);
  }
}

const firstCompleted = ({ latest }: Checkpoints): number | undefined => latest.completed?.id;

const allRun = ({ vertices }: JobDetail): boolean =>
  vertices.every(({ status }) => status === 'RUNNING' || status === 'FINISHED');

function describeTasks({ state, vertices }: JobDetail): string {
  if (state !== 'RUNNING') return state.toLowerCase();
  const waiting = vertices.filter(({ status }) => status !== 'RUNNING' && status !== 'FINISHED');
  return `${vertices.length - waiting.length} of ${count(vertices.length, 'vertex', 'vertices')} run`;
}

function late(job: JobDetail, timeoutMs: number): string {
  const seconds = `${Math.round(timeoutMs / 1000)} s`;
  const waits = job.vertices.some(({ status }) => status === 'SCHEDULED' || status === 'CREATED');
  if (waits) return `The job does not run after ${seconds}: it waits for free slots of a TaskManager`;
  return `The job has not got a checkpoint after ${seconds} (${describeTasks(job)})`;
}

/** Runs one statement to its end and gives the job that it submitted. Throws DeployError with its place in the text. */
async function run(
  session: Session,
  statement: Partial<PlannedStatement> & { readonly text: string },
  executionConfig: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const operation = await session.execute(statement.text, { executionConfig, ...(signal && { signal }) });
    let jobId: string | undefined;
    for await (const page of operation.results({ signal })) jobId ??= page.jobId;
    await operation.close();
    return jobId;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'sql') throw error;
    const { start, end } = statement;
    const place = start === undefined || end === undefined ? {} : { range: { start, end } };
    throw new DeployError(error.message, { ...place, trace: error.trace, cause: error });
  }
}

/** A text made of the INSERTs, with the place of the INSERT where it is but one. */
function placed({ inserts }: DeploymentPlan, text: string): Partial<PlannedStatement> & { readonly text: string } {
  const [only] = inserts;
  return inserts.length === 1 && only ? { start: only.start, end: only.end, text } : { text };
}

/** Cancels a job that has not become what it should; whether it has ended. */
async function endQuietly(jobManager: JobManagerClient, jobId: string): Promise<boolean> {
  try {
    if (!isEnded((await jobManager.job(jobId)).state)) await jobManager.cancel(jobId);
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      if (isEnded((await jobManager.job(jobId)).state)) return true;
      await pause(POLL_MS);
    }
    return false;
  } catch {
    // Why the deployment failed is told; that the job may go on, too.
    return false;
  }
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
