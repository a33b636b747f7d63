import { rexSome } from '../../binder/expressions/rex-util.ts';
import { types } from '../../types/logical-type.ts';
import type { Rel } from '../rel.ts';
import { and, call, conjuncts, filter, inputRef, isTrue, join, project } from '../rel-builder.ts';
import type { Rex, RexSubquery } from '../rex.ts';
import { correlateRank } from './correlate-rank.ts';
import { checkBody, checkLateral, hasCorrelation, overJoin, type Pulled, pullUp } from './correlated.ts';
import { joinSubqueries } from './join-subqueries.ts';
import { isMembership, isSingleRow, Scalars, unnegated } from './scalars.ts';
import { correlateFunction } from './table-functions.ts';

const hasSubquery = (rex: Rex): boolean => rexSome(rex, (node) => node.kind === 'Subquery');

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
      const scalars = new Scalars(input, removeSubqueries);
      const exprs = rel.exprs.map((expr) => scalars.replace(expr));
      return project(
        scalars.rel,
        exprs,
        rel.fields.map((field) => field.name),
      );
    }
    case 'Join':
      return joinSubqueries(
        { ...rel, left: removeSubqueries(rel.left), right: removeSubqueries(rel.right) },
        removeSubqueries,
      );
    case 'Correlate': {
      // LATERAL over a query: a join on the conditions that it takes from the left side.
      const left = removeSubqueries(rel.left);
      const unnested = correlateFunction(rel, left);
      if (unnested) {
        return unnested;
      }
      const right = removeSubqueries(rel.right);
      const ranked = correlateRank(rel, left, right);
      if (ranked) {
        return ranked;
      }
      const { rel: body, conditions } = pullUp(right, left);
      checkLateral(rel, conditions);
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
  const scalars = new Scalars(rel, removeSubqueries);
  const others = and(rest.map((part) => scalars.replace(part, true)));
  const filtered = isTrue(others) ? scalars.rel : filter(scalars.rel, others);
  if (filtered.fields.length === width) {
    return filtered;
  }
  const names = input.fields.map((field) => field.name);
  const refs = input.fields.map((_, i) => inputRef(filtered.fields, i));
  return project(filtered, refs, names);
}

function semiJoin(left: Rel, subquery: RexSubquery, negated: boolean): Rel {
  const plan = removeSubqueries(subquery.rel);
  if (subquery.op === 'EXISTS' && isSingleRow(plan) && plan.kind !== 'Values') {
    return negated ? filter(left, { kind: 'Literal', value: false, type: types.boolean(false) }) : left;
  }
  const { rel: body, conditions } = pulledForSemi(plan, left, subquery.op === 'EXISTS');
  checkBody(subquery, body, conditions);
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

/** The body of a semi join: Flink limits its rows before it compares them with the outer row, and of EXISTS no column counts. */
function pulledForSemi(plan: Rel, left: Rel, isExists: boolean): Pulled {
  if (plan.kind === 'Project' && isExists && plan.exprs.some(hasCorrelation)) {
    return pulledForSemi(plan.input, left, isExists);
  }
  if (plan.kind === 'Sort') {
    const below = pullUp(plan.input, left);
    return { rel: { ...plan, input: below.rel, fields: below.rel.fields }, conditions: below.conditions };
  }
  return pullUp(plan, left);
}
