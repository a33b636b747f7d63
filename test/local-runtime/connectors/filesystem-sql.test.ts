import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { runLocally } from '../../harness/local-sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const table = (path: string, more = '', columns = 'id INT') =>
  `CREATE TABLE t (${columns}) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json'${more});`;

async function last(script: string, limit?: number): Promise<(string | null)[]> {
  const results = await runLocally(script, limit);
  expect(results.map(({ error }) => error).filter(Boolean)).toEqual([]);
  return (results.at(-1)?.rows ?? []).map(([, ...cells]) => cells.join(' ')).sort();
}

test('files are unpacked by the ends of their names', async () => {
  const path = join(folder, 'packed');
  mkdirSync(path);
  const line = (id: number) => Buffer.from(`{"id":${id}}\n`);
  writeFileSync(join(path, 'a'), line(1));
  writeFileSync(join(path, 'b.gz'), gzipSync(line(2)));
  writeFileSync(join(path, 'c.gzip'), gzipSync(line(3)));
  writeFileSync(join(path, 'd.deflate'), deflateSync(line(4)));
  writeFileSync(join(path, 'e.zst'), zstdCompressSync(line(5)));
  expect(await last(`${table(path)} SELECT * FROM t;`)).toEqual(['1', '2', '3', '4', '5']);
});

test('a folder that is watched: files that come later are read, each once, hidden ones not', async () => {
  const path = join(folder, 'watched');
  mkdirSync(path);
  writeFileSync(join(path, 'a'), '{"id":1}\n');
  const rows = last(`${table(path, ", 'source.monitor-interval' = '100 ms'")} SELECT * FROM t;`, 3);
  await sleep(300);
  writeFileSync(join(path, '.b'), '{"id":2}\n');
  await sleep(300);
  renameSync(join(path, '.b'), join(path, 'b'));
  writeFileSync(join(path, '_c'), '{"id":9}\n');
  await sleep(300);
  writeFileSync(join(path, '.d'), '{"id":3}\n');
  renameSync(join(path, '.d'), join(path, 'd'));
  expect(await rows).toEqual(['1', '2', '3']);
});

test('metadata columns, beside a projection', async () => {
  const path = join(folder, 'described');
  mkdirSync(path);
  writeFileSync(join(path, 'one.json'), '{"id":1,"s":"x"}\n');
  const columns = `id INT, s STRING, p STRING NOT NULL METADATA FROM 'file.path', n STRING NOT NULL METADATA FROM 'file.name',
    z BIGINT NOT NULL METADATA FROM 'file.size', m TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'file.modification-time'`;
  expect(
    await last(
      `${table(path, '', columns)} SELECT n, z, s, p LIKE '%/one.json', m > TIMESTAMPADD(MINUTE, -5, NOW()) FROM t;`,
    ),
  ).toEqual(['one.json 17 x TRUE TRUE']);
});

test('source.path.regex-pattern chooses by the whole path', async () => {
  const path = join(folder, 'chosen');
  mkdirSync(path);
  for (const [i, name] of ['a-1.json', 'b-1.json', 'a-2.json'].entries())
    writeFileSync(join(path, name), `{"id":${i}}\n`);
  const pattern = `, 'source.path.regex-pattern' = '${path}/a-.*'`;
  expect(await last(`${table(path, pattern)} SELECT * FROM t;`)).toEqual(['0', '2']);
});
