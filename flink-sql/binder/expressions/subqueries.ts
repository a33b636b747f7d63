import type { Rel } from '../../plan/rel.ts';
import type { Rex, RexSubquery } from '../../plan/rex.ts';
import type { Exists, InQuery, Quantified, Query, QueryConstructor, Subquery } from '../../syntax/ast.ts';
import { relationDigest } from '../../types/calcite-digest.ts';
import { isCharacter } from '../../types/families.ts';
import { types, withNullability } from '../../types/logical-type.ts';
import { type Binder, call, placeOf } from './binder.ts';
import { areComparable, compare } from './comparison.ts';
import { invalid, type Place, refused } from './errors.ts';
import { cannotApply, negate, unsupported } from './operators.ts';

function bindQuery(query: Query, place: Place, binder: Binder): { rel: Rel; id: number } {
  const { context, scope } = binder;
  if (!context.bindQuery) throw unsupported(place, 'subquery');
  const id = context.newCorrelationId?.() ?? 0;
  return { rel: context.bindQuery(query, { scope, id }).rel, id };
}

export function bindScalar(node: Subquery, binder: Binder): Rex {
  const { rel, id } = bindQuery(node.query, node, binder);
  const [field, ...more] = rel.fields;
  if (!field || more.length > 0) {
    const usage = `$SCALAR_QUERY(<${relationDigest(rel.fields).toUpperCase()}>)`;
    throw cannotApply(node.query, '$SCALAR_QUERY', usage, "'$SCALAR_QUERY(<RECORDTYPE(SINGLE FIELD)>)'");
  }
  return { kind: 'Subquery', op: 'SCALAR', operands: [], rel, id, type: withNullability(field.type, true) };
}

export function bindExists(node: Exists, binder: Binder): Rex {
  const { rel, id } = bindQuery(node.query, node, binder);
  return { kind: 'Subquery', op: 'EXISTS', operands: [], rel, id, type: types.boolean(false) };
}

export function bindInQuery(node: InQuery, binder: Binder): Rex {
  const left = binder.bind(node.operand);
  const operands = left.kind === 'Call' && left.fn === 'ROW' ? left.operands : [left];
  const { rel, id } = bindQuery(node.query, node, binder);
  const place = placeOf(node);
  const fits =
    rel.fields.length === operands.length &&
    operands.every((operand, i) => areComparable(operand.type, (rel.fields[i] as (typeof rel.fields)[number]).type));
  if (!fits) throw invalid(place, 'incompatible-types', 'Values passed to IN operator must have compatible types');
  for (const [i, operand] of operands.entries()) {
    const field = rel.fields[i] as (typeof rel.fields)[number];
    if (isCharacter(operand.type) !== isCharacter(field.type)) {
      const text = (type: typeof operand.type) => ('length' in type ? `${type.root}(${type.length})` : type.root);
      const message = `implicit type conversion between ${text(operand.type)} and ${text(field.type)} is not supported on join's condition now`;
      throw refused(place, 'no-implicit-conversion', message, 'TableException');
    }
  }
  const isNullable =
    operands.some((operand) => operand.type.nullable) || rel.fields.some((field) => field.type.nullable);
  const inside: RexSubquery = { kind: 'Subquery', op: 'IN', operands, rel, id, type: types.boolean(isNullable) };
  return node.negated ? negate(inside, place) : inside;
}

/** `x > ALL (query)`; over a list it is a chain of comparisons. */
export function bindQuantified(node: Quantified, binder: Binder): Rex {
  const operand = binder.bind(node.operand);
  const op = node.op === '!=' ? '<>' : node.op;
  const all = node.quantifier === 'ALL';
  if ('kind' in node.target) {
    const { rel, id } = bindQuery(node.target as Query, node, binder);
    const isNullable = operand.type.nullable || rel.fields.some((field) => field.type.nullable);
    const type = types.boolean(isNullable);
    return { kind: 'Subquery', op: all ? 'ALL' : 'SOME', operands: [operand], comparison: op, rel, id, type };
  }
  const tests = node.target.map((item) => compare(op, operand, binder.bind(item), node));
  return tests.length === 1
    ? (tests[0] as Rex)
    : call(all ? 'AND' : 'OR', tests, types.boolean(tests.some((t) => t.type.nullable)));
}

export function bindQueryConstructor(node: QueryConstructor, binder: Binder): Rex {
  const { rel, id } = bindQuery(node.query, node, binder);
  const [first, second] = rel.fields;
  if (node.op === 'ARRAY' && first) {
    return { kind: 'Subquery', op: 'ARRAY', operands: [], rel, id, type: types.array(first.type, false) };
  }
  if (node.op === 'MULTISET' && first) {
    const element = rel.fields.length === 1 ? first.type : types.row(rel.fields, false);
    return { kind: 'Subquery', op: 'MULTISET', operands: [], rel, id, type: types.multiset(element, false) };
  }
  if (node.op === 'MAP' && first && second) {
    return { kind: 'Subquery', op: 'MAP', operands: [], rel, id, type: types.map(first.type, second.type, false) };
  }
  throw unsupported(node, node.op);
}
