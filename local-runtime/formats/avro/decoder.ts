import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { INSERT } from '../../batch/batch.ts';
import type { BatchBuilder, ColumnBuilder } from '../../batch/builder.ts';
import { columnKind } from '../../batch/column.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import type { Decoder } from '../format.ts';
import { AvroInput } from './input.ts';
import { type Action, resolve, skip, typeFault } from './resolve.ts';
import type { AvroRecord, AvroSchema } from './schema.ts';
import { numberReader, type ReadValue, valueReader } from './values.ts';

/** Reads one record and appends it as a row, or fails and appends nothing. */
export type ReadRecord = (input: AvroInput, columns: readonly ColumnBuilder[]) => void;

type Helper = ReadValue | ((input: AvroInput) => number) | ((input: AvroInput) => void);

/**
 * Makes the function that reads records of `writer` as rows of `reader` (GenericDatumReader and AvroToRowDataConverters in one).
 * Generated from the two schemas: first every field goes into a local, then all locals go into the columns, so that a broken
 * record leaves nothing behind.
 */
export function compileRecordReader(writer: AvroSchema, reader: AvroRecord, fields: readonly RowField[]): ReadRecord {
  const action = resolve(writer, reader);
  return compileAction(action, fields);
}

function compileAction(action: Action, fields: readonly RowField[]): ReadRecord {
  if (action.kind === 'fail') {
    return () => {
      throw typeFault(action.message);
    };
  }
  if (action.kind === 'writer-union') {
    const branches = action.branches.map((branch) => compileAction(branch, fields));
    return (input, columns) => (branches[input.index(branches.length)] as ReadRecord)(input, columns);
  }
  if (action.kind !== 'record') {
    // A union's null branch: a record that is not there.
    return () => {
      throw new FlinkFault(
        'NullPointerException',
        'Cannot invoke "org.apache.avro.generic.IndexedRecord.get(int)" because "record" is null',
      );
    };
  }
  const helpers: Helper[] = [];
  const helper = (fn: Helper) => `h[${helpers.push(fn) - 1}]`;
  const body: string[] = [];
  for (const { target, action: inner, writer } of action.steps) {
    if (target < 0) body.push(`${helper((input) => skip(input, writer))}(r);`);
    else body.push(readField(inner, (fields[target] as RowField).type, target, helper));
  }
  const defaults = new Map(action.defaults.map((d) => [d.target, d]));
  const declared: string[] = [];
  for (const [i, field] of fields.entries()) {
    const missing = defaults.get(i);
    declared.push(isText(field.type) ? `let v${i} = null, s${i} = -1, t${i} = 0;` : `let v${i} = null;`);
    if (!missing || missing.fallback === null) continue;
    const value = valueReader(
      { kind: 'record', steps: [], defaults: [{ ...missing, target: 0 }] },
      {
        root: 'ROW',
        nullable: false,
        fields: [field],
      },
    );
    body.push(`v${i} = ${helper((input: AvroInput) => (value(input) as readonly (string | null)[])[0] ?? null)}(r);`);
  }
  for (const [i, field] of fields.entries()) {
    const column = `c[${i}]`;
    body.push(
      isText(field.type)
        ? `if (s${i} >= 0) ${column}.appendUtf8(r.bytes, s${i}, t${i}); else ${column}.append(v${i});`
        : `${column}.append(v${i});`,
    );
  }
  const source = `'use strict'; return (r, c) => {\n${declared.join('\n')}\n${body.join('\n')}\n};`;
  return new Function('h', source)(helpers) as ReadRecord;
}

const isText = (type: LogicalType) => columnKind(type) === 'str';

/** The statement that reads one field into its local. */
function readField(action: Action, type: LogicalType, i: number, helper: (fn: Helper) => string): string {
  if (action.kind === 'writer-union') {
    const cases = action.branches.map((branch, at) => `case ${at}: ${readField(branch, type, i, helper)} break;`);
    return `switch (r.index(${action.branches.length})) { ${cases.join(' ')} }`;
  }
  if (action.kind === 'read') {
    const { writer } = action;
    if (writer.type === 'null') return '';
    switch (type.root) {
      case 'BOOLEAN':
        return `v${i} = r.boolean();`;
      case 'TINYINT':
        return `v${i} = (r.int() << 24) >> 24;`;
      case 'SMALLINT':
        return `v${i} = (r.int() << 16) >> 16;`;
      case 'INTEGER':
      case 'DATE':
      case 'TIME_WITHOUT_TIME_ZONE':
        return `v${i} = r.int();`;
      case 'BIGINT':
        return writer.type === 'int' ? `v${i} = BigInt(r.int());` : `v${i} = r.long();`;
      case 'DOUBLE':
        return writer.type === 'double' ? `v${i} = r.double();` : `v${i} = ${helper(numberReader(writer))}(r);`;
      case 'CHAR':
      case 'VARCHAR':
        return `r.blob(); s${i} = r.start; t${i} = r.stop;`;
      default:
    }
  }
  return `v${i} = ${helper(valueReader(action, type))}(r);`;
}

/** Wraps whatever goes wrong in a message as Flink's AvroRowDataDeserializationSchema does. */
export function avroFault(error: unknown): FlinkFault {
  return new FlinkFault('IOException', 'Failed to deserialize Avro record.', asFault(error));
}

/** Messages that are one record each, written with the table's own schema (AvroRowDataDeserializationSchema). */
export class AvroDecoder implements Decoder {
  private readonly input = new AvroInput();
  private readonly read: ReadRecord;
  private whole: Uint8Array = new Uint8Array(0);

  constructor(schema: AvroRecord, fields: readonly RowField[]) {
    this.read = compileRecordReader(schema, schema, fields);
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    if (!bytes) return;
    // Messages of one fetch lie in one buffer: views into all of it let their strings share a column.
    if (this.whole.buffer !== bytes.buffer) this.whole = new Uint8Array(bytes.buffer);
    this.input.reset(this.whole, bytes.byteOffset, bytes.byteOffset + bytes.length);
    try {
      this.read(this.input, out.columns);
    } catch (error) {
      throw avroFault(error);
    }
    out.row(INSERT);
  }
}
