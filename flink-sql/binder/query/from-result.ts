import type { Rel } from '../../plan/rel.ts';
import { inputRef, project } from '../../plan/rel-builder.ts';
import type { Rex } from '../../plan/rex.ts';
import type { Identifier, TableAlias } from '../../syntax/ast.ts';
import type { RowField } from '../../types/logical-type.ts';
import type { Scope, ScopeRelation } from '../expressions/scope.ts';
import { type QueryEnv, validatorError } from './context.ts';

/** A column that `*` stands for: its index in the input row. */
export interface StarColumn {
  readonly name: string;
  readonly expr: Rex;
  /** Relation that it comes from, for `t.*`; absent for a column merged by USING. */
  readonly relation?: string;
}

/** FROM, bound: the row, what names see of it, what a star means. */
export interface FromResult {
  readonly rel: Rel;
  readonly relations: readonly ScopeRelation[];
  /** The columns of `*`, made when asked for: most queries name theirs. */
  star(): readonly StarColumn[];
}

/** `written` are the column names as the query wrote them: two may be the same, and then are ambiguous. */
export function single(
  rel: Rel,
  name: string | undefined,
  path?: readonly string[],
  written?: readonly string[],
): FromResult {
  const fields = written ? renamed(rel.fields, written) : rel.fields;
  const relation: ScopeRelation = {
    fields,
    offset: 0,
    ...(name === undefined ? undefined : { name }),
    ...(path ? { path } : undefined),
  };
  const star = (): StarColumn[] =>
    fields.map((field, i) => {
      const expr = inputRef(rel.fields, i);
      return name === undefined ? { name: field.name, expr } : { name: field.name, expr, relation: name };
    });
  return { rel, relations: [relation], star };
}

/** The fields under other names; the same list where nothing changes. */
const renamed = (fields: readonly RowField[], names: readonly string[]): readonly RowField[] =>
  fields.every((field, i) => field.name === (names[i] ?? field.name))
    ? fields
    : fields.map((field, i) => ({ ...field, name: names[i] ?? field.name }));

export function aliased(rel: Rel, alias: TableAlias, written?: readonly string[]): FromResult {
  if (!alias.columns) {
    return single(rel, alias.name.name, undefined, written);
  }
  const names = alias.columns.map((column) => column.name);
  if (names.length !== rel.fields.length) {
    const fields = rel.fields.map((field) => `'${field.name}'`).join(', ');
    const first = alias.columns[0] as Identifier;
    const last = alias.columns.at(-1) as Identifier;
    throw validatorError(
      { start: first.start, end: last.end },
      `List of column aliases must have same degree as table; table has ${rel.fields.length} columns (${fields}), whereas alias list has ${names.length} columns`,
      'column-count',
    );
  }
  const fields = rel.fields.map((field, i) => ({ ...field, name: names[i] as string }));
  const withNames: Rel =
    rel.kind === 'Values'
      ? { ...rel, fields }
      : project(
          rel,
          rel.fields.map((_, i) => inputRef(rel.fields, i)),
          names,
        );
  return single(withNames, alias.name.name);
}

/** Names of FROM in a clause. */
export function fromScope(clause: Scope['clause'], relations: readonly ScopeRelation[], env: QueryEnv): Scope {
  return { clause, relations, over: false, ...(env.outer ? { outer: env.outer } : {}) };
}
