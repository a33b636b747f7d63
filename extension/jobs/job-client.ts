import { JobManagerClient } from '../../clients/job-manager/client.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { Connection } from '../connections/connection.ts';

/** A connection without an address of its JobManager. */
export class NoJobManagerError extends Error {
  override readonly name = 'NoJobManagerError';
}

/** The JobManager's client of a connection, made anew after a failure: the local runtime comes back at another address. */
export class JobClient {
  readonly connection: Connection;
  #client: Promise<JobManagerClient> | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Throws NoJobManagerError where the connection names none. */
  client(): Promise<JobManagerClient> {
    this.#client ??= this.#make();
    return this.#client;
  }

  /** Forgets the client, whose address may not hold any more. */
  reset(): void {
    const old = this.#client;
    this.#client = undefined;
    old?.then(
      (client) => client.dispose(),
      // Who asked for it was told.
      () => undefined,
    );
  }

  async #make(): Promise<JobManagerClient> {
    const access = await this.connection.jobManager();
    if (access) return new JobManagerClient({ ...access, timeoutMs: 10_000 });
    const { label } = this.connection;
    throw new NoJobManagerError(
      t('The connection {0} names no JobManager: give its address with "Edit Connection"', label),
    );
  }
}
