import { t } from '../../webviews/shared/l10n.ts';
/** What is to be written of a cell. */
export interface ExportedCell {
  readonly kind: 'code' | 'markdown';
  readonly value: string;
  readonly results: readonly ExportedResult[];
}

/** What a statement answered. */
export interface ExportedResult {
  /** Column names and types; none where there are no rows. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Cells as Flink prints them, null for NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows there are in all. */
  readonly total: number;
  /** What is said in place of rows or below them: OK, a job, an error. */
  readonly words: string | undefined;
  readonly failed: boolean;
}

/** A script that Flink's own client runs: notes become comments. */
export function asScript(cells: readonly ExportedCell[]): string {
  const parts = cells.map(({ kind, value }) => {
    if (kind === 'markdown') return value.replace(/^/gm, '-- ').replace(/^-- $/gm, '--');
    return /;\s*(?:--[^\n]*)?$/.test(value) || value.trim() === '' ? value : `${value};`;
  });
  return `${parts.filter((part) => part.trim() !== '').join('\n\n')}\n`;
}

export function asMarkdown(cells: readonly ExportedCell[]): string {
  const parts = cells.flatMap(({ kind, value, results }) =>
    kind === 'markdown' ? [value] : [`\`\`\`sql\n${value}\n\`\`\``, ...results.map(markdownOf)],
  );
  return `${parts.filter((part) => part.trim() !== '').join('\n\n')}\n`;
}

function markdownOf({ columns, rows, total, words }: ExportedResult): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (text: string | null): string =>
    text === null ? 'NULL' : text.replace(/[\\|]/g, '\\$&').replace(/\r\n|\r|\n/g, '<br>');
  const table =
    columns.length === 0
      ? []
      : [
          line(columns.map(({ name }) => cell(name))),
          line(columns.map(() => '---')),
          ...rows.map((row) => line(row.map(cell))),
        ];
  const more = total > rows.length ? [t('\n{0} of {1} rows', rows.length, total)] : [];
  return [...table, ...more, ...(words === undefined ? [] : [`\n> ${words.replaceAll('\n', '\n> ')}`])]
    .join('\n')
    .trim();
}

/** A page of its own: no script, nothing from elsewhere. */
export function asHtml(title: string, cells: readonly ExportedCell[]): string {
  const parts = cells.flatMap(({ kind, value, results }) =>
    kind === 'markdown'
      ? [markdownToHtml(value)]
      : [`<pre class="sql">${escaped(value)}</pre>`, ...results.map(htmlOf)],
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${parts.join('\n')}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
pre, table { font: 13px/1.4 ui-monospace, monospace; }
pre { padding: 10px 12px; overflow-x: auto; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 2px 10px; text-align: left; white-space: pre; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
th small, .null, .more { opacity: 0.65; font-weight: 400; }
.failed { border-left: 3px solid #c62828; }
`;

function htmlOf({ columns, rows, total, words, failed }: ExportedResult): string {
  const head = columns.map(({ name, type }) => `<th>${escaped(name)} <small>${escaped(type)}</small></th>`).join('');
  const body = rows
    .map((row) => {
      const cells = row.map((cell) => `<td>${cell === null ? '<span class="null">NULL</span>' : escaped(cell)}</td>`);
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('\n');
  const table =
    columns.length === 0
      ? ''
      : `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
  const more = total > rows.length ? `<p class="more">${rows.length} of ${total} rows</p>` : '';
  return `${table}${more}${words === undefined ? '' : `<pre class="${failed ? 'failed' : 'said'}">${escaped(words)}</pre>`}`;
}

/** Headings, lists, code and paragraphs; anything else of Markdown stays as it is written. */
function markdownToHtml(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((block) => {
      const [, marks = '', words = ''] = /^(#{1,6}) (.*)$/.exec(block) ?? [];
      if (marks) return `<h${marks.length}>${inline(words)}</h${marks.length}>`;
      if (block.startsWith('```')) return `<pre>${escaped(block.replace(/^```.*\n?|\n?```$/g, ''))}</pre>`;
      const lines = block.split('\n');
      if (lines.every((line) => /^[-*] /.test(line)))
        return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
      return lines
        .map((line) => {
          const [, level = '', heading = ''] = /^(#{1,6}) (.*)$/.exec(line) ?? [];
          return level ? `<h${level.length}>${inline(heading)}</h${level.length}>` : `<p>${inline(line)}</p>`;
        })
        .join('\n');
    })
    .join('\n');
}

function inline(text: string): string {
  return escaped(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
