import { splitStatements } from '../../flink-sql/syntax/splitter.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** A cell that is made of another tool's notebook. */
export interface ImportedCell {
  readonly kind: 'code' | 'markdown';
  readonly value: string;
}

/** Cells of a file by its name's ending: `.zpln`, `.ipynb`, or a script. Throws an Error with one line for what is no notebook. */
export function importCells(name: string, text: string): readonly ImportedCell[] {
  if (/\.zpln$/i.test(name)) return fromZeppelin(text);
  if (/\.ipynb$/i.test(name)) return fromJupyter(text);
  return fromScript(text);
}

const STATEMENT_INTERPRETERS = /^(?:flink\.(?:ssql|bsql|sql)|ssql|bsql|sql|flinksql)$/;

/** Zeppelin's note: paragraphs begin with the name of their interpreter, `%flink.ssql(type=update)`. */
function fromZeppelin(text: string): ImportedCell[] {
  const note = record(readJson(text, t('Zeppelin note')));
  if (!Array.isArray(note.paragraphs)) throw new Error(t('This is not a Zeppelin note: it has no paragraphs'));
  const cells: ImportedCell[] = typeof note.name === 'string' ? [{ kind: 'markdown', value: `# ${note.name}` }] : [];
  const standard = typeof note.defaultInterpreterGroup === 'string' ? note.defaultInterpreterGroup : '';
  for (const paragraph of note.paragraphs.map(record)) {
    const source = typeof paragraph.text === 'string' ? paragraph.text : '';
    if (source.trim() === '') continue;
    const [, interpreter, body = source] = /^\s*%([\w.]+)(?:\([^)]*\))?[ \t]*\r?\n?([\s\S]*)$/.exec(source) ?? [];
    if (typeof paragraph.title === 'string' && paragraph.title !== '')
      cells.push({ kind: 'markdown', value: `## ${paragraph.title}` });
    cells.push(cellOf(interpreter ?? standard, body.trim()));
  }
  return cells;
}

/** Jupyter's notebook: SQL is what a kernel of SQL has, or what stands behind a magic such as `%%flink_sql`. */
function fromJupyter(text: string): ImportedCell[] {
  const notebook = record(readJson(text, t('Jupyter notebook')));
  if (!Array.isArray(notebook.cells)) throw new Error(t('This is not a Jupyter notebook: it has no cells'));
  const metadata = record(notebook.metadata);
  const language = String(record(metadata.language_info).name ?? record(metadata.kernelspec).language ?? '');
  return notebook.cells.map(record).flatMap((cell): ImportedCell[] => {
    const source = (Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '')).trim();
    if (source === '') return [];
    if (cell.cell_type !== 'code') return [{ kind: 'markdown', value: source }];
    const [, magic, body = source] = /^%{1,2}([\w.]+)(?:[ \t]+-[^\r\n]*)?[ \t]*\r?\n?([\s\S]*)$/.exec(source) ?? [];
    if (magic !== undefined && /sql/i.test(magic)) return [{ kind: 'code', value: body.trim() }];
    return [cellOf(/sql/i.test(language) ? 'sql' : language, source)];
  });
}

/** A script: a statement a cell, with the comments in front of it. */
function fromScript(text: string): ImportedCell[] {
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  let from = 0;
  const cells: ImportedCell[] = [];
  const statements = splitStatements(plain);
  for (const [i, { end }] of statements.entries()) {
    const next = statements[i + 1]?.start ?? plain.length;
    const semicolon = plain.indexOf(';', end);
    const to = semicolon >= 0 && semicolon < next ? semicolon + 1 : end;
    cells.push({ kind: 'code', value: plain.slice(from, to).trim() });
    from = to;
  }
  const rest = plain.slice(from).trim();
  if (rest !== '') cells.push({ kind: 'code', value: rest });
  return cells;
}

/** SQL is run; what another language says is kept to be read. */
function cellOf(interpreter: string, body: string): ImportedCell {
  if (STATEMENT_INTERPRETERS.test(interpreter)) return { kind: 'code', value: body };
  if (interpreter === 'md') return { kind: 'markdown', value: body };
  return { kind: 'markdown', value: `\`\`\`${interpreter.split('.').at(-1) ?? ''}\n${body}\n\`\`\`` };
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(t('This is not a {0}: {1}', what, error instanceof Error ? error.message : String(error)));
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
