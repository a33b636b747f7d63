import {
  applyCommand,
  type BindContext,
  type BindResult,
  type BoundInsert,
  type BoundQuery,
  type BoundStatement,
  bindStatement,
  explain,
  planInserts,
  planQuery,
  type Runnable,
} from '../../flink-sql/binder/index.ts';
import type { CatalogCommand } from '../../flink-sql/catalog/commands.ts';
import type { ResolvedFunction } from '../../flink-sql/catalog/model.ts';
import { summaryName } from '../../flink-sql/catalog/store.ts';
import { type Diagnostic, SqlError } from '../../flink-sql/diagnostics.ts';
import type { ExplainDetail, Statement } from '../../flink-sql/syntax/ast.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import { withQueryStart } from '../codegen/env.ts';
import type { Options } from '../connectors/options.ts';
import { PREVIEW_FIELDS, previews } from '../connectors/preview/preview-options.ts';
import { asFault, FlinkFault } from '../errors.ts';
import type { Job, JobOptions } from '../job/job-api.ts';
import { withDeadLetterTables } from './dead-letter-tables.ts';
import { bindContext } from './engine.ts';
import { diagnosticError, faultError, jobError, SessionError } from './errors.ts';
import { connectCatalog, refreshCatalogs } from './external-catalogs.ts';
import { checkJars, functionFiles } from './jars.ts';
import type { Operation } from './operation.ts';
import { isDmlSync, sessionZone } from './options.ts';
import { parseSingle } from './parse.ts';
import {
  fieldColumns,
  jobResult,
  okResult,
  ResultFetcher,
  type StatementResult,
  stringColumns,
  tableResult,
} from './results.ts';
import type { Session } from './session.ts';
import { executeUtility } from './utility.ts';

/** One statement of a session from text to result. Throws SessionError in Flink's words. */
interface Execution {
  readonly session: Session;
  readonly operation: Operation;
  readonly source: string;
  readonly options: Options;
  readonly context: BindContext;
}

/** Executes the statement of an operation (OperationExecutor.executeStatement). */
export async function executeStatement(
  session: Session,
  operation: Operation,
  config: Options,
): Promise<StatementResult> {
  const source = operation.statement;
  const options = { ...session.properties(), ...config };
  const statement = parseSingle(source);
  const inSet = executeInSet(session, operation, statement, options);
  if (inSet) return inSet;
  await refreshCatalogs(session.catalog, source);
  const context = { ...bindContext(session.catalog, options, session.environment), jars: session.jars };
  const execution: Execution = { session, operation, source, options, context };
  const bound = await bind(execution, statement);
  return run(execution, bound);
}

/** BEGIN STATEMENT SET, INSERT …, END as statements of their own. */
function executeInSet(
  session: Session,
  operation: Operation,
  statement: Statement,
  options: Options,
): Promise<StatementResult> | StatementResult | undefined {
  const refuse = (message: string) => new SessionError([{ exception: 'SqlExecutionException', message }]);
  if (session.statementSet) {
    if (statement.kind === 'EndStatementSet') {
      const texts = session.statementSet;
      session.statementSet = undefined;
      return submitSet(session, operation, texts, options);
    }
    if (statement.kind === 'Insert' || (statement.kind === 'CreateTable' && statement.asQuery)) {
      session.statementSet.push(operation.statement);
      return okResult();
    }
    throw refuse(
      "Only 'INSERT/CREATE TABLE AS' statement is allowed in Statement Set or use 'END' statement to submit Statement Set.",
    );
  }
  if (statement.kind === 'BeginStatementSet') {
    session.statementSet = [];
    return okResult();
  }
  if (statement.kind === 'EndStatementSet') {
    throw refuse("No Statement Set to submit. 'END' statement should be used after 'BEGIN STATEMENT SET'.");
  }
  return undefined;
}

async function submitSet(
  session: Session,
  operation: Operation,
  texts: readonly string[],
  options: Options,
): Promise<StatementResult> {
  if (texts.length === 0) return okResult();
  const context = { ...bindContext(session.catalog, options, session.environment), jars: session.jars };
  const inserts: BoundInsert[] = [];
  for (const source of texts) {
    const execution: Execution = { session, operation, source, options, context };
    const bound = await bind(execution, parseSingle(source));
    if (bound.kind === 'createTableAs') {
      expect(applyCommand(bound.command, session.catalog), source);
      inserts.push(bound.insert);
    } else if (bound.kind === 'insert') {
      inserts.push(bound.insert);
    }
  }
  return runInserts({ session, operation, source: texts.join(';\n'), options, context }, inserts);
}

async function bind({ session, source, options, context }: Execution, statement: Statement): Promise<BoundStatement> {
  const surroundings = {
    filesOf: (fn: ResolvedFunction) => functionFiles(session, fn, options),
    options,
    notice: session.environment.notice,
  };
  try {
    return await session.signatures.bound(surroundings, (functions) =>
      expect(bindStatement(statement, source, { ...context, functions }), source),
    );
  } catch (error) {
    throw error instanceof FlinkFault ? faultError(error) : error;
  }
}

/** The value of a result, or its first error. */
function expect<T>(result: BindResult<T>, source: string): T {
  const error = result.diagnostics.find((diagnostic: Diagnostic) => diagnostic.severity === 'error');
  if (error) throw diagnosticError(error, source);
  if (result.value === undefined) throw new Error('the binder gave neither a statement nor an error');
  return result.value;
}

/** Faults of connectors and formats that planning meets come through as they are. */
function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof FlinkFault ? faultError(error) : error;
  }
}

/** What a catalog says while a table is looked up in it. */
function placed<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SqlError ? diagnosticError(error.diagnostic, source) : error;
  }
}

function run(execution: Execution, bound: BoundStatement): StatementResult | Promise<StatementResult> {
  const { session, source } = execution;
  switch (bound.kind) {
    case 'query':
      return runQuery(execution, bound.query);
    case 'insert':
      return runInserts(execution, [bound.insert]);
    case 'statementSet':
      return runInserts(execution, bound.inserts);
    case 'createTableAs':
      // A preview leaves the catalog alone, too.
      if (!previews(execution.options)) expect(applyCommand(bound.command, session.catalog), source);
      return runInserts(execution, [bound.insert]);
    case 'catalog':
      return change(execution, bound.command);
    case 'explain':
      return runExplain(execution, bound.details, bound.statement);
    case 'utility':
      return placed(source, () => executeUtility(session, execution.operation, bound.statement, source));
  }
}

async function change({ session, source }: Execution, command: CatalogCommand): Promise<StatementResult> {
  const { catalog } = session;
  if (command.kind === 'CreateFunction') await checkJars(session, command.fn);
  const made = command.kind === 'CreateCatalog' && command.options.type === 'jdbc' && !catalog.catalog(command.catalog);
  const before = catalog.clone();
  expect(applyCommand(command, made ? before : catalog), source);
  if (made) {
    // The server is asked before the catalog is there: one that cannot be reached makes none.
    const databases = await connectCatalog(command.catalog, command.options);
    expect(applyCommand(command, catalog), source);
    catalog.setDatabases(command.catalog, new Map(databases.map((name) => [name, undefined])));
  }
  return okResult();
}

/** What Flink checks when it plans a job; SET, RESET and the like must go on working with wrong options. */
function checkOptions(options: Options): void {
  sessionZone(options);
}

async function runQuery(execution: Execution, query: BoundQuery): Promise<StatementResult> {
  const { source, options, context } = execution;
  checkOptions(options);
  const plan = guard(() => expect(planQuery(query, context), source));
  return collected(execution, plan, options['pipeline.name'] ?? source.replace(/[\s;]+$/, '').trimStart(), plan.fields);
}

/** Starts a job whose rows come back as the statement's result; closing the operation ends it. */
async function collected(
  execution: Execution,
  plan: Plan,
  name: string,
  fields: readonly RowField[],
): Promise<StatementResult> {
  const { session, operation } = execution;
  const rows = new ResultFetcher(fieldColumns(fields));
  const job = await start(execution, plan, name, (batch) => rows.push(batch));
  operation.queryJob = job;
  session.jobs.add({ job, session: session.handle, isQuery: true });
  void job.done.then(() => rows.end(job.failure ? jobError(job.id, job.failure) : undefined));
  return { isQuery: true, resultKind: 'SUCCESS_WITH_CONTENT', jobId: job.id, rows };
}

async function runInserts(execution: Execution, inserts: readonly BoundInsert[]): Promise<StatementResult> {
  const { session, source, options, context } = execution;
  checkOptions(options);
  const plan = guard(() => expect(planInserts(inserts, context), source));
  const sinks = inserts.map((insert) => summaryName(insert.table.identifier));
  if (previews(options)) {
    // Sinks are not touched, so there is one place that all rows come to.
    const alone: Execution = { ...execution, options: { ...options, 'parallelism.default': '1' } };
    return collected(alone, plan, options['pipeline.name'] ?? `preview-insert-into_${sinks.join(',')}`, PREVIEW_FIELDS);
  }
  const job = await start(execution, plan, options['pipeline.name'] ?? `insert-into_${sinks.join(',')}`);
  session.jobs.add({ job, session: session.handle, isQuery: false });
  if (isDmlSync(options)) {
    await job.done;
    if (job.failure) throw jobError(job.id, job.failure);
  }
  return jobResult(job.id);
}

type Plan = NonNullable<ReturnType<typeof planQuery>['value']>;

async function start(
  { session, options }: Execution,
  plan: Plan,
  name: string,
  collect?: NonNullable<JobOptions['collect']>,
): Promise<Job> {
  const startJob = session.environment.startJob ?? (await import('../job/start-job.ts')).startJob;
  const { workingDirectory, print, notice, now, tests } = session.environment;
  const given = withQueryStart(options, now());
  const jobOptions: JobOptions = {
    name,
    options: given,
    workingDirectory,
    print,
    notice,
    now,
    ...(tests && { tests }),
    ...(collect && { collect }),
  };
  try {
    withDeadLetterTables(plan.sinks, session.catalog);
    return startJob(plan, jobOptions);
  } catch (error) {
    throw faultError(asFault(error));
  }
}

function runExplain(
  { source, options, context }: Execution,
  details: readonly ExplainDetail[],
  bound: BoundStatement,
): StatementResult {
  sessionZone(options);
  const what = runnable(bound);
  if (!what) {
    const message = 'EXPLAIN is only supported for queries, INSERT and statement sets.';
    throw new SessionError([{ exception: 'TableException', message }]);
  }
  const text = guard(() => expect(explain(what, details, context), source));
  return tableResult(stringColumns('result'), [[text]]);
}

function runnable(bound: BoundStatement): Runnable | undefined {
  switch (bound.kind) {
    case 'query':
      return { kind: 'query', query: bound.query };
    case 'insert':
    case 'createTableAs':
      return { kind: 'inserts', inserts: [bound.insert] };
    case 'statementSet':
      return { kind: 'inserts', inserts: bound.inserts };
    default:
      return undefined;
  }
}
