import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { booleanOption, enumOption, type Options } from '../../connectors/options.ts';
import { FlinkFault, validation } from '../../errors.ts';
import { checkRegistryOptions, FORMER_REGISTRY_OPTIONS, REGISTRY_OPTIONS, registryOf } from '../confluent.ts';
import type { RegisteredFormat } from '../registry.ts';
import { codecFor } from './codecs.ts';
import { ConfluentAvroDecoder, ConfluentAvroEncoder } from './confluent.ts';
import { AvroFileReader, AvroFileWriter } from './container.ts';
import { DebeziumAvroDecoder, DebeziumAvroEncoder, eventFields } from './debezium.ts';
import { AvroDecoder } from './decoder.ts';
import { AvroEncoder } from './encoder.ts';
import { avroRecordOf, avroSchemaOf } from './from-type.ts';
import { AvroJsonDecoder, AvroJsonEncoder } from './json-encoding.ts';
import { type AvroSchema, nonNullBranch, parseAvroSchema } from './schema.ts';
import { typeOfAvro } from './to-type.ts';

/** Flink's enum is named in what it says of a wrong word. */
function encodingOf(options: Options): 'binary' | 'json' {
  const word = options.encoding;
  if (word === undefined || ['binary', 'json'].includes(word.toLowerCase()))
    return enumOption(options, 'encoding', ['binary', 'json'] as const, 'binary');
  throw validation(
    `Invalid value for option 'encoding'.`,
    new FlinkFault(
      'IllegalArgumentException',
      `Could not parse value '${word}' for key 'avro.encoding'.`,
      new FlinkFault(
        'IllegalArgumentException',
        'Could not parse value for enum class org.apache.flink.formats.avro.AvroFormatOptions$AvroEncoding. Expected one of: [[binary, json]]',
      ),
    ),
  );
}

const legacy = (options: Options) => booleanOption(options, 'timestamp_mapping.legacy', true);

/** `avro`: messages without a header, and object container files (AvroFormatFactory, AvroFileFormatFactory). */
export const avro: RegisteredFormat = {
  identifier: 'avro',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '',
  // Files take `codec`, too.
  optionKeys: ['encoding', 'timestamp_mapping.legacy'],
  checkFields(fields, options) {
    avroRecordOf(fields, legacy(options));
  },
  validate(options) {
    encodingOf(options);
    legacy(options);
    if (options.codec !== undefined) codecFor(options.codec);
  },
  decoder({ fields, options }) {
    const schema = avroRecordOf(fields, legacy(options));
    return encodingOf(options) === 'json' ? new AvroJsonDecoder(schema, fields) : new AvroDecoder(schema, fields);
  },
  encoder({ fields, options }) {
    const schema = avroRecordOf(fields, legacy(options));
    return encodingOf(options) === 'json' ? new AvroJsonEncoder(schema, fields) : new AvroEncoder(schema, fields);
  },
  // Files have the legacy timestamps whatever the option says, as in Flink.
  fileReader({ fields }) {
    const reader = avroRecordOf(fields, true);
    return (file, position) => AvroFileReader.open(file, position, reader, fields);
  },
  fileWriter({ fields, options }) {
    const schema = avroSchemaOf(types.row(fields), true);
    return async () => new AvroFileWriter(schema, fields, options.codec ?? 'snappy');
  },
};

/** The schema of messages: the option's, which must fit the table, or the table's own. */
function messageSchema(identifier: string, options: Options, fields: readonly RowField[], own: () => AvroSchema) {
  const given = options.schema;
  if (given === undefined) return own();
  const schema = parseAvroSchema(given);
  const found = typeOfAvro(nonNullBranch(schema)?.schema ?? schema, true);
  if (asSummaryString(found) !== asSummaryString(types.row(fields, false))) {
    throw new FlinkFault(
      'IllegalArgumentException',
      `Schema provided for '${identifier}' format does not match the table schema: ${given}`,
    );
  }
  return schema;
}

const recordIn = (schema: AvroSchema) => {
  const record = nonNullBranch(schema)?.schema ?? schema;
  if (record.type === 'record') return record;
  throw new FlinkFault('IllegalArgumentException', `The Avro schema of a table must be a record, not ${record.type}.`);
};

function subjectOf(identifier: string, options: Options): string {
  const { subject } = options;
  if (subject === undefined) throw validation(`Option ${identifier}.subject is required for serialization`);
  return subject;
}

/** `avro-confluent`: the schema's id before each message (RegistryAvroFormatFactory). */
export const avroConfluent: RegisteredFormat = {
  identifier: 'avro-confluent',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '\n',
  registrySubject: true,
  optionKeys: [...REGISTRY_OPTIONS, ...Object.keys(FORMER_REGISTRY_OPTIONS)],
  optionPrefixes: ['properties.'],
  formerKeys: FORMER_REGISTRY_OPTIONS,
  checkFields(fields, options) {
    messageSchema('avro-confluent', options, fields, () => avroRecordOf(fields, legacy(options)));
  },
  validate(options) {
    checkRegistryOptions('avro-confluent', options);
    legacy(options);
  },
  validateWriting(options) {
    subjectOf('avro-confluent', options);
  },
  decoder({ fields, options }) {
    const schema = messageSchema('avro-confluent', options, fields, () => avroRecordOf(fields, legacy(options)));
    return new ConfluentAvroDecoder(registryOf('avro-confluent', options), recordIn(schema), fields);
  },
  encoder({ fields, options }) {
    const subject = subjectOf('avro-confluent', options);
    const schema = messageSchema('avro-confluent', options, fields, () => avroRecordOf(fields, legacy(options)));
    return new ConfluentAvroEncoder(registryOf('avro-confluent', options), subject, schema, fields);
  },
};

/** `debezium-avro-confluent`: change events with the schema's id (DebeziumAvroFormatFactory). */
export const debeziumAvroConfluent: RegisteredFormat = {
  identifier: 'debezium-avro-confluent',
  changelog: 'all',
  sinkAccepts: 'all',
  recordSeparator: '\n',
  registrySubject: true,
  optionKeys: [...REGISTRY_OPTIONS, ...Object.keys(FORMER_REGISTRY_OPTIONS)],
  optionPrefixes: ['properties.'],
  formerKeys: FORMER_REGISTRY_OPTIONS,
  checkFields(fields, options) {
    const event = eventFields(fields);
    messageSchema('debezium-avro-confluent', options, event, () => avroSchemaOf(types.row(event), true));
  },
  validate(options) {
    checkRegistryOptions('debezium-avro-confluent', options);
  },
  validateWriting(options) {
    subjectOf('debezium-avro-confluent', options);
  },
  decoder({ fields, options }) {
    const event = eventFields(fields);
    const schema = messageSchema('debezium-avro-confluent', options, event, () => avroSchemaOf(types.row(event), true));
    return new DebeziumAvroDecoder(registryOf('debezium-avro-confluent', options), schema, fields);
  },
  encoder({ fields, options }) {
    const event = eventFields(fields);
    const subject = subjectOf('debezium-avro-confluent', options);
    const schema = messageSchema('debezium-avro-confluent', options, event, () => avroSchemaOf(types.row(event), true));
    return new DebeziumAvroEncoder(registryOf('debezium-avro-confluent', options), subject, schema, fields);
  },
};
