import type { CatalogCommand } from './commands.ts';
import { catalogError, validationError } from './errors.ts';
import { refuseChange } from './external.ts';
import type { ObjectIdentifier, ResolvedTable, ResolvedView } from './model.ts';
import { type CatalogStore, serializableName, summaryName } from './store.ts';

type Command<K extends CatalogCommand['kind']> = Extract<CatalogCommand, { kind: K }>;

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

function alreadyExists(id: ObjectIdentifier, action: string): never {
  const message = `Table (or view) ${id.database}.${id.name} already exists in Catalog ${id.catalog}.`;
  throw catalogError('TableAlreadyExistException', message, 'already-exists', [
    `Could not execute ${action} in path ${serializableName(id)}`,
    message,
  ]);
}

function createObject(
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

function checkDatabase(id: ObjectIdentifier, catalog: CatalogStore, action: string): void {
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

function dropObject(command: Command<'DropObject'>, catalog: CatalogStore): void {
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

function renameTable({ identifier, to }: Command<'RenameTable'>, catalog: CatalogStore): void {
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

function samePartition(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function partitionText(spec: Readonly<Record<string, string>>): string {
  const items = Object.entries(spec).map(([key, value]) => `${key}=${value}`);
  return `CatalogPartitionSpec{{${items.join(', ')}}}`;
}

function addPartitions(command: Command<'AddPartitions'>, catalog: CatalogStore): void {
  const { catalog: name, database, name: table } = command.identifier;
  const found = [...catalog.partitions(command.identifier)];
  const object = catalog.permanentObject(command.identifier);
  const keys = object?.kind === 'table' ? object.partitionKeys : [];
  if (keys.length === 0) {
    const message = `Table ${database}.${table} in catalog ${name} is not partitioned.`;
    throw catalogError('TableNotPartitionedException', message, 'not-partitioned');
  }
  for (const spec of command.partitions) {
    const given = Object.keys(spec);
    if (given.length !== keys.length || !keys.every((key) => given.includes(key))) {
      const message = `PartitionSpec ${partitionText(spec)} does not match partition keys [${keys.join(', ')}] of table ${database}.${table} in catalog ${name}.`;
      throw catalogError('PartitionSpecInvalidException', message, 'partition-spec');
    }
    if (!found.some((other) => samePartition(other, spec))) {
      found.push(spec);
    } else if (!command.ignoreIfExists) {
      throw catalogError(
        'PartitionAlreadyExistsException',
        `Partition ${partitionText(spec)} of table ${database}.${table} in catalog ${name} already exists.`,
        'already-exists',
      );
    }
  }
  catalog.putPartitions(command.identifier, found);
}

function dropPartitions(command: Command<'DropPartitions'>, catalog: CatalogStore): void {
  const { catalog: name, database, name: table } = command.identifier;
  let found = catalog.partitions(command.identifier);
  for (const spec of command.partitions) {
    const kept = found.filter((other) => !samePartition(other, spec));
    if (kept.length === found.length && !command.ifExists) {
      throw catalogError(
        'PartitionNotExistException',
        `Partition ${partitionText(spec)} of table ${database}.${table} in catalog ${name} does not exist.`,
        'unknown-partition',
      );
    }
    found = kept;
  }
  catalog.putPartitions(command.identifier, found);
}

function createDatabase(command: Command<'CreateDatabase'>, catalog: CatalogStore): void {
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

function missingDatabase(catalog: string, database: string): never {
  throw catalogError(
    'DatabaseNotExistException',
    `Database ${database} does not exist in Catalog ${catalog}.`,
    'unknown-database',
  );
}

function dropDatabase(command: Command<'DropDatabase'>, catalog: CatalogStore): void {
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

function alterDatabase(command: Command<'AlterDatabase'>, catalog: CatalogStore): void {
  if (!catalog.catalog(command.catalog)) {
    throw validationError(`Catalog ${command.catalog} does not exist`, 'unknown-catalog');
  }
  const found = catalog.database(command.catalog, command.database);
  if (!found) {
    missingDatabase(command.catalog, command.database);
  }
  catalog.putDatabase(command.catalog, { ...found, options: { ...found.options, ...command.options } });
}

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

function createCatalog(command: Command<'CreateCatalog'>, catalog: CatalogStore): void {
  if (catalog.catalog(command.catalog)) {
    if (command.ignoreIfExists) {
      return;
    }
    throw catalogError('CatalogException', `Catalog ${command.catalog} already exists.`, 'already-exists');
  }
  const database = checkCatalogOptions(command.options);
  catalog.createCatalog(command.catalog, database, command.options, command.comment);
}

function dropCatalog(command: Command<'DropCatalog'>, catalog: CatalogStore): void {
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

function alterCatalog(command: Command<'AlterCatalog'>, catalog: CatalogStore): void {
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

function createFunction(command: Command<'CreateFunction'>, catalog: CatalogStore): void {
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

function alterFunction(command: Command<'AlterFunction'>, catalog: CatalogStore): void {
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

function dropFunction(command: Command<'DropFunction'>, catalog: CatalogStore): void {
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

function createModel(command: Command<'CreateModel'>, catalog: CatalogStore): void {
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

function renameModel({ identifier, to }: Command<'RenameModel'>, catalog: CatalogStore): void {
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

function dropModel(command: Command<'DropModel'>, catalog: CatalogStore): void {
  const id = command.identifier;
  const found = command.temporary ? catalog.temporaryModel(id) : catalog.permanentModel(id);
  if (found) {
    catalog.dropModel(id, command.temporary);
  } else if (!command.ifExists) {
    const what = command.temporary ? 'Temporary model' : 'Model';
    throw validationError(`${what} with identifier '${summaryName(id)}' does not exist.`, 'unknown-model');
  }
}
