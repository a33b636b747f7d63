import type { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type {
  Identifier,
  Join,
  MatchRecognize,
  QualifiedName,
  Query,
  QueryBody,
  Relation,
  Select,
  SyntaxNode,
  TableFunction,
  WithItem,
} from '../../flink-sql/syntax/ast.ts';

/** Columns by name, with what each means: the same key where a name is only passed on. No key where an expression makes it. */
export type Fields = ReadonlyMap<string, string | undefined>;
type Path = readonly SyntaxNode[];

/** A relation in FROM with the name that qualifies its columns. */
export interface NamedFields {
  readonly relation: Relation;
  readonly name: string | undefined;
  readonly fields: Fields;
  /** Columns that USING or NATURAL makes one with those of a relation before it. */
  readonly merged?: ReadonlySet<string>;
}

const NONE: Fields = new Map();

/**
 * What columns of relations mean: through common table expressions, derived tables, views of the program and window functions, to the
 * column of the table that they are passed on from, or to the alias that makes them.
 */
export class ColumnScopes {
  readonly #catalog: CatalogStore;
  readonly #source: string;
  readonly #views: ReadonlyMap<string, Fields>;
  readonly #made: ReadonlyMap<string, readonly string[]>;
  readonly #known = new Map<SyntaxNode, Fields>();

  constructor(
    catalog: CatalogStore,
    source: string,
    views: ReadonlyMap<string, Fields>,
    made: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#catalog = catalog;
    this.#source = source;
    this.#views = views;
    this.#made = made;
  }

  /** `catalog.database.name` of a name as written. */
  objectKey(name: QualifiedName): string | undefined {
    const parts = name.parts.map((p) => p.name);
    if (parts.length < 1 || parts.length > 3) return undefined;
    const { catalog, database, name: last } = this.#catalog.qualify(parts);
    return [catalog, database, last].join('.');
  }

  /** Columns of a table or view; undefined where there is none of this name. */
  object(name: QualifiedName): Fields | undefined {
    const key = this.objectKey(name);
    if (!key) return undefined;
    const view = this.#views.get(key);
    if (view) return view;
    const columns =
      this.#made.get(key) ?? this.#catalog.resolve(name.parts.map((p) => p.name))?.columns.map((c) => c.name);
    return columns && new Map(columns.map((c) => [c, `column:${key}#${c}`]));
  }

  /** The item of WITH that a name means at a place: of those in sight there. An item does not see itself. */
  cte(name: string, path: Path): { readonly item: WithItem; readonly path: Path } | undefined {
    for (let i = path.length - 1; i >= 0; i--) {
      const query = path[i] as SyntaxNode;
      if (query.kind !== 'Query' || !query.with) continue;
      const inside = path[i + 1] === (query.with as SyntaxNode) ? path[i + 2] : undefined;
      const end =
        inside && !query.with.recursive ? query.with.items.findIndex((it) => (it as SyntaxNode) === inside) : undefined;
      const item = query.with.items.slice(0, end).findLast((it) => it.name.name === name);
      if (item) return { item, path: [...path.slice(0, i + 1), query.with] };
    }
    return undefined;
  }

  /** What an identifier that makes a column is known by. */
  output(at: Identifier): string {
    return `output:${this.#source}:${at.start}`;
  }

  /** Columns that a query gives; `path` are the nodes around it. */
  query(query: Query, path: Path): Fields {
    const known = this.#known.get(query);
    if (known) return known;
    // A recursive item meets itself: then nothing is known of it yet.
    this.#known.set(query, NONE);
    const found = this.#body(query.body, [...path, query]);
    this.#known.set(query, found);
    return found;
  }

  #body(body: QueryBody, path: Path): Fields {
    switch (body.kind) {
      case 'Select':
        return this.#select(body, [...path, body]);
      case 'SetOperation':
        return this.#body(body.left, [...path, body]);
      case 'ParenQuery':
        return this.query(body.query, [...path, body]);
      case 'TableQuery':
        return this.object(body.name) ?? NONE;
      default:
        return NONE;
    }
  }

  #select(select: Select, path: Path): Fields {
    const relations = this.relations(select, path);
    const fields = new Map<string, string | undefined>();
    for (const { expr, alias } of select.items) {
      if (alias) fields.set(alias.name, this.output(alias));
      else if (expr.kind === 'Star') {
        const qualifier = expr.qualifier.at(-1)?.name;
        for (const r of relations)
          if (qualifier === undefined || r.name === qualifier)
            for (const [name, key] of r.fields) if (!fields.has(name)) fields.set(name, key);
      } else if (expr.kind === 'ColumnRef') {
        const last = expr.parts.at(-1);
        const found = lookUp(expr.parts, relations);
        if (last) fields.set(last.name, found?.whole ? found.key : undefined);
      }
    }
    return fields;
  }

  /** The relations of a SELECT; `path` ends with it. */
  relations(select: Select, path: Path): NamedFields[] {
    return select.from ? this.flat(select.from, path) : [];
  }

  /** A join's relations one by one; `path` ends with the SELECT. */
  flat(relation: Relation, path: Path): NamedFields[] {
    if (relation.kind === 'Join') {
      const left = this.flat(relation.left, path);
      const right = this.flat(relation.right, path);
      const common = commonColumns(relation, left, right);
      if (common.size === 0) return [...left, ...right];
      return [...left, ...right.map((of) => ({ ...of, merged: new Set([...common, ...(of.merged ?? [])]) }))];
    }
    if (relation.kind === 'ParenRelation' && !relation.alias) return this.flat(relation.relation, path);
    return [{ relation, name: nameOf(relation)?.name, fields: this.relation(relation, path) }];
  }

  relation(relation: Relation, path: Path): Fields {
    const columns = 'alias' in relation ? relation.alias?.columns : undefined;
    const own = this.#relation(relation, path);
    return columns ? this.#renamed(columns) : own;
  }

  #relation(relation: Relation, path: Path): Fields {
    switch (relation.kind) {
      case 'TableRef':
        return this.named(relation.name, path) ?? NONE;
      case 'DerivedTable':
        return this.query(relation.query, [...path, relation]);
      case 'TableFunction':
        return this.#window(relation, path);
      case 'MatchRecognize':
        return this.#matches(relation, path);
      default:
        return NONE;
    }
  }

  /** A match gives its partition's columns and its measures; each row of it, where all are asked for, its own columns as well. */
  #matches(match: MatchRecognize, path: Path): Fields {
    const input = this.relation(match.input, [...path, match]);
    const fields = new Map<string, string | undefined>(match.rowsPerMatch === 'ALL ROWS PER MATCH' ? input : []);
    for (const e of match.partitionBy) {
      const name = e.kind === 'ColumnRef' ? e.parts.at(-1)?.name : undefined;
      if (name !== undefined) fields.set(name, input.get(name));
    }
    for (const { alias } of match.measures) fields.set(alias.name, this.output(alias));
    return fields;
  }

  /** A name in FROM: an item of WITH, or a table or view. */
  named(name: QualifiedName, path: Path): Fields | undefined {
    const only = name.parts.length === 1 ? name.parts[0]?.name : undefined;
    const cte = only === undefined ? undefined : this.cte(only, path);
    if (!cte) return this.object(name);
    const { item } = cte;
    if (item.columns) return this.#renamed(item.columns);
    return item.query.kind === 'Query' ? this.query(item.query, [...cte.path, item]) : NONE;
  }

  /** A window function passes the columns of its table on. */
  #window({ call }: TableFunction, path: Path): Fields {
    return call.kind === 'FunctionCall' ? (this.argument(call, path) ?? NONE) : NONE;
  }

  /** Columns of the table that a function is called with. */
  argument(call: SyntaxNode & { readonly kind: 'FunctionCall' }, path: Path): Fields | undefined {
    for (const argument of call.args) {
      const given = argument.kind === 'NamedArgument' ? argument.value : argument;
      if (given.kind !== 'TableArgument') continue;
      const { source } = given;
      if (source.kind === 'QualifiedName') return this.named(source, path);
      if (source.kind === 'Query') return this.query(source, [...path, given]);
      if (source.kind === 'FunctionCall') return this.argument(source, path);
    }
    return undefined;
  }

  #renamed(columns: readonly Identifier[]): Fields {
    return new Map(columns.map((c) => [c.name, this.output(c)]));
  }
}

/** The columns by which USING or NATURAL joins, each once in the row of both sides. */
export function commonColumns(
  { using, natural }: Join,
  left: readonly NamedFields[],
  right: readonly NamedFields[],
): ReadonlySet<string> {
  if (using) return new Set(using.map(({ name }) => name));
  if (!natural) return new Set();
  const names = new Set(left.flatMap(({ fields }) => [...fields.keys()]));
  return new Set(right.flatMap(({ fields }) => [...fields.keys()].filter((name) => names.has(name))));
}

/** What a column reference means among relations: whose column, and whether all of its parts are the name (or a field follows). */
export function lookUp(
  parts: readonly Identifier[],
  relations: readonly NamedFields[],
):
  | {
      readonly key: string | undefined;
      readonly at: Identifier;
      readonly whole: boolean;
      readonly of: NamedFields;
      readonly qualified: boolean;
    }
  | undefined {
  const [first, second] = parts;
  if (!first) return undefined;
  if (second) {
    const of = relations.find((r) => r.name === first.name);
    if (of) return { key: of.fields.get(second.name), at: second, whole: parts.length === 2, of, qualified: true };
  }
  const owners = relations.filter((r) => r.fields.has(first.name) && !r.merged?.has(first.name));
  const of = owners[0];
  if (!of) return undefined;
  const key = owners.length === 1 ? of.fields.get(first.name) : undefined;
  return { key, at: first, whole: parts.length === 1, of, qualified: false };
}

/** The name that qualifies a relation's columns. */
export const nameOf = (relation: Relation): Identifier | undefined =>
  'alias' in relation && relation.alias
    ? relation.alias.name
    : relation.kind === 'TableRef'
      ? relation.name.parts.at(-1)
      : undefined;
