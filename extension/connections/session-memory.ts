import { createHash } from 'node:crypto';
import type { SecretStore } from './secrets.ts';

/** A statement whose result was still being read. */
export interface OpenOperation {
  readonly handle: string;
  /** Tells whether the text that stands there now is what was sent; the text itself may hold secrets. */
  readonly digest: string;
  readonly place: StatementPlace;
}

/** Where a statement stands in its notebook. */
export interface StatementPlace {
  readonly cell: number;
  /** 0 for the cell's first statement. */
  readonly ordinal: number;
}

/** Tells one statement from another without holding it. */
export function digestOf(statement: string): string {
  return createHash('sha256').update(statement.trim()).digest('hex').slice(0, 32);
}

/** A session that may still be open in its server. */
export interface SessionRecord {
  /** Id of the connection. */
  readonly connection: string;
  /** `host:port`: a session belongs to a server, whatever the connection's settings say today. */
  readonly server: string;
  readonly session: string;
  readonly operations: readonly OpenOperation[];
}

/** What one notebook's session leaves behind for the next window. */
export interface SessionMemory {
  read(): SessionRecord | undefined;
  write(record: SessionRecord | undefined): void;
  readHistory(): Promise<readonly string[]>;
  writeHistory(statements: readonly string[]): void;
}

/** VS Code's Memento fits. */
export interface KeyedStore {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

/**
 * Memory in the workspace's state. Statements are as they were sent, with the values of variables, and so they are kept where secrets
 * are.
 */
export function sessionMemory(
  notebook: string,
  state: KeyedStore,
  secrets: SecretStore,
  warn: (message: string) => void,
): SessionMemory {
  const key = `millrace.session ${notebook}`;
  const told = (work: PromiseLike<void>): void => {
    work.then(undefined, (error: unknown) => warn(`remembering a session: ${String(error)}`));
  };
  return {
    read: () => {
      const record = state.get<SessionRecord>(key);
      return record && { ...record, operations: record.operations ?? [] };
    },
    write: (record) => told(state.update(key, record)),
    readHistory: async () => JSON.parse((await secrets.get(key)) ?? '[]') as string[],
    writeHistory: (statements) =>
      told(statements.length === 0 ? secrets.delete(key) : secrets.store(key, JSON.stringify(statements))),
  };
}
