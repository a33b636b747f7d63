import { rexSome } from '../../../flink-sql/binder/expressions/rex-util.ts';
import type { Origin } from '../../../flink-sql/plan/origin.ts';
import type { Rel } from '../../../flink-sql/plan/rel.ts';
import type { Rex } from '../../../flink-sql/plan/rex.ts';
import { type GivenRow, rowsLeft } from '../../../testing/compare.ts';
import type { PointKind } from '../../../testing/sql-coverage/model.ts';
import { branchTaken, failedConjunct, isCorrelated, isSplit, type Site, sitesOf, withColumns } from './probes.ts';

/** What a part of a plan gives with the rows of a test. */
export interface Given {
  readonly rows: readonly GivenRow[];
  /** Rows that the last window of it dropped because they came too late. */
  readonly late: number;
}

/** Runs a part of a plan; undefined where it cannot be run alone, or fails. */
export type RunPart = (rel: Rel) => Promise<Given | undefined>;

/** How many rows each outcome of a point had in one test. */
export interface Measured {
  readonly origin: Origin;
  readonly kind: PointKind;
  readonly counts: readonly (number | undefined)[];
}

/** What coverage knows of a place before it is measured. */
export interface Expected {
  readonly kind: PointKind;
  readonly outcomes: number;
  readonly widths: readonly number[];
}

/**
 * Counts the rows of each outcome by running parts of a statement's logical plan, each with the test's rows: what the statement itself
 * runs stays as it is, and what is counted does not depend on what its optimizer makes of it. A row is counted when it comes, also as
 * the new one of an update. `expected`: the point at a place, undefined for one that is nobody's.
 */
export async function measure(
  root: Rel,
  expected: (origin: Origin, kind: string) => Expected | undefined,
  run: RunPart,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const site of sitesOf(root)) {
    const point = expected(site.origin, site.cases ? 'Case' : site.rel.kind);
    if (!point) continue;
    const unknown = Array.from({ length: point.outcomes }, () => undefined);
    const counts = isCorrelated(site.rel) ? undefined : await countsOf(site, point, run);
    measured.push({ origin: site.origin, kind: point.kind, counts: counts ?? unknown });
  }
  return measured;
}

async function countsOf(site: Site, point: Expected, run: RunPart): Promise<(number | undefined)[] | undefined> {
  const { rel } = site;
  if (site.cases) return caseCounts(site.cases, point, run);
  if (point.kind === 'statement') {
    const given = await run(withColumns(rel));
    return given && [added(given.rows).length];
  }
  if (rel.kind === 'Filter') return filterCounts(rel, point, run);
  if (rel.kind === 'Join' || rel.kind === 'Correlate') return joinCounts(rel, point, run);
  if (point.kind !== 'window') return undefined;
  const consumer = rel.kind === 'Aggregate' ? rel : (site.consumer ?? rel);
  const given = isCorrelated(consumer) ? undefined : await run(withColumns(consumer));
  return given && [added(given.rows).length, given.late];
}

async function caseCounts(
  cases: NonNullable<Site['cases']>,
  { outcomes }: Expected,
  run: RunPart,
): Promise<number[] | undefined> {
  if (isCorrelated(cases.input) || hasSubquery(cases.rex)) return undefined;
  const given = await run(withColumns(cases.input, [branchTaken(cases)]));
  return given && tally(given.rows, outcomes, 1);
}

async function filterCounts(
  rel: Extract<Rel, { kind: 'Filter' }>,
  { outcomes, widths }: Expected,
  run: RunPart,
): Promise<(number | undefined)[] | undefined> {
  const { input, condition } = rel;
  const isPlain = !hasSubquery(condition);
  const given = isPlain ? await run(withColumns(input, [failedConjunct(condition, widths)])) : undefined;
  if (given && isSplit(condition, widths)) return tally(given.rows, outcomes, 0);
  // A condition over a rank or a subquery is only what it is as a whole: the rows that are left with it and without it are counted.
  const all = given ?? (await run(withColumns(withoutOver(input))));
  const kept = await run(withColumns(rel));
  if (!all || !kept) return undefined;
  const left = rowsLeft(kept.rows).length;
  const filtered = Math.max(0, rowsLeft(all.rows).length - left);
  return [left, ...(outcomes === 2 ? [filtered] : Array.from({ length: outcomes - 1 }, () => undefined))];
}

/** The rows below the window functions of a projection: as many as above. */
const withoutOver = (rel: Rel): Rel =>
  rel.kind === 'Project' && rel.exprs.some((rex) => rexSome(rex, (node) => node.kind === 'Over')) ? rel.input : rel;

async function joinCounts(
  rel: Extract<Rel, { kind: 'Join' | 'Correlate' }>,
  { outcomes }: Expected,
  run: RunPart,
): Promise<(number | undefined)[] | undefined> {
  const joined = await run(withColumns(rel));
  if (!joined) return undefined;
  const width = rel.left.fields.length;
  const out = added(joined.rows);
  const side = async (input: Rel): Promise<Set<string> | undefined> => {
    if (isCorrelated(input)) return undefined;
    const given = await run(withColumns(input));
    return given && new Set(added(given.rows).map(({ cells }) => JSON.stringify(cells)));
  };
  const left = outcomes > 1 ? await side(rel.left) : undefined;
  if (rel.joinType === 'SEMI' || rel.joinType === 'ANTI') {
    const through = new Set(out.map(({ cells }) => JSON.stringify(cells)));
    const rest = left && [...left].filter((key) => !through.has(key)).length;
    return rel.joinType === 'SEMI' ? [through.size, rest] : [rest, through.size];
  }
  const right =
    rel.kind === 'Join' ? await side(rel.right.kind === 'Snapshot' ? rel.right.input : rel.right) : undefined;
  const isNothing = (cells: readonly (string | null)[]): boolean => cells.every((cell) => cell === null);
  // A side that is all NULL stands for no row, unless there is such a row.
  const isPadded = (cells: readonly (string | null)[], rows: Set<string> | undefined): boolean =>
    isNothing(cells) && !rows?.has(JSON.stringify(cells));
  const padsRight = rel.joinType === 'LEFT' || rel.joinType === 'FULL';
  const padsLeft = rel.joinType === 'RIGHT' || rel.joinType === 'FULL';
  const pairs = out.filter(({ cells }) => {
    if (padsRight && isPadded(cells.slice(width), right)) return false;
    return !(padsLeft && isPadded(cells.slice(0, width), left));
  });
  const without = (rows: Set<string> | undefined, from: number, to?: number): number | undefined => {
    if (!rows) return undefined;
    const met = new Set(pairs.map(({ cells }) => JSON.stringify(cells.slice(from, to))));
    // Columns that are different each time, as UUID() is, tell nothing.
    if (![...met].every((key) => rows.has(key))) return undefined;
    return [...rows].filter((key) => !met.has(key)).length;
  };
  return [pairs.length, without(left, 0, width), without(right, width)].slice(0, outcomes);
}

/** Rows that come, also as the new ones of updates. */
const added = (rows: readonly GivenRow[]): GivenRow[] =>
  rows.filter(({ rowKind }) => rowKind === '+I' || rowKind === '+U');

/** How many rows that come have each number in their last column. */
function tally(rows: readonly GivenRow[], outcomes: number, first: number): number[] {
  const counts = new Array<number>(outcomes).fill(0);
  for (const { cells } of added(rows)) {
    const at = Number(cells.at(-1)) - first;
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

const hasSubquery = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Subquery');
