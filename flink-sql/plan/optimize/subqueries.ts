import { mapOperands, rewriteRex, rexSome, shiftRefs } from '../../binder/expressions/rex-util.ts';
import { catalogError } from '../../catalog/errors.ts';
import { types, withNullability } from '../../types/logical-type.ts';
import type { AggregateRel, Rel, SortRel } from '../rel.ts';
import {
  aggregate,
  and,
  call,
  conjuncts,
  filter,
  inputRef,
  isTrue,
  join,
  project,
  TRUE,
  uniqueNames,
} from '../rel-builder.ts';
import type { AggregateCall, Rex, RexSubquery } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { correlateFunction } from './table-functions.ts';

/** What Calcite says of a subquery over a table function of outer columns. */
const NO_RULES =
  'There are not enough rules to produce a node with desired properties: convention=STREAM_PHYSICAL, FlinkRelDistributionTraitDef=any, MiniBatchIntervalTraitDef=None: 0, ModifyKindSetTraitDef=[NONE], UpdateKindTraitDef=[NONE], DuplicateChangesTraitDef=[NONE].';

function unsupported(what: string): Error {
  return catalogError('TableException', `${what} is not supported yet.`, 'unsupported');
}

const hasSubquery = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Subquery');
const hasCorrelation = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Correlation');

/**
 * Subqueries to joins (Flink's SubQueryRewriteRule and Calcite's decorrelation): IN and EXISTS become semi joins, their
 * negations anti joins, a scalar subquery a left join with the one row it gives.
 */
export function removeSubqueries(rel: Rel): Rel {
  switch (rel.kind) {
    case 'Scan':
    case 'Values':
      return rel;
    case 'Filter': {
      const input = removeSubqueries(rel.input);
      return hasSubquery(rel.condition) ? filterSubqueries(input, rel.condition) : { ...rel, input };
    }
    case 'Project': {
      const input = removeSubqueries(rel.input);
      if (!rel.exprs.some(hasSubquery)) {
        return { ...rel, input };
      }
      const scalars = new Scalars(input);
      const exprs = rel.exprs.map((expr) => scalars.replace(expr));
      return project(
        scalars.rel,
        exprs,
        rel.fields.map((field) => field.name),
      );
    }
    case 'Join':
      if (hasSubquery(rel.condition)) {
        throw unsupported('A subquery in a join condition');
      }
      return { ...rel, left: removeSubqueries(rel.left), right: removeSubqueries(rel.right) };
    case 'Correlate': {
      // LATERAL over a query: a join on the conditions that it takes from the left side.
      const left = removeSubqueries(rel.left);
      const unnested = correlateFunction(rel, left);
      if (unnested) {
        return unnested;
      }
      const { rel: body, conditions } = pullUp(removeSubqueries(rel.right));
      const width = left.fields.length;
      const joined = join(
        left,
        body,
        rel.joinType,
        and(conditions.map((condition) => overJoin(condition, left, width))),
      );
      const names = rel.fields.map((field) => field.name);
      return project(
        joined,
        names.map((_, i) => inputRef(joined.fields, i)),
        names,
      );
    }
    case 'Snapshot':
      // The join above holds the times in its condition.
      return removeSubqueries(rel.input);
    case 'SetOp':
    case 'TableFunction':
      return { ...rel, inputs: rel.inputs.map(removeSubqueries) };
    default:
      return { ...rel, input: removeSubqueries(rel.input) };
  }
}

function filterSubqueries(input: Rel, condition: Rex): Rel {
  let rel = input;
  const width = input.fields.length;
  const rest: Rex[] = [];
  for (const part of conjuncts(condition)) {
    const { negated, inner } = unnegated(part);
    if (inner.kind === 'Subquery' && (inner.op === 'IN' || inner.op === 'EXISTS')) {
      rel = semiJoin(rel, inner, negated);
    } else if (inner.kind === 'Subquery' && isMembership(inner)) {
      rel = semiJoin(rel, { ...inner, op: 'IN' }, negated !== (inner.op === 'ALL'));
    } else {
      rest.push(part);
    }
  }
  const scalars = new Scalars(rel);
  for (const [i, part] of rest.entries()) {
    const { negated, inner } = unnegated(part);
    if (inner.kind === 'Subquery' && (inner.op === 'SOME' || inner.op === 'ALL')) {
      rest[i] = scalars.quantified(inner, negated);
    }
  }
  const others = and(rest.map((part) => scalars.replace(part)));
  const filtered = isTrue(others) ? scalars.rel : filter(scalars.rel, others);
  if (filtered.fields.length === width) {
    return filtered;
  }
  const names = input.fields.map((field) => field.name);
  const refs = input.fields.map((_, i) => inputRef(filtered.fields, i));
  return project(filtered, refs, names);
}

/** `= SOME` is IN, `<> ALL` is NOT IN. */
function isMembership(node: RexSubquery): boolean {
  return (node.op === 'SOME' && node.comparison === '=') || (node.op === 'ALL' && node.comparison === '<>');
}

function unnegated(rex: Rex): { negated: boolean; inner: Rex } {
  if (rex.kind === 'Call' && rex.fn === 'NOT') {
    const { negated, inner } = unnegated(rex.operands[0] as Rex);
    return { negated: !negated, inner };
  }
  return { negated: false, inner: rex };
}

function semiJoin(left: Rel, subquery: RexSubquery, negated: boolean): Rel {
  const { rel: body, conditions } = pullUp(removeSubqueries(subquery.rel));
  const width = left.fields.length;
  const correlated = conditions.map((condition) => overJoin(condition, left, width));
  const equalities =
    subquery.op === 'IN' ? subquery.operands.map((operand, i) => membership(operand, i, body, width, negated)) : [];
  return join(left, body, negated ? 'ANTI' : 'SEMI', and([...equalities, ...correlated]));
}

/** `a IN (…)` compares; `a NOT IN (…)` also fails where the comparison is unknown. */
function membership(operand: Rex, index: number, body: Rel, width: number, negated: boolean): Rex {
  const field = inputRef(body.fields, index);
  const right: Rex = { ...field, index: field.index + width };
  const isNullable = operand.type.nullable || right.type.nullable;
  const equal = call('=', [operand, right], types.boolean(isNullable));
  if (!negated || !isNullable) {
    return equal;
  }
  const nulls = [operand, right]
    .filter((side) => side.type.nullable)
    .map((side) => call('IS NULL', [side], types.boolean(false)));
  return call('OR', [...nulls, equal], types.boolean(true));
}

/** A pulled condition over the join's row: outer columns are the left side, the subquery's the right one. */
function overJoin(condition: Rex, left: Rel, width: number): Rex {
  return rewriteRex(shiftRefs(condition, width), (node) =>
    node.kind === 'Correlation' ? inputRef(left.fields, node.index) : node,
  );
}

interface Pulled {
  readonly rel: Rel;
  /** Over the row of `rel`, with correlations to the outer row. */
  readonly conditions: readonly Rex[];
}

/** Takes the conditions that look at the outer row out of a subquery; its first columns stay what they were. */
function pullUp(rel: Rel): Pulled {
  switch (rel.kind) {
    case 'Filter': {
      const below = pullUp(rel.input);
      const parts = conjuncts(rel.condition);
      const own = parts.filter((part) => !hasCorrelation(part));
      const condition = and(own);
      const kept = isTrue(condition) ? below.rel : filter(below.rel, condition);
      return { rel: kept, conditions: [...below.conditions, ...parts.filter(hasCorrelation)] };
    }
    case 'Project': {
      const below = pullUp(rel.input);
      if (rel.exprs.some(hasCorrelation)) {
        throw unsupported('An outer column in the SELECT list of a subquery');
      }
      return widened(
        below,
        rel.exprs,
        rel.fields.map((field) => field.name),
      );
    }
    case 'Aggregate': {
      const below = pullUp(rel.input);
      return below.conditions.length === 0
        ? { rel: { ...rel, input: below.rel }, conditions: [] }
        : correlatedAggregate(rel, below);
    }
    case 'Sort': {
      const below = pullUp(rel.input);
      return below.conditions.length === 0
        ? { rel: { ...rel, input: below.rel }, conditions: [] }
        : correlatedLimit(rel, below);
    }
    default:
      if (relHasCorrelation(rel)) {
        if (rel.kind === 'TableFunction') {
          throw catalogError('CannotPlanException', NO_RULES, 'correlate');
        }
        throw unsupported('A subquery that refers to outer columns in this place');
      }
      return { rel, conditions: [] };
  }
}

function relHasCorrelation(rel: Rel): boolean {
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

/** A correlated aggregate is grouped by the columns that its conditions compare with the outer row. */
function correlatedAggregate(rel: AggregateRel, below: Pulled): Pulled {
  const inner = [...new Set(below.conditions.flatMap((condition) => [...refsOf(condition)]))];
  const isEquality = below.conditions.every((condition) => condition.kind === 'Call' && condition.fn === '=');
  if (!isEquality || rel.groupingSets.length !== 1) {
    throw unsupported('An aggregate over rows chosen by something else than equality with outer columns');
  }
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

/** ORDER BY … LIMIT for each outer row is a Top-N by the columns that are compared with it. */
function correlatedLimit(rel: SortRel, below: Pulled): Pulled {
  const isEquality = below.conditions.every((condition) => condition.kind === 'Call' && condition.fn === '=');
  if (!isEquality || rel.fetch === undefined) {
    throw unsupported('ORDER BY over rows chosen by outer columns');
  }
  const partition = [...new Set(below.conditions.flatMap((condition) => [...refsOf(condition)]))];
  const order = rel.keys.map(({ expr, descending, nullsFirst }) => {
    if (expr.kind !== 'InputRef') {
      throw unsupported('ORDER BY an expression over rows chosen by outer columns');
    }
    return { index: expr.index, descending, nullsFirst };
  });
  const ranked: Rel = {
    kind: 'Rank',
    fields: below.rel.fields,
    input: below.rel,
    partition,
    order,
    rankStart: rel.offset + 1,
    rankEnd: rel.offset + rel.fetch,
    outputRankNumber: false,
  };
  // The Top-N is joined with the values that it was partitioned by, where NULL is a value like any other.
  const conditions = below.conditions.map((condition) =>
    condition.kind === 'Call' ? { ...condition, fn: 'IS NOT DISTINCT FROM', type: types.boolean(false) } : condition,
  );
  return { rel: ranked, conditions };
}

/** Joins scalar subqueries to a row, one after the other. */
class Scalars {
  rel: Rel;

  constructor(rel: Rel) {
    this.rel = rel;
  }

  replace(rex: Rex): Rex {
    if (rex.kind === 'Subquery') {
      if (rex.op !== 'SCALAR') {
        throw unsupported(`${rex.op} with a subquery in this place`);
      }
      return this.#join(rex);
    }
    return mapOperands(rex, (operand) => this.replace(operand));
  }

  /** `x < SOME (…)` compares with the greatest or least value; `ALL` also holds for no rows, and never with a NULL among them. */
  quantified(subquery: RexSubquery, negated: boolean): Rex {
    const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '<>', '<>': '=' } as const;
    const all = (subquery.op === 'ALL') !== negated;
    const written = subquery.comparison ?? '=';
    const comparison = negated ? opposite[written] : written;
    const operand = subquery.operands[0];
    const { rel: body, conditions } = pullUp(removeSubqueries(subquery.rel));
    if (!operand || conditions.length > 0 || comparison === '=' || comparison === '<>') {
      throw unsupported(`${subquery.op} with this subquery`);
    }
    const field = inputRef(body.fields, 0);
    const greatest = comparison.startsWith('<') !== all;
    const plain = { distinct: false, filter: null, withinGroup: [], ignoreNulls: false } as const;
    const nullable = withNullability(field.type, true);
    const count = types.bigint(false);
    const extremes = aggregate(
      body,
      [],
      [[]],
      [
        { ...plain, fn: greatest ? 'MAX' : 'MIN', args: [field], type: nullable, name: 'm' },
        { ...plain, fn: 'COUNT', args: [], type: count, name: 'c' },
        { ...plain, fn: 'COUNT', args: [field], type: count, name: 'd' },
      ],
    );
    const width = this.rel.fields.length;
    this.rel = join(this.rel, extremes, 'INNER', TRUE);
    const at = (i: number) => inputRef(this.rel.fields, width + i);
    const test = call(comparison, [operand, at(0)], types.boolean(true));
    if (!all) {
      return test;
    }
    const empty = call('=', [at(1), { kind: 'Literal', value: 0n, type: count }], types.boolean(false));
    const noNulls = call('=', [at(1), at(2)], types.boolean(false));
    return call('OR', [empty, call('AND', [test, noNulls], types.boolean(true))], types.boolean(true));
  }

  #join(subquery: RexSubquery): Rex {
    const plan = removeSubqueries(subquery.rel);
    const { rel: body, conditions } = pullUp(plan);
    const single = isSingleRow(plan) ? body : singleValue(body, conditions);
    const width = this.rel.fields.length;
    const condition = and(conditions.map((part) => overJoin(part, this.rel, width)));
    const counts = conditions.length > 0 && isCount(plan);
    this.rel = join(this.rel, single, 'LEFT', condition);
    const value = inputRef(this.rel.fields, width);
    if (!counts) {
      return value;
    }
    // No matching row counts as 0, not as NULL.
    const zero: Rex = { kind: 'Literal', value: 0n, type: types.bigint(false) };
    const isNull = call('IS NULL', [value], types.boolean(false));
    return call('CASE', [isNull, zero, value], withNullability(value.type, false));
  }
}

/** A global aggregate always gives one row. */
function isSingleRow(rel: Rel): boolean {
  if (rel.kind === 'Project') {
    return isSingleRow(rel.input);
  }
  if (rel.kind === 'Values') {
    return rel.rows.length === 1;
  }
  return rel.kind === 'Aggregate' && rel.group.length === 0;
}

function isCount(rel: Rel): boolean {
  if (rel.kind === 'Project') {
    return rel.exprs[0]?.kind === 'InputRef' && rel.exprs[0].index === 0 && isCount(rel.input);
  }
  return rel.kind === 'Aggregate' && rel.group.length === 0 && rel.calls[0]?.fn === 'COUNT';
}

function singleValue(body: Rel, conditions: readonly Rex[]): Rel {
  if (conditions.length > 0) {
    throw unsupported('A correlated scalar subquery without an aggregate');
  }
  const field = inputRef(body.fields, 0);
  const value: AggregateCall = {
    fn: 'SINGLE_VALUE',
    args: [field],
    distinct: false,
    filter: null,
    withinGroup: [],
    ignoreNulls: false,
    type: withNullability(field.type, true),
    name: '$f0',
  };
  return aggregate(body, [], [[]], [value]);
}
