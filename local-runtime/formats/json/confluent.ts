import type { SchemaRegistryClient } from '../../../clients/schema-registry/index.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { FlinkFault } from '../../errors.ts';
import { HEADER, registryFault, schemaIdOf, withHeader } from '../confluent.ts';
import type { Decoder, Encoder } from '../format.ts';
import type { JsonDecoder } from './decoder.ts';
import type { JsonEncoder } from './encoder.ts';

/**
 * JSON with the header of Confluent's serializers (KafkaJsonSchemaDeserializer). The schema is not needed to read: JSON names its
 * fields. Flink has no such format; the name is this project's.
 */
export class ConfluentJsonDecoder implements Decoder {
  private readonly inner: JsonDecoder;
  private readonly ignoreParseErrors: boolean;

  constructor(inner: JsonDecoder, ignoreParseErrors: boolean) {
    this.inner = inner;
    this.ignoreParseErrors = ignoreParseErrors;
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    try {
      schemaIdOf(bytes);
    } catch (error) {
      if (this.ignoreParseErrors && error instanceof FlinkFault) return;
      throw error;
    }
    this.inner.message(bytes.subarray(HEADER), out);
  }
}

/** Registers the table's JSON Schema before the first row, then writes its id before each (KafkaJsonSchemaSerializer). */
export class ConfluentJsonEncoder implements Encoder {
  private readonly client: SchemaRegistryClient;
  private readonly subject: string;
  private readonly schema: string;
  private readonly inner: JsonEncoder;
  private id = -1;

  constructor(client: SchemaRegistryClient, subject: string, schema: string, inner: JsonEncoder) {
    this.client = client;
    this.subject = subject;
    this.schema = schema;
    this.inner = inner;
  }

  async open(): Promise<void> {
    try {
      this.id = await this.client.register(this.subject, this.schema, 'JSON');
    } catch (error) {
      throw registryFault(error);
    }
  }

  row(batch: Batch, i: number): Uint8Array {
    return withHeader(this.id, this.inner.row(batch, i));
  }
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 7) of what the json format writes for a table's columns. */
export function jsonSchemaOf(fields: readonly RowField[], title: string): string {
  return JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title, ...objectOf(fields) });
}

function objectOf(fields: readonly RowField[]): JsonSchema {
  const required = fields.filter((f) => !f.type.nullable).map((f) => f.name);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields.map((f) => [f.name, typeSchema(f.type)])),
    ...(required.length ? { required } : {}),
  };
}

function typeSchema(type: LogicalType): JsonSchema {
  const plain = notNull(type);
  return type.nullable ? { oneOf: [{ type: 'null' }, plain] } : plain;
}

function notNull(type: LogicalType): JsonSchema {
  switch (type.root) {
    case 'BOOLEAN':
      return { type: 'boolean' };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
      return { type: 'integer' };
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
      return { type: 'number' };
    case 'ARRAY':
      return { type: 'array', items: typeSchema(type.element) };
    case 'MAP':
      return { type: 'object', additionalProperties: typeSchema(type.value) };
    case 'MULTISET':
      return { type: 'object', additionalProperties: { type: 'integer' } };
    case 'ROW':
      return objectOf(type.fields);
    default:
      return { type: 'string' };
  }
}
