import { ask, protocolError, reasonOf } from './ask.ts';
import type { Cluster } from './cluster.ts';
import {
  BROKER,
  type ConfigEntry,
  DELETE,
  describeConfigsApi,
  incrementalAlterConfigsApi,
  SET,
  TOPIC,
} from './topic-requests.ts';
import type { ConfigSource, TopicConfig } from './types.ts';

/** As org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource. */
const SOURCES: readonly ConfigSource[] = ['other', 'topic', 'broker', 'default-broker', 'static-broker', 'default'];
const TYPES: readonly TopicConfig['type'][] = [
  'unknown',
  'boolean',
  'string',
  'int',
  'short',
  'long',
  'double',
  'list',
  'class',
  'password',
];

/** UNKNOWN_SERVER_ERROR. */
const UNKNOWN = -1;

/** Some configs of topics by topic, or why they cannot be had. */
export async function configsOf(
  cluster: Cluster,
  topics: readonly string[],
  names: readonly string[] | null,
): Promise<Map<string, { configs: readonly ConfigEntry[]; error?: string }>> {
  const resources = topics.map((name) => ({ type: TOPIC, name, keys: names }));
  const request = { resources, withSynonyms: false, withDocumentation: false };
  const { results } = await ask(await cluster.any(), describeConfigsApi, request);
  return new Map(
    results.map(({ name, configs, errorCode, errorMessage }) => [
      name,
      { configs, ...(errorCode !== 0 && { error: reasonOf(errorCode, errorMessage) }) },
    ]),
  );
}

/** All configs of a topic or a broker, by name. */
export async function describeConfigs(
  cluster: Cluster,
  of: { topic: string } | { broker: number },
): Promise<TopicConfig[]> {
  const isTopic = 'topic' in of;
  const resource = isTopic ? { type: TOPIC, name: of.topic } : { type: BROKER, name: String(of.broker) };
  const request = { resources: [{ ...resource, keys: null }], withSynonyms: true, withDocumentation: true };
  // Only a broker itself knows all of its own.
  const broker = isTopic ? await cluster.any() : await cluster.brokers.node(of.broker);
  const { results } = await ask(broker, describeConfigsApi, request);
  const [result] = results;
  if (!result) throw protocolError(UNKNOWN);
  if (result.errorCode !== 0) throw protocolError(result.errorCode, result.errorMessage);
  return result.configs.map((c) => config(c, isTopic)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function config(entry: ConfigEntry, isTopic: boolean): TopicConfig {
  const { name, value, isSensitive, isReadOnly, documentation } = entry;
  const source = SOURCES[entry.source] ?? 'other';
  // Without the topic's own setting the next synonym counts.
  const other = entry.synonyms.find((s) => SOURCES[s.source] !== 'topic');
  const otherwise = source === 'topic' ? other?.value : value;
  return {
    name,
    value: isSensitive ? null : value,
    ...(isTopic && otherwise !== undefined && !isSensitive && { defaultValue: otherwise }),
    source,
    isSensitive,
    isReadOnly,
    type: TYPES[entry.type] ?? 'unknown',
    ...(documentation !== null && documentation !== '' && { documentation }),
  };
}

/** Sets configs (null: back to the default); all others stay as they are. */
export async function alterConfigs(
  cluster: Cluster,
  topic: string,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  const configs = Object.entries(changes).map(([name, value]) => ({
    name,
    operation: value === null ? DELETE : SET,
    value,
  }));
  if (configs.length === 0) return;
  const request = { resources: [{ type: TOPIC, name: topic, configs }], isDryRun: false };
  const { responses } = await cluster.controller(incrementalAlterConfigsApi, request);
  for (const { errorCode, errorMessage } of responses)
    if (errorCode !== 0) throw protocolError(errorCode, errorMessage);
}
