import type { Options } from '../connectors/options.ts';
import type { RuntimeEnvironment } from './engine.ts';
import { SessionError } from './errors.ts';
import { JobRegistry } from './jobs.ts';
import { Session } from './session.ts';

const REAP_EVERY_MS = 5000;

/** All sessions of a runtime (SessionManagerImpl): opened by clients, closed by them or when nobody used them for too long. */
export class SessionManager {
  readonly jobs = new JobRegistry();
  private readonly environment: RuntimeEnvironment;
  private readonly sessions = new Map<string, Session>();
  private readonly reaper: NodeJS.Timeout;

  constructor(environment: RuntimeEnvironment) {
    this.environment = environment;
    this.reaper = setInterval(() => this.reap(), REAP_EVERY_MS);
    this.reaper.unref();
  }

  open(properties: Options = {}, name?: string): Session {
    const session = new Session(properties, this.environment, this.jobs, name);
    this.sessions.set(session.handle, session);
    return session;
  }

  /** The session of a handle; any access keeps it alive. Throws Flink's error for one that is not there. */
  get(handle: string): Session {
    const session = this.sessions.get(handle);
    if (!session) {
      const message = `Session '${handle}' does not exist.`;
      throw new SessionError([{ exception: 'SqlGatewayException', message }]);
    }
    session.touch();
    return session;
  }

  get size(): number {
    return this.sessions.size;
  }

  async close(handle: string): Promise<void> {
    const session = this.get(handle);
    this.sessions.delete(handle);
    await session.close();
  }

  /** Ends all sessions and jobs. */
  async closeAll(): Promise<void> {
    clearInterval(this.reaper);
    const open = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.all(open.map((session) => session.close()));
    await this.jobs.cancelAll();
  }

  /** Closes sessions that were idle for longer than they may be. */
  reap(): void {
    const now = this.environment.now();
    for (const [handle, session] of this.sessions) {
      const limit = session.idleMs;
      if (limit === 0 || now - session.lastAccess < limit) continue;
      this.sessions.delete(handle);
      session.close().catch((error: unknown) => this.environment.notice(`closing session ${handle}: ${String(error)}`));
    }
  }
}
