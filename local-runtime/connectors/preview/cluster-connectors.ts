import type { SinkTraits } from '../../../flink-sql/binder/api.ts';
import { checkRequired, checkUnknown, type Options } from '../options.ts';

/** What is known of a connector that only a cluster has. */
interface ClusterConnector {
  /** Keys, parted by blanks. */
  readonly required: string;
  /** Absent: the connector takes options that it does not list (table properties and the like), so none is unknown. */
  readonly optional?: string;
  readonly prefixes?: string;
  /** What it writes; absent: it is a source alone. */
  readonly accepts?: SinkTraits['accepts'];
}

const ELASTIC: ClusterConnector = {
  required: 'hosts index',
  optional:
    'document-id.key-delimiter username password sink.delivery-guarantee sink.flush-on-checkpoint sink.bulk-flush.max-actions sink.bulk-flush.max-size sink.bulk-flush.interval sink.bulk-flush.backoff.strategy sink.bulk-flush.backoff.max-retries sink.bulk-flush.backoff.delay connection.path-prefix connection.request-timeout connection.timeout socket.timeout connection.max-retry-timeout sink.parallelism format ssl.certificate-fingerprint allow-insecure failure-handler',
  prefixes: 'json.',
  accepts: 'upsert',
};
const CDC: ClusterConnector = { required: 'hostname username password' };

/** Connectors by their names, with the options that their documentation lists. */
const CONNECTORS: Readonly<Record<string, ClusterConnector>> = {
  iceberg: { required: 'catalog-name', accepts: 'all' },
  paimon: { required: '', accepts: 'all' },
  fluss: { required: 'bootstrap.servers', accepts: 'upsert' },
  hudi: { required: 'path', accepts: 'all' },
  delta: { required: 'table-path', accepts: 'insert-only' },
  doris: { required: 'fenodes table.identifier username password', accepts: 'all' },
  starrocks: { required: 'jdbc-url load-url database-name table-name username password', accepts: 'upsert' },
  clickhouse: { required: 'url table-name', accepts: 'upsert' },
  'elasticsearch-6': { ...ELASTIC, required: 'hosts index document-type' },
  'elasticsearch-7': ELASTIC,
  'elasticsearch-8': ELASTIC,
  opensearch: ELASTIC,
  'opensearch-2': ELASTIC,
  mongodb: {
    required: 'uri database collection',
    optional:
      'scan.fetch-size scan.cursor.no-timeout scan.partition.strategy scan.partition.size scan.partition.samples scan.partition.record-size lookup.cache lookup.partial-cache.expire-after-access lookup.partial-cache.expire-after-write lookup.partial-cache.cache-missing-key lookup.partial-cache.max-rows lookup.retry.interval lookup.max-retries filter.handling.policy sink.buffer-flush.max-rows sink.buffer-flush.interval sink.max-retries sink.retry.interval sink.parallelism sink.delivery-guarantee',
    accepts: 'upsert',
  },
  'hbase-1.4': { required: 'table-name zookeeper.quorum', accepts: 'upsert' },
  'hbase-2.2': { required: 'table-name zookeeper.quorum', accepts: 'upsert' },
  'hbase-2.6': { required: 'table-name zookeeper.quorum', accepts: 'upsert' },
  kinesis: { required: 'stream.arn format', accepts: 'insert-only' },
  firehose: { required: 'delivery-stream aws.region format', accepts: 'insert-only' },
  dynamodb: { required: 'table-name aws.region', accepts: 'insert-only' },
  sqs: { required: 'queue-url aws.region format', accepts: 'insert-only' },
  pulsar: { required: 'topics format', accepts: 'insert-only' },
  rabbitmq: { required: 'host queue format', accepts: 'insert-only' },
  redis: { required: '', accepts: 'upsert' },
  cassandra: { required: '', accepts: 'upsert' },
  bigquery: { required: 'project dataset table', accepts: 'upsert' },
  'prometheus-remote-write': { required: '', accepts: 'insert-only' },
  'dynamic-kafka': { required: 'stream-ids format', accepts: 'all' },
  'mysql-cdc': { ...CDC, required: 'hostname username password database-name table-name' },
  'postgres-cdc': { ...CDC, required: 'hostname username password database-name schema-name table-name slot.name' },
  'oracle-cdc': { ...CDC, required: 'username password database-name schema-name table-name' },
  'sqlserver-cdc': { ...CDC, required: 'hostname username password database-name table-name' },
  'db2-cdc': { ...CDC, required: 'hostname username password database-name table-name' },
  'mongodb-cdc': { required: 'hosts' },
  'tidb-cdc': { required: 'pd-addresses database-name table-name' },
  'oceanbase-cdc': { required: 'username password' },
  'vitess-cdc': { required: 'hostname keyspace table-name' },
};

export const isClusterConnector = (identifier: string | undefined): boolean =>
  identifier !== undefined && Object.hasOwn(CONNECTORS, identifier);

/** Checks what is known of the options of such a table; what its sink accepts, or undefined when it has none. Throws Flink's words. */
export function clusterSinkTraits(identifier: string, options: Options): SinkTraits | undefined {
  const known = CONNECTORS[identifier];
  if (!known?.accepts) return undefined;
  const required = words(known.required);
  checkRequired(options, required);
  if (known.optional !== undefined)
    checkUnknown(identifier, options, {
      required,
      optional: words(known.optional),
      prefixes: words(known.prefixes ?? ''),
    });
  return { accepts: known.accepts, metadata: {} };
}

/** What a run here is told, after Flink's own words. */
export function needsCluster(identifier: string): string {
  return `The local runtime has no connector '${identifier}': run this on a cluster that has it (select a connection, or --url), or preview the INSERT here.`;
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
