import { mapOperands, rewriteRex, rexSome, shiftRefs } from '../../binder/expressions/rex-util.ts';
import type { JoinRel, Rel } from '../rel.ts';
import { and, conjuncts, inputRef, join, project, TRUE, uniqueNames } from '../rel-builder.ts';
import type { Rex, RexSubquery } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { byKeys, pullUp, relHasCorrelation, unsupported } from './correlated.ts';
import { distinctRel } from './distinct-rel.ts';
import { isCount, isSingleRow, Scalars, singleValue } from './scalars.ts';

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);

/**
 * Subqueries in a join's condition are joined to its right side, and what ties them to the left side becomes part of the condition
 * (JoinSubQueryToCorrelate). Flink's planner fails with a NullPointerException for IN and for subqueries that refer to the right
 * side, and answers wrongly for NOT, OR and right joins: these are refused here.
 */
export function joinSubqueries(rel: JoinRel, remove: (rel: Rel) => Rel): Rel {
  const isSubquery = (node: Rex): boolean => node.kind === 'Subquery';
  if (!rexSome(rel.condition, isSubquery)) {
    return rel;
  }
  const width = rel.left.fields.length;
  const tied = new TiedSubqueries(rel, remove);
  const parts = conjuncts(rel.condition).map((part) => tied.replace(part));
  // What is left stands alone: one value for every row.
  const scalars = new Scalars(tied.right, remove);
  const condition = scalars.replace(shiftRefs(and(parts), -width));
  const joined = join(rel.left, scalars.rel, rel.joinType, shiftRefs(condition, width), rel.hints);
  const names = rel.fields.map((field) => field.name);
  return project(
    joined,
    names.map((_, i) => inputRef(joined.fields, i)),
    names,
  );
}

class TiedSubqueries {
  right: Rel;
  readonly #join: JoinRel;
  readonly #remove: (rel: Rel) => Rel;

  constructor(rel: JoinRel, remove: (rel: Rel) => Rel) {
    this.right = rel.right;
    this.#join = rel;
    this.#remove = remove;
  }

  /** A conjunct of the condition, over the left side's row and that of `right`. */
  replace(part: Rex): Rex {
    const isOpen = (node: Rex): boolean =>
      node.kind === 'Subquery' && (node.op !== 'SCALAR' || relHasCorrelation(node.rel));
    if (!rexSome(part, isOpen)) {
      return part;
    }
    if (this.#join.joinType !== 'INNER' && this.#join.joinType !== 'LEFT') {
      throw unsupported('A subquery in the condition of an outer join');
    }
    if (part.kind === 'Subquery' && part.op === 'EXISTS') {
      return this.#exists(part);
    }
    if (part.kind === 'Call' && COMPARISONS.has(part.fn)) {
      const conditions: Rex[] = [];
      const compared = mapOperands(part, (operand) => {
        if (operand.kind === 'Subquery' && operand.op === 'SCALAR' && isOpen(operand)) {
          const { value, condition } = this.#scalar(operand);
          conditions.push(condition);
          return value;
        }
        return operand;
      });
      if (!rexSome(compared, isOpen)) {
        return and([compared, ...conditions]);
      }
    }
    throw unsupported('A subquery in a join condition');
  }

  /** The subquery's different keys stand beside every row of the right side; the left row meets one of them at most. */
  #exists(subquery: RexSubquery): Rex {
    const plan = this.#remove(subquery.rel);
    const { rel, conditions } = byKeys(
      pullUp(plan.kind === 'Project' ? plan.input : plan, this.#join.left),
      this.#join.left,
    );
    const keys = [...new Set(conditions.flatMap((condition) => [...refsOf(condition)]))];
    const names = uniqueNames(keys.map((key) => rel.fields[key]?.name ?? ''));
    const refs = keys.map((key) => inputRef(rel.fields, key));
    const body = keys.length > 0 ? project(rel, refs, names) : project(rel, [TRUE], ['i']);
    return this.#beside(distinctRel(body), conditions, (index) => keys.indexOf(index)).condition;
  }

  #scalar(subquery: RexSubquery): { readonly value: Rex; readonly condition: Rex } {
    const plan = this.#remove(subquery.rel);
    if (isCount(plan)) {
      throw unsupported('COUNT in a subquery of a join condition');
    }
    const { rel, conditions } = pullUp(isSingleRow(plan) ? plan : singleValue(plan), this.#join.left);
    const { at, condition } = this.#beside(rel, conditions, (index) => index);
    return { value: { ...inputRef(rel.fields, 0), index: at }, condition };
  }

  #beside(body: Rel, conditions: readonly Rex[], column: (index: number) => number): { at: number; condition: Rex } {
    const { left } = this.#join;
    const at = left.fields.length + this.right.fields.length;
    this.right = join(this.right, body, 'INNER', TRUE);
    const moved = conditions.map((condition) =>
      rewriteRex(condition, (node) => {
        if (node.kind === 'InputRef') {
          return { ...node, index: at + column(node.index) };
        }
        if (node.kind !== 'Correlation') {
          return node;
        }
        if (node.index >= left.fields.length || left.fields[node.index]?.type.root !== node.type.root) {
          throw unsupported("A subquery over columns of the join's right side in its condition");
        }
        return inputRef(left.fields, node.index);
      }),
    );
    return { at, condition: and(moved) };
  }
}
