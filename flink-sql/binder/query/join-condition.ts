import type { JoinRel, JoinType } from '../../plan/rel.ts';
import { and, call, inputRef, join, joinFields, TRUE } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Join, NodeBase } from '../../syntax/ast.ts';
import { type LogicalType, type RowField, types } from '../../types/logical-type.ts';
import { bindExpression } from '../expressions/index.ts';
import type { ScopeRelation } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, validatorError } from './context.ts';
import { type FromResult, fromScope, type StarColumn } from './from-result.ts';

/** Two sides of a join, before its condition is known. */
export interface Combined {
  readonly relations: readonly ScopeRelation[];
  readonly fields: readonly RowField[];
  readonly using: readonly string[];
  result(condition: { readonly rex: Rex; readonly using: readonly string[] }): FromResult;
}

export function combine(left: FromResult, right: FromResult, joinType: JoinType): Combined {
  const shell = join(left.rel, right.rel, joinType, TRUE);
  const { fields } = shell;
  // The condition sees the rows before an outer join makes them nullable.
  const seen = joinType === 'INNER' ? fields : joinFields(left.rel.fields, right.rel.fields, 'INNER');
  const relations = placed(left, right, seen);
  const isSemi = joinType === 'SEMI' || joinType === 'ANTI';
  return {
    relations,
    fields: seen,
    using: [],
    result: ({ rex, using }) => ({
      rel: { ...shell, condition: rex } satisfies JoinRel,
      relations:
        seen === fields
          ? relations
          : isSemi
            ? left.relations.map((r) => at(r, 0, fields))
            : placed(left, right, fields),
      ...starOf(left, right, shell, using),
    }),
  };
}

/** The relations of both sides with the types of the join's row. */
const placed = (left: FromResult, right: FromResult, fields: readonly RowField[]): ScopeRelation[] => {
  const width = left.rel.fields.length;
  return [...left.relations.map((r) => at(r, 0, fields)), ...right.relations.map((r) => at(r, width, fields))];
};

function at(relation: ScopeRelation, by: number, fields: readonly RowField[]): ScopeRelation {
  const offset = relation.offset + by;
  const same = relation.fields.every((field, i) => field.type === (fields[offset + i] as RowField).type);
  if (same) return offset === relation.offset ? relation : { ...relation, offset };
  const typed = relation.fields.map((field, i) => ({ ...field, type: (fields[offset + i] as RowField).type }));
  return { ...relation, fields: typed, offset };
}

/** What names of both sides, and `*`, mean behind the join. */
function starOf(
  left: FromResult,
  right: FromResult,
  { fields, joinType }: JoinRel,
  using: readonly string[],
): Pick<FromResult, 'merged' | 'star'> {
  const width = left.rel.fields.length;
  const isSemi = joinType === 'SEMI' || joinType === 'ANTI';
  const column = (name: string, of: FromResult, by: number): Rex | undefined => {
    const found = of.star().find((candidate) => candidate.name === name);
    return found && retype(found.expr, by, fields);
  };
  const merged = new Map<string, Rex>();
  for (const [name, expr] of left.merged) merged.set(name, retype(expr, 0, fields));
  for (const [name, expr] of isSemi ? [] : right.merged) merged.set(name, retype(expr, width, fields));
  for (const name of using) {
    const l = column(name, left, 0) as Rex;
    const r = isSemi ? undefined : column(name, right, width);
    merged.set(name, r === undefined ? l : mergedColumn(l, r, joinType));
  }
  const side = (of: FromResult, by: number): StarColumn[] =>
    of
      .star()
      .filter(({ name }) => !using.includes(name))
      .map((column) => ({ ...column, expr: retype(column.expr, by, fields) }));
  const star = (): StarColumn[] => [
    ...using.map((name) => ({ name, expr: merged.get(name) as Rex })),
    ...side(left, 0),
    ...(isSemi ? [] : side(right, width)),
  ];
  return { merged, star };
}

/** Moves references to the right side and gives them the types of the join's row (outer joins make them nullable). */
function retype(expr: Rex, by: number, fields: readonly RowField[]): Rex {
  if (expr.kind === 'InputRef') {
    return inputRef(fields, expr.index + by);
  }
  if (expr.kind === 'Call') {
    const operands = expr.operands.map((operand) => retype(operand, by, fields));
    const nullable = operands.every((operand) => operand.type.nullable);
    return { ...expr, operands, type: { ...expr.type, nullable } as LogicalType };
  }
  return expr;
}

/** What an unqualified USING column is: the left one, except where only the right one may be there. */
function mergedColumn(left: Rex, right: Rex, joinType: JoinType): Rex {
  if (joinType === 'RIGHT' || joinType === 'FULL') {
    const nullable = left.type.nullable && right.type.nullable;
    return call('COALESCE', [left, right], { ...left.type, nullable } as LogicalType);
  }
  return left;
}

export function joinCondition(
  node: Join,
  left: FromResult,
  right: FromResult,
  combined: Combined,
  env: QueryEnv,
  context: QueryContext,
): { rex: Rex; using: string[] } {
  const scope = fromScope('ON', combined.relations, mergedOf(left, right), env);
  if (node.natural) {
    const names = left
      .star()
      .map((column) => column.name)
      .filter((name) => right.star().some((c) => c.name === name));
    return {
      rex: equalities(
        names.map((name) => ({ name, place: node })),
        left,
        right,
        combined,
      ),
      using: names,
    };
  }
  if (node.using) {
    const names = node.using.map((identifier) => ({ name: identifier.name, place: identifier }));
    for (const { name, place } of names) {
      if (![left, right].every((side) => side.star().some((column) => column.name === name))) {
        throw validatorError(place, `Column '${name}' not found in any table`, 'unknown-column');
      }
    }
    return { rex: equalities(names, left, right, combined), using: names.map(({ name }) => name) };
  }
  if (!node.on) {
    return { rex: TRUE, using: [] };
  }
  const rex = bindExpression(node.on, scope, context.expressions);
  if (rex.type.root !== 'BOOLEAN') {
    throw validatorError(node.on, 'ON clause must be a condition', 'not-a-condition');
  }
  return { rex, using: [] };
}

function mergedOf(left: FromResult, right: FromResult): ReadonlyMap<string, Rex> {
  if (left.merged.size === 0 && right.merged.size === 0) return left.merged;
  const width = left.rel.fields.length;
  const merged = new Map(left.merged);
  for (const [name, expr] of right.merged) {
    merged.set(name, shift(expr, width));
  }
  return merged;
}

function shift(expr: Rex, by: number): Rex {
  if (expr.kind === 'InputRef') {
    return { ...expr, index: expr.index + by };
  }
  return expr.kind === 'Call' ? { ...expr, operands: expr.operands.map((operand) => shift(operand, by)) } : expr;
}

function equalities(
  names: readonly { readonly name: string; readonly place: NodeBase }[],
  left: FromResult,
  right: FromResult,
  combined: Combined,
): Rex {
  const width = left.rel.fields.length;
  return and(
    names.map(({ name, place }) => {
      const pick = (from: FromResult, by: number): Rex => {
        const found = from.star().filter((column) => column.name === name);
        if (found.length > 1) {
          throw validatorError(
            place,
            `Column name '${name}' in USING clause is not unique on one side of join`,
            'ambiguous',
          );
        }
        return retype((found[0] as StarColumn).expr, by, combined.fields);
      };
      const operands = [pick(left, 0), pick(right, width)];
      return call('=', operands, types.boolean(operands.some((operand) => operand.type.nullable)));
    }),
  );
}

export function checkNames(left: FromResult, right: FromResult, node: Join): void {
  for (const relation of right.relations) {
    if (relation.name !== undefined && left.relations.some((other) => other.name === relation.name)) {
      throw validatorError(
        node.right,
        `Duplicate relation name '${relation.name}' in FROM clause`,
        'duplicate-relation',
      );
    }
  }
}
