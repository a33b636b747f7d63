import type { ResultState } from '../../webviews/messages.ts';
import { readWindow } from '../../webviews/results/row-window.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { ResultStore } from './result-store.ts';

/** Rows that the plain text of a result shows. */
const MOST_ROWS = 20;
/** Characters of a cell; the rest is cut. */
const MOST_WIDTH = 40;

/**
 * An ended result as plain text, for who copies or exports the notebook's outputs: the first rows as a table in the
 * manner of Flink's SQL client, and what is to be said of the rest.
 */
export function plainText(store: ResultStore): string {
  const state = store.state();
  const lines: string[] = [];
  if (state.columns.length > 0) lines.push(...table(store, state));
  if (state.error) lines.push(state.error.message);
  else if (state.kind === 'ok') lines.push('OK');
  else if (state.kind === 'job') lines.push(t('Job {0} submitted', state.jobId ?? ''));
  else if (state.phase === 'stopped') lines.push(t('Stopped'));
  return lines.join('\n');
}

function table(store: ResultStore, state: ResultState): string[] {
  const found = store.rows('table', 0, MOST_ROWS);
  if (!found) return [];
  const window = readWindow(0, found.ipc);
  const rows = Array.from({ length: window.length }, (_, i) => window.cells.map((cell) => inLine(cell(i) ?? 'NULL')));
  const head = state.columns.map(({ name }) => inLine(name));
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (row: readonly string[]): string =>
    `|${row.map((text, c) => ` ${window.numeric[c] ? text.padStart(widths[c] ?? 0) : text.padEnd(widths[c] ?? 0)} `).join('|')}|`;
  const total = state.updating ? state.tableRows : state.received;
  const words = total === 1 ? t('1 row') : t('{0} rows', total);
  const shown = total > rows.length ? t('{0} of {1} rows', rows.length, total) : words;
  return [rule, line(head), rule, ...rows.map(line), rule, shown];
}

function inLine(text: string): string {
  const flat = text.replace(/\s*[\r\n\t]+\s*/g, ' ');
  return flat.length > MOST_WIDTH ? `${flat.slice(0, MOST_WIDTH - 1)}…` : flat;
}
