import { type FormatDoc, type OptionDoc, option } from './model.ts';

const timestampStandard = option(
  'timestamp-format.standard',
  'ENUM',
  'SQL',
  'How timestamps are written: 2026-01-31 12:30:15.123 or with a T.',
  { values: ['SQL', 'ISO-8601'] },
);
const ignoreErrors = option(
  'ignore-parse-errors',
  'BOOLEAN',
  'false',
  'Fields or rows that cannot be read are NULL or left out instead of failing the job.',
);
const jsonShared: readonly OptionDoc[] = [
  ignoreErrors,
  timestampStandard,
  option('map-null-key.mode', 'ENUM', 'FAIL', 'What a map’s NULL key becomes.', {
    values: ['FAIL', 'DROP', 'LITERAL'],
  }),
  option('map-null-key.literal', 'STRING', 'null', 'The key that stands for NULL.', {
    required: 'when map-null-key.mode is LITERAL',
  }),
  option('encode.decimal-as-plain-number', 'BOOLEAN', 'false', 'Writes 0.00000027 and not 2.7E-7.'),
  option('encode.ignore-null-fields', 'BOOLEAN', 'false', 'Leaves fields out that are NULL.'),
];
const jsonAlone: readonly OptionDoc[] = [
  option('fail-on-missing-field', 'BOOLEAN', 'false', 'A field that is missing fails the job instead of being NULL.'),
  option('decode.json-parser.enabled', 'BOOLEAN', 'true', 'Reads only the fields that are asked for.'),
];
const registry: readonly OptionDoc[] = [
  option('url', 'STRING', '', 'Address of the schema registry.', {
    required: 'always',
    values: ['http://localhost:8081'],
  }),
  option(
    'subject',
    'STRING',
    '',
    'Subject under which the schema is registered; <topic>-value or <topic>-key with kafka.',
    { required: 'for a sink, except with kafka' },
  ),
  option('schema', 'STRING', '', 'The schema to use instead of one made from the table’s columns.'),
  option('basic-auth.credentials-source', 'STRING', '', 'Where the login comes from.', {
    values: ['USER_INFO', 'URL', 'SASL_INHERIT'],
  }),
  option('basic-auth.user-info', 'STRING', '', 'user:password; better a variable than the text.'),
  option('bearer-auth.credentials-source', 'STRING', '', 'Where the token comes from.', { values: ['STATIC_TOKEN'] }),
  option('bearer-auth.token', 'STRING', '', 'The token; better a variable than the text.'),
  option('ssl.keystore.location', 'STRING', '', 'Key store for the registry.'),
  option('ssl.keystore.password', 'STRING', '', 'Its password; better a variable than the text.'),
  option('ssl.truststore.location', 'STRING', '', 'Trust store for the registry.'),
  option('ssl.truststore.password', 'STRING', '', 'Its password; better a variable than the text.'),
  option('properties.', 'STRING', '', 'Any property of the registry’s client, with this prefix.', { open: true }),
];
const schemaInclude = option(
  'schema-include',
  'BOOLEAN',
  'false',
  'The messages carry their schema (value.converter.schemas.enable of Kafka Connect).',
);
const tables = (system: string): OptionDoc[] => [
  option(
    'database.include',
    'STRING',
    '',
    `Regular expression: only changes of these databases (${system}’s own names).`,
  ),
  option('table.include', 'STRING', '', 'Regular expression: only changes of these tables.'),
];

/** Formats of messages and files. */
export const formats: readonly FormatDoc[] = [
  { id: 'json', doc: 'A JSON object a row.', changelog: 'insert-only', options: [...jsonAlone, ...jsonShared] },
  {
    id: 'csv',
    doc: 'A line a row, fields parted by a sign.',
    changelog: 'insert-only',
    options: [
      option('field-delimiter', 'STRING', ',', 'Parts fields: one sign.', { values: [',', ';', '|', '\\t'] }),
      option('disable-quote-character', 'BOOLEAN', 'false', 'Nothing is quoted.'),
      option('quote-character', 'STRING', '"', 'Stands around quoted fields.'),
      option('escape-character', 'STRING', '', 'Takes a sign’s meaning away.'),
      option(
        'allow-comments',
        'BOOLEAN',
        'false',
        'Lines that begin with # are left out. Set ignore-parse-errors, too.',
      ),
      option('array-element-delimiter', 'STRING', ';', 'Parts elements of arrays and fields of rows.'),
      option('null-literal', 'STRING', '', 'The text that stands for NULL.'),
      option('write-bigdecimal-in-scientific-notation', 'BOOLEAN', 'true', 'Writes 1E+5 and not 100000.'),
      ignoreErrors,
    ],
  },
  {
    id: 'avro',
    doc: 'Avro records; files hold their schema, messages must fit the table’s columns.',
    changelog: 'insert-only',
    options: [
      option('encoding', 'ENUM', 'binary', 'Binary, or Avro’s JSON (messages only).', { values: ['binary', 'json'] }),
      option('codec', 'ENUM', 'snappy', 'Compression of files.', {
        values: ['null', 'deflate', 'snappy', 'bzip2', 'xz', 'zstandard'],
      }),
      option('timestamp_mapping.legacy', 'BOOLEAN', 'true', 'Maps TIMESTAMP as Flink before 1.19 did.'),
    ],
  },
  {
    id: 'avro-confluent',
    doc: 'Avro records behind the header of a schema registry.',
    changelog: 'insert-only',
    options: registry,
  },
  {
    id: 'debezium-avro-confluent',
    doc: 'Changes from Debezium as Avro records of a schema registry.',
    changelog: 'all',
    options: registry,
  },
  {
    id: 'protobuf',
    doc: 'Protocol Buffers messages of a class.',
    changelog: 'insert-only',
    options: [
      option('message-class-name', 'STRING', '', 'Java class of the message, in the classpath.', {
        required: 'always',
      }),
      option(
        'ignore-parse-errors',
        'BOOLEAN',
        'false',
        'Messages that cannot be read are left out instead of failing the job.',
      ),
      option(
        'read-default-values',
        'BOOLEAN',
        'false',
        'Fields that are not set get the type’s default instead of NULL (proto2).',
      ),
      option('write-null-string-literal', 'STRING', '', 'The text that a NULL in a collection is written as.'),
    ],
  },
  {
    id: 'raw',
    doc: 'One column: the bytes or the text of the message.',
    changelog: 'insert-only',
    options: [
      option('charset', 'STRING', 'UTF-8', 'Of a text.'),
      option('endianness', 'ENUM', 'big-endian', 'Of a number.', { values: ['big-endian', 'little-endian'] }),
    ],
  },
  {
    id: 'debezium-json',
    doc: 'Changes from Debezium as JSON.',
    changelog: 'all',
    options: [schemaInclude, ...jsonShared],
  },
  {
    id: 'canal-json',
    doc: 'Changes from Canal as JSON.',
    changelog: 'all',
    options: [...tables('MySQL'), ...jsonShared],
  },
  { id: 'maxwell-json', doc: 'Changes from Maxwell as JSON.', changelog: 'all', options: jsonShared },
  { id: 'ogg-json', doc: 'Changes from Oracle GoldenGate as JSON.', changelog: 'all', options: jsonShared },
  {
    id: 'parquet',
    doc: 'Parquet files.',
    changelog: 'insert-only',
    filesOnly: true,
    options: [
      option('utc-timezone', 'BOOLEAN', 'false', 'Timestamps are in UTC and not in the local zone.'),
      option('timestamp.time.unit', 'ENUM', 'micros', 'Unit of written timestamps.', {
        values: ['nanos', 'micros', 'millis'],
      }),
      option('write.int64.timestamp', 'BOOLEAN', 'false', 'Writes timestamps as 64-bit and not 96-bit integers.'),
      option('compression', 'ENUM', 'SNAPPY', 'Compression of pages.', {
        values: ['SNAPPY', 'GZIP', 'ZSTD', 'LZ4', 'UNCOMPRESSED'],
      }),
    ],
  },
  {
    id: 'orc',
    doc: 'ORC files.',
    changelog: 'insert-only',
    filesOnly: true,
    options: [option('compress', 'ENUM', 'lz4', 'Compression.', { values: ['lz4', 'zlib', 'snappy', 'zstd', 'none'] })],
  },
];
