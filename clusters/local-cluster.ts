import type { KnownProcess } from './processes.ts';

export const ROLES = ['jobmanager', 'taskmanager', 'gateway'] as const;
export type Role = (typeof ROLES)[number];

/** Containers of a cluster that runs in Docker. */
export interface ClusterContainers {
  readonly image: string;
  readonly network: string;
  /** Their ids. */
  readonly ids: Readonly<Record<Role, string>>;
}

/** What runs a cluster: processes of this machine, or containers. */
export type ClusterServers =
  | { readonly processes: Readonly<Record<Role, KnownProcess>> }
  | { readonly containers: ClusterContainers };

/** A session cluster of this machine, as it is written down beside its data. */
export type LocalCluster = ClusterDescription & ClusterServers;

interface ClusterDescription {
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
  /** Where its configuration, logs, checkpoints and savepoints are. */
  readonly folder: string;
}

/** What a cluster is made of: a pinned version, a folder with a distribution, or an image of Docker. */
export type FlinkSource = { readonly version: string } | { readonly home: string } | { readonly image: string };

export interface StartOptions {
  readonly name: string;
  readonly flink: FlinkSource;
  readonly slots: number;
  readonly memoryMb: number;
  readonly connectors: readonly string[];
  /** Where relative paths of tables start. A container sees this folder, and no other of the machine. */
  readonly cwd: string;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}
