import type { BindContext } from '../../flink-sql/binder/index.ts';
import type {
  ColumnRef,
  Identifier,
  QualifiedName,
  Query,
  Relation,
  Select,
  SyntaxNode,
  TableRef,
} from '../../flink-sql/syntax/ast.ts';
import { children } from '../../flink-sql/syntax/index.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';

/** A place where a name stands. Places with the same `key` mean the same thing. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  /** `object:…`, `column:…`, `cte:…`, `alias:…`, `function:…`. */
  readonly key: string;
  readonly name: string;
  readonly isDefinition: boolean;
}

/**
 * The names of a text that are understood: tables, views and their columns, CTEs, aliases, user functions. Columns of CTEs and
 * derived tables are not followed.
 */
export function occurrences(analyzed: AnalyzedText): Occurrence[] {
  return analyzed.statements.flatMap((s) => (s.node ? new Collector(s, analyzed.source.id).collect() : []));
}

class Collector {
  readonly #statement: AnalyzedStatement;
  readonly #context: BindContext;
  readonly #source: string;
  readonly #found: Occurrence[] = [];
  /** Objects that the statement itself makes, by name. */
  readonly #made = new Map<string, readonly string[]>();

  constructor(statement: AnalyzedStatement, source: string) {
    this.#statement = statement;
    this.#context = statement.context;
    this.#source = source;
  }

  collect(): readonly Occurrence[] {
    this.#visit(this.#statement.node as SyntaxNode, []);
    return this.#found;
  }

  #add(at: Identifier, key: string, isDefinition = false): void {
    this.#found.push({ start: at.start, end: at.end, key, name: at.name, isDefinition });
  }

  #visit(node: SyntaxNode, path: readonly SyntaxNode[]): void {
    switch (node.kind) {
      case 'CreateTable':
        this.#create(
          node.name,
          (node.elements ?? []).flatMap((e) =>
            'name' in e && e.name?.kind === 'Identifier' && e.kind !== 'TableConstraint' ? [e.name] : [],
          ),
        );
        for (const e of node.elements ?? []) {
          if (e.kind === 'TableConstraint') for (const c of e.columns) this.#columnOf(node.name, c);
          if (e.kind === 'Watermark' && e.column.parts[0]) this.#columnOf(node.name, e.column.parts[0]);
        }
        for (const c of node.partitionedBy ?? []) this.#columnOf(node.name, c);
        break;
      case 'CreateView':
        this.#create(node.name, node.columns ?? []);
        break;
      case 'CreateFunction':
        this.#function(node.name, true);
        break;
      case 'WithItem':
        this.#add(node.name, this.#local('cte', node.name), true);
        break;
      case 'TableAlias':
        this.#add(node.name, this.#local('alias', node.name), true);
        break;
      case 'TableRef':
        this.#table(node, path);
        break;
      case 'Insert':
        this.#object(node.table);
        for (const c of node.columns ?? []) if (c.parts[0]) this.#columnOf(node.table, c.parts[0]);
        break;
      case 'ColumnRef':
        this.#column(node, path);
        break;
      case 'FunctionCall':
        this.#function(node.name, false);
        break;
      case 'QualifiedName':
        this.#plainName(node, path.at(-1));
        break;
      default:
    }
    const inside = [...path, node];
    for (const child of children(node)) this.#visit(child, inside);
  }

  #local(kind: string, at: Identifier): string {
    return `${kind}:${this.#source}:${at.start}`;
  }

  #key(name: QualifiedName): string | undefined {
    const parts = name.parts.map((p) => p.name);
    if (parts.length < 1 || parts.length > 3) return undefined;
    const { catalog, database, name: last } = this.#context.catalog.qualify(parts);
    return [catalog, database, last].join('.');
  }

  #create(name: QualifiedName, columns: readonly Identifier[]): void {
    const key = this.#key(name);
    const last = name.parts.at(-1);
    if (!key || !last) return;
    this.#made.set(
      key,
      columns.map((c) => c.name),
    );
    this.#add(last, `object:${key}`, true);
    for (const c of columns) this.#add(c, `column:${key}#${c.name}`, true);
  }

  #object(name: QualifiedName): void {
    const key = this.#key(name);
    const last = name.parts.at(-1);
    if (key && last && (this.#made.has(key) || this.#columns(name))) this.#add(last, `object:${key}`);
  }

  /** Columns of a table or view; undefined where there is none of this name. */
  #columns(name: QualifiedName): readonly string[] | undefined {
    const key = this.#key(name);
    if (!key) return undefined;
    return (
      this.#made.get(key) ?? this.#context.catalog.resolve(name.parts.map((p) => p.name))?.columns.map((c) => c.name)
    );
  }

  #columnOf(table: QualifiedName, column: Identifier): void {
    const key = this.#key(table);
    if (key && this.#columns(table)?.includes(column.name)) this.#add(column, `column:${key}#${column.name}`);
  }

  #table(node: TableRef, path: readonly SyntaxNode[]): void {
    const [only, ...more] = node.name.parts;
    const cte = only && more.length === 0 ? this.#cte(only.name, path) : undefined;
    if (only && cte) this.#add(only, this.#local('cte', cte));
    else this.#object(node.name);
  }

  #cte(name: string, path: readonly SyntaxNode[]): Identifier | undefined {
    for (const query of [...path].reverse().filter((n): n is Query => n.kind === 'Query')) {
      const item = query.with?.items.find((i) => i.name.name === name);
      if (item) return item.name;
    }
    return undefined;
  }

  /** Names in statements that are about an object: DROP, DESCRIBE, ALTER, LIKE, TABLE t as an argument. */
  #plainName(node: QualifiedName, parent: SyntaxNode | undefined): void {
    const kind = parent?.kind ?? '';
    if (
      /^(TableQuery|TableArgument|TableLike|ShowCreate|Describe|AnalyzeTable|TruncateTable|Update|Delete)$/.test(
        kind,
      ) ||
      /^(Drop|Alter)/.test(kind)
    )
      this.#object(node);
  }

  #function(name: QualifiedName, isDefinition: boolean): void {
    const last = name.parts.at(-1);
    if (!last || (!isDefinition && !this.#context.catalog.function(name.parts.map((p) => p.name)))) return;
    this.#add(last, `function:${last.name.toLowerCase()}`, isDefinition);
  }

  #column({ parts }: ColumnRef, path: readonly SyntaxNode[]): void {
    const [first, second] = parts;
    if (!first) return;
    const selects = [...path].reverse().filter((n): n is Select => n.kind === 'Select');
    for (const select of selects) {
      const relations = select.from ? flat(select.from) : [];
      if (second) {
        const relation = relations.find((r) => nameOf(r)?.name === first.name);
        if (relation) {
          this.#qualifier(relation, first, path);
          if (relation.kind === 'TableRef' && !this.#isCte(relation, path)) this.#columnOf(relation.name, second);
          return;
        }
      }
      const owners = relations.filter(
        (r): r is TableRef =>
          r.kind === 'TableRef' && !this.#isCte(r, path) && this.#columns(r.name)?.includes(first.name) === true,
      );
      if (owners[0]) {
        if (owners.length === 1) this.#columnOf(owners[0].name, first);
        return;
      }
    }
    // In CREATE TABLE, expressions are over the table's own columns.
    const create = path.find((n) => n.kind === 'CreateTable');
    if (create?.kind === 'CreateTable' && selects.length === 0) this.#columnOf(create.name, first);
  }

  #isCte(relation: TableRef, path: readonly SyntaxNode[]): boolean {
    return relation.name.parts.length === 1 && this.#cte(relation.name.parts[0]?.name ?? '', path) !== undefined;
  }

  #qualifier(relation: Relation, at: Identifier, path: readonly SyntaxNode[]): void {
    if ('alias' in relation && relation.alias) this.#add(at, this.#local('alias', relation.alias.name));
    else if (relation.kind === 'TableRef') {
      const cte = this.#isCte(relation, path) ? this.#cte(at.name, path) : undefined;
      const key = this.#key(relation.name);
      if (cte) this.#add(at, this.#local('cte', cte));
      else if (key) this.#add(at, `object:${key}`);
    }
  }
}

const flat = (relation: Relation): Relation[] =>
  relation.kind === 'Join' ? [...flat(relation.left), ...flat(relation.right)] : [relation];

const nameOf = (relation: Relation): Identifier | undefined =>
  'alias' in relation && relation.alias
    ? relation.alias.name
    : relation.kind === 'TableRef'
      ? relation.name.parts.at(-1)
      : undefined;
