import { randomUUID } from 'node:crypto';
import { CatalogStore } from '../../flink-sql/catalog/store.ts';
import type { Options } from '../connectors/options.ts';
import { SignatureCache } from '../udf/signatures.ts';
import type { RuntimeEnvironment } from './engine.ts';
import { SessionError } from './errors.ts';
import { executeStatement } from './execute.ts';
import type { JobRegistry } from './jobs.ts';
import { Operation } from './operation.ts';
import { checkSetOption, idleTimeout } from './options.ts';

/** Session property: its INSERT jobs outlive it. */
const KEEP_JOBS = 'millrace.keep-jobs';

/**
 * A session of the SQL Gateway (SessionContext): options, catalogs, modules and jars that its statements share. Statements run one
 * at a time in the order of their arrival; each holds the turn until its job is submitted.
 */
export class Session {
  readonly handle = randomUUID();
  readonly name: string | undefined;
  readonly catalog = new CatalogStore();
  readonly environment: RuntimeEnvironment;
  readonly jobs: JobRegistry;
  /** Modules in use, in order, out of `loadedModules`. */
  usedModules: string[] = ['core'];
  loadedModules: string[] = ['core'];
  jars: string[] = [];
  readonly signatures = new SignatureCache();
  /** Texts of the INSERTs since BEGIN STATEMENT SET; Flink validates them at END. */
  statementSet: string[] | undefined;
  lastAccess: number;
  /** Milliseconds without access after which the session ends; 0: never. */
  readonly idleMs: number;
  /** Whether INSERTs go on when the session ends, as on a cluster: for deployments. */
  private readonly keepsJobs: boolean;
  private readonly options = new Map<string, string>();
  private readonly operations = new Map<string, Operation>();
  private turn: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(properties: Options, environment: RuntimeEnvironment, jobs: JobRegistry, name?: string) {
    for (const [key, value] of Object.entries(properties)) this.options.set(key, String(value));
    this.environment = environment;
    this.jobs = jobs;
    this.name = name;
    this.lastAccess = environment.now();
    this.idleMs = idleTimeout(properties);
    this.keepsJobs = properties[KEEP_JOBS] === 'true';
    this.warmThreads();
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** The options as they are now, sorted by key. */
  properties(): Record<string, string> {
    const keys = [...this.options.keys()].sort();
    return Object.fromEntries(keys.map((key) => [key, this.options.get(key) as string]));
  }

  /** SET; throws what Flink throws for a value that it reads at once. */
  set(key: string, value: string): void {
    checkSetOption(key, value);
    this.options.set(key, value);
    if (key === 'parallelism.default') this.warmThreads();
  }

  /** A session that asks for parallel jobs will have one soon: its threads start while the next statement is on its way. */
  private warmThreads(): void {
    const threads = Number(this.options.get('parallelism.default') ?? 1);
    if (!(threads > 1) || this.options.get('millrace.worker-threads')?.toLowerCase() === 'false') return;
    // A job that needs them says why they cannot start.
    import('../parallel/worker-pool.ts').then(({ warmWorkers }) => warmWorkers(threads)).catch(() => undefined);
  }

  /** RESET 'key', or RESET of everything: as in Flink, what the session was opened with goes too. */
  reset(key?: string): void {
    if (key === undefined) this.options.clear();
    else this.options.delete(key);
  }

  touch(): void {
    this.lastAccess = this.environment.now();
  }

  /** Takes a statement; it runs, after `check`, when those before it are submitted. `config` holds for this statement alone. */
  submit(statement: string, config: Options = {}, check?: () => void): Operation {
    const operation = new Operation(statement);
    this.operations.set(operation.handle, operation);
    const before = this.turn;
    this.turn = this.runInTurn(before, operation, config, check);
    return operation;
  }

  private async runInTurn(
    before: Promise<void>,
    operation: Operation,
    config: Options,
    check: (() => void) | undefined,
  ): Promise<void> {
    await before;
    await operation.run(async () => {
      check?.();
      try {
        return await executeStatement(this, operation, config);
      } catch (error) {
        if (!(error instanceof SessionError)) this.reportFault(error);
        throw error;
      }
    });
  }

  /** A fault of our own: the client gets one line of it, the log the rest. */
  private reportFault(error: unknown): void {
    this.environment.notice(
      `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  operation(handle: string): Operation {
    const found = this.operations.get(handle);
    if (found) return found;
    const message = `Can not find the submitted operation in the OperationManager with the ${handle}.`;
    throw new SessionError([{ exception: 'SqlGatewayException', message }]);
  }

  /** Forgets an operation; a running query is cancelled. An unknown one is closed already. */
  async closeOperation(handle: string): Promise<void> {
    const found = this.operations.get(handle);
    if (!found) return;
    this.operations.delete(handle);
    await found.close();
  }

  /** Ends the session with its operations and jobs: unless told otherwise the local runtime keeps nothing whose owner is gone. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const open = [...this.operations.values()];
    this.operations.clear();
    await Promise.all(open.map((operation) => operation.close()));
    if (!this.keepsJobs) await this.jobs.cancelOf(this.handle);
  }
}
