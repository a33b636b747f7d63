import type { Cell, RowKindText, Then } from './model.ts';
import { cellText } from './rows.ts';
import { besideSimilar } from './similar-rows.ts';

/** A row that a query gave; cells as Flink casts them to text. */
export interface GivenRow {
  readonly rowKind: RowKindText;
  readonly cells: readonly Cell[];
}

/** What a statement gave: its columns with the roots of their types, and all its changes in order. */
export interface Outcome {
  readonly columns: readonly { readonly name: string; readonly root: string }[];
  readonly rows: readonly GivenRow[];
}

/** A line of a comparison: in both, only expected, only there. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly rowKind: RowKindText;
  readonly cells: readonly Cell[];
}

/** How what came differs from what was expected; undefined where it does not. */
export interface Difference {
  readonly message: string;
  readonly columns: readonly string[];
  readonly lines: readonly DiffLine[];
}

type Rows = Extract<Then, { kind: 'rows' }>;

/** The rows that a changelog leaves, in the order in which they came to be; as often as they are there. */
export function rowsLeft(rows: readonly GivenRow[]): GivenRow[] {
  const left: (GivenRow | undefined)[] = [];
  const places = new Map<string, number[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.cells);
    const found = places.get(key) ?? [];
    places.set(key, found);
    if (row.rowKind === '+I' || row.rowKind === '+U') found.push(left.push({ ...row, rowKind: '+I' }) - 1);
    else {
      const place = found.pop();
      if (place !== undefined) left[place] = undefined;
    }
  }
  return left.filter((row) => row !== undefined);
}

/** Compares what a statement gave with the rows that a test expects, in the columns that it names. */
export function compareRows(expected: Rows, outcome: Outcome): Difference | undefined {
  const names = expected.columns ?? outcome.columns.map(({ name }) => name);
  const missing = names.filter((name) => !outcome.columns.some((column) => column.name === name));
  if (missing.length > 0) {
    const has = outcome.columns.map(({ name }) => name).join(', ');
    const message = `The result has no column ${missing.map((name) => `'${name}'`).join(', ')}; it has ${has}.`;
    return { message, columns: names, lines: [] };
  }
  const indexes = names.map((name) => outcome.columns.findIndex((column) => column.name === name));
  const roots = indexes.map((c) => outcome.columns[c]?.root ?? '');
  const picked = outcome.rows.map((row) => ({
    ...row,
    cells: indexes.map((c) => shortCell(row.cells[c] as Cell, outcome.columns[c]?.root ?? '')),
  }));
  const wanted = expected.rows;
  const got = expected.mode === 'changelog' ? picked : rowsLeft(picked);
  const keyOf = (row: GivenRow): string =>
    JSON.stringify([
      expected.mode === 'changelog' ? row.rowKind : '',
      ...row.cells.map((cell, c) => plainText(cell, roots[c] ?? '')),
    ]);
  const lines = expected.mode === 'final' ? unorderedLines(wanted, got, keyOf) : orderedLines(wanted, got, keyOf);
  if (lines.every(({ sign }) => sign === ' ')) return undefined;
  const lost = lines.filter(({ sign }) => sign === '-').length;
  const more = lines.filter(({ sign }) => sign === '+').length;
  const what = expected.mode === 'changelog' ? 'change' : 'row';
  const count = (n: number) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const parts = [...(lost ? [`${count(lost)} missing`] : []), ...(more ? [`${count(more)} not expected`] : [])];
  return { message: `${parts.join(', ')}.`, columns: names, lines };
}

/** A cell as people write it: times without seconds that are none. */
export function shortCell(cell: Cell, root: string): Cell {
  if (cell === null || !root.startsWith('TIMESTAMP')) return cell;
  return cell.replace(/\.0+$/, '').replace(/^(\S+ \d\d:\d\d):00$/, '$1');
}

/** `2024-01-01 10:00`, `1.50` and `1.5` are what they stand for; other text is itself. */
function plainText(cell: Cell, root: string): Cell {
  if (cell === null) return null;
  if (root.startsWith('TIMESTAMP')) {
    const text = cell
      .replace('T', ' ')
      .replace(/^(\d+-\d\d-\d\d)$/, '$1 00:00')
      .replace(/^(\S+ \d\d:\d\d)$/, '$1:00');
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  }
  if (root === 'DECIMAL' && /^[+-]?\d+\.\d+$/.test(cell)) return cell.replace(/\.?0+$/, '');
  if (root === 'BOOLEAN') return cell.toUpperCase();
  if (/^(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(root)) return cell.replace(/^\+/, '');
  if ((root === 'DOUBLE' || root === 'FLOAT') && cell !== '' && !Number.isNaN(Number(cell)))
    return String(Number(cell));
  return cell;
}

function unorderedLines(
  wanted: readonly GivenRow[],
  got: readonly GivenRow[],
  keyOf: (row: GivenRow) => string,
): DiffLine[] {
  const left = new Map<string, number>();
  for (const row of got) left.set(keyOf(row), (left.get(keyOf(row)) ?? 0) + 1);
  const lines: DiffLine[] = [];
  for (const row of wanted) {
    const n = left.get(keyOf(row)) ?? 0;
    left.set(keyOf(row), n - 1);
    lines.push({ sign: n > 0 ? ' ' : '-', rowKind: row.rowKind, cells: row.cells });
  }
  const over = new Map([...left].filter(([, n]) => n > 0));
  const extra: DiffLine[] = [];
  for (const row of got.toReversed()) {
    const n = over.get(keyOf(row)) ?? 0;
    if (n <= 0) continue;
    over.set(keyOf(row), n - 1);
    extra.push({ sign: '+', rowKind: row.rowKind, cells: row.cells });
  }
  return besideSimilar(lines, extra.reverse());
}

/** Rows beyond which a longest common subsequence costs too much; then rows are compared place by place. */
const MOST = 2000;

function orderedLines(
  wanted: readonly GivenRow[],
  got: readonly GivenRow[],
  keyOf: (row: GivenRow) => string,
): DiffLine[] {
  const a = wanted.map(keyOf);
  const b = got.map(keyOf);
  const line = (sign: DiffLine['sign'], { rowKind, cells }: GivenRow): DiffLine => ({ sign, rowKind, cells });
  if (a.length > MOST || b.length > MOST) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
      a[i] === b[i]
        ? [line(' ', wanted[i] as GivenRow)]
        : [...(wanted[i] ? [line('-', wanted[i])] : []), ...(got[i] ? [line('+', got[i])] : [])],
    ).flat();
  }
  // common[i][j]: how many rows of a from i on and b from j on can stay.
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(line(' ', wanted[i++] as GivenRow));
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(line('-', wanted[i++] as GivenRow));
    } else lines.push(line('+', got[j++] as GivenRow));
  }
  return lines;
}

/** A difference as people read it: `-` was expected, `+` came. */
export function differenceText({ message, columns, lines }: Difference, withKinds: boolean): string {
  const texts = lines.map((each) => each.cells.map(cellText));
  const widths = columns.map((name, c) => Math.max(name.length, ...texts.map((cells) => cells[c]?.length ?? 0)));
  const row = (cells: readonly string[]) => `| ${cells.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join(' | ')} |`;
  const kind = (text: string) => (withKinds ? `${text.padEnd(2)} ` : '');
  const shown = lines.map((each, i) => `${each.sign} ${kind(each.rowKind)}${row(texts[i] as string[])}`);
  return lines.length === 0 ? message : [message, `  ${kind('')}${row(columns)}`, ...shown].join('\n');
}
