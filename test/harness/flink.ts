import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterConfiguration, yaml } from '../../clusters/configuration.ts';
import { type FlinkHome, installJars, installFlink as installPinned } from '../../clusters/install.ts';
import { logging } from '../../clusters/java-options.ts';
import { javaArguments } from '../../clusters/launch.ts';
import type { Role } from '../../clusters/local-cluster.ts';
import { flinkVersion } from '../../clusters/versions.ts';
import { cacheDir, root } from '../../scripts/paths.ts';
import { answersOk, freePorts, ServerProcess, workDir } from './processes.ts';

/** The version that decides, and the oldest that is supported. */
export type FlinkVersion = '2.2.1' | '1.20.3';

const newest: FlinkVersion = '2.2.1';
const connectorsOf: Readonly<Record<FlinkVersion, readonly string[]>> = {
  '2.2.1': [
    'org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2',
    // The format avro, and the compression zstd, which the one for Kafka lacks.
    'org.apache.flink:flink-sql-avro-confluent-registry:2.2.0',
  ],
  '1.20.3': [],
};
const slots = 8;

export interface Flink {
  /** `http://127.0.0.1:port` of the SQL Gateway. */
  readonly gatewayUrl: string;
  /** `http://127.0.0.1:port` of the JobManager. */
  readonly jobManagerUrl: string;
  /** The process that runs the operators. */
  readonly taskManagerPid: number | undefined;
  stop(): Promise<void>;
}

/** Flink with its gateway, installed as `millrace cluster start` does it, once; and the connectors of the tests. */
export interface InstalledFlink extends FlinkHome {
  readonly connectors: readonly string[];
}

export async function installFlink(
  progress: (text: string) => void = () => undefined,
  version: FlinkVersion = newest,
): Promise<InstalledFlink> {
  const pinned = flinkVersion(version);
  if (!pinned) throw new Error(`Flink ${version} is not among the versions that the project installs`);
  const install = { cache: cacheDir('millrace-test'), progress };
  const home = await installPinned(pinned, install);
  const connectors = connectorsOf[version];
  return { ...home, connectors: connectors.length === 0 ? [] : await installJars(connectors, install) };
}

/**
 * Starts a session cluster with one TaskManager (`heapMb` for its tasks) and a SQL Gateway on free loopback ports. `jars`: beside those
 * of the connectors, for what Flink looks for in its own class path.
 */
export async function launchFlink(
  heapMb = 512,
  version: FlinkVersion = newest,
  jars: readonly string[] = [],
): Promise<Flink> {
  const home = await installFlink(undefined, version);
  const work = workDir('flink');
  const [rpc = 0, rest = 0, gateway = 0] = await freePorts(3);
  const conf = join(work, 'conf');
  const settings = clusterConfiguration({ version, slots, memoryMb: heapMb, work, ports: { rpc, rest, gateway } });
  for (const folder of [conf, join(work, 'tmp'), join(work, 'upload')]) mkdirSync(folder);
  writeFileSync(join(conf, 'config.yaml'), yaml(settings));
  writeFileSync(join(conf, 'log4j2.properties'), logging());

  const all = [...home.connectors, ...jars];
  const args = javaArguments({ lib: home.lib, gateway: home.gateway, jars: all, folder: work, memoryMb: heapMb });
  const start = (role: Role) =>
    new ServerProcess({
      name: `flink ${role}`,
      command: 'java',
      args: args[role],
      env: {
        ...process.env,
        FLINK_CONF_DIR: conf,
        FLINK_LIB_DIR: home.lib,
        FLINK_PLUGINS_DIR: home.plugins,
      },
      // Relative paths of tables start where Flink was started.
      cwd: join(root, 'examples'),
      logFile: join(work, 'log', `${role}.log`),
    });
  const processes = [start('jobmanager'), start('taskmanager'), start('gateway')] as const;
  const jobManagerUrl = `http://127.0.0.1:${rest}`;
  const gatewayUrl = `http://127.0.0.1:${gateway}`;
  const stop = async () => {
    await Promise.all(processes.map((one) => one.stop()));
    rmSync(work, { recursive: true, force: true });
  };
  try {
    const [manager, task, sql] = processes;
    await manager.waitUntil(() => answersOk(`${jobManagerUrl}/overview`), 120_000);
    const ready = (body: string) => body.includes(`"slots-total":${slots}`);
    await task.waitUntil(() => answersOk(`${jobManagerUrl}/overview`, ready), 120_000);
    await sql.waitUntil(() => answersOk(`${gatewayUrl}/info`), 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { gatewayUrl, jobManagerUrl, taskManagerPid: processes[1].pid, stop };
}
