import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ServerAccess, ServerAuth, TlsAccess } from '../clients/http/index.ts';
import { findJobManager, JobManagerClient } from '../clients/job-manager/index.ts';
import { GatewayClient } from '../clients/sql-gateway/client.ts';
import { UsageError } from './usage.ts';

/** Options of every command that talks to a cluster, for parseArgs. */
export const serverOptions = {
  gateway: { type: 'string' },
  jobmanager: { type: 'string' },
  connection: { type: 'string' },
} as const;

export interface ServerValues {
  readonly gateway?: string | undefined;
  readonly jobmanager?: string | undefined;
  readonly connection?: string | undefined;
}

/** Addresses that hold where the command line names none, e.g. those of a deployment's record. */
export interface KnownServers {
  readonly gateway?: string | undefined;
  readonly jobManager?: string | undefined;
}

export interface Servers {
  readonly gatewayUrl: string | undefined;
  readonly jobManagerUrl: string | undefined;
  access(url: string): ServerAccess;
}

/** The servers that a command line names. Credentials come from MILLRACE_TOKEN, or MILLRACE_USER and MILLRACE_PASSWORD. */
export function serversOf(values: ServerValues, known: KnownServers = {}): Servers {
  const named = values.connection === undefined ? undefined : connectionOf(values.connection);
  const auth = authOf(process.env);
  return {
    gatewayUrl: values.gateway ?? named?.url ?? known.gateway,
    jobManagerUrl: values.jobmanager ?? named?.jobManager ?? (values.gateway ? undefined : known.jobManager),
    access: (url) => ({
      url,
      ...(auth && { auth }),
      ...(named?.headers && { headers: named.headers }),
      ...(named?.tls && { tls: named.tls }),
    }),
  };
}

/** The gateway. Throws UsageError where none is named. */
export async function openGateway(servers: Servers, signal?: AbortSignal): Promise<GatewayClient> {
  if (servers.gatewayUrl === undefined) {
    throw new UsageError('which cluster? Give --gateway URL, or --connection NAME');
  }
  return GatewayClient.connect({ ...servers.access(servers.gatewayUrl), ...(signal && { signal }) });
}

/** The JobManager, named or found through the gateway, with its address. Throws where there is none. */
export async function openJobManager(
  servers: Servers,
  gateway?: GatewayClient,
  signal?: AbortSignal,
): Promise<{ readonly client: JobManagerClient; readonly url: string }> {
  if (servers.jobManagerUrl !== undefined) {
    return { client: new JobManagerClient(servers.access(servers.jobManagerUrl)), url: servers.jobManagerUrl };
  }
  const { gatewayUrl } = servers;
  if (gatewayUrl === undefined)
    throw new UsageError('which cluster? Give --jobmanager URL, --gateway URL or --connection NAME');
  const own = gateway ?? (await openGateway(servers, signal));
  try {
    const session = await own.openSession({ ...(signal && { signal }) });
    const properties = await session.properties(signal).finally(() => session.close());
    const access = await findJobManager(servers.access(gatewayUrl), properties, signal);
    if (access) return { client: new JobManagerClient(access), url: access.url };
  } finally {
    if (!gateway) own.dispose();
  }
  throw new Error(
    `The gateway at ${own.server} does not tell a JobManager that answers: give its address with --jobmanager`,
  );
}

function authOf(env: NodeJS.ProcessEnv): ServerAuth | undefined {
  const { MILLRACE_TOKEN: token, MILLRACE_USER: user, MILLRACE_PASSWORD: password } = env;
  if (token) return { kind: 'bearer', token };
  return user ? { kind: 'basic', user, password: password ?? '' } : undefined;
}

interface NamedConnection {
  readonly url: string;
  readonly jobManager: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly tls: TlsAccess | undefined;
}

const SETTINGS = join('.vscode', 'settings.json');

/** A connection of the workspace's settings (`millrace.connections`), without the secrets that the editor keeps. */
function connectionOf(name: string): NamedConnection {
  const file = findUp(process.cwd());
  const list = file === undefined ? [] : connectionsIn(file);
  const found = list.find((entry) => entry.name === name);
  if (!found || typeof found.url !== 'string') {
    const known = list.map((entry) => String(entry.name)).join(', ');
    const where = file ?? `no ${SETTINGS} here or above`;
    throw new UsageError(`there is no connection '${name}' (${where}${known ? ` has ${known}` : ''})`);
  }
  const folder = dirname(dirname(file as string));
  return {
    url: found.url,
    jobManager: typeof found.jobManager === 'string' ? found.jobManager : undefined,
    headers: found.headers as Record<string, string> | undefined,
    tls: found.tls === undefined ? undefined : tlsOf(found.tls as Record<string, unknown>, folder),
  };
}

function tlsOf(tls: Record<string, unknown>, folder: string): TlsAccess {
  const text = (key: string): string | undefined =>
    typeof tls[key] === 'string' ? readFileSync(resolve(folder, tls[key]), 'utf8') : undefined;
  return {
    ca: text('ca'),
    cert: text('cert'),
    key: text('key'),
    pfx: typeof tls.keyStore === 'string' ? readFileSync(resolve(folder, tls.keyStore)) : undefined,
    passphrase: process.env.MILLRACE_KEY_PASSPHRASE,
    serverName: typeof tls.serverName === 'string' ? tls.serverName : undefined,
    acceptAnyCertificate: tls.acceptAnyCertificate === true,
  };
}

function connectionsIn(file: string): Record<string, unknown>[] {
  let settings: unknown;
  try {
    settings = JSON.parse(withoutComments(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = (settings as Record<string, unknown> | null)?.['millrace.connections'];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

/** VS Code's settings are JSON with comments and commas before a closing bracket. */
function withoutComments(text: string): string {
  const pattern = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*(?:(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)\s*)*[\]}])/g;
  return text.replace(pattern, (found) => (found.startsWith('"') ? found : ''));
}

function findUp(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, SETTINGS);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}
