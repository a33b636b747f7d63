import type { CorrelateRel, Rel } from '../rel.ts';
import { conjuncts, inputRef, project } from '../rel-builder.ts';
import type { Rex } from '../rex.ts';
import { plain } from './physical-nodes.ts';

/** Columns of `base` that a chain of projections gives; undefined where one of them computes. */
function columnsOf(rel: Rel): { base: Rel; columns: readonly number[] } | undefined {
  if (rel.kind !== 'Project') {
    return { base: rel, columns: rel.fields.map((_, i) => i) };
  }
  const below = columnsOf(rel.input);
  const columns = rel.exprs.map((expr) => (expr.kind === 'InputRef' ? below?.columns[expr.index] : undefined));
  return below && columns.every((column) => column !== undefined) ? { base: below.base, columns } : undefined;
}

const same = (a: Rel, b: Rel): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

/**
 * The different keys of a table, each with the first rows of the same table that have the key: a Top-N of the table
 * (CorrelateSortToRankRule). Undefined for anything else.
 */
export function correlateRank(rel: CorrelateRel, left: Rel, right: Rel): Rel | undefined {
  const outer = columnsOf(left);
  const chosen = columnsOf(right);
  if (rel.joinType !== 'INNER' || outer?.base.kind !== 'Aggregate' || chosen?.base.kind !== 'Sort') {
    return undefined;
  }
  const { base: keys } = outer;
  const { base: sort } = chosen;
  const table = columnsOf(keys.input);
  const sorted = columnsOf(sort.input);
  if (keys.calls.length > 0 || keys.groupingSets.length !== 1 || keys.window || !table || !sorted) return undefined;
  if (sort.fetch === undefined || sort.offset > 0 || sort.keys.length === 0) return undefined;
  if (sorted.base.kind !== 'Filter' || !same(sorted.base.input, table.base)) return undefined;
  const partition: number[] = [];
  for (const condition of conjuncts(sorted.base.condition)) {
    const column = equatedColumn(condition, (index) => keyColumn(outer.columns[index]));
    if (column === undefined) return undefined;
    partition.push(column);
  }
  if (partition.length !== keys.group.length) return undefined;
  const order = sort.keys.map(({ expr, descending, nullsFirst }) => {
    const index = expr.kind === 'InputRef' ? sorted.columns[expr.index] : undefined;
    return index === undefined ? undefined : { index, descending, nullsFirst };
  });
  if (!order.every((key) => key !== undefined)) return undefined;
  const ranked: Rel = {
    kind: 'Rank',
    fields: table.base.fields,
    input: table.base,
    partition,
    order,
    rankStart: 1,
    rankEnd: sort.fetch,
    outputRankNumber: false,
  };
  const columns = [
    ...outer.columns.map((index) => keyColumn(index) as number),
    ...chosen.columns.map((index) => sorted.columns[index] as number),
  ];
  return project(
    ranked,
    columns.map((index) => inputRef(ranked.fields, index)),
    rel.fields.map((field) => field.name),
  );

  /** The table's column that a key of the left side is. */
  function keyColumn(key: number | undefined): number | undefined {
    const index = key === undefined || keys.kind !== 'Aggregate' ? undefined : keys.group[key];
    return index === undefined ? undefined : table?.columns[index];
  }
}

/** The column of the table that equals the same column of the outer row. */
function equatedColumn(condition: Rex, keyColumn: (index: number) => number | undefined): number | undefined {
  if (condition.kind !== 'Call' || condition.fn !== '=') return undefined;
  const [a, b] = condition.operands as [Rex, Rex];
  const [own, outer] = a.kind === 'InputRef' ? [a, b] : [b, a];
  if (own.kind !== 'InputRef' || outer.kind !== 'Correlation') return undefined;
  return keyColumn(outer.index) === own.index ? own.index : undefined;
}
