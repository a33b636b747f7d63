import type { DiffLine } from './compare.ts';

/** Pairs beyond which they are not looked for. */
const MOST_PAIRS = 1_000_000;

/** The lines of a comparison with each row that was not expected below the missing row that it is most like; the others at the end. */
export function besideSimilar(lines: readonly DiffLine[], extra: readonly DiffLine[]): DiffLine[] {
  const missing = lines.filter(({ sign }) => sign === '-');
  const below = new Map<DiffLine, DiffLine>();
  const rest: DiffLine[] = [];
  const isAffordable = missing.length * extra.length <= MOST_PAIRS;
  for (const row of extra) {
    const most = isAffordable ? mostSimilar(row, missing, below) : undefined;
    if (most) below.set(most, row);
    else rest.push(row);
  }
  const paired = lines.flatMap((line) => {
    const like = below.get(line);
    return like ? [line, like] : [line];
  });
  return [...paired, ...rest];
}

/** The missing row that agrees in most cells, at least in half of them, and is nobody else's. */
function mostSimilar(
  row: DiffLine,
  missing: readonly DiffLine[],
  taken: ReadonlyMap<DiffLine, DiffLine>,
): DiffLine | undefined {
  let found: DiffLine | undefined;
  let most = Math.max(1, Math.ceil(row.cells.length / 2)) - 1;
  for (const each of missing) {
    if (taken.has(each)) continue;
    const same = each.cells.filter((cell, c) => cell === row.cells[c]).length;
    if (same > most) [found, most] = [each, same];
  }
  return found;
}
