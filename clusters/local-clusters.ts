import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import { clusterConfiguration, yaml } from './configuration.ts';
import {
  insideOfNetwork,
  lastWordsOf,
  missingDocker,
  prepareImage,
  removeContainers,
  runningContainers,
  startContainers,
} from './containers.ts';
import { distribution, type FlinkHome, installFlink, installJars, missingForFlink, versionOf } from './install.ts';
import { logging } from './java-options.ts';
import { javaArguments } from './launch.ts';
import { type ClusterServers, type LocalCluster, ROLES, type Role, type StartOptions } from './local-cluster.ts';
import { endProcess, freePorts, isAlive, type KnownProcess, startProcess } from './processes.ts';
import { FLINK_VERSIONS, flinkVersion } from './versions.ts';

const READY_MS = 120_000;
const NAME = /^[A-Za-z0-9][\w.-]{0,59}$/;

/** Session clusters of this machine: started with free ports on loopback, kept in mind in files, ended by their recorded processes. */
export class LocalClusters {
  readonly #root: string;

  /** @param root where downloads and clusters are kept; default: the user's cache */
  constructor(root = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace')) {
    this.#root = root;
  }

  /** Those that run, by name. One whose process has died is there too: its state says so. */
  list(): LocalCluster[] {
    const folder = join(this.#root, 'clusters');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map((name) => join(folder, name, 'cluster.json'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')) as LocalCluster);
  }

  get(name: string): LocalCluster | undefined {
    return this.list().find((cluster) => cluster.name === name);
  }

  /** Which of its servers run. Throws where they are in Docker, and Docker does not answer. */
  async alive(cluster: LocalCluster): Promise<Readonly<Record<Role, boolean>>> {
    if ('containers' in cluster) return runningContainers(cluster.containers);
    const of = (role: Role): boolean => isAlive(cluster.processes[role]);
    return { jobmanager: of('jobmanager'), taskmanager: of('taskmanager'), gateway: of('gateway') };
  }

  log({ folder }: LocalCluster, role: Role): string {
    return join(folder, 'log', `${role}.log`);
  }

  /** Installs what is missing, starts all three servers and waits until they answer. What was begun is ended where it fails. */
  async start(options: StartOptions): Promise<LocalCluster> {
    const { name, slots, memoryMb, connectors, progress, signal } = options;
    checkOptions(options);
    const before = this.get(name);
    if (before && Object.values(await this.alive(before)).some(Boolean)) {
      throw new Error(`The cluster ${name} runs already`);
    }
    const made = await this.#prepare(options);
    const install = { cache: this.#root, progress, signal };
    const jars = connectors.length === 0 ? [] : await installJars(connectors, install);
    const folder = this.#folder(name);
    const conf = join(folder, 'conf');
    for (const part of ['conf', 'log', 'tmp', 'upload']) mkdirSync(join(folder, part), { recursive: true });
    const [rpc = 0, rest = 0, gateway = 0] = await freePorts(3);
    const inside = made.image === undefined ? { ports: { rpc, rest, gateway } } : insideOfNetwork;
    const settings = yaml(clusterConfiguration({ version: made.version, slots, memoryMb, work: folder, ...inside }));
    writeFileSync(join(conf, 'config.yaml'), settings);
    // What versions before 1.19 read.
    writeFileSync(join(conf, 'flink-conf.yaml'), settings);
    writeFileSync(join(conf, 'log4j2.properties'), logging(made.image !== undefined));
    progress('Starting JobManager, TaskManager and SQL Gateway…');
    const java = javaArguments({ ...made, jars, folder, memoryMb });
    const { cwd } = options;
    const { image } = made;
    const jarFolder = jars.length === 0 ? undefined : join(this.#root, 'jars');
    const inDocker = { name, folder, jarFolder, cwd, java, ports: { rest, gateway } };
    let cluster: LocalCluster | undefined;
    try {
      // What an interrupted start has left in Docker would be in the way.
      if (image !== undefined) await removeContainers(folder);
      const servers: ClusterServers =
        image === undefined
          ? { processes: startProcesses(java, made, folder, cwd) }
          : { containers: await startContainers({ ...inDocker, image }, signal) };
      cluster = {
        name,
        version: made.version,
        gatewayUrl: `http://127.0.0.1:${gateway}`,
        jobManagerUrl: `http://127.0.0.1:${rest}`,
        slots,
        memoryMb,
        connectors,
        started: new Date().toISOString(),
        ...servers,
        folder,
      };
      writeFileSync(join(folder, 'cluster.json'), `${JSON.stringify(cluster, undefined, 2)}\n`);
      const { jobManagerUrl, gatewayUrl } = cluster;
      await this.#wait(cluster, 'jobmanager', () => answers(`${jobManagerUrl}/overview`), signal);
      progress('JobManager is ready; waiting for the TaskManager…');
      const hasSlots = (body: string): boolean => body.includes(`"slots-total":${slots}`);
      await this.#wait(cluster, 'taskmanager', () => answers(`${jobManagerUrl}/overview`, hasSlots), signal);
      progress('TaskManager is ready; waiting for the SQL Gateway…');
      await this.#wait(cluster, 'gateway', () => answers(`${gatewayUrl}/info`), signal);
    } catch (error) {
      if (cluster) await this.stop(name);
      else if (image !== undefined) await removeContainers(folder);
      throw error;
    }
    return cluster;
  }

  /** Ends a cluster by its recorded processes or containers, jobs and all. Its savepoints and logs stay. */
  async stop(name: string): Promise<void> {
    const cluster = this.get(name);
    if (!cluster) throw new Error(`There is no cluster ${name}`);
    if ('containers' in cluster) await removeContainers(cluster.folder);
    else await Promise.all(ROLES.map((role) => endProcess(cluster.processes[role])));
    for (const part of ['cluster.json', 'tmp', 'upload'])
      rmSync(join(cluster.folder, part), { recursive: true, force: true });
  }

  #folder(name: string): string {
    return join(this.#root, 'clusters', name);
  }

  async #prepare({ flink, progress, signal }: StartOptions): Promise<Prepared> {
    if ('image' in flink) {
      const missing = await missingDocker(signal);
      if (missing) throw new Error(missing);
      return { ...(await prepareImage(flink.image, progress, signal)), image: flink.image };
    }
    if ('home' in flink) {
      const home = distribution(flink.home);
      const missing = await missingForFlink(11, false);
      if (missing) throw new Error(missing);
      return { ...home, version: versionOf(flink.home) };
    }
    const pinned = flinkVersion(flink.version);
    if (!pinned) {
      const known = FLINK_VERSIONS.map(({ version }) => version).join(', ');
      throw new Error(`Flink ${flink.version} is not among the versions that can be installed: ${known}`);
    }
    const missing = await missingForFlink(pinned.java, true);
    if (missing) throw new Error(missing);
    return { ...(await installFlink(pinned, { cache: this.#root, progress, signal })), version: pinned.version };
  }

  async #wait(
    cluster: LocalCluster,
    role: Role,
    ready: () => Promise<boolean>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const end = Date.now() + READY_MS;
    while (!(await ready())) {
      signal?.throwIfAborted();
      const alive = await this.alive(cluster);
      const ended = ROLES.find((each) => !alive[each]);
      if (ended) throw new Error(`The ${ended} ended while it started: ${await this.#lastWords(cluster, ended)}`);
      if (Date.now() > end)
        throw new Error(
          `The ${role} was not ready after ${READY_MS / 1000} s: ${await this.#lastWords(cluster, role)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  async #lastWords(cluster: LocalCluster, role: Role): Promise<string> {
    // A container whose Java did not start has written no file.
    const said =
      'containers' in cluster
        ? await lastWordsOf(cluster.containers, role)
        : readFileSync(this.log(cluster, role), 'utf8');
    const lines = said.split('\n');
    const told =
      lines.findLast((line) => /^Caused by: |Exception: |^Error: /.test(line)) ?? lines.findLast((line) => line !== '');
    return `${told ?? 'it said nothing'} (log: ${this.log(cluster, role)})`;
  }
}

/** What is there to start: Flink's jars, of this machine or in an image. */
interface Prepared {
  readonly version: string;
  readonly lib: string;
  readonly gateway: readonly string[];
  /** Of a home of this machine. */
  readonly plugins?: FlinkHome['plugins'];
  readonly image?: string;
}

function startProcesses(
  java: Readonly<Record<Role, readonly string[]>>,
  { lib, plugins = '' }: Prepared,
  folder: string,
  cwd: string,
): Record<Role, KnownProcess> {
  const env = {
    ...process.env,
    FLINK_CONF_DIR: join(folder, 'conf'),
    FLINK_LIB_DIR: lib,
    FLINK_PLUGINS_DIR: plugins,
  };
  const start = (role: Role): KnownProcess =>
    startProcess('java', java[role], { env, cwd, log: join(folder, 'log', `${role}.log`) });
  return { jobmanager: start('jobmanager'), taskmanager: start('taskmanager'), gateway: start('gateway') };
}

function checkOptions({ name, slots, memoryMb }: StartOptions): void {
  if (!NAME.test(name)) throw new Error(`'${name}' is no name for a cluster: letters, digits and . _ -`);
  if (!Number.isInteger(slots) || slots < 1 || slots > 128) throw new Error(`${slots} slots: it should be 1 to 128`);
  const machine = Math.floor(totalmem() / 2 ** 20);
  if (!Number.isInteger(memoryMb) || memoryMb < 128 || memoryMb > machine) {
    throw new Error(`${memoryMb} MiB for tasks: it should be from 128 to the ${machine} that this machine has`);
  }
}

async function answers(url: string, accepts: (body: string) => boolean = () => true): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok && accepts(await response.text());
  } catch {
    return false; // Not up yet.
  }
}
