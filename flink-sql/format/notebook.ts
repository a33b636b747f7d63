import { format } from './index.ts';

const CELL = /^-- %%(?:[ \t].*)?$/;
const MARKDOWN = /^-- %%[ \t]*\[(?:markdown|md)\][ \t]*$/;

/**
 * Formats the code cells of a notebook file. Lines that part cells (`-- %%`), Markdown cells and the blank lines around
 * a cell's text stay as they are. A text without such lines is one cell.
 */
export function formatNotebook(source: string): string {
  const lines = source.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  let out = '';
  let body = '';
  let markdown = false;
  const flush = (): void => {
    out += markdown ? body : cell(body);
    body = '';
  };
  let cells = 0;
  for (const text of lines) {
    const content = text.replace(/[\r\n]+$/, '');
    if (CELL.test(content)) {
      flush();
      cells++;
      markdown = MARKDOWN.test(content);
      out += text;
    } else body += text;
  }
  if (cells === 0) return format(source);
  flush();
  return out;
}

function cell(body: string): string {
  const text = body.trim();
  if (text === '') return body;
  const begin = body.lastIndexOf('\n', body.indexOf(text)) + 1;
  return body.slice(0, begin) + format(text).trimEnd() + body.slice(body.trimEnd().length);
}
