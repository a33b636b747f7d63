import type { MapValue, Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import type { Batch } from '../../batch/batch.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import { asFault, FlinkFault } from '../../errors.ts';
import { AvroOutput } from '../avro/output.ts';
import type { Encoder } from '../format.ts';
import { wireType } from './decoder.ts';
import type { PbField, PbMessage, PbScalar, PbType } from './model.ts';

type Write = (out: AvroOutput, value: Exclude<Value, null>) => void;

/** Writes rows as messages of one type, fields by their numbers (PbRowDataSerializationSchema). */
export class ProtobufEncoder implements Encoder {
  private readonly load: () => Promise<PbMessage>;
  private readonly fields: readonly RowField[];
  /** What stands for NULL inside of arrays and maps of text. */
  private readonly nullText: string;
  private writer: MessageWriter | undefined;
  private readonly out = new AvroOutput();

  constructor(load: () => Promise<PbMessage>, fields: readonly RowField[], nullText: string) {
    this.load = load;
    this.fields = fields;
    this.nullText = nullText;
  }

  async open(): Promise<void> {
    this.writer ??= new MessageWriter(await this.load(), this.fields, this.nullText);
  }

  row(batch: Batch, i: number): Uint8Array {
    if (!this.writer) throw new Error('the encoder was not opened before its first row');
    this.out.length = 0;
    try {
      this.writer.write(this.out, (c) => valueAt(batch.columns[c] as Column, i));
    } catch (error) {
      throw new FlinkFault('RuntimeException', 'Failed to serialize row.', asFault(error));
    }
    return this.out.take();
  }
}

class MessageWriter {
  private readonly steps: readonly { readonly at: number; readonly write: Write }[];

  constructor(message: PbMessage, fields: readonly RowField[], nullText: string) {
    this.steps = fields
      .map(({ name, type }, at) => {
        const field = message.fields.get(name) as PbField;
        return { at, number: field.number, write: fieldWriter(field, type, nullText) };
      })
      .sort((a, b) => a.number - b.number);
  }

  write(out: AvroOutput, cell: (i: number) => Value): void {
    for (const { at, write } of this.steps) {
      const value = cell(at);
      if (value !== null) write(out, value);
    }
  }
}

function varint(out: AvroOutput, value: number | bigint): void {
  if (typeof value === 'number' && value >= 0) {
    let n = value;
    const bytes: number[] = [];
    while (n > 127) {
      bytes.push((n & 127) | 128);
      n = Math.floor(n / 128);
    }
    bytes.push(n);
    out.raw(Uint8Array.from(bytes));
    return;
  }
  // Negative numbers take ten bytes, also those of 32 bits.
  let n = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (n > 127n) {
    bytes.push(Number(n & 127n) | 128);
    n >>= 7n;
  }
  bytes.push(Number(n));
  out.raw(Uint8Array.from(bytes));
}

const tag = (out: AvroOutput, number: number, wire: number) => varint(out, number * 8 + wire);

function framed(out: AvroOutput, number: number, body: Uint8Array): void {
  tag(out, number, 2);
  varint(out, body.length);
  out.raw(body);
}

function fieldWriter(field: PbField, type: LogicalType, nullText: string): Write {
  const { number } = field;
  if (field.label === 'map') return mapWriter(field, type as Extract<LogicalType, { root: 'MAP' }>, nullText);
  if (field.label === 'repeated') {
    const { element } = type as { element: LogicalType };
    const write = valueWriter(field.type, element, nullText);
    const instead = insteadOfNull(field.type, element, nullText);
    const wire = wireType(field.type);
    const body = new AvroOutput();
    return (out, value) => {
      const items = value as readonly Value[];
      if (!items.length) return;
      if (field.packed && wire !== 2) {
        for (const item of items) write(body, item ?? instead);
        framed(out, number, body.take());
        return;
      }
      for (const item of items) {
        tag(out, number, wire);
        write(out, item ?? instead);
      }
    };
  }
  const write = valueWriter(field.type, type, nullText);
  const wire = wireType(field.type);
  const isDefault = field.presence ? undefined : defaultTest(field.type);
  return (out, value) => {
    // A default is not written where nobody could tell it from a field that is not set.
    if (isDefault?.(value)) return;
    tag(out, number, wire);
    write(out, value);
  };
}

function mapWriter(field: PbField, type: Extract<LogicalType, { root: 'MAP' }>, nullText: string): Write {
  const keyType: PbType = { kind: 'scalar', name: field.key ?? 'string' };
  const writeKey = valueWriter(keyType, type.key, nullText);
  const noKey = insteadOfNull(keyType, type.key, nullText);
  const writeValue = valueWriter(field.type, type.value, nullText);
  const noValue = insteadOfNull(field.type, type.value, nullText);
  const body = new AvroOutput();
  return (out, value) => {
    const map = value as MapValue;
    for (const [i, key] of map.keys.entries()) {
      tag(body, 1, wireType(keyType));
      writeKey(body, key ?? noKey);
      tag(body, 2, wireType(field.type));
      writeValue(body, map.values[i] ?? noValue);
      framed(out, field.number, body.take());
    }
  };
}

/** Arrays and maps of protobuf have no null (PbCodegenUtils.convertFlinkArrayElementToPbWithDefaultValueCode). */
function insteadOfNull(type: PbType, column: LogicalType, nullText: string): Exclude<Value, null> {
  if (type.kind === 'message') return (column as { fields: readonly RowField[] }).fields.map(() => null);
  if (type.kind === 'enum') {
    const [first] = type.byNumber.values();
    return column.root === 'CHAR' || column.root === 'VARCHAR' ? (first ?? '') : column.root === 'BIGINT' ? 0n : 0;
  }
  switch (type.name) {
    case 'string':
      return nullText;
    case 'bytes':
      return new Uint8Array(0);
    case 'bool':
      return false;
    default:
      return column.root === 'BIGINT' ? 0n : 0;
  }
}

function defaultTest(type: PbType): (value: Exclude<Value, null>) => boolean {
  if (type.kind === 'message') return () => false;
  if (type.kind === 'enum') return (v) => Number(typeof v === 'string' ? (type.byName.get(v) ?? 0) : v) === 0;
  if (type.name === 'string') return (v) => v === '';
  if (type.name === 'bytes') return (v) => (v as Uint8Array).length === 0;
  if (type.name === 'bool') return (v) => v === false;
  return (v) => v === 0n || Object.is(v, 0);
}

function valueWriter(type: PbType, column: LogicalType, nullText: string): Write {
  if (type.kind === 'message') {
    const writer = new MessageWriter(type, (column as { fields: readonly RowField[] }).fields, nullText);
    return (out, value) => {
      const row = value as readonly Value[];
      const body = new AvroOutput();
      writer.write(body, (i) => row[i] as Value);
      const bytes = body.take();
      varint(out, bytes.length);
      out.raw(bytes);
    };
  }
  if (type.kind === 'enum') {
    return (out, value) => {
      // Flink writes the first value for a name that the enum has not.
      const number =
        typeof value === 'string' ? (type.byName.get(value.trim()) ?? [...type.byName.values()][0] ?? 0) : value;
      varint(out, number as number | bigint);
    };
  }
  return scalarWriter(type.name);
}

function scalarWriter(name: PbScalar): Write {
  switch (name) {
    case 'double':
      return (out, v) => out.double(v as number);
    case 'float':
      return (out, v) => out.float(v as number);
    case 'sint32':
      return (out, v) => out.int(v as number);
    case 'sint64':
      return (out, v) => out.long(v as bigint);
    case 'uint32':
      return (out, v) => varint(out, (v as number) >>> 0);
    case 'fixed32':
    case 'sfixed32':
      return (out, v) => out.raw(new Uint8Array(Int32Array.of(v as number).buffer));
    case 'fixed64':
    case 'sfixed64':
      return (out, v) => out.raw(new Uint8Array(BigInt64Array.of(v as bigint).buffer));
    case 'bool':
      return (out, v) => varint(out, v ? 1 : 0);
    case 'string':
      return (out, v) => {
        const bytes = new TextEncoder().encode(v as string);
        varint(out, bytes.length);
        out.raw(bytes);
      };
    case 'bytes':
      return (out, v) => {
        varint(out, (v as Uint8Array).length);
        out.raw(v as Uint8Array);
      };
    default:
      return (out, v) => varint(out, v as number | bigint);
  }
}
