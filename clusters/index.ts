export { missingDocker } from './containers.ts';
export { type FlinkSource, type LocalCluster, ROLES, type Role, type StartOptions } from './local-cluster.ts';
export { LocalClusters } from './local-clusters.ts';
export { type ClusterConnector, FLINK_VERSIONS, type FlinkVersion, flinkVersion } from './versions.ts';
