import { catalogError, validationError } from '../errors.ts';
import type { CatalogStore } from '../store.ts';
import type { Command } from './command.ts';

export function createDatabase(command: Command<'CreateDatabase'>, catalog: CatalogStore): void {
  if (!catalog.catalog(command.catalog)) {
    throw validationError(`Catalog ${command.catalog} does not exist`, 'unknown-catalog');
  }
  if (catalog.database(command.catalog, command.database)) {
    if (command.ignoreIfExists) {
      return;
    }
    const message = `Database ${command.database} already exists in Catalog ${command.catalog}.`;
    throw catalogError('DatabaseAlreadyExistException', message, 'already-exists', [
      `Could not execute CREATE DATABASE: (catalogDatabase: [{}], catalogName: [${command.catalog}], databaseName: [${command.database}], ignoreIfExists: [${command.ignoreIfExists}])`,
      message,
    ]);
  }
  catalog.createDatabase(command.catalog, command.database, command.options, command.comment);
}

export function missingDatabase(catalog: string, database: string): never {
  throw catalogError(
    'DatabaseNotExistException',
    `Database ${database} does not exist in Catalog ${catalog}.`,
    'unknown-database',
  );
}

export function dropDatabase(command: Command<'DropDatabase'>, catalog: CatalogStore): void {
  if (!catalog.catalog(command.catalog)) {
    throw validationError(`Catalog ${command.catalog} does not exist`, 'unknown-catalog');
  }
  if (command.catalog === catalog.currentCatalog && command.database === catalog.currentDatabase) {
    throw validationError('Cannot drop a database which is currently in use.', 'in-use');
  }
  const found = catalog.database(command.catalog, command.database);
  if (!found) {
    if (command.ifExists) {
      return;
    }
    missingDatabase(command.catalog, command.database);
  }
  if (!command.cascade && (found.objects.size > 0 || found.functions.size > 0 || found.models.size > 0)) {
    throw catalogError(
      'DatabaseNotEmptyException',
      `Database ${command.database} in catalog ${command.catalog} is not empty.`,
      'not-empty',
    );
  }
  catalog.dropDatabase(command.catalog, command.database);
}

export function alterDatabase(command: Command<'AlterDatabase'>, catalog: CatalogStore): void {
  if (!catalog.catalog(command.catalog)) {
    throw validationError(`Catalog ${command.catalog} does not exist`, 'unknown-catalog');
  }
  const found = catalog.database(command.catalog, command.database);
  if (!found) {
    missingDatabase(command.catalog, command.database);
  }
  catalog.putDatabase(command.catalog, { ...found, options: { ...found.options, ...command.options } });
}
