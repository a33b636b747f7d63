import { endServers } from './processes.ts';

/** vitest's global setup of the suites with real servers: ends what a killed run left, and at the end what this run started. */
export async function setup(): Promise<() => Promise<void>> {
  await endServers();
  process.env.MILLRACE_TEST_RUN = String(process.pid);
  return () => endServers(process.pid);
}
