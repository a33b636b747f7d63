import { catalogError, validationError } from '../errors.ts';
import type { CatalogStore } from '../store.ts';
import type { Command } from './command.ts';

const JDBC_REQUIRED = ['base-url', 'default-database', 'password', 'username'];
const JDBC_OPTIONAL = ['compatible-mode', 'property-version', 'type'];

/** A catalog of a database server (JdbcCatalogFactory); whether the server is there is for the runtime to find out. */
function checkJdbcCatalog(options: Readonly<Record<string, string>>): string {
  const missing = JDBC_REQUIRED.filter((key) => !(key in options));
  if (missing.length > 0) {
    throw validationError(
      `One or more required options are missing.\n\nMissing required options are:\n\n${missing.join('\n')}`,
      'missing-option',
    );
  }
  const supported = [...JDBC_REQUIRED, ...JDBC_OPTIONAL].sort();
  const unknown = Object.keys(options).filter((key) => !supported.includes(key));
  if (unknown.length > 0) {
    throw validationError(
      `Unsupported options found for 'jdbc'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\nSupported options:\n\n${supported.join('\n')}`,
      'unknown-option',
    );
  }
  return options['default-database'] as string;
}

const CATALOG_OPTIONS = ['default-database', 'property-version'];

function checkCatalogOptions(options: Readonly<Record<string, string>>): string {
  const type = options.type;
  if (type === undefined) {
    throw validationError(
      "Catalog options do not contain an option key 'type' for discovering a catalog.",
      'missing-option',
    );
  }
  if (type === 'jdbc') {
    return checkJdbcCatalog(options);
  }
  if (type !== 'generic_in_memory') {
    throw validationError(
      `Could not find any factory for identifier '${type}' that implements 'org.apache.flink.table.factories.CatalogFactory' in the classpath.\n\nAvailable factory identifiers are:\n\ngeneric_in_memory\njdbc`,
      'unknown-factory',
    );
  }
  const unknown = Object.keys(options).filter((key) => key !== 'type' && !CATALOG_OPTIONS.includes(key));
  if (unknown.length > 0) {
    throw validationError(
      `Unsupported options found for 'generic_in_memory'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\nSupported options:\n\n${CATALOG_OPTIONS.join('\n')}`,
      'unknown-option',
    );
  }
  const database = options['default-database'] ?? 'default';
  if (database === '') {
    throw catalogError('IllegalArgumentException', 'defaultDatabase cannot be null or empty', 'invalid-option');
  }
  return database;
}

export function createCatalog(command: Command<'CreateCatalog'>, catalog: CatalogStore): void {
  if (catalog.catalog(command.catalog)) {
    if (command.ignoreIfExists) {
      return;
    }
    throw catalogError('CatalogException', `Catalog ${command.catalog} already exists.`, 'already-exists');
  }
  const database = checkCatalogOptions(command.options);
  catalog.createCatalog(command.catalog, database, command.options, command.comment);
}

export function dropCatalog(command: Command<'DropCatalog'>, catalog: CatalogStore): void {
  if (!catalog.catalog(command.catalog)) {
    if (command.ifExists) {
      return;
    }
    throw catalogError('CatalogException', `Catalog ${command.catalog} does not exist.`, 'unknown-catalog');
  }
  if (command.catalog === catalog.currentCatalog) {
    throw catalogError('CatalogException', 'Cannot drop a catalog which is currently in use.', 'in-use');
  }
  catalog.dropCatalog(command.catalog);
}

export function alterCatalog(command: Command<'AlterCatalog'>, catalog: CatalogStore): void {
  if (command.reset?.includes('type')) {
    throw validationError("ALTER CATALOG RESET does not support changing 'type'", 'invalid-option');
  }
  if (command.reset?.length === 0) {
    throw validationError('ALTER CATALOG RESET does not support empty key', 'invalid-option');
  }
  if (command.set && 'type' in command.set) {
    throw validationError("ALTER CATALOG SET does not support changing 'type'", 'invalid-option');
  }
  const found = catalog.catalog(command.catalog);
  if (!found) {
    throw catalogError(
      'CatalogException',
      `Catalog ${command.catalog} does not exist in the catalog store.`,
      'unknown-catalog',
    );
  }
  const options = { ...found.options, ...command.set };
  for (const key of command.reset ?? []) {
    delete options[key];
  }
  checkCatalogOptions(options);
  catalog.putCatalog({ ...found, options, ...(command.comment === undefined ? {} : { comment: command.comment }) });
}
