import { isEnded, type JobSummary } from '../../clients/job-manager/index.ts';
import type { Connection } from '../connections/connection.ts';
import { JobClient } from './job-client.ts';
import { Poller } from './poller.ts';

const EVERY_MS = 3000;
/** Running jobs whose last checkpoint is asked for. */
const LOOKED_INTO = 20;

export interface ListedJob extends JobSummary {
  readonly connection: Connection;
  /** When the last completed checkpoint was there. */
  readonly lastCheckpoint: number | undefined;
}

export interface JobListState {
  readonly connection: Connection;
  /** Undefined before the first answer. */
  readonly jobs: readonly ListedJob[] | undefined;
  /** Why there is no newer answer. */
  readonly problem: string | undefined;
}

/** The jobs of one connection, asked for while somebody looks. */
export class JobList {
  readonly #changed: () => void;
  readonly #running: (connection: Connection) => boolean;
  readonly #poller: Poller;
  #client: JobClient;
  #state: JobListState;

  /** @param running whether a connection's server is there to be asked without being started */
  constructor(connection: Connection, running: (connection: Connection) => boolean, changed: () => void) {
    this.#changed = changed;
    this.#running = running;
    this.#client = new JobClient(connection);
    this.#state = { connection, jobs: undefined, problem: undefined };
    this.#poller = new Poller(
      (signal) => this.#turn(signal),
      (error) => {
        this.#client.reset();
        this.#set({ ...this.#state, problem: error instanceof Error ? error.message : String(error) });
      },
    );
  }

  get state(): JobListState {
    return this.#state;
  }

  /** Looks at another connection from now on. */
  use(connection: Connection): void {
    if (connection === this.#state.connection) return;
    const wasRunning = this.#poller.running;
    this.#poller.stop();
    this.#client.reset();
    this.#client = new JobClient(connection);
    this.#set({ connection, jobs: undefined, problem: undefined });
    if (wasRunning) this.#poller.start();
  }

  start(): void {
    this.#poller.start();
  }

  stop(): void {
    this.#poller.stop();
  }

  refresh(): void {
    this.#poller.again();
  }

  /** Asks once, for who shows jobs while the list is not in sight. Throws where the server does not answer. */
  async look(signal: AbortSignal): Promise<readonly ListedJob[]> {
    await this.#turn(signal);
    return this.#state.jobs ?? [];
  }

  dispose(): void {
    this.#poller.stop();
    this.#client.reset();
  }

  async #turn(signal: AbortSignal): Promise<number> {
    const { connection } = this.#state;
    if (!this.#running(connection)) {
      this.#client.reset();
      this.#set({ connection, jobs: [], problem: undefined });
      return EVERY_MS;
    }
    const client = await this.#client.client();
    const summaries = await client.jobs(signal);
    const live = summaries.filter(({ state }) => !isEnded(state)).slice(0, LOOKED_INTO);
    const checkpoints = new Map(
      await Promise.all(
        live.map(async ({ id }) => {
          const { completed } = (await client.checkpoints(id, signal)).latest;
          return [id, completed && completed.triggered + (completed.duration ?? 0)] as const;
        }),
      ),
    );
    const jobs = summaries.map((job) => ({ ...job, connection, lastCheckpoint: checkpoints.get(job.id) }));
    this.#set({ connection, jobs, problem: undefined });
    return EVERY_MS;
  }

  #set(state: JobListState): void {
    this.#state = state;
    this.#changed();
  }
}
