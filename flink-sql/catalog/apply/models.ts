import { catalogError, validationError } from '../errors.ts';
import { type CatalogStore, serializableName, summaryName } from '../store.ts';
import { type Command, checkDatabase } from './command.ts';

export function createModel(command: Command<'CreateModel'>, catalog: CatalogStore): void {
  const id = command.model.identifier;
  if (command.model.temporary) {
    if (!catalog.temporaryModel(id)) {
      catalog.putModel(command.model);
    } else if (!command.ignoreIfExists) {
      throw validationError(`Temporary model '${serializableName(id)}' already exists`, 'already-exists');
    }
    return;
  }
  checkDatabase(id, catalog, 'CreateModel');
  if (catalog.permanentModel(id)) {
    if (command.ignoreIfExists) {
      return;
    }
    const message = `Model ${id.database}.${id.name} already exists in Catalog ${id.catalog}.`;
    throw catalogError('ModelAlreadyExistException', message, 'already-exists', [
      `Could not execute CreateModel in path ${serializableName(id)}`,
      message,
    ]);
  }
  catalog.putModel(command.model);
}

export function renameModel({ identifier, to }: Command<'RenameModel'>, catalog: CatalogStore): void {
  const found = catalog.permanentModel(identifier);
  if (!found) {
    return;
  }
  if (catalog.permanentModel(to)) {
    throw catalogError(
      'ModelAlreadyExistException',
      `Model ${to.database}.${to.name} already exists in Catalog ${to.catalog}.`,
      'already-exists',
    );
  }
  catalog.dropModel(identifier, false);
  catalog.putModel({ ...found, identifier: to });
}

export function dropModel(command: Command<'DropModel'>, catalog: CatalogStore): void {
  const id = command.identifier;
  const found = command.temporary ? catalog.temporaryModel(id) : catalog.permanentModel(id);
  if (found) {
    catalog.dropModel(id, command.temporary);
  } else if (!command.ifExists) {
    const what = command.temporary ? 'Temporary model' : 'Model';
    throw validationError(`${what} with identifier '${summaryName(id)}' does not exist.`, 'unknown-model');
  }
}
