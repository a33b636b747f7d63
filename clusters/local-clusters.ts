import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { clusterConfiguration, yaml } from './configuration.ts';
import { distribution, type FlinkHome, installFlink, installJars, missingForFlink, versionOf } from './install.ts';
import { logging, moduleOptions } from './java-options.ts';
import { endProcess, freePorts, isAlive, type KnownProcess, startProcess } from './processes.ts';
import { FLINK_VERSIONS, flinkVersion } from './versions.ts';

export const ROLES = ['jobmanager', 'taskmanager', 'gateway'] as const;
export type Role = (typeof ROLES)[number];

/** A session cluster of this machine, as it is written down beside its data. */
export interface LocalCluster {
  readonly name: string;
  readonly version: string;
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  readonly slots: number;
  readonly memoryMb: number;
  /** Coordinates of the jars beside Flink's own. */
  readonly connectors: readonly string[];
  /** ISO time. */
  readonly started: string;
  readonly processes: Readonly<Record<Role, KnownProcess>>;
  /** Where its configuration, logs, checkpoints and savepoints are. */
  readonly folder: string;
}

export interface StartOptions {
  readonly name: string;
  /** A pinned version, or a folder with a distribution. */
  readonly flink: { readonly version: string } | { readonly home: string };
  readonly slots: number;
  readonly memoryMb: number;
  readonly connectors: readonly string[];
  /** Where relative paths of tables start. */
  readonly cwd: string;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

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

  /** Which of its processes run. */
  alive({ processes }: LocalCluster): Readonly<Record<Role, boolean>> {
    const of = (role: Role): boolean => isAlive(processes[role]);
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
    if (before && ROLES.some((role) => this.alive(before)[role])) throw new Error(`The cluster ${name} runs already`);
    const { home, version } = await this.#home(options);
    const install = { cache: this.#root, progress, signal };
    const jars = connectors.length === 0 ? [] : await installJars(connectors, install);
    const folder = join(this.#root, 'clusters', name);
    const conf = join(folder, 'conf');
    for (const part of ['conf', 'log', 'tmp', 'upload']) mkdirSync(join(folder, part), { recursive: true });
    const [rpc = 0, rest = 0, gateway = 0] = await freePorts(3);
    const ports = { rpc, rest, gateway };
    const settings = yaml(clusterConfiguration({ version, slots, memoryMb, work: folder, ports }));
    writeFileSync(join(conf, 'config.yaml'), settings);
    // What versions before 1.19 read.
    writeFileSync(join(conf, 'flink-conf.yaml'), settings);
    writeFileSync(join(conf, 'log4j2.properties'), logging);
    progress('Starting JobManager, TaskManager and SQL Gateway…');
    const cluster: LocalCluster = {
      name,
      version,
      gatewayUrl: `http://127.0.0.1:${gateway}`,
      jobManagerUrl: `http://127.0.0.1:${rest}`,
      slots,
      memoryMb,
      connectors,
      started: new Date().toISOString(),
      processes: launch({ home, jars, folder, conf, memoryMb, cwd: options.cwd }),
      folder,
    };
    writeFileSync(join(folder, 'cluster.json'), `${JSON.stringify(cluster, undefined, 2)}\n`);
    try {
      const { jobManagerUrl, gatewayUrl } = cluster;
      await this.#wait(cluster, 'jobmanager', () => answers(`${jobManagerUrl}/overview`), signal);
      progress('JobManager is ready; waiting for the TaskManager…');
      const hasSlots = (body: string): boolean => body.includes(`"slots-total":${slots}`);
      await this.#wait(cluster, 'taskmanager', () => answers(`${jobManagerUrl}/overview`, hasSlots), signal);
      progress('TaskManager is ready; waiting for the SQL Gateway…');
      await this.#wait(cluster, 'gateway', () => answers(`${gatewayUrl}/info`), signal);
    } catch (error) {
      await this.stop(name);
      throw error;
    }
    return cluster;
  }

  /** Ends a cluster by its recorded processes, jobs and all. Its savepoints and logs stay. */
  async stop(name: string): Promise<void> {
    const cluster = this.get(name);
    if (!cluster) throw new Error(`There is no cluster ${name}`);
    const { gateway, taskmanager, jobmanager } = cluster.processes;
    await Promise.all([gateway, taskmanager, jobmanager].map((one) => endProcess(one)));
    for (const part of ['cluster.json', 'tmp', 'upload'])
      rmSync(join(cluster.folder, part), { recursive: true, force: true });
  }

  async #home({ flink, progress, signal }: StartOptions): Promise<{ home: FlinkHome; version: string }> {
    if ('home' in flink) {
      const home = distribution(flink.home);
      const missing = await missingForFlink(11, false);
      if (missing) throw new Error(missing);
      return { home, version: versionOf(flink.home) };
    }
    const pinned = flinkVersion(flink.version);
    if (!pinned) {
      const known = FLINK_VERSIONS.map(({ version }) => version).join(', ');
      throw new Error(`Flink ${flink.version} is not among the versions that can be installed: ${known}`);
    }
    const missing = await missingForFlink(pinned.java, true);
    if (missing) throw new Error(missing);
    return { home: await installFlink(pinned, { cache: this.#root, progress, signal }), version: pinned.version };
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
      const ended = ROLES.find((each) => !isAlive(cluster.processes[each]));
      if (ended) throw new Error(`The ${ended} ended while it started: ${this.#lastWords(cluster, ended)}`);
      if (Date.now() > end)
        throw new Error(`The ${role} was not ready after ${READY_MS / 1000} s: ${this.#lastWords(cluster, role)}`);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  #lastWords(cluster: LocalCluster, role: Role): string {
    const lines = readFileSync(this.log(cluster, role), 'utf8').split('\n');
    const told =
      lines.findLast((line) => /^Caused by: |Exception: |^Error: /.test(line)) ?? lines.findLast((line) => line !== '');
    return `${told ?? 'it said nothing'} (log: ${this.log(cluster, role)})`;
  }
}

interface Launch {
  readonly home: FlinkHome;
  readonly jars: readonly string[];
  readonly folder: string;
  readonly conf: string;
  readonly memoryMb: number;
  readonly cwd: string;
}

function launch({ home, jars, folder, conf, memoryMb, cwd }: Launch): Record<Role, KnownProcess> {
  const env = { ...process.env, FLINK_CONF_DIR: conf, FLINK_LIB_DIR: home.lib, FLINK_PLUGINS_DIR: home.plugins };
  const path = [join(home.lib, '*'), ...jars].join(delimiter);
  const java = (
    role: Role,
    memory: readonly string[],
    classPath: string,
    main: string,
    ...args: string[]
  ): KnownProcess => {
    const files = [
      `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
      `-Dlog4j.configurationFile=${join(conf, 'log4j2.properties')}`,
    ];
    const log = join(folder, 'log', `${role}.log`);
    const all = [...memory, ...moduleOptions, ...files, `-Dlog.file=${log}`, '-cp', classPath, main, ...args];
    return startProcess('java', all, { env, cwd, log });
  };
  const runtime = 'org.apache.flink.runtime';
  const small = ['-Xmx768m', '-XX:MaxMetaspaceSize=384m'];
  const large = [`-Xmx${memoryMb + 128}m`, '-XX:MaxDirectMemorySize=768m', '-XX:MaxMetaspaceSize=384m'];
  const cluster = `${runtime}.entrypoint.StandaloneSessionClusterEntrypoint`;
  return {
    jobmanager: java('jobmanager', small, path, cluster, '--configDir', conf, '--executionMode', 'cluster'),
    taskmanager: java('taskmanager', large, path, `${runtime}.taskexecutor.TaskManagerRunner`, '--configDir', conf),
    gateway: java(
      'gateway',
      small,
      [path, ...home.gateway].join(delimiter),
      'org.apache.flink.table.gateway.SqlGateway',
    ),
  };
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
