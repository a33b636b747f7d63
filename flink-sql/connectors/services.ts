import { type ConnectorDoc, type OptionDoc, option } from './model.ts';
import { lookupCacheOptions, sinkParallelism } from './shared-options.ts';

const elastic: readonly OptionDoc[] = [
  option('hosts', 'LIST', '', 'Addresses of the cluster, parted by semicolons: http://host:9200.', {
    required: 'always',
    values: ['http://localhost:9200'],
  }),
  option('index', 'STRING', '', 'Index of each row; may hold columns: orders-{user} or orders-{ts|yyyy-MM-dd}.', {
    required: 'always',
  }),
  option('document-id.key-delimiter', 'STRING', '_', 'Parts the columns of the primary key in the document’s id.'),
  option('username', 'STRING', '', 'User of the cluster.'),
  option('password', 'STRING', '', 'Password of the user; better a variable than the text.'),
  option('sink.delivery-guarantee', 'ENUM', 'at-least-once', 'What a failure may do to written documents.', {
    values: ['at-least-once', 'none'],
  }),
  option('sink.flush-on-checkpoint', 'BOOLEAN', 'true', 'A checkpoint waits until all is written.'),
  option('sink.bulk-flush.max-actions', 'INT', '1000', 'Actions in a bulk request; 0 for any number.'),
  option('sink.bulk-flush.max-size', 'MEMORY', '2mb', 'Size of a bulk request; 0 for any size.'),
  option('sink.bulk-flush.interval', 'DURATION', '1 s', 'After this time gathered actions are sent; 0 turns it off.'),
  option('sink.bulk-flush.backoff.strategy', 'ENUM', 'NONE', 'How failed requests are tried again.', {
    values: ['NONE', 'CONSTANT', 'EXPONENTIAL'],
  }),
  option('sink.bulk-flush.backoff.max-retries', 'INT', '', 'How often.'),
  option('sink.bulk-flush.backoff.delay', 'DURATION', '', 'Time between tries.'),
  option('connection.path-prefix', 'STRING', '', 'Path in front of every REST call.'),
  option('connection.request-timeout', 'DURATION', '', 'Time limit to get a connection.'),
  option('connection.timeout', 'DURATION', '', 'Time limit to connect.'),
  option('socket.timeout', 'DURATION', '', 'Time limit without data.'),
  option('format', 'STRING', 'json', 'Format of the documents.', { values: ['json'] }),
  sinkParallelism,
];

const aws: readonly OptionDoc[] = [
  option('aws.region', 'STRING', '', 'Region of the stream.', { required: 'or in the stream’s ARN' }),
  option('aws.endpoint', 'STRING', '', 'Address to use instead of the region’s.'),
  option('aws.credentials.provider', 'ENUM', 'AUTO', 'Where credentials come from.', {
    values: ['AUTO', 'BASIC', 'ENV_VAR', 'SYS_PROP', 'PROFILE', 'ASSUME_ROLE', 'WEB_IDENTITY_TOKEN', 'CUSTOM'],
  }),
];

export const serviceConnectors: readonly ConnectorDoc[] = [
  {
    id: 'elasticsearch-7',
    doc: 'Documents of Elasticsearch 7: with a PRIMARY KEY they are replaced and deleted, else appended.',
    sink: 'upsert',
    formats: 'format',
    formatIds: ['json'],
    options: elastic,
  },
  {
    id: 'elasticsearch-8',
    doc: 'Documents of Elasticsearch 8: with a PRIMARY KEY they are replaced and deleted, else appended.',
    sink: 'upsert',
    formats: 'format',
    formatIds: ['json'],
    options: [
      ...elastic,
      option('ssl.certificate-fingerprint', 'STRING', '', 'Fingerprint of the cluster’s certificate.'),
    ],
  },
  {
    id: 'mongodb',
    doc: 'A collection of MongoDB: read once, looked up by key, or written.',
    source: 'insert-only',
    sink: 'upsert',
    lookup: true,
    formats: 'none',
    options: [
      option('uri', 'STRING', '', 'Address of the server: mongodb://host:27017.', {
        required: 'always',
        values: ['mongodb://localhost:27017'],
      }),
      option('database', 'STRING', '', 'Database.', { required: 'always' }),
      option('collection', 'STRING', '', 'Collection.', { required: 'always' }),
      option('scan.fetch-size', 'INT', '2048', 'Documents fetched at a time.'),
      option('scan.cursor.no-timeout', 'BOOLEAN', 'true', 'The server’s cursor stays open however long it takes.'),
      option('scan.partition.strategy', 'ENUM', 'default', 'How the collection is cut for parallel reading.', {
        values: ['default', 'single', 'sample', 'split-vector', 'sharded', 'pagination'],
      }),
      option('scan.partition.size', 'MEMORY', '64mb', 'Size of a part.'),
      option('scan.partition.samples', 'INT', '10', 'Samples a part.'),
      option('scan.partition.record-size', 'MEMORY', '', 'Size of a document for pagination.'),
      ...lookupCacheOptions,
      option('lookup.retry.interval', 'DURATION', '1 s', 'Time between tries of a lookup.'),
      option('filter.handling.policy', 'ENUM', 'always', 'Whether filters are given to the database.', {
        values: ['always', 'never'],
      }),
      option('sink.buffer-flush.max-rows', 'INT', '1000', 'Rows that are gathered before they are written.'),
      option('sink.buffer-flush.interval', 'DURATION', '1 s', 'After this time gathered rows are written.'),
      option('sink.max-retries', 'INT', '3', 'How often a failed write is tried again.'),
      option('sink.retry.interval', 'DURATION', '1 s', 'Time between tries of a write.'),
      option('sink.delivery-guarantee', 'ENUM', 'at-least-once', 'What a failure may do to written documents.', {
        values: ['at-least-once', 'none'],
      }),
      sinkParallelism,
    ],
  },
  {
    id: 'kinesis',
    doc: 'A data stream of Amazon Kinesis.',
    source: 'format',
    sink: 'insert-only',
    formats: 'format',
    takesAny: true,
    options: [
      option('stream.arn', 'STRING', '', 'ARN of the stream.', { required: 'always' }),
      option('format', 'STRING', '', 'Format of the records.', { required: 'always' }),
      ...aws,
      option('source.init.position', 'ENUM', 'TRIM_HORIZON', 'Where reading begins.', {
        values: ['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP'],
      }),
      option('source.init.timestamp', 'STRING', '', 'Begin by time.', {
        required: 'when source.init.position is AT_TIMESTAMP',
      }),
      option('source.reader.type', 'ENUM', 'POLLING', 'How records are fetched.', { values: ['POLLING', 'EFO'] }),
      option('source.efo.consumer.name', 'STRING', '', 'Name of the enhanced fan-out consumer.', {
        required: 'when source.reader.type is EFO',
      }),
      option('sink.partitioner', 'STRING', 'random', 'How rows are spread over shards.', {
        values: ['fixed', 'random'],
      }),
      option('sink.batch.max-size', 'INT', '500', 'Records in a request.'),
      option('sink.fail-on-error', 'BOOLEAN', 'false', 'A refused record fails the job instead of being tried again.'),
    ],
  },
  {
    id: 'pulsar',
    doc: 'Topics of Apache Pulsar.',
    source: 'format',
    sink: 'format',
    formats: 'format-or-key-value',
    takesAny: true,
    options: [
      option('topics', 'LIST', '', 'Topics, parted by semicolons.', { required: 'always' }),
      option('service-url', 'STRING', '', 'Address of the brokers: pulsar://host:6650.', {
        required: 'always',
        values: ['pulsar://localhost:6650'],
      }),
      option('admin-url', 'STRING', '', 'Address of the admin REST API: http://host:8080.', {
        values: ['http://localhost:8080'],
      }),
      option('format', 'STRING', '', 'Format of the message value.', { required: 'always' }),
      option('key.format', 'STRING', '', 'Format of the message key.'),
      option('key.fields', 'LIST', '', 'Columns of the message key.', { required: 'when key.format is set' }),
      option('source.start.message-id', 'STRING', '', 'Begin by message.', { values: ['earliest', 'latest'] }),
      option('source.start.publish-time', 'LONG', '', 'Begin by time.'),
      option('source.subscription-name', 'STRING', 'flink-sql-connector-pulsar', 'Name of the subscription.'),
      option('source.subscription-type', 'ENUM', 'Exclusive', 'Kind of subscription.', {
        values: ['Exclusive', 'Shared'],
      }),
      option('sink.topic-routing-mode', 'ENUM', 'round-robin', 'How rows are spread over partitions.', {
        values: ['round-robin', 'message-key-hash'],
      }),
    ],
  },
];
