import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimeMillisecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  Type,
  Uint8,
  Utf8,
} from 'apache-arrow';
import {
  type ArrowPage,
  type Cell,
  FLINK_TYPE_KEY,
  type LogicalType,
  type ResultColumn,
  ROW_KIND_COLUMN,
  type RowPage,
} from './types.ts';

/** A cell's value in the encoding of its Arrow column: raw integers for dates and times, `bigint` for 64 bits. */
export type ArrowCell = null | boolean | number | bigint | string | Uint8Array;

/**
 * The Arrow type of a Flink column whose cells come as Flink's text. As the local runtime encodes it, but where text
 * does not tell the instant (TIMESTAMP_LTZ is the session's wall clock) or int64 nanoseconds end too early (they
 * reach to 2262 only), the text itself.
 */
export function arrowTypeOf(type: LogicalType): DataType {
  switch (type.type) {
    case 'BOOLEAN':
      return new Bool();
    case 'TINYINT':
      return new Int8();
    case 'SMALLINT':
      return new Int16();
    case 'INTEGER':
      return new Int32();
    case 'BIGINT':
      return new Int64();
    case 'FLOAT':
      return new Float32();
    case 'DOUBLE':
      return new Float64();
    case 'BINARY':
    case 'VARBINARY':
      return new Binary();
    case 'DATE':
      return new DateDay();
    case 'TIME_WITHOUT_TIME_ZONE':
      return new TimeMillisecond();
    case 'TIMESTAMP_WITHOUT_TIME_ZONE': {
      const precision = type.precision ?? 6;
      return precision <= 3 ? new TimestampMillisecond() : precision <= 6 ? new TimestampMicrosecond() : new Utf8();
    }
    default:
      return new Utf8();
  }
}

/** The same page as Arrow. A PLAIN_TEXT page keeps Flink's text where a column has no Arrow type of its own. */
export function toArrowPage(page: RowPage): ArrowPage {
  const fields: Field[] = [];
  const columns: ArrowCell[][] = [];
  for (const [c, column] of page.columns.entries()) {
    const type = arrowTypeOf(column.logicalType);
    const plain = page.format === 'PLAIN_TEXT';
    columns.push(page.rows.map((row) => arrowCell(row[c] ?? null, type, column.logicalType, plain)));
    fields.push(fieldOf(column, type));
  }
  const { format: _format, columns: _columns, rowKinds, rows: _rows, ...head } = page;
  return { ...head, format: 'ARROW', ipc: encodeRows(fields, rowKinds, columns) };
}

/** A field that carries its column's LogicalType in its metadata. */
export function fieldOf(column: ResultColumn, type: DataType): Field {
  return new Field(column.name, type, true, new Map([[FLINK_TYPE_KEY, JSON.stringify(column.logicalType)]]));
}

/** One Arrow IPC stream of one batch: the row kinds, then a column per field. `columns[c][i]` is row i's cell. */
export function encodeRows(
  fields: readonly Field[],
  rowKinds: Uint8Array,
  columns: readonly (readonly ArrowCell[])[],
): Uint8Array {
  const length = rowKinds.length;
  const schema = new Schema([new Field(ROW_KIND_COLUMN, new Uint8(), false), ...fields]);
  const children = [
    makeData({ type: new Uint8(), length, data: rowKinds }),
    ...fields.map((field, c) => columnData(field.type, columns[c] ?? [], length)),
  ];
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, data));
  return writer.finish().toUint8Array(true);
}

function columnData(type: DataType, values: readonly ArrowCell[], length: number) {
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < length; i++) {
    if (values[i] === null || values[i] === undefined) nullCount++;
    else nullBitmap[i >> 3]! |= 1 << (i & 7);
  }
  const common = { length, nullCount, nullBitmap };
  switch (type.typeId) {
    case Type.Bool: {
      const data = new Uint8Array((length + 7) >> 3);
      for (let i = 0; i < length; i++) if (values[i] === true) data[i >> 3]! |= 1 << (i & 7);
      return makeData({ ...common, type: type as Bool, data });
    }
    case Type.Utf8:
    case Type.Binary: {
      const encoder = new TextEncoder();
      const pieces = values.map((value) =>
        value instanceof Uint8Array ? value : encoder.encode(value === null ? '' : String(value)),
      );
      const valueOffsets = new Int32Array(length + 1);
      for (let i = 0; i < length; i++) valueOffsets[i + 1] = valueOffsets[i]! + (pieces[i]?.length ?? 0);
      const data = new Uint8Array(valueOffsets[length]!);
      for (let i = 0; i < length; i++) data.set(pieces[i]!, valueOffsets[i]);
      return makeData({ ...common, type: type as Utf8, valueOffsets, data });
    }
    default: {
      const data = new (type.ArrayType as new (length: number) => { [index: number]: number | bigint })(length);
      for (let i = 0; i < length; i++) {
        const value = values[i];
        if (typeof value === 'number' || typeof value === 'bigint') data[i] = value;
      }
      return makeData({ ...common, type: type as Int32, data: data as Int32Array });
    }
  }
}

/** A cell of a JSON or PLAIN_TEXT page in the encoding of its Arrow column. */
export function arrowCell(cell: Cell, type: DataType, logicalType: LogicalType, plain: boolean): ArrowCell {
  if (cell === null) return null;
  switch (type.typeId) {
    case Type.Bool:
      return typeof cell === 'boolean' ? cell : String(cell).toUpperCase() === 'TRUE';
    case Type.Int:
      return type instanceof Int64 ? BigInt(String(cell)) : Number(cell);
    case Type.Float:
      return Number(cell);
    case Type.Binary:
      return plain ? hexBytes(String(cell)) : new Uint8Array(Buffer.from(String(cell), 'base64'));
    case Type.Date:
      return Math.floor(utcMillis(`${String(cell)}T00:00:00`) / 86_400_000);
    case Type.Time:
      return utcMillis(`1970-01-01T${String(cell)}`);
    case Type.Timestamp:
      return timestamp(String(cell), type instanceof TimestampMicrosecond ? 6 : 3);
    default:
      return text(cell, logicalType);
  }
}

/** What Flink prints for bytes: `x'0aff'`; other text (a CAST to a string type) by its UTF-8 bytes. */
function hexBytes(text: string): Uint8Array {
  const hex = /^x'((?:[0-9a-fA-F]{2})*)'$/.exec(text)?.[1];
  return new Uint8Array(hex === undefined ? Buffer.from(text, 'utf8') : Buffer.from(hex, 'hex'));
}

const TIMESTAMP = /^([+-]?\d{4,})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z?$/;

function utcMillis(text: string): number {
  return Number(timestamp(text, 3));
}

/** A wall clock as a count of 10^-digits seconds since 1970. Throws RangeError for text that is not one. */
function timestamp(text: string, digits: 3 | 6): bigint {
  const match = TIMESTAMP.exec(text);
  if (!match) throw new RangeError(`not a timestamp: ${text}`);
  const [year, month, day, hour, minute, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number?,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const fraction = BigInt((match[7] ?? '').padEnd(digits, '0').slice(0, digits) || '0');
  return BigInt(date.getTime()) * (digits === 6 ? 1000n : 1n) + fraction;
}

/** Text for a column without an Arrow type of its own: Flink's where the page has it, else the nearest. */
function text(cell: Cell, type: LogicalType): string {
  if (typeof cell === 'string') return cell;
  if (cell === null) return 'NULL';
  if (type.type === 'DECIMAL') return fixed(String(cell), type.scale ?? 0);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (Array.isArray(cell)) return `[${cell.map((item) => text(item, type.elementType ?? NOTHING)).join(', ')}]`;
  if (typeof cell === 'object') return nested(cell as { readonly [key: string]: Cell }, type);
  return String(cell);
}

const NOTHING: LogicalType = { type: 'NULL' };

function nested(cell: { readonly [key: string]: Cell }, type: LogicalType): string {
  if (type.type === 'ROW') {
    const fields = type.fields ?? [];
    return `(${fields.map((field) => text(cell[field.name] ?? null, field.fieldType)).join(', ')})`;
  }
  const valueType = type.valueType ?? NOTHING;
  return `{${Object.entries(cell)
    .map(([key, value]) => `${key}=${text(value, valueType)}`)
    .join(', ')}}`;
}

/** A DECIMAL's text with all digits of its scale: JSON carries none of the trailing zeros. */
function fixed(source: string, scale: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (!match) return source;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const all = `${whole}${fraction}`.padEnd(point + scale, '0');
  const padded = point > 0 ? all : '0'.repeat(1 - point) + all;
  const head = padded.slice(0, Math.max(point, 1)).replace(/^0+(?=\d)/, '');
  const tail = padded.slice(Math.max(point, 1), Math.max(point, 1) + scale).padEnd(scale, '0');
  return `${sign}${head}${scale > 0 ? `.${tail}` : ''}`;
}
