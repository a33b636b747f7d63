import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseClient } from '../../../clients/database/index.ts';

/**
 * Does the connection still answer within `limitMs` (Connection.isValid with `connection.max-retry-timeout`)? One that does not is
 * ended, so that nothing waits for it any more.
 */
export async function isValid(client: DatabaseClient, limitMs: number): Promise<boolean> {
  if (!client.usable) return false;
  const answers = client.query('SELECT 1').then(
    () => true,
    () => false, // Why does not matter: a new connection says what is wrong.
  );
  const valid = await Promise.race([answers, sleep(limitMs, false, { ref: false })]);
  if (!valid) void client.close();
  return valid;
}
