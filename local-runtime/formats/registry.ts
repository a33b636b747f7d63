import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { DELETE, INSERT, UPDATE_BEFORE } from '../batch/batch.ts';
import type { BatchBuilder } from '../batch/builder.ts';
import { booleanOption, enumOption, type Options } from '../connectors/options.ts';
import { FlinkFault, validation } from '../errors.ts';
import { avro, avroConfluent, debeziumAvroConfluent } from './avro/formats.ts';
import { checkRegistryOptions, REGISTRY_OPTIONS, registryOf } from './confluent.ts';
import { checkCsvFields } from './csv/check-fields.ts';
import { CsvDecoder, type CsvOptions, CsvStreamDecoder } from './csv/decoder.ts';
import { CsvEncoder } from './csv/encoder.ts';
import type { Decoder, Format, FormatRequest } from './format.ts';
import { canal, EventDecoder, maxwell, ogg } from './json/change-events.ts';
import { checkMapKeys } from './json/check-fields.ts';
import { ConfluentJsonDecoder, ConfluentJsonEncoder, jsonSchemaOf } from './json/confluent.ts';
import { DebeziumDecoder } from './json/debezium.ts';
import { JsonDecoder } from './json/decoder.ts';
import { type JsonEncodeOptions, JsonEncoder } from './json/encoder.ts';
import {
  canalMetadata,
  debeziumMetadata,
  type EventMetadata,
  maxwellMetadata,
  metadataTypes,
  oggMetadata,
} from './json/event-metadata.ts';
import { JsonMessageDecoder } from './json/message-decoder.ts';
import { plainRowsOf } from './json/plain-rows.ts';
import type { JsonOptions } from './json/values.ts';
import { LineDecoder } from './lines.ts';
import { parquet } from './parquet/formats.ts';
import { javaPattern } from './pattern.ts';
import { protobuf } from './protobuf/formats.ts';
import { RawDecoder, RawEncoder } from './raw.ts';

/** A format with the option keys it knows, without prefix. */
export interface RegisteredFormat extends Format {
  readonly optionKeys: readonly string[];
  /** Only for files: no message can be in it, and Flink's lists of message formats do not have it. */
  readonly filesOnly?: boolean;
  /** Not in the lists of a plain Flink, which does not have it. */
  readonly ours?: boolean;
  /** Bytes before each message that may be any, a line feed in a file, too. */
  readonly messageHeader?: number;
  /** Keys with these prefixes are known whatever follows. */
  readonly optionPrefixes?: readonly string[];
  /** Is `subject` the topic's when it is not given (KafkaConnectorOptionsUtil.autoCompleteSchemaRegistrySubject)? */
  readonly registrySubject?: boolean;
  /** Checks that concern writing only. */
  validateWriting?(options: Options): void;
  /** Checks the columns that it is to read and write, in messages with these options. */
  checkFields?(fields: readonly RowField[], options: Options): void;
  /** Earlier names of options, which still hold (fallback keys). */
  readonly formerKeys?: Readonly<Record<string, string>>;
}

const JSON_SHARED = [
  'ignore-parse-errors',
  'map-null-key.literal',
  'map-null-key.mode',
  'timestamp-format.standard',
  'encode.decimal-as-plain-number',
  'encode.ignore-null-fields',
];

function jsonOptions(options: Options): JsonOptions {
  const read = {
    failOnMissingField: booleanOption(options, 'fail-on-missing-field', false),
    ignoreParseErrors: booleanOption(options, 'ignore-parse-errors', false),
    timestampFormat: timestampFormat(options),
  };
  booleanOption(options, 'encode.decimal-as-plain-number', false);
  booleanOption(options, 'encode.ignore-null-fields', false);
  if (read.failOnMissingField && read.ignoreParseErrors)
    throw validation("fail-on-missing-field and ignore-parse-errors shouldn't both be true.");
  return read;
}

function timestampFormat(options: Options): 'SQL' | 'ISO-8601' {
  const value = options['timestamp-format.standard'] ?? 'SQL';
  if (value !== 'SQL' && value !== 'ISO-8601') {
    throw validation(
      `Unsupported value '${value}' for timestamp-format.standard. Supported values are [SQL, ISO-8601].`,
    );
  }
  return value;
}

function jsonEncodeOptions(options: Options): JsonEncodeOptions {
  return {
    timestampFormat: timestampFormat(options),
    mapNullKeyMode: enumOption(options, 'map-null-key.mode', ['FAIL', 'DROP', 'LITERAL'] as const, 'FAIL'),
    mapNullKeyLiteral: options['map-null-key.literal'] ?? 'null',
    decimalAsPlainNumber: booleanOption(options, 'encode.decimal-as-plain-number', false),
    ignoreNullFields: booleanOption(options, 'encode.ignore-null-fields', false),
  };
}

const json: RegisteredFormat = {
  identifier: 'json',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '\n',
  optionKeys: ['decode.json-parser.enabled', 'fail-on-missing-field', ...JSON_SHARED],
  validate(options) {
    booleanOption(options, 'decode.json-parser.enabled', true);
    jsonOptions(options);
  },
  validateWriting: jsonEncodeOptions,
  checkFields: checkMapKeys,
  decoder: ({ fields, options }) => new JsonMessageDecoder(fields, jsonOptions(options)),
  streamDecoder(request: CsvRequest) {
    const options = jsonOptions(request.options);
    const { fields, physical = fields, projected = fields.map((_, i) => i) } = request;
    const decoder = new JsonDecoder(fields, options);
    return new LineDecoder(
      fields,
      (bytes, from, to, out) => decoder.record(bytes, from, to, out),
      request.bad,
      (bytes, from, out) => {
        const plain = plainRowsOf(physical, projected, options, fields, from === 0 ? bytes.length : 0);
        return plain?.lines(bytes, from, out) ?? from;
      },
    );
  },
  encoder: (request) => new JsonEncoder(request.fields, jsonEncodeOptions(request.options)),
};

/** `json-confluent`: JSON behind the header of a schema registry. Not one of Flink's formats. */
const jsonConfluent: RegisteredFormat = {
  identifier: 'json-confluent',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '\n',
  registrySubject: true,
  messageHeader: 5,
  ours: true,
  optionKeys: [...json.optionKeys, ...REGISTRY_OPTIONS],
  optionPrefixes: ['properties.'],
  validate(options) {
    json.validate(options);
    checkRegistryOptions('json-confluent', options);
    if (options.schema !== undefined) parseSchemaText(options.schema);
  },
  validateWriting(options) {
    if (options.subject === undefined) throw validation('Option json-confluent.subject is required for serialization');
  },
  decoder({ fields, options }) {
    const read = jsonOptions(options);
    return new ConfluentJsonDecoder(new JsonDecoder(fields, read), read.ignoreParseErrors);
  },
  encoder({ fields, options }) {
    return new ConfluentJsonEncoder(
      registryOf('json-confluent', options),
      options.subject ?? '',
      options.schema ?? jsonSchemaOf(fields, 'row'),
      new JsonEncoder(fields, jsonEncodeOptions(options)),
    );
  },
};

function parseSchemaText(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw validation(`Option 'json-confluent.schema' is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** How a format writes one image as an inserted or deleted row; updates are written as both. */
type Envelope = (image: string, deleted: boolean) => string;

function eventFormat(
  identifier: string,
  optionKeys: readonly string[],
  decoderOf: (
    request: FormatRequest,
  ) => Decoder & { record(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): void },
  envelope: Envelope,
  metadata: Readonly<Record<string, EventMetadata>>,
  check: (options: Options, writing: boolean) => void = () => undefined,
): RegisteredFormat {
  const utf8 = new TextEncoder();
  return {
    identifier,
    changelog: 'all',
    sinkAccepts: 'all',
    recordSeparator: '\n',
    metadata: metadataTypes(metadata),
    optionKeys: [...optionKeys, ...JSON_SHARED],
    checkFields: checkMapKeys,
    validate(options) {
      jsonOptions(options);
      check(options, false);
    },
    validateWriting(options) {
      jsonEncodeOptions(options);
      check(options, true);
    },
    decoder: decoderOf,
    streamDecoder(request) {
      const decoder = decoderOf(request);
      return new LineDecoder(
        request.fields,
        (bytes, from, to, out) => decoder.record(bytes, from, to, out),
        request.bad,
      );
    },
    encoder(request) {
      check(request.options, true);
      const image = new JsonEncoder(request.fields, jsonEncodeOptions(request.options));
      return {
        row(batch, i) {
          const kind = batch.kinds?.[i] ?? INSERT;
          return utf8.encode(envelope(image.text(batch, i), kind === UPDATE_BEFORE || kind === DELETE));
        },
      };
    },
  };
}

const debeziumJson = eventFormat(
  'debezium-json',
  ['schema-include'],
  (request) =>
    new DebeziumDecoder(
      request.fields,
      jsonOptions(request.options),
      booleanOption(request.options, 'schema-include', false),
      request.metadata,
    ),
  (image, deleted) =>
    deleted ? `{"before":${image},"after":null,"op":"d"}` : `{"before":null,"after":${image},"op":"c"}`,
  debeziumMetadata,
  (options, writing) => {
    if (booleanOption(options, 'schema-include', false) && writing) {
      throw validation(
        "Debezium JSON serialization doesn't support 'debezium-json.schema-include' option been set to true.",
      );
    }
  },
);

function pattern(options: Options, key: string): RegExp | undefined {
  const value = options[key];
  return value === undefined ? undefined : javaPattern(value);
}

const canalJson = eventFormat(
  'canal-json',
  ['database.include', 'table.include'],
  ({ fields, options, metadata }) =>
    new EventDecoder(
      fields,
      canal(pattern(options, 'database.include'), pattern(options, 'table.include')),
      jsonOptions(options),
      metadata,
    ),
  (image, deleted) => `{"data":[${image}],"type":"${deleted ? 'DELETE' : 'INSERT'}"}`,
  canalMetadata,
  (options) => {
    pattern(options, 'database.include');
    pattern(options, 'table.include');
  },
);

const maxwellJson = eventFormat(
  'maxwell-json',
  [],
  ({ fields, options, metadata }) => new EventDecoder(fields, maxwell, jsonOptions(options), metadata),
  (image, deleted) => `{"data":${image},"type":"${deleted ? 'delete' : 'insert'}"}`,
  maxwellMetadata,
);

const oggJson = eventFormat(
  'ogg-json',
  [],
  ({ fields, options, metadata }) => new EventDecoder(fields, ogg, jsonOptions(options), metadata),
  (image, deleted) =>
    deleted ? `{"before":${image},"after":null,"op_type":"D"}` : `{"before":null,"after":${image},"op_type":"I"}`,
  oggMetadata,
);

function single(options: Options, key: string, fallback: string | undefined): string | undefined {
  const value = options[key];
  if (value === undefined) return fallback;
  const plain = value === '\\t' ? '\t' : value;
  if (plain.length !== 1)
    throw validation(`Option 'csv.${key}' must be a string with single character, but was: ${value}`);
  return plain;
}

function csvOptions(options: Options): CsvOptions {
  const disabled = booleanOption(options, 'disable-quote-character', false);
  if (disabled && options['quote-character'] !== undefined) {
    throw validation('Format cannot define a quote character and disabled quote character at the same time.');
  }
  return {
    delimiter: single(options, 'field-delimiter', ',') as string,
    quote: disabled ? undefined : single(options, 'quote-character', '"'),
    escape: single(options, 'escape-character', undefined),
    allowComments: booleanOption(options, 'allow-comments', false),
    ignoreParseErrors: booleanOption(options, 'ignore-parse-errors', false),
    arrayDelimiter: options['array-element-delimiter'] ?? ';',
    nullLiteral: options['null-literal'],
  };
}

const everything = (fields: readonly RowField[]) => fields.map((_, i) => i);

/** Csv columns are found by position, so the request carries all physical fields and the ones wanted. */
export interface CsvRequest extends FormatRequest {
  readonly physical?: readonly RowField[];
  readonly projected?: readonly number[];
}

function csvDecoder(request: CsvRequest): CsvDecoder {
  const physical = request.physical ?? request.fields;
  return new CsvDecoder(physical, request.projected ?? everything(physical), csvOptions(request.options));
}

const csv: RegisteredFormat = {
  identifier: 'csv',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '\n',
  optionKeys: [
    'allow-comments',
    'array-element-delimiter',
    'disable-quote-character',
    'escape-character',
    'field-delimiter',
    'ignore-parse-errors',
    'null-literal',
    'quote-character',
    'write-bigdecimal-in-scientific-notation',
  ],
  validate(options) {
    csvOptions(options);
    booleanOption(options, 'write-bigdecimal-in-scientific-notation', true);
  },
  checkFields: checkCsvFields,
  decoder: csvDecoder,
  streamDecoder: (request: CsvRequest) =>
    new CsvStreamDecoder(csvDecoder(request), request.fields, csvOptions(request.options), request.bad),
  encoder(request) {
    const o = csvOptions(request.options);
    return new CsvEncoder(request.fields, {
      delimiter: o.delimiter,
      quote: o.quote,
      escape: o.escape,
      arrayDelimiter: o.arrayDelimiter,
      nullLiteral: o.nullLiteral ?? '',
      scientificDecimals: booleanOption(request.options, 'write-bigdecimal-in-scientific-notation', true),
    });
  },
};

function rawField(request: CsvRequest): RowField {
  const physical = request.physical ?? request.fields;
  if (physical.length !== 1) {
    const shown = physical.map((f) => `\`${f.name}\` ${asSummaryString(f.type)}`).join(', ');
    throw validation(
      `The 'raw' format only supports single physical column. However the defined schema contains multiple physical columns: [${shown}]`,
    );
  }
  const field = physical[0] as RowField;
  if (
    !/^(CHAR|VARCHAR|BINARY|VARBINARY|BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|RAW)$/.test(field.type.root)
  ) {
    throw validation(`The 'raw' format doesn't supports '${asSummaryString(field.type)}' as column type.`);
  }
  return field;
}

const raw: RegisteredFormat = {
  identifier: 'raw',
  changelog: 'insert-only',
  sinkAccepts: 'insert-only',
  recordSeparator: '\n',
  optionKeys: ['charset', 'endianness'],
  validate(options) {
    const { endianness = 'big-endian' } = options;
    if (endianness !== 'big-endian' && endianness !== 'little-endian') {
      throw validation(
        `Unsupported endianness name: ${endianness}. Valid values of 'raw.endianness' option are 'big-endian' and 'little-endian'.`,
      );
    }
    const charset = options.charset ?? 'UTF-8';
    try {
      new TextDecoder(charset);
    } catch {
      throw validation(
        `Unsupported 'raw.charset' name: ${charset}.`,
        new FlinkFault('UnsupportedCharsetException', charset),
      );
    }
  },
  checkFields(fields) {
    rawField({ fields, options: {}, zone: 'UTC' });
  },
  decoder: (request) => new RawDecoder(rawField(request).type, request.options),
  streamDecoder(request: CsvRequest) {
    const decoder = new RawDecoder(rawField(request).type, request.options);
    const decode = (bytes: Uint8Array, from: number, to: number, out: BatchBuilder) => {
      if (request.fields.length) decoder.message(bytes.subarray(from, to), out);
      else out.row();
    };
    return new LineDecoder(request.fields, decode, request.bad);
  },
  encoder: (request) => new RawEncoder(rawField(request).type, request.options),
};

const FORMATS: ReadonlyMap<string, RegisteredFormat> = new Map(
  [
    json,
    debeziumJson,
    canalJson,
    maxwellJson,
    oggJson,
    csv,
    raw,
    avro,
    avroConfluent,
    debeziumAvroConfluent,
    parquet,
    jsonConfluent,
    protobuf,
  ].map((f) => [f.identifier, f]),
);

/** Is there a format of this identifier? */
export const hasFormat = (identifier: string): boolean => FORMATS.has(identifier);

/** The format of an identifier; throws Flink's words and lists what there is (FactoryUtil.discoverFactory). */
export function formatFor(identifier: string, writing = false): RegisteredFormat {
  const format = FORMATS.get(identifier);
  if (format) return format;
  throw unknownFormat(identifier, writing);
}

/** A format that messages can be in; others are as unknown as to Flink. */
export function messageFormatFor(identifier: string, writing = false): RegisteredFormat {
  const format = formatFor(identifier, writing);
  if (format.filesOnly) throw unknownFormat(identifier, writing);
  return format;
}

function unknownFormat(identifier: string, writing: boolean): FlinkFault {
  const factory = writing ? 'SerializationFormatFactory' : 'DeserializationFormatFactory';
  return validation(
    `Could not find any factory for identifier '${identifier}' that implements 'org.apache.flink.table.factories.${factory}' in the classpath.\n\nAvailable factory identifiers are:\n\n${[
      ...FORMATS.values(),
    ]
      .filter((f) => !f.filesOnly && !f.ours)
      .map((f) => f.identifier)
      .sort()
      .join('\n')}`,
  );
}
