import type { JsonValue } from '../json.ts';
import { printJson } from '../json.ts';
import type {
  DecodedHeader,
  DecodedMessage,
  DecodedPart,
  DecoderChoice,
  FormatChoice,
  MessageDecoder,
  MessageFormat,
  RawMessage,
  WhyNot,
} from '../types.ts';
import { framingOf } from './framing.ts';
import { type Attempt, type Found, readers, shownBytes } from './readers.ts';
import { type SchemaReader, type SchemaSource, Schemas, schemaReader } from './schemas.ts';

/** In the order in which they are tried; the last fits always. */
const AUTO = [
  'avro',
  'protobuf',
  'json-schema',
  'json',
  'string',
  'msgpack',
  'cbor',
  'int64',
  'int32',
  'int16',
  'int8',
  'hex',
] as const;
const OF_SCHEMAS = { avro: 'AVRO', protobuf: 'PROTOBUF', 'json-schema': 'JSON' } as const;
const NONE: readonly WhyNot[] = [];

/** A decoder for messages of a cluster. `registry`: where schemas of ids are; without one no format with schemas is read. */
export function messageDecoder(registry?: SchemaSource): MessageDecoder {
  const schemas = registry && new Schemas(registry);
  let bySchema: SchemaReader | undefined;
  return {
    async decode(messages, choice, signal) {
      const ids = [];
      for (const message of messages)
        for (const part of ['key', 'value'] as const) {
          const framing = mayHaveSchema(choice[part]) && schemas ? framingOf(message, part) : undefined;
          if (framing) ids.push(framing.id);
        }
      if (ids.length > 0) {
        bySchema ??= await schemaReader();
        await schemas?.prepare(ids);
      }
      signal?.throwIfAborted();
      const decode = new PartDecoder(schemas, bySchema, await readers(needsLibrary(messages, choice)));
      return messages.map((message) => decodeMessage(message, choice, decode));
    },
  };
}

const mayHaveSchema = (choice: FormatChoice) => choice === 'auto' || choice in OF_SCHEMAS;

/** Are there bytes that only the libraries of binary formats read? */
function needsLibrary(messages: readonly RawMessage[], choice: DecoderChoice): boolean {
  const binary = (format: FormatChoice, bytes: Uint8Array | null) =>
    format === 'msgpack' || format === 'cbor' || (format === 'auto' && bytes !== null && (bytes[0] ?? 0) >= 0x80);
  return messages.some(({ key, value }) => binary(choice.key, key) || binary(choice.value, value));
}

function decodeMessage(message: RawMessage, choice: DecoderChoice, decoder: PartDecoder): DecodedMessage {
  const { topic, partition, offset, timestamp, timestampType, key, value, control } = message;
  return {
    topic,
    partition,
    offset,
    timestamp,
    timestampType,
    key: decoder.part(message, 'key', control ? 'hex' : choice.key),
    value: decoder.part(message, 'value', control ? 'hex' : choice.value),
    headers: message.headers.map(headerOf),
    sizes: {
      key: key?.length ?? 0,
      value: value?.length ?? 0,
      headers: message.headers.reduce((sum, [name, bytes]) => sum + Buffer.byteLength(name) + (bytes?.length ?? 0), 0),
    },
    isTombstone: value === null && control === undefined,
    ...(control ? { control } : {}),
  };
}

const headerOf = ([name, bytes]: readonly [string, Uint8Array | null]): DecodedHeader => ({
  name,
  bytes,
  text: bytes === null ? '' : shownBytes(bytes),
});

class PartDecoder {
  private readonly schemas: Schemas | undefined;
  private readonly bySchema: SchemaReader | undefined;
  private readonly plain: (format: MessageFormat, bytes: Uint8Array, isAuto: boolean) => Attempt;

  constructor(
    schemas: Schemas | undefined,
    bySchema: SchemaReader | undefined,
    plain: (format: MessageFormat, bytes: Uint8Array, isAuto: boolean) => Attempt,
  ) {
    this.schemas = schemas;
    this.bySchema = bySchema;
    this.plain = plain;
  }

  part(message: RawMessage, part: 'key' | 'value', choice: FormatChoice): DecodedPart {
    const bytes = message[part];
    if (bytes === null) return { format: 'none', text: '', bytes, whyNot: NONE };
    if (choice === 'auto') return this.first(message, part, bytes, AUTO);
    const chosen = this.attempt(message, part, bytes, choice, false);
    if (typeof chosen !== 'string') return partOf(choice, chosen, bytes, NONE);
    // What was chosen does not fit: shown as the bytes can be shown, and why.
    const shown = this.first(message, part, bytes, ['string', 'hex']);
    return { ...shown, whyNot: [{ format: choice, reason: chosen }, ...shown.whyNot], problem: chosen };
  }

  private first(
    message: RawMessage,
    part: 'key' | 'value',
    bytes: Uint8Array,
    formats: readonly Exclude<MessageFormat, 'none'>[],
  ): DecodedPart {
    const whyNot: WhyNot[] = [];
    for (const format of formats) {
      const found = this.attempt(message, part, bytes, format, true);
      if (typeof found !== 'string') return partOf(format, found, bytes, whyNot);
      whyNot.push({ format, reason: found });
    }
    throw new Error('hex fits every message');
  }

  private attempt(
    message: RawMessage,
    part: 'key' | 'value',
    bytes: Uint8Array,
    format: Exclude<MessageFormat, 'none'>,
    isAuto: boolean,
  ): Attempt {
    if (format === 'avro' || format === 'protobuf' || format === 'json-schema')
      return this.withSchema(message, part, bytes, format);
    return this.plain(format, bytes, isAuto);
  }

  private withSchema(
    message: RawMessage,
    part: 'key' | 'value',
    bytes: Uint8Array,
    format: keyof typeof OF_SCHEMAS,
  ): Attempt {
    const framing = framingOf(message, part);
    if (!framing) return 'no schema id: the bytes do not begin with a zero byte and an id, and no header has one';
    if (!this.schemas || !this.bySchema)
      return `the bytes name schema ${framing.id}, and the connection has no schema registry`;
    const schema = this.schemas.of(framing.id);
    if (!schema) return `the bytes name schema ${framing.id}: ${this.schemas.whyMissing(framing.id)}`;
    if (schema.type !== OF_SCHEMAS[format]) return `schema ${schema.id} is of type ${schema.type}`;
    try {
      const { value, name } = this.bySchema(schema, bytes, framing.from);
      const subjects = sorted(schema.subjects, message.topic, part);
      return {
        value,
        schema: {
          id: schema.id,
          type: schema.type,
          ...(name === undefined ? {} : { name }),
          ...(subjects.length > 0 ? { subjects } : {}),
        },
      };
    } catch (error) {
      return `schema ${schema.id} does not fit: ${error instanceof Error ? error.message : error}`;
    }
  }
}

/** The subject that the topic's name gives comes first, then those of the topic and a record, then the rest. */
function sorted(subjects: readonly string[], topic: string, part: 'key' | 'value'): string[] {
  const rank = (subject: string) => (subject === `${topic}-${part}` ? 0 : subject.startsWith(`${topic}-`) ? 1 : 2);
  return [...subjects].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function partOf(format: MessageFormat, found: Found, bytes: Uint8Array, whyNot: readonly WhyNot[]): DecodedPart {
  const { value, text, schema } = found;
  const isStructured = text === undefined;
  const json = isStructured ? printJson(value as JsonValue) : undefined;
  return {
    format,
    text: text ?? (json as string),
    ...(json === undefined ? {} : { json }),
    bytes,
    ...(schema ? { schema } : {}),
    whyNot,
  };
}
