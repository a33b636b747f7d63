import { onPath, type RunOptions, runProgram } from './commands.ts';
import { versionOfJars } from './install.ts';
import type { ClusterContainers, Role } from './local-cluster.ts';
import { ROLES } from './local-cluster.ts';

/** Where Flink's own images have it. */
const HOME = '/opt/flink';
const PORTS = { rpc: 6123, rest: 8081, gateway: 8083 } as const;
/** A label by which containers and networks of a cluster are found again; its value is the cluster's folder. */
const LABEL = 'millrace.cluster';
const GRACE_S = 10;

/** What a cluster in containers is made of. */
export interface ContainerCluster {
  readonly image: string;
  readonly name: string;
  /** The cluster's folder, which the containers see under the same path. */
  readonly folder: string;
  /** Where the jars beside Flink's own are kept; undefined for none. */
  readonly jarFolder: string | undefined;
  /** Where relative paths of tables start; the containers see it under the same path. */
  readonly cwd: string;
  readonly java: Readonly<Record<Role, readonly string[]>>;
  /** On loopback of this machine. */
  readonly ports: { readonly rest: number; readonly gateway: number };
}

/** What an image has, as the servers see it. */
export interface FlinkImage {
  readonly version: string;
  readonly lib: string;
  readonly gateway: readonly string[];
}

/** Ports and names inside of the cluster's network. */
export const insideOfNetwork = {
  ports: PORTS,
  hosts: { jobmanager: 'jobmanager', taskmanager: 'taskmanager', gateway: 'gateway' },
} as const;

/** Why there is no Docker here, in one line; undefined when its daemon answers. */
export async function missingDocker(signal?: AbortSignal): Promise<string | undefined> {
  if (process.platform === 'win32') return 'A Flink cluster in Docker needs Linux, macOS or WSL';
  if (!onPath('docker')) return 'There is no Docker on the PATH';
  try {
    await docker(['version', '--format', '{{.Server.Version}}'], { signal });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return `Docker does not answer: ${reason(error)}`;
  }
}

/** Pulls an image that is not there, tells how far it is, and looks what it has. Throws where it is no image of Flink. */
export async function prepareImage(
  image: string,
  progress: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<FlinkImage> {
  // What begins with a dash would be an option of docker.
  if (!/^[\w][\w./:@-]*$/.test(image)) throw new Error(`'${image}' is no name of an image`);
  const there = await docker(['image', 'inspect', '--format', '{{.Id}}', image], { signal }).then(
    () => true,
    () => false,
  );
  signal?.throwIfAborted();
  if (!there) {
    progress(`Pulling the image ${image}…`);
    const told = pullProgress();
    await docker(['pull', image], {
      signal,
      line: (text) => told(text, (layers) => progress(`Pulling the image ${image}: ${layers}…`)),
    });
  }
  const folders = [`${HOME}/lib`, `${HOME}/opt`];
  const look = ['run', '--rm', '--network', 'none', '--entrypoint', 'ls', image, '-1', ...folders];
  const listed = await docker(look, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new Error(`${image} is no image of Flink: ${reason(error)}`);
  });
  const jars = listed.split('\n').map((line) => line.trim());
  const version = versionOfJars(jars);
  if (version === undefined) throw new Error(`${image} is no image of Flink: it has no ${HOME}/lib/flink-dist-….jar`);
  const gateway = jars.filter((jar) => /^flink-sql-gateway[^/]*\.jar$/.test(jar)).map((jar) => `${HOME}/opt/${jar}`);
  if (gateway.length === 0)
    throw new Error(`${image} has no SQL Gateway: there is no ${HOME}/opt/flink-sql-gateway-….jar`);
  return { version, lib: `${HOME}/lib`, gateway };
}

/** Starts the three servers in a network of their own, their ports on this machine's loopback. */
export async function startContainers(
  cluster: ContainerCluster,
  signal: AbortSignal | undefined,
): Promise<ClusterContainers> {
  const { name, image, folder } = cluster;
  const network = `millrace-${name}`;
  const label = ['--label', `${LABEL}=${folder}`];
  await docker(['network', 'create', ...label, network], { signal });
  const ids = {} as Record<Role, string>;
  for (const role of ROLES) {
    const args = containerArguments(cluster, role);
    const said = await docker(
      ['run', '--detach', ...label, '--network', network, ...args, image, ...cluster.java[role]],
      { signal },
    );
    ids[role] = said.trim().split('\n').at(-1) ?? '';
  }
  return { image, network, ids };
}

function containerArguments({ name, folder, jarFolder, cwd, ports }: ContainerCluster, role: Role): string[] {
  const uid = process.getuid?.();
  const published = {
    jobmanager: `${ports.rest}:${PORTS.rest}`,
    gateway: `${ports.gateway}:${PORTS.gateway}`,
    taskmanager: undefined,
  }[role];
  const environment = {
    FLINK_CONF_DIR: `${folder}/conf`,
    FLINK_LIB_DIR: `${HOME}/lib`,
    FLINK_PLUGINS_DIR: `${HOME}/plugins`,
  };
  return [
    ...['--name', `millrace-${name}-${role}`, '--hostname', role, '--network-alias', role, '--init'],
    // A cluster's files are the person's, not those of the user that the image has.
    ...(uid === undefined ? [] : ['--user', `${uid}:${process.getgid?.()}`]),
    ...(published === undefined ? [] : ['--publish', `127.0.0.1:${published}`]),
    // Servers of this machine: an environment maps localhost to this name.
    ...['--add-host', 'host.docker.internal:host-gateway'],
    ...mount(folder),
    ...(jarFolder === undefined ? [] : mount(jarFolder, true)),
    ...mount(cwd),
    ...['--workdir', cwd],
    ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--entrypoint', 'java'],
  ];
}

/** A folder under the path that it has here. */
function mount(folder: string, readOnly = false): string[] {
  const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const fields = ['type=bind', `src=${folder}`, `dst=${folder}`, ...(readOnly ? ['readonly'] : [])];
  return ['--mount', fields.map(field).join(',')];
}

/** Which of the containers run. */
export async function runningContainers({ ids }: ClusterContainers): Promise<Readonly<Record<Role, boolean>>> {
  // One that is gone is not listed, which is no error.
  const listed = await docker([
    'ps',
    '--quiet',
    '--no-trunc',
    ...ROLES.flatMap((role) => ['--filter', `id=${ids[role]}`]),
  ]);
  const running = new Set(listed.split('\n').map((line) => line.trim()));
  return {
    jobmanager: running.has(ids.jobmanager),
    taskmanager: running.has(ids.taskmanager),
    gateway: running.has(ids.gateway),
  };
}

/** Ends and removes what a cluster has in Docker, also what an interrupted start has left. */
export async function removeContainers(folder: string): Promise<void> {
  const filter = ['--filter', `label=${LABEL}=${folder}`];
  const list = async (...args: string[]): Promise<string[]> =>
    (await docker([...args, ...filter]))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const containers = await list('ps', '--all', '--quiet');
  if (containers.length > 0) {
    await docker(['stop', '--time', String(GRACE_S), ...containers]);
    await docker(['rm', '--force', '--volumes', ...containers]);
  }
  const networks = await list('network', 'ls', '--quiet');
  if (networks.length > 0) await docker(['network', 'rm', ...networks]);
}

/** The end of what a container has said. */
export function lastWordsOf({ ids }: ClusterContainers, role: Role): Promise<string> {
  return docker(['logs', '--tail', '200', ids[role]]);
}

function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return runProgram('docker', args, options);
}

/** Docker's own reason, without the name of the program. */
function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^docker failed: /, '');
}

/** Counts layers in what `docker pull` says without a terminal: `<layer>: Pulling fs layer`, later `<layer>: Pull complete`. */
export function pullProgress(): (line: string, tell: (layers: string) => void) => void {
  const layers = new Map<string, boolean>();
  return (line, tell) => {
    const [, layer, state] = /^([0-9a-f]{6,}): (Pulling fs layer|Pull complete|Already exists)/.exec(line) ?? [];
    if (layer === undefined) return;
    layers.set(layer, state !== 'Pulling fs layer');
    const done = [...layers.values()].filter(Boolean).length;
    tell(`${done} of ${layers.size} layers`);
  };
}
