import type { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import type { Operation } from '../../clients/sql-gateway/operation.ts';
import type { Session } from '../../clients/sql-gateway/session.ts';
import type { Page } from '../../clients/sql-gateway/types.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';
import { assertReads } from './read-only.ts';
import { SessionHistory } from './session-history.ts';
import { digestOf, type OpenOperation, type SessionMemory, type StatementPlace } from './session-memory.ts';

/** How a session begins. */
export interface SessionBegin {
  readonly properties?: Readonly<Record<string, string>>;
  readonly statements?: readonly string[];
}

export interface KeeperOptions {
  /** Asked for at every new session: the options it has and the statements that prepare it. */
  readonly begin?: (() => Promise<SessionBegin>) | undefined;
  /** What is known of the session when the window is opened again. */
  readonly memory?: SessionMemory | undefined;
  /** Asks whether a lost session's statements are to be run again. Throws where nothing is to be done. */
  readonly confirmRebuild?: ((statements: readonly string[], why: string) => Promise<boolean>) | undefined;
  /** Told when a statement has changed what the session knows: its tables, its current database. */
  readonly shaped?: (() => void) | undefined;
}

/** What a cell needs of a session. */
export interface KeptSession {
  execute(
    statement: string,
    options?: { readonly executionConfig?: Readonly<Record<string, string>> },
  ): Promise<KeptOperation>;
}

export interface KeptOperation {
  results(options: { format: 'ARROW'; signal: AbortSignal }): AsyncIterable<Page>;
  close(): Promise<void>;
}

interface Held {
  readonly client: GatewayClient;
  readonly session: Session;
}

/**
 * One notebook's session on one connection: opened by the first statement, taken up again where the window was closed over it, and made
 * anew after it was lost, by the statements that made it.
 */
export class SessionKeeper {
  readonly connection: Connection;
  readonly #name: string;
  readonly #log: Log;
  readonly #options: KeeperOptions;
  readonly #history = new SessionHistory();
  #open: Promise<Held> | undefined;
  /** Why the last session is gone, while no other has taken its place. */
  #lost: string | undefined;
  /** The server was away: whether it still has the session is not known. */
  #doubt = false;
  #left = false;

  constructor(connection: Connection, name: string, log: Log, options: KeeperOptions = {}) {
    this.connection = connection;
    this.#name = name;
    this.#log = log;
    this.#options = options;
  }

  /** The session. Throws what connecting throws. */
  async session(signal?: AbortSignal): Promise<Session> {
    this.#open ??= this.#connect(signal);
    const open = this.#open;
    let held: Held;
    try {
      held = await open;
    } catch (error) {
      if (this.#open === open) this.#open = undefined;
      throw error;
    }
    if (this.#doubt) {
      try {
        await held.session.heartbeat(signal);
        this.#doubt = false;
      } catch (error) {
        if (!(error instanceof GatewayError) || error.kind !== 'session-lost') throw error;
        this.judge(error);
      }
    }
    if (this.#open === open && !held.session.closed) return held.session;
    if (this.#open === open) this.#open = undefined;
    return this.session(signal);
  }

  /**
   * The session for statements of a cell: what shapes it is remembered, what runs can be found again, and one that the server has lost
   * is made anew before the statement is sent.
   */
  async statements(place: StatementPlace, signal?: AbortSignal): Promise<KeptSession> {
    let session = await this.session(signal);
    return {
      execute: async (statement, options) => {
        try {
          return this.#kept(await session.execute(statement, options), statement, place);
        } catch (error) {
          if (!(error instanceof GatewayError) || error.kind !== 'session-lost') throw error;
          // The server has refused it, so it has not run.
          this.judge(error);
          session = await this.session(signal);
          return this.#kept(await session.execute(statement, options), statement, place);
        }
      },
    };
  }

  /** Statements that still run from before the window was closed, each to be read on from where it is. */
  async resume(signal?: AbortSignal): Promise<readonly (OpenOperation & { readonly session: KeptSession })[]> {
    const record = this.#options.memory?.read();
    if (!record || record.operations.length === 0) return [];
    if (!this.#open) {
      const client = await this.connection.connect(signal);
      const session = await this.#attach(client, signal);
      // What made it is known; whether it is made anew is asked when there is something to run.
      if (!session) {
        client.dispose();
        return [];
      }
      this.#open ??= Promise.resolve({ client, session });
    }
    const { session } = await this.#open;
    if (session.handle !== record.session) return [];
    const running: (OpenOperation & { readonly session: KeptSession })[] = [];
    for (const known of record.operations) {
      const operation = session.operation(known.handle);
      try {
        const status = await operation.status(signal);
        if (status !== 'RUNNING' && status !== 'FINISHED' && status !== 'PENDING') throw new Error(status);
      } catch (error) {
        this.#log.info(
          `${this.#name}: not running any more: ${error instanceof Error ? error.message : String(error)}`,
        );
        this.#forget(known.handle);
        continue;
      }
      const kept = this.#resumed(operation);
      running.push({ ...known, session: { execute: () => Promise.resolve(kept) } });
    }
    return running;
  }

  /** Forgets the session when an error says that it is gone; the next statement opens another. */
  judge(error: unknown): void {
    if (!(error instanceof GatewayError)) return;
    if (error.kind === 'unreachable' && this.connection.outlivesWindow) {
      this.#doubt = this.#open !== undefined;
      return;
    }
    if (error.kind !== 'session-lost' && error.kind !== 'unreachable') return;
    const open = this.#open;
    if (!open) return;
    this.#lost = this.connection.explain(error) ?? error.message;
    this.#open = undefined;
    this.#doubt = false;
    this.#options.memory?.write(undefined);
    void this.#close(open);
  }

  /** Closes the session; what it knew is forgotten. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#lost = undefined;
    this.#doubt = false;
    if (this.#left) return;
    this.#history.clear();
    this.#options.memory?.write(undefined);
    this.#options.memory?.writeHistory([]);
    await this.#close(open);
  }

  /** The window closes: the session and what runs in it stay in the server, to be taken up again. */
  leave(): void {
    if (!this.connection.outlivesWindow) return;
    this.#left = true;
    this.#open?.then(({ session }) => session.leave()).catch(() => undefined); // It never came to be.
  }

  async #connect(signal: AbortSignal | undefined): Promise<Held> {
    const client = await this.connection.connect(signal);
    try {
      return { client, session: (await this.#attach(client, signal)) ?? (await this.#begin(client, signal)) };
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  async #attach(client: GatewayClient, signal: AbortSignal | undefined): Promise<Session | undefined> {
    const record = this.#options.memory?.read();
    if (!record || record.connection !== this.connection.id || record.server !== client.server) return undefined;
    for (const statement of (await this.#options.memory?.readHistory()) ?? []) this.#history.add(statement);
    try {
      return await client.attachSession(record.session, this.#sessionOptions(signal));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.kind !== 'session-lost') throw error;
      this.#lost = error.message;
      this.#options.memory?.write(undefined);
      return undefined;
    }
  }

  async #begin(client: GatewayClient, signal: AbortSignal | undefined): Promise<Session> {
    const past = this.#lost === undefined ? [] : this.#history.statements;
    const rebuild = past.length > 0 && (await this.#options.confirmRebuild?.(past, this.#lost ?? '')) === true;
    const { properties = {}, statements = [] } = (await this.#options.begin?.()) ?? {};
    const session = await client.openSession({ ...this.#sessionOptions(signal), properties });
    for (const statement of statements) await session.configure(statement, signal);
    if (rebuild) await this.#replay(session, past, signal);
    else this.#history.clear();
    this.#lost = undefined;
    const { id: connection } = this.connection;
    if (this.connection.outlivesWindow) {
      this.#options.memory?.write({ connection, server: client.server, session: session.handle, operations: [] });
    }
    if (past.length > 0) this.#options.shaped?.();
    return session;
  }

  #sessionOptions(signal: AbortSignal | undefined) {
    return {
      name: this.#name,
      onLost: (error: GatewayError) => this.judge(error),
      guard: (statement: string) => {
        if (this.connection.readOnly) assertReads(statement, this.connection.label);
      },
      ...(signal && { signal }),
    };
  }

  /** Runs what made the lost session; what fails (a table that a catalog still has) is told in the log and does not end it. */
  async #replay(session: Session, statements: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    let failed = 0;
    for (const statement of statements) {
      try {
        const operation = await session.execute(statement, signal && { signal });
        for await (const _ of operation.results(signal && { signal }));
        await operation.close();
      } catch (error) {
        if (signal?.aborted || !(error instanceof GatewayError) || error.kind !== 'sql') throw error;
        failed++;
        this.#log.warn(`rebuilding the session of ${this.#name}: ${error.message}`);
      }
    }
    this.#log.info(`${this.#name}: session rebuilt by ${statements.length} statements, ${failed} of which failed`);
  }

  #kept(operation: Operation, statement: string, place: StatementPlace): KeptOperation {
    const { handle } = operation;
    const { memory } = this.#options;
    const record = memory?.read();
    if (record && this.connection.outlivesWindow) {
      memory?.write({ ...record, operations: [...record.operations, { handle, digest: digestOf(statement), place }] });
    }
    const shape = (): void => this.#shape(statement);
    return {
      ...this.#resumed(operation),
      async *results(options) {
        yield* operation.results(options);
        shape();
      },
    };
  }

  #resumed(operation: Operation): KeptOperation {
    return {
      results: (options) => operation.results({ ...options, from: 'now' }),
      close: async () => {
        if (this.#left) return;
        this.#forget(operation.handle);
        await operation.close();
      },
    };
  }

  #shape(statement: string): void {
    if (!this.#history.add(statement)) return;
    if (this.connection.outlivesWindow) this.#options.memory?.writeHistory(this.#history.statements);
    this.#options.shaped?.();
  }

  #forget(handle: string): void {
    const record = this.#options.memory?.read();
    if (!record?.operations.some((operation) => operation.handle === handle)) return;
    const operations = record.operations.filter((operation) => operation.handle !== handle);
    this.#options.memory?.write({ ...record, operations });
  }

  async #close(open: Promise<Held> | undefined): Promise<void> {
    try {
      const held = await open;
      await held?.session.close(2000);
      held?.client.dispose();
    } catch (error) {
      // The session is of no more use either way; the server drops it after ten idle minutes.
      this.#log.warn(`closing the session: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
