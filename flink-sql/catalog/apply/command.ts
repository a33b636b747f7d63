import type { CatalogCommand } from '../commands.ts';
import { catalogError, validationError } from '../errors.ts';
import type { ObjectIdentifier } from '../model.ts';
import { type CatalogStore, serializableName } from '../store.ts';

/** One kind of command. */
export type Command<K extends CatalogCommand['kind']> = Extract<CatalogCommand, { kind: K }>;

/** Catalog and database of an object must be there; `action` is what Flink says it could not do. */
export function checkDatabase(id: ObjectIdentifier, catalog: CatalogStore, action: string): void {
  if (!catalog.catalog(id.catalog)) {
    throw validationError(`Catalog ${id.catalog} does not exist.`, 'unknown-catalog');
  }
  if (!catalog.database(id.catalog, id.database)) {
    const message = `Database ${id.database} does not exist in Catalog ${id.catalog}.`;
    throw catalogError('DatabaseNotExistException', message, 'unknown-database', [
      `Could not execute ${action} in path ${serializableName(id)}`,
      message,
    ]);
  }
}
