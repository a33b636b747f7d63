import { mapOperands, rewriteRex } from '../../binder/expressions/rex-util.ts';
import { types, withNullability } from '../../types/logical-type.ts';
import type { Rel } from '../rel.ts';
import { aggregate, and, call, inputRef, join, project, TRUE, uniqueNames } from '../rel-builder.ts';
import type { AggregateCall, Rex, RexSubquery } from '../rex.ts';
import { refsOf } from '../rex-refs.ts';
import { byKeys, checkBody, overJoin, pullUp, unsupported } from './correlated.ts';
import { distinctRel } from './distinct-rel.ts';

const YES: Rex = { kind: 'Literal', value: true, type: types.boolean(false) };

function withYes(rel: Rel): Rel {
  const refs = rel.fields.map((_, i) => inputRef(rel.fields, i));
  return project(rel, [...refs, YES], uniqueNames([...rel.fields.map((field) => field.name), 'i']));
}

/** `= SOME` is IN, `<> ALL` is NOT IN. */
export function isMembership(node: RexSubquery): boolean {
  return (node.op === 'SOME' && node.comparison === '=') || (node.op === 'ALL' && node.comparison === '<>');
}

export function unnegated(rex: Rex): { negated: boolean; inner: Rex } {
  if (rex.kind === 'Call' && rex.fn === 'NOT') {
    const { negated, inner } = unnegated(rex.operands[0] as Rex);
    return { negated: !negated, inner };
  }
  return { negated: false, inner: rex };
}

/** Joins subqueries in expressions to a row, one after the other (SubQueryRemoveRule). */
export class Scalars {
  rel: Rel;
  readonly #remove: (rel: Rel) => Rel;

  /** `remove` takes the subqueries out of a subquery. */
  constructor(rel: Rel, remove: (rel: Rel) => Rel) {
    this.rel = rel;
    this.#remove = remove;
  }

  /** The expression with columns of the joins for its subqueries. `isFilter`: only TRUE counts, and nothing stands around it but AND and OR. */
  replace(rex: Rex, isFilter = false): Rex {
    if (rex.kind === 'Call' && (rex.fn === 'AND' || rex.fn === 'OR')) {
      return mapOperands(rex, (operand) => this.replace(operand, isFilter));
    }
    const { negated, inner } = unnegated(rex);
    if (inner.kind !== 'Subquery') {
      return mapOperands(rex, (operand) => this.replace(operand));
    }
    switch (inner.op) {
      case 'SCALAR': {
        const value = this.#join(inner);
        return negated ? call('NOT', [value], rex.type) : value;
      }
      case 'EXISTS':
        return this.#exists(inner, negated);
      case 'IN':
        return this.#membership(inner, negated, isFilter);
      case 'SOME':
      case 'ALL':
        return isMembership(inner)
          ? this.#membership({ ...inner, op: 'IN' }, negated !== (inner.op === 'ALL'), isFilter)
          : this.quantified(inner, negated);
      default:
        throw unsupported(`${inner.op} with a subquery in this place`);
    }
  }

  /** Whether there are rows: a column that is TRUE for those that have some (SubQueryRemoveRule.rewriteExists). */
  #exists(subquery: RexSubquery, negated: boolean): Rex {
    const pulled = pullUp(this.#remove(subquery.rel), this.rel);
    checkBody(subquery, pulled.rel, pulled.conditions);
    const { rel: body, conditions } = byKeys(pulled, this.rel);
    const keys = conditions.length === 0 ? [] : [...new Set(conditions.flatMap((condition) => [...refsOf(condition)]))];
    const distinct =
      keys.length === 0
        ? distinctRel(project(body, [YES], ['i']))
        : withYes(
            distinctRel(
              project(
                body,
                keys.map((key) => inputRef(body.fields, key)),
                keys.map((key) => body.fields[key]?.name ?? ''),
              ),
            ),
          );
    const width = this.rel.fields.length;
    const moved = conditions.map((condition) =>
      rewriteRex(condition, (node) => (node.kind === 'InputRef' ? { ...node, index: keys.indexOf(node.index) } : node)),
    );
    this.rel = join(this.rel, distinct, 'LEFT', and(moved.map((part) => overJoin(part, this.rel, width))));
    const flag = inputRef(this.rel.fields, width + keys.length);
    return call(negated ? 'IS NULL' : 'IS NOT NULL', [flag], types.boolean(false));
  }

  /** `a IN (…)` where it is no semi join: joined with the different rows, and with their number for what NULLs leave open (rewriteIn). */
  #membership(subquery: RexSubquery, negated: boolean, isFilter: boolean): Rex {
    const plan = this.#remove(subquery.rel);
    const pulled = pullUp(plan, this.rel);
    checkBody(subquery, pulled.rel, pulled.conditions);
    const { rel: body, conditions } = byKeys(pulled, this.rel);
    const isCorrelated = conditions.length > 0;
    const keys = subquery.operands.map((_, i) => inputRef(body.fields, i));
    const plain = { distinct: false, filter: null, withinGroup: [], ignoreNulls: false } as const;
    const bigint = types.bigint(false);
    const counted = aggregate(
      plan,
      [],
      [[]],
      [
        { ...plain, fn: 'COUNT', args: [], type: bigint, name: 'c' },
        { ...plain, fn: 'COUNT', args: keys.slice(0, 1), type: bigint, name: 'ck' },
      ],
    );
    const counts = pullUp(counted, this.rel);
    const countAt = this.rel.fields.length;
    const counting = counts.conditions.map((part) => overJoin(part, this.rel, countAt));
    this.rel = join(this.rel, counts.rel, isCorrelated ? 'LEFT' : 'INNER', isCorrelated ? and(counting) : TRUE);
    const rowAt = this.rel.fields.length;
    // The columns compared, then those that conditions on the outer row read.
    const columns = [...new Set([...keys.map((key) => key.index), ...conditions.flatMap((part) => [...refsOf(part)])])];
    const names = uniqueNames(columns.map((index) => body.fields[index]?.name ?? ''));
    const refs = columns.map((index) => inputRef(body.fields, index));
    const rows = withYes(distinctRel(project(body, refs, names)));
    const equalities = subquery.operands.map((operand, i) => {
      const key = inputRef(rows.fields, i);
      return call(
        '=',
        [operand, { ...key, index: rowAt + i }],
        types.boolean(operand.type.nullable || key.type.nullable),
      );
    });
    const tied = conditions.map((part) =>
      overJoin(
        rewriteRex(part, (node) => (node.kind === 'InputRef' ? { ...node, index: columns.indexOf(node.index) } : node)),
        this.rel,
        rowAt,
      ),
    );
    this.rel = join(this.rel, rows, 'LEFT', and([...equalities, ...tied]));
    const at = (index: number) => inputRef(this.rel.fields, index);
    const [c, ck, flag] = [at(countAt), at(countAt + 1), at(rowAt + columns.length)];
    const zero: Rex = { kind: 'Literal', value: 0n, type: bigint };
    const no = types.boolean(false);
    // Without rows for an outer row there is no count either: what compares with it is unknown.
    const maybe = types.boolean(isCorrelated);
    const isEmpty = call('=', [c, zero], maybe);
    const isAny = call('<>', [c, zero], maybe);
    const hasFlag = call('IS NOT NULL', [flag], no);
    const lacksFlag = call('IS NULL', [flag], no);
    const noNull = and(subquery.operands.map((operand) => call('IS NOT NULL', [operand], no)));
    const isComplete = call('>=', [ck, c], maybe);
    if (isFilter && !(isCorrelated && negated)) {
      return negated ? call('OR', [isEmpty, and([lacksFlag, isComplete, noNull])], no) : and([isAny, hasFlag, noNull]);
    }
    const boolean = types.boolean(true);
    const truth = (value: boolean | null): Rex => ({ kind: 'Literal', value, type: boolean });
    const cases = [isEmpty, truth(negated), call('NOT', [noNull], no), truth(null), hasFlag, truth(!negated)];
    return call('CASE', [...cases, call('NOT', [isComplete], maybe), truth(null), truth(negated)], boolean);
  }

  /** `x < SOME (…)` compares with the greatest or least value; `ALL` also holds for no rows, and never with a NULL among them. */
  quantified(subquery: RexSubquery, negated: boolean): Rex {
    const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '<>', '<>': '=' } as const;
    const all = (subquery.op === 'ALL') !== negated;
    const written = subquery.comparison ?? '=';
    const comparison = negated ? opposite[written] : written;
    const operand = subquery.operands[0];
    const plan = this.#remove(subquery.rel);
    if (!operand || comparison === '=' || comparison === '<>') {
      throw unsupported(`${subquery.op} with this subquery`);
    }
    const field = inputRef(plan.fields, 0);
    const greatest = comparison.startsWith('<') !== all;
    const plain = { distinct: false, filter: null, withinGroup: [], ignoreNulls: false } as const;
    const nullable = withNullability(field.type, true);
    const count = types.bigint(false);
    const extremes = aggregate(
      plan,
      [],
      [[]],
      [
        { ...plain, fn: greatest ? 'MAX' : 'MIN', args: [field], type: nullable, name: 'm' },
        { ...plain, fn: 'COUNT', args: [], type: count, name: 'c' },
        { ...plain, fn: 'COUNT', args: [field], type: count, name: 'd' },
      ],
    );
    const { rel: body, conditions } = pullUp(extremes, this.rel);
    checkBody(subquery, body, conditions);
    const width = this.rel.fields.length;
    const isCorrelated = conditions.length > 0;
    const condition = and(conditions.map((part) => overJoin(part, this.rel, width)));
    this.rel = join(this.rel, body, isCorrelated ? 'LEFT' : 'INNER', condition);
    const at = (i: number) => inputRef(this.rel.fields, width + i);
    const test = call(comparison, [operand, at(0)], types.boolean(true));
    if (!all) {
      return test;
    }
    const none = call('=', [at(1), { kind: 'Literal', value: 0n, type: count }], types.boolean(isCorrelated));
    const isMissing = call('IS NULL', [at(1)], types.boolean(false));
    const empty = isCorrelated ? call('OR', [isMissing, none], types.boolean(true)) : none;
    const noNulls = call('=', [at(1), at(2)], types.boolean(isCorrelated));
    return call('OR', [empty, call('AND', [test, noNulls], types.boolean(true))], types.boolean(true));
  }

  #join(subquery: RexSubquery): Rex {
    const plan = this.#remove(subquery.rel);
    const { rel: single, conditions } = pullUp(isSingleRow(plan) ? plan : singleValue(plan), this.rel);
    checkBody(subquery, single, conditions);
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
export function isSingleRow(rel: Rel): boolean {
  if (rel.kind === 'Project') {
    return isSingleRow(rel.input);
  }
  if (rel.kind === 'Values') {
    return rel.rows.length === 1;
  }
  return rel.kind === 'Aggregate' && rel.group.length === 0;
}

export function isCount(rel: Rel): boolean {
  if (rel.kind === 'Project') {
    return rel.exprs[0]?.kind === 'InputRef' && rel.exprs[0].index === 0 && isCount(rel.input);
  }
  return rel.kind === 'Aggregate' && rel.group.length === 0 && rel.calls[0]?.fn === 'COUNT';
}

export function singleValue(body: Rel): Rel {
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
