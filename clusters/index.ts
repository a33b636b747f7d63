export { type LocalCluster, LocalClusters, ROLES, type Role, type StartOptions } from './local-clusters.ts';
export { type ClusterConnector, FLINK_VERSIONS, type FlinkVersion, flinkVersion } from './versions.ts';
