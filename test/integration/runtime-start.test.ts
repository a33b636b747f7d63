import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { GatewayClient } from '../../clients/sql-gateway/index.ts';
import { buildLocalRuntime, type LocalRuntimeServer, startLocalRuntime } from '../harness/local-runtime.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-start-'));
  await buildLocalRuntime();
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function select(runtime: LocalRuntimeServer): Promise<number> {
  writeFileSync(join(folder, 'small.jsonl'), '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n');
  const client = await GatewayClient.connect(runtime);
  const session = await client.openSession();
  const table = `CREATE TABLE small (id BIGINT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'small.jsonl', 'format' = 'json')`;
  for await (const _ of (await session.execute(table)).results());
  let bytes = 0;
  const query = await session.execute('SELECT id, name FROM small WHERE id > 1');
  for await (const page of query.results({ format: 'ARROW' })) if (page.format === 'ARROW') bytes += page.ipc.length;
  await session.close();
  client.dispose();
  return bytes;
}

it('the bundled runtime answers a first query without loading what that does not need', async () => {
  const list = join(folder, 'modules.json');
  const preload = join(folder, 'modules.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)},
       JSON.stringify([...process.moduleLoadList, ...Object.keys(require.cache)])));`,
  );
  const runtime = await startLocalRuntime(folder, { NODE_OPTIONS: `--require=${preload}` });
  try {
    expect(await select(runtime)).toBeGreaterThan(0);
  } finally {
    await runtime.stop();
  }
  const loaded = JSON.parse(readFileSync(list, 'utf8')) as string[];
  const bundles = loaded.filter((name) => name.endsWith('.cjs') && name !== preload);
  expect(bundles.map((path) => path.replace(/.*[\\/]/, ''))).toEqual(['local-runtime.cjs']);
  const late = ['https', 'tls', 'worker_threads', 'zlib'].map((name) => `NativeModule ${name}`);
  expect(loaded.filter((name) => late.includes(name))).toEqual([]);
  // The names are those that Node gives.
  expect(loaded).toContain('NativeModule http');
}, 120_000);

it('the compiled code is kept for the next start while the runtime is still running', async () => {
  const cache = join(folder, 'compiled');
  const runtime = await startLocalRuntime(folder, { NODE_COMPILE_CACHE: cache });
  const kept = () => readdirSync(folder).includes('compiled') && readdirSync(cache, { recursive: true }).length > 1;
  try {
    await vi.waitUntil(kept, { timeout: 60_000, interval: 20 });
  } finally {
    await runtime.stop();
  }
}, 120_000);
