import { HttpTransport, isRecord, type ServerAccess } from '../../clients/http/index.ts';
import type { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { t } from '../../webviews/shared/l10n.ts';

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
      return t('{0} does not answer as a JobManager does', transport.server);
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
    t('{0} SQL Gateway {1} at {2}', gateway.product, gateway.version, gateway.server),
    t('REST API {0}; v{1} is spoken', versions, gateway.spoken),
  ];
  if (jobManager === undefined) lines.push(t('No JobManager address: no list of jobs, no savepoints'));
  else if (typeof jobManager === 'string') lines.push(t('JobManager: {0}', jobManager));
  else {
    const { version, server, taskManagers, slots, freeSlots, runningJobs } = jobManager;
    lines.push(t('JobManager {0} at {1}', version, server));
    const managers = taskManagers === 1 ? t('1 task manager') : t('{0} task managers', taskManagers);
    lines.push(
      `${managers}, ${slots === 1 ? t('{0} of 1 slot free', freeSlots) : t('{0} of {1} slots free', freeSlots, slots)}`,
    );
    lines.push(runningJobs === 1 ? t('1 job running') : t('{0} jobs running', runningJobs));
    if (minor(version) !== minor(gateway.version)) {
      lines.push(
        t('The gateway is of Flink {0}, the cluster of {1}: they should be the same', gateway.version, version),
      );
    }
  }
  return lines;
}

function minor(version: string): string {
  return version.split('.', 2).join('.');
}
