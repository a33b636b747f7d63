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
  if (column) return column;
  throw tableNotFound(scope, parts.slice(0, -1));
}

const spanOf = (parts: readonly Identifier[]): Place => ({
  start: (parts[0] as Identifier).start,
  end: (parts.at(-1) as Identifier).end,
});

/** A way to a column: its index in the relation, then the indexes of fields. */
interface Way {
  readonly indexes: readonly number[];
  /** Does it step into a row that the names leave out? */
  readonly peeks: boolean;
}

/**
 * The ways that names lead from a row's fields. A name that is none of them is looked for inside the fields that are rows: `zip` means
 * `addr.zip` (StructKind.PEEK_FIELDS_NO_EXPAND, DelegatingScope.resolveInNamespace).
 */
function waysTo(fields: readonly RowField[], names: readonly Identifier[], same: SameName = exactly): Way[] {
  const ways: Way[] = [];
  const look = (inside: readonly RowField[], at: number, indexes: readonly number[], peeks: boolean): void => {
    const { name } = names[at] as Identifier;
    let found = false;
    for (const [i, field] of inside.entries()) {
      if (!same(field.name, name)) continue;
      found = true;
      const way = [...indexes, i];
      if (at + 1 === names.length) ways.push({ indexes: way, peeks });
      else if (field.type.root === 'ROW') look(field.type.fields, at + 1, way, peeks);
    }
    if (found) return;
    for (const [i, { type }] of inside.entries()) {
      if (type.root === 'ROW') look(type.fields, at, [...indexes, i], true);
    }
  };
  look(fields, 0, [], false);
  return ways;
}

type SameName = (a: string, b: string) => boolean;
const exactly: SameName = (a, b) => a === b;
const inAnyCase: SameName = (a, b) => a.toLowerCase() === b.toLowerCase();

/** The best way: one without left-out steps, then the shorter; undefined when two are as good. */
function bestWay(ways: readonly Way[]): Way | undefined {
  const rank = (way: Way): number => (way.peeks ? 1000 : 0) + way.indexes.length;
  const [best, next] = [...ways].sort((a, b) => rank(a) - rank(b));
  return best && next && rank(best) === rank(next) ? undefined : best;
}

function refer(relation: ScopeRelation, way: Way, correlation: number | undefined): Rex {
  const [index = 0, ...inside] = way.indexes;
  const { type } = relation.fields[index] as RowField;
  let rex: Rex =
    correlation === undefined
      ? { kind: 'InputRef', index: relation.offset + index, type }
      : { kind: 'Correlation', id: correlation, index: relation.offset + index, type };
  for (const i of inside) rex = fieldOf(rex, i) as Rex;
  return rex;
}

/** The column, or the field below it, that names lead to in a relation; throws what Flink says of none and of several. */
function resolveIn(
  relation: ScopeRelation,
  names: readonly Identifier[],
  scope: Scope,
  correlation: number | undefined,
): Rex {
  const ways = waysTo(relation.fields, names);
  if (ways.length === 0) {
    const [close] = waysTo(relation.fields, names, inAnyCase);
    // Of `a.b.c` the part is named that fails: `a.b` where there is an `a`.
    let length = names.length;
    while (!close && length > 1 && waysTo(relation.fields, names.slice(0, length - 1)).length === 0) length--;
    const failing = names.slice(0, length);
    const owner = relation.name ?? unnamed(relation, scope);
    throw invalid(
      spanOf(failing),
      'unknown-column',
      `Column '${pathText(failing)}' not found in table '${owner}'${didYouMean(close && lastName(relation, close))}`,
    );
  }
  const way = bestWay(ways);
  if (way === undefined) throw invalid(spanOf(names), 'ambiguous-column', `Column '${pathText(names)}' is ambiguous`);
  return refer(relation, way, correlation);
}

const pathText = (names: readonly Identifier[]): string => names.map((part) => part.name).join('.');

/** The name that Calcite gives a derived table without alias. */
const unnamed = (relation: ScopeRelation, { relations }: Scope): string =>
  `EXPR$${relations.filter(({ name }) => name === undefined).indexOf(relation)}`;

function lastName(relation: ScopeRelation, way: Way): string | undefined {
  let fields: readonly RowField[] = relation.fields;
  let name: string | undefined;
  for (const index of way.indexes) {
    const field = fields[index];
    name = field?.name;
    fields = field?.type.root === 'ROW' ? field.type.fields : [];
  }
  return name;
}

/** A column without its table, here or in an outer row; throws when several tables have it. */
function findColumn(start: Scope, name: Identifier, parts: readonly Identifier[]): Rex | undefined {
  let scope = start;
  let correlation: number | undefined;
  for (;;) {
    const merged = correlation === undefined ? scope.merged?.get(name.name) : undefined;
    if (merged) return accessFields({ ...merged }, parts.slice(1));
    const having = scope.relations.filter(({ fields }) => waysTo(fields, [name]).length > 0);
    if (having.length > 1) {
      // In front of a field Flink looks for a table of the name next, and finds none.
      if (parts.length > 1) return undefined;
      throw invalid(name, 'ambiguous-column', `Column '${name.name}' is ambiguous`);
    }
    const [relation] = having;
    const field = relation?.fields.find((one) => one.name === name.name);
    // Only a row has fields: in front of anything else stands a table.
    if (field && field.type.root !== 'ROW' && parts.length > 1) return undefined;
    if (relation) return resolveIn(relation, parts, scope, correlation);
    if (scope.outer === undefined) return undefined;
    correlation = scope.outer.id;
    scope = scope.outer.scope;
  }
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
      if (relation) return resolveIn(relation, parts.slice(length), scope, correlation);
      correlation = scope.outer?.id;
    }
  }
  return undefined;
}

/** Nested fields by name; in any case where the row is an expression and no column. Undefined when one is missing. */
export function accessFields(rex: Rex, names: readonly Identifier[], anyCase = false): Rex | undefined {
  let current = rex;
  for (const { name } of names) {
    const { type } = current;
    if (type.root !== 'ROW') return undefined;
    let index = type.fields.findIndex((field) => field.name === name);
    if (index < 0 && anyCase) index = type.fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
    const access = fieldOf(current, index);
    if (!access) return undefined;
    current = access;
  }
  return current;
}

function fieldOf(operand: Rex, index: number): Rex | undefined {
  const { type } = operand;
  const field = type.root === 'ROW' ? type.fields[index] : undefined;
  if (!field) return undefined;
  const fieldType = withNullability(field.type, field.type.nullable || type.nullable);
  return { kind: 'FieldAccess', operand, index, name: field.name, type: fieldType };
}

const didYouMean = (name: string | undefined): string => (name === undefined ? '' : `; did you mean '${name}'?`);

function columnNotFound(start: Scope, name: Identifier) {
  for (let scope: Scope | undefined = start; scope; scope = scope.outer?.scope) {
    const having = scope.relations.filter(({ fields }) => waysTo(fields, [name], inAnyCase).length > 0);
    if (having.length === 0) continue;
    // Flink names the columns; of a field inside one it says nothing between the quotes.
    const close = having.flatMap(({ fields }) => fields.find((field) => inAnyCase(field.name, name.name))?.name ?? []);
    return notFound(name, close.sort().join("', '"));
  }
  return notFound(name, undefined);
}

const notFound = (name: Identifier, close: string | undefined) =>
  invalid(name, 'unknown-column', `Column '${name.name}' not found in any table${didYouMean(close)}`);

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
