// From the start of the local runtime's process to the first row of a SELECT over a small file, in milliseconds.
//   npm run bench:first-row [-- RUNS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayClient } from '../../clients/sql-gateway/index.ts';
import { buildLocalRuntime, startLocalRuntime } from '../harness/local-runtime.ts';
import { line } from './statistics.ts';

const runs = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const rows = Array.from({ length: 100 }, (_, i) => JSON.stringify({ id: i, name: `row ${i}`, amount: i / 4 }));
writeFileSync(join(folder, 'small.jsonl'), `${rows.join('\n')}\n`);
const table = `CREATE TABLE small (id BIGINT, name STRING, amount DOUBLE)
  WITH ('connector' = 'filesystem', 'path' = 'small.jsonl', 'format' = 'json')`;

interface Times {
  readonly ready: number;
  readonly firstRow: number;
}

async function once(): Promise<Times> {
  const began = performance.now();
  const runtime = await startLocalRuntime(folder);
  const ready = performance.now() - began;
  try {
    const client = await GatewayClient.connect(runtime);
    const session = await client.openSession();
    const create = await session.execute(table);
    for await (const _ of create.results()) break;
    const select = await session.execute('SELECT id, name, amount FROM small WHERE amount > 1');
    for await (const page of select.results({ format: 'ARROW' })) {
      if (page.format === 'ARROW' && page.ipc.length > 0) break;
    }
    const firstRow = performance.now() - began;
    await session.close();
    client.dispose();
    return { ready, firstRow };
  } finally {
    await runtime.stop();
  }
}

await buildLocalRuntime();
// The first start fills the operating system's cache.
await once();
const times: Times[] = [];
for (let i = 0; i < runs; i++) times.push(await once());
process.stdout.write(
  `${line(
    'process start to ready',
    times.map(({ ready }) => ready),
  )}\n`,
);
process.stdout.write(
  `${line(
    'process start to first row',
    times.map(({ firstRow }) => firstRow),
  )}\n`,
);
rmSync(folder, { recursive: true, force: true });
