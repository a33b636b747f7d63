import { join } from 'node:path';
import type { Role } from './local-cluster.ts';

export interface ClusterShape {
  readonly version: string;
  /** Of the TaskManager. */
  readonly slots: number;
  /** Heap for tasks in MiB. */
  readonly memoryMb: number;
  /** Where it keeps its data. */
  readonly work: string;
  readonly ports: { readonly rpc: number; readonly rest: number; readonly gateway: number };
  /** Under which names the servers find each other in a network of their own; without it they are on loopback. */
  readonly hosts?: Readonly<Record<Role, string>>;
}

/** A cluster on loopback or in a network of its own; without Flink's scripts the TaskManager wants every part of its memory set. */
export function clusterConfiguration({
  version,
  slots,
  memoryMb,
  work,
  ports,
  hosts,
}: ClusterShape): Record<string, string | number> {
  const local = '127.0.0.1';
  const { jobmanager = local, taskmanager = local, gateway = local } = hosts ?? {};
  const bind = hosts ? '0.0.0.0' : local;
  const network = `${Math.max(64, slots * 24)}m`;
  const before2 = version.startsWith('1.');
  return {
    'jobmanager.rpc.address': jobmanager,
    'jobmanager.rpc.port': ports.rpc,
    'jobmanager.bind-host': bind,
    'taskmanager.host': taskmanager,
    'taskmanager.bind-host': bind,
    'rest.address': jobmanager,
    'rest.bind-address': bind,
    'rest.port': ports.rest,
    'rest.flamegraph.enabled': 'true',
    'web.upload.dir': join(work, 'upload'),
    'io.tmp.dirs': join(work, 'tmp'),
    'taskmanager.numberOfTaskSlots': slots,
    'taskmanager.cpu.cores': slots,
    'taskmanager.memory.task.heap.size': `${memoryMb}m`,
    'taskmanager.memory.task.off-heap.size': '0m',
    'taskmanager.memory.framework.heap.size': '128m',
    'taskmanager.memory.framework.off-heap.size': '128m',
    'taskmanager.memory.jvm-metaspace.size': '384m',
    'taskmanager.memory.jvm-overhead.min': '192m',
    'taskmanager.memory.jvm-overhead.max': '192m',
    'taskmanager.memory.network.min': network,
    'taskmanager.memory.network.max': network,
    'taskmanager.memory.managed.size': `${Math.max(128, Math.round(memoryMb / 2))}m`,
    'parallelism.default': 1,
    [before2 ? 'state.checkpoints.dir' : 'execution.checkpointing.dir']: `file://${join(work, 'checkpoints')}`,
    [before2 ? 'state.savepoints.dir' : 'execution.checkpointing.savepoint-dir']: `file://${join(work, 'savepoints')}`,
    // The TaskManager starts together with the JobManager: try again soon, not after the default of 10 seconds.
    'cluster.registration.error-delay': 200,
    'cluster.registration.initial-timeout': 200,
    'web.refresh-interval': 1000,
    'metrics.fetcher.update-interval': 2000,
    'sql-gateway.endpoint.rest.address': gateway,
    'sql-gateway.endpoint.rest.bind-address': bind,
    'sql-gateway.endpoint.rest.port': ports.gateway,
  };
}

/** config.yaml of flat keys, which every version from 1.19 reads. */
export function yaml(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}
