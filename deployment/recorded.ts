import { resolve } from 'node:path';
import { DeployError } from './deploy-error.ts';
import { type Deployed, type DeployRequest, deploy, type Progress, type Target } from './deployer.ts';
import { type Commit, commitOf } from './git.ts';
import type { JobOptions } from './options.ts';
import type { DeployedJob, DeploymentRecord, DeploymentStore } from './record.ts';

/** A deployment with what its record says beside the job. */
export interface RecordedRequest extends DeployRequest {
  readonly store: DeploymentStore;
  /** The text before variables were filled in: kept, so that it can be started again. */
  readonly sql: string;
  /** The file of the text, from `root`. */
  readonly source: string;
  readonly root: string;
  readonly environment?: string | undefined;
  /** Values that were chosen for the text's parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly connection?: string | undefined;
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  /** Of an older text, which the file does not hold any more. */
  readonly commit?: Commit | undefined;
}

/** Deploys, and writes down what runs where, from which commit; where the old job was stopped and the new one failed, that. */
export async function deployRecorded(
  target: Target,
  request: RecordedRequest,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Deployed & { readonly record: DeploymentRecord }> {
  const { store, sql, source, root, environment, connection, options, gatewayUrl, jobManagerUrl } = request;
  const parameters = Object.keys(request.parameters ?? {}).length > 0 ? request.parameters : undefined;
  const before = store.get(options.name);
  let deployed: Deployed;
  try {
    deployed = await deploy(target, request, progress, signal);
  } catch (error) {
    if (error instanceof DeployError && error.init.savepoint !== undefined) {
      store.ended(options.name, { at: now(), how: 'stopped', savepoint: error.init.savepoint });
    }
    throw error;
  }
  const { jobId, flinkVersion, startedFrom } = deployed;
  const commit = request.commit ?? (await commitOf(resolve(root, source)));
  const job: DeployedJob = { id: jobId, submitted: now(), ...commit, startedFrom };
  const earlier = (before?.jobs ?? []).map((old, i) =>
    i === 0 && request.replaces?.jobId === old.id
      ? { ...old, ended: { at: now(), how: 'stopped' as const, savepoint: startedFrom } }
      : old,
  );
  const record: DeploymentRecord = {
    name: options.name,
    source: source.replaceAll('\\', '/'),
    environment,
    connection,
    gateway: gatewayUrl,
    jobManager: jobManagerUrl,
    flinkVersion,
    options: kept(options),
    parameters,
    jobs: [job, ...earlier],
  };
  store.save(record, sql);
  return { ...deployed, record };
}

/** The options that the next deployment of the name takes over. */
function kept({ name: _, startFrom: _from, ...others }: JobOptions): Omit<JobOptions, 'name' | 'startFrom'> {
  return others;
}

const now = (): string => new Date().toISOString();
