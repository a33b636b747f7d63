import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { type Batch, INSERT } from '../batch/batch.ts';
import type { ColumnWriter } from '../state/column-writer.ts';
import { RowWriter } from '../state/row-writer.ts';

/** A part of what an operator keeps, to be read by people: who steps through a query sees it after each row. */
export interface StateTable {
  /** What a row of it is, e.g. `groups` or `rows of the left side`. */
  readonly title: string;
  readonly fields: readonly RowField[];
  readonly rows: Batch;
}

/** A store of rows by number. */
export interface StoredRows {
  writeRow(id: number, columns: readonly ColumnWriter[], offset: number): void;
}

/** A table of stored rows, in the order given. */
export function rowsTable(
  title: string,
  fields: readonly RowField[],
  rows: StoredRows,
  ids: Iterable<number>,
): StateTable {
  return stateTable(title, fields, (columns, end) => {
    for (const id of ids) {
      rows.writeRow(id, columns, 0);
      end();
    }
  });
}

/** Makes a table of state: `write` appends the values of each row and calls `end` after it. */
export function stateTable(
  title: string,
  fields: readonly RowField[],
  write: (columns: readonly ColumnWriter[], end: () => void) => void,
): StateTable {
  const rows = new RowWriter(
    fields.map(({ type }) => type),
    () => undefined,
  );
  write(rows.columns, () => rows.end(INSERT));
  return { title, fields, rows: rows.take() };
}
