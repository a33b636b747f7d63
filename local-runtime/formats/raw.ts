import type { Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { BatchBuilder, ColumnBuilder } from '../batch/builder.ts';
import { type Column, valueAt } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import type { Decoder, Encoder } from './format.ts';

const WIDTHS: Partial<Record<LogicalType['root'], number>> = {
  BOOLEAN: 1,
  TINYINT: 1,
  SMALLINT: 2,
  INTEGER: 4,
  BIGINT: 8,
  FLOAT: 4,
  DOUBLE: 8,
};

/** A message as one value (RawFormatDeserializationSchema). */
export class RawDecoder implements Decoder {
  private readonly type: LogicalType;
  private readonly text: TextDecoder;
  private readonly little: boolean;

  constructor(type: LogicalType, options: Readonly<Record<string, string>>) {
    this.type = type;
    this.text = new TextDecoder(options.charset ?? 'UTF-8');
    this.little = options.endianness === 'little-endian';
  }

  message(bytes: Uint8Array | null, out: BatchBuilder): void {
    (out.columns[0] as ColumnBuilder).append(bytes === null ? null : this.value(bytes));
    out.row();
  }

  private value(bytes: Uint8Array): Value {
    const { type, little } = this;
    const width = WIDTHS[type.root];
    if (width !== undefined && bytes.length !== width) {
      throw new FlinkFault(
        'IOException',
        `Size of data received for deserializing ${type.root} type is not equal to ${width}.`,
      );
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (type.root) {
      case 'BOOLEAN':
        return view.getInt8(0) !== 0;
      case 'TINYINT':
        return view.getInt8(0);
      case 'SMALLINT':
        return view.getInt16(0, little);
      case 'INTEGER':
        return view.getInt32(0, little);
      case 'BIGINT':
        return view.getBigInt64(0, little);
      case 'FLOAT':
        return view.getFloat32(0, little);
      case 'DOUBLE':
        return view.getFloat64(0, little);
      case 'CHAR':
      case 'VARCHAR':
        return this.text.decode(bytes);
      default:
        return bytes;
    }
  }
}

/** A value as a message (RawFormatSerializationSchema). */
export class RawEncoder implements Encoder {
  private readonly type: LogicalType;
  private readonly little: boolean;

  constructor(type: LogicalType, options: Readonly<Record<string, string>>) {
    this.type = type;
    this.little = options.endianness === 'little-endian';
  }

  row(batch: Batch, i: number): Uint8Array | undefined {
    const value = valueAt(batch.columns[0] as Column, i);
    if (value === null) return undefined;
    if (typeof value === 'string') return new TextEncoder().encode(value);
    if (value instanceof Uint8Array) return value;
    const width = WIDTHS[this.type.root] ?? 0;
    const view = new DataView(new ArrayBuffer(width));
    switch (this.type.root) {
      case 'BOOLEAN':
        view.setInt8(0, value ? 1 : 0);
        break;
      case 'TINYINT':
        view.setInt8(0, value as number);
        break;
      case 'SMALLINT':
        view.setInt16(0, value as number, this.little);
        break;
      case 'INTEGER':
        view.setInt32(0, value as number, this.little);
        break;
      case 'BIGINT':
        view.setBigInt64(0, value as bigint, this.little);
        break;
      case 'FLOAT':
        view.setFloat32(0, value as number, this.little);
        break;
      default:
        view.setFloat64(0, value as number, this.little);
    }
    return new Uint8Array(view.buffer);
  }
}
