import type { BindContext } from '../../flink-sql/binder/index.ts';
import type {
  ColumnRef,
  FunctionCall,
  Identifier,
  Join,
  QualifiedName,
  Relation,
  Select,
  SyntaxNode,
  TableRef,
} from '../../flink-sql/syntax/ast.ts';
import { children } from '../../flink-sql/syntax/index.ts';
import { ColumnScopes, commonColumns, type Fields, lookUp, type NamedFields } from './column-scopes.ts';
import type { AnalyzedStatement, AnalyzedText } from './program.ts';

/** A place where a name stands. Places with the same `key` mean the same thing. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  /** `object:…`, `column:…`, `output:…` (a column that an alias makes), `cte:…`, `alias:…`, `function:…`. */
  readonly key: string;
  readonly name: string;
  readonly isDefinition: boolean;
}

/** Columns of the views that a program has made so far, by the view's key. */
export type ViewFields = Map<string, Fields>;

/**
 * The names of a text that are understood: tables, views, CTEs and their columns, aliases, user functions. A column is followed through
 * CTEs, derived tables, window functions and the views in `views`, to which those of this text are added.
 */
export function occurrences(
  analyzed: AnalyzedText,
  views: ViewFields = new Map(),
  joined: (a: string, b: string) => void = () => undefined,
): Occurrence[] {
  return analyzed.statements.flatMap((s) =>
    s.node ? new Collector(s, analyzed.source.id, views, joined).collect() : [],
  );
}

/** The names of all texts of a program. `joined` is told the keys of columns that USING or NATURAL joins: they have one name. */
export function programOccurrences(
  texts: readonly AnalyzedText[],
  joined?: (a: string, b: string) => void,
): { readonly id: string; readonly found: Occurrence[] }[] {
  const views: ViewFields = new Map();
  return texts.map((text) => ({ id: text.source.id, found: occurrences(text, views, joined) }));
}

class Collector {
  readonly #statement: AnalyzedStatement;
  readonly #context: BindContext;
  readonly #source: string;
  readonly #found: Occurrence[] = [];
  /** Objects that the statement itself makes, by name. */
  readonly #made = new Map<string, readonly string[]>();
  readonly #views: ViewFields;
  readonly #scopes: ColumnScopes;
  readonly #joined: (a: string, b: string) => void;

  constructor(statement: AnalyzedStatement, source: string, views: ViewFields, joined: (a: string, b: string) => void) {
    this.#joined = joined;
    this.#statement = statement;
    this.#context = statement.context;
    this.#source = source;
    this.#views = views;
    this.#scopes = new ColumnScopes(statement.context.catalog, source, views, this.#made);
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
      case 'CreateView': {
        this.#create(node.name, node.columns ?? []);
        const key = this.#scopes.objectKey(node.name);
        if (!key) break;
        if (node.columns || node.query.kind !== 'Query') this.#views.delete(key);
        else this.#views.set(key, this.#scopes.query(node.query, [node]));
        break;
      }
      case 'CreateFunction':
        this.#function(node.name, true);
        break;
      case 'WithItem':
        this.#add(node.name, this.#local('cte', node.name), true);
        for (const c of node.columns ?? []) this.#add(c, this.#scopes.output(c), true);
        break;
      case 'TableAlias':
        this.#add(node.name, this.#local('alias', node.name), true);
        for (const c of node.columns ?? []) this.#add(c, this.#scopes.output(c), true);
        break;
      case 'SelectItem':
        if (node.alias) this.#add(node.alias, this.#scopes.output(node.alias), true);
        break;
      case 'MatchMeasure':
        this.#add(node.alias, this.#scopes.output(node.alias), true);
        break;
      case 'TableRef':
        this.#table(node, path);
        break;
      case 'Join':
        this.#join(node, path);
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
        this.#descriptors(node, path);
        break;
      case 'QualifiedName':
        this.#plainName(node, path);
        break;
      default:
    }
    const inside = [...path, node];
    for (const child of children(node)) this.#visit(child, inside);
  }

  #local(kind: string, at: Identifier): string {
    return `${kind}:${this.#source}:${at.start}`;
  }

  #create(name: QualifiedName, columns: readonly Identifier[]): void {
    const key = this.#scopes.objectKey(name);
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
    const key = this.#scopes.objectKey(name);
    const last = name.parts.at(-1);
    if (key && last && (this.#made.has(key) || this.#scopes.object(name))) this.#add(last, `object:${key}`);
  }

  #columnOf(table: QualifiedName, column: Identifier): void {
    const key = this.#scopes.object(table)?.get(column.name);
    if (key) this.#add(column, key);
  }

  #table(node: TableRef, path: readonly SyntaxNode[]): void {
    const only = node.name.parts.length === 1 ? node.name.parts[0] : undefined;
    const cte = only && this.#scopes.cte(only.name, path);
    if (only && cte) this.#add(only, this.#local('cte', cte.item.name));
    else this.#object(node.name);
  }

  /** A column of USING is that of the left side; both sides' columns go by one name. */
  #join(join: Join, path: readonly SyntaxNode[]): void {
    if (!join.using && !join.natural) return;
    const around = path.slice(0, path.findLastIndex(({ kind }) => kind === 'Select') + 1);
    const sides = [this.#scopes.flat(join.left, around), this.#scopes.flat(join.right, around)] as const;
    const keysOf = (side: readonly NamedFields[], name: string): string[] =>
      side.flatMap(({ fields }) => fields.get(name) ?? []);
    for (const name of commonColumns(join, ...sides)) {
      const [first, ...others] = sides.flatMap((side) => keysOf(side, name));
      if (first === undefined) continue;
      for (const other of others) this.#joined(first, other);
      const at = join.using?.find((column) => column.name === name);
      if (at) this.#add(at, first);
    }
  }

  /** Names in statements that are about an object: DROP, DESCRIBE, ALTER, LIKE, TABLE t as an argument. */
  #plainName(node: QualifiedName, path: readonly SyntaxNode[]): void {
    const kind = path.at(-1)?.kind ?? '';
    const only = kind === 'TableArgument' && node.parts.length === 1 ? node.parts[0] : undefined;
    const cte = only && this.#scopes.cte(only.name, path);
    if (only && cte) this.#add(only, this.#local('cte', cte.item.name));
    else if (
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

  /** DESCRIPTOR(ts) and PARTITION BY name columns of the table that the function is called with. */
  #descriptors(call: FunctionCall, path: readonly SyntaxNode[]): void {
    const fields = this.#scopes.argument(call, path);
    if (!fields) return;
    const give = (at: Identifier | undefined): void => {
      const key = at && fields.get(at.name);
      if (at && key) this.#add(at, key);
    };
    for (const argument of call.args) {
      const given = argument.kind === 'NamedArgument' ? argument.value : argument;
      if (given.kind === 'Descriptor') for (const c of given.columns) give(c.parts[0]);
      if (given.kind === 'TableArgument')
        for (const e of given.partitionBy) if (e.kind === 'ColumnRef') give(e.parts[0]);
    }
  }

  #column({ parts }: ColumnRef, path: readonly SyntaxNode[]): void {
    const [first] = parts;
    if (!first) return;
    const ordered = path.findLast((n) => n.kind === 'Query');
    // ORDER BY sees what the query gives before what it reads.
    if (ordered?.kind === 'Query' && parts.length === 1 && path.some((n) => n.kind === 'OrderItem')) {
      const isOwn = ordered.orderBy.some((o) => path.includes(o as SyntaxNode));
      const key = isOwn ? this.#scopes.query(ordered, path.slice(0, path.indexOf(ordered))).get(first.name) : undefined;
      if (key) {
        this.#add(first, key);
        return;
      }
    }
    for (let i = path.length - 1; i >= 0; i--) {
      const node = path[i] as SyntaxNode;
      if (node.kind === 'MatchRecognize' && path[i + 1] !== (node.input as SyntaxNode)) {
        // `A.price` is the price of a row of the pattern's variable A.
        const fields = this.#scopes.relation(node.input, path.slice(0, i + 1));
        const at = parts[1] && !fields.has(first.name) ? parts[1] : first;
        const key = fields.get(at.name);
        if (key) this.#add(at, key);
        return;
      }
      const select = node.kind === 'Select' ? node : selectOrdered(node, path[i + 1]);
      if (!select) continue;
      const around = path.slice(0, i + 1);
      const found = lookUp(parts, this.#scopes.relations(select, node === select ? around : [...around, select]));
      if (!found) continue;
      if (found.qualified) this.#qualifier(found.of.relation, first, around);
      if (found.key) this.#add(found.at, found.key);
      return;
    }
    // In CREATE TABLE, expressions are over the table's own columns.
    const create = path.find((n) => n.kind === 'CreateTable');
    if (create?.kind === 'CreateTable' && !path.some((n) => n.kind === 'Select')) this.#columnOf(create.name, first);
  }

  #qualifier(relation: Relation, at: Identifier, path: readonly SyntaxNode[]): void {
    if ('alias' in relation && relation.alias) this.#add(at, this.#local('alias', relation.alias.name));
    else if (relation.kind === 'TableRef') {
      const cte = relation.name.parts.length === 1 ? this.#scopes.cte(at.name, path) : undefined;
      const key = this.#scopes.objectKey(relation.name);
      if (cte) this.#add(at, this.#local('cte', cte.item.name));
      else if (key) this.#add(at, `object:${key}`);
    }
  }
}

/** The SELECT whose relations an ORDER BY sees, too. */
const selectOrdered = (node: SyntaxNode, child: SyntaxNode | undefined): Select | undefined =>
  node.kind === 'Query' && child?.kind === 'OrderItem' && node.body.kind === 'Select' ? node.body : undefined;
