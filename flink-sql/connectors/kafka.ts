import { type ConnectorDoc, type OptionDoc, option } from './model.ts';
import { scanParallelism, sinkParallelism, watermarkOptions } from './shared-options.ts';

const guarantee = option(
  'sink.delivery-guarantee',
  'ENUM',
  'at-least-once',
  'What a failure may do to written messages: with exactly-once they are written in transactions, seen when a checkpoint completes.',
  {
    values: ['at-least-once', 'exactly-once', 'none'],
  },
);

const shared: readonly OptionDoc[] = [
  option('properties.bootstrap.servers', 'STRING', '', 'Addresses of Kafka brokers, host:port, parted by commas.', {
    required: 'always',
    values: ['localhost:9092'],
  }),
  option('properties.', 'STRING', '', 'Any property of the Kafka client, with this prefix.', { open: true }),
  option(
    'key.fields-prefix',
    'STRING',
    '',
    'Prefix of the key’s columns that the key format does not see: tells them from columns of the value. Needs value.fields-include = EXCEPT_KEY.',
  ),
  option('value.fields-include', 'ENUM', 'ALL', 'Whether the value holds the key’s columns, too.', {
    values: ['ALL', 'EXCEPT_KEY'],
  }),
  option('scan.bounded.mode', 'ENUM', 'unbounded', 'Where reading ends.', {
    values: ['unbounded', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
  }),
  option(
    'scan.bounded.specific-offsets',
    'STRING',
    '',
    'End of each partition: partition:0,offset:42;partition:1,offset:300.',
    {
      required: 'when scan.bounded.mode is specific-offsets',
    },
  ),
  option(
    'scan.bounded.timestamp-millis',
    'LONG',
    '',
    'Messages from this time on (milliseconds since 1970) are not read.',
    {
      required: 'when scan.bounded.mode is timestamp',
    },
  ),
  option(
    'scan.topic-partition-discovery.interval',
    'DURATION',
    '5 min',
    'How often new topics and partitions are looked for; 0 never.',
  ),
  scanParallelism,
  ...watermarkOptions,
  guarantee,
  option(
    'sink.transactional-id-prefix',
    'STRING',
    '',
    'Begin of the transactions’ ids; must be unique among jobs that write to the cluster.',
    {
      required: 'when sink.delivery-guarantee is exactly-once',
    },
  ),
  option(
    'sink.transaction-naming-strategy',
    'ENUM',
    'incrementing',
    'How transactions are named: a new name each, or names used again.',
    { values: ['incrementing', 'pooling'] },
  ),
  sinkParallelism,
  option('key.format', 'STRING', '', 'Format of the message key.'),
  option('value.format', 'STRING', '', 'Format of the message value.'),
];

export const kafkaConnectors: readonly ConnectorDoc[] = [
  {
    id: 'kafka',
    doc: 'Topics of Apache Kafka as an append-only stream (or as a changelog where the format carries one).',
    source: 'format',
    sink: 'format',
    formats: 'format-or-key-value',
    options: [
      ...shared,
      option(
        'topic',
        'LIST',
        '',
        'Topic, or topics parted by semicolons. A sink takes one, or several with a topic metadata column.',
        { required: 'or topic-pattern' },
      ),
      option('topic-pattern', 'STRING', '', 'Regular expression for the names of topics to read; instead of topic.'),
      option('format', 'STRING', '', 'Format of the message value; the same as value.format.', {
        required: 'or value.format',
      }),
      option('key.fields', 'LIST', '', 'Columns of the message key, parted by semicolons.', {
        required: 'when key.format is set',
      }),
      option('properties.group.id', 'STRING', '', 'Consumer group: where offsets are committed.', {
        required: 'when scan.startup.mode is group-offsets',
      }),
      option('scan.startup.mode', 'ENUM', 'group-offsets', 'Where reading begins.', {
        values: ['earliest-offset', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
      }),
      option(
        'scan.startup.specific-offsets',
        'STRING',
        '',
        'Begin of each partition: partition:0,offset:42;partition:1,offset:300.',
        {
          required: 'when scan.startup.mode is specific-offsets',
        },
      ),
      option(
        'scan.startup.timestamp-millis',
        'LONG',
        '',
        'Reading begins with the first message of this time (milliseconds since 1970).',
        {
          required: 'when scan.startup.mode is timestamp',
        },
      ),
      option(
        'sink.partitioner',
        'STRING',
        'default',
        'How rows are spread over partitions: by Kafka’s way, one partition a writer, in turn, or a class of yours.',
        {
          values: ['default', 'fixed', 'round-robin'],
        },
      ),
      option('sink.semantic', 'ENUM', '', 'The old name of sink.delivery-guarantee.', {
        values: ['at-least-once', 'exactly-once', 'none'],
      }),
    ],
  },
  {
    id: 'upsert-kafka',
    doc: 'A Kafka topic as a changelog by key: the last message of a key is its row, one without a value deletes it. Needs a PRIMARY KEY.',
    source: 'upsert',
    sink: 'upsert',
    formats: 'key-value',
    options: [
      ...shared.map((o) => (o.key === 'key.format' || o.key === 'value.format' ? { ...o, required: 'always' } : o)),
      option('topic', 'LIST', '', 'Topic, or topics parted by semicolons.', { required: 'or topic-pattern' }),
      option('topic-pattern', 'STRING', '', 'Regular expression for the names of topics to read; instead of topic.'),
      option(
        'sink.buffer-flush.max-rows',
        'INT',
        '0',
        'Rows that are gathered before they are sent, so that changes of a key become one; only with sink.buffer-flush.interval.',
      ),
      option(
        'sink.buffer-flush.interval',
        'DURATION',
        '0 s',
        'After this time gathered rows are sent; only with sink.buffer-flush.max-rows.',
      ),
    ],
  },
];
