import { call, inputRef } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Relation } from '../../syntax/ast.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { withoutTimeAttribute } from '../../types/compare.ts';
import { type RowField, withNullability } from '../../types/logical-type.ts';
import { castTo } from '../expressions/binder.ts';
import type { ScopeRelation } from '../expressions/scope.ts';
import type { FromResult } from './from-result.ts';

/** The names in the list of USING. */
export const usingNames = (relation: Extract<Relation, { kind: 'Join' }>): readonly string[] =>
  relation.using?.map((identifier) => identifier.name) ?? [];

const withoutParentheses = (relation: Relation): Relation =>
  relation.kind === 'ParenRelation' && !relation.alias ? withoutParentheses(relation.relation) : relation;

/**
 * What the bare names of USING columns mean in the SELECT list and in GROUP BY: the COALESCE of the first two relations
 * that have the column, as long as FROM is a chain of joins with USING (SqlValidatorImpl.expandExprFromJoin). Everywhere
 * else, and behind NATURAL JOIN, Flink finds such a name ambiguous.
 */
export function usingColumns(from: Relation, result: FromResult): ReadonlyMap<string, Rex> {
  const columns = new Map<string, Rex>();
  for (const [name, [a, b]] of usingOwners(from, result.relations)) {
    columns.set(name, coalesce(reference(result, a, name), reference(result, b, name)));
  }
  return columns;
}

/** The two relations whose columns a bare name of USING stands for. */
export function usingOwners(
  from: Relation,
  relations: readonly ScopeRelation[],
): ReadonlyMap<string, readonly [ScopeRelation, ScopeRelation]> {
  const found = new Map<string, readonly [ScopeRelation, ScopeRelation]>();
  let relation = withoutParentheses(from);
  while (relation.kind === 'Join' && relation.using) {
    for (const name of usingNames(relation)) {
      const [a, b] = relations.filter(({ fields }) => fields.some((field) => field.name === name));
      if (a && b && !found.has(name)) found.set(name, [a, b]);
    }
    relation = withoutParentheses(relation.left);
  }
  return found;
}

function reference({ rel }: FromResult, { fields, offset }: ScopeRelation, name: string): Rex {
  return inputRef(rel.fields, offset + fields.findIndex((field: RowField) => field.name === name));
}

/** COALESCE of two columns, NULL only where both may be. */
export function coalesce(left: Rex, right: Rex): Rex {
  const common = withoutTimeAttribute(leastRestrictive([left.type, right.type]) ?? left.type);
  const type = withNullability(common, left.type.nullable && right.type.nullable);
  return call('COALESCE', [castTo(left, type), castTo(right, type)], type);
}
