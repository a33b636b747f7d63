import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { BatchBuilder } from '../../local-runtime/batch/builder.ts';
import { compileRecordReader, type ReadRecord } from '../../local-runtime/formats/avro/decoder.ts';
import { AvroInput } from '../../local-runtime/formats/avro/input.ts';
import { type AvroRecord, type AvroSchema, parseAvroSchema } from '../../local-runtime/formats/avro/schema.ts';
import type { RowReader } from './part-reader.ts';
import type { ThreadSchema } from './protocol.ts';

const HEADER = 5;

/** Reads fields of Avro messages of a registry: each by the schema that wrote it, as the fields of `reader`. */
export class AvroRows implements RowReader {
  private readonly reader: AvroRecord;
  private readonly fields: readonly RowField[];
  private readonly byId = new Map<number, ReadRecord>();
  private readonly input = new AvroInput();

  constructor(reader: ThreadSchema, fields: readonly RowField[]) {
    const record = recordIn(schemaOf(reader));
    this.fields = fields;
    this.reader = {
      ...record,
      fields: fields.flatMap(({ name }) => {
        const found = record.fields.find((field) => field.name === name);
        // Data of a writer that does not know the field read as NULL, as a JSON table would have it.
        return found ? [{ ...found, fallback: found.fallback ?? null }] : [];
      }),
    };
    this.know([reader]);
  }

  know(schemas: readonly ThreadSchema[]): void {
    for (const schema of schemas) {
      if (schema.type !== 'AVRO' || this.byId.has(schema.id)) continue;
      this.byId.set(schema.id, compileRecordReader(schemaOf(schema), this.reader, this.fields));
    }
  }

  one(bytes: Uint8Array, from: number, to: number, out: BatchBuilder): boolean {
    if (to - from < HEADER || bytes[from] !== 0) return false;
    const id =
      ((bytes[from + 1] as number) << 24) |
      ((bytes[from + 2] as number) << 16) |
      ((bytes[from + 3] as number) << 8) |
      (bytes[from + 4] as number);
    const read = this.byId.get(id);
    if (!read) return false;
    this.input.reset(bytes, from + HEADER, to);
    try {
      read(this.input, out.columns);
    } catch {
      // What does not fit its schema is NULL to a condition; it is counted by who asks.
      return false;
    }
    out.row();
    return true;
  }
}

/** The names of references are known to what follows them: as branches of one union. */
function schemaOf({ text, references }: ThreadSchema): AvroSchema {
  if (references.length === 0) return parseAvroSchema(text);
  const all = parseAvroSchema(`[${[...references.map((each) => each.text), text].join(',')}]`);
  return all.type === 'union' ? (all.branches.at(-1) as AvroSchema) : all;
}

function recordIn(schema: AvroSchema): AvroRecord {
  const found = schema.type === 'union' ? schema.branches.find(({ type }) => type === 'record') : schema;
  if (found?.type !== 'record') throw new Error('the Avro schema is no record');
  return found;
}
