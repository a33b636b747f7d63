import { afterAll, beforeAll, expect, test } from 'vitest';
import { GatewayClient } from '../../../clients/sql-gateway/client.ts';
import type { Session } from '../../../clients/sql-gateway/session.ts';
import type { Connection } from '../../../extension/connections/connection.ts';
import { ResultStore } from '../../../extension/results/result-store.ts';
import { RunningStatements } from '../../../extension/results/running.ts';
import { type Gateway, startGateway } from '../../../local-runtime/gateway/server.ts';
import { eventually } from '../../harness/job-protocol.ts';

const environment = { workingDirectory: process.cwd(), print: () => undefined, notice: () => undefined, now: Date.now };

let gateway: Gateway;
let client: GatewayClient;
let session: Session;
let connection: Connection;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, environment });
  client = await GatewayClient.connect({ url: gateway.url });
  session = await client.openSession();
  connection = { id: 'test', label: 'Test', jobManager: async () => ({ url: gateway.url }) } as unknown as Connection;
  for (const statement of [
    "CREATE TABLE t (x INT) WITH ('connector' = 'datagen', 'rows-per-second' = '10')",
    "CREATE TABLE s (x INT) WITH ('connector' = 'blackhole')",
  ]) {
    await define(statement);
  }
});
afterAll(async () => {
  await session?.close().catch(() => undefined);
  client?.dispose();
  await gateway?.close();
});

async function define(statement: string): Promise<void> {
  const pages = (await session.execute(statement)).results({ format: 'ARROW' })[Symbol.asyncIterator]();
  while (!(await pages.next()).done);
}

async function submit(running: RunningStatements, statement: string, stop: () => void): Promise<ResultStore> {
  const store = new ResultStore({ id: statement, title: statement, limit: 10 });
  running.add(store, connection, stop);
  const operation = await session.execute(statement);
  for await (const page of operation.results({ format: 'ARROW' })) {
    if (page.format === 'ARROW') store.add(page);
    if (page.isQueryResult) return store;
  }
  store.end('finished');
  return store;
}

test('an INSERT goes on by itself and is stopped by cancelling its job; a query by its own stop', {
  timeout: 60_000,
}, async () => {
  let changes = 0;
  const running = new RunningStatements(() => changes++);
  const insert = await submit(running, 'INSERT INTO s SELECT x FROM t', () => {
    throw new Error('its job is cancelled instead');
  });
  let stopped = false;
  const query = await submit(running, 'SELECT x FROM t', () => {
    stopped = true;
  });
  const list = running.list();
  expect(list.map(({ id, jobId }) => [id, jobId !== undefined])).toEqual([
    [insert.id, true],
    [query.id, false],
  ]);
  await running.stop(query.id);
  expect(stopped).toBe(true);
  query.end('stopped');
  expect(running.list().map(({ id }) => id)).toEqual([insert.id]);
  await running.stop(insert.id);
  await eventually(
    async () => running.list(),
    (left) => left.length === 0,
  );
  expect(changes).toBeGreaterThan(3);
  running.dispose();
});

test('a job that ends by itself leaves the list', { timeout: 60_000 }, async () => {
  const running = new RunningStatements(() => undefined);
  await define("CREATE TABLE few (x INT) WITH ('connector' = 'datagen', 'number-of-rows' = '5')");
  await submit(running, 'INSERT INTO s SELECT x FROM few', () => undefined);
  await eventually(
    async () => running.list(),
    (left) => left.length === 0,
  );
  running.dispose();
});
