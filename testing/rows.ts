import type { Cell, Place, RowKindText, WrittenRow } from './model.ts';

/** A line `| a | b |`, with a row kind before it or not, as its cells; undefined when it is no such line. */
export function rowOf(line: string, place: Place): WrittenRow | undefined {
  const match = /^\s*(?:(\+I|-U|\+U|-D)\s*)?\|(.*)\|\s*$/.exec(line);
  if (!match) return undefined;
  return { rowKind: (match[1] ?? '+I') as RowKindText, cells: cellsOf(match[2] as string), place };
}

/** `|---|:--|`, as Markdown draws it below its heads. */
export const isRule = (line: string): boolean => /^\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*$/.test(line);

function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string;
    if (unit === '\\' && text[i + 1] === '|') {
      cell += '\\|';
      i++;
    } else if (unit === '|' && !isQuoted) {
      cells.push(cellOf(cell));
      cell = '';
    } else {
      if (unit === "'" && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted;
      cell += unit;
    }
  }
  cells.push(cellOf(cell));
  return cells;
}

/** `NULL` is NULL, `'…'` is what is inside, anything else is what stands there without the space around. */
function cellOf(cell: string): Cell {
  const text = cell.trim();
  if (text === 'NULL') return null;
  const quoted = /^'((?:[^']|'')*)'$/s.exec(text);
  if (quoted) return (quoted[1] as string).replaceAll("''", "'");
  return text.replaceAll('\\|', '|');
}

/** A cell so that it is read back as it is. */
export function cellText(cell: Cell): string {
  if (cell === null) return 'NULL';
  const isPlain = cell !== '' && cell !== 'NULL' && cell === cell.trim() && !/[|']|[\r\n]/.test(cell);
  return isPlain ? cell : `'${cell.replaceAll("'", "''")}'`;
}

/** Rows as lines of equal widths, with their kinds where those are told. */
export function tableLines(
  columns: readonly string[],
  rows: readonly { readonly rowKind: RowKindText; readonly cells: readonly Cell[] }[],
  withKinds: boolean,
): string[] {
  const texts = rows.map((row) => row.cells.map(cellText));
  const widths = columns.map((name, c) => Math.max(name.length, ...texts.map((cells) => cells[c]?.length ?? 0)));
  const line = (kind: string, cells: readonly string[]) =>
    `${withKinds ? `${kind.padEnd(2)} ` : ''}| ${cells.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join(' | ')} |`;
  return [line('', columns), ...rows.map((row, r) => line(row.rowKind, texts[r] as string[]))];
}
