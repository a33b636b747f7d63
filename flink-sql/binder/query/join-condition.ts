import type { JoinRel, JoinType } from '../../plan/rel.ts';
import { and, inputRef, join, joinFields, TRUE } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Join, NodeBase } from '../../syntax/ast.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { compare } from '../expressions/comparison.ts';
import type { ScopeRelation } from '../expressions/scope.ts';
import { type QueryContext, type QueryEnv, validatorError } from './context.ts';
import { type FromResult, fromScope, type StarColumn } from './from-result.ts';
import { bindNamesFirst } from './name-checks.ts';
import { coalesce } from './using.ts';

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
      star: starOf(left, right, shell, using),
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

/** What `*` means behind the join: common columns first, as COALESCE of both sides (SqlValidatorImpl.Permute). */
function starOf(left: FromResult, right: FromResult, { fields, joinType }: JoinRel, using: readonly string[]) {
  const width = left.rel.fields.length;
  const isSemi = joinType === 'SEMI' || joinType === 'ANTI';
  const at = (column: StarColumn, by: number): StarColumn => ({ ...column, expr: retype(column.expr, by, fields) });
  return (): StarColumn[] => {
    const lefts = left.star().map((column) => at(column, 0));
    const rights = isSemi ? [] : right.star().map((column) => at(column, width));
    const common: StarColumn[] = [];
    const taken = new Set<StarColumn>();
    for (const name of using) {
      const l = lefts.find((column) => column.name === name) as StarColumn;
      const r = rights.find((column) => column.name === name);
      common.push({ name, expr: r === undefined ? l.expr : coalesce(l.expr, r.expr) });
      taken.add(l);
      if (r) taken.add(r);
    }
    return [...common, ...[...lefts, ...rights].filter((column) => !taken.has(column))];
  };
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

export function joinCondition(
  node: Join,
  left: FromResult,
  right: FromResult,
  combined: Combined,
  env: QueryEnv,
  context: QueryContext,
): { rex: Rex; using: string[] } {
  const scope = fromScope('ON', combined.relations, env);
  if (node.natural) {
    const [lefts, rights] = [columnNames(left), columnNames(right)];
    const names = lefts.filter((name) => isOnce(lefts, name) && isOnce(rights, name));
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
      if (![left, right].every((side) => columnNames(side).includes(name))) {
        throw validatorError(place, `Column '${name}' not found in any table`, 'unknown-column');
      }
    }
    return { rex: equalities(names, left, right, combined), using: names.map(({ name }) => name) };
  }
  if (!node.on) {
    return { rex: TRUE, using: [] };
  }
  const rex = bindNamesFirst(node.on, scope, context);
  if (rex.type.root !== 'BOOLEAN') {
    throw validatorError(node.on, 'ON clause must be a condition', 'not-a-condition');
  }
  return { rex, using: [] };
}

/** Names of a side's columns: a join numbers those that come twice, anything else has them as its query wrote them. */
const columnNames = ({ rel, relations }: FromResult): readonly string[] =>
  (relations.length === 1 ? relations[0]?.fields : undefined)?.map(({ name }) => name) ??
  rel.fields.map(({ name }) => name);

const isOnce = (names: readonly string[], name: string): boolean =>
  names.indexOf(name) >= 0 && names.indexOf(name) === names.lastIndexOf(name);

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
        const known = columnNames(from);
        const index = known.indexOf(name);
        if (known.indexOf(name, index + 1) >= 0) {
          throw validatorError(
            place,
            `Column name '${name}' in NATURAL join or USING clause is not unique on one side of join`,
            'ambiguous',
          );
        }
        return inputRef(combined.fields, by + index);
      };
      return compare('=', pick(left, 0), pick(right, width), place, true);
    }),
  );
}
