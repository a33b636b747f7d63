import { rmSync } from 'node:fs';
import { installKafka, isUp, launchNode } from './kafka.ts';
import { freePorts, type ServerProcess, workDir } from './processes.ts';

export interface KafkaCluster {
  /** All brokers, `127.0.0.1:port` with commas between them. */
  readonly bootstrap: string;
  /** Ids of the brokers; the first is the controller, which is not to be killed. */
  readonly brokers: readonly number[];
  /** Ends a broker as a crash does, at once. */
  kill(broker: number): void;
  stop(): Promise<void>;
}

/**
 * Three brokers with empty data on free loopback ports, in little memory. One of them is the controller, too: the quorum stays when one
 * of the others is killed. Partitions have a copy on each broker unless a topic says otherwise, and leaders do not move back by themselves.
 */
export async function launchKafkaCluster(): Promise<KafkaCluster> {
  await installKafka();
  const brokers = [1, 2, 3];
  const [controller, ...ports] = await freePorts(1 + brokers.length);
  const homes = brokers.map((id) => workDir(`kafka-${id}`));
  const at = (i: number): string => `127.0.0.1:${ports[i]}`;
  const settingsOf = (id: number, i: number): Record<string, unknown> => ({
    'process.roles': i === 0 ? 'broker,controller' : 'broker',
    'node.id': id,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://${at(i)}${i === 0 ? `,CONTROLLER://127.0.0.1:${controller}` : ''}`,
    'advertised.listeners': `PLAINTEXT://${at(i)}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'default.replication.factor': 3,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 3,
    'offsets.topic.num.partitions': 1,
    'auto.leader.rebalance.enable': false,
    // 128 MB by default, which a small heap has no room for.
    'log.cleaner.dedupe.buffer.size': 4 << 20,
    // Beyond the default of 9 s: a broker of a busy machine is not to be taken for dead.
    'broker.session.timeout.ms': 12_000,
    'broker.heartbeat.interval.ms': 1000,
  });
  const nodes: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  };
  try {
    // What a broker registers with is up before it.
    for (const [i, id] of brokers.entries())
      nodes.push(await launchNode(homes[i] ?? '', settingsOf(id, i), { heapMb: 320 }));
    await Promise.all(nodes.map(isUp));
  } catch (error) {
    await stop();
    throw error;
  }
  const kill = (broker: number): void => {
    const pid = nodes[brokers.indexOf(broker)]?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  return { bootstrap: brokers.map((_, i) => at(i)).join(','), brokers, kill, stop };
}
