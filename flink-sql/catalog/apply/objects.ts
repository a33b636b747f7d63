import { catalogError, validationError } from '../errors.ts';
import type { ObjectIdentifier, ResolvedTable, ResolvedView } from '../model.ts';
import { type CatalogStore, serializableName, summaryName } from '../store.ts';
import { type Command, checkDatabase } from './command.ts';

function alreadyExists(id: ObjectIdentifier, action: string): never {
  const message = `Table (or view) ${id.database}.${id.name} already exists in Catalog ${id.catalog}.`;
  throw catalogError('TableAlreadyExistException', message, 'already-exists', [
    `Could not execute ${action} in path ${serializableName(id)}`,
    message,
  ]);
}

export function createObject(
  object: ResolvedTable | ResolvedView,
  ignore: boolean,
  replace: boolean,
  catalog: CatalogStore,
): void {
  const id = object.identifier;
  if (object.temporary) {
    if (catalog.temporaryObject(id)) {
      if (ignore) {
        return;
      }
      throw validationError(`Temporary table '${serializableName(id)}' already exists`, 'already-exists');
    }
    catalog.putObject(object);
    return;
  }
  checkDatabase(id, catalog, object.kind === 'table' ? 'CreateTable' : 'CreateView');
  if (catalog.permanentObject(id) && !replace) {
    if (ignore) {
      return;
    }
    alreadyExists(id, object.kind === 'table' ? 'CreateTable' : 'CreateView');
  }
  catalog.putObject(object);
}

export function dropObject(command: Command<'DropObject'>, catalog: CatalogStore): void {
  const id = command.identifier;
  const wanted = command.object === 'VIEW' ? 'view' : 'table';
  if (command.object === 'MATERIALIZED TABLE') {
    if (catalog.permanentObject(id)) {
      throw validationError(
        `Table ${serializableName(id)} is not a materialized table, does not support materialized table related operation.`,
        'not-materialized',
      );
    }
    if (!command.ifExists) {
      throw validationError(
        `Materialized table with identifier ${serializableName(id)} does not exist.`,
        'unknown-table',
      );
    }
    return;
  }
  if (command.temporary) {
    const found = catalog.temporaryObject(id);
    if (found?.kind === wanted) {
      catalog.dropObject(id, true);
    } else if (!command.ifExists) {
      throw validationError(
        `Temporary table or view with identifier '${summaryName(id)}' does not exist.`,
        'unknown-table',
      );
    }
    return;
  }
  const hidden = catalog.temporaryObject(id);
  if (hidden?.kind === wanted) {
    const what = wanted === 'table' ? 'table' : 'view';
    throw validationError(
      `Temporary ${what} with identifier '${serializableName(id)}' exists. Drop it first before removing the permanent ${what}.`,
      'temporary-exists',
    );
  }
  if (catalog.permanentObject(id)?.kind === wanted) {
    catalog.dropObject(id, false);
  } else if (!command.ifExists) {
    const what = wanted === 'table' ? 'Table' : 'View';
    throw validationError(`${what} with identifier '${summaryName(id)}' does not exist.`, 'unknown-table');
  }
}

export function renameTable({ identifier, to }: Command<'RenameTable'>, catalog: CatalogStore): void {
  const found = catalog.permanentObject(identifier);
  if (!found) {
    return;
  }
  if (catalog.permanentObject(to)) {
    alreadyExists(to, 'AlterTable');
  }
  const partitions = catalog.partitions(identifier);
  catalog.dropObject(identifier, false);
  catalog.putObject({ ...found, identifier: to });
  if (partitions.length > 0) {
    catalog.putPartitions(to, partitions);
  }
}
