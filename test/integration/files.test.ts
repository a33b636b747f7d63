import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildLocalRuntime, type LocalRuntimeServer, startLocalRuntime } from '../harness/local-runtime.ts';
import { finalRows, runScript, type StatementResult } from '../harness/run-script.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

/** Folders that one writes and the other reads: names of files and folders, what tells of complete partitions, rows. */
describe.skipIf(missingFor('flink'))('partitions of files, here and in a real Flink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-folders-'));
  let flink: Flink;
  let local: LocalRuntimeServer;
  beforeAll(async () => {
    flink = await startFlink();
    await buildLocalRuntime();
    local = await startLocalRuntime(folder);
  });
  afterAll(async () => {
    await local?.stop();
    await flink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(server: 'flink' | 'local', script: string): Promise<StatementResult[]> {
    const at = server === 'flink' ? { url: flink.gatewayUrl } : { url: local.url, token: local.token };
    const results = await runScript(script, { ...at, properties: { 'parallelism.default': '1' } });
    for (const { sql, error } of results) expect({ sql, error }).toEqual({ sql, error: undefined });
    return results;
  }

  const visible = (name: string) =>
    readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
      .filter((path) => !/(^|\/)\./.test(path) && statSync(join(folder, name, path)).isFile())
      // Flink's VALUES have no order, so the numbers of files have none.
      .map((path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}-0-\d+/, 'U-0-N'))
      .sort();

  test.each([
    ['json', {}],
    ['csv', { 'auto-compaction': 'true' }],
    ['json', { 'sink.partition-commit.policy.kind': 'success-file' }],
    ['avro', { 'partition.default-name': 'none' }],
  ])('%s %o', async (format, more) => {
    const table = (name: string) => {
      const options = { connector: 'filesystem', path: join(folder, name), format, ...more };
      const listed = Object.entries(options).map(([key, value]) => `'${key}' = '${value}'`);
      return `CREATE TABLE t (id INT, s STRING, n BIGINT, ts TIMESTAMP(3)) PARTITIONED BY (s, n, ts) WITH (${listed.join(', ')});\n`;
    };
    const insert = `INSERT INTO t VALUES
      (1, 'a/b c=%', CAST(-5 AS BIGINT), TIMESTAMP '2024-01-02 03:04:00'), (2, 'grün', 7, TIMESTAMP '2024-01-02 03:04:05.678'),
      (3, 'grün', 7, TIMESTAMP '2024-01-02 03:04:05.678');\n`;
    const names = { flink: `f-${format}-${Object.keys(more)[0]}`, local: `l-${format}-${Object.keys(more)[0]}` };
    for (const server of ['flink', 'local'] as const) await run(server, table(names[server]) + insert);
    expect(visible(names.local)).toEqual(visible(names.flink));
    const rows = async (server: 'flink' | 'local', name: string) =>
      finalRows((await run(server, `${table(name)}SELECT * FROM t;`)).at(-1) as StatementResult);
    const all = await Promise.all([
      rows('flink', names.flink),
      rows('flink', names.local),
      rows('local', names.flink),
      rows('local', names.local),
    ]);
    expect(all[0]).toHaveLength(3);
    for (const each of all) expect(each).toEqual(all[0]);
  });
});
