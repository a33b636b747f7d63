import type { CatalogCommand } from '../catalog/commands.ts';
import type { CreateTable, Statement } from '../syntax/ast.ts';
import type { BindContext } from './api.ts';
import type { BoundStatement } from './bound.ts';
import { bindAlterTable } from './ddl/alter-table.ts';
import { bindCreateTable, bindCreateTableAs } from './ddl/create-table.ts';
import { refuseAlterMaterializedTable, refuseMaterializedTable } from './ddl/materialized-table.ts';
import { bindObjectDdl } from './ddl/objects.ts';
import { bindAlterView, bindCreateView } from './ddl/view.ts';
import { bindInsert } from './dml/insert.ts';
import { refuseModification } from './dml/update-delete.ts';
import { nameParts } from './query/names.ts';
import { bindRootQuery, queryContext } from './query/query.ts';

const catalog = (command: CatalogCommand): BoundStatement => ({ kind: 'catalog', command });

/** Binds any statement; throws SqlError at the first fault. */
export function bindAnyStatement(statement: Statement, source: string, ctx: BindContext): BoundStatement {
  switch (statement.kind) {
    case 'QueryStatement': {
      const logical = bindRootQuery(statement.query, queryContext(ctx, source));
      return { kind: 'query', query: { fields: logical.fields, logical } };
    }
    case 'Insert':
      return { kind: 'insert', insert: bindInsert(statement, source, ctx) };
    case 'StatementSet': {
      const inserts = statement.inserts.flatMap((insert) =>
        insert.kind === 'Insert' ? [bindInsert(insert, source, ctx)] : [],
      );
      return { kind: 'statementSet', inserts };
    }
    case 'ExecuteStatement':
      return bindAnyStatement(statement.statement, source, ctx);
    case 'Explain': {
      const inner = bindAnyStatement(statement.statement, source, ctx);
      return { kind: 'explain', details: statement.details, statement: inner };
    }
    case 'CreateTable':
      return createTable(statement, source, ctx);
    case 'CreateView':
      return catalog(bindCreateView(statement, source, ctx));
    case 'AlterView':
      return catalog(bindAlterView(statement, source, ctx));
    case 'AlterTable':
      return catalog(bindAlterTable(statement, source, ctx));
    case 'CreateMaterializedTable':
      return refuseMaterializedTable(statement, source, ctx);
    case 'AlterMaterializedTable':
      return refuseAlterMaterializedTable(statement, source, ctx);
    case 'Update':
    case 'Delete':
      return refuseModification(statement, source, ctx);
    case 'CreateModel':
    case 'CreateDatabase':
    case 'CreateCatalog':
    case 'CreateFunction':
    case 'DropTable':
    case 'DropView':
    case 'DropMaterializedTable':
    case 'DropModel':
    case 'DropFunction':
    case 'DropDatabase':
    case 'DropCatalog':
    case 'AlterModel':
    case 'AlterDatabase':
    case 'AlterCatalog':
    case 'AlterFunction':
      return catalog(bindObjectDdl(statement, ctx));
    case 'Use': {
      const parts = nameParts(statement.name);
      if (statement.what === 'CATALOG') {
        return catalog({ kind: 'UseCatalog', catalog: parts[0] as string });
      }
      const [first = '', second] = parts;
      return catalog(
        second === undefined
          ? { kind: 'UseDatabase', catalog: ctx.catalog.currentCatalog, database: first }
          : { kind: 'UseDatabase', catalog: first, database: second },
      );
    }
    default:
      return { kind: 'utility', statement };
  }
}

function createTable(statement: CreateTable, source: string, ctx: BindContext): BoundStatement {
  return statement.asQuery
    ? bindCreateTableAs(statement, statement.asQuery, source, ctx)
    : catalog(bindCreateTable(statement, source, ctx));
}
