import type { SchemaType } from '../../clients/schema-registry/index.ts';
import { framed } from '../decode/framing.ts';
import { FormatProblem, type ValueProblem } from '../formats/problem.ts';
import { JsonError, JsonNumber, type JsonValue, parseJson, printJson } from '../json.ts';
import type { MessageFormat } from '../types.ts';

/** A registered schema that messages are written with. */
export interface WritingSchema {
  readonly id: number;
  readonly type: SchemaType;
  readonly text: string;
  /** Each after those that it needs itself. */
  readonly references?: readonly { readonly name: string; readonly text: string }[];
  /** Protobuf: the message, by full or short name; the text's first one when absent. */
  readonly message?: string;
}

/** Writes values, as they are written in an editor or shown by the decoder, as bytes. */
export interface MessageWriter {
  /** Throws FormatProblem for a value that does not fit. */
  write(value: JsonValue): Uint8Array;
  /** All that is wrong with a value; empty when it can be written. */
  check(value: JsonValue): ValueProblem[];
}

const INTEGERS: Readonly<Record<string, number>> = { int8: 1, int16: 2, int32: 4, int64: 8 };

/** A writer for a format; those of a registry need the schema. Rejects where the schema is broken. */
export async function messageWriter(format: MessageFormat, schema?: WritingSchema): Promise<MessageWriter> {
  if (format === 'avro' || format === 'protobuf' || format === 'json-schema') {
    if (!schema) throw new Error(`To write ${format} a schema is needed`);
    return writerBySchema(schema);
  }
  return simple(await plainWriter(format));
}

function simple(write: (value: JsonValue) => Uint8Array): MessageWriter {
  return {
    write,
    check(value) {
      try {
        write(value);
        return [];
      } catch (error) {
        if (!(error instanceof FormatProblem)) throw error;
        return [{ path: error.path, message: error.reason }];
      }
    },
  };
}

const utf8 = new TextEncoder();

async function plainWriter(format: MessageFormat): Promise<(value: JsonValue) => Uint8Array> {
  switch (format) {
    case 'json':
      return (value) => utf8.encode(printJson(value));
    case 'string':
      return (value) => utf8.encode(typeof value === 'string' ? value : printJson(value));
    case 'hex':
      return (value) => {
        const text = typeof value === 'string' ? value.replace(/^0x|\s+/g, '') : '!';
        if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new FormatProblem('', 'pairs of hexadecimal digits are wanted');
        return new Uint8Array(Buffer.from(text, 'hex'));
      };
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return (value) => integer(value, INTEGERS[format] as number);
    case 'msgpack':
    case 'cbor': {
      const { writeCbor, writeMsgpack } = await import('../formats/binary-json.ts');
      return format === 'msgpack' ? writeMsgpack : writeCbor;
    }
    default:
      throw new Error(`Nothing is written as ${format}`);
  }
}

function integer(value: JsonValue, size: number): Uint8Array {
  const digits = value instanceof JsonNumber ? value.digits : typeof value === 'string' ? value.trim() : '';
  if (!/^-?\d+$/.test(digits)) throw new FormatProblem('', 'a whole number is wanted');
  const n = BigInt(digits);
  if (BigInt.asIntN(8 * size, n) !== n) throw new FormatProblem('', `${digits} does not fit into ${8 * size} bits`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, n);
  return bytes.slice(8 - size);
}

async function writerBySchema({ id, type, text, references = [], message }: WritingSchema): Promise<MessageWriter> {
  switch (type) {
    case 'AVRO': {
      const [{ parseAvro }, { writeAvro }] = await Promise.all([
        import('../formats/avro-schema.ts'),
        import('../formats/avro-write.ts'),
      ]);
      const schema = parseAvro(
        text,
        references.map((reference) => reference.text),
      );
      return simple((value) => framed(id, writeAvro(schema, value)));
    }
    case 'PROTOBUF': {
      const { messageNamed, parseProtobuf, writeIndexes, writeProtobuf } = await import('../formats/protobuf.ts');
      const found = messageNamed(parseProtobuf(text, references), message);
      return simple((value) => framed(id, writeIndexes(found.indexes), writeProtobuf(found.type, value)));
    }
    case 'JSON': {
      const { jsonSchemaChecker } = await import('../formats/json-schema.ts');
      const check = jsonSchemaChecker(text, references);
      return {
        check,
        write(value) {
          const [problem] = check(value);
          if (problem) throw new FormatProblem(problem.path, problem.message);
          return framed(id, utf8.encode(printJson(value)));
        },
      };
    }
  }
}

/** Reads what stands in an editor: JSON for structured formats, and anything for texts. Throws FormatProblem. */
export function valueOfText(text: string, format: MessageFormat): JsonValue {
  if (format === 'string' || format === 'hex' || format.startsWith('int')) return text;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new FormatProblem('', error.message);
    throw error;
  }
}
