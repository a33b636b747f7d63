import { type DatabaseAddress, type DatabaseClient, DatabaseError } from './database-client.ts';
import { socketTimeoutMs, TimeLimitedClient } from './time-limit.ts';

/** Where the URL names no other time. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** A connection to the first of the hosts that answers; a refusal in the server's own words counts for all of them. */
export async function connectToFirst(
  address: DatabaseAddress,
  connect: (host: string, port: number) => Promise<DatabaseClient>,
): Promise<DatabaseClient> {
  const limitMs = socketTimeoutMs(address);
  let failure: unknown;
  for (const { host, port } of address.hosts) {
    try {
      const client = await connect(host, port);
      return limitMs > 0 ? new TimeLimitedClient(client, `${host}:${port}`, limitMs) : client;
    } catch (error) {
      failure = error;
      if (error instanceof DatabaseError && error.code === 'server') break;
    }
  }
  throw failure;
}
