import { serializableName } from '../../flink-sql/catalog/store.ts';
import type { QualifiedName, Statement } from '../../flink-sql/syntax/ast.ts';
import { analyzeTable } from './analyze.ts';
import { describe } from './describe.ts';
import { SessionError } from './errors.ts';
import { addJar, fileOf } from './jars.ts';
import { badJobId, type JobEntry } from './jobs.ts';
import type { Operation } from './operation.ts';
import { isBatchMode } from './options.ts';
import { okResult, type StatementResult, stringColumns, tableResult } from './results.ts';
import type { Session } from './session.ts';
import { JOB_COLUMNS, showCreate, showCurrent, showObjects, showPartitions } from './show.ts';
import { stopJob } from './stop-job.ts';

const fail = (exception: string, message: string): SessionError => new SessionError([{ exception, message }]);

/** What QUIT and the like get: the gateway has no use for commands of the SQL client. */
const UNSUPPORTED =
  'Unsupported SQL query! executeSql() only accepts a single SQL statement of type CREATE TABLE, DROP TABLE, ALTER TABLE, CREATE DATABASE, DROP DATABASE, ALTER DATABASE, CREATE FUNCTION, DROP FUNCTION, ALTER FUNCTION, CREATE CATALOG, DROP CATALOG, USE CATALOG, USE [CATALOG.]DATABASE, SHOW CATALOGS, SHOW DATABASES, SHOW TABLES, SHOW [USER] FUNCTIONS, SHOW PARTITIONSCREATE VIEW, DROP VIEW, SHOW VIEWS, INSERT, DESCRIBE, LOAD MODULE, UNLOAD MODULE, USE MODULES, SHOW [FULL] MODULES.';

/** Statements that only look at or change the session: SHOW, DESCRIBE, SET, modules, jars, jobs. */
export function executeUtility(
  session: Session,
  operation: Operation,
  statement: Statement,
  source: string,
): StatementResult | Promise<StatementResult> {
  switch (statement.kind) {
    case 'ShowObjects':
      return statement.what === 'JOBS' ? jobRows(session.jobs.list()) : showObjects(statement, session);
    case 'ShowCurrent':
      return showCurrent(statement.what, session.catalog);
    case 'ShowCreate':
      return showCreate(statement, session.catalog);
    case 'ShowPartitions':
      return showPartitions(statement, session.catalog);
    case 'Describe':
      return describe(statement, source, session.catalog);
    case 'DescribeJob':
      return describeJob(session, statement.id.value);
    case 'Set':
      return set(session, statement.key?.value, statement.value?.value);
    case 'Reset':
      session.reset(statement.key?.value.trim());
      return okResult();
    case 'UseModules':
      return useModules(
        session,
        statement.modules.map((module) => module.name),
      );
    case 'LoadModule':
      return loadModule(session, statement.name.name);
    case 'UnloadModule':
      return unloadModule(session, statement.name.name);
    case 'AddJar':
      return addJar(session, statement.path.value);
    case 'RemoveJar':
      throw fail('UnsupportedOperationException', "SQL Gateway doesn't support REMOVE JAR syntax now.");
    case 'StopJob':
      return stopJob(session, operation, statement);
    case 'Call': {
      const message =
        'getProcedure is not implemented for class org.apache.flink.table.catalog.GenericInMemoryCatalog.';
      throw new SessionError([
        { exception: 'ValidationException', message: `SQL validation failed. ${message}` },
        { exception: 'UnsupportedOperationException', message },
      ]);
    }
    case 'AnalyzeTable':
      return analyzeTable(session, statement, source);
    case 'TruncateTable':
      return truncateTable(session, statement.table);
    case 'ExecutePlan':
      return executePlan(session, statement.path.value);
    case 'Merge':
      throw fail('TableException', `Unsupported query: ${source.slice(statement.start, statement.end)}`);
    case 'ClientCommand':
      throw fail('TableException', UNSUPPORTED);
    default: {
      const words = statement.kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
      throw fail(
        'UnsupportedOperationException',
        `${words} is not supported by the local runtime. Use a Flink cluster for it.`,
      );
    }
  }
}

/** EXECUTE PLAN: a compiled plan is JSON of Flink's own operators, which nothing but Flink can run. */
async function executePlan(session: Session, uri: string): Promise<StatementResult> {
  if (!(await fileOf(session, uri)).found) {
    throw new SessionError([
      { exception: 'TableException', message: `Failed to execute EXECUTE PLAN '${uri}' statement.` },
      { exception: 'FileNotFoundException', message: `file resource [${uri}] not found.` },
    ]);
  }
  throw fail(
    'UnsupportedOperationException',
    'EXECUTE PLAN is not supported by the local runtime. Use a Flink cluster for it.',
  );
}

function set(session: Session, key: string | undefined, value: string | undefined): StatementResult {
  if (key === undefined) {
    return tableResult(stringColumns('key', 'value'), Object.entries(session.properties()));
  }
  session.set(key.trim(), value?.trim() ?? '');
  return okResult();
}

function jobRows(entries: readonly JobEntry[]): StatementResult {
  return tableResult(
    JOB_COLUMNS,
    entries.map(({ job }) => [job.id, job.name, job.state, { ms: job.startTime, nanos: 0 }]),
  );
}

function describeJob(session: Session, id: string): StatementResult {
  const wrong = badJobId(id);
  if (wrong) throw new SessionError([...wrong]);
  const entry = session.jobs.get(id);
  if (entry) return jobRows([entry]);
  throw fail('SqlExecutionException', `Described job ${id} does not exist in the cluster.`);
}

/** The only module there is. */
const CORE = 'core';

function noModule(what: string, name: string): SessionError {
  const message = `No module with name '${name}' exists`;
  return new SessionError([
    { exception: 'ValidationException', message: `Could not execute ${what}. ${message}` },
    { exception: 'ValidationException', message },
  ]);
}

function useModules(session: Session, names: readonly string[]): StatementResult {
  const what = `USE MODULES: [${names.join(', ')}]`;
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) {
      const message = `Module '${name}' appears more than once`;
      throw new SessionError([
        { exception: 'ValidationException', message: `Could not execute ${what}. ${message}` },
        { exception: 'ValidationException', message },
      ]);
    }
    if (!session.loadedModules.includes(name)) throw noModule(what, name);
  }
  session.usedModules = [...names];
  return okResult();
}

function loadModule(session: Session, name: string): StatementResult {
  const what = `LOAD MODULE \`${name}\``;
  if (session.loadedModules.includes(name)) {
    const message = `A module with name '${name}' already exists`;
    throw new SessionError([
      { exception: 'ValidationException', message: `Could not execute ${what}. ${message}` },
      { exception: 'ValidationException', message },
    ]);
  }
  if (name !== CORE) {
    const message = `Could not find any factory for identifier '${name}' that implements 'org.apache.flink.table.factories.ModuleFactory' in the classpath.\n\nAvailable factory identifiers are:\n\n${CORE}`;
    throw fail('ValidationException', message);
  }
  session.loadedModules = [...session.loadedModules, name];
  session.usedModules = [...session.usedModules, name];
  return okResult();
}

function unloadModule(session: Session, name: string): StatementResult {
  if (!session.loadedModules.includes(name)) throw noModule(`UNLOAD MODULE \`${name}\``, name);
  session.loadedModules = session.loadedModules.filter((each) => each !== name);
  session.usedModules = session.usedModules.filter((each) => each !== name);
  return okResult();
}

const parts = (name: QualifiedName): string[] => name.parts.map((part) => part.name);

function truncateTable(session: Session, name: QualifiedName): StatementResult {
  const { catalog } = session;
  const id = catalog.qualify(parts(name));
  const object = catalog.object(id);
  if (!object) {
    const message = `Cannot find table '${serializableName(id)}' in any of the catalogs [${catalog.catalogNames().join(', ')}], nor as a temporary table.`;
    throw fail('ValidationException', message);
  }
  if (object.kind === 'view') throw fail('ValidationException', 'TRUNCATE TABLE for a view is not allowed');
  if (!isBatchMode(session.properties())) {
    throw fail('TableException', 'TRUNCATE TABLE statement is not supported in streaming mode.');
  }
  const full = `${id.catalog}.${id.database}.${id.name}`;
  const message = `TRUNCATE TABLE statement is not supported for the table ${full} since the table hasn't implemented the interface org.apache.flink.table.connector.sink.abilities.SupportsTruncate.`;
  throw fail('TableException', message);
}
