import type { CatalogCommand } from '../../catalog/commands.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import type { ResolvedColumn, ResolvedTable } from '../../catalog/model.ts';
import { serializableName } from '../../catalog/store.ts';
import type { CreateTable, Query, TableElement } from '../../syntax/ast.ts';
import type { BindContext } from '../api.ts';
import type { BoundStatement } from '../bound.ts';
import { finishInsert, persistedColumns } from '../dml/insert.ts';
import { unplacedError } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { bindRootQuery, queryContext } from '../query/query.ts';
import { mergeLike } from './like.ts';
import { options } from './objects.ts';
import { resolveSchema, type SchemaParts, tableParts } from './schema.ts';

/** CREATE TABLE without AS, resolved and checked in Flink's order. */
export function bindCreateTable(statement: CreateTable, source: string, ctx: BindContext): CatalogCommand {
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const own = tableParts(statement.elements ?? [], statement, source);
  const parts = statement.like ? mergeLike(statement, own, source, ctx) : own;
  const schema = resolveSchema(parts, source, ctx, statement.start);
  const table: ResolvedTable = {
    kind: 'table',
    identifier,
    temporary: statement.temporary,
    ...schema,
    options: parts.options,
    ...(statement.comment ? { comment: statement.comment.value } : {}),
  };
  return {
    kind: 'CreateTable',
    table,
    ignoreIfExists: statement.ifNotExists,
    replace: statement.replace !== undefined,
  };
}

/** CREATE TABLE … AS query: the query's columns become the table's, then it is an INSERT. */
export function bindCreateTableAs(
  statement: CreateTable,
  query: Query,
  source: string,
  ctx: BindContext,
): BoundStatement {
  if (statement.temporary) {
    throw catalogError(
      'SqlValidateException',
      'CREATE TABLE AS SELECT syntax does not support to create temporary table yet.',
      'ctas',
    );
  }
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  if (statement.replace === 'REPLACE' && !ctx.catalog.permanentObject(identifier)) {
    throw catalogError(
      'TableException',
      `The table ${serializableName(identifier)} to be replaced doesn't exist. You can try to use CREATE TABLE AS statement or CREATE OR REPLACE TABLE AS statement.`,
      'unknown-table',
    );
  }
  const context = queryContext(ctx, source);
  const rel = bindRootQuery(query, context);
  const columns = rel.fields.map(({ name, type }): ResolvedColumn => ({ kind: 'physical', name, type }));
  const elements = statement.elements ?? [];
  const { parts, reorder } = withQueryColumns(statement, elements, columns, source);
  const schema = resolveSchema(parts, source, ctx, statement.start);
  const table: ResolvedTable = {
    kind: 'table',
    identifier,
    temporary: false,
    ...schema,
    options: options(statement.options),
    ...(statement.comment ? { comment: statement.comment.value } : {}),
  };
  const command: CatalogCommand = {
    kind: 'CreateTable',
    table,
    ignoreIfExists: statement.ifNotExists,
    replace: statement.replace !== undefined,
  };
  // IF NOT EXISTS with a table that is there: the rows go into that one.
  const existing = statement.ifNotExists ? ctx.catalog.permanentObject(identifier) : undefined;
  const target = existing?.kind === 'table' ? existing : table;
  const sinkColumns = persistedColumns(target);
  const targets = reorder ?? columns.map((column) => column.name);
  const insert = finishInsert(
    {
      columns: targets.map((name) => {
        const identifierNode = {
          kind: 'Identifier',
          name,
          quoted: false,
          start: query.start,
          end: query.start,
        } as const;
        return { kind: 'QualifiedName', parts: [identifierNode], start: query.start, end: query.start } as const;
      }),
      hints: [],
      overwrite: false,
      query,
      table: statement.name,
    },
    target,
    sinkColumns,
    new Map(),
    rel,
    ctx,
  );
  return { kind: 'createTableAs', command, insert };
}

/** MergeTableAsUtil: declared columns come first, those of the query after them; bare names only reorder. */
function withQueryColumns(
  statement: CreateTable,
  elements: readonly TableElement[],
  query: readonly ResolvedColumn[],
  source: string,
): { parts: SchemaParts; reorder?: readonly string[] } {
  const names = elements.flatMap((element) => (element.kind === 'ColumnName' ? [element] : []));
  if (names.length > 0) {
    for (const name of names) {
      if (!query.some((column) => column.name === name.name.name)) {
        throw unplacedError(
          'ValidationException',
          name,
          `Column '${name.name.name}' not found in the source schema.`,
          'unknown-column',
        );
      }
    }
    if (names.length !== query.length) {
      throw validationError(
        'The number of columns in the column list must match the number of columns in the source schema.',
        'column-count',
      );
    }
    const ordered = names.map((name) => query.find((column) => column.name === name.name.name) as ResolvedColumn);
    const own = tableParts(
      elements.filter((element) => element.kind !== 'ColumnName'),
      statement,
      source,
    );
    return { parts: { ...own, columns: ordered.map((column) => ({ column })) }, reorder: query.map((c) => c.name) };
  }
  const own = tableParts(elements, statement, source);
  const declared = new Set(own.columns.map((part) => ('column' in part ? part.column.name : part.name)));
  const rest = query.filter((column) => !declared.has(column.name)).map((column) => ({ column }));
  return { parts: { ...own, columns: [...own.columns, ...rest] } };
}
