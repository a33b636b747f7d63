import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, onPath, root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { downloadJars } from './maven.ts';
import { answersOk, freePorts, ServerProcess, workDir } from './processes.ts';

/** The version that decides, and the oldest that is supported. */
export type FlinkVersion = '2.2.1' | '1.20.3';

const newest: FlinkVersion = '2.2.1';
const homeOf = (version: FlinkVersion): string => join(cacheDir('millrace-test'), `flink-${version}`);
const connectorsOf: Readonly<Record<FlinkVersion, readonly string[]>> = {
  '2.2.1': ['org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2'],
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

/** Downloads Flink, once: its libraries from PyPI (the only complete package in a registry), the rest from Maven Central. */
export async function installFlink(
  note: (text: string) => void = () => undefined,
  version: FlinkVersion = newest,
): Promise<void> {
  const home = homeOf(version);
  if (existsSync(home)) return;
  mkdirSync(cacheDir('millrace-test'), { recursive: true });
  const part = mkdtempSync(`${home}.part-`);
  try {
    note(`downloading Flink ${version} from PyPI …`);
    const pip = onPath('pip', 'pip3') ?? 'pip';
    const what = ['--no-deps', '--no-binary', ':all:', '--no-cache-dir', `apache-flink-libraries==${version}`];
    await run(pip, ['download', '-q', '--disable-pip-version-check', ...what, '-d', join(part, 'sdist')]);
    const archive = readdirSync(join(part, 'sdist')).find((name) => name.endsWith('.tar.gz'));
    if (!archive) throw new Error('pip gave no source archive of apache-flink-libraries');
    await run('tar', ['xzf', join(part, 'sdist', archive), '-C', part, '--no-same-owner', '--strip-components=1']);
    for (const folder of ['lib', 'plugins'])
      cpSync(join(part, 'deps', folder), join(part, 'home', folder), { recursive: true });
    note("downloading Flink's SQL Gateway and connectors from Maven Central …");
    const artifacts = connectorsOf[version];
    if (artifacts.length > 0) await downloadJars(join(part, 'home', 'connectors'), { artifacts, transitive: false });
    const gateway = [`org.apache.flink:flink-sql-gateway:${version}`];
    await downloadJars(join(part, 'home', 'gateway'), { artifacts: gateway, transitive: false });
    renameSync(join(part, 'home'), home);
    note(`Flink ${version} downloaded`);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Starts a session cluster with one TaskManager (`heapMb` for its tasks) and a SQL Gateway on free loopback ports. */
export async function launchFlink(heapMb = 512, version: FlinkVersion = newest): Promise<Flink> {
  await installFlink(undefined, version);
  const home = homeOf(version);
  const work = workDir('flink');
  const [rpc = 0, rest = 0, gateway = 0] = await freePorts(3);
  const conf = join(work, 'conf');
  for (const folder of [conf, join(work, 'tmp'), join(work, 'upload')]) mkdirSync(folder);
  writeFileSync(join(conf, 'config.yaml'), configuration({ work, rpc, rest, gateway, heapMb }));
  writeFileSync(join(conf, 'log4j2.properties'), logging);

  const classPath = `${join(home, 'lib', '*')}:${join(home, 'connectors', '*')}`;
  const java = (name: string, memory: readonly string[], path: string, main: string, ...args: string[]) =>
    new ServerProcess({
      name: `flink ${name}`,
      command: 'java',
      args: [
        ...memory,
        ...moduleOptions,
        `-Djava.io.tmpdir=${join(work, 'tmp')}`,
        `-Dlog4j.configurationFile=${join(conf, 'log4j2.properties')}`,
        '-cp',
        path,
        main,
        ...args,
      ],
      env: {
        ...process.env,
        FLINK_CONF_DIR: conf,
        FLINK_LIB_DIR: join(home, 'lib'),
        FLINK_PLUGINS_DIR: join(home, 'plugins'),
      },
      // Relative paths of tables start where Flink was started.
      cwd: join(root, 'examples'),
      logFile: join(work, `${name}.log`),
    });

  const runtime = 'org.apache.flink.runtime';
  const cluster = `${runtime}.entrypoint.StandaloneSessionClusterEntrypoint`;
  const worker = `${runtime}.taskexecutor.TaskManagerRunner`;
  const small = ['-Xmx768m', '-XX:MaxMetaspaceSize=384m'];
  const large = [`-Xmx${heapMb + 128}m`, '-XX:MaxDirectMemorySize=384m', '-XX:MaxMetaspaceSize=384m'];
  const processes = [
    java('jobmanager', small, classPath, cluster, '--configDir', conf, '--executionMode', 'cluster'),
    java('taskmanager', large, classPath, worker, '--configDir', conf),
    java('gateway', small, `${classPath}:${join(home, 'gateway', '*')}`, 'org.apache.flink.table.gateway.SqlGateway'),
  ] as const;
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

interface Places {
  readonly work: string;
  readonly rpc: number;
  readonly rest: number;
  readonly gateway: number;
  readonly heapMb: number;
}

/** A small cluster: the TaskManager wants every part of its memory set when it is started without Flink's shell scripts. */
function configuration({ work, rpc, rest, gateway, heapMb }: Places): string {
  const settings = {
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.rpc.port': rpc,
    'jobmanager.bind-host': '127.0.0.1',
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': rest,
    'web.upload.dir': join(work, 'upload'),
    'io.tmp.dirs': join(work, 'tmp'),
    'taskmanager.numberOfTaskSlots': slots,
    'taskmanager.cpu.cores': slots,
    'taskmanager.memory.task.heap.size': `${heapMb}m`,
    'taskmanager.memory.task.off-heap.size': '0m',
    'taskmanager.memory.framework.heap.size': '128m',
    'taskmanager.memory.framework.off-heap.size': '128m',
    'taskmanager.memory.jvm-metaspace.size': '384m',
    'taskmanager.memory.jvm-overhead.min': '192m',
    'taskmanager.memory.jvm-overhead.max': '192m',
    'taskmanager.memory.network.min': '128m',
    'taskmanager.memory.network.max': '128m',
    'taskmanager.memory.managed.size': '256m',
    'parallelism.default': 1,
    'execution.checkpointing.dir': `file://${join(work, 'checkpoints')}`,
    'execution.checkpointing.savepoint-dir': `file://${join(work, 'savepoints')}`,
    // The TaskManager starts together with the JobManager: try again soon, not after the default of 10 seconds.
    'cluster.registration.error-delay': 200,
    'cluster.registration.initial-timeout': 200,
    'sql-gateway.endpoint.rest.address': '127.0.0.1',
    'sql-gateway.endpoint.rest.bind-address': '127.0.0.1',
    'sql-gateway.endpoint.rest.port': gateway,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

// What Flink's own scripts open of the JDK.
const opened = ['lang', 'net', 'io', 'nio', 'lang.reflect', 'text', 'time', 'util', 'util.concurrent'];
const atomics = ['util.concurrent.atomic', 'util.concurrent.locks'];
const compiler = ['api', 'file', 'parser', 'tree', 'util'].map((part) => `jdk.compiler/com.sun.tools.javac.${part}`);
const exported = [
  'java.rmi/sun.rmi.registry',
  'java.base/sun.net.util',
  'java.management/sun.management',
  'java.security.jgss/sun.security.krb5',
];
const moduleOptions = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  ...[...exported, ...compiler].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[...opened, ...atomics].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
];

const logging = `rootLogger.level = INFO
rootLogger.appenderRef.out.ref = Out
appender.out.name = Out
appender.out.type = CONSOLE
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
`;
