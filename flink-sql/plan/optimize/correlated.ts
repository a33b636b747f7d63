import { rewriteRex, rexSome, shiftRefs } from '../../binder/expressions/rex-util.ts';
import { relExpressions, relInputs, relUsesCorrelation } from '../../binder/query/rel-walk.ts';
import { catalogError } from '../../catalog/errors.ts';
import type { AggregateRel, CorrelateRel, Rel } from '../rel.ts';
import { aggregate, and, conjuncts, filter, inputRef, isTrue, join, project, uniqueNames } from '../rel-builder.ts';
import type { Rex, RexSubquery } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { distinctRel } from './distinct-rel.ts';

/** What Calcite says of a subquery over a table function of outer columns. */
const NO_RULES =
  'There are not enough rules to produce a node with desired properties: convention=STREAM_PHYSICAL, FlinkRelDistributionTraitDef=any, MiniBatchIntervalTraitDef=None: 0, ModifyKindSetTraitDef=[NONE], UpdateKindTraitDef=[NONE], DuplicateChangesTraitDef=[NONE].';

export function unsupported(what: string): Error {
  return catalogError('TableException', `${what} is not supported yet.`, 'unsupported');
}

/** What is left of a subquery that Calcite cannot decorrelate (FlinkPlannerImpl's last check). */
export function unexpectedCorrelation(): Error {
  return catalogError('TableException', 'unexpected correlate variable $cor0 in the plan', 'correlate');
}

export const hasCorrelation = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Correlation');

/** A pulled condition over the join's row: outer columns are the left side, the subquery's the right one. */
export function overJoin(condition: Rex, left: Rel, width: number): Rex {
  return rewriteRex(shiftRefs(condition, width), (node) => {
    if (node.kind !== 'Correlation') {
      return node;
    }
    const field = left.fields[node.index];
    if (field?.type.root !== node.type.root) {
      throw unexpectedCorrelation();
    }
    return inputRef(left.fields, node.index);
  });
}

export interface Pulled {
  readonly rel: Rel;
  /** Over the row of `rel`, with correlations to the outer row. */
  readonly conditions: readonly Rex[];
}

/** Takes the conditions that look at the outer row out of a subquery; its first columns stay what they were. */
export function pullUp(rel: Rel, outer: Rel): Pulled {
  switch (rel.kind) {
    case 'Filter': {
      const below = pullUp(rel.input, outer);
      const parts = conjuncts(rel.condition);
      const own = parts.filter((part) => !hasCorrelation(part));
      const condition = and(own);
      const kept = isTrue(condition) ? below.rel : filter(below.rel, condition);
      return { rel: kept, conditions: [...below.conditions, ...parts.filter(hasCorrelation)] };
    }
    case 'Project': {
      const below = pullUp(rel.input, outer);
      if (rel.exprs.some(hasCorrelation)) {
        throw unexpectedCorrelation();
      }
      return widened(
        below,
        rel.exprs,
        rel.fields.map((field) => field.name),
      );
    }
    case 'Aggregate': {
      const below = pullUp(rel.input, outer);
      return below.conditions.length === 0
        ? { rel: { ...rel, input: below.rel }, conditions: [] }
        : correlatedAggregate(rel, below, outer);
    }
    case 'Sort': {
      const below = pullUp(rel.input, outer);
      if (below.conditions.length === 0) {
        return { rel: { ...rel, input: below.rel }, conditions: [] };
      }
      throw unexpectedCorrelation();
    }
    default:
      if (relHasCorrelation(rel)) {
        if (rel.kind === 'TableFunction') {
          throw catalogError('RelOptPlanner$CannotPlanException', NO_RULES, 'correlate');
        }
        throw unexpectedCorrelation();
      }
      return { rel, conditions: [] };
  }
}

export function relHasCorrelation(rel: Rel): boolean {
  return JSON.stringify(rel, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)).includes(
    '"kind":"Correlation"',
  );
}

/** The projection with the columns that pulled conditions read added behind it. */
function widened(below: Pulled, exprs: readonly Rex[], names: readonly string[]): Pulled {
  const columns = [...exprs];
  const conditions = below.conditions.map((condition) =>
    rewriteRex(condition, (node) => {
      if (node.kind !== 'InputRef') {
        return node;
      }
      const found = columns.findIndex((column) => column.kind === 'InputRef' && column.index === node.index);
      return { ...node, index: found >= 0 ? found : columns.push(node) - 1 };
    }),
  );
  const added = columns
    .slice(exprs.length)
    .map((column) => (column.kind === 'InputRef' ? (below.rel.fields[column.index]?.name ?? '') : ''));
  return { rel: project(below.rel, columns, uniqueNames([...names, ...added])), conditions };
}

/** Is it a column of the subquery that equals something of the outer row? */
function isKey(condition: Rex): boolean {
  if (condition.kind !== 'Call' || condition.fn !== '=') {
    return false;
  }
  const [a, b] = condition.operands as [Rex, Rex];
  const isOuter = (rex: Rex) => hasCorrelation(rex) && refsOf(rex).size === 0;
  return (a.kind === 'InputRef' && isOuter(b)) || (b.kind === 'InputRef' && isOuter(a));
}

/**
 * A correlated aggregate is grouped by the columns that its conditions equate with the outer row. Where a condition is something
 * else, the rows are joined with the different values of the outer columns first (RelDecorrelator's value generator).
 */
function correlatedAggregate(rel: AggregateRel, below: Pulled, outer: Rel): Pulled {
  if (rel.groupingSets.length !== 1) {
    throw unexpectedCorrelation();
  }
  return aggregateByKeys(rel, byKeys(below, outer));
}

/** The subquery with conditions that do nothing but equate its columns with outer ones: of its different keys, one at most fits. */
export function byKeys(below: Pulled, outer: Rel): Pulled {
  return below.conditions.every(isKey) ? below : generated(below, outer);
}

/** The rows with each combination of outer values that they belong to; the conditions that are left equate these. */
function generated(below: Pulled, outer: Rel): Pulled {
  const used = new Set<number>();
  for (const condition of below.conditions) {
    rexSome(condition, (node) => {
      if (node.kind === 'Correlation') used.add(node.index);
      return false;
    });
  }
  const columns = [...used].sort((a, b) => a - b);
  const names = uniqueNames(columns.map((index) => outer.fields[index]?.name ?? ''));
  const values = distinctRel(
    project(
      outer,
      columns.map((index) => inputRef(outer.fields, index)),
      names,
    ),
  );
  const width = below.rel.fields.length;
  const condition = and(
    below.conditions.map((part) =>
      rewriteRex(part, (node) =>
        node.kind === 'Correlation'
          ? { kind: 'InputRef', index: width + columns.indexOf(node.index), type: node.type }
          : node,
      ),
    ),
  );
  const joined = join(below.rel, values, 'INNER', condition);
  const id = correlationId(below.conditions);
  const conditions = columns.map((index, i): Rex => {
    const type = (outer.fields[index] as (typeof outer.fields)[number]).type;
    const operands: Rex[] = [inputRef(joined.fields, width + i), { kind: 'Correlation', id, index, type }];
    return { kind: 'Call', fn: '=', operands, type: { root: 'BOOLEAN', nullable: type.nullable } };
  });
  return { rel: joined, conditions };
}

function correlationId(conditions: readonly Rex[]): number {
  let id = 0;
  for (const condition of conditions) {
    rexSome(condition, (node) => {
      if (node.kind === 'Correlation') id = node.id;
      return false;
    });
  }
  return id;
}

function aggregateByKeys(rel: AggregateRel, below: Pulled): Pulled {
  const inner = [...new Set(below.conditions.flatMap((condition) => [...refsOf(condition)]))];
  const group = [...rel.group, ...inner.filter((index) => !rel.group.includes(index))];
  const grouped = aggregate(below.rel, group, [group], rel.calls);
  // Own columns first again, then the new keys.
  const keys = rel.group.length;
  const own = [...rel.group.map((_, i) => i), ...rel.calls.map((_, i) => group.length + i)];
  const extra = group.slice(keys).map((_, i) => keys + i);
  const order = [...own, ...extra];
  const exprs = order.map((index) => inputRef(grouped.fields, index));
  const names = uniqueNames(order.map((index) => grouped.fields[index]?.name ?? ''));
  const at = (index: number) => order.indexOf(group.indexOf(index));
  const conditions = below.conditions.map((condition) =>
    rewriteRex(condition, (node) => (node.kind === 'InputRef' ? { ...node, index: at(node.index) } : node)),
  );
  return { rel: project(grouped, exprs, names), conditions };
}

/**
 * Refuses what Flink's planner does not decorrelate: a subquery over VALUES, one that refers to two outer queries, and one that only
 * a subquery inside it ties to its outer row. Where it is tied itself, the inner one's reference to the outermost row is by Flink's
 * planner taken for one to the row in between: the column at the same place.
 */
export function checkBody(subquery: RexSubquery, body: Rel, conditions: readonly Rex[]): void {
  if (conditions.length === 0) {
    if (subquery.id !== undefined && hasDeepReference(subquery.rel, subquery.id)) {
      throw unexpectedCorrelation();
    }
    return;
  }
  const ids = new Set<number>();
  for (const condition of conditions) {
    rexSome(condition, (node) => {
      if (node.kind === 'Correlation') ids.add(node.id);
      return false;
    });
  }
  if (ids.size > 1 || holdsValues(body)) {
    throw unexpectedCorrelation();
  }
}

/** As `checkBody`, of what stands in LATERAL. */
export function checkLateral(rel: CorrelateRel, conditions: readonly Rex[]): void {
  if (conditions.length === 0 && hasDeepReference(rel.right, rel.id)) {
    throw unexpectedCorrelation();
  }
}

function hasDeepReference(rel: Rel, id: number): boolean {
  const inside = (node: Rex): boolean => node.kind === 'Subquery' && relUsesCorrelation(node.rel, id);
  return (
    relExpressions(rel).some((rex) => rexSome(rex, inside)) ||
    relInputs(rel).some((input) => hasDeepReference(input, id))
  );
}

function holdsValues(rel: Rel): boolean {
  return rel.kind === 'Values' || relInputs(rel).some(holdsValues);
}
