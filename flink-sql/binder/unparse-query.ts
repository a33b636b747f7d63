import { quoteName, serializableName } from '../catalog/store.ts';
import type {
  Expression,
  FunctionCall,
  GroupByItem,
  Hint,
  Identifier,
  NamedWindow,
  OrderItem,
  QualifiedName,
  Query,
  QueryBody,
  Relation,
  Select,
  SetOperation,
  TableRef,
} from '../syntax/ast.ts';
import type { BindContext } from './api.ts';
import type { ScopeRelation } from './expressions/scope.ts';
import { EMPTY_ENV, type QueryContext, type QueryEnv } from './query/context.ts';
import { bindRelation } from './query/from.ts';
import { nameParts } from './query/names.ts';
import { bindBody, queryContext, withItems } from './query/query.ts';
import { usingOwners } from './query/using.ts';
import { asWritten, type ColumnPrinter, strength, Unparser, UnprintableError, unparse, WEAKEST } from './unparse.ts';
import { matchText } from './unparse-match.ts';
import { columnTexts, fieldTexts, starTexts } from './unparse-star.ts';

/**
 * The text that SHOW CREATE VIEW prints: the query with tables and columns qualified, as Calcite unparses it after
 * validation. Where a construct has no printed form here the text stays as it was written.
 */
export function unparseQuery(query: Query, source: string, ctx: BindContext): string {
  try {
    return new QueryPrinter(queryContext(ctx, source), ctx).query(query);
  } catch (error) {
    if (error instanceof UnprintableError) {
      return source.slice(query.start, query.end);
    }
    throw error;
  }
}

const JOIN_WORDS: Readonly<Record<string, string>> = {
  INNER: 'INNER JOIN',
  LEFT: 'LEFT JOIN',
  RIGHT: 'RIGHT JOIN',
  FULL: 'FULL JOIN',
  CROSS: 'CROSS JOIN',
};

class QueryPrinter {
  readonly #context: QueryContext;
  readonly #bind: BindContext;
  readonly #env: QueryEnv;
  /** Prints columns of the queries around this one. */
  readonly #outer: ColumnPrinter | undefined;
  /** Names that Calcite makes up for relations without one. */
  readonly #names: Map<object, string>;

  constructor(
    context: QueryContext,
    bind: BindContext,
    env: QueryEnv = EMPTY_ENV,
    outer?: ColumnPrinter,
    names: Map<object, string> = new Map(),
  ) {
    this.#context = context;
    this.#bind = bind;
    this.#env = env;
    this.#outer = outer;
    this.#names = names;
  }

  query(query: Query): string {
    if (query.with) {
      return this.#withItems(query, query.with.items);
    }
    const isSorted = query.orderBy.length > 0 || query.fetch !== undefined || query.offset !== undefined;
    const lines = [isSorted && query.body.kind === 'SetOperation' ? this.#wrapped(query.body) : this.#body(query.body)];
    if (query.orderBy.length > 0) {
      const column = query.body.kind === 'Select' ? this.#columns(query.body, true) : undefined;
      lines.push(`ORDER BY ${query.orderBy.map((item) => orderItem(item, column)).join(', ')}`);
    }
    if (query.offset) {
      lines.push(`OFFSET ${unparse(query.offset)} ROWS`);
    }
    if (query.fetch) {
      lines.push(`FETCH NEXT ${unparse(query.fetch)} ROWS ONLY`);
    }
    return lines.join('\n');
  }

  #withItems(query: Query, items: NonNullable<Query['with']>['items']): string {
    const env = withItems(query, this.#env, this.#context);
    const inner = new QueryPrinter(this.#context, this.#bind, env, this.#outer, this.#names);
    const texts = items.map(({ name, columns, query: item }) => {
      if (item.kind === 'Invalid') throw new UnprintableError('WITH');
      return `${quoteName(name.name)}${aliasColumns(columns)} AS (${inner.query(item)})`;
    });
    const { with: _, ...rest } = query;
    return `WITH ${texts.join(', ')} ${inner.query(rest)}`;
  }

  /** Calcite sorts a set operation as a query over it. */
  #wrapped(body: SetOperation): string {
    const name = quoteName(this.#nameOf(body));
    const { fields } = bindBody(body, this.#env, this.#context);
    const columns = fields.map((field) => `${name}.${quoteName(field.name)}`).join(', ');
    return `SELECT ${columns}\nFROM (${this.#body(body)}) AS ${name}`;
  }

  #nameOf(node: object): string {
    const name = this.#names.get(node) ?? `EXPR$${this.#names.size}`;
    this.#names.set(node, name);
    return name;
  }

  #print(expr: Expression, column: ColumnPrinter): string {
    return unparse(expr, column, (query) => this.#inside(column).query(query));
  }

  /** A printer for what may refer to the columns of this query. */
  #inside(column: ColumnPrinter): QueryPrinter {
    return new QueryPrinter(this.#context, this.#bind, this.#env, column, this.#names);
  }

  #body(body: QueryBody): string {
    switch (body.kind) {
      case 'Select':
        return this.#select(body);
      case 'SetOperation':
        return this.#setOperation(body);
      case 'ParenQuery':
        return this.query(body.query);
      case 'Values':
        return `VALUES ${body.rows.map((row) => rowText(row)).join(',\n')}`;
      case 'TableQuery':
        return this.#whole(body.name);
      default:
        throw new UnprintableError(body.kind);
    }
  }

  #setOperation(node: SetOperation): string {
    const op = `${node.op}${node.all ? ' ALL' : ''}`;
    return `${this.#body(node.left)}\n${op}\n${this.#body(node.right)}`;
  }

  #relations(select: Select): readonly ScopeRelation[] {
    if (!select.from) return [];
    const unnamed = unnamedRelations(select.from);
    let next = 0;
    return bindRelation(select.from, this.#env, this.#context).relations.map((relation) => {
      const node = relation.name === undefined ? unnamed[next++] : undefined;
      return node ? { ...relation, name: this.#nameOf(node) } : relation;
    });
  }

  /** Columns with the name of their table in front; in ORDER BY an alias of the list stays bare. */
  #columns(select: Select, mayBeAlias = false): ColumnPrinter {
    return this.#columnsOf(select, this.#relations(select), mayBeAlias);
  }

  #columnsOf(select: Select, relations: readonly ScopeRelation[], mayBeAlias = false): ColumnPrinter {
    const using = mayBeAlias && select.from?.kind === 'Join' ? usingOwners(select.from, relations) : undefined;
    const listed = mayBeAlias ? select.items : [];
    const aliases = new Set(
      listed.flatMap(({ alias, expr }) => {
        if (alias) return [alias.name];
        const name = expr.kind === 'ColumnRef' && expr.parts.length === 1 ? expr.parts[0]?.name : undefined;
        return name !== undefined && using?.has(name) ? [name] : [];
      }),
    );
    return (ref, around) => {
      const [first = '', ...rest] = nameParts(ref);
      const isQualified = rest.length > 0 && relations.some((relation) => relation.name === first);
      const owner = relations.find((relation) => relation.fields.some((field) => field.name === first));
      if (!isQualified && !owner && !aliases.has(first) && this.#outer) return this.#outer(ref, around);
      const parts = isQualified || aliases.has(first) || !owner?.name ? [first, ...rest] : [owner.name, first, ...rest];
      return parts.map(quoteName).join('.');
    };
  }

  /** As `column`, with COALESCE for the bare names of USING. */
  #usingColumns(select: Select, relations: readonly ScopeRelation[], column: ColumnPrinter): ColumnPrinter {
    const owners = select.from?.kind === 'Join' ? usingOwners(select.from, relations) : undefined;
    if (!owners || owners.size === 0) return column;
    return (ref, around) => {
      const [name = '', ...rest] = nameParts(ref);
      const sides = rest.length === 0 ? owners.get(name) : undefined;
      if (!sides) return column(ref, around);
      const texts = sides.map((side) => `${quoteName(side.name ?? '')}.${quoteName(name)}`);
      const text = `COALESCE(${texts.join(', ')}) AS ${quoteName(name)}`;
      return around > WEAKEST ? `(${text})` : text;
    };
  }

  #items(select: Select, relations: readonly ScopeRelation[], column: ColumnPrinter): string[] {
    const used = new Set<string>();
    return select.items.flatMap(({ expr, alias }) => {
      if (expr.kind === 'Star') return this.#star(select, relations, expr.qualifier, used);
      const name = alias?.name ?? (expr.kind === 'ColumnRef' ? expr.parts.at(-1)?.name : undefined);
      if (name !== undefined) used.add(name);
      const text = this.#print(expr, column);
      if (!alias) return [text];
      // Of USING the alias takes the place of the name.
      const own =
        expr.kind === 'ColumnRef' && text.startsWith('COALESCE(') ? text.slice(0, text.lastIndexOf(' AS ')) : text;
      return [`${own} AS ${quoteName(alias.name)}`];
    });
  }

  #hintTexts(hints: readonly Hint[]): string {
    const texts = hints.map(({ name, options }) => {
      const list = options.map(({ key, value, start, end }) => {
        const written = this.#context.source.slice(start, end);
        if (key !== undefined) return `${stringText(key)} = ${stringText(value)}`;
        return /^['\d]/.test(written) ? written : quoteName(value);
      });
      return `${quoteName(name.name)}${list.length > 0 ? `(${list.join(', ')})` : ''}`;
    });
    return `/*+ ${texts.join(', ')} */`;
  }

  /** QUALIFY may name what the list names: Calcite puts the expression there, without looking at its ORDER BY again. */
  #qualify(select: Select, qualify: Expression, column: ColumnPrinter): string {
    const named = new Map(select.items.flatMap(({ expr, alias }) => (alias ? [[alias.name, expr] as const] : [])));
    const replaced: ColumnPrinter = (ref, around) => {
      const expr = ref.parts.length === 1 ? named.get(ref.parts[0]?.name ?? '') : undefined;
      if (!expr) return column(ref, around);
      const text = new Unparser(column, (query) => this.#inside(column).query(query), asWritten).print(expr, 0);
      return strength(expr) < around ? `(${text})` : text;
    };
    return this.#print(qualify, replaced);
  }

  #select(select: Select): string {
    const relations = this.#relations(select);
    const column = this.#columnsOf(select, relations);
    const listed = this.#usingColumns(select, relations, column);
    const items = this.#items(select, relations, listed);
    const hints = select.hints.length > 0 ? `\n${this.#hintTexts(select.hints)}\n` : ' ';
    const lines = [`SELECT${hints}${select.quantifier ? `${select.quantifier} ` : ''}${items.join(', ')}`];
    if (select.from) {
      lines.push(`FROM ${this.#relation(select.from, column)}`);
    }
    if (select.where) {
      lines.push(`WHERE ${this.#print(select.where, column)}`);
    }
    if (select.groupBy) {
      const keys = select.groupBy.items.map((item) => groupText(item, (expr) => this.#print(expr, listed)));
      lines.push(`GROUP BY ${keys.join(', ')}`);
    }
    if (select.having) {
      lines.push(`HAVING ${this.#print(select.having, column)}`);
    }
    if (select.windows.length > 0) {
      lines.push(`WINDOW ${select.windows.map((window) => windowText(window, column)).join(', ')}`);
    }
    if (select.qualify) {
      lines.push(`QUALIFY ${this.#qualify(select, select.qualify, column)}`);
    }
    return lines.join('\n');
  }

  #star(
    select: Select,
    relations: readonly ScopeRelation[],
    qualifier: readonly Identifier[],
    used: Set<string>,
  ): string[] {
    const only = qualifier.at(-1)?.name;
    if (only === undefined) return select.from ? starTexts(select.from, relations, used) : [];
    const named = relations.filter((relation) => relation.name === only);
    if (named.length > 0) {
      return named.flatMap((relation) => columnTexts(relation, used).map(({ text }) => text));
    }
    return fieldTexts(
      qualifier.map((part) => part.name),
      relations,
      used,
    );
  }

  #relation(relation: Relation, column: ColumnPrinter): string {
    switch (relation.kind) {
      case 'TableRef': {
        if (relation.sample) throw new UnprintableError('TABLESAMPLE');
        const parts = nameParts(relation.name);
        if (parts.length === 1 && this.#env.ctes.has(parts[0] as string)) {
          const cte = quoteName(parts[0] as string);
          const alias = relation.alias ? quoteName(relation.alias.name.name) : cte;
          return `${cte} AS ${alias}${aliasColumns(relation.alias?.columns)}`;
        }
        const id = this.#bind.catalog.qualify(parts);
        const name = relation.alias?.name.name ?? id.name;
        const time = relation.systemTime ? ` FOR SYSTEM_TIME AS OF ${unparse(relation.systemTime, column)}` : '';
        const alias = ` AS ${quoteName(name)}${aliasColumns(relation.alias?.columns)}`;
        if (relation.hints.length === 0) return `${serializableName(id)}${time}${alias}`;
        // A table with hints gets no name that was not written.
        return `${serializableName(id)}\n${this.#hintTexts(relation.hints)}${time}${relation.alias ? alias : ''}`;
      }
      case 'DerivedTable': {
        const { alias } = relation;
        const name = quoteName(alias?.name.name ?? this.#nameOf(relation));
        const printer = relation.lateral ? this.#inside(column) : this;
        const text = printer.query(relation.query);
        return `${relation.lateral ? 'LATERAL ' : ''}(${text}) AS ${name}${aliasColumns(alias?.columns)}`;
      }
      case 'Unnest': {
        const { alias, ordinality } = relation;
        const args = relation.args.map((arg) => unparse(arg, column)).join(', ');
        const name = alias ? ` AS ${quoteName(alias.name.name)}${aliasColumns(alias.columns)}` : '';
        return `UNNEST(${args})${ordinality ? ' WITH ORDINALITY' : ''}${name}`;
      }
      case 'TableFunction': {
        const { call, alias } = relation;
        if (call.kind !== 'FunctionCall' || relation.lateral) throw new UnprintableError(call.kind);
        const name = quoteName(alias?.name.name ?? this.#nameOf(relation));
        return `TABLE(${this.#tableCall(call)}) AS ${name}${aliasColumns(alias?.columns)}`;
      }
      case 'Join': {
        const inner = relation.left;
        const bare = inner.kind === 'ParenRelation' && !inner.alias ? inner.relation : inner;
        const left = this.#relation(bare, column);
        const right = this.#relation(relation.right, column);
        if (relation.type === 'COMMA') {
          return `${left},\n${right}`;
        }
        const words = JOIN_WORDS[relation.type];
        if (words === undefined) throw new UnprintableError(relation.type);
        const on = relation.on ? ` ON ${this.#print(relation.on, column)}` : '';
        const using = relation.using?.map((name) => quoteName(name.name)).join(', ');
        const condition = using === undefined ? on : ` USING (${using})`;
        return `${left}\n${relation.natural ? 'NATURAL ' : ''}${words} ${right}${condition}`;
      }
      case 'MatchRecognize': {
        const name = quoteName(relation.alias?.name.name ?? this.#nameOf(relation));
        return `${this.#relation(relation.input, column)} ${matchText(relation)} AS ${name}`;
      }
      default:
        throw new UnprintableError(relation.kind);
    }
  }

  /** TUMBLE and the like: a table by name is a query of all its columns. */
  #tableCall({ name, args }: FunctionCall): string {
    const argument = (arg: Expression): string => {
      if (arg.kind === 'NamedArgument') return `${quoteName(arg.name.name)} => ${argument(arg.value)}`;
      if (arg.kind !== 'TableArgument') return unparse(arg);
      const { source, partitionBy, orderBy } = arg;
      if (source.kind === 'Invalid' || source.kind === 'FunctionCall' || orderBy.length > 0) {
        throw new UnprintableError(source.kind);
      }
      const table = source.kind === 'QualifiedName' ? this.#whole(source) : this.query(source);
      const keys = partitionBy.length > 0 ? ` PARTITION BY ${partitionBy.map((key) => unparse(key)).join(', ')}` : '';
      return `(${table})${keys}`;
    };
    const texts = args.map(argument);
    return `${name.parts.map((part) => part.name.toUpperCase()).join('.')}(${texts.join(', ')})`;
  }

  #whole(name: QualifiedName): string {
    const ref: TableRef = { kind: 'TableRef', name, hints: [], start: name.start, end: name.end };
    const columns = bindRelation(ref, this.#env, this.#context).relations.flatMap(({ name: table, fields }) =>
      fields.map((field) => `${quoteName(table ?? '')}.${quoteName(field.name)}`),
    );
    return `SELECT ${columns.join(', ')}\nFROM ${this.#relation(ref, () => '')}`;
  }
}

/** Relations of a FROM clause that have no name of their own, in order. */
function unnamedRelations(relation: Relation): readonly Relation[] {
  if (relation.kind === 'Join') return [...unnamedRelations(relation.left), ...unnamedRelations(relation.right)];
  if (relation.kind === 'ParenRelation' && !relation.alias) return unnamedRelations(relation.relation);
  const mayLackName =
    relation.kind === 'DerivedTable' || relation.kind === 'TableFunction' || relation.kind === 'MatchRecognize';
  return mayLackName && !relation.alias ? [relation] : [];
}

function groupText(item: GroupByItem, print: (expr: Expression) => string): string {
  switch (item.kind) {
    case 'GroupByExpression':
      return print(item.expr);
    case 'GroupByTuple': {
      const [only] = item.exprs;
      return only && item.exprs.length === 1 ? print(only) : `(${item.exprs.map(print).join(', ')})`;
    }
    default: {
      const word = { GroupByRollup: 'ROLLUP', GroupByCube: 'CUBE', GroupingSets: 'GROUPING SETS' }[item.kind];
      return `${word}(${item.items.map((part) => groupText(part, print)).join(', ')})`;
    }
  }
}

function windowText({ name, spec }: NamedWindow, column: ColumnPrinter): string {
  if (spec.kind === 'Invalid') throw new UnprintableError('WINDOW');
  return `${quoteName(name.name)} AS ${new Unparser(column).over(spec)}`;
}

const stringText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function aliasColumns(columns: readonly { readonly name: string }[] | undefined): string {
  return columns ? ` (${columns.map((column) => quoteName(column.name)).join(', ')})` : '';
}

function orderItem({ expr, direction, nulls }: OrderItem, column: ColumnPrinter | undefined): string {
  const text = column ? unparse(expr, column) : unparse(expr);
  return `${text}${direction === 'DESC' ? ' DESC' : ''}${nulls ? ` NULLS ${nulls}` : ''}`;
}

function rowText(row: Expression): string {
  const items = row.kind === 'Row' ? row.items : [row.kind === 'Paren' ? row.expr : row];
  return `ROW(${items.map((item) => unparse(item)).join(', ')})`;
}
