// millrace jobs, savepoint, stop: what runs on a cluster, and ending it well.
import { parseArgs } from 'node:util';
import { isEnded, type JobManagerClient, JobManagerError, type JobSummary } from '../clients/job-manager/index.ts';
import { deployments } from './deployments.ts';
import { abortOnSignal } from './interrupt.ts';
import { namedJob } from './job-argument.ts';
import { openJobManager, serverOptions, serversOf } from './servers.ts';
import { UsageError } from './usage.ts';

/** `millrace jobs`: those of a cluster, newest first. */
export async function jobs(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...serverOptions, all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UsageError('jobs takes no argument; see millrace --help');
  const { signal } = abortOnSignal();
  const { client } = await openJobManager(serversOf(values), undefined, signal);
  try {
    const listed = (await client.jobs(signal)).filter(({ state }) => values.all || !isEnded(state));
    const records = new Map(
      deployments()
        .list()
        .map(({ name, jobs: [newest] }) => [newest?.id, name]),
    );
    const rows = await Promise.all(listed.map(async (job) => row(client, job, records.get(job.id), signal)));
    if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else process.stdout.write(rows.length === 0 ? 'No jobs run.\n' : table(rows));
    return 0;
  } finally {
    client.dispose();
  }
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly started: string;
  readonly durationMs: number;
  readonly lastCheckpoint: string | null;
  readonly deployment: string | null;
}

async function row(
  client: JobManagerClient,
  { id, name, state, startTime, duration }: JobSummary,
  deployment: string | undefined,
  signal: AbortSignal,
): Promise<JobRow> {
  const { latest } = await client.checkpoints(id, signal);
  const { completed } = latest;
  return {
    id,
    name,
    state,
    started: new Date(startTime).toISOString(),
    durationMs: duration,
    lastCheckpoint: completed ? new Date(completed.triggered + (completed.duration ?? 0)).toISOString() : null,
    deployment: deployment ?? null,
  };
}

function table(rows: readonly JobRow[]): string {
  const cells = rows.map((job) => [
    job.id,
    job.state,
    `${Math.round(job.durationMs / 1000)} s`,
    job.lastCheckpoint === null ? '-' : job.lastCheckpoint.slice(11, 19),
    job.name,
  ]);
  const all = [['JOB', 'STATE', 'DURATION', 'CHECKPOINT', 'NAME'], ...cells];
  const widths = [0, 1, 2, 3].map((c) => Math.max(...all.map((line) => line[c]?.length ?? 0)));
  return all.map((line) => `${line.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join('  ')}\n`).join('');
}

/** `millrace savepoint JOB`: takes one while the job goes on, and prints its place. */
export async function savepoint(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...serverOptions,
      dir: { type: 'string' },
      format: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const argument = theJob(positionals, 'savepoint');
  const format = values.format?.toUpperCase();
  if (format !== undefined && format !== 'CANONICAL' && format !== 'NATIVE') {
    throw new UsageError('--format is canonical or native');
  }
  const { signal } = abortOnSignal();
  const { id, client } = await namedJob(argument, values, signal);
  try {
    const place = await client.savepoint(id, { directory: values.dir, format, signal });
    process.stdout.write(values.json ? `${JSON.stringify({ job: id, savepoint: place })}\n` : `${place}\n`);
    return 0;
  } finally {
    client.dispose();
  }
}

/** `millrace stop JOB`: with a savepoint; a plain cancel only where that is asked for. */
export async function stop(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...serverOptions,
      dir: { type: 'string' },
      drain: { type: 'boolean', default: false },
      cancel: { type: 'boolean', default: false },
      'or-cancel': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const argument = theJob(positionals, 'stop');
  if (values.cancel && (values.drain || values.dir !== undefined)) {
    throw new UsageError('--cancel takes no savepoint: it does not go with --drain and --dir');
  }
  const { signal } = abortOnSignal();
  const { id, client, record } = await namedJob(argument, values, signal);
  try {
    const place = values.cancel ? await cancel(client, id, signal) : await stopWell(client, id, values, signal);
    if (record) {
      const how = place === undefined ? 'cancelled' : 'stopped';
      deployments().ended(record.name, { at: new Date().toISOString(), how, savepoint: place });
    }
    if (values.json) process.stdout.write(`${JSON.stringify({ job: id, savepoint: place ?? null })}\n`);
    else process.stdout.write(place === undefined ? `Job ${id} is cancelled, without a savepoint.\n` : `${place}\n`);
    return 0;
  } finally {
    client.dispose();
  }
}

async function stopWell(
  client: JobManagerClient,
  id: string,
  values: { readonly dir?: string | undefined; readonly drain: boolean; readonly 'or-cancel': boolean },
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await client.stop(id, { directory: values.dir, drain: values.drain, signal });
  } catch (error) {
    if (!(error instanceof JobManagerError) || (error.kind !== 'savepoint-failed' && error.kind !== 'refused'))
      throw error;
    const { state } = await client.job(id, signal);
    if (isEnded(state)) throw new Error(`Job ${id} has ended already (${state})`, { cause: error });
    if (!values['or-cancel']) {
      throw new Error(
        `The savepoint failed, and job ${id} goes on: ${error.message} (--or-cancel ends it without one)`,
        {
          cause: error,
        },
      );
    }
    process.stderr.write(`millrace: the savepoint failed: ${error.message}\n`);
    return cancel(client, id, signal);
  }
}

async function cancel(client: JobManagerClient, id: string, signal: AbortSignal): Promise<undefined> {
  await client.cancel(id, signal);
  while (!isEnded((await client.job(id, signal)).state)) await new Promise((resolve) => setTimeout(resolve, 200));
  return undefined;
}

function theJob([argument, ...more]: readonly string[], verb: string): string {
  if (argument === undefined || more.length > 0) {
    throw new UsageError(`${verb} takes one job: its id, its name, or the name of a deployment`);
  }
  return argument;
}
