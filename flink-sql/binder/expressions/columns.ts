import type { Rex } from '../../plan/rex.ts';
import type { ColumnRef, Identifier } from '../../syntax/ast.ts';
import type { RowField } from '../../types/logical-type.ts';
import { withNullability } from '../../types/logical-type.ts';
import type { Binder } from './binder.ts';
import { invalid, type Place } from './errors.ts';
import type { Scope, ScopeRelation } from './scope.ts';

/** Resolves a column reference as Calcite's DelegatingScope.fullyQualify does: tables first, then columns with fields. */
export function bindColumn(node: ColumnRef, binder: Binder): Rex {
  const { scope } = binder;
  const parts = node.parts;
  const first = parts[0] as Identifier;
  const special = scope.resolveColumn?.(parts);
  if (special) return special;
  if (parts.length === 1) {
    const alias = scope.aliases?.get(first.name);
    if (alias) return alias;
    const found = findColumn(scope, first, parts);
    if (found) return found;
    throw columnNotFound(scope, first);
  }
  const byTable = resolveByTable(scope, parts);
  if (byTable) return byTable;
  const column = findColumn(scope, first, parts);
  if (column) {
    const resolved = accessFields(column, parts.slice(1));
    if (resolved) return resolved;
    const relation = relationOf(scope, first.name);
    if (column.type.root === 'ROW' && relation?.name !== undefined) {
      const text = parts.map((part) => part.name).join('.');
      const close = closeField(column, parts.slice(1));
      throw invalid(
        spanOf(parts),
        'unknown-column',
        `Column '${text}' not found in table '${relation.name}'${didYouMean(close)}`,
      );
    }
  }
  const tables = parts.slice(0, -1);
  throw tableNotFound(scope, tables);
}

const spanOf = (parts: readonly Identifier[]): Place => ({
  start: (parts[0] as Identifier).start,
  end: (parts.at(-1) as Identifier).end,
});

function refer(relation: ScopeRelation, index: number, correlation: number | undefined): Rex {
  const { type } = relation.fields[index] as RowField;
  return correlation === undefined
    ? { kind: 'InputRef', index: relation.offset + index, type }
    : { kind: 'Correlation', id: correlation, index: relation.offset + index, type };
}

/** An unqualified column, here or in an outer row; throws when it is ambiguous. */
function findColumn(start: Scope, name: Identifier, parts: readonly Identifier[]): Rex | undefined {
  let scope = start;
  let correlation: number | undefined;
  for (;;) {
    const merged = correlation === undefined ? scope.merged?.get(name.name) : undefined;
    if (merged) return { ...merged };
    let found: ScopeRelation | undefined;
    let index = -1;
    for (const relation of scope.relations) {
      const { fields } = relation;
      for (let i = 0; i < fields.length; i++) {
        if (fields[i]?.name !== name.name) continue;
        if (found !== undefined) {
          // In front of a field Flink looks for a table of the name next, and finds none.
          if (parts.length > 1) return undefined;
          throw invalid(name, 'ambiguous-column', `Column '${name.name}' is ambiguous`);
        }
        found = relation;
        index = i;
      }
    }
    if (found !== undefined) return refer(found, index, correlation);
    if (scope.outer === undefined) return undefined;
    correlation = scope.outer.id;
    scope = scope.outer.scope;
  }
}

function relationOf(start: Scope, column: string): ScopeRelation | undefined {
  for (let scope: Scope | undefined = start; scope; scope = scope.outer?.scope) {
    const relation = scope.relations.find(({ fields }) => fields.some((field) => field.name === column));
    if (relation) return relation;
  }
  return undefined;
}

/** Do the first `length` parts name this relation? */
function namedBy(relation: ScopeRelation, parts: readonly Identifier[], length: number): boolean {
  if (length === 1) return relation.name === parts[0]?.name;
  const { path } = relation;
  if (path === undefined || path.length < length) return false;
  for (let i = 0; i < length; i++) if (path[path.length - length + i] !== parts[i]?.name) return false;
  return true;
}

function relationNamed(scope: Scope, parts: readonly Identifier[], length: number): ScopeRelation | undefined {
  for (const relation of scope.relations) if (namedBy(relation, parts, length)) return relation;
  return undefined;
}

/** `table.column…`: the longest prefix that names a table decides. */
function resolveByTable(start: Scope, parts: readonly Identifier[]): Rex | undefined {
  for (let length = parts.length - 1; length > 0; length--) {
    let correlation: number | undefined;
    for (let scope: Scope | undefined = start; scope; scope = scope.outer?.scope) {
      const relation = relationNamed(scope, parts, length);
      if (relation) return columnOf(relation, parts, length, correlation);
      correlation = scope.outer?.id;
    }
  }
  return undefined;
}

/** The column, and field, that the parts from `from` on name in a relation. */
function columnOf(
  relation: ScopeRelation,
  parts: readonly Identifier[],
  from: number,
  correlation: number | undefined,
): Rex {
  const name = parts[from] as Identifier;
  let index = -1;
  relation.fields.forEach((field, i) => {
    if (field.name !== name.name) return;
    if (index >= 0) throw invalid(name, 'ambiguous-column', `Column '${name.name}' is ambiguous`);
    index = i;
  });
  const column = index < 0 ? undefined : refer(relation, index, correlation);
  const resolved = column && (from + 1 === parts.length ? column : accessFields(column, parts.slice(from + 1)));
  if (resolved) return resolved;
  const rest = parts.slice(from);
  const text = rest.map((part) => part.name).join('.');
  const close = relation.fields.find((field) => field.name.toLowerCase() === name.name.toLowerCase());
  throw invalid(
    spanOf(rest),
    'unknown-column',
    `Column '${text}' not found in table '${relation.name ?? ''}'${didYouMean(index < 0 ? close?.name : undefined)}`,
  );
}

/** Nested fields by name; in any case where the row is an expression and no column. Undefined when one is missing. */
export function accessFields(rex: Rex, names: readonly Identifier[], anyCase = false): Rex | undefined {
  let current = rex;
  for (const { name } of names) {
    const { type } = current;
    if (type.root !== 'ROW') return undefined;
    let index = type.fields.findIndex((field) => field.name === name);
    if (index < 0 && anyCase) index = type.fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
    const field = type.fields[index];
    if (!field) return undefined;
    const fieldType = withNullability(field.type, field.type.nullable || type.nullable);
    current = { kind: 'FieldAccess', operand: current, index, name: field.name, type: fieldType };
  }
  return current;
}

/** The field that a missing nested name would be in another case. */
function closeField(rex: Rex, names: readonly Identifier[]): string | undefined {
  const found = accessFields(rex, names, true);
  return found?.kind === 'FieldAccess' && found.name !== names.at(-1)?.name ? found.name : undefined;
}

const didYouMean = (name: string | undefined): string => (name === undefined ? '' : `; did you mean '${name}'?`);

function columnNotFound(start: Scope, name: Identifier) {
  let close: string | undefined;
  for (let scope: Scope | undefined = start; scope; scope = scope.outer?.scope) {
    for (const { fields } of scope.relations) {
      close ??= fields.find((field) => field.name.toLowerCase() === name.name.toLowerCase())?.name;
    }
  }
  return invalid(name, 'unknown-column', `Column '${name.name}' not found in any table${didYouMean(close)}`);
}

function tableNotFound(start: Scope, tables: readonly Identifier[]) {
  const last = tables.at(-1) as Identifier;
  let close: string | undefined;
  for (let scope: Scope | undefined = start; scope; scope = scope.outer?.scope) {
    for (const relation of scope.relations) {
      if (tables.length === 1 && relation.name?.toLowerCase() === last.name.toLowerCase()) close ??= relation.name;
    }
  }
  const text = tables.map((part) => part.name).join('.');
  return invalid(spanOf(tables), 'unknown-table', `Table '${text}' not found${didYouMean(close)}`);
}
