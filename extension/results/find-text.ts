import { readWindow } from '../../webviews/results/row-window.ts';
import type { ArrangedRow } from './arrange.ts';

/** Positions that are told; more are only counted. */
const MOST_TOLD = 10_000;
const CHUNK = 4096;

/** Where a text stands in rows as they are printed, in whatever case. */
export async function findText(
  rows: readonly ArrangedRow[],
  text: string,
  write: (rows: readonly ArrangedRow[]) => Uint8Array,
): Promise<{ readonly rows: readonly number[]; readonly total: number }> {
  const wanted = text.toLowerCase();
  const found: number[] = [];
  let total = 0;
  if (wanted === '') return { rows: found, total };
  for (let from = 0; from < rows.length; from += CHUNK) {
    const { length, cells } = readWindow(0, write(rows.slice(from, from + CHUNK)));
    for (let i = 0; i < length; i++) {
      if (!cells.some((cell) => cell(i)?.toLowerCase().includes(wanted))) continue;
      total++;
      if (found.length < MOST_TOLD) found.push(from + i);
    }
    // Other work of the editor goes on in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { rows: found, total };
}
