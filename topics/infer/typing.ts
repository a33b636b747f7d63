import { parseProtobufLate } from '../formats/late.ts';
import type { InferRequest, MessageTyping, TypedPart } from '../types.ts';
import { avroColumns, nullableType } from './avro-types.ts';
import { jsonSchemaFields } from './json-schema-types.ts';
import { quoted } from './names.ts';
import { areObjects, avroOf, type Samples, samplesOf, schemaText } from './parts.ts';
import { timeStyleOf } from './shape.ts';

const INTEGERS: Readonly<Record<string, string>> = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INT',
  int64: 'BIGINT',
};

/** What a condition over a topic's messages knows of them: from their schemas where they have some, from samples otherwise. */
export async function typeMessages(request: Pick<InferRequest, 'samples' | 'schemas'>): Promise<MessageTyping> {
  const [key, value] = await Promise.all(
    (['key', 'value'] as const).map((of) => typePart(samplesOf(request.samples, of), request.schemas)),
  );
  return { key: key as TypedPart, value: value as TypedPart };
}

async function typePart(samples: Samples, schemas: InferRequest['schemas']): Promise<TypedPart> {
  const { format, parts, schemaId } = samples;
  const sampled = `${parts.length} sampled message${parts.length === 1 ? '' : 's'}`;
  if (format === 'none') return { format: 'string', type: 'STRING', from: 'no message that has one' };
  const scalar = INTEGERS[format];
  if (scalar !== undefined) return { format, type: scalar, from: sampled };
  if (format === 'string' || format === 'hex') return { format, type: 'STRING', from: sampled };
  const ofSchema = `schema ${schemaId}`;
  if (format === 'avro') {
    const schema = avroOf(samples, schemas);
    if (schema?.kind === 'record') {
      const { columns } = avroColumns(schema, true);
      const fields = columns.map(({ name, type }) => `${quoted(name)} ${nullableType(type)}`);
      if (fields.length > 0)
        return {
          format,
          type: `ROW<${fields.join(', ')}>`,
          from: ofSchema,
          ...(schemaId === undefined ? {} : { schemaId }),
        };
    }
  }
  const style = format === 'json' || format === 'json-schema' ? timeStyleOf(samples.shape) : 'ISO-8601';
  const options = { 'timestamp-format.standard': style };
  const text = schemaText(samples, schemas);
  if (format === 'protobuf' && text !== undefined) {
    const name = parts.at(-1)?.part.schema?.name;
    const row = await protobufRowOf(
      text,
      name,
      (schemaId === undefined ? undefined : schemas?.get(schemaId))?.references,
    );
    if (row !== undefined) return { format, type: row, options, from: ofSchema };
  }
  if (format === 'json-schema' && text !== undefined) {
    const fields = jsonSchemaFields(text, samples.shape, style);
    const row = fields?.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
    if (row) return { format, type: `ROW<${row}>`, options, from: ofSchema };
  }
  // What is no object has no fields to ask for: it is its text.
  if (!areObjects(samples)) return { format, type: 'STRING', from: sampled };
  return { format, type: rowType(samples, style), options, from: sampled };
}

/** Of samples that are objects always a ROW: its fields are what a condition names. */
function rowType({ shape }: Samples, style: 'SQL' | 'ISO-8601'): string {
  return shape.named().length > 0 ? shape.row(style) : 'STRING';
}

async function protobufRowOf(
  text: string,
  name: string | undefined,
  references: readonly { readonly name: string; readonly text: string }[] = [],
): Promise<string | undefined> {
  const { parseProtobuf, messageNamed } = await parseProtobufLate();
  const { protobufRow } = await import('./protobuf-types.ts');
  try {
    return protobufRow(messageNamed(parseProtobuf(text, references), name).type);
  } catch {
    // Samples show the types then.
    return undefined;
  }
}
