import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import type { Kafka } from './kafka.ts';
import { downloadJars } from './maven.ts';
import { freePorts, ServerProcess, workDir } from './processes.ts';

// 2.8 is the last that people run with ZooKeeper for long; its jars bring ZooKeeper along.
const version = '2.8.2';
const jars = join(cacheDir('millrace-test'), `kafka-${version}`);

/** Starts ZooKeeper and one broker of Kafka 2.8 with empty data on free loopback ports. Downloads them from Maven Central, once. */
export async function launchOldKafka(): Promise<Kafka> {
  if (!existsSync(jars)) {
    const artifacts = [`org.apache.kafka:kafka_2.13:${version}`, 'org.slf4j:slf4j-log4j12:1.7.30'];
    await downloadJars(jars, { artifacts, transitive: true });
  }
  const home = workDir('kafka-2.8');
  const [port, zooKeeperPort] = (await freePorts(2)) as [number, number];
  writeFileSync(join(home, 'log4j.properties'), LOGGING);
  const write = (name: string, settings: Readonly<Record<string, unknown>>) => {
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(home, name), lines.join(''));
    return join(home, name);
  };
  const java = ['-Xmx384m', '-XX:TieredStopAtLevel=1', `-Dlog4j.configuration=file:${join(home, 'log4j.properties')}`];
  const start = (name: string, main: string, file: string) =>
    new ServerProcess({
      name,
      command: 'java',
      args: [...java, '-cp', join(jars, '*'), main, file],
      logFile: join(home, `${name}.log`),
    });
  const zooKeeper = start(
    'zookeeper',
    'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    write('zoo.properties', {
      dataDir: join(home, 'zookeeper'),
      clientPort: zooKeeperPort,
      clientPortAddress: '127.0.0.1',
      'admin.enableServer': false,
    }),
  );
  let broker: ServerProcess | undefined;
  const stop = async () => {
    await broker?.stop();
    await zooKeeper.stop();
    rmSync(home, { recursive: true, force: true });
  };
  const bootstrap = `127.0.0.1:${port}`;
  try {
    await zooKeeper.waitUntil(() => zooKeeper.log().includes('binding to port'), 60_000);
    const started = start(
      'kafka-2.8',
      'kafka.Kafka',
      write('server.properties', {
        'broker.id': 1,
        'zookeeper.connect': `127.0.0.1:${zooKeeperPort}`,
        'zookeeper.connection.timeout.ms': 60_000,
        listeners: `PLAINTEXT://${bootstrap}`,
        'log.dirs': join(home, 'data'),
        'offsets.topic.replication.factor': 1,
        'offsets.topic.num.partitions': 4,
        'transaction.state.log.replication.factor': 1,
        'transaction.state.log.min.isr': 1,
        'transaction.state.log.num.partitions': 4,
        'group.initial.rebalance.delay.ms': 0,
      }),
    );
    broker = started;
    await started.waitUntil(() => started.log().includes('started (kafka.server.KafkaServer)'), 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { bootstrap, stop, pid: broker.pid };
}

const LOGGING = `log4j.rootLogger=INFO, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{HH:mm:ss,SSS} %p %m (%c)%n
`;
