import type { SchemaRegistryClient } from '../../../clients/schema-registry/index.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { FlinkFault } from '../../errors.ts';
import { HEADER, notPrepared, registryFault, schemaIdOf, withHeader } from '../confluent.ts';
import type { Decoder, Encoder } from '../format.ts';
import { avroFault, compileRecordReader, type ReadRecord } from './decoder.ts';
import { RecordWriter, serializeFault } from './encoder.ts';
import { AvroInput } from './input.ts';
import { AvroOutput } from './output.ts';
import { type AvroRecord, type AvroSchema, nonNullBranch, parseAvroSchema, printAvroSchema } from './schema.ts';

/** Schemas that wrote messages, by id, each turned into something once (ConfluentSchemaRegistryCoder). */
export class WriterSchemas<T> {
  private readonly client: SchemaRegistryClient;
  private readonly compile: (writer: AvroSchema) => T;
  private readonly known = new Map<number, T>();
  /** What the registry said to an id that it could not give; told again by each message of the id. */
  private readonly failed = new Map<number, FlinkFault>();

  constructor(client: SchemaRegistryClient, compile: (writer: AvroSchema) => T) {
    this.client = client;
    this.compile = compile;
  }

  /** Fetches the schemas of messages that are not known yet; undefined when all are. */
  prepare(messages: readonly (Uint8Array | null)[]): Promise<void> | undefined {
    const wanted = new Set<number>();
    for (const bytes of messages) {
      if (!bytes || bytes.length < HEADER || bytes[0] !== 0) continue;
      const id = schemaIdOf(bytes);
      if (!this.known.has(id)) wanted.add(id);
    }
    return wanted.size ? this.fetch([...wanted]) : undefined;
  }

  private async fetch(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      try {
        const { schema, type } = await this.client.schema(id);
        if (type !== 'AVRO') throw new FlinkFault('IOException', `Schema ${id} is of type ${type}, not AVRO.`);
        this.known.set(id, this.compile(parseAvroSchema(schema)));
        this.failed.delete(id);
      } catch (error) {
        this.failed.set(id, registryFault(error));
      }
    }
  }

  /** What was made of the schema that wrote a message. */
  of(bytes: Uint8Array): T {
    const id = schemaIdOf(bytes);
    const made = this.known.get(id);
    if (made) return made;
    throw this.failed.get(id) ?? notPrepared(id);
  }
}

/** `avro-confluent` messages: each read by the schema that wrote it, as the table's schema (RegistryAvroDeserializationSchema). */
export class ConfluentAvroDecoder implements Decoder {
  private readonly schemas: WriterSchemas<ReadRecord>;
  private readonly input = new AvroInput();
  private whole: Uint8Array = new Uint8Array(0);

  constructor(client: SchemaRegistryClient, reader: AvroRecord, fields: readonly RowField[]) {
    this.schemas = new WriterSchemas(client, (writer) => compileRecordReader(writer, reader, fields));
  }

  prepare(messages: readonly (Uint8Array | null)[]): Promise<void> | undefined {
    return this.schemas.prepare(messages);
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    if (this.whole.buffer !== bytes.buffer) this.whole = new Uint8Array(bytes.buffer);
    try {
      const read = this.schemas.of(bytes);
      this.input.reset(this.whole, bytes.byteOffset + HEADER, bytes.byteOffset + bytes.length);
      read(this.input, out.columns);
    } catch (error) {
      throw avroFault(error);
    }
    out.row(INSERT);
  }
}

/** Registers the schema before the first row, then writes its id before each (RegistryAvroSerializationSchema). */
export class ConfluentAvroEncoder implements Encoder {
  private readonly client: SchemaRegistryClient;
  private readonly subject: string;
  private readonly schema: AvroSchema;
  private readonly writer: RecordWriter;
  private readonly out = new AvroOutput();
  /** The branch of the record where the schema is a union with null. */
  private readonly branch: number | undefined;
  private id = -1;

  constructor(client: SchemaRegistryClient, subject: string, schema: AvroSchema, fields: readonly RowField[]) {
    this.client = client;
    this.subject = subject;
    this.schema = schema;
    const optional = nonNullBranch(schema);
    this.branch = optional?.index;
    this.writer = new RecordWriter((optional?.schema ?? schema) as AvroRecord, fields);
  }

  async open(): Promise<void> {
    try {
      this.id = await this.client.register(this.subject, printAvroSchema(this.schema));
    } catch (error) {
      throw serializeFault(registryFault(error));
    }
  }

  row(batch: Batch, i: number): Uint8Array {
    if (this.id < 0) throw new Error('the encoder was not opened before its first row');
    this.out.length = 0;
    try {
      if (this.branch !== undefined) this.out.int(this.branch);
      this.writer.write(this.out, batch, i);
    } catch (error) {
      throw serializeFault(error);
    }
    return withHeader(this.id, this.out.take());
  }
}
