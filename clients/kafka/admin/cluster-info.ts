import { type Offer, offerOf } from './ask.ts';
import type { Cluster } from './cluster.ts';
import {
  alterShareOffsetsApi,
  consumerGroupDescribeApi,
  describeShareOffsetsApi,
  shareGroupDescribeApi,
} from './group-requests.ts';
import { incrementalAlterConfigsApi } from './topic-requests.ts';
import type { ClusterInfo } from './types.ts';
import { type Api, commonVersion } from './wire.ts';

export async function describeCluster(cluster: Cluster): Promise<ClusterInfo> {
  const [metadata, offer] = await Promise.all([cluster.metadata([]), cluster.any().then(offerOf)]);
  const has = (api: Pick<Api<unknown, unknown>, 'key' | 'versions'>) =>
    commonVersion(api, offer.versions.get(api.key)) !== undefined;
  return {
    id: metadata.clusterId ?? '',
    controller: metadata.controller,
    brokers: metadata.brokers.map((b) => ({ ...b })).sort((a, b) => a.id - b.id),
    version: releaseOf(offer),
    features: {
      incrementalConfigs: has(incrementalAlterConfigsApi),
      consumerGroups: has(consumerGroupDescribeApi),
      shareGroups: has(shareGroupDescribeApi),
      shareGroupOffsets: has(describeShareOffsetsApi) && has(alterShareOffsetsApi),
    },
  };
}

/** First feature level of `metadata.version` of each release (org.apache.kafka.server.common.MetadataVersion), newest first. */
const LEVELS: readonly (readonly [number, string])[] = [
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [4, '3.3'],
];

/** API keys and versions that came with older releases, newest first. */
const APIS: readonly (readonly [key: number, version: number, release: string])[] = [
  [1, 13, '3.1'],
  [65, 0, '3.0'],
  [60, 0, '2.8'],
  [50, 0, '2.7'],
  [48, 0, '2.6'],
  [47, 0, '2.4'],
  [44, 0, '2.3'],
];

/** Broker releases do not say their number: what they offer does. */
export function releaseOf({ metadataVersion, versions }: Offer): string {
  const level = LEVELS.find(([from]) => (metadataVersion ?? 0) >= from);
  if (level) return level[1];
  const api = APIS.find(([key, version]) => (versions.get(key)?.[1] ?? -1) >= version);
  return api?.[2] ?? 'before 2.3';
}
