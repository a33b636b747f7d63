import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import type { Certificates } from './certificates.ts';
import { KAFKA_USER, SECURE_LISTENERS, type SecureListener, secureListeners } from './kafka-security.ts';
import { downloadJars } from './maven.ts';
import { freePorts, ServerProcess, workDir } from './processes.ts';

const version = '4.3.1';
const jars = join(cacheDir('millrace-test'), `kafka-${version}`);

/** The console tools are no part of the broker. */
const tools = join(cacheDir('millrace-test'), `kafka-tools-${version}`);

export interface Kafka {
  /** `127.0.0.1:port`. */
  readonly bootstrap: string;
  /** Java client properties of the listeners that want a login or TLS, where it was started with them. */
  readonly secure?: ReturnType<typeof secureListeners>['clients'];
  /** Ports of these listeners on 127.0.0.1. */
  readonly securePorts?: Readonly<Record<SecureListener, number>>;
  /** What the listeners with TLS show and trust. */
  readonly certificates?: Certificates;
  /** Of the broker's process. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Downloads Kafka from Maven Central, once. */
export async function installKafka(note: (text: string) => void = () => undefined): Promise<void> {
  if (existsSync(jars)) return;
  note(`downloading Kafka ${version} from Maven Central …`);
  const artifacts = [`org.apache.kafka:kafka_2.13:${version}`, 'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'];
  await downloadJars(jars, { artifacts, transitive: true });
  note(`Kafka ${version} downloaded`);
}

/** Starts one broker (KRaft, broker and controller in one process) with empty data on free loopback ports. */
export function launchKafka(): Promise<Kafka> {
  return launch(false);
}

/** The same with listeners for SASL PLAIN, SCRAM, OAUTHBEARER, TLS, mTLS and SASL over TLS beside the plain one, and more broker settings. */
export function launchSecureKafka(settings: Readonly<Record<string, string>> = {}): Promise<Kafka> {
  return launch(true, settings);
}

async function launch(isSecure: boolean, settings: Readonly<Record<string, string>> = {}): Promise<Kafka> {
  await installKafka();
  const home = workDir('kafka');
  const [port, controller, ...others] = await freePorts(2 + SECURE_LISTENERS.length);
  const ports = Object.fromEntries(SECURE_LISTENERS.map((one, i) => [one, others[i] ?? 0]));
  const secure = isSecure ? secureListeners(home, ports as Record<SecureListener, number>) : undefined;
  const more = secure ? `,${secure.listeners}` : '';
  const bootstrap = `127.0.0.1:${port}`;
  const server = await launchNode(
    home,
    {
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: `PLAINTEXT://${bootstrap},CONTROLLER://127.0.0.1:${controller}${more}`,
      'advertised.listeners': `PLAINTEXT://${bootstrap}${more}`,
      'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${secure ? `,${secure.map}` : ''}`,
      'offsets.topic.replication.factor': 1,
      'offsets.topic.num.partitions': 4,
      'transaction.state.log.replication.factor': 1,
      'transaction.state.log.min.isr': 1,
      'transaction.state.log.num.partitions': 4,
      'share.coordinator.state.topic.replication.factor': 1,
      'share.coordinator.state.topic.min.isr': 1,
      'share.coordinator.state.topic.num.partitions': 2,
      ...secure?.settings,
      ...settings,
    },
    { withUsers: isSecure, heapMb: 512 },
  );
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await isUp(server);
  } catch (error) {
    await stop();
    throw error;
  }
  if (!secure) return { bootstrap, stop, pid: server.pid };
  const { clients, ports: securePorts, certificates } = secure;
  return { bootstrap, stop, pid: server.pid, secure: clients, securePorts, certificates };
}

/** Settings that all brokers of tests have, on top of which they have their own. */
const COMMON = {
  'controller.listener.names': 'CONTROLLER',
  'num.partitions': 1,
  'auto.create.topics.enable': true,
  'group.initial.rebalance.delay.ms': 0,
};

/** Formats the folder `home` and starts a node there; it is up when `isUp` says so. */
export async function launchNode(
  home: string,
  properties: Readonly<Record<string, unknown>>,
  { withUsers = false, heapMb }: { readonly withUsers?: boolean; readonly heapMb: number },
): Promise<ServerProcess> {
  const all = { ...COMMON, 'log.dirs': join(home, 'data'), ...properties };
  const file = join(home, 'server.properties');
  writeFileSync(
    file,
    Object.entries(all)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  writeFileSync(join(home, 'log4j2.properties'), logging);
  const java = [`-Dlog4j.configurationFile=${join(home, 'log4j2.properties')}`, '-cp', join(jars, '*')];
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file];
  if (withUsers) {
    const { username, password } = KAFKA_USER;
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'])
      format.push('--add-scram', `${mechanism}=[name=${username},password=${password}]`);
  }
  await run('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...java, ...format], { timeoutMs: 60_000 });
  return new ServerProcess({
    name: 'kafka',
    command: 'java',
    args: [`-Xms${heapMb / 2}m`, `-Xmx${heapMb}m`, '-XX:TieredStopAtLevel=1', ...java, 'kafka.Kafka', file],
    logFile: join(home, 'server.log'),
  });
}

/** Waits until a node says that it has started. */
export const isUp = (server: ServerProcess): Promise<void> =>
  server.waitUntil(() => server.log().includes('Kafka Server started'), 120_000);

/** One of Kafka's own tools that goes on until it is stopped, such as a console consumer; its output is in the log. */
export async function startKafkaTool(main: string, args: readonly string[]): Promise<ServerProcess> {
  await installTools();
  return new ServerProcess({
    name: main,
    command: 'java',
    args: ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', toolsPath, main, ...args],
    logFile: join(workDir('kafka-tool'), 'out.log'),
  });
}

const toolsPath = `${join(tools, '*')}:${join(jars, '*')}`;

async function installTools(): Promise<void> {
  if (!existsSync(tools))
    await downloadJars(tools, { artifacts: [`org.apache.kafka:kafka-tools:${version}`], transitive: false });
}

/** Runs one of Kafka's own console tools, with `input` on its standard input; gives what it prints. */
export async function kafkaTool(main: string, args: readonly string[], input = ''): Promise<string> {
  await installTools();
  const child = spawn('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', toolsPath, main, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${main} ended with ${code}: ${errors}`);
  return out;
}

// Any 16 bytes in base64url will do: there is one cluster, and it lives for one test run.
const clusterId = 'TWlsbHJhY2VUZXN0Q2x1cw';

const logging = `rootLogger.level = INFO
rootLogger.appenderRef.out.ref = Out
appender.out.name = Out
appender.out.type = CONSOLE
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
`;
