import { alterCatalog, createCatalog, dropCatalog } from './apply/catalogs.ts';
import { alterDatabase, createDatabase, dropDatabase } from './apply/databases.ts';
import { alterFunction, createFunction, dropFunction } from './apply/functions.ts';
import { createModel, dropModel, renameModel } from './apply/models.ts';
import { createObject, dropObject, renameTable } from './apply/objects.ts';
import { addPartitions, dropPartitions } from './apply/partitions.ts';
import type { CatalogCommand } from './commands.ts';
import { refuseChange } from './external.ts';
import type { CatalogStore } from './store.ts';

/** Carries out one command (the execute methods of Flink's Operations); throws SqlError in Flink's words. */
export function applyCatalogCommand(command: CatalogCommand, catalog: CatalogStore): void {
  refuseChange(command, catalog);
  switch (command.kind) {
    case 'CreateTable':
      return createObject(command.table, command.ignoreIfExists, command.replace, catalog);
    case 'CreateView':
      return createObject(command.view, command.ignoreIfExists, false, catalog);
    case 'DropObject':
      return dropObject(command, catalog);
    case 'AlterTable':
      return catalog.putObject(command.table);
    case 'AlterView':
      return catalog.putObject(command.view);
    case 'RenameTable':
      return renameTable(command, catalog);
    case 'AddPartitions':
      return addPartitions(command, catalog);
    case 'DropPartitions':
      return dropPartitions(command, catalog);
    case 'CreateDatabase':
      return createDatabase(command, catalog);
    case 'DropDatabase':
      return dropDatabase(command, catalog);
    case 'AlterDatabase':
      return alterDatabase(command, catalog);
    case 'CreateCatalog':
      return createCatalog(command, catalog);
    case 'DropCatalog':
      return dropCatalog(command, catalog);
    case 'AlterCatalog':
      return alterCatalog(command, catalog);
    case 'CreateFunction':
      return createFunction(command, catalog);
    case 'AlterFunction':
      return alterFunction(command, catalog);
    case 'DropFunction':
      return dropFunction(command, catalog);
    case 'CreateModel':
      return createModel(command, catalog);
    case 'AlterModel':
      return catalog.putModel(command.model);
    case 'RenameModel':
      return renameModel(command, catalog);
    case 'DropModel':
      return dropModel(command, catalog);
    case 'UseCatalog':
      return catalog.useCatalog(command.catalog);
    case 'UseDatabase':
      return catalog.useDatabase(command.catalog, command.database);
    case 'Nothing':
      return;
  }
}
