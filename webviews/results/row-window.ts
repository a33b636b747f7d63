import { RecordBatchReader } from 'apache-arrow';
import { type CellText, cellText, isNumeric } from './cell-text.ts';

/** Name of the column that holds the row kinds. */
const ROW_KIND_COLUMN = '__row_kind';

/** The row kinds by their numbers, as Flink prints them. */
export const KINDS = ['+I', '-U', '+U', '-D'] as const;

/** Some consecutive rows of a view. */
export interface RowWindow {
  /** Position of the first row. */
  readonly from: number;
  readonly length: number;
  /** 0 +I, 1 -U, 2 +U, 3 -D. */
  readonly kind: (i: number) => number;
  /** One a column. */
  readonly cells: readonly CellText[];
  readonly numeric: readonly boolean[];
}

/** Reads an Arrow IPC stream, as bytes or in Base64, by its columns; no row objects are made. */
export function readWindow(from: number, ipc: string | Uint8Array): RowWindow {
  const reader = RecordBatchReader.from(typeof ipc === 'string' ? bytesOf(ipc) : ipc).open();
  const { fields } = reader.schema;
  const batch = reader.next().value;
  const cells: CellText[] = [];
  const numeric: boolean[] = [];
  let kinds: Uint8Array = new Uint8Array(0);
  for (const [i, field] of fields.entries()) {
    const vector = batch?.getChildAt(i);
    if (field.name === ROW_KIND_COLUMN) kinds = (vector?.data[0]?.values as Uint8Array | undefined) ?? kinds;
    else {
      cells.push(vector ? cellText(vector, field.metadata) : () => null);
      numeric.push(isNumeric(field.type, field.metadata));
    }
  }
  return { from, length: batch?.numRows ?? 0, kind: (i) => kinds[i] ?? 0, cells, numeric };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
