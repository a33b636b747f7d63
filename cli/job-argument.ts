import { isEnded, type JobManagerClient } from '../clients/job-manager/index.ts';
import type { DeploymentRecord } from '../deployment/index.ts';
import { deployments } from './deployments.ts';
import { openJobManager, type ServerValues, serversOf } from './servers.ts';

export interface NamedJob {
  readonly id: string;
  readonly record: DeploymentRecord | undefined;
  readonly client: JobManagerClient;
}

/** The job that a command names: by id, as a deployment of this project, or by the name of one that runs. The caller disposes the client. */
export async function namedJob(argument: string, values: ServerValues, signal: AbortSignal): Promise<NamedJob> {
  const store = deployments();
  const isId = /^[0-9a-f]{32}$/i.test(argument);
  const record = isId ? store.ofJob(argument.toLowerCase()) : store.get(argument);
  const { client } = await openJobManager(serversOf(values, record), undefined, signal);
  try {
    if (isId) return { id: argument.toLowerCase(), record, client };
    const newest = record?.jobs[0];
    if (newest) return { id: newest.id, record, client };
    const found = (await client.jobs(signal)).filter(({ name, state }) => name === argument && !isEnded(state));
    const [job] = found;
    if (found.length > 1) {
      throw new Error(`${found.length} running jobs are called '${argument}': ${found.map(({ id }) => id).join(', ')}`);
    }
    if (job) return { id: job.id, record: undefined, client };
    throw new Error(
      `Neither a deployment of this project nor a running job on ${client.server} is called '${argument}'`,
    );
  } catch (error) {
    client.dispose();
    throw error;
  }
}
