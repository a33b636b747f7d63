import type { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { GatewayError } from '../../clients/sql-gateway/errors.ts';
import type { Session } from '../../clients/sql-gateway/session.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';

/** How a session begins. */
export interface SessionBegin {
  readonly properties?: Readonly<Record<string, string>>;
  readonly statements?: readonly string[];
}

/** One notebook's session on one connection: opened by the first statement, opened anew after it was lost. */
export class SessionKeeper {
  readonly connection: Connection;
  readonly #name: string;
  readonly #log: Log;
  #open: Promise<{ client: GatewayClient; session: Session }> | undefined;

  readonly #begin: (() => Promise<SessionBegin>) | undefined;

  /** @param begin asked for at every new session: the options it has and the statements that prepare it. */
  constructor(connection: Connection, name: string, log: Log, begin?: () => Promise<SessionBegin>) {
    this.connection = connection;
    this.#begin = begin;
    this.#name = name;
    this.#log = log;
  }

  /** The session. Throws what connecting throws. */
  async session(signal?: AbortSignal): Promise<Session> {
    this.#open ??= this.#connect(signal);
    try {
      const { session } = await this.#open;
      if (!session.closed) return session;
    } catch (error) {
      this.#open = undefined;
      throw error;
    }
    this.#open = undefined;
    return this.session(signal);
  }

  /** Forgets the session when an error says that it is gone; the next statement opens another. */
  judge(error: unknown): void {
    if (!(error instanceof GatewayError) || (error.kind !== 'session-lost' && error.kind !== 'unreachable')) return;
    const open = this.#open;
    this.#open = undefined;
    void this.#close(open);
  }

  /** Closes the session. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await this.#close(open);
  }

  async #connect(signal: AbortSignal | undefined): Promise<{ client: GatewayClient; session: Session }> {
    const client = await this.connection.connect(signal);
    const { properties = {}, statements = [] } = (await this.#begin?.()) ?? {};
    const options = {
      name: this.#name,
      properties,
      onLost: (error: GatewayError) => this.judge(error),
      ...(signal && { signal }),
    };
    try {
      const session = await client.openSession(options);
      for (const statement of statements) await session.configure(statement, signal);
      return { client, session };
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  async #close(open: Promise<{ client: GatewayClient; session: Session }> | undefined): Promise<void> {
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
