import {
  Field,
  type RecordBatch,
  RecordBatchReader,
  type Timestamp,
  TimeUnit,
  Type,
  Utf8,
  type Vector,
} from 'apache-arrow';
import { type ArrowCell, encodeRows } from '../../clients/sql-gateway/arrow-page.ts';
import { timestampText, type UnitsPerSecond } from '../../clients/sql-gateway/timestamp-text.ts';
import { FLINK_TYPE_KEY, type LogicalType, ROW_KIND_COLUMN } from '../../clients/sql-gateway/types.ts';

export type { ArrowCell };

/** The rows of one page: their kinds and, column by column, how to read a cell. */
export interface Rows {
  readonly length: number;
  readonly kinds: Uint8Array;
  /** A cell in the encoding of its Arrow column. */
  readonly cell: (column: number, row: number) => ArrowCell;
}

/** What a result's pages have in common. */
export interface ResultSchema {
  readonly fields: readonly Field[];
  readonly types: readonly LogicalType[];
  /** How to show the instants that are counts here and text on the way out. */
  readonly clocks: readonly (Clock | undefined)[];
}

/** A column of instants in milliseconds since 1970. */
export interface Clock {
  readonly precision: number;
  /** The session's. */
  readonly zone: string;
}

/** Decodes an Arrow page; the columns stay where they are in `ipc`. */
export function readPage(ipc: Uint8Array): { schema: ResultSchema; batches: Rows[] } {
  const reader = RecordBatchReader.from(ipc).open();
  const given = reader.schema.fields.filter((field) => field.name !== ROW_KIND_COLUMN);
  const fields = given.map(keptField);
  const batches: Rows[] = [];
  for (const batch of reader) batches.push(rowsOf(batch));
  return { schema: { fields, types: fields.map(logicalTypeOf), clocks: given.map(clockOf) }, batches };
}

/**
 * The field as it is kept. An instant is shown on the session's clock, and a page whose instants int64 nanoseconds do
 * not reach comes as text: such columns are text from the first page on.
 */
function keptField(field: Field): Field {
  return isShownAsText(field) ? new Field(field.name, new Utf8(), true, field.metadata) : field;
}

function isShownAsText(field: Field): boolean {
  const type = field.type as Timestamp;
  return type.typeId === Type.Timestamp && (type.unit === TimeUnit.NANOSECOND || Boolean(type.timezone));
}

function logicalTypeOf(field: Field): LogicalType {
  const json = field.metadata.get(FLINK_TYPE_KEY);
  return json === undefined ? { type: String(field.type) } : (JSON.parse(json) as LogicalType);
}

function rowsOf(batch: RecordBatch): Rows {
  const kinds = batch.getChild(ROW_KIND_COLUMN)?.toArray() as Uint8Array | undefined;
  const cells = batch.schema.fields.flatMap((field, i) =>
    field.name === ROW_KIND_COLUMN ? [] : [reader(field, batch.getChildAt(i) as Vector)],
  );
  return {
    length: batch.numRows,
    kinds: kinds ?? new Uint8Array(batch.numRows),
    cell: (column, row) => cells[column]?.(row) ?? null,
  };
}

const UNITS: Readonly<Record<TimeUnit, UnitsPerSecond>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** Finer ones are text from the first page on, so that a row is the same on every page. */
function clockOf(field: Field): Clock | undefined {
  const type = field.type as Timestamp;
  if (type.typeId !== Type.Timestamp || type.unit !== TimeUnit.MILLISECOND || !type.timezone) return undefined;
  return { precision: logicalTypeOf(field).precision ?? 3, zone: type.timezone };
}

/** A cell as it goes out; `zone` is the clock of instants where it is not the session's. */
function shownCell(cell: ArrowCell, clock: Clock | undefined, zone: string | undefined): ArrowCell {
  return clock && typeof cell === 'bigint' ? timestampText(cell, 1000n, clock.precision, zone ?? clock.zone) : cell;
}

function reader(field: Field, vector: Vector): (row: number) => ArrowCell {
  const read = cellReader(vector);
  if (!isShownAsText(field) || clockOf(field)) return read;
  const { unit, timezone } = field.type as Timestamp;
  const precision = logicalTypeOf(field).precision ?? 6;
  const zone = timezone ?? undefined;
  return (row) => {
    const value = read(row);
    return typeof value === 'bigint' ? timestampText(value, UNITS[unit], precision, zone) : value;
  };
}

/** Reads raw values: Arrow's own getters would turn times into dates and lose digits. */
function cellReader(vector: Vector): (row: number) => ArrowCell {
  const data = vector.data[0];
  if (!data) return () => null;
  const raw = vector.type.typeId;
  if (raw === Type.Utf8 || raw === Type.Binary || raw === Type.Bool || raw === Type.Dictionary) {
    return (row) => vector.get(row) as ArrowCell;
  }
  const values = data.values as { readonly [index: number]: number | bigint };
  const valid = data.nullCount === 0 ? undefined : data.nullBitmap;
  return (row) => {
    const bit = row + data.offset;
    return valid && valid.length > 0 && !((valid[bit >> 3] ?? 0) & (1 << (bit & 7))) ? null : (values[row] ?? null);
  };
}

/** The rows' cells as one Arrow stream of the given schema. */
export function writeRows(
  schema: ResultSchema,
  count: number,
  kind: (i: number) => number,
  cell: (column: number, i: number) => ArrowCell,
  zone?: string,
): Uint8Array {
  const kinds = Uint8Array.from({ length: count }, (_, i) => kind(i));
  const columns = schema.fields.map((_, column) => {
    const clock = schema.clocks[column];
    return Array.from({ length: count }, (__, i) => shownCell(cell(column, i), clock, zone));
  });
  return encodeRows(schema.fields, kinds, columns);
}
