import { SqlError } from '../../diagnostics.ts';
import type { Rex } from '../../plan/rex.ts';
import type { ColumnRef, Expression, Identifier } from '../../syntax/ast.ts';
import { withNullability } from '../../types/logical-type.ts';
import { bindExpression } from '../expressions/index.ts';
import type { Scope, ScopeRelation } from '../expressions/scope.ts';
import { type QueryContext, validatorError } from './context.ts';
import type { FromResult, StarColumn } from './from-result.ts';

type Star = Extract<Expression, { kind: 'Star' }>;

/** The columns that `*`, `table.*` or `row.*` stands for. */
export function starColumns(star: Star, from: FromResult, scope: Scope, context: QueryContext): readonly StarColumn[] {
  const { qualifier } = star;
  if (qualifier.length === 0) {
    return from.star();
  }
  const parts = qualifier.map((part) => part.name);
  const relation = from.relations.find((candidate) =>
    parts.length === 1 ? candidate.name === parts[0] : candidate.path && endsWith(candidate.path, parts),
  );
  if (!relation) return fieldColumns(star, from, scope, context);
  return relation.fields.map((field, i) => ({
    name: field.name,
    expr: { kind: 'InputRef', index: relation.offset + i, type: field.type },
    ...(relation.name === undefined ? {} : { relation: relation.name }),
  }));
}

/** `row.*`: the fields of a column that is a row. */
function fieldColumns(
  { qualifier }: Star,
  from: FromResult,
  scope: Scope,
  context: QueryContext,
): readonly StarColumn[] {
  const path = qualifier.map((part) => part.name);
  const [first, last] = [qualifier[0] as Identifier, qualifier.at(-1) as Identifier];
  const row = rowNamed({ kind: 'ColumnRef', start: first.start, end: last.end, parts: qualifier }, scope, context);
  if (!row) {
    throw validatorError(first, `Unknown identifier '${path.join('.')}'`, 'unknown-relation');
  }
  const { type } = row;
  if (type.root !== 'ROW') {
    const message = "Not a record type. The '*' operator requires a record";
    throw validatorError({ start: first.start, end: last.end }, message, 'not-a-record');
  }
  const relation = [...ownerOf(path, from.relations), ...path].join('.');
  return type.fields.map((field, index) => ({
    name: field.name,
    relation,
    expr: {
      kind: 'FieldAccess',
      operand: row,
      index,
      name: field.name,
      type: withNullability(field.type, field.type.nullable || type.nullable),
    },
  }));
}

/** The column, or undefined where there is none of the name. */
function rowNamed(ref: ColumnRef, scope: Scope, context: QueryContext): Rex | undefined {
  try {
    return bindExpression(ref, scope, context.expressions);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  }
}

function endsWith(path: readonly string[], parts: readonly string[]): boolean {
  return parts.every((part, i) => path[path.length - parts.length + i] === part);
}

/** The name of the relation that a column path lacks. */
export function ownerOf(path: readonly string[], relations: readonly ScopeRelation[]): string[] {
  if (path.length > 1 && relations.some(({ name }) => name === path[0])) return [];
  const owner = relations.find(({ fields }) => fields.some((field) => field.name === path[0]))?.name;
  return owner === undefined ? [] : [owner];
}
