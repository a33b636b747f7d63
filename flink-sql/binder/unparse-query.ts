import { quoteName, serializableName } from '../catalog/store.ts';
import type { Expression, OrderItem, Query, QueryBody, Relation, Select, SetOperation } from '../syntax/ast.ts';
import type { BindContext } from './api.ts';
import type { ScopeRelation } from './expressions/scope.ts';
import { EMPTY_ENV, type QueryContext } from './query/context.ts';
import { bindRelation } from './query/from.ts';
import { nameParts } from './query/names.ts';
import { queryContext } from './query/query.ts';
import { type ColumnPrinter, UnprintableError, unparse } from './unparse.ts';

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

  constructor(context: QueryContext, bind: BindContext) {
    this.#context = context;
    this.#bind = bind;
  }

  query(query: Query): string {
    if (query.with || query.offset) {
      throw new UnprintableError('WITH');
    }
    const lines = [this.#body(query.body)];
    if (query.orderBy.length > 0) {
      const column = query.body.kind === 'Select' ? this.#columns(query.body, true) : undefined;
      lines.push(`ORDER BY ${query.orderBy.map((item) => orderItem(item, column)).join(', ')}`);
    }
    if (query.fetch) {
      lines.push(`FETCH NEXT ${unparse(query.fetch)} ROWS ONLY`);
    }
    return lines.join('\n');
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
      default:
        throw new UnprintableError(body.kind);
    }
  }

  #setOperation(node: SetOperation): string {
    const op = `${node.op}${node.all ? ' ALL' : ''}`;
    return `${this.#body(node.left)}\n${op}\n${this.#body(node.right)}`;
  }

  #relations(select: Select): readonly ScopeRelation[] {
    return select.from ? bindRelation(select.from, EMPTY_ENV, this.#context).relations : [];
  }

  /** Columns with the name of their table in front; in ORDER BY an alias of the list stays bare. */
  #columns(select: Select, mayBeAlias = false): ColumnPrinter {
    const relations = this.#relations(select);
    const aliases = new Set(mayBeAlias ? select.items.flatMap((item) => (item.alias ? [item.alias.name] : [])) : []);
    return (ref) => {
      const [first = '', ...rest] = nameParts(ref);
      const isQualified = rest.length > 0 && relations.some((relation) => relation.name === first);
      const owner = relations.find((relation) => relation.fields.some((field) => field.name === first));
      const parts = isQualified || aliases.has(first) || !owner?.name ? [first, ...rest] : [owner.name, first, ...rest];
      return parts.map(quoteName).join('.');
    };
  }

  #select(select: Select): string {
    if (select.windows.length > 0 || select.qualify || select.hints.length > 0) {
      throw new UnprintableError('WINDOW');
    }
    const column = this.#columns(select);
    const items = select.items.flatMap(({ expr, alias }) => {
      if (expr.kind === 'Star') {
        return this.#star(select, expr.qualifier.at(-1)?.name);
      }
      const text = unparse(expr, column);
      return [alias ? `${text} AS ${quoteName(alias.name)}` : text];
    });
    const lines = [`SELECT ${select.quantifier ? `${select.quantifier} ` : ''}${items.join(', ')}`];
    if (select.from) {
      lines.push(`FROM ${this.#relation(select.from, column)}`);
    }
    if (select.where) {
      lines.push(`WHERE ${unparse(select.where, column)}`);
    }
    if (select.groupBy) {
      const keys = select.groupBy.items.map((item) => {
        if (item.kind !== 'GroupByExpression') {
          throw new UnprintableError(item.kind);
        }
        return unparse(item.expr, column);
      });
      lines.push(`GROUP BY ${keys.join(', ')}`);
    }
    if (select.having) {
      lines.push(`HAVING ${unparse(select.having, column)}`);
    }
    return lines.join('\n');
  }

  #star(select: Select, only: string | undefined): string[] {
    return this.#relations(select)
      .filter((relation) => only === undefined || relation.name === only)
      .flatMap(({ name, fields }) =>
        fields.map((field) =>
          name === undefined ? quoteName(field.name) : `${quoteName(name)}.${quoteName(field.name)}`,
        ),
      );
  }

  #relation(relation: Relation, column: ColumnPrinter): string {
    switch (relation.kind) {
      case 'TableRef': {
        if (relation.hints.length > 0 || relation.sample) {
          throw new UnprintableError('hint');
        }
        const id = this.#bind.catalog.qualify(nameParts(relation.name));
        const name = relation.alias?.name.name ?? id.name;
        const time = relation.systemTime ? ` FOR SYSTEM_TIME AS OF ${unparse(relation.systemTime, column)}` : '';
        return `${serializableName(id)}${time} AS ${quoteName(name)}${aliasColumns(relation.alias?.columns)}`;
      }
      case 'DerivedTable': {
        const { alias } = relation;
        const name = alias ? ` AS ${quoteName(alias.name.name)}${aliasColumns(alias.columns)}` : '';
        return `${relation.lateral ? 'LATERAL ' : ''}(${this.query(relation.query)})${name}`;
      }
      case 'Unnest': {
        const { alias, ordinality } = relation;
        const args = relation.args.map((arg) => unparse(arg, column)).join(', ');
        const name = alias ? ` AS ${quoteName(alias.name.name)}${aliasColumns(alias.columns)}` : '';
        return `UNNEST(${args})${ordinality ? ' WITH ORDINALITY' : ''}${name}`;
      }
      case 'Join': {
        const left = this.#relation(relation.left, column);
        const right = this.#relation(relation.right, column);
        if (relation.type === 'COMMA') {
          return `${left},\n${right}`;
        }
        const words = JOIN_WORDS[relation.type];
        if (words === undefined || relation.natural) {
          throw new UnprintableError(relation.type);
        }
        const on = relation.on ? ` ON ${unparse(relation.on, column)}` : '';
        const using = relation.using ? ` USING (${relation.using.map((part) => quoteName(part.name)).join(', ')})` : '';
        return `${left}\n${words} ${right}${on}${using}`;
      }
      default:
        throw new UnprintableError(relation.kind);
    }
  }
}

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
