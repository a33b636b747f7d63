import { basename, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isEnded, type JobManagerClient, JobManagerError } from '../clients/job-manager/index.ts';
import {
  type Commit,
  DeployError,
  type DeploymentPlan,
  type DeploymentRecord,
  type DeploymentStore,
  deployRecorded,
  flinkConfig,
  type JobOptions,
  optionProblems,
  planDeployment,
  type Replaced,
} from '../deployment/index.ts';
import { diagnoseIn } from './check.ts';
import { deployOptions, jobOptions } from './deploy-options.ts';
import { deployments, projectFolder } from './deployments.ts';
import { firstUnresolved, type Surroundings, surroundings } from './environment.ts';
import { abortOnSignal } from './interrupt.ts';
import { givenParameters, parametersOf } from './parameters.ts';
import { lineColumn, placedMessage } from './places.ts';
import { openGateway, openJobManager, type Servers, serversOf } from './servers.ts';
import { StatementError } from './session.ts';
import { readSource, type SqlSource } from './source.ts';
import { UsageError } from './usage.ts';

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: deployOptions });
}

/** What is deployed: a text, where it comes from, and what it becomes in the environment. */
interface Work {
  readonly source: SqlSource;
  readonly around: Surroundings;
  /** Values that were chosen for the text's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly plan: DeploymentPlan;
  /** Of an older text, which the file does not hold any more. */
  readonly commit?: Commit | undefined;
  /** Back from the text with variables filled in to the one that was read. */
  readonly original: (offset: number) => number;
}

/** `millrace deploy FILE`: as a job on a cluster, followed until it runs and has a checkpoint; see the help for upgrades. */
export async function deploy(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (values.rollback !== undefined) {
    if (file !== undefined) throw new UsageError('--rollback starts what was deployed before: it takes no FILE');
    return rollback(values.rollback, values);
  }
  if (file === undefined || more.length > 0) throw new UsageError('deploy takes one FILE; see millrace --help');
  if (file === '-') throw new UsageError('deploy records which file runs: it takes no standard input');
  const source = readSource(file);
  const given = givenParameters(values.param);
  const work = workOf(source, surroundings(values.env), given);
  if (!work || !checks(work, values.json)) return 1;
  const options = jobOptions(values, values.name ?? basename(file).replace(/\.(flink\.sql|fsql|sql|flinknb)$/i, ''));
  const problems = optionProblems(options);
  if (problems.length > 0) throw new UsageError(problems.join('; '));
  const store = deployments();
  const before = store.get(options.name);
  const servers = serversIn(values, work, before);
  if (values['dry-run']) return tellPlan(work, options, servers, before, values);
  return start(work, options, servers, before, store, values);
}

/** The text with its variables filled in, and its plan; undefined where one cannot be filled in, which is told. */
function workOf(
  source: SqlSource,
  outside: Surroundings,
  parameters: Readonly<Record<string, string>>,
): Work | undefined {
  try {
    const around = outside.withParameters(parametersOf(source, parameters));
    const missing = firstUnresolved(source, around);
    if (missing) throw missing;
    const { text, original } = around.expand(source.text);
    return { source, around, parameters, plan: planDeployment(text), original };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    tellAt(source, error.range ?? { start: 0, end: 1 }, error.message);
    return undefined;
  }
}

/** Tells what is wrong with the text (by this machine's own reading of it); whether nothing is. */
function checks({ source, around, parameters, plan, original }: Work, json: boolean): boolean {
  const mistakes = diagnoseIn(source.text, around, parameters).filter(({ severity }) => severity === 'error');
  const problems = plan.problems.map((problem) => ({
    start: original(problem.start),
    end: original(problem.end),
    message: problem.message,
  }));
  const all = mistakes.length > 0 ? mistakes : problems;
  if (json && all.length > 0) {
    const errors = all.map(({ start, message }) => ({ ...lineColumn(source.text, start), message }));
    process.stdout.write(`${JSON.stringify({ error: { phase: 'check', message: errors[0]?.message, errors } })}\n`);
  } else for (const each of all) tellAt(source, each, each.message);
  return all.length === 0;
}

function serversIn(values: Values, { around }: Work, before: DeploymentRecord | undefined): Servers {
  const { connection } = around.environment;
  const url = connection !== undefined && /^https?:/.test(connection) ? connection : undefined;
  return serversOf(values, {
    gateway: url ?? before?.gateway,
    jobManager: url === undefined ? before?.jobManager : undefined,
  });
}

function tellPlan(
  { plan, source, around }: Work,
  options: JobOptions,
  servers: Servers,
  before: DeploymentRecord | undefined,
  values: Values,
): number {
  const mask = (text: string): string => around.masker.message(text);
  const newest = before?.jobs[0];
  if (values.json) {
    const told = {
      name: options.name,
      source: source.file,
      gateway: servers.gatewayUrl ?? null,
      replaces: values.upgrade ? (newest?.id ?? null) : null,
      setup: plan.setup.map(({ text }) => mask(text)),
      submit: mask(plan.submit),
      options: flinkConfig(options),
      skipped: plan.skipped.map(({ start, message }) => ({ ...lineColumn(source.text, start), message })),
    };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  const lines = [
    `Deployment ${options.name} of ${source.file} on ${servers.gatewayUrl ?? '(no gateway named)'}; nothing is sent.`,
    ...(values.upgrade && newest ? [`Replaces job ${newest.id}, which is stopped with a savepoint.`] : []),
    ...plan.setup.map(({ text }) => `${mask(text)};`),
    ...Object.entries(flinkConfig(options)).map(([key, value]) => `SET '${key}' = '${value}';`),
    `${mask(plan.submit)};`,
    ...plan.skipped.map(({ start, message }) => `line ${lineColumn(source.text, start).line} ${message}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function start(
  work: Work,
  options: JobOptions,
  servers: Servers,
  before: DeploymentRecord | undefined,
  store: DeploymentStore,
  values: Values,
): Promise<number> {
  const { source, around, parameters, plan, original, commit } = work;
  const { environment } = around;
  const { signal, release } = abortOnSignal();
  const root = projectFolder();
  const gateway = await openGateway(servers, signal);
  let jobManager: JobManagerClient | undefined;
  try {
    const found = await openJobManager(servers, gateway, signal);
    jobManager = found.client;
    const replaces = await replaced(jobManager, before, servers, values, signal);
    const { record, ...deployed } = await deployRecorded(
      { gateway, jobManager },
      {
        store,
        sql: source.text,
        source: relative(root, resolve(source.file)),
        root,
        environment: environment.name || undefined,
        parameters,
        connection: values.connection,
        gatewayUrl: servers.gatewayUrl ?? '',
        jobManagerUrl: found.url,
        plan,
        options,
        properties: environment.options,
        begin: beginning(around),
        replaces,
        commit,
        ...(values.timeout === undefined ? {} : { timeoutMs: Number(values.timeout) * 1000 }),
      },
      (phase, text) => {
        if (values.json) process.stderr.write(`${JSON.stringify({ phase, text })}\n`);
        else process.stderr.write(`${phase}: ${text}\n`);
      },
      signal,
    );
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ name: record.name, ...deployed, record: store.path(record.name) })}\n`);
    } else {
      const checkpoint = deployed.checkpoint === undefined ? '' : `, checkpoint ${deployed.checkpoint} is complete`;
      process.stdout.write(`${record.name}: job ${deployed.jobId} is ${deployed.state}${checkpoint}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    tellFailure(error, { source, original, around }, options.name, values.json);
    const canReturn = error.leftNothingRunning && store.sql(options.name) !== undefined;
    if (canReturn && values['or-rollback'] && !signal.aborted) {
      process.stderr.write('millrace: the version before is started again from its savepoint\n');
      const status = await rollback(options.name, { ...values, 'or-rollback': false });
      return status === 0 ? 1 : status;
    }
    if (canReturn) {
      process.stderr.write(
        `millrace: the version before can be started again: millrace deploy --rollback ${options.name}\n`,
      );
    }
    return signal.aborted ? 130 : 1;
  } finally {
    release();
    jobManager?.dispose();
    gateway.dispose();
  }
}

/** The running job that the deployment takes the place of. Throws where there is one and no leave to stop it. */
async function replaced(
  jobManager: JobManagerClient,
  before: DeploymentRecord | undefined,
  servers: Servers,
  values: Values,
  signal: AbortSignal,
): Promise<Replaced | undefined> {
  const newest = before?.jobs[0];
  if (!before || !newest || newest.ended) {
    if (values.upgrade) throw new UsageError('--upgrade: no job of that deployment runs; deploy it without');
    return undefined;
  }
  if (values.new) return undefined;
  if (!sameServer(before.gateway, servers.gatewayUrl)) {
    throw new UsageError(
      `${before.name} runs as job ${newest.id} on ${before.gateway}: stop it there, or give --new if that cluster is gone`,
    );
  }
  const runs = await jobManager.job(newest.id, signal).then(
    ({ state }) => !isEnded(state),
    (error: unknown) => {
      if (error instanceof JobManagerError && error.kind === 'job-lost') return false;
      throw error;
    },
  );
  if (!runs) {
    if (values.upgrade)
      throw new UsageError(`--upgrade: job ${newest.id} of ${before.name} does not run any more; deploy it without`);
    return undefined;
  }
  if (values.upgrade) return { jobId: newest.id, savepointDirectory: values['savepoint-dir'] };
  throw new UsageError(
    `${before.name} runs as job ${newest.id}: --upgrade stops it with a savepoint and goes on from there`,
  );
}

function sameServer(a: string, b: string | undefined): boolean {
  return b !== undefined && URL.canParse(a) && URL.canParse(b) && new URL(a).host === new URL(b).host;
}

/** Starts what a deployment ran last, from the savepoint that it was stopped with. */
async function rollback(name: string, values: Values): Promise<number> {
  const store = deployments();
  const record = store.get(name);
  const text = store.sql(name);
  if (!record || text === undefined) throw new UsageError(`there is no deployment '${name}' to go back to`);
  const savepoint = values.from ?? record.jobs[0]?.ended?.savepoint;
  if (savepoint === undefined) throw new UsageError(`${name} has not ended with a savepoint; name one with --from`);
  const source: SqlSource = { file: record.source, text, marked: false, statements: [] };
  const given = { ...record.parameters, ...givenParameters(values.param) };
  const work = workOf(source, surroundings(values.env ?? record.environment), given);
  if (!work) return 1;
  const options: JobOptions = { ...record.options, name, startFrom: savepoint };
  const servers = serversOf(values, record);
  const { commit, dirty = false } = record.jobs[0] ?? {};
  const older = commit === undefined ? work : { ...work, commit: { commit, dirty } };
  return start(older, options, servers, record, store, { ...values, upgrade: false });
}

function beginning({ environment: { catalog, database } }: Surroundings): string[] {
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  return [
    ...(catalog === undefined ? [] : [`USE CATALOG ${quoted(catalog)}`]),
    ...(database === undefined ? [] : [`USE ${quoted(database)}`]),
  ];
}

function tellFailure(
  error: DeployError,
  { source, original, around }: Pick<Work, 'source' | 'original' | 'around'>,
  name: string,
  json: boolean,
): void {
  const { phase, range, jobId, savepoint, ended } = error.init;
  const message = around.masker.message(error.message);
  const place = range && { start: original(range.start), end: original(range.end) };
  if (json) {
    const at = place && lineColumn(source.text, place.start);
    const told = { phase, message, ...at, job: jobId ?? null, ended: ended ?? null, savepoint: savepoint ?? null };
    process.stdout.write(`${JSON.stringify({ name, error: told })}\n`);
    return;
  }
  if (place) tellAt(source, place, message);
  else process.stderr.write(`millrace: ${name}: ${phase}: ${message}\n`);
  if (jobId !== undefined) {
    process.stderr.write(`millrace: job ${jobId} ${ended ? 'has ended' : 'may go on running'}\n`);
  }
  if (savepoint !== undefined)
    process.stderr.write(`millrace: the job before is stopped; its savepoint is ${savepoint}\n`);
}

function tellAt(source: SqlSource, range: { readonly start: number; readonly end: number }, message: string): void {
  process.stderr.write(`${placedMessage(source.file, source.text, range, message)}\n`);
}
