import { browse, Readers } from './browse/browse.ts';
import { Cluster } from './cluster.ts';
import { describeCluster } from './cluster-info.ts';
import { alterConfigs, describeConfigs } from './configs.ts';
import { copy } from './copy.ts';
import { topicEnds } from './ends.ts';
import { deleteGroup, describeGroup, listGroups } from './groups.ts';
import { exactOffsets } from './offsets.ts';
import { produce } from './produce.ts';
import { writesRefused } from './read-only.ts';
import { applyReset, deleteOffsets, planReset } from './reset.ts';
import { addPartitions, createTopic, deleteTopic, describeTopic, listTopics, purge } from './topics.ts';
import type { KafkaAdmin, KafkaAdminOptions } from './types.ts';

/** How long a record may wait for brokers that are away: somebody sits before it. */
const DELIVERY_MS = 30_000;

/** Connects with the first call. */
export function connectKafkaAdmin({ connection, hosts, isReadOnly = false }: KafkaAdminOptions): KafkaAdmin {
  const deliveryMs = Math.min(DELIVERY_MS, connection.deliveryMs);
  const cluster = new Cluster({ ...connection, deliveryMs }, hosts);
  const readers = new Readers(cluster);
  /** Every verb that changes something goes through here. */
  const writing = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    writesRefused(isReadOnly, what);
    return cluster.call(what, work);
  };
  const admin: KafkaAdmin = {
    isReadOnly,
    cluster: (signal) => cluster.call('describing the cluster', () => describeCluster(cluster), signal),
    topics: (signal) => cluster.call('listing topics', () => listTopics(cluster), signal),
    topicEnds: (signal) => cluster.call('reading the ends of topics', () => topicEnds(cluster), signal),
    topic: (name, signal) => cluster.call(`describing topic '${name}'`, () => describeTopic(cluster, name), signal),
    configs: (topic, signal) =>
      cluster.call(`reading the configs of topic '${topic}'`, () => describeConfigs(cluster, { topic }), signal),
    brokerConfigs: (broker, signal) =>
      cluster.call(`reading the configs of broker ${broker}`, () => describeConfigs(cluster, { broker }), signal),
    offsetsAt: (topic, at, signal) =>
      cluster.call(
        `reading offsets of topic '${topic}'`,
        async () => [...(await exactOffsets(cluster, topic, at)).values()],
        signal,
      ),
    alterConfigs: (topic, changes) =>
      writing(`changing configs of topic '${topic}'`, () => alterConfigs(cluster, topic, changes)),
    createTopic: (topic) => writing(`creating topic '${topic.name}'`, () => createTopic(cluster, topic)),
    deleteTopic: (name) => writing(`deleting topic '${name}'`, () => deleteTopic(cluster, name)),
    addPartitions: (topic, total) =>
      writing(`adding partitions to topic '${topic}'`, () => addPartitions(cluster, topic, total)),
    purge: (topic, before) => writing(`deleting records of topic '${topic}'`, () => purge(cluster, topic, before)),

    groups: (signal) => cluster.call('listing groups', () => listGroups(cluster), signal),
    group: (id, signal) => cluster.call(`describing group '${id}'`, () => describeGroup(cluster, id), signal),
    planReset: (group, spec, signal) =>
      cluster.call(`planning offsets of group '${group}'`, () => planReset(cluster, group, spec), signal),
    applyReset: (plan) => writing(`resetting offsets of group '${plan.group}'`, () => applyReset(cluster, plan)),
    deleteGroup: (id) => writing(`deleting group '${id}'`, () => deleteGroup(cluster, id)),
    deleteOffsets: (group, topic, partitions) =>
      writing(`deleting offsets of group '${group}'`, () => deleteOffsets(cluster, group, topic, partitions)),

    browse: (query, signal) => browse(cluster, readers, query, signal),
    produce: (topic, records) => writing(`writing to topic '${topic}'`, () => produce(cluster, topic, records)),
    copy: (query, target, signal) => copy(admin, query, target, signal),
    close: async () => {
      await Promise.all([cluster.close(), readers.close()]);
    },
  };
  return admin;
}
