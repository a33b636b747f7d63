import { type ConnectorDoc, option } from './model.ts';
import { lookupCacheOptions, sinkParallelism, watermarkOptions } from './shared-options.ts';

const filesystem: ConnectorDoc = {
  id: 'filesystem',
  doc: 'Files of a folder, read once or watched; partitioned where the table is.',
  source: 'format',
  sink: 'format',
  formats: 'format',
  options: [
    option('path', 'STRING', '', 'File or folder, with its scheme (file:///, s3://, hdfs://).', { required: 'always' }),
    option('format', 'STRING', '', 'Format of the files.', { required: 'always' }),
    option(
      'source.monitor-interval',
      'DURATION',
      '',
      'How often the folder is looked at for new files; without it, files are read once and the source ends.',
    ),
    option('source.path.regex-pattern', 'STRING', '', 'Only files whose whole path matches are read.'),
    option('source.report-statistics', 'ENUM', 'ALL', 'Whether files are asked for statistics for the planner.', {
      values: ['ALL', 'NONE'],
    }),
    option('partition.default-name', 'STRING', '__DEFAULT_PARTITION__', 'Folder of the partition of NULL.'),
    option('partition.time-extractor.kind', 'STRING', 'default', 'How a partition’s time is found from its values.', {
      values: ['default', 'custom'],
    }),
    option('partition.time-extractor.class', 'STRING', '', 'Class of a custom extractor.', {
      required: 'when partition.time-extractor.kind is custom',
    }),
    option(
      'partition.time-extractor.timestamp-pattern',
      'STRING',
      '',
      'A timestamp made of partition columns: $dt $hour:00:00.',
    ),
    option(
      'partition.time-extractor.timestamp-formatter',
      'STRING',
      'yyyy-MM-dd HH:mm:ss',
      'Pattern that the timestamp is read with.',
    ),
    option('sink.rolling-policy.file-size', 'MEMORY', '128 mb', 'A part file is closed at this size.'),
    option('sink.rolling-policy.rollover-interval', 'DURATION', '30 min', 'A part file is closed after this time.'),
    option(
      'sink.rolling-policy.inactivity-interval',
      'DURATION',
      '30 min',
      'A part file is closed when nothing was written for this long.',
    ),
    option('sink.rolling-policy.check-interval', 'DURATION', '1 min', 'How often the times are looked at.'),
    option(
      'sink.partition-commit.trigger',
      'ENUM',
      'process-time',
      'When a partition is committed: by the clock, or by the partition’s time and the watermark.',
      { values: ['process-time', 'partition-time'] },
    ),
    option('sink.partition-commit.delay', 'DURATION', '0 s', 'A partition is committed this long after its time.'),
    option(
      'sink.partition-commit.watermark-time-zone',
      'STRING',
      'UTC',
      'Zone in which the watermark is compared with the partition’s time.',
    ),
    option(
      'sink.partition-commit.policy.kind',
      'STRING',
      '',
      'What a commit does: tells the metastore, writes a success file, or both.',
      { values: ['success-file', 'metastore', 'metastore,success-file', 'custom'] },
    ),
    option('sink.partition-commit.policy.class', 'STRING', '', 'Class of a custom policy.', {
      required: 'when sink.partition-commit.policy.kind has custom',
    }),
    option(
      'sink.partition-commit.policy.class.parameters',
      'LIST',
      '',
      'Arguments of that class, parted by semicolons.',
    ),
    option('sink.partition-commit.success-file.name', 'STRING', '_SUCCESS', 'Name of the success file.'),
    option(
      'sink.shuffle-by-partition.enable',
      'BOOLEAN',
      'false',
      'Rows of a partition go to one writer: fewer files, less even work.',
    ),
    option('auto-compaction', 'BOOLEAN', 'false', 'Small files are joined into larger ones before they are seen.'),
    option('compaction.file-size', 'MEMORY', '', 'Size of joined files; that of the rolling policy by default.'),
    sinkParallelism,
    ...watermarkOptions,
  ],
};

const jdbc: ConnectorDoc = {
  id: 'jdbc',
  doc: 'A table of a database: read once, looked up by key, or written (with a PRIMARY KEY as upserts).',
  source: 'insert-only',
  sink: 'upsert',
  lookup: true,
  formats: 'none',
  options: [
    option('url', 'STRING', '', 'Address of the database: jdbc:postgresql://host:5432/db.', {
      required: 'always',
      values: ['jdbc:postgresql://localhost:5432/', 'jdbc:mysql://localhost:3306/'],
    }),
    option('table-name', 'STRING', '', 'Name of the table.', { required: 'always' }),
    option('driver', 'STRING', '', 'Class of the JDBC driver; found from the URL by default.'),
    option('compatible-mode', 'STRING', '', 'Mode of a database that speaks another’s dialect.'),
    option('username', 'STRING', '', 'User of the database; with password.', { required: 'when password is set' }),
    option('password', 'STRING', '', 'Password of the user; better a variable than the text, not as text.', {
      required: 'when username is set',
    }),
    option('connection.max-retry-timeout', 'DURATION', '60 s', 'How long a lost connection is tried again.'),
    option(
      'scan.partition.column',
      'STRING',
      '',
      'A numeric, date or timestamp column by whose ranges the table is read in parallel.',
      { required: 'with the other scan.partition options' },
    ),
    option('scan.partition.num', 'INT', '', 'Number of ranges.', { required: 'when scan.partition.column is set' }),
    option('scan.partition.lower-bound', 'LONG', '', 'Smallest value of the first range.', {
      required: 'when scan.partition.column is set',
    }),
    option('scan.partition.upper-bound', 'LONG', '', 'Largest value of the last range.', {
      required: 'when scan.partition.column is set',
    }),
    option('scan.fetch-size', 'INT', '0', 'Rows fetched at a time; 0 leaves it to the driver.'),
    option(
      'scan.auto-commit',
      'BOOLEAN',
      'true',
      'Whether reading commits by itself. Postgres reads in parts only without it.',
    ),
    ...lookupCacheOptions,
    option('lookup.cache.max-rows', 'INT', '', 'The old name of lookup.partial-cache.max-rows.'),
    option('lookup.cache.ttl', 'DURATION', '', 'The old name of lookup.partial-cache.expire-after-write.'),
    option(
      'lookup.cache.caching-missing-key',
      'BOOLEAN',
      'true',
      'The old name of lookup.partial-cache.cache-missing-key.',
    ),
    option('filter.handling.policy', 'ENUM', 'always', 'Whether filters are given to the database.', {
      values: ['always', 'never'],
    }),
    option(
      'sink.buffer-flush.max-rows',
      'INT',
      '100',
      'Rows that are gathered before they are written; 0 turns it off.',
    ),
    option(
      'sink.buffer-flush.interval',
      'DURATION',
      '1 s',
      'After this time gathered rows are written; 0 turns it off.',
    ),
    option('sink.max-retries', 'INT', '3', 'How often a failed write is tried again.'),
    sinkParallelism,
    ...watermarkOptions,
  ],
};

export const fileAndDatabaseConnectors: readonly ConnectorDoc[] = [filesystem, jdbc];
