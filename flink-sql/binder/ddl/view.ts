import type { CatalogCommand } from '../../catalog/commands.ts';
import { catalogError, validationError } from '../../catalog/errors.ts';
import type { ResolvedView } from '../../catalog/model.ts';
import { serializableName } from '../../catalog/store.ts';
import type { AlterView, CreateView, Invalid, Query } from '../../syntax/ast.ts';
import { lineColumn } from '../../syntax/index.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { BindContext } from '../api.ts';
import { unsupported, validatorError } from '../query/context.ts';
import { nameParts } from '../query/names.ts';
import { outputNames } from '../query/output-names.ts';
import { bindRootQuery, queryContext } from '../query/query.ts';
import { unparseQuery } from '../unparse-query.ts';

/** CREATE VIEW: the query bound and kept as text, its columns with their types. Flink's parser takes OR REPLACE, its planner forgets it. */
export function bindCreateView(statement: CreateView, source: string, ctx: BindContext): CatalogCommand {
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const names = statement.columns?.map((column) => column.name);
  const body = viewBody(statement.query, names, source, ctx, statement.start);
  const view: ResolvedView = {
    kind: 'view',
    identifier,
    temporary: statement.temporary,
    ...body,
    scope: { catalog: ctx.catalog.currentCatalog, database: ctx.catalog.currentDatabase },
    ...(statement.comment ? { comment: statement.comment.value } : {}),
  };
  return { kind: 'CreateView', view, ignoreIfExists: statement.ifNotExists };
}

function viewBody(
  query: Query | Invalid,
  names: readonly string[] | undefined,
  source: string,
  ctx: BindContext,
  origin: number,
): Pick<ResolvedView, 'columns' | 'originalQuery' | 'expandedQuery'> {
  if (query.kind === 'Invalid') {
    throw unsupported(query, 'This query');
  }
  const context = queryContext(ctx, source);
  const rel = bindRootQuery(query, context, false);
  const output = outputNames(query, rel);
  if (names && names.length !== rel.fields.length) {
    throw validationError(
      `VIEW definition and input fields not match:\n\tDef fields: [${names.join(', ')}].\n\tInput fields: [${output.join(', ')}].`,
      'view-columns',
    );
  }
  const final = names ?? output;
  const twice = final.findIndex((name, i) => final.indexOf(name) !== i);
  if (twice >= 0) {
    const { line, column } = lineColumn(source, origin, query.body.start + 'SELECT '.length);
    const start = query.body.start + 'SELECT '.length;
    const error = validatorError(
      { start, end: start + 1 },
      `A column with the same name \`${final[twice]}\` has been defined at line ${line}, column ${column}.`,
      'duplicate-column',
    );
    throw Object.assign(error, { diagnostic: { ...error.diagnostic, exception: 'SqlValidateException' } });
  }
  return {
    columns: final.map((name, i) => ({ name, type: rel.fields[i]?.type as LogicalType })),
    originalQuery: source.slice(query.start, query.end),
    expandedQuery: unparseQuery(query, source, ctx),
  };
}

/** ALTER VIEW … RENAME TO, SET, AS. */
export function bindAlterView(statement: AlterView, source: string, ctx: BindContext): CatalogCommand {
  const identifier = ctx.catalog.qualify(nameParts(statement.name));
  const found = ctx.catalog.permanentObject(identifier);
  if (!found || ctx.catalog.temporaryObject(identifier)) {
    throw validationError(`View ${serializableName(identifier)} doesn't exist or is a temporary view.`, 'unknown-view');
  }
  if (found.kind !== 'view') {
    throw validationError('ALTER VIEW for a table is not allowed', 'not-a-view');
  }
  const { action } = statement;
  switch (action.kind) {
    case 'Rename':
      return { kind: 'RenameTable', identifier, to: ctx.catalog.qualify(nameParts(action.to)) };
    case 'AsQuery': {
      const body = viewBody(action.query, undefined, source, ctx, statement.start);
      const scope = { catalog: ctx.catalog.currentCatalog, database: ctx.catalog.currentDatabase };
      return { kind: 'AlterView', view: { ...found, ...body, scope } };
    }
    case 'SetOptions':
      return { kind: 'Nothing' };
    case 'Invalid':
      throw catalogError('ParseException', 'This change of a view is not understood', 'syntax');
  }
}
