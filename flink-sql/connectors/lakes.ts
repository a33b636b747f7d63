import { type ConnectorDoc, option } from './model.ts';
import { sinkParallelism } from './shared-options.ts';

/** Table stores. Their tables mostly live in catalogs of their own; these are the options one sets most. */
export const lakeConnectors: readonly ConnectorDoc[] = [
  {
    id: 'iceberg',
    doc: 'A table of Apache Iceberg, in a catalog that the options name.',
    source: 'insert-only',
    sink: 'all',
    formats: 'none',
    takesAny: true,
    options: [
      option('catalog-name', 'STRING', '', 'Name of the Iceberg catalog.', { required: 'always' }),
      option('catalog-type', 'ENUM', 'hive', 'Kind of catalog.', {
        values: ['hive', 'hadoop', 'rest', 'glue', 'jdbc', 'nessie'],
      }),
      option('catalog-database', 'STRING', '', 'Database of the table; the current one by default.'),
      option('catalog-table', 'STRING', '', 'Name of the table; that in Flink by default.'),
      option('uri', 'STRING', '', 'Address of the metastore or REST catalog.', {
        required: 'when catalog-type is hive or rest',
      }),
      option('warehouse', 'STRING', '', 'Root folder of the tables.', { required: 'when catalog-type is hadoop' }),
      option('format-version', 'INT', '2', 'Version of the table format; row-level deletes need 2.', {
        values: ['1', '2', '3'],
      }),
      option('write.format.default', 'ENUM', 'parquet', 'Format of the data files.', {
        values: ['parquet', 'avro', 'orc'],
      }),
      option(
        'write.upsert.enabled',
        'BOOLEAN',
        'false',
        'Rows replace those of the same primary key; needs a PRIMARY KEY and format-version 2.',
      ),
      option('write.distribution-mode', 'ENUM', 'hash', 'How rows are spread over writers.', {
        values: ['none', 'hash', 'range'],
      }),
      option('write.target-file-size-bytes', 'LONG', '536870912', 'Size that data files are closed at.'),
    ],
  },
  {
    id: 'paimon',
    doc: 'A table of Apache Paimon at a path: with a PRIMARY KEY it can be read as a changelog.',
    source: 'all',
    sink: 'all',
    lookup: true,
    formats: 'none',
    takesAny: true,
    options: [
      option('path', 'STRING', '', 'Folder of the table.'),
      option('auto-create', 'BOOLEAN', 'false', 'Makes the table’s folder when it is not there.'),
      option('bucket', 'INT', '-1', 'Number of buckets; -1 makes them as rows come.'),
      option('bucket-key', 'LIST', '', 'Columns that rows are spread over buckets by; the primary key by default.'),
      option('merge-engine', 'ENUM', 'deduplicate', 'What becomes of rows of one primary key.', {
        values: ['deduplicate', 'partial-update', 'aggregation', 'first-row'],
      }),
      option('changelog-producer', 'ENUM', 'none', 'How a changelog is made for readers.', {
        values: ['none', 'input', 'lookup', 'full-compaction'],
      }),
      option('sequence.field', 'LIST', '', 'Column whose larger value wins among rows of one key.'),
      option('scan.mode', 'ENUM', 'default', 'Where reading begins.', {
        values: [
          'default',
          'latest-full',
          'latest',
          'from-timestamp',
          'from-snapshot',
          'from-snapshot-full',
          'compacted-full',
          'incremental',
        ],
      }),
      option('scan.timestamp-millis', 'LONG', '', 'Begin by time.', { required: 'when scan.mode is from-timestamp' }),
      option('scan.snapshot-id', 'LONG', '', 'Begin by snapshot.', { required: 'when scan.mode is from-snapshot' }),
      option('file.format', 'ENUM', 'parquet', 'Format of the data files.', { values: ['parquet', 'orc', 'avro'] }),
      option('snapshot.time-retained', 'DURATION', '1 h', 'How long snapshots are kept.'),
      option('write-only', 'BOOLEAN', 'false', 'No compaction while writing; another job must do it.'),
      sinkParallelism,
    ],
  },
  {
    id: 'hudi',
    doc: 'A table of Apache Hudi.',
    source: 'insert-only',
    sink: 'all',
    formats: 'none',
    takesAny: true,
    options: [
      option('path', 'STRING', '', 'Base folder of the table.', { required: 'always' }),
      option('table.type', 'ENUM', 'COPY_ON_WRITE', 'How updates are stored.', {
        values: ['COPY_ON_WRITE', 'MERGE_ON_READ'],
      }),
      option(
        'hoodie.datasource.write.recordkey.field',
        'LIST',
        'uuid',
        'Columns that know a record; the primary key where there is one.',
      ),
      option('precombine.field', 'STRING', 'ts', 'Column whose larger value wins among records of one key.'),
      option('write.operation', 'ENUM', 'upsert', 'What writing does.', {
        values: ['insert', 'upsert', 'bulk_insert'],
      }),
      option('write.tasks', 'INT', '', 'Number of parallel writers.'),
      option('compaction.async.enabled', 'BOOLEAN', 'true', 'Compacts while writing (MERGE_ON_READ).'),
      option('read.streaming.enabled', 'BOOLEAN', 'false', 'Goes on reading new commits.'),
      option('read.streaming.check-interval', 'INT', '60', 'Seconds between looks for new commits.'),
      option('read.start-commit', 'STRING', '', 'First commit that is read: its instant, or earliest.'),
      option('changelog.enabled', 'BOOLEAN', 'false', 'Keeps all changes for readers, not only the last.'),
      option('hive_sync.enabled', 'BOOLEAN', 'false', 'Registers the table in a Hive metastore.'),
    ],
  },
  {
    id: 'fluss',
    doc: 'A table of Apache Fluss: a log, or with a PRIMARY KEY a table that is looked up and read as a changelog.',
    source: 'all',
    sink: 'upsert',
    lookup: true,
    formats: 'none',
    takesAny: true,
    options: [
      option('bootstrap.servers', 'STRING', '', 'Addresses of the Fluss servers, host:port.', { required: 'always' }),
      option('bucket.num', 'INT', '', 'Number of buckets.'),
      option('bucket.key', 'LIST', '', 'Columns that rows are spread over buckets by.'),
      option('scan.startup.mode', 'ENUM', 'full', 'Where reading begins.', {
        values: ['full', 'earliest', 'latest', 'timestamp'],
      }),
      option('scan.startup.timestamp', 'STRING', '', 'Begin by time.', {
        required: 'when scan.startup.mode is timestamp',
      }),
      option('table.datalake.enabled', 'BOOLEAN', 'false', 'Moves older data to the lake storage.'),
      option('table.datalake.freshness', 'DURATION', '3 min', 'How far the lake may be behind.'),
      option('table.log.ttl', 'DURATION', '7 d', 'How long the log is kept.'),
      option('table.merge-engine', 'ENUM', '', 'What becomes of rows of one primary key.', {
        values: ['first_row', 'versioned'],
      }),
    ],
  },
];
