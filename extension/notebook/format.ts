/**
 * The notebook file: plain text that is valid Flink SQL, so that Flink's own SQL client can run it.
 *
 *     -- %% [markdown]
 *     -- # Orders
 *
 *     -- %%
 *     SELECT * FROM orders;
 *
 * A line `-- %%` starts a cell; text behind it is kept. A file without such a line is one cell. Markdown lines are SQL
 * comments. Outputs are never written. `serializeNotebook(parseNotebook(text)) === text` for every text.
 */

export interface NotebookText {
  readonly cells: readonly CellText[];
  /** What the editor keeps beside the notebook and hands back on saving. */
  readonly metadata: NotebookMetadata;
}

export interface CellText {
  readonly kind: 'code' | 'markdown';
  /** The cell's text without the line breaks around it. */
  readonly value: string;
  readonly metadata: CellMetadata;
}

export interface NotebookMetadata {
  /** The file's line break where it has only one kind: new lines of an edited cell take it. */
  readonly eol?: '\n' | '\r\n';
  readonly byteOrderMark?: true;
  /** Blank lines before the first cell. */
  readonly preamble?: string;
}

export interface CellMetadata {
  /**
   * The cell's source, header line included, where we would have written it otherwise. It is written again as long as
   * the cell's text is the one that was read from it.
   */
  readonly raw?: string;
  /** What stands behind `-- %%` in a code cell; null for text before the first header. */
  readonly header?: string | null;
}

const BOM = '\uFEFF';
const SEPARATOR = /^-- %%(?:[ \t].*)?$/;
const MARKDOWN = /^[ \t]*\[(?:markdown|md)\][ \t]*$/;

interface Piece {
  header: string | null;
  /** The header's line with its line break, and everything up to the next header. */
  source: string;
  body: string;
}

/** Reads a notebook file. Never fails: every text is a notebook. */
export function parseNotebook(text: string): NotebookText {
  const metadata: { -readonly [K in keyof NotebookMetadata]: NotebookMetadata[K] } = {};
  let rest = text;
  if (rest.startsWith(BOM)) {
    metadata.byteOrderMark = true;
    rest = rest.slice(BOM.length);
  }
  const eol = lineBreakOf(rest);
  if (eol) metadata.eol = eol;
  const pieces = piecesOf(rest);
  const first = pieces[0];
  if (first && first.header === null && pieces.length > 1 && /^[\r\n]*$/.test(first.body)) {
    if (first.body !== '') metadata.preamble = first.body;
    pieces.shift();
  }
  const cells = pieces.map((piece, i) => cellOf(piece, metadata.eol ?? '\n', i === 0, i === pieces.length - 1));
  return { cells, metadata };
}

/** Writes a notebook file: cells that were not touched come out as they went in. */
export function serializeNotebook(notebook: NotebookText): string {
  const { cells, metadata } = notebook;
  const eol = metadata.eol ?? '\n';
  let text = metadata.byteOrderMark ? BOM : '';
  text += metadata.preamble ?? '';
  for (const [i, cell] of cells.entries()) {
    const first = i === 0 && !metadata.preamble;
    const last = i === cells.length - 1;
    if (text !== '' && text !== BOM && !/[\r\n]$/.test(text)) text += eol;
    text += rawOf(cell, metadata.eol, first, last) ?? write(cell, eol, metadata.eol, first, last);
  }
  return text;
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let piece: Piece = { header: null, source: '', body: '' };
  for (const line of text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []) {
    const content = line.replace(/[\r\n]+$/, '');
    if (SEPARATOR.test(content)) {
      pieces.push(piece);
      piece = { header: content.slice('-- %%'.length), source: line, body: '' };
    } else {
      piece.source += line;
      piece.body += line;
    }
  }
  pieces.push(piece);
  return pieces;
}

function cellOf(piece: Piece, eol: string, first: boolean, last: boolean): CellText {
  const { kind, value } = read(piece);
  const plainHeader = kind === 'markdown' ? ' [markdown]' : '';
  const header = kind === 'code' && piece.header !== plainHeader ? { header: piece.header } : {};
  const plain: CellText = { kind, value, metadata: header };
  const same = write(plain, eol, undefined, first, last) === piece.source;
  return same ? plain : { kind, value, metadata: { ...header, raw: piece.source } };
}

function read(piece: Piece): { kind: 'code' | 'markdown'; value: string } {
  const body = piece.body.replace(/[\r\n]+$/, '');
  if (piece.header === null || !MARKDOWN.test(piece.header)) return { kind: 'code', value: body };
  // A line that is no comment should not be here; it is shown, and becomes a comment when the cell is edited.
  return { kind: 'markdown', value: body.replace(/^--(?: |(?=%%)|(?=\r?$))?/gm, '') };
}

/** The source that a cell was read from, if that still says what the cell says. */
function rawOf(cell: CellText, eol: string | undefined, first: boolean, last: boolean): string | undefined {
  const { raw } = cell.metadata;
  if (raw === undefined) return undefined;
  const pieces = piecesOf(raw);
  const piece =
    pieces.length === 2 && pieces[0]?.source === '' ? pieces[1] : pieces.length === 1 ? pieces[0] : undefined;
  if (!piece) return undefined;
  if (piece.header === null && (!first || (!last && /^[\r\n]*$/.test(piece.body)))) return undefined;
  const { kind, value } = read(piece);
  return kind === cell.kind && value === withLineBreak(cell.value, eol) ? raw : undefined;
}

function write(cell: CellText, eol: string, fixed: string | undefined, first: boolean, last: boolean): string {
  const value = withLineBreak(cell.value, fixed);
  const tail = last ? eol : eol + eol;
  if (cell.kind === 'markdown') {
    const commented = value.replace(/^.*$/gm, (line) => (/^\r?$/.test(line) ? `--${line}` : comment(line)));
    return `-- %% [markdown]${eol}${value === '' ? '' : commented}${value === '' ? (last ? '' : eol) : tail}`;
  }
  const { header = '' } = cell.metadata;
  // Text without a header can only be the first cell's; an empty one would vanish.
  if (header === null && first && (value !== '' || last)) return value === '' ? '' : value + tail;
  return `-- %%${header ?? ''}${eol}${value === '' ? (last ? '' : eol) : value + tail}`;
}

/** A Markdown line as a comment; `%%` gets no blank before it, else it would read as a header. */
function comment(line: string): string {
  return line.startsWith('%%') ? `--${line}` : `-- ${line}`;
}

function withLineBreak(value: string, eol: string | undefined): string {
  return eol === undefined ? value : value.replace(/\r\n|\n/g, eol);
}

function lineBreakOf(text: string): '\n' | '\r\n' | undefined {
  const windows = text.includes('\r\n');
  const bare = /(^|[^\r])\n/.test(text) || /\r(?!\n)/.test(text);
  if (windows && !bare) return '\r\n';
  return bare && !windows && !/\r/.test(text) ? '\n' : undefined;
}
