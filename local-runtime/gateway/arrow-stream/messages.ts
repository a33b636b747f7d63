import { bool, type FlatField, type FlatTable, flatBuffer, int8, int16, int32, int64 } from './flat-buffer.ts';

/** An Arrow type: its number in the union `Type` of Arrow's Schema.fbs, and that union's table. */
export interface ArrowType {
  readonly id: number;
  readonly table: FlatTable;
}

/** A column of a stream. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Values of a column in one record batch, as Arrow lays them out. */
export interface ArrowColumn {
  readonly nullCount: number;
  /** Validity bits, none where nothing is NULL; offsets, where values have lengths; the values. */
  readonly buffers: readonly (ArrayBufferView | undefined)[];
}

const type = (id: number, ...fields: FlatField[]): ArrowType => ({ id, table: { fields } });
const intType = (bits: number, signed = true): ArrowType => type(2, int32(bits), bool(signed));
const MILLISECOND = 1;
const NANOSECOND = 3;

// Units and precisions by their numbers in Schema.fbs.
export const UINT8 = intType(8, false);
export const INT8 = intType(8);
export const INT16 = intType(16);
export const INT32 = intType(32);
export const INT64 = intType(64);
export const FLOAT32 = type(3, int16(1));
export const FLOAT64 = type(3, int16(2));
export const BINARY = type(4);
export const UTF8 = type(5);
export const BOOL = type(6);
export const DATE_DAY = type(8, int16(0));
export const TIME_MILLISECOND = type(9, int16(MILLISECOND), int32(32));

export const timestampMillisecond = (zone: string | undefined): ArrowType => type(10, int16(MILLISECOND), zone);
export const timestampNanosecond = (zone: string | undefined): ArrowType => type(10, int16(NANOSECOND), zone);

const SCHEMA = 1;
const RECORD_BATCH = 3;
/** MetadataVersion.V5: that of all libraries since Arrow 1.0. */
const VERSION = 4;

/** One message of the stream: metadata and body, each aligned to eight bytes. */
function message(kind: number, header: FlatTable, bodyLength: number): Uint8Array[] {
  const metadata = flatBuffer({ fields: [int16(VERSION), int8(kind), header, int64(bodyLength)] });
  const prefix = new Uint8Array(8);
  const view = new DataView(prefix.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setInt32(4, metadata.length, true);
  return [prefix, metadata];
}

function fieldTable({ name, type: { id, table }, nullable, metadata }: ArrowField): FlatTable {
  const entries = Object.entries(metadata).map(([key, value]): FlatTable => ({ fields: [key, value] }));
  const noDictionary = undefined;
  const children: readonly FlatTable[] = [];
  return { fields: [name, bool(nullable), int8(id), table, noDictionary, children, entries] };
}

/** The message that a stream begins with. */
export function schemaMessage(fields: readonly ArrowField[]): Uint8Array[] {
  const littleEndian = int16(0);
  return message(SCHEMA, { fields: [littleEndian, fields.map(fieldTable)] }, 0);
}

/** A message with so many rows. */
export function recordBatchMessage(length: number, columns: readonly ArrowColumn[]): Uint8Array[] {
  const nodes: number[] = [];
  const places: number[] = [];
  const body: Uint8Array[] = [];
  let bodyLength = 0;
  for (const { nullCount, buffers } of columns) {
    nodes.push(length, nullCount);
    for (const buffer of buffers) {
      const size = buffer?.byteLength ?? 0;
      places.push(bodyLength, size);
      if (buffer === undefined || size === 0) continue;
      const padding = -size & 7;
      body.push(new Uint8Array(buffer.buffer, buffer.byteOffset, size));
      if (padding > 0) body.push(new Uint8Array(padding));
      bodyLength += size + padding;
    }
  }
  const header: FlatTable = {
    fields: [int64(length), { perStruct: 2, values: nodes }, { perStruct: 2, values: places }],
  };
  return [...message(RECORD_BATCH, header, bodyLength), ...body];
}

/** What a stream ends with. */
export function endOfStream(): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.fill(0xff, 0, 4);
  return bytes;
}
