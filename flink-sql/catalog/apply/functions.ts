import { catalogError, validationError } from '../errors.ts';
import type { ObjectIdentifier } from '../model.ts';
import { type CatalogStore, serializableName } from '../store.ts';
import type { Command } from './command.ts';
import { missingDatabase } from './databases.ts';

function functionExists(id: ObjectIdentifier): never {
  throw catalogError(
    'FunctionAlreadyExistException',
    `Function ${id.database}.${id.name} already exists in Catalog ${id.catalog}.`,
    'already-exists',
  );
}

function functionMissing(id: ObjectIdentifier): never {
  throw catalogError(
    'FunctionNotExistException',
    `Function ${id.database}.${id.name} does not exist in Catalog ${id.catalog}.`,
    'unknown-function',
  );
}

export function createFunction(command: Command<'CreateFunction'>, catalog: CatalogStore): void {
  const { fn } = command;
  const id = fn.identifier;
  if (!id) {
    if (!catalog.systemFunction(fn.name)) {
      catalog.putFunction(fn);
    } else if (!command.ignoreIfExists) {
      throw validationError(
        `Could not register temporary system function. A function named '${fn.name}' does already exist.`,
        'already-exists',
      );
    }
    return;
  }
  if (fn.temporary) {
    if (!catalog.temporaryFunction(id)) {
      catalog.putFunction(fn);
    } else if (!command.ignoreIfExists) {
      throw validationError(`Temporary catalog function ${serializableName(id)} is already defined`, 'already-exists');
    }
    return;
  }
  if (!catalog.catalog(id.catalog)) {
    throw validationError(`Catalog ${id.catalog} does not exist`, 'unknown-catalog');
  }
  if (!catalog.database(id.catalog, id.database)) {
    missingDatabase(id.catalog, id.database);
  }
  if (catalog.permanentFunction(id)) {
    if (command.ignoreIfExists) {
      return;
    }
    functionExists(id);
  }
  catalog.putFunction(fn);
}

export function alterFunction(command: Command<'AlterFunction'>, catalog: CatalogStore): void {
  const id = command.fn.identifier;
  if (!id || command.fn.temporary) {
    throw validationError('Alter temporary catalog function is not supported', 'unsupported');
  }
  if (!catalog.permanentFunction(id)) {
    if (command.ifExists) {
      return;
    }
    functionMissing(id);
  }
  catalog.putFunction(command.fn);
}

export function dropFunction(command: Command<'DropFunction'>, catalog: CatalogStore): void {
  const id = command.identifier;
  if (command.system || !id) {
    if (catalog.systemFunction(command.name)) {
      catalog.dropSystemFunction(command.name);
    } else if (!command.ifExists) {
      throw validationError(
        `Could not drop temporary system function. A function named '${command.name}' doesn't exist.`,
        'unknown-function',
      );
    }
    return;
  }
  if (command.temporary) {
    if (catalog.temporaryFunction(id)) {
      catalog.dropFunction(id, true);
    } else if (!command.ifExists) {
      throw validationError(`Temporary catalog function ${serializableName(id)} doesn't exist`, 'unknown-function');
    }
    return;
  }
  if (catalog.temporaryFunction(id)) {
    throw validationError(
      `A temporary catalog function ${serializableName(id)} exists. Drop it first before removing the permanent function.`,
      'temporary-exists',
    );
  }
  if (catalog.permanentFunction(id)) {
    catalog.dropFunction(id, false);
  } else if (!command.ifExists) {
    functionMissing(id);
  }
}
