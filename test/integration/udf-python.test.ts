import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { type Flink, launchFlink } from '../harness/flink.ts';
import { installPyFlink, missingForPyFlink, type PyFlink } from '../harness/pyflink.ts';
import { missingFor } from '../harness/services.ts';

describe.skipIf(missingFor('flink') ?? missingForPyFlink())('functions in Python', { timeout: 600_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-udf-python-'));
  const project = join(work, 'shop-text');
  let pyflink: PyFlink;
  let flink: Flink | undefined;
  beforeAll(async () => {
    pyflink = await installPyFlink();
  }, 1_200_000);
  afterAll(async () => {
    await flink?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  const millrace = (...args: string[]): Promise<string> =>
    run(process.execPath, [join(root, 'cli', 'main.ts'), ...args], { cwd: work, timeoutMs: 580_000 });

  const rows = [['ANVIL-3'], [null], ['an', 2], ['anvil', 5]];
  /** Of the aggregate function, with each change; those that change nothing (a's last row) are not told. */
  const changes = [
    ['+I', 'a', 10],
    ['+I', 'b', 1],
    ['-U', 'a', 10],
    ['+U', 'a', 17.5],
    ['-U', 'b', 1],
    ['+U', 'b', 3],
  ];
  const script = async (more: string): Promise<string> => {
    const file = join(work, 'all.sql');
    const registration = [
      await millrace('udf', 'register', project, '--temporary'),
      await millrace('udf', 'register', join(work, 'shop-words'), '--temporary'),
      await millrace('udf', 'register', join(work, 'shop-mean'), '--temporary'),
    ];
    writeFileSync(
      file,
      `SET 'execution.runtime-mode' = 'batch';
${more}
${registration.join('')}
SELECT shop_text(name, n) FROM (VALUES (' anvil ', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n);
SELECT word, length FROM (VALUES ('an anvil')) AS t(line), LATERAL TABLE(shop_words(line)) AS w(word, length);
SET 'execution.runtime-mode' = 'streaming';
CREATE TEMPORARY VIEW sold AS SELECT * FROM (VALUES ('a', CAST(10 AS DOUBLE), CAST(1 AS BIGINT)), ('b', 1, 1), ('a', 20, 3),
  ('b', CAST(NULL AS DOUBLE), 1), ('a', 17.5, 1), ('b', 4, 2)) AS t(name, price, n);
SELECT name, shop_mean(price, n) AS mean FROM sold GROUP BY name;
SELECT shop_mean(DISTINCT total, 1) FROM (SELECT name, SUM(price) AS total FROM sold GROUP BY name);
`,
    );
    return file;
  };
  const lines = (output: string): { readonly kind: string; readonly row: Record<string, unknown> }[] =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const values = (output: string): unknown[][] =>
    lines(output)
      .slice(0, rows.length)
      .map(({ row }) => Object.values(row));
  const changesIn = (output: string): unknown[][] =>
    lines(output)
      .filter(({ row }) => 'mean' in row)
      .map(({ kind, row }) => [kind, ...Object.values(row)]);

  it('are made, tested and built', async () => {
    await millrace('udf', 'new', 'shop-text', '--language', 'python');
    await millrace('udf', 'new', 'shop-words', '--language', 'python', '--kind', 'table');
    await millrace('udf', 'new', 'shop-mean', '--language', 'python', '--kind', 'aggregate');
    for (const name of ['shop-text', 'shop-words', 'shop-mean']) {
      symlinkSync(pyflink.folder, join(work, name, '.venv'));
      expect(await millrace('udf', 'test', join(work, name))).toMatch(/^\d tests? passed\n$/);
      expect(await millrace('udf', 'build', join(work, name))).toBe(`${name}/dist/${name}.zip\n`);
    }
  });

  it('run with sample rows', async () => {
    const output = await millrace(
      'udf',
      'run',
      join(project, 'shop_text.py'),
      '--row',
      '["a", 1]',
      '--row',
      '[null, 2]',
    );
    expect(output).toBe('["A-1"]\n[null]\n');
    const mean = join(work, 'shop-mean', 'shop_mean.py');
    expect(await millrace('udf', 'run', mean, '--row', '[10, 1]', '--row', '[20, 3]')).toBe('[17.5]\n');
  });

  /** The rows of the aggregate function that are left when all changes are made. */
  const left = (output: string): string[] => {
    const kept: string[] = [];
    for (const { kind, row } of lines(output).slice(rows.length)) {
      const text = JSON.stringify(row);
      if (kind.startsWith('+')) kept.push(text);
      else kept.splice(kept.indexOf(text), 1);
    }
    return kept.sort();
  };

  let local = '';
  it('run on the local runtime', async () => {
    const file = await script("SET 'python.files' = 'shop-text, shop-words, shop-mean';");
    local = await millrace('run', file, '--jsonl');
    expect(values(local)).toEqual(rows);
    expect(changesIn(local)).toEqual(changes);
  });

  it('are refused where Flink does not run them', async () => {
    const file = join(work, 'refused.sql');
    const mean = await millrace('udf', 'register', join(work, 'shop-mean'), '--temporary');
    const options = `SET 'execution.runtime-mode' = 'batch';\nSET 'python.files' = 'shop-mean';\n`;
    writeFileSync(file, `${options}${mean}SELECT shop_mean(CAST(1 AS DOUBLE), CAST(1 AS BIGINT));\n`);
    await expect(millrace('run', file, '--jsonl')).rejects.toThrow('not in batch mode');
    writeFileSync(file, `SET 'python.executable' = '/nowhere/python3';\n${options}${mean}SELECT shop_mean(1, 1);\n`);
    await expect(millrace('run', file, '--jsonl')).rejects.toThrow(/there is no \/nowhere\/python3; install Python/);
  });

  it('are registered and run on a real Flink, which gives the same rows', async () => {
    flink = await launchFlink(512, '2.2.1', [pyflink.jar]);
    const zips = ['shop-text', 'shop-words', 'shop-mean'].map((name) => join(work, name, 'dist', `${name}.zip`));
    const file = await script(`SET 'parallelism.default' = '1';
SET 'python.files' = '${zips.join(',')}';
SET 'python.executable' = '${pyflink.python}';
SET 'python.client.executable' = '${pyflink.python}';
SET 'python.fn-execution.memory.managed' = 'false';`);
    const remote = await millrace('run', file, '--url', flink.gatewayUrl, '--jsonl');
    // Rows of VALUES that are cast come from a source each there, in any order.
    const sorted = (all: unknown[][]): string[] => all.map((row) => JSON.stringify(row)).sort();
    expect(sorted(values(remote))).toEqual(sorted(rows));
    // Flink tells what a bundle of rows changes, not each.
    expect(left(remote)).toEqual(left(local));
  });
});
