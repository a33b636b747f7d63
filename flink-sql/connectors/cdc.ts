import { type ConnectorDoc, type OptionDoc, option } from './model.ts';

const host = (port: string): OptionDoc[] => [
  option('hostname', 'STRING', '', 'Host of the database server.', { required: 'always', values: ['localhost'] }),
  option('port', 'INT', port, 'Port of the database server.', { values: [port] }),
];
const login = [
  option('username', 'STRING', '', 'User with the right to read the log.', { required: 'always' }),
  option('password', 'STRING', '', 'Password of the user; better a variable than the text.', { required: 'always' }),
];
const names = (schema: boolean): OptionDoc[] => [
  option('database-name', 'STRING', '', 'Database; MySQL takes a regular expression.', { required: 'always' }),
  ...(schema ? [option('schema-name', 'STRING', '', 'Schema.', { required: 'always' })] : []),
  option('table-name', 'STRING', '', 'Table; a regular expression is taken where several have the same columns.', {
    required: 'always',
  }),
];
const startup = (...values: string[]) =>
  option('scan.startup.mode', 'ENUM', 'initial', 'Whether the table is read first, or only its changes from now on.', {
    values,
  });
const incremental = [
  option(
    'scan.incremental.snapshot.enabled',
    'BOOLEAN',
    'true',
    'Reads the table in chunks, in parallel and without a lock.',
  ),
  option('scan.incremental.snapshot.chunk.size', 'INT', '8096', 'Rows in a chunk.'),
  option(
    'scan.incremental.snapshot.chunk.key-column',
    'STRING',
    '',
    'Column that chunks are cut by; the first of the primary key by default.',
  ),
  option('scan.snapshot.fetch.size', 'INT', '1024', 'Rows fetched at a time.'),
  option('connect.timeout', 'DURATION', '30 s', 'Time limit to connect.'),
  option('debezium.', 'STRING', '', 'Any property of the Debezium engine, with this prefix.', { open: true }),
];

const cdc = (id: string, database: string, options: readonly OptionDoc[]): ConnectorDoc => ({
  id,
  doc: `A table of ${database} with all changes from its log (Flink CDC): first what is there, then what happens.`,
  source: 'all',
  formats: 'none',
  takesAny: true,
  options,
});

export const cdcConnectors: readonly ConnectorDoc[] = [
  cdc('mysql-cdc', 'MySQL', [
    ...host('3306'),
    ...login,
    ...names(false),
    option(
      'server-id',
      'STRING',
      '',
      'Id, or range of ids (5400-5404), that this reader has among the replicas; one a parallel reader.',
    ),
    option('server-time-zone', 'STRING', '', 'Zone of the server, for TIMESTAMP columns.'),
    startup('initial', 'earliest-offset', 'latest-offset', 'specific-offset', 'timestamp', 'snapshot'),
    ...incremental,
    option('heartbeat.interval', 'DURATION', '30 s', 'How often the offset goes on when nothing changes.'),
  ]),
  cdc('postgres-cdc', 'PostgreSQL', [
    ...host('5432'),
    ...login,
    ...names(true),
    option('slot.name', 'STRING', '', 'Replication slot; one a source.', { required: 'always' }),
    option(
      'decoding.plugin.name',
      'ENUM',
      'decoderbufs',
      'Logical decoding plug-in of the server; pgoutput is always there.',
      { values: ['pgoutput', 'decoderbufs'] },
    ),
    startup('initial', 'latest-offset', 'committed-offset', 'snapshot'),
    ...incremental,
    option('changelog-mode', 'ENUM', 'all', 'Whether images before updates are emitted.', {
      values: ['all', 'upsert'],
    }),
    option('heartbeat.interval.ms', 'DURATION', '30 s', 'How often the slot is confirmed when nothing changes.'),
  ]),
  cdc('oracle-cdc', 'Oracle', [
    option('hostname', 'STRING', '', 'Host of the database server.', { required: 'or url' }),
    option('port', 'INT', '1521', 'Port of the database server.'),
    option('url', 'STRING', '', 'JDBC address instead of host and port.'),
    ...login,
    ...names(true),
    startup('initial', 'latest-offset', 'snapshot'),
    ...incremental,
  ]),
  cdc('sqlserver-cdc', 'SQL Server', [
    ...host('1433'),
    ...login,
    ...names(false),
    startup('initial', 'latest-offset', 'snapshot'),
    ...incremental,
  ]),
  cdc('db2-cdc', 'Db2', [
    ...host('50000'),
    ...login,
    ...names(false),
    startup('initial', 'latest-offset'),
    ...incremental,
  ]),
  cdc('mongodb-cdc', 'MongoDB', [
    option('hosts', 'STRING', '', 'Hosts of the replica set, host:port, parted by commas.', {
      required: 'always',
      values: ['localhost:27017'],
    }),
    option('username', 'STRING', '', 'User with the right to read changes.'),
    option('password', 'STRING', '', 'Password of the user; better a variable than the text.'),
    option('database', 'STRING', '', 'Database; a regular expression is taken.'),
    option('collection', 'STRING', '', 'Collection; a regular expression is taken.'),
    option('connection.options', 'STRING', '', 'Options of the connection, parted by &.'),
    startup('initial', 'latest-offset', 'timestamp'),
    option('scan.full-changelog', 'BOOLEAN', 'false', 'Emits images before updates (MongoDB 6 with pre-images).'),
  ]),
  cdc('tidb-cdc', 'TiDB', [
    option('pd-addresses', 'STRING', '', 'Addresses of the placement driver.', { required: 'always' }),
    ...names(false),
    startup('initial', 'latest-offset'),
  ]),
  cdc('oceanbase-cdc', 'OceanBase', [
    ...host('2881'),
    ...login,
    ...names(false),
    startup('initial', 'latest-offset', 'timestamp', 'snapshot'),
  ]),
  cdc('vitess-cdc', 'Vitess', [
    ...host('15991'),
    option('keyspace', 'STRING', '', 'Keyspace.', { required: 'always' }),
    option('table-name', 'STRING', '', 'Table.', { required: 'always' }),
    option('username', 'STRING', '', 'User of the VTGate.'),
    option('password', 'STRING', '', 'Password of the user; better a variable than the text.'),
  ]),
];
