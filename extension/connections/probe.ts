import { HttpTransport, isRecord, type ServerAccess } from '../../clients/http/index.ts';
import type { GatewayClient } from '../../clients/sql-gateway/client.ts';

/** What a look at a connection found. */
export interface Findings {
  readonly gateway: {
    /** `host:port`. */
    readonly server: string;
    readonly product: string;
    readonly version: string;
    /** REST versions that it offers, and the one that is spoken with it. */
    readonly offered: readonly number[];
    readonly spoken: number;
  };
  /** Undefined when none is named; a text says why it does not answer. */
  readonly jobManager: JobManagerFindings | string | undefined;
}

export interface JobManagerFindings {
  readonly server: string;
  readonly version: string;
  readonly taskManagers: number;
  readonly slots: number;
  readonly freeSlots: number;
  readonly runningJobs: number;
}

/** What is asked; a Connection fits. */
export interface Probed {
  connect(signal?: AbortSignal): Promise<GatewayClient>;
  jobManager(): Promise<ServerAccess | undefined>;
}

/** Asks gateway and JobManager who they are. Throws where the gateway does not answer; nothing is left open. */
export async function probe(connection: Probed, signal?: AbortSignal): Promise<Findings> {
  const client = await connection.connect(signal);
  try {
    const { productName, version } = await client.info(signal);
    const { server, offered, version: spoken } = client;
    const gateway = { server, product: productName, version, offered, spoken };
    return { gateway, jobManager: await probeJobManager(connection, signal) };
  } finally {
    client.dispose();
  }
}

async function probeJobManager(connection: Probed, signal?: AbortSignal): Promise<Findings['jobManager']> {
  let transport: HttpTransport | undefined;
  try {
    const access = await connection.jobManager();
    if (!access) return undefined;
    transport = new HttpTransport({ ...access, what: 'JobManager', timeoutMs: 8000 });
    const overview = await transport.json({ method: 'GET', path: '/overview', idempotent: true, signal });
    if (!isRecord(overview) || typeof overview['flink-version'] !== 'string') {
      return `${transport.server} does not answer as a JobManager does`;
    }
    const count = (name: string): number => (typeof overview[name] === 'number' ? overview[name] : 0);
    return {
      server: transport.server,
      version: overview['flink-version'],
      taskManagers: count('taskmanagers'),
      slots: count('slots-total'),
      freeSlots: count('slots-available'),
      runningJobs: count('jobs-running'),
    };
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  } finally {
    transport?.dispose();
  }
}

/** The findings line by line, for a tooltip or a form. */
export function describeFindings({ gateway, jobManager }: Findings): string[] {
  const versions = gateway.offered.map((version) => `v${version}`).join(', ');
  const lines = [
    `${gateway.product} SQL Gateway ${gateway.version} at ${gateway.server}`,
    `REST API ${versions}; v${gateway.spoken} is spoken`,
  ];
  if (jobManager === undefined) lines.push('No JobManager address: no list of jobs, no savepoints');
  else if (typeof jobManager === 'string') lines.push(`JobManager: ${jobManager}`);
  else {
    const { version, server, taskManagers, slots, freeSlots, runningJobs } = jobManager;
    lines.push(`JobManager ${version} at ${server}`);
    lines.push(`${count(taskManagers, 'task manager')}, ${freeSlots} of ${count(slots, 'slot')} free`);
    lines.push(`${count(runningJobs, 'job')} running`);
    if (minor(version) !== minor(gateway.version)) {
      lines.push(`The gateway is of Flink ${gateway.version}, the cluster of ${version}: they should be the same`);
    }
  }
  return lines;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function minor(version: string): string {
  return version.split('.', 2).join('.');
}
