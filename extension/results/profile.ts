import type { LogicalType } from '../../clients/sql-gateway/types.ts';
import type { ColumnProfile } from '../../webviews/messages.ts';
import type { ArrangedRow } from './arrange.ts';
import type { ArrowCell } from './arrow-rows.ts';
import { NUMERIC_TYPES } from './numeric-types.ts';

const BARS = 20;
const MOST_TOP = 10;
/** Different values that are told apart; beyond it their number is a lower bound. */
const MOST_DISTINCT = 200_000;

/**
 * What there is to say of a column's values: how many, how many different ones, NULLs, the least and the greatest, which come most often,
 * and how numbers and times are spread.
 * @param print a cell as the grid prints it.
 */
export function profileColumn(
  rows: readonly ArrangedRow[],
  column: number,
  type: LogicalType | undefined,
  print: (cell: ArrowCell) => string,
): ColumnProfile {
  const counts = new Map<string, { readonly cell: ArrowCell; count: number }>();
  const numeric = NUMERIC_TYPES.has(type?.type ?? '');
  const numbers: number[] = [];
  let nulls = 0;
  let more = false;
  let least: ArrowCell = null;
  let greatest: ArrowCell = null;
  for (const row of rows) {
    const cell = row.cell(column);
    if (cell === null) {
      nulls++;
      continue;
    }
    const key = cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell);
    const held = counts.get(key);
    if (held) held.count++;
    else if (counts.size < MOST_DISTINCT) counts.set(key, { cell, count: 1 });
    else more = true;
    const number = numeric || typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : Number.NaN;
    if (!Number.isNaN(number)) numbers.push(number);
    if (least === null || isLess(cell, least, numeric)) least = cell;
    if (greatest === null || isLess(greatest, cell, numeric)) greatest = cell;
  }
  const top = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_TOP);
  return {
    count: rows.length,
    nulls,
    distinct: counts.size,
    atLeast: more,
    ...(least !== null && greatest !== null && { least: print(least), greatest: print(greatest) }),
    top: top.map(({ cell, count }) => ({ text: print(cell), count })),
    histogram: histogramOf(numbers.filter(Number.isFinite)),
    ...(numeric && numbers.length > 0 && { mean: numbers.reduce((sum, one) => sum + one, 0) / numbers.length }),
  };
}

/** Bars of the same width from the least to the greatest number. */
function histogramOf(numbers: readonly number[]): readonly number[] {
  if (numbers.length === 0) return [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  if (low === high) return [numbers.length];
  const bars = new Array<number>(BARS).fill(0);
  for (const number of numbers) {
    const bar = Math.min(BARS - 1, Math.floor(((number - low) / (high - low)) * BARS));
    bars[bar] = (bars[bar] ?? 0) + 1;
  }
  return bars;
}

function isLess(a: Exclude<ArrowCell, null>, b: Exclude<ArrowCell, null>, numeric: boolean): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) < 0;
  // DECIMALs are text; where they are alike as numbers of 53 bits, neither is told to be less.
  if (numeric && typeof a === 'string') return Number(a) < Number(b);
  return a < b;
}
