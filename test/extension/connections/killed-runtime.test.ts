import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GatewayError } from '../../../clients/sql-gateway/errors.ts';
import { LocalConnection } from '../../../extension/connections/connection.ts';
import { LocalRuntime } from '../../../extension/connections/local-runtime.ts';

const script = join(import.meta.dirname, '../../../local-runtime/main.ts');
const STREAM = `CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')`;

let folder: string;
let runtime: LocalRuntime;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-killed-'));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  runtime = new LocalRuntime({ script, cwd: () => folder, log, startTimeoutMs: 30_000 });
});
afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true });
});

test('a runtime killed under a running query: one clear error soon, then a new one', { timeout: 60_000 }, async () => {
  const connection = new LocalConnection(runtime);
  const client = await connection.connect();
  const session = await client.openSession();
  for await (const _ of (await session.execute(STREAM)).results()) break;
  const query = await session.execute('SELECT id FROM g');
  let rows = 0;
  let killedAt = 0;
  const read = async () => {
    for await (const page of query.results({ format: 'JSON' })) {
      if (page.format === 'JSON') rows += page.rows.length;
      if (rows === 0 || killedAt > 0) continue;
      killedAt = performance.now();
      process.kill(runtime.pid as number, 'SIGKILL');
    }
  };
  const error = await read().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(rows).toBeGreaterThan(0);
  expect(performance.now() - killedAt).toBeLessThan(20_000);
  expect(error).toBeInstanceOf(GatewayError);
  expect((error as GatewayError).kind).toBe('unreachable');
  await expect.poll(() => connection.explain(error)).toMatch(/^The local runtime ended \(signal SIGKILL\)\./);
  client.dispose();

  const again = await connection.connect();
  const fresh = await again.openSession();
  const values: unknown[] = [];
  for await (const page of (await fresh.execute('SELECT 1 + 1 AS two')).results({ format: 'JSON' })) {
    if (page.format === 'JSON') values.push(...page.rows);
  }
  expect(values).toHaveLength(1);
  await fresh.close();
  again.dispose();
});
