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
  const script = async (more: string): Promise<string> => {
    const file = join(work, 'all.sql');
    const registration = [
      await millrace('udf', 'register', project, '--temporary'),
      await millrace('udf', 'register', join(work, 'shop-words'), '--temporary'),
    ];
    writeFileSync(
      file,
      `SET 'execution.runtime-mode' = 'batch';
${more}
${registration.join('')}
SELECT shop_text(name, n) FROM (VALUES (' anvil ', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n);
SELECT word, length FROM (VALUES ('an anvil')) AS t(line), LATERAL TABLE(shop_words(line)) AS w(word, length);
`,
    );
    return file;
  };
  const values = (output: string): unknown[][] =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => Object.values(JSON.parse(line).row));

  it('are made, tested and built', async () => {
    await millrace('udf', 'new', 'shop-text', '--language', 'python');
    await millrace('udf', 'new', 'shop-words', '--language', 'python', '--kind', 'table');
    for (const name of ['shop-text', 'shop-words']) {
      symlinkSync(pyflink.folder, join(work, name, '.venv'));
      expect(await millrace('udf', 'test', join(work, name))).toMatch(/^\d tests passed\n$/);
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
  });

  it('run on the local runtime', async () => {
    const file = await script("SET 'python.files' = 'shop-text, shop-words';");
    expect(values(await millrace('run', file, '--jsonl'))).toEqual(rows);
  });

  it('are registered and run on a real Flink, which gives the same rows', async () => {
    flink = await launchFlink(512, '2.2.1', [pyflink.jar]);
    const zips = ['shop-text', 'shop-words'].map((name) => join(work, name, 'dist', `${name}.zip`));
    const file = await script(`SET 'parallelism.default' = '1';
SET 'python.files' = '${zips.join(',')}';
SET 'python.executable' = '${pyflink.python}';
SET 'python.client.executable' = '${pyflink.python}';
SET 'python.fn-execution.memory.managed' = 'false';`);
    expect(values(await millrace('run', file, '--url', flink.gatewayUrl, '--jsonl'))).toEqual(rows);
  });
});
