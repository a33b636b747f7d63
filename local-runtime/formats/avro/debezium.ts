import type { SchemaRegistryClient } from '../../../clients/schema-registry/index.ts';
import type { Value } from '../../../flink-sql/plan/rex.ts';
import { type RowField, types } from '../../../flink-sql/types/logical-type.ts';
import { type Batch, DELETE, INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import type { BatchBuilder } from '../../batch/builder.ts';
import { valueAt } from '../../batch/column.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import { HEADER } from '../confluent.ts';
import type { Decoder, Encoder } from '../format.ts';
import { ConfluentAvroEncoder, WriterSchemas } from './confluent.ts';
import { avroFault } from './decoder.ts';
import { AvroInput } from './input.ts';
import { resolve } from './resolve.ts';
import type { AvroSchema } from './schema.ts';
import { type ReadValue, valueReader } from './values.ts';

/** The columns of an event: images before and after, and what happened. */
export function eventFields(fields: readonly RowField[]): RowField[] {
  return [
    { name: 'before', type: types.row(fields) },
    { name: 'after', type: types.row(fields) },
    { name: 'op', type: types.string() },
  ];
}

const REPLICA =
  'The "before" field of %s message is null, if you are using Debezium Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY to FULL level.';

/** Debezium's events in Avro (DebeziumAvroDeserializationSchema): c and r insert, u is -U then +U, d deletes. */
export class DebeziumAvroDecoder implements Decoder {
  private readonly schemas: WriterSchemas<ReadValue>;
  private readonly input = new AvroInput();

  constructor(client: SchemaRegistryClient, reader: AvroSchema, fields: readonly RowField[]) {
    const event = types.row(eventFields(fields), false);
    this.schemas = new WriterSchemas(client, (writer) => valueReader(resolve(writer, reader), event));
  }

  prepare(messages: readonly (Uint8Array | null)[]): Promise<void> | undefined {
    return this.schemas.prepare(messages);
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    // A tombstone, or an empty message, says nothing that the delete before it has not said.
    if (!bytes?.length) return;
    try {
      const read = this.schemas.of(bytes);
      this.input.reset(bytes, HEADER, bytes.length);
      let event: Value;
      try {
        event = read(this.input);
      } catch (error) {
        throw avroFault(error);
      }
      changes(event as readonly Value[], out);
    } catch (error) {
      throw new FlinkFault('IOException', "Can't deserialize Debezium Avro message.", asFault(error));
    }
  }
}

function changes(event: readonly Value[], out: BatchBuilder): void {
  const [before, after, op] = event as [readonly Value[] | null, readonly Value[] | null, string | null];
  switch (op) {
    case 'c':
    case 'r':
      out.values(given(after), INSERT);
      return;
    case 'u':
      if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'UPDATE'));
      given(after);
      out.values(before, UPDATE_BEFORE);
      out.values(given(after), UPDATE_AFTER);
      return;
    case 'd':
      if (!before) throw new FlinkFault('IllegalStateException', REPLICA.replace('%s', 'DELETE'));
      out.values(before, DELETE);
      return;
    default:
      throw new FlinkFault('IOException', `Unknown "op" value "${op}". The Debezium Avro message is corrupted.`);
  }
}

function given(image: readonly Value[] | null): readonly Value[] {
  if (image) return image;
  throw new FlinkFault(
    'NullPointerException',
    'Cannot invoke "org.apache.flink.table.data.GenericRowData.setRowKind(org.apache.flink.types.RowKind)" because "after" is null',
  );
}

/** Rows as events: inserts and after-images as `c`, deletes and before-images as `d` (DebeziumAvroSerializationSchema). */
export class DebeziumAvroEncoder implements Encoder {
  private readonly inner: ConfluentAvroEncoder;

  constructor(client: SchemaRegistryClient, subject: string, schema: AvroSchema, fields: readonly RowField[]) {
    this.inner = new ConfluentAvroEncoder(client, subject, schema, eventFields(fields));
  }

  open(): Promise<void> {
    return this.inner.open();
  }

  row(batch: Batch, i: number): Uint8Array {
    const kind = batch.kinds?.[i] ?? INSERT;
    const deleted = kind === DELETE || kind === UPDATE_BEFORE;
    const image = batch.columns.map((column) => valueAt(column, i));
    const cell = (value: Value) => ({ kind: 'obj' as const, values: [value], nulls: undefined });
    return this.inner.row(
      {
        length: 1,
        kinds: undefined,
        columns: [cell(deleted ? image : null), cell(deleted ? null : image), cell(deleted ? 'd' : 'c')],
        marks: undefined,
      },
      0,
    );
  }
}
