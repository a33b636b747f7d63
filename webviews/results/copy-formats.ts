import type { ColumnState } from '../messages.ts';
import type { RowWindow } from './row-window.ts';
import type { Range } from './selection.ts';
import { tsv } from './tsv.ts';

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'markdown' | 'values';

export const COPY_FORMATS: readonly { readonly format: CopyFormat; readonly label: string }[] = [
  { format: 'csv', label: 'CSV' },
  { format: 'json', label: 'JSON' },
  { format: 'markdown', label: 'Markdown' },
  { format: 'values', label: 'SQL VALUES' },
];

/** Cells of a range as a text of the given format; `columns` are those of the windows. */
export function copyText(
  format: CopyFormat,
  windows: readonly RowWindow[],
  range: Range,
  columns: readonly ColumnState[],
  options: { readonly kinds: boolean; readonly heads: boolean },
): string {
  const names = columns.map(({ name }) => name);
  if (format === 'tsv') return tsv(windows, range, options.kinds, options.heads ? names : undefined);
  const picked = columns.slice(range.fromColumn, range.toColumn);
  const rows = cellsOf(windows, range);
  switch (format) {
    case 'csv':
      return [picked.map(({ name }) => csv(name)), ...rows.map((row) => row.map(csv))]
        .map((line) => line.join(','))
        .join('\r\n');
    case 'json':
      return JSON_LIST(
        rows.map(
          (row) =>
            `{${row.map((cell, c) => `${JSON.stringify(picked[c]?.name)}: ${json(cell, picked[c])}`).join(', ')}}`,
        ),
      );
    case 'markdown':
      return [
        picked.map(({ name }) => markdown(name)),
        picked.map(({ type }) => (isNumber(type) ? '---:' : '---')),
        ...rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : markdown(cell)))),
      ]
        .map((line) => `| ${line.join(' | ')} |`)
        .join('\n');
    case 'values':
      return values(rows, picked);
  }
}

const JSON_LIST = (objects: readonly string[]): string => `[\n${objects.map((object) => `  ${object}`).join(',\n')}\n]`;

function cellsOf(windows: readonly RowWindow[], range: Range): (string | null)[][] {
  const rows: (string | null)[][] = [];
  for (const { from, length, cells } of windows) {
    for (let i = Math.max(0, range.fromRow - from); i < Math.min(range.toRow - from, length); i++)
      rows.push(cells.slice(range.fromColumn, range.toColumn).map((cell) => cell(i)));
  }
  return rows;
}

function csv(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function json(text: string | null, column: ColumnState | undefined): string {
  if (text === null) return 'null';
  const type = column?.type ?? '';
  if (type.startsWith('BOOLEAN')) return text.toLowerCase();
  return isNumber(type) && /^-?\d/.test(text) ? text : JSON.stringify(text);
}

function markdown(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/\r\n|\r|\n/g, '<br>');
}

function isNumber(type: string): boolean {
  return /^(TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL)\b/.test(type);
}

/** `SELECT * FROM (VALUES …) AS t (…)`, each cell a literal of its column's type. */
function values(rows: readonly (readonly (string | null)[])[], columns: readonly ColumnState[]): string {
  const lines = rows.map(
    (row) => `  (${row.map((cell, c) => literal(cell, columns[c]?.type ?? 'STRING')).join(', ')})`,
  );
  const names = columns.map(({ name }) => `\`${name.replaceAll('`', '``')}\``).join(', ');
  return `SELECT * FROM (VALUES\n${lines.join(',\n')}\n) AS t (${names})`;
}

function literal(cell: string | null, nullable: string): string {
  const type = nullable.replace(/ NOT NULL$/, '');
  if (cell === null) return `CAST(NULL AS ${type})`;
  const text = `'${cell.replaceAll("'", "''")}'`;
  if (type === 'BOOLEAN') return cell;
  if (type === 'INT' && /^-?\d+$/.test(cell)) return cell;
  if (/^(VARBINARY|BINARY|BYTES)/.test(type)) return cell;
  if (/^(DATE|TIME(\(\d\))?|TIMESTAMP(\(\d\))?)$/.test(type)) return `${type.replace(/\(\d\)/, '')} ${text}`;
  return type === 'STRING' || /^(VAR)?CHAR/.test(type) ? text : `CAST(${text} AS ${type})`;
}
