import { isEnded } from '../../clients/job-manager/index.ts';
import type { Connection } from '../connections/connection.ts';
import type { Disposable } from '../disposables.ts';
import { JobClient } from '../jobs/job-client.ts';
import { Poller } from '../jobs/poller.ts';
import type { ResultStore } from './result-store.ts';

/** How often jobs that were submitted are asked whether they still run. */
const EVERY_MS = 4000;

/** A statement that runs: a query whose rows are read, or the job of an INSERT that goes on by itself. */
export interface RunningStatement {
  readonly id: string;
  readonly title: string;
  readonly connection: Connection | undefined;
  /** Of an INSERT that was submitted; its job is cancelled instead. */
  readonly jobId: string | undefined;
  readonly elapsedMs: number;
}

interface Known {
  readonly store: ResultStore;
  readonly connection: Connection | undefined;
  readonly stop: () => void;
  /** Whether the job of an INSERT has ended; unknown as long as nobody was asked. */
  jobEnded: boolean;
  readonly began: number;
}

/** All statements of this window that run, with the way to stop each. */
export class RunningStatements implements Disposable {
  readonly #known = new Map<string, Known>();
  readonly #changed: () => void;
  readonly #poller: Poller;

  /** @param changed told when one begins or ends */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#poller = new Poller(
      (signal) => this.#turn(signal),
      // A server that does not answer is asked again later and later; what ran there may still run.
      () => undefined,
    );
  }

  /** Told of every statement that is sent. */
  add(store: ResultStore, connection: Connection | undefined, stop: () => void): void {
    const known: Known = { store, connection, stop, jobEnded: false, began: Date.now() };
    this.#known.set(store.id, known);
    let phase = store.phase;
    const leave = store.onChange(() => {
      if (store.phase === phase) return;
      phase = store.phase;
      if (phase === 'finished' || phase === 'failed' || phase === 'stopped') {
        leave();
        if (submittedJob(known) === undefined) this.#known.delete(store.id);
        else this.#poller.start();
      }
      this.#changed();
    });
    this.#changed();
  }

  list(): RunningStatement[] {
    return [...this.#known.values()].map(({ store, connection, began, ...known }) => ({
      id: store.id,
      title: store.state().title,
      connection,
      jobId: submittedJob({ store, connection, began, ...known }),
      elapsedMs: Date.now() - began,
    }));
  }

  /** Stops one; the job of an INSERT is cancelled. */
  async stop(id: string): Promise<void> {
    const known = this.#known.get(id);
    if (!known) return;
    const jobId = submittedJob(known);
    if (jobId === undefined || !known.connection) {
      known.stop();
      return;
    }
    const source = new JobClient(known.connection);
    try {
      await (await source.client()).cancel(jobId);
    } finally {
      source.reset();
    }
    this.#poller.again();
  }

  dispose(): void {
    this.#poller.stop();
  }

  async #turn(signal: AbortSignal): Promise<number | undefined> {
    const jobs = [...this.#known.values()].filter((known) => submittedJob(known) !== undefined);
    for (const known of jobs) {
      const id = submittedJob(known);
      if (id === undefined || !known.connection) continue;
      const source = new JobClient(known.connection);
      try {
        known.jobEnded = isEnded((await (await source.client()).job(id, signal)).state);
      } catch {
        signal.throwIfAborted();
        // A server that is gone, or forgets its jobs, has none that could be stopped.
        known.jobEnded = true;
      } finally {
        source.reset();
      }
      if (known.jobEnded) this.#known.delete(known.store.id);
    }
    this.#changed();
    return [...this.#known.values()].some((known) => submittedJob(known) !== undefined) ? EVERY_MS : undefined;
  }
}

/** The job that an INSERT left running. */
function submittedJob({ store, jobEnded }: Known): string | undefined {
  const { kind, jobId, phase } = store.state();
  return kind === 'job' && phase === 'finished' && !jobEnded ? jobId : undefined;
}
