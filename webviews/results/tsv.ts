import { KINDS, type RowWindow } from './row-window.ts';
import type { Range } from './selection.ts';

/**
 * Cells as tab-separated text that spreadsheets take: a cell with a tab, a line break or a quote is quoted. A cell of
 * its own goes as it is. NULL is the word that the grid shows.
 * @param windows rows in their order, which together hold the range's rows that are still there.
 * @param kinds whether each line begins with the row's kind.
 */
export function tsv(windows: readonly RowWindow[], range: Range, kinds: boolean, heads?: readonly string[]): string {
  const lines: string[] = [];
  if (heads)
    lines.push([...(kinds ? ['op'] : []), ...heads.slice(range.fromColumn, range.toColumn)].map(quoted).join('\t'));
  for (const window of windows) {
    const end = Math.min(range.toRow - window.from, window.length);
    for (let i = Math.max(0, range.fromRow - window.from); i < end; i++) {
      const line: string[] = kinds ? [KINDS[window.kind(i)] ?? ''] : [];
      for (let c = range.fromColumn; c < range.toColumn; c++) line.push(window.cells[c]?.(i) ?? 'NULL');
      const single = line.length === 1 && range.toRow - range.fromRow === 1 && !heads;
      lines.push(single ? (line[0] ?? '') : line.map(quoted).join('\t'));
    }
  }
  return lines.join('\n');
}

function quoted(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
