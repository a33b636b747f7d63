import { type CatalogStore, serializableName, summaryName } from '../../flink-sql/catalog/store.ts';
import { listedFunctionNames } from '../../flink-sql/functions/catalogue.ts';
import type {
  PartitionSpec,
  QualifiedName,
  ShowCreate,
  ShowFilter,
  ShowObjects,
  ShowPartitions,
} from '../../flink-sql/syntax/ast.ts';
import { types } from '../../flink-sql/types/logical-type.ts';
import { columnsResult } from './describe.ts';
import { SessionError } from './errors.ts';
import { likePattern } from './like.ts';
import { type ResultColumn, type StatementResult, stringColumns, tableResult } from './results.ts';
import { showCreateCatalog, showCreateModel, showCreateTable, showCreateView } from './show-create.ts';

/** What the SHOW family reads of a session. */
export interface ShowContext {
  readonly catalog: CatalogStore;
  /** Modules in use, in order. */
  readonly usedModules: readonly string[];
  readonly loadedModules: readonly string[];
  readonly jars: readonly string[];
}

const fail = (exception: string, message: string): SessionError => new SessionError([{ exception, message }]);
const invalid = (message: string): SessionError => fail('ValidationException', message);

const names = (column: string, rows: readonly string[]): StatementResult =>
  tableResult(
    stringColumns(column),
    rows.map((row) => [row]),
  );

function filtered(rows: readonly string[], filter: ShowFilter | undefined): string[] {
  if (!filter) return [...rows];
  const pattern = likePattern(filter.pattern.value, filter.op === 'ILIKE');
  return rows.filter((row) => pattern.test(row) !== filter.negated);
}

interface DatabaseName {
  readonly catalog: string;
  readonly database: string;
}

const parts = (name: QualifiedName): string[] => name.parts.map((part) => part.name);

function databaseOf(statement: ShowObjects, catalog: CatalogStore): DatabaseName {
  const scope = statement.scope;
  if (!scope) return { catalog: catalog.currentCatalog, database: catalog.currentDatabase };
  const given = parts(scope.name);
  if (given.length > 2) {
    const what = `show ${statement.what.toLowerCase()} ${scope.preposition.toLowerCase()}`;
    throw invalid(`${what} identifier [ ${given.join('.')} ] format error, it should be [catalog_name.]database_name.`);
  }
  const [first, second] = given as [string, string?];
  if (second !== undefined) return { catalog: first, database: second };
  return { catalog: catalog.currentCatalog, database: first };
}

function existing(name: DatabaseName, catalog: CatalogStore): DatabaseName {
  if (!catalog.catalog(name.catalog)) throw invalid(`Catalog ${name.catalog} does not exist`);
  if (!catalog.database(name.catalog, name.database)) {
    throw invalid(`Database '${name.catalog}'.'${name.database}' doesn't exist.`);
  }
  return name;
}

/** SHOW CATALOGS, DATABASES, TABLES, … but JOBS, which the session answers. */
export function showObjects(statement: ShowObjects, context: ShowContext): StatementResult {
  const { catalog } = context;
  const { filter } = statement;
  switch (statement.what) {
    case 'CATALOGS':
      return names('catalog name', filtered(catalog.catalogNames(), filter));
    case 'DATABASES': {
      const name = statement.scope ? parts(statement.scope.name).join('.') : catalog.currentCatalog;
      if (!catalog.catalog(name)) throw invalid(`Catalog ${name} does not exist`);
      return names('database name', filtered(catalog.databaseNames(name), filter));
    }
    case 'TABLES':
    case 'VIEWS':
    case 'MATERIALIZED TABLES': {
      const db = existing(databaseOf(statement, catalog), catalog);
      const found = catalog.objects(db.catalog, db.database);
      const wanted = found.filter(
        ({ kind }) => statement.what === 'TABLES' || (statement.what === 'VIEWS' && kind === 'view'),
      );
      const column = { TABLES: 'table name', VIEWS: 'view name', 'MATERIALIZED TABLES': 'materialized table' };
      const listed = wanted.map((object) => object.identifier.name);
      return names(column[statement.what], filtered(listed, filter));
    }
    case 'COLUMNS':
      return showColumns(statement, catalog);
    case 'FUNCTIONS':
    case 'USER FUNCTIONS':
      return showFunctions(statement, context);
    case 'PROCEDURES':
      throw fail(
        'UnsupportedOperationException',
        'listProcedures is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.',
      );
    case 'MODELS':
      return showModels(statement, catalog);
    case 'MODULES':
      return names('module name', context.usedModules);
    case 'FULL MODULES':
      return tableResult(
        [...stringColumns('module name'), { name: 'used', type: types.boolean() }],
        context.loadedModules.map((name) => [name, context.usedModules.includes(name)]),
      );
    case 'JARS':
      return names('jars', context.jars);
    case 'JOBS':
      throw new Error('SHOW JOBS is answered by the session');
  }
}

function showColumns({ scope, filter }: ShowObjects, catalog: CatalogStore): StatementResult {
  if (!scope) throw new Error('SHOW COLUMNS without a table');
  const keep = filter && likePattern(filter.pattern.value, filter.op === 'ILIKE');
  return columnsResult(parts(scope.name), catalog, (name) => !keep || keep.test(name) !== filter?.negated);
}

function showFunctions(statement: ShowObjects, context: ShowContext): StatementResult {
  const db = databaseOf(statement, context.catalog);
  const user = context.catalog.userFunctions(db.catalog, db.database);
  const builtIn = statement.what === 'FUNCTIONS' && context.usedModules.includes('core') ? listedFunctionNames : [];
  const all = [...new Set([...builtIn, ...user])].sort();
  return names('function name', filtered(all, statement.filter));
}

function showModels(statement: ShowObjects, catalog: CatalogStore): StatementResult {
  const db = databaseOf(statement, catalog);
  if (!catalog.catalog(db.catalog)) throw invalid(`Catalog ${db.catalog} does not exist`);
  if (!catalog.database(db.catalog, db.database)) {
    const missing = `Database ${db.database} does not exist`;
    throw new SessionError([
      { exception: 'ValidationException', message: missing },
      { exception: 'DatabaseNotExistException', message: `${missing} in Catalog ${db.catalog}.` },
    ]);
  }
  const listed = catalog.models(db.catalog, db.database).map((model) => model.identifier.name);
  return names('model name', filtered(listed, statement.filter));
}

const RESULT = stringColumns('result');

/** SHOW CREATE TABLE | VIEW | MODEL | CATALOG. */
export function showCreate({ what, name }: ShowCreate, catalog: CatalogStore): StatementResult {
  return tableResult(RESULT, [[createText(what, parts(name), catalog)]]);
}

function createText(what: ShowCreate['what'], name: readonly string[], catalog: CatalogStore): string {
  if (what === 'CATALOG') {
    const found = catalog.catalog(name.join('.'));
    // The built-in catalog has no descriptor in Flink's catalog store.
    if (!found || found.name === 'default_catalog') {
      throw invalid(`Cannot obtain metadata information from Catalog ${name.join('.')}.`);
    }
    return showCreateCatalog(found);
  }
  const id = catalog.qualify(name);
  const missing = (kind: string) =>
    invalid(`Could not execute SHOW CREATE ${what}. ${kind} with identifier ${serializableName(id)} does not exist.`);
  if (what === 'MODEL') {
    const model = catalog.model(id);
    if (!model) throw missing('Model');
    return showCreateModel(model);
  }
  const object = catalog.object(id);
  if (what === 'VIEW') {
    if (!object) throw missing('View');
    if (object.kind === 'view') return showCreateView(object);
    throw fail(
      'TableException',
      `SHOW CREATE VIEW is only supported for views, but ${serializableName(id)} is a table. Please use SHOW CREATE TABLE instead.`,
    );
  }
  if (what === 'MATERIALIZED TABLE') {
    if (!object) throw missing('Materialized table');
    const [from, to] = ['ResolvedCatalogTable', 'ResolvedCatalogMaterializedTable'].map(
      (name) => `org.apache.flink.table.catalog.${name}`,
    );
    const message = `class ${from} cannot be cast to class ${to} (${from} and ${to} are in unnamed module of loader 'app')`;
    throw fail('ClassCastException', message);
  }
  if (!object) throw missing('Table');
  if (object.kind === 'table') return showCreateTable(object);
  throw fail(
    'TableException',
    `SHOW CREATE TABLE is only supported for tables, but ${serializableName(id)} is a view. Please use SHOW CREATE VIEW instead.`,
  );
}

/** SHOW PARTITIONS of a partitioned table: those that ALTER TABLE … ADD PARTITION registered. */
export function showPartitions({ table, partition }: ShowPartitions, catalog: CatalogStore): StatementResult {
  const id = catalog.qualify(parts(table));
  const object = catalog.object(id);
  const outer = { exception: 'TableException', message: `Could not execute SHOW PARTITIONS ${summaryName(id)}` };
  if (!object) {
    const message = `Table (or view) ${id.database}.${id.name} does not exist in Catalog ${id.catalog}.`;
    throw new SessionError([outer, { exception: 'TableNotExistException', message }]);
  }
  if (object.kind === 'view' || object.partitionKeys.length === 0) {
    const message = `Table ${id.database}.${id.name} in catalog ${id.catalog} is not partitioned.`;
    throw new SessionError([outer, { exception: 'TableNotPartitionedException', message }]);
  }
  const wanted = partition ? partitionValues(partition) : [];
  const found = catalog
    .partitions(id)
    .filter((spec) => wanted.every(([key, value]) => spec[key] === value))
    .map((spec) => object.partitionKeys.map((key) => `${key}=${spec[key] ?? ''}`).join('/'));
  return names('partition name', found);
}

function partitionValues(spec: PartitionSpec): [string, string][] {
  const out: [string, string][] = [];
  for (const item of spec.items) {
    if (item.value) out.push([item.name.name, literalText(item.value)]);
  }
  return out;
}

function literalText(value: unknown): string {
  if (value && typeof value === 'object') {
    if ('value' in value) return String(value.value);
    if ('text' in value) return String(value.text);
  }
  return '';
}

/** SHOW CURRENT CATALOG | DATABASE. */
export function showCurrent(what: 'CATALOG' | 'DATABASE', catalog: CatalogStore): StatementResult {
  if (what === 'CATALOG') return names('current catalog name', [catalog.currentCatalog]);
  return names('current database name', [catalog.currentDatabase]);
}

/** Columns of SHOW JOBS and DESCRIBE JOB. */
export const JOB_COLUMNS: readonly ResultColumn[] = [
  ...stringColumns('job id', 'job name', 'status'),
  { name: 'start time', type: types.timestampLtz(6) },
];
