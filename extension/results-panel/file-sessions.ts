import type { Connection } from '../connections/connection.ts';
import { type SessionBegin, SessionKeeper } from '../connections/session-keeper.ts';
import type { Log } from '../log.ts';
import { CellQueue } from '../notebook/cell-queue.ts';

/** A query that streams longer than this does not hold up the statements after it. */
const PATIENCE_MS = 2000;

export interface FileSession {
  readonly connection: Connection;
  readonly keeper: SessionKeeper;
  readonly queue: CellQueue;
}

export interface FileSessionServices {
  readonly log: Log;
  readonly begin: () => Promise<SessionBegin>;
  /** Told when a statement begins or ends. */
  readonly changed: () => void;
}

/** The session and the queue of each SQL file, on the connection that the file runs on. */
export class FileSessions {
  readonly #services: FileSessionServices;
  readonly #sessions = new Map<string, FileSession>();

  constructor(services: FileSessionServices) {
    this.#services = services;
  }

  /** The file's session on a connection; one on another connection is closed. */
  of(file: string, connection: Connection): FileSession {
    const held = this.#sessions.get(file);
    if (held?.connection === connection) return held;
    if (held) void this.close(file);
    const { log, begin, changed } = this.#services;
    const name = file.split('/').at(-1) ?? file;
    const keeper = new SessionKeeper(connection, name, log, { begin });
    const session = { connection, keeper, queue: new CellQueue(PATIENCE_MS, changed) };
    this.#sessions.set(file, session);
    return session;
  }

  /** Statements of a file that run. */
  running(file: string): number {
    return this.#sessions.get(file)?.queue.running ?? 0;
  }

  /** Stops what runs and closes the session; the next statement begins a new one. */
  async close(file: string): Promise<void> {
    const held = this.#sessions.get(file);
    this.#sessions.delete(file);
    held?.queue.interrupt();
    await held?.keeper.close();
  }

  dispose(): void {
    for (const file of [...this.#sessions.keys()]) void this.close(file);
  }
}
